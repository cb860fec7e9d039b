"""The reports as a page over the panes: figures are looked at now and then, and need no tab."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.page import Page
from ui.panes.reports import ReportsPane


class ReportsPage(Page):
    """Shows the Reports pane; Escape leads back."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = ReportsPane(console)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pane)
        self.setAccessibleName("Reports")

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        return self.pane.commands()

    def focus_first(self) -> None:
        """Go to the list of reports."""
        self.pane.focus_first()
