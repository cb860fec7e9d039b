"""A person at their workstation: the cache, who they are and what time it is. Every verb and every look-up gets one.

Verbs run on the writer thread (or in a command-line process), look-ups on a reader thread; never the GUI thread.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from app.domain.entities import Verb, table_of
from app.domain.entity import Entity
from app.domain.errors import Refused
from app.domain.person import Person
from app.domain.plain_text import noun_of
from app.domain.ports import Origin, Touched, Touches
from app.store import edits
from app.store.cache import Cache

R = TypeVar("R", bound=Entity)


def utc_now() -> datetime:
    """Give the time of this workstation's clock; it decides no order between workstations."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of one row: the row as it was before it (a new one: as it is), and {field: (before, after)}."""

    verb: Verb
    row: Entity
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a verb needs. `person_id` is "" until the first handshake with the company has told who we are.

    With a list of `changes`, what edits change is added to it once it has held.
    """

    cache: Cache
    person_id: str
    workstation: str
    touches: Touches
    clock: Callable[[], datetime] = field(default=utc_now)
    changes: list[Changed] | None = None
    workstation_id: str = ""

    @property
    def now(self) -> datetime:
        """The current time, aware UTC."""
        return self.clock()

    def me(self) -> Person:
        """Give the person at this desk; raises Refused before the first contact with the company."""
        person = self.cache.record(Person, self.person_id)
        if person is None:
            raise Refused(
                "This workstation has not met the company yet, so it does not know who you are.",
                "Connect once; then everything works without the network too.",
            )
        return person

    def need(self, record: type[R], row_id: str) -> R:
        """Give a record that must be there; raises Refused when it was removed."""
        found = self.cache.record(record, row_id)
        if found is None or found.deleted:
            raise Refused(f"This {noun_of(table_of(record).name)} is not there any more.", "Look for it again.")
        return found

    @contextmanager
    def edit(self) -> Iterator["Edit"]:
        """Collect changes in one transaction; screens hear of them once it has held."""
        change = Edit(self)
        with self.cache.transaction(is_typed=True):
            yield change
        if self.changes is not None:
            self.changes.extend(change.changes)
        self.touches.touched(change.touched())


class Edit:
    """An open transaction of a verb: each change is a row and its outbox line."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.at = desk.now
        self.by = desk.me().id
        self.changes: list[Changed] = []
        self._ids: dict[str, set[str]] = {}

    def insert(self, row: R) -> R:
        """Add a new row and give it back."""
        edits.insert(self._desk.cache, row, self.at, self.by)
        self._note(Changed(Verb.INSERT, row))
        return row

    def update(self, row: Entity, **changes: Any) -> None:
        """Give fields of a row new values; values that it has already are no edit."""
        before = edits.update(self._desk.cache, row, changes, self.at, self.by)
        if before is not None:
            pairs = {n: (old, new) for n, new in changes.items() if (old := getattr(before, n)) != new}
            self._note(Changed(Verb.UPDATE, before, pairs))

    def delete(self, row: Entity) -> None:
        """Mark a row as removed."""
        before = edits.delete(self._desk.cache, row, self.at, self.by)
        if before is not None:
            self._note(Changed(Verb.DELETE, before))

    def touched(self) -> list[Touched]:
        """Give what changed so far."""
        return [Touched(table, frozenset(ids), Origin.HERE) for table, ids in self._ids.items()]

    def _note(self, change: Changed) -> None:
        self.changes.append(change)
        self._ids.setdefault(table_of(type(change.row)).name, set()).add(change.row.id)
