"""Finding a device that has a copy by a few letters."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit

from app.services.config_diffs import DeviceChoice
from ui.kit.theme import FIELD_HEIGHT


class DeviceField(QLineEdit):
    """`chosen` carries the DeviceChoice; `left` on Escape."""

    chosen = Signal(object)
    left = Signal()

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._choices: dict[str, DeviceChoice] = {}
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setMinimumHeight(FIELD_HEIGHT)
        self.setClearButtonEnabled(True)
        self._names = QStringListModel(self)
        completer = self._completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(self._take)
        self.setCompleter(completer)
        self.returnPressed.connect(lambda: self._take(self.text()))

    def offer(self, choices: Sequence[DeviceChoice]) -> None:
        """Offer these devices."""
        self._choices = {" · ".join(part for part in (c.device, c.customer) if part): c for c in choices}
        self._names.setStringList(list(self._choices))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape."""
        popup = self._completer.popup()
        if event.key() == Qt.Key.Key_Escape and not (popup is not None and popup.isVisible()):
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _take(self, text: str) -> None:
        """Take the one that is meant: written out, or the only one that has these letters."""
        meant = [one for name, one in self._choices.items() if text.strip().casefold() in name.casefold()]
        found = self._choices.get(text) or (meant[0] if text.strip() and len(meant) == 1 else None)
        if found is not None:
            self.clear()
            self.chosen.emit(found)
