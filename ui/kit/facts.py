"""Facts on the right: figures under small headings, pairs of name and value, a timeline, steps done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ui.kit.flow import FlowLayout, clear, column
from ui.kit.labels import Dot, ElidedLabel, Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, M, S, Tone, colour, font, tokens
from ui.kit.tips import tip_of
from ui.kit.unsent import Unsent, UnsentMark


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure under its heading."""

    title: str
    value: str
    tone: Tone = Tone.TEXT
    tip: str = ""


_LONGEST = 300  # px: what a panel at its narrowest has room for
_LONGEST_NAME = 170  # px


def one_line(text: str, *, face: Face = Face.TEXT, tone: Tone = Tone.TEXT, most: int = _LONGEST) -> Label:
    """Give a line of at most so many px, cut where it is longer: it never makes its panel wider than its view."""
    label = Label(QFontMetrics(font(face)).elidedText(text, Qt.TextElideMode.ElideRight, most), face=face, tone=tone)
    if label.text() != text:
        label.setToolTip(tip_of(text))
        label.setAccessibleName(text)
    return label


class _Spread(FlowLayout):
    """Spreads what fits into one row over its width; what does not wraps."""

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        widths = [self._items[at].sizeHint().width() for at in range(self.count())]
        between = max(len(widths) - 1, 1)
        self._gap = max((rect.width() - sum(widths)) // between, M)
        return super()._arrange(rect, is_trial=is_trial)

    def sizeHint(self) -> QSize:
        self._gap = M
        return super().sizeHint()


class FigureRow(QWidget):
    """Figures side by side, the most important first, wrapped where they do not fit; red ones are bold."""

    def __init__(self, figures: Sequence[Figure] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = _Spread(self, M, S)
        self._shown: tuple[Figure, ...] = ()
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_figures(figures)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these instead; nothing happens when they are shown already."""
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        clear(self._row)
        for figure in figures:
            value = one_line(figure.value, face=Face.BOLD if figure.tone is Tone.RED else Face.TEXT, tone=figure.tone)
            if figure.tip:
                value.setToolTip(figure.tip)
            value.setAccessibleName(f"{figure.title}: {figure.value}")
            holder = QWidget()
            holder.setLayout(column(SectionLabel(figure.title), value, gap=2))
            self._row.addWidget(holder)
        self.updateGeometry()


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a list of facts or of a timeline: when or what, the text, pills, a word at the right.

    `rows` are the ids of what it shows, for the mark of what was not sent.
    """

    name: str
    value: str = ""
    tone: Tone = Tone.TEXT
    marks: tuple[tuple[str, Kind], ...] = ()
    dot: Kind | None = None
    is_pending: bool = False
    right: str = ""
    tip: str = ""
    rows: tuple[str, ...] = ()


class FactList(QWidget):
    """Facts below each other in columns that line up; a timeline when the names are times."""

    def __init__(
        self,
        facts: Sequence[Fact] = (),
        parent: QWidget | None = None,
        *,
        name_tone: Tone = Tone.DIM,
        unsent: Unsent | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_tone, self._unsent = name_tone, unsent
        self._shown: tuple[Fact, ...] = ()
        self._values: list[Label] = []  # one for each fact, unless there are pills beside them
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(7)
        self.show_facts(facts)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these instead; nothing happens when they are shown already."""
        if tuple(facts) == self._shown:
            return
        is_alike = [_but_value(f) for f in facts] == [_but_value(f) for f in self._shown]
        before, self._shown = self._shown, tuple(facts)
        if is_alike and len(self._values) == len(facts):
            # Only words differ: nothing is laid out anew under the eyes of whoever reads them.
            for label, fact, was in zip(self._values, facts, before, strict=True):
                if fact.value != was.value:
                    label.setText(fact.value)
            return
        clear(self._grid)
        self._values.clear()
        has_dots = any(f.dot is not None for f in facts)
        first = 1 if has_dots else 0  # an empty column would still cost its spacing
        for at, fact in enumerate(facts):
            if fact.dot is not None:
                self._grid.addWidget(Dot(fact.dot, is_hollow=fact.is_pending), at, 0)
            name = one_line(fact.name, tone=self._name_tone if fact.dot is None else Tone.TEXT, most=_LONGEST_NAME)
            if fact.tip:
                name.setToolTip(fact.tip)
            self._grid.addWidget(name, at, first, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(self._marked(fact), at, first + 1)
            if fact.right:
                self._grid.addWidget(Label(fact.right), at, first + 2, Qt.AlignmentFlag.AlignRight)
        self._grid.setHorizontalSpacing(S if has_dots else M)
        self._grid.setColumnStretch(1, 0 if has_dots else 1)
        self._grid.setColumnStretch(2, 1 if has_dots else 0)

    @property
    def said(self) -> dict[str, str]:
        """What is shown, by name."""
        return {fact.name: fact.value for fact in self._shown}

    def _marked(self, fact: Fact) -> QWidget:
        value = _value(fact)
        if isinstance(value, Label):
            self._values.append(value)
        if self._unsent is None or not fact.rows:
            return value
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(XS)
        line.addWidget(value, 1)
        line.addWidget(UnsentMark(self._unsent, *fact.rows), 0, Qt.AlignmentFlag.AlignTop)
        return holder


def _but_value(fact: Fact) -> Fact:
    return replace(fact, value="")


def _value(fact: Fact) -> QWidget:
    tone = fact.tone if fact.dot is None or fact.tone is not Tone.TEXT else Tone.DIM
    if not fact.marks:
        label = Label(fact.value, tone=tone, wrap=True)
        label.setToolTip(fact.tip)
        return label
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(XS)
    label = ElidedLabel(fact.value, tone=tone)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    row.addWidget(label)
    for text, kind in fact.marks:
        row.addWidget(Pill(text, kind))
    row.addStretch(1)
    return holder


class ProgressLine(QWidget):
    """A thin line that fills; its accessible name says the numbers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._done, self._total = 0, 0
        self.setFixedHeight(6)
        self.show_progress(0, 0)

    def show_progress(self, done: int, total: int) -> None:
        """Show done of total."""
        self._done, self._total = done, total
        self.setAccessibleName(f"{self._name}: {done} of {total}")
        self.setToolTip(f"{done} of {total}")
        self.update()

    def sizeHint(self) -> QSize:
        """Take the width there is."""
        return QSize(100, 6)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the scheme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(tokens().line))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        if self._total and self._done:
            share = min(self._done / self._total, 1.0)
            painter.setBrush(colour(tokens().accent))
            painter.drawRoundedRect(QRectF(0, 0, max(self.width() * share, 6.0), self.height()), 3, 3)
        painter.end()
