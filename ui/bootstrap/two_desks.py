"""Two consoles of one company, and what every step of the play asks of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, cast

from app.domain.device import Device
from app.domain.entities import TABLES
from app.domain.errors import Refused
from app.domain.interaction import Interaction
from app.domain.issue import Issue
from app.domain.procedure import Step
from app.domain.release import Artefact
from app.domain.run import Run
from app.services import conflicts, run_lists, runs
from app.services.desk import Desk
from ui.bootstrap.declared import DEVICES
from ui.bootstrap.report import Report, check
from ui.bootstrap.session import Session
from ui.bootstrap.stage import Stage, do, look_up, pictures, settle, wait_for
from ui.kit.theme import Scheme
from ui.panes.devices import DevicesPane
from ui.panes.queue import QueuePane

T = TypeVar("T")

IMPORT_ISSUE = 4127


def there(found: T | None) -> T:
    """Give what the step before this one should have left; raises LookupError."""
    if found is None:
        raise LookupError("the step before this one did not come out")
    return found


class TwoDesks:
    """Ben's and Mara's consoles, once they are open."""

    def __init__(self, stage: Stage, report: Report, out: Path) -> None:
        self._stage, self._report, self._out = stage, report, out
        self._ben: Session | None = None
        self._mara: Session | None = None
        self._run_id = ""

    @property
    def ben(self) -> Session:
        """The support workstation."""
        return there(self._ben)

    @property
    def mara(self) -> Session:
        """The manager's workstation."""
        return there(self._mara)

    def keep(self, session: Session, name: str, schemes: Sequence[Scheme] = (Scheme.LIGHT, Scheme.DARK)) -> None:
        """Save how the console looks now, in each of these themes."""
        settle(250)
        self._report.screens += pictures(session, name, self._out, schemes)

    def queue(self, session: Session) -> QueuePane:
        """Show the session's queue and give it."""
        return session.queue()

    def devices(self) -> DevicesPane:
        """Show Mara's devices and give them."""
        return cast("DevicesPane", self.mara.window.show_pane(DEVICES))

    def at_device(self, name: str) -> DevicesPane:
        """Show a device from the issue and give the pane."""
        device = look_up(self.mara, lambda d: d.cache.records(Device, "name = ?", (name,)))[0]
        issue = self.issue(self.mara, IMPORT_ISSUE)
        self.mara.navigator.open_device(device.id, issue.id)
        pane = self.devices()
        wait_for(lambda: pane.device_id == device.id and pane.bench is not None, f"{name} on the screen")
        return pane

    def issue(self, session: Session, number: int) -> Issue:
        """Give an issue by its number."""
        return look_up(session, lambda d: d.cache.records(Issue, "number = ?", (number,)))[0]

    def interactions(self, session: Session) -> int:
        """Count what was said."""
        return len(look_up(session, lambda d: d.cache.records(Interaction)))

    def heard(self, session: Session, said: str) -> bool:
        """Say whether these words have arrived."""
        return bool(look_up(session, lambda d: d.cache.records(Interaction, "body = ?", (said,))))

    def shown(self, session: Session) -> str:
        """Give the id of the issue in sight."""
        issue = self.queue(session).side.issue
        return issue.id if issue else ""

    def clashing(self) -> Session | None:
        """Give the session that has a conflict to resolve."""
        return next((s for s in (self.ben, self.mara) if look_up(s, conflicts.open_conflicts)), None)

    def step(self, position: int) -> Step:
        """Give a step of the run by its place."""
        run = there(look_up(self.mara, lambda d: d.cache.record(Run, self._run_id)))
        where = "version_id = ? AND position = ?"
        return look_up(self.mara, lambda d: d.cache.records(Step, where, (run.version_id, position)))[0]

    def tick(self, step: Step, evidence: str) -> None:
        """Do a step of the run."""
        do(self.mara, lambda d: runs.tick(d, self._run_id, step.id, evidence))

    def run_at(self, session: Session) -> run_lists.RunDetail:
        """Give the run as this session sees it."""
        wait_for(lambda: look_up(session, lambda d: d.cache.record(Run, self._run_id)), "the run")
        return look_up(session, lambda d: run_lists.run_detail(d, self._run_id))

    def qa_at_bens(self) -> run_lists.SignOffLine:
        """Give the QA sign-off as Ben's console sees it."""
        return next(s for s in self.run_at(self.ben).sign_offs if s.role == "QA")

    def artefacts(self) -> list[Artefact]:
        """Give the files of the run's release."""
        run = there(look_up(self.mara, lambda d: d.cache.record(Run, self._run_id)))
        return look_up(self.mara, lambda d: d.cache.records(Artefact, "release_id = ?", (run.release_id,)))

    def must_refuse(self, verb: Callable[[Desk], object]) -> str:
        """Do what must be refused; gives the reason."""
        try:
            do(self.mara, verb)
        except Refused as e:
            return str(e)
        check(condition=False, otherwise="it was not refused")
        return ""

    def everything(self, session: Session) -> tuple[int, ...]:
        """Count the rows of every table."""
        return look_up(session, lambda d: tuple(len(d.cache.records(t.record)) for t in TABLES))
