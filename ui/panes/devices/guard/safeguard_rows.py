"""What stands in the lists of the page Safeguards: windows, emergencies and lines of the log, as rows of one table."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.domain.session import LineClass, Passage
from app.services.audit import Chain, LoggedLine
from app.services.change_windows import WindowLine
from app.services.emergencies import EmergencyLine
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import ago, moment, span

PLACES = WINDOWS, TO_REVIEW, REVIEWED, MINE, CHAINS = "windows", "to review", "reviewed", "mine", "chains"

_PASSAGES = {
    Passage.SENT: ("sent", Kind.GREY),
    Passage.CONFIRMED: ("name typed", Kind.AMBER),
    Passage.EMERGENCY: ("emergency", Kind.RED),
    Passage.REFUSED: ("not sent", Kind.BLUE),
    Passage.HIDDEN: ("hidden", Kind.GREY),
}
_CLASSES = {LineClass.READ: Tone.DIM, LineClass.CONFIG: Tone.TEXT, LineClass.DESTRUCTIVE: Tone.RED}


@dataclass(frozen=True, slots=True)
class SafeRow:
    """A row: when, what with a second line, where and who, and a pill; `record` is what it shows."""

    id: str
    at: datetime
    when: str
    what: str
    second: str
    where: str
    by: str
    mark: str
    kind: Kind
    record: WindowLine | EmergencyLine | LoggedLine | Chain
    tone: Tone = Tone.TEXT


COLUMNS = (
    Column[SafeRow]("when", "When", lambda x, _n: Cell(x.when, Tone.DIM), 136, is_sortable=False),
    Column[SafeRow]("what", "What", lambda x, _n: Cell(x.what, x.tone, second=x.second), 0, is_sortable=False),
    Column[SafeRow]("where", "Where", lambda x, _n: Cell(x.where), 134, is_sortable=False, yields=2),
    Column[SafeRow]("by", "By", lambda x, _n: Cell(x.by, Tone.DIM), 96, is_sortable=False, yields=1),
    Column[SafeRow]("mark", "", lambda x, _n: Cell(x.mark, pill=x.kind), 104, is_sortable=False),
)


def of_window(line: WindowLine, now: datetime) -> SafeRow:
    """Give a window's row."""
    left = span((line.closes_at - now).total_seconds())
    agreed = f"agreed with {line.agreed_with}" if line.agreed_with else "from a rollout" if not line.is_ours else ""
    second = " · ".join(part for part in (f"{line.kind} change", agreed) if part)
    return SafeRow(
        id=line.id,
        at=line.opens_at,
        when=f"until {moment(line.closes_at, now)}" if line.is_open else moment(line.opens_at, now),
        what=line.what,
        second=second,
        where=line.customer,
        by=line.by,
        mark=f"open {left}" if line.is_open else "to come",
        kind=Kind.GREEN if line.is_open else Kind.GREY,
        record=line,
    )


def of_emergency(line: EmergencyLine, now: datetime) -> SafeRow:
    """Give an emergency's row."""
    many = len(line.lines)
    given = f"{many} lines changed it" if many > 1 else "1 line changed it" if many else "nothing was changed"
    return SafeRow(
        id=line.id,
        at=line.at,
        when=ago(line.at, now),
        what=line.reason,
        second=f"{given} · {line.review}" if line.review else given,
        where=line.device,
        by=line.person,
        mark="reviewed" if line.is_reviewed else "on" if line.is_on else "to review",
        kind=Kind.GREEN if line.is_reviewed else Kind.RED if line.is_on else Kind.AMBER,
        record=line,
    )


def of_logged(line: LoggedLine, now: datetime) -> SafeRow:
    """Give a logged line's row."""
    mark, kind = _PASSAGES.get(line.passage, (str(line.passage), Kind.GREY))
    return SafeRow(
        id=line.id,
        at=line.at,
        when=f"{moment(line.at, now)}:{line.at.second:02}",
        what=line.line or "(a password)",
        second=line.reason,
        where=line.device,
        by=line.person,
        mark=mark,
        kind=kind,
        record=line,
        tone=_CLASSES.get(line.line_class, Tone.TEXT),
    )


def of_chain(chain: Chain, now: datetime) -> SafeRow:
    """Give a chain's row."""
    wrong = [finding for finding in chain.findings if chain.is_broken_by(finding)]
    first = wrong[0] if wrong else next(iter(chain.findings), None)
    second = f"line {first.line.seq} of {moment(first.line.at, now)}: {first.flaw}" if first is not None else ""
    return SafeRow(
        id=f"{chain.workstation}\x1f{chain.person}",
        at=chain.last_at,
        when=f"to {moment(chain.last_at, now)}",
        what=f"{chain.lines:,} lines" if chain.lines != 1 else "1 line",
        second=second,
        where=chain.workstation,
        by=chain.person,
        mark="broken" if wrong else "whole",
        kind=Kind.RED if wrong else Kind.GREEN,
        record=chain,
    )


def day_from(days: int) -> tuple[datetime, datetime] | None:
    """Give the last so many days up to tomorrow by the workstation's clock, as UTC; None for 0: all there is."""
    if not days:
        return None
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    begins, ends = midnight - timedelta(days=days - 1), midnight + timedelta(days=1)
    return begins.astimezone(UTC), ends.astimezone(UTC)
