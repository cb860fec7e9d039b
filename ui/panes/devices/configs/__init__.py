"""Configurations of devices: their history, what changed, and a search across all of them."""

from ui.panes.devices.configs.page import ConfigsPage
from ui.panes.devices.configs.search_page import ConfigSearchPage

__all__ = ["ConfigSearchPage", "ConfigsPage"]
