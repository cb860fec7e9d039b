"""The Queue: who is calling, what they have open, what we promised, what may be said, whom to ask first."""

from ui.panes.queue.pane import QueuePane

__all__ = ["QueuePane"]
