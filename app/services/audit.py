"""The audit log: every line that somebody gave to a device, or wanted to, in a chain that shows what was touched.

A workstation's lines of one person are one chain. The last line is looked up and the next one written in one
transaction of the cache, so that a console and a command line beside it do not fork it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.guard import chain
from app.domain.guard.chain import Finding, Flaw
from app.domain.guard.kept import kept
from app.domain.person import Person, Role
from app.domain.session import AuditLine, LineClass, Passage
from app.services import people
from app.services.desk import Desk, Edit
from app.store.arrivals import remember
from app.store.codec import instant_cell

LONGEST = 4000
"""Characters of a line that are kept; a longer one ends with how many more it had."""
_HEAD = "audit head "  # among the words of the sync: the last line that was written here
LISTED = 500


@dataclass(frozen=True, slots=True)
class LoggedLine:
    """A line of the log as a screen shows it; `at` is aware UTC."""

    id: str
    at: datetime
    device: str
    person: str
    line: str
    line_class: LineClass
    passage: Passage
    reason: str
    issue_id: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain as it was checked. `cannot_tell` where lines may be missing because this person may not see them.

    `cut` counts lines that this cache has written and that are not at the chain's end any more.
    """

    workstation: str
    person: str
    lines: int
    first_at: datetime
    last_at: datetime
    findings: tuple[Finding, ...]
    cannot_tell: bool = False
    cut: int = 0

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is wrong with it, as far as can be told here."""
        return not (self.cut and not self.cannot_tell) and not any(self.is_broken_by(one) for one in self.findings)

    def is_broken_by(self, finding: Finding) -> bool:
        """Say whether this finding means that somebody touched the log."""
        return finding.flaw in chain.BROKEN and not (finding.flaw is Flaw.GAP and self.cannot_tell)


def record(
    desk: Desk,
    edit: Edit,
    device: Device,
    line: str,
    line_class: LineClass,
    passage: Passage,
    *,
    reason: str = "",
    issue_id: str | None = None,
    window_id: str | None = None,
    run_id: str | None = None,
) -> AuditLine:
    """Write a line into the log within an open edit; its secrets are left out first, a hidden one is not kept."""
    before = _last(desk, edit.by)
    made = edit.insert(
        chain.sealed(
            AuditLine(
                id=new_id(),
                device_id=device.id,
                customer_id=device.customer_id,
                issue_id=issue_id,
                person_id=edit.by,
                workstation=_seat(desk),
                seq=before[0] + 1,
                at=edit.at,
                line="" if passage is Passage.HIDDEN else _kept(line),
                line_class=line_class,
                passage=passage,
                reason=reason.strip(),
                window_id=window_id,
                run_id=run_id,
                before=before[1],
                hash="",
            )
        )
    )
    remember(desk.cache, **{_head_of(made.workstation, made.person_id): f"{made.seq} {made.hash}"})
    return made


def of_device(
    desk: Desk, device_id: str, *, person_id: str | None = None, day: tuple[datetime, datetime] | None = None
) -> tuple[LoggedLine, ...]:
    """Give the device's last lines, newest first, of one person or between two times where these are given."""
    return _listed(desk, device_id, person_id, day)


def mine(desk: Desk, *, day: tuple[datetime, datetime] | None = None) -> tuple[LoggedLine, ...]:
    """Give the last lines of whoever asks, on all devices, newest first: nobody else's can be asked for as a whole."""
    return _listed(desk, None, desk.me().id, day)


def devices(desk: Desk) -> tuple[tuple[str, str, int], ...]:
    """Give id, name and number of lines of each device that the log has lines of, by name."""
    return tuple(
        (row[0], row[1], int(row[2]))
        for row in desk.cache.read(
            "SELECT d.id, d.name, count(*) FROM audit_line l JOIN device d ON d.id = l.device_id "
            "WHERE d.deleted = 0 GROUP BY d.id ORDER BY d.name COLLATE NOCASE, d.id"
        )
    )


def people_on(desk: Desk, device_id: str) -> tuple[tuple[str, str], ...]:
    """Give id and name of each person who gave this device a line, by name."""
    found = desk.cache.read("SELECT DISTINCT person_id FROM audit_line WHERE device_id = ?", (device_id,))
    names = people.names(desk)
    return tuple(
        sorted(((row[0], names.get(row[0], people.OUTSIDE)) for row in found), key=lambda one: one[1].casefold())
    )


def verify(desk: Desk) -> tuple[Chain, ...]:
    """Check every chain that is in the cache, by workstation and person.

    Lines on customers whom this person may not see are not here, so that only a manager's workstation can tell whether
    a line is missing.
    """
    me = desk.cache.record(Person, desk.person_id)
    sees_all = me is not None and me.role is Role.MANAGER
    names = people.names(desk)
    heads = _heads(desk)
    chains = [_checked(lines, names, heads, sees_all=sees_all) for lines in _chains(desk)]
    chains += [
        Chain(seat, names.get(person, people.OUTSIDE), 0, desk.now, desk.now, (), cannot_tell=not sees_all, cut=seq)
        for (seat, person), (seq, _hash) in heads.items()
    ]
    return tuple(chains)


def _checked(
    lines: list[AuditLine], names: dict[str, str], heads: dict[tuple[str, str], tuple[int, str]], *, sees_all: bool
) -> Chain:
    """Check one chain, against the head that was remembered when its last line was written here, which is used up."""
    first, last = min(lines, key=lambda line: line.seq), max(lines, key=lambda line: line.seq)
    person = names.get(first.person_id, people.OUTSIDE)
    found = chain.check(lines)
    seq, head = heads.pop((first.workstation, first.person_id), (0, ""))
    cut = 0 if not head or any(line.hash == head for line in lines) else max(1, seq - last.seq)
    return Chain(first.workstation, person, len(lines), first.at, last.at, found, cannot_tell=not sees_all, cut=cut)


def _seat(desk: Desk) -> str:
    """Give the workstation as chains tell it from another one of the same name."""
    return f"{desk.workstation} {desk.workstation_id[-4:]}".strip()


def _head_of(seat: str, person_id: str) -> str:
    return f"{_HEAD}{person_id} {seat}"


def _heads(desk: Desk) -> dict[tuple[str, str], tuple[int, str]]:
    """Give number and hash of the last line that was written here, by workstation and person."""
    found = desk.cache.read("SELECT name, value FROM sync_meta WHERE name GLOB ?", (f"{_HEAD}*",))
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    for name, value in found:
        person, _, seat = name.removeprefix(_HEAD).partition(" ")
        seq, _, head = value.partition(" ")
        heads[seat, person] = int(seq), head
    return heads


def _chains(desk: Desk) -> Iterator[list[AuditLine]]:
    keys = desk.cache.read("SELECT DISTINCT workstation, person_id FROM audit_line ORDER BY workstation, person_id")
    for key in keys:
        yield desk.cache.records(AuditLine, "workstation = ? AND person_id = ? ORDER BY seq, id", key)


def _last(desk: Desk, person_id: str) -> tuple[int, str]:
    found = desk.cache.read(
        "SELECT seq, hash FROM audit_line WHERE workstation = ? AND person_id = ? ORDER BY seq DESC, id DESC LIMIT 1",
        (_seat(desk), person_id),
    )
    return (found[0][0], found[0][1]) if found else (0, "")


def _kept(line: str) -> str:
    clean = kept(line.strip())
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]} … and {len(clean) - LONGEST} more characters"


def _listed(
    desk: Desk, device_id: str | None, person_id: str | None, day: tuple[datetime, datetime] | None
) -> tuple[LoggedLine, ...]:
    where, values = ["1"], list[object]()
    for column, value in (("device_id", device_id), ("person_id", person_id)):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    if day is not None:
        where.append("at >= ? AND at < ?")
        values += [instant_cell(day[0]), instant_cell(day[1])]
    found = desk.cache.records(AuditLine, f"{' AND '.join(where)} ORDER BY at DESC, id DESC LIMIT {LISTED}", values)
    names, devices = people.names(desk), dict(desk.cache.read("SELECT id, name FROM device"))
    return tuple(
        LoggedLine(
            id=one.id,
            at=one.at,
            device=devices.get(one.device_id, ""),
            person=names.get(one.person_id, people.OUTSIDE),
            line=one.line,
            line_class=one.line_class,
            passage=one.passage,
            reason=one.reason,
            issue_id=one.issue_id,
        )
        for one in found
    )
