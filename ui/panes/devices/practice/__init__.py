"""Practice mode: the Devices pane on a network that anybody may break."""

from ui.panes.devices.practice.page import PLACE, PracticePage

__all__ = ["PLACE", "PracticePage"]
