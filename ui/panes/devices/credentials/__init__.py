"""The accounts for devices, by rule, as a page over the panes."""

from ui.panes.devices.credentials.page import AccountsPage

__all__ = ["AccountsPage"]
