"""Six deliberate defects, each a small patch: the machine is worth something only if it finds every one of them."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

from app.company.connection import said_plainly
from app.company.link import Link
from app.domain.entities import Verb
from app.store import answers, arrivals
from app.store.arrivals import open_conflicts
from app.store.cache import Cache
from app.store.edits import Op, Wire, pending_ids, put_rows
from tests.unit.sync.machine.world import World


@dataclass(frozen=True)
class Defect:
    """What is broken, and how to break it for a while."""

    name: str
    switched_on: Callable[[World], AbstractContextManager[Any]]


@contextlib.contextmanager
def _serial_cursor(_world: World) -> Iterator[None]:
    """`id > last`: whatever began before the newest that was seen counts as seen, also what commits later."""
    with contextlib.ExitStack() as patches:
        for name in ("pull", "pull_with_rights"):
            patches.enter_context(patch.object(Link, name, _after_the_last(getattr(Link, name))))
        yield


def _after_the_last(pull: Callable[..., Any]) -> Callable[..., Any]:
    def pull_after_the_last(link: Link, cursor: str, *values: Any) -> Any:
        last = cursor.split(":")[1]
        return pull(link, f"{last}:{last}:", *values)

    return pull_after_the_last


@contextlib.contextmanager
def _no_op_id_check(world: World) -> Iterator[None]:
    """The company does not know an edit again that it has taken before."""
    world.admin.execute(
        b"CREATE OR REPLACE FUNCTION public.forget(ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER AS "
        b"$$ DELETE FROM sync.op WHERE id = ANY (ids) $$"
    )
    push = Link.push

    def push_as_if_new(link: Link, workstation_id: str, ops: Sequence[Wire]) -> list[Wire]:
        with said_plainly(), link._connection.transaction():
            link._connection.execute("SELECT public.forget(%s::uuid[])", ([op["op"] for op in ops],))
            return push(link, workstation_id, ops)

    with patch.object(Link, "push", push_as_if_new):
        yield


@contextlib.contextmanager
def _no_rebase(_world: World) -> Iterator[None]:
    """A row that arrives covers the unsent edit."""
    take_rows = arrivals.take_rows

    def take_as_they_come(
        cache: Cache, rows: Mapping[str, Sequence[Wire]], words: Mapping[str, str], **named: Any
    ) -> dict[str, set[str]]:
        touched = take_rows(cache, rows, words, **named)
        with cache.transaction():
            for table, batch in rows.items():
                put_rows(cache, table, [row for row in batch if row["id"] in pending_ids(cache, table)])
        return touched

    with patch.object(arrivals, "take_rows", take_as_they_come):
        yield


@contextlib.contextmanager
def _conflict_dropped(_world: World) -> Iterator[None]:
    """What did not go through is forgotten."""
    settle = answers.settle

    def settle_and_forget(
        cache: Cache, ops: Sequence[Op], results: Sequence[Wire], now: datetime
    ) -> dict[str, set[str]]:
        before = {clash.id for clash in open_conflicts(cache)}
        touched = settle(cache, ops, results, now)
        with cache.transaction():
            for clash in open_conflicts(cache):
                if clash.id not in before:
                    cache.write("DELETE FROM conflict WHERE id = ?", (clash.id,))
        return touched

    with patch.object(answers, "settle", settle_and_forget):
        yield


@contextlib.contextmanager
def _revoked_rows_kept(_world: World) -> Iterator[None]:
    """What a person may not see any more stays on the workstation."""

    take_rows = arrivals.take_rows

    def take_and_keep(
        cache: Cache, rows: Mapping[str, Sequence[Wire]], words: Mapping[str, str], **named: Any
    ) -> dict[str, set[str]]:
        return take_rows(cache, rows, words, **{**named, "lost": ()})

    with patch.object(arrivals, "take_rows", take_and_keep):
        yield


@contextlib.contextmanager
def _no_reset_after_conflict(_world: World) -> Iterator[None]:
    """A value that was refused stays on the screen."""
    settle = answers.settle

    def settle_and_leave(
        cache: Cache, ops: Sequence[Op], results: Sequence[Wire], now: datetime
    ) -> dict[str, set[str]]:
        touched = settle(cache, ops, results, now)
        refused = {result["op"]: result for result in results if result["status"] == "conflict"}
        with cache.transaction():
            for op in ops:
                if op.op in refused and op.verb is Verb.UPDATE:
                    mine = {f: pair[1] for f, pair in op.fields.items()}
                    put_rows(cache, op.tbl, [{**refused[op.op]["row"], **mine}])
        return touched

    with patch.object(answers, "settle", settle_and_leave):
        yield


DEFECTS = (
    Defect("serial cursor", _serial_cursor),
    Defect("no op-id check", _no_op_id_check),
    Defect("no rebase", _no_rebase),
    Defect("conflict dropped", _conflict_dropped),
    Defect("revoked rows kept", _revoked_rows_kept),
    Defect("no reset after a conflict", _no_reset_after_conflict),
)
