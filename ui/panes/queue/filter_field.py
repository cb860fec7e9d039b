"""The filter above the list: words or the filter language, completed while typing, and where it cannot be read."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRect, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap
from ui.kit.theme import BUTTON_HEIGHT, S, colour, tokens

Offer = Callable[[Sequence[str]], None]
_LETTERS_TO_LEAVE = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down})


class FilterField(QLineEdit):
    """The field above the list, with the key that leads to it; Escape empties and leaves it.

    `complete` is asked for what could follow the text up to the cursor and answers in its time.
    """

    left = Signal()

    def __init__(self, key: str, complete: Callable[[str, Offer], None]) -> None:
        super().__init__()
        self._key, self._complete, self._wrong_at = key, complete, -1
        self.setPlaceholderText("Words, or vip:yes updated>2d")
        self.setAccessibleName("Filter by words, or in the filter language")
        self.setFixedHeight(BUTTON_HEIGHT)
        self.setMinimumWidth(215)
        self.setMaximumWidth(420)
        self.setTextMargins(0, 0, cap_width(key) + S, 0)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._popup = QListView()
        self._completer.setPopup(self._popup)
        self._completer.activated.connect(self._take)
        self.textEdited.connect(lambda _text: self._ask())

    @property
    def offered(self) -> list[str]:
        """What is offered now; nothing when the list is not open."""
        return self._words.stringList() if self._popup.isVisible() else []

    def mark_wrong(self, at: int, why: str = "") -> None:
        """Underline the text from this character on, and say why in the tooltip; -1: nothing is wrong."""
        self._wrong_at = at
        self.setToolTip(why)
        self.setAccessibleDescription(why)
        self.update()

    @property
    def wrong_at(self) -> int:
        """From which character on it cannot be read; -1 when it can."""
        return self._wrong_at

    def _before(self) -> str:
        return self.text()[: self.cursorPosition()]

    def _ask(self) -> None:
        before = self._before()
        self._complete(before, lambda words: self._offer(before, words))

    def _offer(self, before: str, words: Sequence[str]) -> None:
        if before != self._before() or not self.hasFocus():
            return
        self._words.setStringList(list(words))
        if words and not before.endswith(words[0]):
            self._completer.complete(QRect(0, 0, max(self.width(), 220), self.height()))
        else:
            self._popup.hide()

    def _take(self, word: str) -> None:
        before, after = self._before(), self.text()[self.cursorPosition() :]
        start = _token_start(before)
        more = "" if word.endswith(":") or after.startswith(" ") else " "
        self.setText(before[:start] + word + more + after)
        self.setCursorPosition(start + len(word) + len(more))
        self._ask()

    def add(self, term: str) -> None:
        """Put one more term at the end."""
        text = self.text().rstrip()
        self.setText(f"{text} {term}".strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Escape, Enter and Down; while words are offered these belong to them."""
        key = event.key()
        popup = self._popup
        if popup.isVisible() and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape}:
            if key != Qt.Key.Key_Escape and popup.currentIndex().isValid():
                event.ignore()  # the list takes it
                return
            popup.hide()
            if key == Qt.Key.Key_Escape:
                return
        if key == Qt.Key.Key_Escape:
            self.clear()
        if key == Qt.Key.Key_Escape or key in _LETTERS_TO_LEAVE:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Offer nothing any more."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._popup.hide()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, its key, and a line below what cannot be read."""
        super().paintEvent(event)
        used = tokens()
        painter = QPainter(self)
        width = cap_width(self._key)
        cap = QRect(self.width() - width - S, (self.height() - CAP_HEIGHT) // 2, width, CAP_HEIGHT)
        draw_cap(painter, cap, self._key, used.dim, used.cap_line, used.panel)
        if 0 <= self._wrong_at <= len(self.text()) and self.text():
            metrics = self.fontMetrics()
            left = self.cursorRect().left() + 4 - metrics.horizontalAdvance(self._before())
            start = left + metrics.horizontalAdvance(self.text()[: self._wrong_at])
            end = min(max(left + metrics.horizontalAdvance(self.text()), start + 8), cap.left() - S)
            painter.setPen(QPen(colour(used.red), 1.5))
            painter.drawLine(QPointF(max(start, 4), self.height() - 5.5), QPointF(end, self.height() - 5.5))
        painter.end()


def _token_start(before: str) -> int:
    """Give where the word at the end begins; a quotation mark that is open holds its blanks together."""
    at, is_quoted, start = 0, False, 0
    for at, char in enumerate(before):
        if char == '"':
            is_quoted = not is_quoted
        elif char in " ()" and not is_quoted:
            start = at + 1
    return start
