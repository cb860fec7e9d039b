"""The options of a question and what each costs over its term."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.escalation_lists import OptionLine
from ui.kit.flow import clear, row
from ui.kit.labels import Label, Pill
from ui.kit.theme import Face, Kind, M, S, Tone, colour, tokens
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.escalations.words import money

_HEADER = 30


class OptionsTable(QWidget):
    """One line an option; a column appears only where some option has a cost in it."""

    def __init__(self, unsent: Unsent) -> None:
        super().__init__()
        self._unsent = unsent
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(S, 0, S, 0)
        self._grid.setHorizontalSpacing(M)
        self._grid.setVerticalSpacing(0)

    def show_options(self, options: Sequence[OptionLine]) -> None:
        """Show these instead."""
        clear(self._grid)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 0)
        self._grid.setColumnStretch(0, 1)
        self.setVisible(bool(options))
        sums = [name for name in ("one_off", "monthly", "yearly") if any(getattr(o, name) for o in options)]
        sums = sums or ["one_off"]
        terms = {o.term_months for o in options}
        titles = ["Option", *(s.replace("_", "-").capitalize() for s in sums)]
        titles.append(f"{terms.pop()} months" if len(terms) == 1 else "Whole term")
        for at, title in enumerate(titles):
            label = Label(title, face=Face.SMALL_BOLD, tone=Tone.DIM)
            label.setMinimumHeight(_HEADER)
            self._grid.addWidget(label, 0, at)
        for line, option in enumerate(options, 1):
            self._show_option(line, option, sums, is_one_term=len({o.term_months for o in options}) == 1)

    def _show_option(self, line: int, option: OptionLine, sums: Sequence[str], *, is_one_term: bool) -> None:
        name = QWidget()
        parts = row(Label(option.label, face=Face.BOLD, wrap=True), gap=S, margins=(0, 7, 0, 7))
        parts.setStretch(0, 1)
        parts.addWidget(UnsentMark(self._unsent, option.id))
        if option.is_chosen:
            parts.addWidget(Pill("chosen", Kind.GREEN))
        name.setLayout(parts)
        self._grid.addWidget(name, 2 * line - 1, 0)
        for at, field in enumerate(sums, 1):
            self._grid.addWidget(Label(money(getattr(option, field), option.currency)), 2 * line - 1, at)
        total = Label(money(option.total, option.currency), face=Face.BOLD)
        total.setToolTip(f"over {option.term_months} months")
        if not is_one_term:
            total.setText(f"{total.text()} / {option.term_months} mo")
        self._grid.addWidget(total, 2 * line - 1, len(sums) + 1)
        if option.risk:
            risk = Label(f"+ risk: {option.risk}", face=Face.SMALL, tone=Tone.RED, wrap=True)
            risk.setContentsMargins(0, 0, 0, 6)
            self._grid.addWidget(risk, 2 * line, 0, 1, len(sums) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the header's ground and the lines between the options."""
        painter = QPainter(self)
        used = tokens()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(QRectF(0, 0, self.width(), _HEADER), colour(used.window))
        painter.setPen(colour(used.line))
        # Below the option, or below its risk where it has one.
        last = {at + 1 if self._has(at + 1) else at for at in range(1, self._grid.rowCount(), 2) if self._has(at)}
        for at in last:
            bottom = self._bottom(at)
            painter.drawLine(0, bottom, self.width(), bottom)
        painter.end()

    def _has(self, line: int) -> bool:
        return self._grid.itemAtPosition(line, 0) is not None

    def _bottom(self, line: int) -> int:
        item = self._grid.itemAtPosition(line, 0)
        return 0 if item is None else item.geometry().bottom()
