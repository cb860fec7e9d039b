"""The Reports pane: what is behind the figures, and the figures."""

from ui.panes.reports.pane import ReportsPane

__all__ = ["ReportsPane"]
