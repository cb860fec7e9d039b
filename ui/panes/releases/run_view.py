"""The run in the middle: how far it is, its steps, and the chosen one as a card among them."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.services.run_lists import RunDetail, StepLine
from ui.kit.cards import Callout
from ui.kit.facts import ProgressLine
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import XL, Face, Kind, L, M, S, Tone
from ui.kit.unsent import Unsent
from ui.panes.releases.step_card import StepCard
from ui.panes.releases.step_row import StepRow
from ui.panes.releases.words import took, within

_WIDEST = 1100


class RunView(QWidget):
    """One run. `step_asked` carries the id of the step whose line was pressed."""

    step_asked = Signal(str)

    def __init__(self, card: StepCard, unsent: Unsent) -> None:
        super().__init__()
        self._unsent = unsent
        unsent.changed.connect(self._mark)
        self.card = card
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.run: RunDetail | None = None
        self.step_id = ""
        self.title = ElidedLabel(face=Face.SUBHEADING)
        self.version = Pill("", Kind.GREY)
        self.spent = Label(tone=Tone.DIM)
        self.progress = ProgressLine("Progress")
        self.finished = Callout(Kind.GREEN)
        self._rows: list[StepRow] = []
        inner = QWidget()
        inner.setAutoFillBackground(False)
        inner.setMaximumWidth(_WIDEST)
        self._steps = QVBoxLayout(inner)
        self._steps.setContentsMargins(XL, M, XL, XL)
        self._steps.setSpacing(0)
        self._steps.addWidget(self.finished)
        self._place = QWidget()  # gives the card air to both sides
        around = QVBoxLayout(self._place)
        around.setContentsMargins(0, S, 0, S)
        around.addWidget(self.card)
        self._steps.addWidget(self._place)
        self._steps.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidget(inner)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.viewport().setAutoFillBackground(False)
        self._area.setAccessibleName("Steps")
        head = self._head = QWidget()
        head.setMinimumWidth(1)  # what it hides when it is narrow must not keep it from getting narrow
        head.setMaximumWidth(_WIDEST)
        inside = QVBoxLayout(head)
        inside.setContentsMargins(XL, L, XL, S)
        inside.setSpacing(S)
        line = row(self.title, self.version, self.spent, gap=S)
        line.setStretch(0, 1)
        inside.addLayout(line)
        inside.addWidget(self.progress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(self._area, 1)

    def show_run(self, run: RunDetail, step_id: str) -> None:
        """Show the run with this step as the card; with "" the first that is not done, if there is one."""
        is_other = self.run is None or self.run.id != run.id
        before, self.run = self.step_id, run
        known = {s.step.id for s in run.steps}
        self.step_id = step_id if step_id in known else run.current_id
        self.title.set_whole(run.title)
        self.version.show_as(f"version {run.version} of {run.procedure}" if run.procedure else "", Kind.GREY)
        self.progress.show_progress(run.done, run.total)
        is_done = run.done == run.total and run.total > 0
        self.finished.setVisible(is_done)
        self._show_rows(run)
        self._mark()
        self.retime()
        if is_other or before != self.step_id:
            QTimer.singleShot(0, self, self._bring_into_sight)

    def chosen(self) -> StepLine | None:
        """Give the step that the card shows."""
        steps = self.run.steps if self.run else ()
        return next((s for s in steps if s.step.id == self.step_id), None)

    def beside(self, way: int) -> str:
        """Give the id of the step before (-1) or after (1) the chosen one; "" at the end."""
        ids = [s.step.id for s in self.run.steps] if self.run else []
        if not ids:
            return ""
        if self.step_id not in ids:
            return ids[0 if way > 0 else -1]
        at = ids.index(self.step_id) + way
        return ids[at] if 0 <= at < len(ids) else ""

    def retime(self) -> None:
        """Say times anew, from what is here."""
        if self.run is None:
            return
        now = self.clock()
        self.spent.setText(took(self.run, now))
        self.card.retime(now)
        if not self.finished.isHidden():
            when = f", {within(self.run.finished_at, now)}" if self.run.finished_at else ""
            self.finished.say(Kind.GREEN, f"Every step is done{when}", source="Press a step to see its proof.")
        self._fit_head()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the title its room again."""
        super().resizeEvent(event)
        self._fit_head()

    def _fit_head(self) -> None:
        """Let the title win: what does not fit beside the whole of it is hidden, the version before the minutes."""
        room = min(self.width(), _WIDEST) - 2 * XL - self.title.sizeHint().width()
        spent, version = self.spent.sizeHint().width() + S, self.version.sizeHint().width() + S
        self.spent.setVisible(spent <= room)
        self.version.setVisible(bool(self.version.text) and spent + version <= room)
        self._head.setToolTip(f"{self.version.text} · {self.spent.text()}")

    def _show_rows(self, run: RunDetail) -> None:
        while len(self._rows) < len(run.steps):
            line = StepRow()
            line.clicked.connect(lambda _on=False, one=line: self.step_asked.emit(one.step.step.id if one.step else ""))
            self._rows.append(line)
        for line in self._rows[len(run.steps) :]:
            line.hide()
            line.deleteLater()
        del self._rows[len(run.steps) :]
        self._steps.removeWidget(self._place)
        chosen = None
        for at, (line, step) in enumerate(zip(self._rows, run.steps, strict=True), 1):
            line.show_step(step)
            # Each step keeps its place in the tab order, the card stands in the place of its line.
            self._steps.insertWidget(at, line)
            line.setVisible(step.step.id != self.step_id)
            chosen = at if step.step.id == self.step_id else chosen
        self._place.setVisible(chosen is not None)
        self._steps.insertWidget((chosen or 0) + 1, self._place)
        if chosen is not None:
            self.card.show_step(run.steps[chosen - 1], run, self.clock())

    def _mark(self) -> None:
        """Mark the steps of which the company has not heard yet."""
        for line in self._rows:
            if self.run is not None and line.step is not None:
                line.mark(is_unsent=self._unsent.has(f"{self.run.id}/{line.step.step.id}"))

    def _bring_into_sight(self) -> None:
        if self.card.isVisible():
            self._area.ensureWidgetVisible(self.card, 0, 90)
