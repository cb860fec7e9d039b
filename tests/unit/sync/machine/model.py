"""What must be true, kept beside the engine: each edit that was made, and what the company holds after it.

It knows the rules of the protocol and nothing of how they are carried out.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.entities import Verb
from app.store.arrivals import ConflictKind

MANAGER, SUPPORT = "anna", "ben"

Key = tuple[str, str]  # table and id
Values = dict[str, Any]


@dataclass
class Made:
    """One edit that somebody made at a seat, and what the company answered."""

    op: str
    seat: str
    login: str
    key: Key
    verb: Verb
    fields: Values
    answer: Values | None = None
    is_settled: bool = False  # it has left the outbox


@dataclass(frozen=True)
class Verdict:
    """What the company has to make of an edit."""

    status: str
    clashing: frozenset[str] = frozenset()
    writes: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    """An open conflict, as far as it is told apart from others."""

    kind: ConflictKind
    key: Key
    field: str
    mine: str


class Model:
    """The company's rows and every edit, worked out edit by edit."""

    def __init__(self, customer_id: str, people: dict[str, str]) -> None:
        self.customer_id = customer_id
        self.people = people
        self.rows: dict[Key, Values] = {}
        self.made: dict[str, Made] = {}
        self.conflicts: dict[str, list[Waiting]] = {}
        self.clash_bases: dict[tuple[str, Key, str], object] = {}  # what it was when it first clashed

    def may_see_customer(self, login: str) -> bool:
        """Say whether a person may see the customer now."""
        return self.sees(login, {"customer_id": self.customer_id})

    def sees(self, login: str, values: Values) -> bool:
        """Say whether a person may see what belongs to this customer."""
        if login == MANAGER or values.get("customer_id") is None:
            return True
        if not self.rows["customer", self.customer_id]["is_restricted"]:
            return True
        return any(
            not row["deleted"] and row["person_id"] == self.people[login]
            for (table, _), row in self.rows.items()
            if table == "customer_access"
        )

    def judge(self, made: Made) -> Verdict:
        """Give what becomes of an edit that arrives now."""
        if made.verb is Verb.DELETE and made.login != MANAGER:
            return Verdict("rejected")
        row = self.rows.get(made.key)
        if made.verb is Verb.INSERT:
            issue = self.rows.get(("issue", made.fields.get("issue_id", "")), made.fields)
            return Verdict("ok", writes=made.fields) if self.sees(made.login, issue) else Verdict("rejected")
        if row is None or not self.sees(made.login, row):
            return Verdict("gone")
        if made.verb is Verb.DELETE:
            return self._judge_removal(made, row)
        if row["deleted"]:
            return Verdict("gone")
        clashing = frozenset(f for f, pair in made.fields.items() if row[f] not in pair)
        writes = {f: mine for f, (_, mine) in made.fields.items() if f not in clashing and row[f] != mine}
        return Verdict("conflict" if clashing else "ok", clashing, writes)

    def _judge_removal(self, made: Made, row: Values) -> Verdict:
        """What was seen goes along with a removal, and must still be there."""
        if row["deleted"]:
            return Verdict("ok")
        if any(name in row and row[name] != seen for name, seen in made.fields.items()):
            return Verdict("conflict", frozenset({"deleted"}))
        return Verdict("ok", writes={"deleted": True})

    def answered(self, made: Made, answer: Values) -> None:
        """Take the company's first answer to an edit: it must be the right one, and counts once."""
        verdict = self.judge(made)
        said = (answer["status"], frozenset(clash["field"] for clash in answer.get("clashes", ())))
        assert said == (verdict.status, verdict.clashing), f"{made} was answered {answer}, not {verdict}"
        made.answer = answer
        self.write(made.key, verdict.writes, is_new=made.verb is Verb.INSERT)

    def write(self, key: Key, writes: Values, *, is_new: bool = False) -> None:
        """Let the company hold these values of a row; each change is one `rev`."""
        if not writes:
            return
        row = self.rows.setdefault(key, {"rev": 0, "deleted": False})
        assert not is_new or row["rev"] == 0, f"{key} was made twice"
        row.update(writes)
        row["rev"] += 1

    def settled(self, made: Made) -> None:
        """An edit has left the outbox: what did not go through must now wait for a person."""
        assert made.answer is not None, f"LOST: {made} is neither in the outbox nor at the company"
        made.is_settled = True
        waiting = self.conflicts.setdefault(made.seat, [])
        status = made.answer["status"]
        if status == "conflict":
            for clash in made.answer["clashes"]:
                name = clash["field"]
                where = (made.seat, made.key, name)
                if not any((w.kind, w.key, w.field) == (ConflictKind.CLASH, made.key, name) for w in waiting):
                    self.clash_bases[where] = clash["base"]
                waiting[:] = [w for w in waiting if (w.kind, w.key, w.field) != (ConflictKind.CLASH, made.key, name)]
                mine = True if made.verb is Verb.DELETE else made.fields[name][1]
                if mine != self.clash_bases[where]:  # changed back to what it was: nothing is left to ask
                    waiting.append(Waiting(ConflictKind.CLASH, made.key, name, str(mine)))
        elif status != "ok":
            values = {f: pair[1] for f, pair in made.fields.items()} if made.verb is Verb.UPDATE else made.fields
            kind = ConflictKind.GONE if status == "gone" else ConflictKind.REFUSED
            waiting.append(Waiting(kind, made.key, "", str(sorted(values.items()))))

    def lost_sight(self, seat: str) -> None:
        """A seat has lost the customer: conflicts about what belonged to it stay, but cannot be answered any more."""
        self.conflicts[seat] = [
            replace(w, kind=ConflictKind.GONE) if self.is_theirs(w.key) else w for w in self.conflicts.get(seat, [])
        ]

    def is_theirs(self, key: Key) -> bool:
        """Say whether a row belongs to the customer."""
        row = self.rows.get(key, {})
        return key[1] == self.customer_id or row.get("customer_id") == self.customer_id

    def unsettled(self, seat: str) -> list[Made]:
        """Give the edits of a seat that have no place yet but its outbox, in the order they were made."""
        return [made for made in self.made.values() if made.seat == seat and not made.is_settled]
