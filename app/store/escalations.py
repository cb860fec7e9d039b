"""The lists of escalations: ids in order, and the rows of a page with what stands around them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.store.cache import Cache
from app.store.codec import instant_cell, instant_of

# A word of somebody who owes the answer; being asked or having opened it is silence.
_LAST_WORD = (
    "(SELECT max(a.at) FROM ask a WHERE a.request_id = r.id AND a.deleted = 0"
    " AND a.kind IN ('acknowledged', 'said') AND a.whom = r.owed_by)"
)
_SILENT_SINCE = f"CASE WHEN r.id IS NULL THEN e.raised_at ELSE max(r.asked_at, coalesce({_LAST_WORD}, 0)) END"
_CALLS = (
    "(SELECT count(*) FROM interaction i WHERE i.issue_id = e.issue_id AND i.deleted = 0 AND i.direction = 'in'"
    " AND i.channel IN ('call', 'missed_call', 'voicemail') AND i.at > coalesce(r.asked_at, e.raised_at))"
)
# Of several requests on one escalation (two people prepared it at once) the first one asked is the one shown.
_REQUEST = (
    "LEFT JOIN decision_request r ON r.id = (SELECT q.id FROM decision_request q"
    " WHERE q.escalation_id = e.id AND q.deleted = 0 ORDER BY q.asked_at, q.id LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class OwedRow:
    """One hierarchical escalation and, once it is prepared, its decision request."""

    id: str
    request_id: str | None
    issue_id: str | None
    issue_number: int | None
    issue_title: str
    customer: str
    question: str
    owed_by: str
    silent_since: datetime
    decide_by: datetime | None
    calls: int
    outcome: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandedRow:
    """One functional escalation."""

    id: str
    issue_id: str | None
    issue_number: int | None
    title: str
    customer: str
    sentence: str
    raised_by: str
    to: str
    raised_at: datetime
    taken_by: str | None
    is_done: bool


def owed_ids(cache: Cache, decided_since: datetime) -> list[str]:
    """Give the hierarchical escalations that wait, the longest silence first, then those decided lately."""
    found = cache.read(
        f"SELECT e.id, {_SILENT_SINCE} AS silent, r.decided_at AS decided FROM escalation e {_REQUEST} "
        "WHERE e.deleted = 0 AND e.kind = 'hierarchical' AND ("
        " (e.state <> 'done' AND r.outcome IS NULL) OR coalesce(r.changed_at, e.changed_at) >= ?)"
        " ORDER BY e.state = 'done' OR r.outcome IS NOT NULL, CASE WHEN r.outcome IS NULL THEN 0 ELSE -decided END,"
        " silent, e.id",
        (instant_cell(decided_since),),
    )
    return [row[0] for row in found]


def owed_rows(cache: Cache, ids: Sequence[str]) -> list[OwedRow]:
    """Give the rows of these escalations in any order."""
    found = cache.read(
        "SELECT e.id, r.id, e.issue_id, i.number, coalesce(i.title, ''), coalesce(c.name, ''),"
        " coalesce(r.question, e.sentence), coalesce(r.owed_by, p.name, e.to_team),"
        f" {_SILENT_SINCE}, r.decide_by, {_CALLS}, coalesce(r.outcome, CASE e.state WHEN 'done' THEN 'done' END),"
        f" r.decided_at FROM escalation e {_REQUEST}"
        " LEFT JOIN issue i ON i.id = e.issue_id LEFT JOIN customer c ON c.id = e.customer_id"
        " LEFT JOIN person p ON p.id = e.to_person_id WHERE e.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return [_owed(cells) for cells in found]


def _owed(cells: tuple[Any, ...]) -> OwedRow:
    *plain, silent, decide_by, calls, outcome, decided = cells
    facts = (*plain, instant_of(silent), _instant(decide_by), calls, outcome, _instant(decided))
    return OwedRow(*facts)


def handed_ids(cache: Cache) -> list[str]:
    """Give the functional escalations that are open: those nobody has taken first, the oldest on top."""
    found = cache.read(
        "SELECT id FROM escalation WHERE deleted = 0 AND kind = 'functional' AND state <> 'done'"
        " ORDER BY taken_by IS NOT NULL, raised_at, id"
    )
    return [row[0] for row in found]


def handed_rows(cache: Cache, ids: Sequence[str]) -> list[HandedRow]:
    """Give the rows of these escalations in any order."""
    found = cache.read(
        "SELECT e.id, e.issue_id, i.number, coalesce(i.title, ''), coalesce(c.name, ''), e.sentence,"
        " coalesce(b.name, ''), coalesce(p.name, e.to_team), e.raised_at,"
        " CASE WHEN e.taken_by IS NOT NULL THEN coalesce(t.name, 'somebody') END, e.state FROM escalation e"
        " LEFT JOIN issue i ON i.id = e.issue_id LEFT JOIN customer c ON c.id = e.customer_id"
        " LEFT JOIN person b ON b.id = e.raised_by LEFT JOIN person p ON p.id = e.to_person_id"
        " LEFT JOIN person t ON t.id = e.taken_by WHERE e.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return [_handed(cells) for cells in found]


def _handed(cells: tuple[Any, ...]) -> HandedRow:
    *plain, raised, taken_by, state = cells
    facts = (*plain, instant_of(raised), taken_by, state == "done")
    return HandedRow(*facts)


def calls_since(cache: Cache, issue_id: str | None, since: datetime) -> int:
    """Give how often customers rang about the issue since then."""
    found = cache.read(
        "SELECT count(*) FROM interaction WHERE issue_id = ? AND deleted = 0 AND direction = 'in'"
        " AND channel IN ('call', 'missed_call', 'voicemail') AND at > ?",
        (issue_id, instant_cell(since)),
    )
    return int(found[0][0])


def late_count(cache: Cache, now: datetime) -> int:
    """Give how many decisions are open past their time."""
    found = cache.read(
        "SELECT count(*) FROM decision_request r JOIN escalation e ON e.id = r.escalation_id"
        " WHERE r.deleted = 0 AND e.deleted = 0 AND r.outcome IS NULL AND e.state <> 'done' AND r.decide_by < ?",
        (instant_cell(now),),
    )
    return int(found[0][0])


def _instant(cell: int | None) -> datetime | None:
    return None if cell is None else instant_of(cell)
