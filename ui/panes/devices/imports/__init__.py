"""The page that brings devices in from the files of other programs."""

from ui.panes.devices.imports.page import DeviceImportsPage

__all__ = ["DeviceImportsPage"]
