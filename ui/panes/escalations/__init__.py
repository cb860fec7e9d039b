"""The Escalations pane: who has it now, which decisions are owed, by whom, since when, and what comes next."""

from ui.panes.escalations.pane import EscalationsPane

__all__ = ["EscalationsPane"]
