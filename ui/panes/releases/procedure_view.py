"""A procedure in the middle: its newest version to read, and the form that starts a run of it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.errors import BadInput
from app.domain.procedure import Step
from app.domain.run import Run
from app.services import releases, runs
from app.services.desk import Desk
from app.services.procedures import ProcedureLine
from app.services.releases import ReleaseLine
from app.services.run_lists import StepLine
from ui.kit.buttons import KeyButton
from ui.kit.fields import Choice
from ui.kit.flow import clear, row
from ui.kit.forms import InlineForm
from ui.kit.labels import ElidedLabel, Label, Pill
from ui.kit.theme import XL, Face, Kind, L, M, S, Tone
from ui.kit.typed_fields import OwnChoice
from ui.panes.releases.step_row import StepRow
from ui.panes.releases.words import alone

_WIDEST = 1100


class StartForm(InlineForm):
    """What will be true when the run is done, of which version, for which release."""

    def __init__(self) -> None:
        super().__init__("Start a run", "Start the run")
        self.run_title = QLineEdit()
        self.run_title.setPlaceholderText("Build 40 is the release")
        self.version = Choice()
        self.release = OwnChoice("Release", "a release; a name that is new makes one")
        self.add("Title", self.run_title)
        self.add("Version", self.version, "A run keeps the version it is started with")
        self.add("Release", self.release, "Sign-offs are bound to its artefacts")
        self.setFocusProxy(self.run_title)
        for changed in (self.run_title.textChanged, self.release.editTextChanged):
            changed.connect(lambda _text: self.clear_refusal())

    def offer(self, procedure: ProcedureLine, known: Sequence[ReleaseLine]) -> None:
        """Offer the versions and releases; what is typed stays."""
        chosen, typed = self.version.currentData(), self.release.currentText()
        self.version.clear()
        for version in procedure.versions:
            self.version.addItem(f"version {version.number}, {version.step_count} steps", version.id)
        self.version.setCurrentIndex(max(self.version.findData(chosen), 0))
        self.release.blockSignals(True)  # somebody else's edit is no answer to a refusal: it stays
        self.release.clear()
        for release in known:
            self.release.addItem(release.name, release.id)
        self.release.setCurrentIndex(-1)
        self.release.setEditText(typed)
        self.release.blockSignals(False)

    def verb(self) -> Callable[[Desk], Run]:
        """Give the verb for what is typed; raises BadInput."""
        title, version, named = self.run_title.text().strip(), self.version.currentData(), self.release.currentText()
        at = self.release.findText(named.strip(), Qt.MatchFlag.MatchFixedString)
        release_id = self.release.itemData(at) if at >= 0 else None
        if not title:
            raise BadInput("A run needs a title.", "Say what will be true when it is done.")
        if version is None:
            raise BadInput("This procedure has no published version.", "Publish one first.")

        def start(desk: Desk) -> Run:
            release = release_id
            if release is None and named.strip():
                release = releases.add_release(desk, named).id
            return runs.start_run(desk, version, release, title)

        return start


class ProcedureView(QWidget):
    """The newest version of a procedure, step by step."""

    def __init__(self, start: KeyButton) -> None:
        super().__init__()
        self.procedure: ProcedureLine | None = None
        self.title = ElidedLabel(face=Face.SUBHEADING)
        self.version, self.only = Pill("", Kind.GREY), Pill("", Kind.AMBER)
        self.about = Label(tone=Tone.DIM, wrap=True)
        self.form = StartForm()
        self.form.hide()
        inner = QWidget()
        inner.setAutoFillBackground(False)
        inner.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(XL, L, XL, XL)
        column.setSpacing(M)
        head = row(self.title, self.version, self.only, start, gap=S)
        head.setStretch(0, 1)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addWidget(self.form)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(0)
        column.addLayout(self._steps)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        area.setAccessibleName("Procedure")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)

    def show_procedure(self, procedure: ProcedureLine, steps: Sequence[Step], known: Sequence[ReleaseLine]) -> None:
        """Show this one; a form that is open stays open."""
        if self.procedure is None or self.procedure.id != procedure.id:
            self.form.hide()
        self.procedure = procedure
        self.title.set_whole(procedure.name)
        newest = procedure.versions[0] if procedure.versions else None
        self.version.show_as(f"version {newest.number}" if newest else "not published", Kind.GREY)
        self.only.show_as("only 1" if procedure.only_one else "", Kind.AMBER)
        told = alone(procedure.only_one)
        minutes = sum(s.minutes for s in steps)
        self.about.setText(f"{len(steps)} steps{f', about {minutes} min' if minutes else ''}. {told}".strip())
        self.form.offer(procedure, known)
        clear(self._steps)
        for step in steps:
            line = StepRow()
            line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            line.setCursor(Qt.CursorShape.ArrowCursor)
            line.show_step(StepLine(step, None, (), ()))
            self._steps.addWidget(line)
