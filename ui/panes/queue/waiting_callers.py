"""Who is calling while another call is typed: everybody who does, the newest last, until their call is taken."""

from PySide6.QtCore import QObject

from app.services import callers
from app.services.callers import Caller
from ui.kit.console import Console
from ui.kit.labels import Label
from ui.panes.queue.words import calling

_TODO = "Log the call here with Ctrl+Enter, or park it with Alt+N; then F2 takes theirs."


class WaitingCallers(QObject):
    """Says them in the form's label and in one message, which goes when nobody waits any more."""

    def __init__(self, console: Console, label: Label, parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._label = console, label
        self._waiting: dict[str, str] = {}  # a number or a name, and who that is in words
        self._told = ""

    def add(self, caller: str) -> None:
        """Tell of one more; whoever waits already waits once."""
        self._waiting.setdefault(caller, "")

        def found(ones: list[Caller]) -> None:
            if caller in self._waiting:
                self._waiting[caller] = calling(caller, ones)
                self._tell()

        self._console.read(self, lambda desk: callers.find(desk, caller), found)

    def take(self, caller: str = "") -> str:
        """Give who is taken now: this caller, else whoever waits longest; "" for nobody. They wait no more."""
        taken = caller or next(iter(self._waiting), "")
        if self._waiting.pop(taken, None) is not None:
            self._tell()
        return taken

    def _tell(self) -> None:
        said = "; ".join(words for words in self._waiting.values() if words)
        self._label.setText(said)
        self._label.setVisible(bool(said))
        navigator = self._console.navigator
        if self._told:
            navigator.untell(self._told)
        self._told = f"{said}." if said else ""
        if self._told:
            navigator.tell(self._told, _TODO)
