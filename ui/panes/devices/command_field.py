"""The field for a command: suggestions while typing, what was run before with Up and Down; and the output's filter."""

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from ui.kit.theme import FIELD_HEIGHT, Face, font

SUGGESTED = (
    "show version",
    "show ip interface brief",
    "show interfaces",
    "show interfaces status",
    "show ip route",
    "show ip arp",
    "show mac address-table",
    "show vlan",
    "show cdp neighbors",
    "show inventory",
    "show processes cpu",
    "show logging",
    "show clock",
    "show users",
)
_KEPT = 50
_FILTER_WIDTH = 150  # px
_PAUSE_MS = 100


class History:
    """Commands that were run, oldest first; shared by all devices, as the next one is often asked the same."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def add(self, command: str) -> None:
        """Note a command as the newest."""
        self.commands = [*(c for c in self.commands if c != command), command][-_KEPT:]

    def to_keep(self) -> list[str]:
        """Give what may stand in a file: questions. Other commands may hold a password."""
        return [command for command in self.commands if command.startswith("show ")]


class FilterField(QLineEdit):
    """Narrows an output by words; `changed` carries them after a moment's pause, `left` on Escape in an empty field."""

    changed = Signal(str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Filter")
        self.setAccessibleName("Filter the output")
        self.setToolTip("Lines and rows with all of these words")
        self.setClearButtonEnabled(True)
        self.setMinimumHeight(FIELD_HEIGHT)
        self.setFixedWidth(_FILTER_WIDTH)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.changed.emit(self.words))
        self.textChanged.connect(lambda _text: self._pause.start())

    @property
    def words(self) -> str:
        """What is looked for."""
        return self.text().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Empty on Escape, and leave when nothing is typed."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.text():
            self.clear()
        else:
            self.left.emit()


class CommandField(QLineEdit):
    """One line; `cancelled` on Escape."""

    cancelled = Signal()

    def __init__(self, history: History) -> None:
        super().__init__()
        self._history = history
        self._at = 0  # how many steps back from the newest; 0 is what is being typed
        self._typed = ""
        self.setFont(font(Face.MONO))
        self.setMinimumHeight(FIELD_HEIGHT + 4)
        self.setPlaceholderText("show version")
        self.setAccessibleName("Command")
        self._words = QStringListModel(self)
        completer = self._completer = QCompleter(self._words, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self.textEdited.connect(self._edited)
        self._suggest()

    def ran(self, command: str) -> None:
        """Note that this was run."""
        self._history.add(command)
        self._at = 0
        self._suggest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through what was run before; Escape cancels."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        popup = self._completer.popup()
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif step is None or (popup is not None and popup.isVisible()):
            super().keyPressEvent(event)
        else:
            self._walk(step)

    def _walk(self, step: int) -> None:
        if self._at == 0:
            self._typed = self.text()
        commands = self._history.commands
        self._at = max(0, min(self._at + step, len(commands)))
        self.setText(commands[-self._at] if self._at else self._typed)

    def _edited(self) -> None:
        self._at = 0

    def _suggest(self) -> None:
        newest = list(reversed(self._history.commands))
        self._words.setStringList([*newest, *(word for word in SUGGESTED if word not in newest)])
