"""What comes from the company database: pulled rows, answers to pushed edits, conflicts. Used by the sync child.

Every function here is one transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.store.cache import Cache
from app.store.codec import instant_cell, instant_of
from app.store.edits import Op, Wire, pending_ids, pending_of, put_rows, with_unsent


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
    cache: Cache, rows: Mapping[str, Sequence[Wire]], words: Mapping[str, str], *, is_anew: bool = False
) -> dict[str, set[str]]:
    """Put rows of the company into place with unsent edits on top, and keep the words, all or nothing.

    Gives the ids by table that a screen may have to show anew. A row never goes back to an older `rev`, except when
    everything is read anew: after a restored backup the company's past is the present.
    """
    touched: dict[str, set[str]] = {}
    with cache.transaction():
        for table, batch in rows.items():
            _take(cache, table, batch, is_anew=is_anew)
            touched[table] = {row["id"] for row in batch}
        remember(cache, **words)
    return touched


def _take(cache: Cache, table: str, batch: Sequence[Wire], *, is_anew: bool) -> None:
    dirty = pending_ids(cache, table)
    clean = [row for row in batch if row["id"] not in dirty]
    newest = {} if is_anew else _revs(cache, table, [row["id"] for row in clean])
    put_rows(cache, table, [row for row in clean if row["rev"] >= newest.get(row["id"], 0)])
    for row in batch:
        if row["id"] in dirty:
            rebase(cache, table, row["id"], row)


def _revs(cache: Cache, table: str, ids: list[str]) -> dict[str, int]:
    statement = f"SELECT id, rev FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
    return {found[0]: found[1] for found in cache.read(statement, (json.dumps(ids),))}


def rebase(cache: Cache, table: str, row_id: str, company_row: Wire | None) -> None:
    """Show the company's row with what is still unsent on top, and keep it as the shadow while something is."""
    left = pending_of(cache, table, row_id)
    shadows = cache.local["shadow"]
    shown = with_unsent(company_row, left)
    if shown is None:
        cache.write(f"DELETE FROM {table} WHERE id = ?", (row_id,))
    else:
        put_rows(cache, table, [shown])
    if left and company_row is not None:
        text = json.dumps(company_row, ensure_ascii=False)
        shadows.insert(tbl=table, row_id=row_id, row=text).on_conflict_replace().execute()
    else:
        shadows.delete().where((shadows.tbl == table) & (shadows.row_id == row_id)).execute()


def drop_unseen(cache: Cache, table: str, seen: set[str]) -> set[str]:
    """After a full read: remove rows that the company no longer shows us, except those with unsent edits."""
    with cache.transaction():
        here = {i for (i,) in cache.read(f"SELECT id FROM {table}")}
        gone = here - seen - pending_ids(cache, table)
        cache.write_many(f"DELETE FROM {table} WHERE id = ?", [(i,) for i in gone])
    return gone


def settle(cache: Cache, ops: Sequence[Op], results: Sequence[Wire], now: datetime) -> dict[str, set[str]]:
    """Take the company's answers: what went through leaves the outbox, what did not becomes a conflict.

    The current row that came with the answer is put in place, so that a refused value does not stay on the screen.
    """
    by_op = {r["op"]: r for r in results}
    touched: dict[str, set[str]] = {}
    with cache.transaction():
        for op in ops:
            result = by_op[op.op]
            outbox = cache.local["outbox"]
            if not outbox.delete().where(outbox.op == op.op).execute():
                continue  # answered before
            _keep_conflicts(cache, op, result, now)
            touched.setdefault(op.tbl, set()).add(op.row_id)
        # Rebase only once all answers are in: a row's last answer carries its newest state.
        newest: dict[tuple[str, str], Wire | None] = {}
        for op in ops:
            if "row" in (result := by_op[op.op]):
                newest[op.tbl, op.row_id] = result["row"]
            else:
                newest.setdefault((op.tbl, op.row_id), _shadow(cache, op.tbl, op.row_id))
        for (table, row_id), row in newest.items():
            rebase(cache, table, row_id, row)
    return touched


def _shadow(cache: Cache, table: str, row_id: str) -> Wire | None:
    found = cache.read("SELECT row FROM shadow WHERE tbl = ? AND row_id = ?", (table, row_id))
    return json.loads(found[0][0]) if found else None


def _keep_conflicts(cache: Cache, op: Op, result: Wire, now: datetime) -> None:
    match result["status"]:
        case "ok":
            return
        case "conflict":
            for clash in result["clashes"]:
                _keep_clash(cache, op, clash, now)
        case "gone" | "rejected" as status:
            kind = ConflictKind.GONE if status == "gone" else ConflictKind.REFUSED
            mine = {f: p[1] for f, p in op.fields.items()} if op.verb is Verb.UPDATE else op.fields
            cache.local["conflict"].insert(
                id=new_id(),
                kind=kind.value,
                tbl=op.tbl,
                row_id=op.row_id,
                mine=json.dumps(mine, ensure_ascii=False),
                theirs=json.dumps(result.get("row")),
                reason=result.get("reason", "Somebody has removed this."),
                made_at=instant_cell(now),
            ).execute()


def _keep_clash(cache: Cache, op: Op, clash: Wire, now: datetime) -> None:
    """Keep one open conflict per field: a second edit of the same field only changes what is mine."""
    conflicts = cache.local["conflict"]
    theirs_at = clash.get("at") and instant_cell(datetime.fromisoformat(clash["at"]))
    values = {
        "mine": json.dumps(clash["mine"], ensure_ascii=False),
        "theirs": json.dumps(clash["theirs"], ensure_ascii=False),
        "theirs_by": clash.get("by"),
        "theirs_at": theirs_at,
    }
    is_open = (
        (conflicts.tbl == op.tbl)
        & (conflicts.row_id == op.row_id)
        & (conflicts.field == clash["field"])
        & conflicts.resolved_at.is_null()
    )
    if not conflicts.update(values).where(is_open).execute():
        conflicts.insert(
            id=new_id(),
            kind=ConflictKind.CLASH.value,
            tbl=op.tbl,
            row_id=op.row_id,
            field=clash["field"],
            base=json.dumps(clash["base"], ensure_ascii=False),
            made_at=instant_cell(now),
            **values,
        ).execute()


def note_failure(cache: Cache, ops: Iterable[Op], error: str) -> None:
    """Keep why the edits could not be sent this time."""
    with cache.transaction():
        cache.write_many(
            "UPDATE outbox SET tries = tries + 1, last_error = ? WHERE op = ?", [(error, o.op) for o in ops]
        )


def open_conflicts(cache: Cache) -> list[Clash]:
    """Give what waits for a person, oldest first."""
    found = cache.read(
        "SELECT id, kind, tbl, row_id, field, base, mine, theirs, theirs_by, theirs_at, reason, made_at "
        "FROM conflict WHERE resolved_at IS NULL ORDER BY made_at, id"
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
