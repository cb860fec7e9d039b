"""Writes mapped records into the cache, a batch in a transaction: new rows, changed fields, and what stays as it is.

Ids come from source and key, so what is here already is known again: an import may be repeated or broken off anywhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from app.domain.customer import Contact, Customer
from app.domain.entities import table_of
from app.domain.entity import Entity
from app.domain.import_map import ImportMap, MapKind, folded
from app.domain.imported_row import as_wire, blank_wire, generation_id, values_as_wire, was_taken_back, weigh
from app.domain.issue import Issue, IssueEvent
from app.domain.ports import Origin, Touched
from app.services.desk import Desk
from app.services.imports.mapping import SourceRow, Values
from app.services.imports.rejects import BadRow
from app.store import imports

E = TypeVar("E", bound=Entity)

_UPDATES = 25  # changed rows in one transaction: an edit of one row costs about a millisecond


@dataclass(slots=True)
class Piece:
    """One good record on its way into the cache.

    `issue` is what its issue becomes, in the piece that brings the issue: the record itself, or of a history the last
    one of the file. `place` is the record's place among those of its issue, from 1.
    """

    line: int
    row: SourceRow
    issue: SourceRow | None = None
    place: int = 1


@dataclass(slots=True)
class _Plan:
    """What one batch comes to."""

    new: list[Entity] = field(default_factory=list)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    updates: list[tuple[Entity, Values]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A row that the source tells of. An adopted one was here before under the same name, and is not of the source."""

    line: int
    values: Values
    row: Entity
    is_adopted: bool = False


@dataclass(slots=True)
class _Known:
    """An issue of this run. `seq` is that of its last event so far; `is_gone`: a person has removed the issue."""

    id: str
    customer_id: str | None
    is_gone: bool
    seq: int = 0


class Writer:
    """Writes the pieces of one import. Belongs to one thread; keeps one small entry per customer, contact and issue."""

    def __init__(self, desk: Desk, by: ImportMap, import_id: str, file_name: str) -> None:
        self._desk, self._map, self.import_id = desk, by, import_id
        self._about = {
            "file": file_name,
            "source": by.source,
            "kind": by.kind.value,
            "at": desk.now.isoformat(),
        }
        self.inserted: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        self.unchanged = 0
        self._parts = 0
        self._customers: dict[str, str] = {}
        self._contacts: dict[tuple[str, str], str] = {}
        self._issues: dict[str, _Known] = {}
        self._people: dict[str, dict[str, str]] = {}  # contacts that were here before, by customer and name
        # Customers that are here already under the same name are the same; the oldest of several.
        self._by_name = {folded(name): row_id for row_id, name in imports.customer_names(desk.cache)}

    def write(self, pieces: Sequence[Piece]) -> list[BadRow]:
        """Write one batch; gives the records that could not be taken as the source says them."""
        plan = _Plan()
        me = self._desk.me().id
        with self._desk.cache.transaction():
            bringing = [(p.line, p.issue or p.row) for p in pieces if p.issue or self._map.kind is MapKind.CUSTOMERS]
            self._take_customers(plan, bringing)
            self._take_contacts(plan, bringing)
            self._take_issues(plan, [(line, row) for line, row in bringing if row.issue is not None])
            self._take_events(plan, [p for p in pieces if p.row.event is not None])
            imports.insert_many(self._desk.cache, plan.new, self._desk.now, me)
            imports.keep_said(self._desk.cache, plan.said)
            added = self.inserted + Counter(table_of(type(row)).name for row in plan.new)
            if plan.new:
                imports.keep_added(self._desk.cache, self.import_id, self._parts, _ids_by_table(plan.new))
                imports.keep_note(self._desk.cache, self.import_id, self._about | {"added": dict(added)})
        self._parts += 1
        self.inserted = added
        self._desk.touches.touched(
            Touched(table, frozenset(ids), Origin.HERE) for table, ids in _ids_by_table(plan.new).items()
        )
        self._update(plan.updates)
        return plan.bad

    def _update(self, updates: Iterable[tuple[Entity, Values]]) -> None:
        waiting = iter(updates)
        while group := list(islice(waiting, _UPDATES)):
            with self._desk.edit() as edit:
                for row, changes in group:
                    present = self._desk.cache.record(type(row), row.id)
                    if present is not None and not present.deleted:
                        edit.update(present, **changes)
            self.updated.update(table_of(type(row)).name for row, _ in group)

    def _take_customers(self, plan: _Plan, rows: Sequence[tuple[int, SourceRow]]) -> None:
        unseen: dict[str, tuple[int, Values]] = {}
        for line, r in rows:
            if r.customer is not None and r.customer_key not in self._customers:
                unseen.setdefault(r.customer_key, (line, r.customer))
        wanted = {}
        for key, (own_id, is_here) in self._ids(Customer, {k: f"customer\x1f{k}" for k in unseen}).items():
            line, values = unseen[key]
            same = None if is_here else self._by_name.get(folded(values["name"]))
            self._customers[key] = row_id = same or own_id
            wanted[row_id] = _Wanted(line, values, Customer(id=row_id, **values), same is not None)
        self._settle(plan, Customer, wanted)

    def _take_contacts(self, plan: _Plan, rows: Sequence[tuple[int, SourceRow]]) -> None:
        unseen: dict[tuple[str, str], tuple[int, Values]] = {}
        for line, r in rows:
            key = (self._customers.get(r.customer_key, ""), r.contact_key)
            if r.contact is not None and key not in self._contacts:
                unseen.setdefault(key, (line, r.contact))
        ids = self._ids(Contact, {key: "contact\x1f" + "\x1f".join(key) for key in unseen})
        wanted = {}
        for key, (own_id, is_here) in ids.items():
            line, values = unseen[key]
            same = None if is_here else self._named_alike(key[0], values["name"])
            self._contacts[key] = row_id = same or own_id
            contact = Contact(id=row_id, customer_id=key[0], **values)
            wanted[row_id] = _Wanted(line, values, contact, same is not None)
        self._settle(plan, Contact, wanted)

    def _named_alike(self, customer_id: str, name: str) -> str | None:
        """Give the contact of that name whom the customer had before this import, where names tell them apart."""
        if ("contact", "key") in self._map.cells:
            return None
        if customer_id not in self._people:
            found = imports.contact_names(self._desk.cache, customer_id)
            self._people[customer_id] = {folded(theirs): row_id for row_id, theirs in found}
        return self._people[customer_id].get(folded(name))

    def _take_issues(self, plan: _Plan, rows: Sequence[tuple[int, SourceRow]]) -> None:
        ids = self._ids(Issue, {r.key: r.key for _, r in rows})
        wanted = {}
        for line, r in rows:
            values = dict(r.issue or {})
            if self._map.has("customer"):
                values["customer_id"] = self._customers.get(r.customer_key)
            if self._map.has("contact"):
                values["contact_id"] = self._contacts.get((values["customer_id"] or "", r.contact_key))
            row_id, _ = ids[r.key]
            issue = Issue(id=row_id, source=self._map.source, source_key=r.key, **values)
            wanted[row_id] = _Wanted(line, values, issue)
            self._issues[r.key] = _Known(row_id, issue.customer_id, is_gone=False)
        gone = self._settle(plan, Issue, wanted)
        for _, r in rows:
            self._issues[r.key].is_gone = self._issues[r.key].id in gone

    def _take_events(self, plan: _Plan, pieces: Sequence[Piece]) -> None:
        """Append what is not there yet. An event that is there is never changed: history is append-only."""
        made: dict[str, tuple[Piece, _Known, Values]] = {}
        for piece in pieces:
            known = self._issues[piece.row.key]
            event_id = generation_id(self._map.source, f"{known.id}\x1f{piece.row.event_key or piece.place}", 1)
            if known.is_gone:
                self.unchanged += 1
            elif event_id in made:
                plan.bad.append(BadRow(piece.line, f"is the same event as line {made[event_id][0].line}"))
            else:
                made[event_id] = (piece, known, piece.row.event or {})
        present = imports.rows_by_id(self._desk.cache, IssueEvent, made)
        for event_id, (piece, known, values) in made.items():
            if (here := present.get(event_id)) is not None:
                known.seq = max(known.seq, here.seq)
                self.unchanged += 1
                if differing := [name for name, value in values.items() if getattr(here, name) != value]:
                    plan.bad.append(BadRow(piece.line, _HISTORY.format(", ".join(differing))))
                continue
            # The line is the place, unless this export begins later than the one that brought the events before.
            known.seq = max(piece.line, known.seq + 1)
            plan.new.append(
                IssueEvent(id=event_id, issue_id=known.id, customer_id=known.customer_id, seq=known.seq, **values)
            )

    def _ids(self, record: type[E], keys: dict[Any, str]) -> dict[Any, tuple[str, bool]]:
        """Give for each key the row's id and whether such a row is here; past the rows of imports taken back."""
        found: dict[Any, tuple[str, bool]] = {}
        generation, open_keys = 1, dict(keys)
        while open_keys:
            ids = {key: generation_id(self._map.source, text, generation) for key, text in open_keys.items()}
            present = imports.rows_by_id(self._desk.cache, record, ids.values())
            back = {key for key, i in ids.items() if i in present and was_taken_back(present[i])}
            found |= {key: (i, i in present) for key, i in ids.items() if key not in back}
            generation, open_keys = generation + 1, {key: open_keys[key] for key in back}
        return {key: found[key] for key in keys}

    def _settle(self, plan: _Plan, record: type[Entity], wanted: dict[str, _Wanted]) -> set[str]:
        """Plan what makes the wanted rows true; gives those that a person has removed, which stay removed."""
        cache = self._desk.cache
        present = imports.rows_by_id(cache, record, wanted)
        said_before = imports.said_of(cache, present)
        edited = imports.edited_here(cache, record, present) if len(said_before) < len(present) else set()
        gone = set()
        for row_id, want in wanted.items():
            says = values_as_wire(record, want.values)
            if want.is_adopted:
                says.pop("name")  # it is how the row was found, in whatever capitals
            here = present.get(row_id)
            if here is None:
                plan.new.append(want.row)
                plan.said[row_id] = says
                continue
            if here.deleted:
                gone.add(row_id)
                self.unchanged += 1
                continue
            now = as_wire(here)
            said = said_before.get(row_id)
            if said is None and here.rev <= 1 and row_id not in edited and not want.is_adopted:
                said = now  # nobody has changed it since it was brought, here or elsewhere
            verdict = weigh(says, said, now, blank_wire(record))
            if says != said_before.get(row_id):
                plan.said[row_id] = says
            if verdict.clashes:
                plan.bad.append(BadRow(want.line, _clash_reason(record, verdict.clashes, says, now)))
            if verdict.changes:
                plan.updates.append((here, {name: want.values[name] for name in verdict.changes}))
            else:
                self.unchanged += 1
        return gone


_HISTORY = "differs in {} from the event that an earlier import has brought; history stays as it was first told"


def _clash_reason(record: type[Entity], names: Sequence[str], says: dict[str, Any], now: dict[str, Any]) -> str:
    told = "; ".join(f"{name} is {now[name]!r} here and {says[name]!r} in the source" for name in names)
    return f"{table_of(record).name}: {told}; what a person has changed here stays"


def _ids_by_table(rows: Iterable[Entity]) -> dict[str, list[str]]:
    by_table: dict[str, list[str]] = {}
    for row in rows:
        by_table.setdefault(table_of(type(row)).name, []).append(row.id)
    return by_table


def batches(pieces: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    """Give the pieces in lists of this size."""
    waiting = iter(pieces)
    while batch := list(islice(waiting, size)):
        yield batch
