"""Who else has the issue open that is talked about: told of and shown while the call is on the screen."""

from PySide6.QtCore import QObject

from ui.kit.console import Console
from ui.panes.queue.card_panel import CardPanel


class AlsoOpen(QObject):
    """Says which issue is open here, and shows on the card which of the others have it open too."""

    def __init__(self, console: Console, panel: CardPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._workstation, self._panel = console.workstation, panel
        self._issue_id: str | None = None
        console.watch(self, ("presence",), lambda _changes: self._show())

    def look_at(self, issue_id: str | None, *, is_typing: bool = False) -> None:
        """Have this issue open; None: something new, of which nobody knows yet."""
        self._issue_id = issue_id
        self._workstation.look_at("issue", issue_id, is_typing=is_typing)
        self._show()

    def _show(self) -> None:
        found = self._workstation.presence.others(self._issue_id) if self._issue_id else ()
        self._panel.show_also([f"{one.name} (typing)" if one.is_typing else one.name for one in found])
