"""In which order edits are sent.

As they were made, except where two may change places: so edits of one kind stand together, and the company applies
them in one stroke.
"""

from collections.abc import Collection, Sequence
from typing import Any

from app.domain.entities import BY_NAME, Verb
from app.store.cache import Cache
from app.store.edits import Op, pending

PUSH_OPS = 1000


def in_sets(ops: Sequence[Op]) -> list[list[Op]]:
    """Give the edits in sets of one table and verb, each of another row.

    An edit stays behind every earlier one that changes its row or a row it points to, and behind every earlier one
    that points to its row. What may change places gives the same whatever comes first.
    """
    changed: dict[str, int] = {}  # a row's id: the level behind its last change
    pointed: dict[str, int] = {}  # a row's id: the level behind the last edit that points to it
    levels: list[int] = []
    for op in ops:
        pointed_to = targets(op)
        level = max(changed.get(op.row_id, 0), pointed.get(op.row_id, 0), *(changed.get(t, 0) for t in pointed_to), 0)
        levels.append(level)
        changed[op.row_id] = level + 1
        for target in pointed_to:
            pointed[target] = max(pointed.get(target, 0), level + 1)
    order = {name: at for at, name in enumerate(BY_NAME)}
    sets: dict[tuple[int, int, str], list[Op]] = {}
    for op, level in zip(ops, levels, strict=True):
        sets.setdefault((level, order[op.tbl], op.verb.value), []).append(op)
    return [sets[key] for key in sorted(sets)]


def targets(op: Op) -> list[str]:
    """Give the rows that an edit points to."""
    if op.verb is Verb.DELETE:
        return []
    found = (op.fields.get(column) for column in BY_NAME[op.tbl].refs)
    values: list[Any] = [v[1] if op.verb is Verb.UPDATE and v is not None else v for v in found]
    return [v for v in values if isinstance(v, str)]


def size_of(op: Op) -> int:
    """Give about how many bytes an edit is on the line."""
    return sum(len(str(value).encode(errors="replace")) for value in op.fields.values()) + 200


def next_push(cache: Cache, refused: Collection[str], most: int, most_bytes: int) -> list[Op]:
    """Give the first edits that can be sent in one push, past as many as there are of the refused rows."""
    sendable: list[Op] = []
    stays = set(refused)
    page = pending(cache, most)
    while page:
        for op in page:
            if stays and (op.row_id in stays or stays.intersection(targets(op))):
                stays.add(op.row_id)  # what points to a row that is not there would be refused for it
            else:
                sendable.append(op)
        if len(sendable) >= most:
            break
        page = pending(cache, PUSH_OPS, after=page[-1].seq)
    return first_push(sendable[:most], most_bytes)


def first_push(ops: Sequence[Op], most_bytes: int) -> list[Op]:
    """Give as many of the first edits as fit into one push, at least one."""
    size = 0
    for at, op in enumerate(ops):
        size += size_of(op)
        if size > most_bytes and at:
            return list(ops[:at])
    return list(ops)
