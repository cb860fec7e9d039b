"""What is looked at after every step: the screen, the outbox, the conflicts, the company, and that they agree."""

from typing import Any

from app.domain.entities import BY_NAME, Verb
from app.domain.entity import Entity, fields_of, from_wire, to_wire
from app.store.arrivals import open_conflicts
from app.store.codec import columns_of, record_of
from app.store.edits import Op, pending
from tests.unit.sync.machine.model import Key, Made, Model, Values, Waiting
from tests.unit.sync.machine.seat import Seat
from tests.unit.sync.machine.world import ALIVE, World

_STAMPS = {"changed_at", "changed_by"}  # on a row with unsent edits they are this workstation's


def note_edits(model: Model, seat: Seat) -> list[Made]:
    """Tell the model of the edits that were made at a seat since the last time, and give them."""
    made = [
        Made(op.op, seat.name, seat.login, (op.tbl, op.row_id), op.verb, op.fields)
        for op in pending(seat.cache)
        if op.op not in model.made
    ]
    model.made |= {m.op: m for m in made}
    return made


def check_company(world: World) -> None:
    """Every edit was applied exactly once and rightly: the company holds what the model worked out."""
    model, answers = world.model, world.answers()
    for made in model.made.values():
        if made.op not in answers:
            assert made.answer is None, f"the company has forgotten {made}"
        elif made.answer is None:
            model.answered(made, answers[made.op])
        else:
            said = answers[made.op]
            assert said["status"] == made.answer["status"], f"{made} was answered twice: {said}"
    rows = {key: row for key, row in world.rows().items() if key[0] != "person"}
    assert rows.keys() == model.rows.keys(), f"rows that only one side knows: {rows.keys() ^ model.rows.keys()}"
    for key, expected in model.rows.items():
        differing = {f: (rows[key][f], value) for f, value in expected.items() if not _is_same(rows[key][f], value, f)}
        assert not differing, f"the company holds {key} otherwise than its edits say: {differing}"


def _is_same(found: Any, expected: Any, name: str) -> bool:
    return name in {"at", *_STAMPS} or found == expected


def check_seat(world: World, seat: Seat) -> None:
    """Every edit of the seat has one place, what is unsent is on the screen, and no row went back."""
    model, waiting = world.model, {op.op: op for op in pending(seat.cache)}
    sees_customer = _has(seat, ("customer", model.customer_id))
    if seat.sees_customer and not sees_customer:
        model.lost_sight(seat.name)
    seat.sees_customer = sees_customer
    for made in model.unsettled(seat.name):
        if made.op not in waiting:
            model.settled(made)
    back = [op for op in waiting if model.made[op].is_settled]
    assert not back, f"settled edits are in the outbox again: {back}"
    expected, found = model.conflicts.get(seat.name, []), conflicts_of(seat)
    assert sorted(map(repr, found)) == sorted(map(repr, expected)), f"open conflicts {found}, not {expected}"
    _check_own_edits(model, seat, list(waiting.values()))
    for table in ALIVE:
        for row_id, rev in seat.cache.read(f"SELECT id, rev FROM {table}"):
            newest = seat.revs.get((table, row_id), 0)
            assert rev >= newest, f"{seat.name}: {table} {row_id} went back from rev {newest} to {rev}"
            seat.revs[table, row_id] = rev


def conflicts_of(seat: Seat) -> list[Waiting]:
    """Give the open conflicts of a seat as the model writes them."""
    return [
        Waiting(
            clash.kind,
            (clash.table, clash.row_id),
            clash.field,
            str(clash.mine) if clash.field else str(sorted(clash.mine.items())),
        )
        for clash in open_conflicts(seat.cache)
    ]


def _check_own_edits(model: Model, seat: Seat, ops: list[Op]) -> None:
    """A just made edit shows until it is settled, or until the person may not see the row any more."""
    mine: dict[Key, Values] = {}
    for op in ops:
        mine.setdefault((op.tbl, op.row_id), {}).update(_laid_on(op))
    for (table, row_id), values in mine.items():
        row = _record_here(seat, (table, row_id))
        if row is None and not seat.sees_customer and _is_theirs(model, (table, row_id), values):
            continue
        assert row is not None, f"{seat.name} has unsent edits of {table} {row_id}, which is not on the screen"
        shown = _wire_of(row)
        differing = {f: (shown[f], value) for f, value in values.items() if not _is_same(shown[f], value, f)}
        assert not differing, f"{seat.name} does not see what is unsent there: {differing}"


def _is_theirs(model: Model, key: Key, values: Values) -> bool:
    return model.is_theirs(key) or values.get("customer_id") == model.customer_id


def _laid_on(op: Op) -> Values:
    if op.verb is Verb.DELETE:
        return {"deleted": True}
    return {f: pair[1] for f, pair in op.fields.items()} if op.verb is Verb.UPDATE else op.fields


def _wire_of(row: Entity) -> Values:
    return {f.name: to_wire(f, getattr(row, f.name)) for f in fields_of(type(row))}


def check_pulled(world: World, seat: Seat) -> None:
    """What a seat shows is what its person would SELECT now, with the unsent edits on top, and nothing besides."""
    _check_wholeness(world, seat)
    _check_equal(world.model, seat, world.rows(seat.login), ALIVE)


def check_answered(world: World, seat: Seat, keys: set[Key]) -> None:
    """What the company has answered to is shown as it is there now, whatever became of the edit."""
    seen = world.rows(seat.login)
    keys = keys - {(op.tbl, op.row_id) for op in pending(seat.cache)}
    here = {key: _record_here(seat, key) for key in keys}
    assert {key for key, row in here.items() if row} == keys & seen.keys(), f"{seat.name}: {keys} were answered"
    for key, row in here.items():
        if row is not None:
            assert row == _record_there(key, seen[key]), f"{seat.name} shows {row}, the company answered {seen[key]}"


def check_quiet(world: World, seat: Seat) -> None:
    """With nothing unsent, all tables are equal to SELECT as the person."""
    left = pending(seat.cache)
    assert not left, f"{seat.name} is connected and quiet, but has not sent {left}"
    _check_equal(world.model, seat, world.everything(seat.login), tuple(BY_NAME))


def _check_wholeness(world: World, seat: Seat) -> None:
    """A transaction of somebody else is seen as a whole or not at all; what it took back, never."""
    for foreign in world.foreign:
        here = {key for key in foreign.inserted | foreign.never if _has(seat, key)}
        assert not here & foreign.never, f"{seat.name} sees what was rolled back"
        assert here in (set(), foreign.inserted), f"{seat.name} sees half a transaction: {here} of {foreign.inserted}"
        assert not here or foreign.is_over, f"{seat.name} sees a transaction that is still open"


def _has(seat: Seat, key: Key) -> bool:
    return bool(seat.cache.read(f"SELECT 1 FROM {key[0]} WHERE id = ?", (key[1],)))


def _record_here(seat: Seat, key: Key) -> Entity | None:
    return seat.cache.record(BY_NAME[key[0]].record, key[1])


def _record_there(key: Key, row: Values) -> Entity:
    record = BY_NAME[key[0]].record
    return record(**{f.name: from_wire(f, row[f.name]) for f in fields_of(record)})


def _check_equal(model: Model, seat: Seat, seen: dict[Key, Values], tables: tuple[str, ...]) -> None:
    unsent: dict[Key, Values] = {}
    new = set()  # rows that only this seat has
    for op in pending(seat.cache):
        unsent.setdefault((op.tbl, op.row_id), {}).update(_laid_on(op))
        if op.verb is Verb.INSERT and model.sees(seat.login, op.fields):
            new.add((op.tbl, op.row_id))
    for table in tables:
        record = BY_NAME[table].record
        cells = seat.cache.read(f"SELECT {', '.join(columns_of(record))} FROM {table}")
        here = {row.id: row for row in (record_of(record, c) for c in cells)}
        there = {i: row for (t, i), row in seen.items() if t == table}
        extra = {i for i in here.keys() - there.keys() if (table, i) not in new}
        assert not extra, (
            f"{seat.name} has rows of {table} that {seat.login} may not see or that are not there: {extra}"
        )
        missing = there.keys() - here.keys()
        assert not missing, f"{seat.name} lacks rows of {table}: {missing}"
        for row_id, row in there.items():
            if (laid_on := unsent.get((table, row_id))) is None:
                expected = _record_there((table, row_id), row)
                assert here[row_id] == expected, f"{seat.name} shows {here[row_id]}, the company has {expected}"
            else:
                _check_dirty(seat, here[row_id], {**row, **laid_on})


def _check_dirty(seat: Seat, shown: Entity, expected: Values) -> None:
    compared = [f for f in fields_of(type(shown)) if f.name not in _STAMPS]
    differing = {
        f.name: (getattr(shown, f.name), from_wire(f, expected[f.name]))
        for f in compared
        if getattr(shown, f.name) != from_wire(f, expected[f.name])
    }
    assert not differing, f"{seat.name} shows a row with unsent edits otherwise than it should be: {differing}"
