"""The guard in the pane: the gate between a terminal and its device, what it asks, and the page Safeguards."""

from ui.panes.devices.guard.gate import Gate

__all__ = ["Gate"]
