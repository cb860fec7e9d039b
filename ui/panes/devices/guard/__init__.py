"""The guard in the pane: the gate between a terminal and its device, what it asks, and the page Safeguards."""

from ui.panes.devices.guard.command_gate import CommandGate
from ui.panes.devices.guard.gate import Gate
from ui.panes.devices.guard.panel import GuardPanel

__all__ = ["CommandGate", "Gate", "GuardPanel"]
