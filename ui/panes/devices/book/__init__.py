"""The host-key book as a page over the panes."""

from ui.panes.devices.book.page import HostKeysPage

__all__ = ["HostKeysPage"]
