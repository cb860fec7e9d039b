"""The page Configure: lines for one device, what they would do, and what the device said to them."""

from ui.panes.devices.configure.page import ConfigurePage

__all__ = ["ConfigurePage"]
