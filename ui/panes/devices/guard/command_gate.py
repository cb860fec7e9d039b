"""The gate before commands that are run without a terminal: the same questions, and no screen to read from."""

from PySide6.QtCore import QObject, Signal

from app.domain.customer import Environment
from app.domain.guard import Mode, classify, explain
from app.domain.session import LineClass
from ui.kit.console import Console
from ui.panes.devices.guard.asking import Asking, Held


class CommandGate(Asking):
    """`passed` carries a command that may be run, `stopped` one that was given up."""

    passed = Signal(str)
    stopped = Signal(str)
    taught = Signal(str)

    def __init__(self, console: Console, device_id: str, parent: QObject) -> None:
        super().__init__(console, device_id, parent)
        self._command = ""

    @property
    def is_busy(self) -> bool:
        """Whether a command waits for its decision or for an answer."""
        return bool(self._command)

    def ask(self, command: str) -> None:
        """Judge a command; it is answered with one of the two signals."""
        self._command = command
        self.stand()

    def _knows(self) -> None:
        platform = self.standing.platform if self.standing is not None else ""
        self._decide(Held(self._command, Mode.EXEC, classify(platform, self._command, Mode.EXEC)))

    def _passed(self, held: Held) -> None:
        self._command = ""
        if self.standing is not None and self.standing.environment is Environment.PRACTICE:
            self.taught.emit(explain(held.verdict, held.line) if held.verdict.line_class is not LineClass.READ else "")
        self.passed.emit(held.line)

    def _left(self, held: Held) -> None:
        self._command = ""
        self.stopped.emit(held.line)
