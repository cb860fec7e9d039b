"""The facts on the right: who has done this step, the sign-offs, the artefacts."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.run_lists import RunDetail, StepLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import FactsPanel
from ui.kit.facts import Fact, FactList
from ui.kit.flow import clear, flow, row
from ui.kit.labels import ElidedLabel, Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, Tone
from ui.kit.timephrase import exact
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.releases.words import short_sum, signed, size


class RunFacts(FactsPanel):
    """What stands around the step: people, signatures, files."""

    def __init__(self, add_file: KeyButton, unsent: Unsent) -> None:
        super().__init__("Facts of the run")
        self._unsent = unsent
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._run: RunDetail | None = None
        self.doers, self.alone = FactList(name_tone=Tone.TEXT), Pill("", Kind.AMBER)
        self.nobody = Label("nobody yet", tone=Tone.DIM)
        self.signed = FactList(name_tone=Tone.TEXT, unsent=unsent)
        self.signed_title, self.files_title = SectionLabel("Sign-offs"), SectionLabel("Artefacts")
        self.files_of = Label(tone=Tone.DIM, wrap=True)
        self._files_holder = QWidget()
        self._files = QVBoxLayout(self._files_holder)
        self._files.setContentsMargins(0, 0, 0, 0)
        self._files.setSpacing(2)
        self._doers_title = SectionLabel("Who has done this step")
        for widget in (
            self._doers_title,
            self.doers,
            self.nobody,
            self.alone,
            self.signed_title,
            self.signed,
            self.files_title,
            self.files_of,
            self._files_holder,
        ):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.foot.addWidget(flow(add_file))

    def show_run(self, run: RunDetail, step: StepLine | None) -> None:
        """Show the facts of this run and step."""
        self._run = run
        doers = step.doers if step is not None else ()
        self._doers_title.setVisible(step is not None)
        self.doers.show_facts([Fact(d.name, f"{d.times} ×", Tone.DIM) for d in doers])  # noqa: RUF001  times
        self.doers.setVisible(bool(doers))
        self.nobody.setVisible(step is not None and not doers)
        self.alone.show_as("only one person" if step is not None and step.only_one else "", Kind.AMBER)
        self.retime()
        self._show_files(run)

    def retime(self) -> None:
        """Say times anew, from what is here."""
        run, now = self._run, self.clock()
        if run is None:
            return
        facts = []
        for line in run.sign_offs:
            words, tone = signed(line, now)
            tip = " · ".join(p for p in (line.who, exact(line.at) if line.at else "") if p)
            facts.append(Fact(line.role, words, tone, tip=tip, rows=(f"{run.id}/{line.role}",)))
        self.signed.show_facts(facts)
        self.signed_title.setVisible(bool(facts))
        self.signed.setVisible(bool(facts))

    def _show_files(self, run: RunDetail) -> None:
        clear(self._files)
        has_release = run.release_id is not None
        self._files_holder.setVisible(bool(run.artefacts))
        nothing = f"{run.release}: no file yet. Add what is signed." if has_release else "This run is about no release."
        self.files_of.setText(run.release if run.artefacts else nothing)
        for file in run.artefacts:
            name = ElidedLabel(f"{file.name} {size(file.size_bytes)}", face=Face.MONO_SMALL)
            checksum = Label(f"sha256 {short_sum(file.sha256)}", face=Face.MONO_SMALL, tone=Tone.DIM)
            checksum.setToolTip(f"{file.size_bytes} bytes\n{file.sha256}")
            checksum.setAccessibleName(f"{file.name}, SHA-256 {file.sha256}")
            line = row(name, UnsentMark(self._unsent, file.id), gap=XS)
            line.setStretch(0, 1)
            self._files.addLayout(line)
            self._files.addWidget(checksum)
