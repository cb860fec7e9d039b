"""What comes from the company database: pulled rows, what may no longer be seen, and open conflicts."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.domain.entities import BY_NAME, HANGING_ON_ISSUES
from app.domain.entity import fields_of, from_wire
from app.domain.issue import IssueState
from app.store.cache import Cache
from app.store.codec import columns_of, instant_cell, instant_of
from app.store.edits import Op, Wire, pending_inserts, pending_of, put_rows, with_unsent


class ConflictKind(StrEnum):
    """Why a value did not go through."""

    CLASH = "clash"  # somebody else gave the same field another value
    GONE = "gone"  # the row was removed, or may no longer be seen
    REFUSED = "refused"  # a rule of the company says no


@dataclass(frozen=True, slots=True)
class Clash:
    """One value that did not go through, kept until a person resolves it. Values are as the wire writes them."""

    id: str
    kind: ConflictKind
    table: str
    row_id: str
    field: str
    base: Any
    mine: Any
    theirs: Any
    theirs_by: str | None
    theirs_at: datetime | None
    reason: str
    made_at: datetime


def remember(cache: Cache, **words: str) -> None:
    """Keep words such as the cursor; inside a transaction."""
    for name, value in words.items():
        cache.local["sync_meta"].insert(name=name, value=value).on_conflict_replace().execute()


def remembered(cache: Cache, name: str) -> str | None:
    """Give a word back."""
    found = cache.read("SELECT value FROM sync_meta WHERE name = ?", (name,))
    return found[0][0] if found else None


def take_rows(
    cache: Cache,
    rows: Mapping[str, Sequence[Wire]],
    words: Mapping[str, str],
    *,
    lost: Iterable[str] = (),
    gained: Iterable[str] = (),
    moved_away: Mapping[str, Sequence[str]] = MappingProxyType({}),
    closed_since: datetime | None = None,
) -> dict[str, set[str]]:
    """Put rows of the company into place with unsent edits on top, and keep the words, all or nothing.

    `lost` are customers that this person may no longer see: what belongs to them goes. `gained` are those that may be
    seen now: what was typed here for them and is unsent shows again. `moved_away` are rows that may no longer be seen
    because they belong to another customer now. Issues closed before `closed_since` are only kept up when they are
    here, and so is what hangs on them. Gives the ids by table that a screen may have to show anew. A row never goes
    back to an older `rev`.
    """
    with cache.transaction():
        touched = _forget_customers(cache, lost)
        for table, ids in moved_away.items():
            _forget_rows(cache, table, ids)
            touched.setdefault(table, set()).update(ids)
        for table in cache.tables:
            batch = _kept_here(cache, table, rows.get(table, ()), closed_since)
            if batch:
                _take(cache, table, batch)
                touched.setdefault(table, set()).update(row["id"] for row in batch)
        _show_unsent(cache, gained)
        remember(cache, **words)
    return touched


def _take(cache: Cache, table: str, batch: Sequence[Wire]) -> None:
    newest = revs(cache, table, [row["id"] for row in batch])
    rebase(cache, table, {row["id"]: row for row in batch if row["rev"] >= newest.get(row["id"], 0)})


def revs(cache: Cache, table: str, ids: Sequence[str]) -> dict[str, int]:
    """Give the versions of those rows that are here."""
    statement = f"SELECT id, rev FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    return {found[0]: found[1] for found in cache.read(statement, (json.dumps(ids),))}


def _kept_here(cache: Cache, table: str, batch: Sequence[Wire], closed_since: datetime | None) -> Sequence[Wire]:
    """Give those rows of a table that this workstation keeps; parents are asked for before their children."""
    if closed_since is None or not batch:
        return batch
    if table == "issue":
        old = [row for row in batch if closed_before(row, closed_since)]
        here = revs(cache, table, [row["id"] for row in old]) if old else {}
        unwanted = {row["id"] for row in old} - here.keys()
        return [row for row in batch if row["id"] not in unwanted]
    if table in HANGING_ON_ISSUES:
        issues = {row["issue_id"] for row in batch if row["issue_id"]}
        here = revs(cache, "issue", list(issues))
        return [row for row in batch if not row["issue_id"] or row["issue_id"] in here]
    return batch


def closed_before(row: Wire, at: datetime) -> bool:
    """Say whether an issue was closed before then and is closed still."""
    closed_at = row["closed_at"]
    return row["state"] == IssueState.CLOSED and bool(closed_at) and datetime.fromisoformat(closed_at) < at


def rebase(cache: Cache, table: str, rows: Mapping[str, Wire | None]) -> None:
    """Show the company's rows (None: it has none) with what is still unsent on top; inside a transaction.

    While something is unsent the company's row is kept as the shadow.
    """
    left: dict[str, list[Op]] = {}
    for op in pending_of(cache, table, rows):
        left.setdefault(op.row_id, []).append(op)
    shown = {row_id: with_unsent(row, left.get(row_id, ())) for row_id, row in rows.items()}
    put_rows(cache, table, [row for row in shown.values() if row is not None])
    gone = [row_id for row_id, row in shown.items() if row is None]
    cache.write_many(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in gone])
    _forget_theirs(cache, table, gone)
    _renew_theirs(cache, table, rows)
    kept = {row_id: row for row_id, row in rows.items() if row is not None and row_id in left}
    if cache.read("SELECT 1 FROM shadow LIMIT 1"):
        done = [(table, row_id) for row_id in rows if row_id not in kept]
        cache.write_many("DELETE FROM shadow WHERE tbl = ? AND row_id = ?", done)
    cache.write_many(
        "INSERT OR REPLACE INTO shadow (tbl, row_id, row) VALUES (?, ?, ?)",
        [(table, row_id, json.dumps(row, ensure_ascii=False)) for row_id, row in kept.items()],
    )


def shadow(cache: Cache, table: str, row_id: str) -> Wire | None:
    """Give what the company has of a row with unsent edits, as far as this workstation knows."""
    found = cache.read("SELECT row FROM shadow WHERE tbl = ? AND row_id = ?", (table, row_id))
    return json.loads(found[0][0]) if found else None


def _show_unsent(cache: Cache, customers: Iterable[str]) -> None:
    """Lay the unsent new rows of these customers, and of their issues, on again."""
    seen = set(customers)
    if not seen:
        return
    for op in pending_inserts(cache):
        fields = op.fields
        issue = cache.read("SELECT customer_id FROM issue WHERE id = ?", (fields.get("issue_id"),))
        if fields.get("customer_id") in seen or (issue and issue[0][0] in seen) or op.row_id in seen:
            rebase(cache, op.tbl, {op.row_id: shadow(cache, op.tbl, op.row_id)})


def _forget_customers(cache: Cache, customers: Iterable[str]) -> dict[str, set[str]]:
    """Remove what belongs to customers that may not be seen any more; what was typed here stays in the outbox."""
    gone: dict[str, set[str]] = {}
    marks = json.dumps(sorted(customers))
    if marks == "[]":
        return gone
    theirs = "customer_id IN (SELECT value FROM json_each(:customers))"
    issues = json.dumps([i for (i,) in cache.read(f"SELECT id FROM issue WHERE {theirs}", {"customers": marks})])
    values = {"customers": marks, "issues": issues}
    for table in cache.tables:
        columns = columns_of(BY_NAME[table].record)
        where = theirs.replace("customer_id", "id") if table == "customer" else theirs
        if table != "customer" and "customer_id" not in columns:
            continue
        if "issue_id" in columns:  # typed here, it may not name the customer
            where += " OR issue_id IN (SELECT value FROM json_each(:issues))"
        ids = {i for (i,) in cache.read(f"SELECT id FROM {table} WHERE {where}", values)}
        if not ids:
            continue
        gone[table] = ids
        _forget_rows(cache, table, sorted(ids))
    return gone


def _forget_rows(cache: Cache, table: str, row_ids: Sequence[str]) -> None:
    """Remove rows that may no longer be seen; what was typed here stays in the outbox."""
    listed = json.dumps(row_ids)
    cache.write(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (listed,))
    cache.write("DELETE FROM shadow WHERE tbl = ? AND row_id IN (SELECT value FROM json_each(?))", (table, listed))
    _forget_theirs(cache, table, row_ids)


def _forget_theirs(cache: Cache, table: str, row_ids: Sequence[str]) -> None:
    """Keep of open conflicts about rows that are not here any more only what was typed here."""
    if row_ids:
        cache.write(
            "UPDATE conflict SET kind = 'gone', base = 'null', theirs = 'null', theirs_by = NULL, theirs_at = NULL, "
            "reason = 'You may no longer see this.' WHERE resolved_at IS NULL AND kind = 'clash' AND tbl = ? "
            "AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(row_ids)),
        )


def _renew_theirs(cache: Cache, table: str, rows: Mapping[str, Wire | None]) -> None:
    """Let open conflicts show what the company has now: whoever answers must not go by a value that is gone."""
    waiting = cache.read(
        "SELECT id, row_id, field, theirs FROM conflict WHERE resolved_at IS NULL AND kind = 'clash' AND tbl = ?",
        (table,),
    )
    known = {f.name: f for f in fields_of(BY_NAME[table].record)} if waiting else {}
    for one, row_id, name, theirs in waiting:
        row = rows.get(row_id)
        if row is None or name not in row or name not in known:
            continue
        # As values: the wire writes one instant in several ways.
        if from_wire(known[name], row[name]) != from_wire(known[name], json.loads(theirs)):
            changed_at = row.get("changed_at")
            cache.write(
                "UPDATE conflict SET theirs = ?, theirs_by = ?, theirs_at = ? WHERE id = ?",
                (
                    json.dumps(row[name], ensure_ascii=False),
                    row.get("changed_by"),
                    instant_cell(datetime.fromisoformat(changed_at)) if changed_at else None,
                    one,
                ),
            )


def count_conflicts(cache: Cache) -> int:
    """Give how many conflicts wait for a person."""
    return int(cache.read("SELECT count(*) FROM conflict WHERE resolved_at IS NULL")[0][0])


def open_conflict(cache: Cache, conflict_id: str) -> Clash | None:
    """Give one that waits for a person; None once it is resolved."""
    return next(iter(_open_conflicts(cache, "id = ?", (conflict_id,))), None)


def open_conflicts(cache: Cache) -> list[Clash]:
    """Give what waits for a person, oldest first."""
    return _open_conflicts(cache, "1", ())


def _open_conflicts(cache: Cache, where: str, values: tuple[str, ...]) -> list[Clash]:
    found = cache.read(
        "SELECT id, kind, tbl, row_id, field, base, mine, theirs, theirs_by, theirs_at, reason, made_at "
        f"FROM conflict WHERE resolved_at IS NULL AND {where} ORDER BY made_at, id",
        values,
    )
    return [
        Clash(
            id=i,
            kind=ConflictKind(kind),
            table=table,
            row_id=row_id,
            field=field,
            base=json.loads(base),
            mine=json.loads(mine),
            theirs=json.loads(theirs),
            theirs_by=by,
            theirs_at=None if at is None else instant_of(at),
            reason=reason,
            made_at=instant_of(made_at),
        )
        for i, kind, table, row_id, field, base, mine, theirs, by, at, reason, made_at in found
    ]


def resolve(cache: Cache, conflict_id: str, now: datetime) -> bool:
    """Mark a conflict as resolved; gives whether it was open. Inside a transaction."""
    conflicts = cache.local["conflict"]
    return bool(
        conflicts.update(resolved_at=instant_cell(now))
        .where((conflicts.id == conflict_id) & conflicts.resolved_at.is_null())
        .execute()
    )
