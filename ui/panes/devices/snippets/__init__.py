"""Snippets: lines kept by a name, filled in and given to the device that is in sight."""

from ui.panes.devices.snippets.page import SnippetsPage

__all__ = ["SnippetsPage"]
