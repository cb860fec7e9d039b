"""The fields that only this pane's forms have: one of a few words, and how somebody was asked."""

from collections.abc import Sequence

from ui.kit.fields import Choice
from ui.kit.typed_fields import OwnChoice


class WordField(Choice):
    """One of a few words; nothing is chosen at first unless one is named."""

    def __init__(self, words: Sequence[tuple[str, str]], chosen: str = "") -> None:
        super().__init__()
        self.setPlaceholderText("choose")
        for word, text in words:
            self.addItem(text, word)
        self.choose(chosen)

    def word(self) -> str:
        """Give the word chosen, or nothing."""
        found = self.currentData()
        return "" if found is None else str(found)

    def choose(self, word: str) -> None:
        """Choose this word; an unknown one chooses nothing."""
        self.setCurrentIndex(self.findData(word))


def channel_field() -> OwnChoice:
    """Give the field for how somebody was asked or said something: a usual word, or one's own."""
    return OwnChoice("How", "mail, call, in person ...", ("mail", "call", "chat", "in person", "meeting"))
