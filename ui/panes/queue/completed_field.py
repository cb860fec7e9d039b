"""A word that is completed from those used before, and may be another."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter

from ui.kit.typed_fields import OwnChoice


class CompletedField(OwnChoice):
    """A line with the usual words behind it, found by any part of them."""

    def __init__(self, name: str, hint: str = "") -> None:
        super().__init__(name, hint)
        found = QCompleter(self.model(), self)
        found.setFilterMode(Qt.MatchFlag.MatchContains)
        found.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        found.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(found)

    def offer_words(self, words: Sequence[str]) -> None:
        """Offer these; what is typed stays."""
        typed = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItems(list(words))
        self.setCurrentIndex(-1)
        self.setEditText(typed)
        self.blockSignals(False)
