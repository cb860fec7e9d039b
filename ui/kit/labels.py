"""Texts: labels by face and tone, section labels, labels that cut, pills."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.kit.paint import PILL_HEIGHT, draw_dot, draw_pill, pill_width
from ui.kit.theme import Face, Kind, Tone, font, tokens
from ui.kit.tips import tip_of

_COLUMN = 300  # px
_LONGEST_LINE = 1_000  # characters that are measured: no line is that wide


class Label(QLabel):
    """A plain text in one of the faces and tones; wraps when asked."""

    def __init__(
        self,
        text: str = "",
        *,
        face: Face = Face.TEXT,
        tone: Tone = Tone.TEXT,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(face))
        self.setProperty("tone", tone.value)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for the text's room; wrapped, at the width of a column of facts."""
        return QSize(_COLUMN, self.heightForWidth(_COLUMN)) if self.wordWrap() else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Do with one line where the text wraps: how high it gets depends on the width it is given."""
        return QSize(0, QFontMetrics(self.font()).height()) if self.wordWrap() else super().minimumSizeHint()

    def set_tone(self, tone: Tone) -> None:
        """Colour the text by what it says now."""
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            self.style().unpolish(self)
            self.style().polish(self)

    def selectable(self) -> "Label":
        """Let the text be selected and copied with the mouse."""
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return self


class SectionLabel(Label):
    """A small upper-case heading above a group of facts."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text.upper(), face=Face.SMALL_BOLD, tone=Tone.FAINT, parent=parent)
        self.setAccessibleName(text)


class ElidedLabel(Label):
    """One line that is cut with an ellipsis where it does not fit; what fits a tooltip of the text is there."""

    def __init__(
        self, text: str = "", *, face: Face = Face.TEXT, tone: Tone = Tone.TEXT, parent: QWidget | None = None
    ) -> None:
        super().__init__("", face=face, tone=tone, parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.set_whole(text)

    @property
    def whole(self) -> str:
        """The text before it was cut."""
        return self._whole

    def set_whole(self, text: str) -> None:
        """Show this text, as much of it as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._head) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """Do with the room of the ellipsis."""
        return QSize(QFontMetrics(self.font()).horizontalAdvance("…"), QFontMetrics(self.font()).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._head, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip("" if shown == self._whole else tip_of(self._whole))

    @property
    def _head(self) -> str:
        whole = self._whole
        return whole if len(whole) <= _LONGEST_LINE else f"{whole[:_LONGEST_LINE]}…"


class Pill(QWidget):
    """A word on a coloured ground: a count, a state, a mark."""

    def __init__(
        self, text: str, kind: Kind = Kind.GREY, parent: QWidget | None = None, *, is_bold: bool = False
    ) -> None:
        super().__init__(parent)
        self._text, self._kind, self._is_bold = text, kind, is_bold
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    @property
    def text(self) -> str:
        """What the pill says."""
        return self._text

    @property
    def kind(self) -> Kind:
        """What its colour means."""
        return self._kind

    def show_as(self, text: str, kind: Kind) -> None:
        """Say this instead; an empty text hides the pill."""
        self._text, self._kind = text, kind
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the room of the word."""
        return QSize(pill_width(self._text), PILL_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the pill."""
        painter = QPainter(self)
        draw_pill(painter, 0, self.height() // 2, self._kind, self._text, is_bold=self._is_bold)
        painter.end()


class Dot(QWidget):
    """The dot that says how something is; a word beside it says the same."""

    def __init__(self, kind: Kind, parent: QWidget | None = None, *, is_hollow: bool = False) -> None:
        super().__init__(parent)
        self._kind, self._is_hollow = kind, is_hollow
        self.setFixedSize(12, 12)

    @property
    def kind(self) -> Kind:
        """What its colour means."""
        return self._kind

    def show_as(self, kind: Kind, *, is_hollow: bool = False) -> None:
        """Show this state from now on."""
        self._kind, self._is_hollow = kind, is_hollow
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        painter = QPainter(self)
        ink = tokens().faint if self._kind is Kind.GREY else tokens().ink(self._kind)
        draw_dot(painter, 1, self.height() // 2, ink, is_hollow=self._is_hollow)
        painter.end()
