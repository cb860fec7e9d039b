"""The order in which edits are sent: in sets, and to the same effect as in the order they were made."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.entities import Verb
from app.store.edits import Op
from app.sync.batches import first_push, in_sets, targets

ROWS = ("i1", "i2", "n1", "n2", "c1")
TABLE = {"i1": "issue", "i2": "issue", "n1": "note", "n2": "note", "c1": "customer"}


def an_op(seq: int, row: str, verb: Verb, target: str) -> Op:
    fields: dict[str, Any] = {}
    column = {"issue": "customer_id", "note": "issue_id", "customer": "account_rep_id"}[TABLE[row]]
    if verb is Verb.INSERT:
        fields = {column: target}
    elif verb is Verb.UPDATE:
        fields = {column: [None, target]}
    return Op(seq, f"op{seq}", TABLE[row], row, verb, fields, datetime(2026, 11, 22, tzinfo=UTC), 0, "")


OPS = st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from(list(Verb)), st.sampled_from(ROWS)), max_size=14).map(
    lambda made: [an_op(seq, *each) for seq, each in enumerate(made)]
)


def must_stay_behind(later: Op, earlier: Op) -> bool:
    """Say whether these two may not change places: one changes a row that the other changes or points to."""
    return later.row_id == earlier.row_id or later.row_id in targets(earlier) or earlier.row_id in targets(later)


@given(OPS)
def test_what_depends_on_each_other_keeps_its_order_and_nothing_is_lost(ops: list[Op]) -> None:
    sent = [op for one_set in in_sets(ops) for op in one_set]
    assert sorted(o.seq for o in sent) == [o.seq for o in ops]
    place = {o.seq: at for at, o in enumerate(sent)}
    for earlier in ops:
        for later in ops[earlier.seq + 1 :]:
            if must_stay_behind(later, earlier):
                assert place[earlier.seq] < place[later.seq]


@given(OPS)
def test_a_set_never_holds_a_row_twice(ops: list[Op]) -> None:
    for one_set in in_sets(ops):
        assert len({op.row_id for op in one_set}) == len(one_set)
        assert len({(op.tbl, op.verb) for op in one_set}) == 1


def test_a_week_of_calls_becomes_a_handful_of_sets() -> None:
    ops: list[Op] = []
    for n in range(100):
        issue, note = f"issue-{n}", f"note-{n}"
        for row, table, verb, fields in (
            (issue, "issue", Verb.INSERT, {"customer_id": "c"}),
            (note, "note", Verb.INSERT, {"issue_id": issue}),
            (issue, "issue", Verb.UPDATE, {"title": ["a", "b"]}),
        ):
            ops.append(
                Op(len(ops), f"op{len(ops)}", table, row, verb, fields, datetime(2026, 11, 22, tzinfo=UTC), 0, "")
            )
    assert [len(one_set) for one_set in in_sets(ops)] == [100, 100, 100]


def test_a_push_is_cut_where_it_becomes_too_long_but_never_empty() -> None:
    ops = [an_op(n, "i1", Verb.UPDATE, "x" * 1000) for n in range(10)]
    assert len(first_push(ops, 5000)) == 4
    assert len(first_push(ops, 1)) == 1
    assert first_push([], 1) == []
