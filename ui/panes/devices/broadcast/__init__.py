"""Broadcast: one command to a chosen set of devices, its answers side by side."""

from ui.panes.devices.broadcast.page import BroadcastPage

__all__ = ["BroadcastPage"]
