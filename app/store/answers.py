"""The company's answers to pushed edits: what went through, what clashed, what was refused. Used by the sync child."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.entities import BY_NAME, LONGEST_EDIT_BYTES, Verb
from app.domain.entity import new_id
from app.domain.line_merge import merge_lines
from app.store.arrivals import ConflictKind, rebase, remembered, revs, shadow
from app.store.cache import Cache
from app.store.codec import instant_cell, instant_of
from app.store.edits import LONGEST_TEXT_BYTES, Op, Wire, queue_again, size_on_wire

_NOT_KNOWN = object()


def settle(cache: Cache, ops: Sequence[Op], results: Sequence[Wire], now: datetime) -> dict[str, set[str]]:
    """Take the company's answers: what went through leaves the outbox, what did not becomes a conflict.

    The current row that came with the answer is put in place, so that a refused value does not stay on the screen.
    Long text that two people changed in different lines is merged and goes back into the outbox on the new base. One
    transaction; gives the ids by table that a screen may have to show anew.
    """
    by_op = {r["op"]: r for r in results}
    touched: dict[str, set[str]] = {}
    with cache.transaction():
        waiting = _waiting(cache, ops)
        answered = [op for op in ops if op.op in waiting]  # one that was answered before is settled
        cache.write_many("DELETE FROM outbox WHERE op = ?", [(op.op,) for op in answered])
        _keep_sent(cache, [taken for op in answered if (taken := _taken(op, by_op[op.op])) is not None], now)
        queue_again(cache, _keep_conflicts(cache, answered, by_op, now))
        newest: dict[str, dict[str, object]] = {}
        for op in answered:
            touched.setdefault(op.tbl, set()).add(op.row_id)
            # A row's last answer carries its newest state.
            rows = newest.setdefault(op.tbl, {})
            rows[op.row_id] = by_op[op.op].get("row", rows.get(op.row_id, _NOT_KNOWN))
        for table, rows in newest.items():
            _place(cache, table, rows)
        # The company counts pushes along with the reports: one that does not know of this push has gone back.
        cache.write("UPDATE sync_meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'reports'")
    return touched


def _waiting(cache: Cache, ops: Sequence[Op]) -> set[str]:
    found = cache.read(
        "SELECT op FROM outbox WHERE op IN (SELECT value FROM json_each(?))", (json.dumps([op.op for op in ops]),)
    )
    return {op for (op,) in found}


def _place(cache: Cache, table: str, rows: Mapping[str, object]) -> None:
    """Show the company's rows, with what is still unsent on top.

    Another process of this workstation may have pulled a newer one meanwhile, which is the shadow then. While
    everything is read anew the company may have gone back.
    """
    here = revs(cache, table, list(rows)) if remembered(cache, "fill") is None else {}
    known = {
        i: shadow(cache, table, i)
        if row is _NOT_KNOWN or (isinstance(row, dict) and row["rev"] < here.get(i, 0))
        else row
        for i, row in rows.items()
    }
    rebase(cache, table, {i: row if isinstance(row, dict) else None for i, row in known.items()})


def _taken(op: Op, result: Wire) -> Op | None:
    """Give what the company has taken of an edit: all of it, the fields that did not clash, or nothing."""
    if result["status"] == "ok":
        return op
    if result["status"] != "conflict" or op.verb is not Verb.UPDATE:
        return None
    clashing = {clash["field"] for clash in result["clashes"]}
    fields = {name: pair for name, pair in op.fields.items() if name not in clashing}
    return replace(op, fields=fields) if fields else None


def _keep_sent(cache: Cache, ops: Sequence[Op], now: datetime) -> None:
    cache.write_many(
        "INSERT OR REPLACE INTO sent (op, tbl, row_id, verb, fields, made_at, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(o.op, o.tbl, o.row_id, o.verb.value, json.dumps(o.fields, ensure_ascii=False)),
                *(instant_cell(o.made_at), instant_cell(now)),
            )
            for o in ops
        ],
    )


def sent_since(cache: Cache, since: datetime) -> list[Op]:
    """Give the edits that the company has taken since then, in the order they were sent."""
    found = cache.read(
        "SELECT op, tbl, row_id, verb, fields, made_at FROM sent WHERE taken_at >= ? ORDER BY rowid",
        (instant_cell(since),),
    )
    return [Op(0, o, t, r, Verb(v), json.loads(f), instant_of(at), 0, "") for o, t, r, v, f, at in found]


def forget_sent(cache: Cache, before: datetime) -> None:
    """Forget the edits that the company took before then."""
    with cache.transaction():
        cache.write("DELETE FROM sent WHERE taken_at < ?", (instant_cell(before),))


def offer_again(cache: Cache, ops: Sequence[Op]) -> None:
    """Put edits that the company has lost back into the outbox, before everything else that waits."""
    with cache.transaction():
        queue_again(cache, ops, first=True)
        cache.write_many("DELETE FROM sent WHERE op = ?", [(op.op,) for op in ops])


def note_failure(cache: Cache, ops: Iterable[Op], error: str) -> None:
    """Keep why the edits could not be sent this time."""
    with cache.transaction():
        cache.write_many(
            "UPDATE outbox SET tries = tries + 1, last_error = ? WHERE op = ?", [(error, o.op) for o in ops]
        )


def note_undone(cache: Cache, ops: Iterable[Op], sent_at: datetime) -> None:
    """Note that the company answered with an error to what was sent then, so that nothing of it is there.

    An edit that was sent before stays marked: its first answer may have been lost.
    """
    with cache.transaction():
        cache.write_many(
            "UPDATE outbox SET sent_at = NULL WHERE op = ? AND sent_at = ?",
            [(o.op, instant_cell(sent_at)) for o in ops],
        )


def _keep_conflicts(cache: Cache, ops: Sequence[Op], by_op: dict[str, Wire], now: datetime) -> list[Op]:
    """Keep what did not go through until a person resolves it; gives the edits that merged line by line instead."""
    clashing: dict[tuple[str, str, str], tuple[Op, Wire]] = {}
    for op in ops:
        result = by_op[op.op]
        match result["status"]:
            case "conflict":
                for clash in result["clashes"]:
                    key = (op.tbl, op.row_id, clash["field"])
                    # A later edit of the same field only changes what is mine.
                    first = clashing[key][1] if key in clashing else clash
                    clashing[key] = (op, {**clash, "base": first["base"]})
            case "gone" | "rejected" as status:
                _keep_refusal(cache, op, result, ConflictKind.GONE if status == "gone" else ConflictKind.REFUSED, now)
    merged: list[Op] = []
    for (table, row_id, field), (op, clash) in clashing.items():
        whole = _merged(table, clash)
        if whole is None:
            _keep_clash(cache, op, clash, now)
        elif whole != clash["theirs"]:
            fields = {field: [clash["theirs"], whole]}
            merged.append(Op(0, new_id(), table, row_id, Verb.UPDATE, fields, op.made_at, 0, ""))
    return merged


def _merged(table: str, clash: Wire) -> str | None:
    values = (clash["base"], clash["mine"], clash["theirs"])
    if clash["field"] not in BY_NAME[table].by_lines or not all(isinstance(v, str) for v in values):
        return None
    whole = merge_lines(*values)
    is_too_long = whole is not None and (
        size_on_wire(whole) > LONGEST_TEXT_BYTES or size_on_wire([clash["theirs"], whole]) > LONGEST_EDIT_BYTES
    )
    return None if is_too_long else whole


def _keep_refusal(cache: Cache, op: Op, result: Wire, kind: ConflictKind, now: datetime) -> None:
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
    """Keep one open conflict per field: a second edit of the same field only changes what is mine.

    Where it changes it back to what it was nothing is left to ask; fields that are one value are asked for together.
    """
    conflicts = cache.local["conflict"]
    theirs_at = clash.get("at") and instant_cell(datetime.fromisoformat(clash["at"]))
    values = {
        "mine": json.dumps(clash["mine"], ensure_ascii=False),
        "theirs": json.dumps(clash["theirs"], ensure_ascii=False),
        "theirs_by": clash.get("by"),
        "theirs_at": theirs_at,
        "reason": ", ".join(clash.get("changed", ())),
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
    if clash["field"] not in BY_NAME[op.tbl].together:
        conflicts.delete().where(is_open & (conflicts.base == conflicts.mine)).execute()
