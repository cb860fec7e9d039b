"""Things with an edge: the sentence to read aloud, a card, the production bar, an empty list, a panel."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.labels import Label
from ui.kit.theme import XL, XS, Face, Kind, L, M, S, Tone, colour, font, tokens

_COLUMN = 300  # px


class Card(QWidget):
    """A rounded box on the panel's ground with an edge of one colour."""

    def __init__(
        self, edge: Kind | None = None, parent: QWidget | None = None, *, is_filled: bool = False, width: float = 1.0
    ) -> None:
        super().__init__(parent)
        self._edge, self._is_filled, self._width = edge, is_filled, width
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(M, M, M, M)
        self.body.setSpacing(S)

    def set_edge(self, edge: Kind | None) -> None:
        """Change what the edge means; None is an ordinary line."""
        self._edge = edge
        self.update()

    @property
    def edge(self) -> Kind | None:
        """What the edge means."""
        return self._edge

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground and edge."""
        used = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(used.ink(self._edge) if self._edge else used.line), self._width))
        is_coloured = self._is_filled and self._edge is not None
        painter.setBrush(colour(used.ground(self._edge) if is_coloured and self._edge else used.panel))
        half = self._width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), 8, 8)
        painter.end()


class Callout(Card):
    """What to know first, then the sentence to read aloud, then where it comes from."""

    def __init__(self, kind: Kind = Kind.BLUE, parent: QWidget | None = None) -> None:
        super().__init__(kind, parent, is_filled=True)
        self._lead = Label(face=Face.BOLD, wrap=True)
        self._aloud = Label(face=Face.ALOUD, wrap=True).selectable()
        self._source = Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        for label in (self._lead, self._aloud, self._source):
            self.body.addWidget(label)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for a column's room: measured at no width, every word would be a line and the window grow with it."""
        return QSize(_COLUMN, self.heightForWidth(_COLUMN))

    def say(self, kind: Kind, lead: str, aloud: str = "", source: str = "") -> None:
        """Show this; parts left empty take no room."""
        self.set_edge(kind)
        for label, text in ((self._lead, lead), (self._aloud, aloud), (self._source, source)):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(" ".join(t for t in (lead, aloud, source) if t))

    @property
    def aloud(self) -> str:
        """The sentence to read aloud."""
        return self._aloud.text()


class ProductionBar(QWidget):
    """The solid bar with the word PRODUCTION, always there where production can be touched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._what, self._right = "", "", ""
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("PRODUCTION")

    def say(self, name: str, what: str = "", right: str = "") -> None:
        """Name what is touched, whose it is and who one is there, and at the right what comes next."""
        self._name, self._what, self._right = name, what, right
        self.setAccessibleName(" · ".join(t for t in ("PRODUCTION", name, what, right) if t))
        self.update()

    def sizeHint(self) -> QSize:
        """Take the width there is."""
        return QSize(200, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bar."""
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.production))
        painter.setPen(colour(used.on_production))
        right = self.rect().adjusted(M, 0, -M, 0)
        painter.setFont(font(Face.TEXT))
        taken = painter.fontMetrics().horizontalAdvance(self._right)
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._right)
        box = right.adjusted(0, 0, -taken - M, 0)
        for text, face in (("PRODUCTION", Face.BOLD), (self._name, Face.BOLD), (self._what, Face.TEXT)):
            painter.setFont(font(face))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
            box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(shown) + M)
        painter.end()


class EmptyState(QWidget):
    """What an empty list says: that nothing is here, and what to do."""

    def __init__(
        self, what: str, todo: str = "", button: KeyButton | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.what = Label(what, face=Face.SUBHEADING)
        self.todo = Label(todo, tone=Tone.DIM)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(XL, XL, XL, XL)
        layout.setSpacing(XS)
        layout.addStretch(2)
        for label in (self.what, self.todo):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        if button is not None:
            layout.addSpacing(M)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def say(self, what: str, todo: str = "") -> None:
        """Say this instead."""
        self.what.setText(what)
        self.todo.setText(todo)


class Panel(QWidget):
    """A ground of its own: the panel's white or the window's grey, with a line at one side where asked."""

    def __init__(self, parent: QWidget | None = None, *, is_raised: bool = True, line: Qt.Edge | None = None) -> None:
        super().__init__(parent)
        self._line = line
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base if is_raised else QPalette.ColorRole.Window)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        if self._line is None:
            return
        painter = QPainter(self)
        painter.setPen(colour(tokens().line))
        box = self.rect().adjusted(0, 0, -1, -1)
        ends = {
            Qt.Edge.LeftEdge: (box.topLeft(), box.bottomLeft()),
            Qt.Edge.RightEdge: (box.topRight(), box.bottomRight()),
            Qt.Edge.TopEdge: (box.topLeft(), box.topRight()),
            Qt.Edge.BottomEdge: (box.bottomLeft(), box.bottomRight()),
        }[self._line]
        painter.drawLine(*ends)
        painter.end()


class _Body(QWidget):
    """Its height follows from its width; a minimum made for a narrower one would scroll for nothing."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class FactsPanel(Panel):
    """The facts on the right: a scrolled body and, below it, the buttons that always stay in sight."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inner = _Body()
        inner.setAutoFillBackground(False)
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(L, L, L, L)
        self.body.setSpacing(M)
        self._area = QScrollArea()
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setAccessibleName(name)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(L, S, L, L)
        self.foot.setSpacing(S)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._area, 1)
        layout.addLayout(self.foot)


class PaneHeader(Panel):
    """The line above a list: its name, how many, and at the right what can be done there."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, is_raised=False, line=Qt.Edge.BottomEdge)
        self._title = Label(title, face=Face.SUBHEADING)
        self._count = Label(tone=Tone.DIM)
        self.right = QHBoxLayout()
        self.right.setSpacing(S)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(M, 0, M, 0)
        layout.setSpacing(S)
        layout.addWidget(self._title)
        layout.addWidget(self._count)
        layout.addStretch(1)
        layout.addLayout(self.right)
        self.setFixedHeight(49)

    def say(self, title: str, count: str = "") -> None:
        """Name the list and say how many are in it."""
        self._title.setText(title)
        self._count.setText(count)
