"""Devices: what is this device doing, what did it say, and let me in safely."""

from ui.panes.devices.pane import DevicesPane

__all__ = ["DevicesPane"]
