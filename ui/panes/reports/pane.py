"""The Reports pane: reports on the left, the chart and its numbers on the right, and the issues behind each number."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.domain.as_of import as_of
from app.domain.errors import BadInput, BatonError
from app.domain.report import Report, ReportName, ReportRow
from app.services import reports
from app.services.desk import Desk
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader, Panel
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import split
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.side_list import SideList
from ui.kit.table import RecordTable
from ui.kit.theme import XS, Face, L, M, S, Tone, theme
from ui.kit.timephrase import exact
from ui.kit.waiting import Waiting
from ui.panes.reports import paper
from ui.panes.reports.behind import IssuesBehind
from ui.panes.reports.chart import Chart
from ui.panes.reports.figures_table import table_of
from ui.panes.reports.legend import Legend
from ui.panes.reports.words import sections

PREFIX = "reports"
_WIDTHS = (220, 1058)
_HEIGHTS = (380, 300)
_TIME_WIDTH = 150


class ReportsPane(Page):
    """A page over the panes: figures are looked at now and then, and need no tab."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._stop = threading.Event()
        self._asked_at: datetime | None = None
        self._behind_of: tuple[str, Sequence[str]] = ("", ())
        self.report: Report | None = None
        self._commands = self._own_commands()
        self.places = SideList("Reports")
        self.header = PaneHeader("Reports")
        self.time = QLineEdit()
        self.sentence, self.limits = Label(face=Face.ALOUD, wrap=True), Label(face=Face.SMALL, tone=Tone.DIM, wrap=True)
        self.waiting = Waiting()
        self.cancel = self._button("cancel")
        self.chart, self.legend = Chart(), Legend()
        self.nothing = EmptyState("There is nothing to report yet")
        self.table: RecordTable[ReportRow] | None = None
        self.behind = IssuesBehind(console, [self._button("list"), self._button("back")])
        self._lay_out()
        self.places.show_sections(sections())
        self.places.chosen.connect(lambda _name: self.refresh())
        self.time.returnPressed.connect(self._ask_time)
        self.chart.opened.connect(self.open_number)
        self.behind.left.connect(self._back)
        theme().changed.connect(self._recolour)
        self.destroyed.connect(self._stop.set)
        self.setAccessibleName("Reports")
        self.places.choose(ReportName.BACKLOG.value)

    def _lay_out(self) -> None:
        left = QWidget()
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 14, 0, 0)
        side.addWidget(self.places)
        left.setMinimumWidth(180)
        self._figures, self._lower = QWidget(), QStackedWidget()
        figures = QVBoxLayout(self._figures)
        figures.setContentsMargins(0, 0, 0, 0)
        self.limits.setContentsMargins(L, XS, L, S)
        figures.addWidget(self.limits)
        for page in (self._figures, self.behind):
            self._lower.addWidget(page)
        halves = split(self._upper(), self._lower, sizes=_HEIGHTS)
        halves.setOrientation(Qt.Orientation.Vertical)
        for at, stretch in enumerate((3, 2)):
            halves.setStretchFactor(at, stretch)
        right = QWidget()
        whole = QVBoxLayout(right)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(halves, 1)
        parts = split(left, right, sizes=_WIDTHS)
        parts.setStretchFactor(1, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(parts)

    def _upper(self) -> QWidget:
        self.time.setPlaceholderText("Now")
        self.time.setFixedWidth(_TIME_WIDTH)
        self.time.setAccessibleName("Figures as of")
        self.time.setToolTip("As of when: 2026-11-30, or 2026-11-30 16:00. Empty: now.")
        self.header.right.addWidget(Label("As of", tone=Tone.DIM))
        self.header.right.addWidget(self.time)
        for name in ("refresh", "png", "csv", "pdf"):
            self.header.right.addWidget(self._button(name))
        area = self._area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self.chart)
        area.viewport().setAutoFillBackground(False)
        area.setAccessibleName("Chart")
        upper = Panel()
        column = QVBoxLayout(upper)
        column.setContentsMargins(L, M, L, S)
        column.setSpacing(S)
        for part in (self.sentence, self.waiting, self.cancel, self.legend):
            column.addWidget(part)
        column.addWidget(area, 1)
        column.addWidget(self.nothing, 1)
        return upper

    def _own_commands(self) -> tuple[Command, ...]:
        group = "Reports"

        def act(name: str, title: str, words: str, key: str, run: Callable[[], object],
                can: Callable[[], bool] = lambda: True) -> Command:  # fmt: skip
            return Command(f"{PREFIX}.{name}", title, words, (key,), group, run, can, single_key=len(key) == 1)

        return (
            act("refresh", "Count again", "Count the figures anew", "R", self.refresh),
            act("time", "As of…", "Show the figures as they were at a time", "T", self.ask_time),
            act("chart", "Go to the chart", "Choose a number with the arrows", "G", self.go_to_chart,
                self._has_chart),
            act("png", "PNG", "Save the chart as a picture", "P", lambda: self.export(".png"), self._has_report),
            act("csv", "CSV", "Save the table for a spreadsheet", "X", lambda: self.export(".csv"), self._has_report),
            act("pdf", "PDF", "Save chart and table as a page", "D", lambda: self.export(".pdf"), self._has_report),
            act("list", "Open in the Queue", "Show these issues as a list of the Queue", "O", self.open_list,
                self._can_list),
            act("back", "Back to the figures", "Leave the issues behind the number", "B", self._back, self._is_behind),
            act("cancel", "Cancel", "Stop counting", "C", self.stop, lambda: self.is_counting),
        )  # fmt: skip

    def _button(self, name: str) -> KeyButton:
        command = next(c for c in self._commands if c.id == f"{PREFIX}.{name}")
        return KeyButton.of(self._console.book, command)

    # The window's side of it

    def commands(self) -> tuple[Command, ...]:
        """Give the pane's commands."""
        return self._commands

    def focus_first(self) -> None:
        """Put the focus on the list of reports, and count anew what may have changed."""
        self.places.setFocus()
        if not self.is_counting:
            self.refresh()

    # Counting

    @property
    def is_counting(self) -> bool:
        """Whether figures are on their way."""
        return self.waiting.isVisibleTo(self)

    def show_report(self, name: ReportName) -> None:
        """Show this report."""
        if self.places.current() == name.value:
            self.refresh()
        else:
            self.places.choose(name.value)

    def refresh(self) -> None:
        """Count the chosen report's figures on a reader thread; what was being counted is dropped."""
        self._stop.set()
        stop = self._stop = threading.Event()
        name, at = ReportName(self.places.current() or ReportName.BACKLOG.value), self._asked_at
        self.waiting.say(f"Counting “{reports.TITLES[name]}”…")
        self.cancel.show()
        self._console.book.refresh()

        def progress(done: int, total: int) -> None:
            self._console.mailbox.call(self, lambda: self._progressed(stop, done, total))

        def count(desk: Desk) -> Report | None:
            return reports.make(desk, name, at, is_cancelled=stop.is_set, on_progress=progress)

        def came(report: Report | None) -> None:
            if report is not None and not stop.is_set():
                self._show(report)

        self._console.mailbox.deliver(self._console.workstation.read(count), self, came, self._failed)

    def _progressed(self, stop: threading.Event, done: int, total: int) -> None:
        if self.is_counting and stop is self._stop:
            self.waiting.say(f"{done:,} of {total:,} issues", done, total)

    def stop(self) -> None:
        """Stop counting; what was shown stays."""
        self._stop.set()
        self._counted()

    def _counted(self) -> None:
        self.waiting.hide()
        self.cancel.hide()
        self._console.book.refresh()

    def _failed(self, error: BatonError) -> None:
        self._counted()
        self._console.navigator.tell(error.what, error.todo)

    def _show(self, report: Report) -> None:
        is_same = self.report is not None and self.report.name is report.name
        self.report = report
        self._counted()
        self.header.say(report.title, f"as of {exact(report.as_of)}")
        self.sentence.setText(report.sentence)
        self.limits.setText(report.limits)
        self.legend.show_columns(() if report.is_empty else report.columns)
        self._area.setVisible(not report.is_empty)
        self.nothing.setVisible(report.is_empty)
        self.nothing.say("There is nothing to report yet", report.todo)
        if not report.is_empty:
            self.chart.show_report(report)
        self._show_table(report)
        if not (is_same and self._is_behind()):
            self._lower.setCurrentWidget(self._figures)
        self._console.book.refresh()

    def _show_table(self, report: Report) -> None:
        before, kept = self.table, ""
        if before is not None:
            kept = before.chosen_id()
            before.hide()
            before.deleteLater()
        made = self.table = table_of(report, self._console.mailbox)
        layout = self._figures.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, made, 1)
        made.opened.connect(lambda _place: self._open_chosen())
        if kept:
            made.choose(kept)

    def _recolour(self) -> None:
        if self.report is not None and not self.report.is_empty:
            self.chart.repaint_all()

    # As of

    def ask_time(self) -> None:
        """Put the focus where the time is written."""
        self.time.setFocus()
        self.time.selectAll()

    def _ask_time(self) -> None:
        text = self.time.text().strip()
        try:
            self._asked_at = as_of(text) if text else None
        except BadInput as e:
            self._console.navigator.tell(e.what, e.todo)
            return
        self.refresh()

    # The issues behind a number

    def _open_chosen(self) -> None:
        """Open the number of the chosen line in which the table's cursor stands; in the words, the first drawn."""
        table, report = self.table, self.report
        if table is None or report is None or not table.chosen_id():
            return
        row = report.rows[int(table.chosen_id())]
        at = table.view.currentIndex().column() - 1
        usual = next((c for c in report.columns if c.id == "all"), report.columns[0])
        self.open_number(row.key, report.columns[at].id if at >= 0 else usual.id)

    def open_number(self, row_key: str, column_id: str) -> None:
        """List the issues behind a number."""
        report = self.report
        if report is None:
            return
        row = next(r for r in report.rows if r.key == row_key)
        column = next(c for c in report.columns if c.id == column_id)
        title = f"{row.label} · {column.title}"

        def came(ids: list[str]) -> None:
            self._behind_of = (f"{report.title}: {title}", ids)
            self._lower.setCurrentWidget(self.behind)
            self.behind.show_ids(f"{title} ({counted(len(ids), 'issue')})", ids)
            self._console.book.refresh()

        self._console.read(self, lambda desk: reports.issues_behind(desk, report, row_key, column_id), came)

    def _is_behind(self) -> bool:
        return self._lower.currentWidget() is self.behind

    def _back(self) -> None:
        self._lower.setCurrentWidget(self._figures)
        if self.table is not None:
            self.table.setFocus()
        self._console.book.refresh()

    def _can_list(self) -> bool:
        return self._is_behind() and bool(self._behind_of[1]) and self._console.navigator.can_open_issues()

    def open_list(self) -> None:
        """Show the issues behind the number where issues are worked with."""
        title, ids = self._behind_of
        self._console.navigator.open_issues(ids, title)

    # The rest

    def _has_report(self) -> bool:
        return self.report is not None

    def _has_chart(self) -> bool:
        return self.report is not None and not self.report.is_empty

    def go_to_chart(self) -> None:
        """Put the focus into the chart."""
        self.chart.setFocus()

    def export(self, suffix: str) -> None:
        """Ask for a file and write the report into it."""
        if self.report is not None and (path := paper.ask_where(self, self.report, suffix)) is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the report into this file, and say so."""
        tell = self._console.navigator.tell
        if self.report is None:
            return
        try:
            paper.save(self.report, path)
        except BatonError as e:
            tell(e.what, e.todo)
        else:
            tell(f"“{self.report.title}” is in {path}.")
