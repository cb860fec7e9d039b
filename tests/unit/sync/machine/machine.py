"""People at their desks, open transactions, lost rights and broken lines, in any order that hypothesis thinks of."""

import contextlib
import sys
from datetime import UTC, datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from app.domain.customer import Customer, CustomerAccess
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import CompanyUnreachable, Refused
from app.domain.interaction import Interaction
from app.domain.issue import Issue, Note
from app.services import conflicts
from tests.unit.sync.machine.checks import (
    check_answered,
    check_company,
    check_pulled,
    check_quiet,
    check_seat,
    note_edits,
)
from tests.unit.sync.machine.foreign import ADMIN
from tests.unit.sync.machine.model import MANAGER, SUPPORT, Waiting
from tests.unit.sync.machine.seat import Seat
from tests.unit.sync.machine.world import SEATS, World

FIELDS: dict[str, tuple[Any, ...]] = {"title": ("a", "b", "c"), "topic": ("a", "b", "c"), "impact": (1, 2, 3)}

# People meet at the same field of the same issue more often than not: that is where it hurts.
a_seat = st.sampled_from(list(SEATS))
an_issue = st.sampled_from(["theirs", "theirs", "theirs", "ours"])
a_field = st.sampled_from(["title", "title", "title", "topic", "impact"])
a_deed = st.sampled_from(["pair", "pair", "field", "access"])
a_word = st.sampled_from("abc")


class SyncMachine(RuleBasedStateMachine):
    """One run: every rule is a step, and what it touched is looked at before the next."""

    world: ClassVar[World]
    runs: ClassVar[int] = 0
    steps: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.model = self.world.begin()
        self.had_schema_step = self.had_refill = False

    # Edits

    @rule(name=a_seat, issue=an_issue, field=a_field, further=st.sampled_from([1, 2]))
    def edit(self, name: str, issue: str, field: str, further: int) -> None:
        seat = self._seat(name)
        row = seat.cache.record(Issue, self.world.issues[issue])
        if row is None or row.deleted:
            return
        values, present = FIELDS[field], getattr(row, field)
        value = values[(values.index(present) + further) % len(values)]
        with seat.desk.edit() as edit:
            edit.update(row, **{field: value})
        assert [made.fields for made in note_edits(self.model, seat)] == [{field: [present, value]}]
        check_seat(self.world, seat)

    @rule(name=a_seat, issue=an_issue, is_call=st.booleans())
    def write_down(self, name: str, issue: str, is_call: bool) -> None:  # noqa: FBT001  hypothesis names it
        seat = self._seat(name)
        row = seat.cache.record(Issue, self.world.issues[issue])
        if row is None:
            return
        about: dict[str, Any] = {"id": new_id(), "issue_id": row.id, "customer_id": row.customer_id, "body": "word"}
        about |= {"at": datetime.now(UTC), "person_id": seat.person_id}
        with seat.desk.edit() as edit:
            edit.insert(Interaction(**about) if is_call else Note(**about))
        assert len(note_edits(self.model, seat)) == 1, "a new row is one edit"
        check_seat(self.world, seat)

    @rule(name=st.sampled_from([MANAGER, MANAGER, *SEATS]))
    def delete(self, name: str) -> None:
        seat = self._seat(name)
        row = seat.cache.record(Issue, self.world.issues["ours"])
        if row is None or row.deleted:
            return
        with seat.desk.edit() as edit:
            edit.delete(row)
        assert len(note_edits(self.model, seat)) == 1, "a removal is one edit"
        check_seat(self.world, seat)

    @rule(change=st.sampled_from(["restrict", "let in", "shut out"]), is_sent=st.booleans())
    def change_membership(self, change: str, is_sent: bool) -> None:  # noqa: FBT001  hypothesis names it
        seat = self._seat(MANAGER)
        customer = seat.cache.record(Customer, self.model.customer_id)
        assert customer is not None, "the manager sees everybody"
        access = seat.cache.records(CustomerAccess)
        with seat.desk.edit() as edit:
            if change == "restrict":
                edit.update(customer, is_restricted=not customer.is_restricted)
            elif change == "let in" and not access:
                person = self.world.people[SUPPORT]
                edit.insert(CustomerAccess(id=new_id(), customer_id=customer.id, person_id=person))
            elif change == "shut out":
                for row in access:
                    edit.delete(row)
        note_edits(self.model, seat)
        check_seat(self.world, seat)
        if is_sent:
            self.sync(MANAGER)

    @rule(name=a_seat, keep=st.sampled_from(["mine", "theirs"]))
    def resolve(self, name: str, keep: str) -> None:
        self._step()
        name = next((n for n in (name, *SEATS) if self.model.conflicts.get(n)), "")
        if not name:
            return
        seat, waiting = self.world.seats[name], self.model.conflicts[name]
        clash = seat.station.conflicts()[0]
        first = next(
            w for w in waiting if (w.kind, w.key, w.field) == (clash.kind, (clash.table, clash.row_id), clash.field)
        )
        with contextlib.suppress(Refused):  # then it goes on waiting
            (conflicts.keep_mine if keep == "mine" else conflicts.keep_theirs)(seat.desk, clash.id)
            self._resolved(name, first)
        note_edits(self.model, seat)
        check_seat(self.world, seat)

    def _resolved(self, name: str, waiting: Waiting) -> None:
        self.model.conflicts[name].remove(waiting)

    # The line to the company

    @rule(name=a_seat)
    def push(self, name: str) -> None:
        seat = self._with_something_to_send(name)
        self._connect(seat)
        self._push(seat)

    @rule(
        name=a_seat,
        fault=st.sampled_from(["answer lost", "answer lost", "ended", "cut"]),
        at=st.integers(1, 4),
        other=a_seat,
        further=st.sampled_from([1, 2]),
    )
    def push_in_vain(self, name: str, fault: str, at: int, other: str, further: int) -> None:
        seat = self._with_something_to_send(name)
        self._connect(seat)
        faults = {
            "answer lost": seat.answer_lost,
            "ended": lambda: seat.ended_mid_push(at),
            "cut": seat.cut_before_send,
        }
        with self.world.wait_for_end(seat), faults[fault]():
            self._push(seat)
        if seat.backend.closed:
            seat.hang_up()
        self._go_on_where_an_answer_was_lost(seat, other, further)

    def _go_on_where_an_answer_was_lost(self, seat: Seat, other: str, further: int) -> None:
        """Somebody else works on what the company has taken already, and the seat does not know."""
        taken = [made for made in self.model.unsettled(seat.name) if made.answer and made.verb is Verb.UPDATE]
        issue = next((n for n, i in self.world.issues.items() if taken and ("issue", i) == taken[-1].key), None)
        if issue is not None and other != seat.name:
            self.sync(other)
            self.edit(other, issue, next(iter(taken[-1].fields)), further)
            self.sync(other)

    @rule(name=a_seat)
    def pull(self, name: str) -> None:
        seat = self._seat(name)
        if not self._connect(seat):
            seat.station.engine.pull()
            self._pulled(seat)

    @rule(name=a_seat, at=st.integers(1, 6))
    def be_killed_while_pulling(self, name: str, at: int) -> None:
        seat = self._seat(name)
        with seat.killed_at_write(at):
            if not seat.connect():
                seat.station.engine.pull()
        check_seat(self.world, seat)

    @precondition(lambda self: not self.had_refill)
    @rule(name=a_seat, killed_at=st.sampled_from([0, 0, 1, 5, 10, 15, 20]))
    def read_everything_again(self, name: str, killed_at: int) -> None:
        self.had_refill = True  # it takes its time
        seat = self._seat(name)
        self._connect(seat)
        with seat.killed_at_write(killed_at) if killed_at else contextlib.nullcontext():
            seat.station.engine.refill()
        if seat.is_connected:
            self._pulled(seat)
        check_seat(self.world, seat)

    @rule(name=a_seat)
    def sync(self, name: str) -> None:
        seat = self._seat(name)
        self._connect(seat)
        self._push(seat)
        self.pull(name)

    @rule(name=a_seat)
    def restart(self, name: str) -> None:
        seat = self._seat(name)
        seat.restart()
        check_seat(self.world, seat)

    # Others

    @precondition(lambda self: self.world.open_foreign is None)
    @rule(who=st.sampled_from([ADMIN, MANAGER, SUPPORT]), what=a_deed, issue=an_issue, value=a_word)
    def begin_foreign(self, who: str, what: str, issue: str, value: str) -> None:
        self.world.begin_foreign(who)
        self.write_foreign(what, issue, value, is_kept=True)

    @precondition(lambda self: self.world.open_foreign is not None)
    @rule(what=a_deed, issue=an_issue, value=a_word, is_kept=st.booleans())
    def write_foreign(self, what: str, issue: str, value: str, is_kept: bool) -> None:  # noqa: FBT001  hypothesis names it
        self._step()
        assert self.world.open_foreign is not None
        self.world.open_foreign.write(what, self.world.issues[issue], value, is_kept=is_kept)

    @precondition(lambda self: self.world.open_foreign is not None)
    @rule(is_committed=st.sampled_from([True, True, False]))
    def end_foreign(self, is_committed: bool) -> None:  # noqa: FBT001  hypothesis names it
        self._step()
        assert self.world.open_foreign is not None
        self.world.open_foreign.end(is_committed=is_committed)
        check_company(self.world)

    @precondition(lambda self: not self.had_schema_step and self.world.open_foreign is None)
    @rule()
    def upgrade_company(self) -> None:
        self._step()
        self.had_schema_step = True
        self.world.add_schema_step()

    # The end: everything heals, everybody syncs until it is quiet

    def teardown(self) -> None:
        if sys.exc_info()[0] is not None:
            return  # what is looked for has been found
        if self.world.open_foreign is not None:
            self.world.open_foreign.end(is_committed=True)
        self.world.take_back_schema_step()
        for _round in ("learns that edits are taken again", "sends its own", "gets the others'"):
            for name in SEATS:
                self.sync(name)
        for seat in self.world.seats.values():
            check_quiet(self.world, seat)

    # Within the steps

    def _step(self) -> None:
        type(self).steps += 1

    def _seat(self, name: str) -> Seat:
        self._step()
        return self.world.seats[name]

    def _connect(self, seat: Seat) -> bool:
        if not seat.connect():
            return False
        self._pulled(seat)
        return True

    def _pulled(self, seat: Seat) -> None:
        check_seat(self.world, seat)
        check_pulled(self.world, seat)

    def _with_something_to_send(self, name: str) -> Seat:
        """Give the seat, or another where there is more to see."""
        seat = self._seat(name)
        waiting = [s for s in (seat, *self.world.seats.values()) if self.model.unsettled(s.name)]
        return waiting[0] if waiting else seat

    def _push(self, seat: Seat) -> None:
        sent = self.model.unsettled(seat.name)
        with contextlib.suppress(CompanyUnreachable):  # also where an open transaction holds the row
            seat.station.engine.push()
        check_company(self.world)
        check_seat(self.world, seat)
        check_answered(self.world, seat, {made.key for made in sent if made.is_settled})
