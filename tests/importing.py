"""What the tests of imports share: a desk of its own without a company, and files to import."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.entity import fields_of, new_id, to_wire
from app.domain.issue import Issue, IssueEvent
from app.domain.person import Person, Role
from app.services.desk import Desk
from app.store.arrivals import take_rows
from app.store.cache import Cache
from tests.stations import Told

RESOURCES = Path(__file__).resolve().parents[1] / "resources"

ISSUES_MAP = """
kind = "issues"
source = "tracker"
times = ["iso"]
[customer]
name = "company"
[contact]
name = "caller"
[issue]
key = "id"
title = "title"
state = "state"
opened_at = "opened"
"""

EVENTS_MAP = """
kind = "events"
source = "log"
unknown = ["?"]
[customer]
name = { is = "Imported" }
[contact]
name = "caller"
[issue]
key = "id"
title = "title"
state = "state"
[issue.facts]
made_sla = "made_sla"
reassignment_count = "handed"
reopen_count = "reopened"
[event]
at = "at"
team = "team"
person = ["person", "opener"]
[event.facts]
made_sla = "made_sla"
[words.state]
New = "new"
Active = "open"
Done = "solved"
"""
EVENTS_HEADER = "id,at,state,title,caller,team,person,opener,made_sla,handed,reopened"


_OPEN: list[Cache] = []


@pytest.fixture(autouse=True)
def closed_desks() -> Iterator[None]:
    """Close what a test has opened; imported by each file of tests that opens desks."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def a_desk(folder: Path, role: Role = Role.MANAGER) -> Desk:
    """A person with a cache that has not met any company."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(folder / "cache.sqlite3")
    _OPEN.append(cache)
    person = Person(id=new_id(), rev=1, login="anna", name="Anna", role=role, changed_at=datetime.now(UTC))
    take_rows(cache, {"person": [{f.name: to_wire(f, getattr(person, f.name)) for f in fields_of(Person)}]}, {})
    return Desk(cache, person.id, "test", Told())


def a_file(folder: Path, lines: Sequence[str] | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(lines if isinstance(lines, bytes) else ("\n".join(lines) + "\n").encode())
    return path


def event_line(key: str, minute: int, state: str, **more: str) -> str:
    cells = {
        "id": key,
        "at": f"{datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minute):%Y-%m-%dT%H:%M}",
        "state": state,
        "title": f"Title of {key}",
        "caller": "Caller 1",
        "team": "Network",
        "person": "?",
        "opener": "Opener 7",
        "made_sla": "TRUE",
        "handed": "0",
        "reopened": "0",
    }
    return ",".join((cells | more).values())


def issues_of(desk: Desk) -> dict[str, Issue]:
    return {issue.source_key: issue for issue in desk.cache.records(Issue)}


def history_of(desk: Desk, issue: Issue) -> list[IssueEvent]:
    return desk.cache.records(IssueEvent, "issue_id = ? ORDER BY seq", (issue.id,))


def everything(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """All that an import can change, to tell that nothing has changed."""
    tables = ("customer", "contact", "issue", "issue_event", "outbox", "shadow")
    return {table: desk.cache.read(f"SELECT * FROM {table} ORDER BY 1") for table in tables}
