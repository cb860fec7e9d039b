"""The sums of issues are at every moment what the rows say."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.customer import Customer
from app.domain.entities import table_of
from app.domain.entity import Entity, fields_of, new_id, to_wire
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise, PromiseState
from app.domain.issue import Issue, IssueState
from app.domain.person import Person
from app.store import bulk, edits, issue_sums
from app.store.cache import Cache
from app.store.held import delete_rows

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    made = Cache(tmp_path / "cache.sqlite3")
    yield made
    made.close()


def sums(cache: Cache) -> list[tuple[Any, ...]]:
    return cache.read("SELECT * FROM issue_sum ORDER BY pk")


def made_anew(cache: Cache) -> list[tuple[Any, ...]]:
    """Give what the sums would be when they were made from the rows now."""
    with cache.transaction():
        before = sums(cache)
        cache.write("DELETE FROM issue_sum")
        for statement in issue_sums.fill_statements("1"):
            cache.write(statement)
        after = sums(cache)
        assert len(before) == len(after)
    return after


@dataclass
class Life:
    """Does what people and the sync do to rows, at random."""

    cache: Cache
    dice: random.Random
    rows: dict[type[Entity], list[Entity]] = field(default_factory=dict)

    def _at(self) -> datetime:
        return NOW + timedelta(minutes=self.dice.randrange(-9000, 9000))

    def _some(self, record: type[Entity]) -> str | None:
        known = self.rows.get(record, [])
        return self.dice.choice(known).id if known and self.dice.random() < 0.9 else None

    def _values(self, record: type[Entity]) -> dict[str, Any]:
        dice = self.dice
        if record is Issue:
            return {
                "title": dice.choice(["a", "B", "c" * 200]),
                "state": dice.choice(list(IssueState)),
                "waiting_on": dice.choice(["", "Anna"]),
                "impact": dice.randrange(1, 4),
                "urgency": dice.randrange(1, 4),
                "owner_id": self._some(Person),
                "customer_id": self._some(Customer),
                "topic": dice.choice(["", "import"]),
                "opened_at": dice.choice([None, self._at()]),
                "next_update_at": dice.choice([None, self._at()]),
            }
        if record is Interaction:
            return {
                "issue_id": self._some(Issue),
                "channel": dice.choice(list(Channel)),
                "nature": dice.choice(list(Nature)),
                "direction": dice.choice(list(Direction)),
                "is_automatic": dice.random() < 0.2,
                "at": self._at(),
                "person_id": "p",
            }
        if record is Promise:
            return {
                "issue_id": self._some(Issue),
                "what": "x",
                "made_at": NOW,
                "made_by": "p",
                "due_at": self._at(),
                "state": dice.choice(list(PromiseState)),
            }
        if record is Customer:
            return {"name": dice.choice(["Alder", "Birch"]), "is_vip": dice.random() < 0.5}
        return {"login": "x", "name": dice.choice(["Anna", "Ben"])}

    def step(self) -> None:
        record = self.dice.choice([Issue, Issue, Interaction, Interaction, Promise, Customer, Person])
        known = self.rows.setdefault(record, [])
        what = self.dice.random()
        if not known or what < 0.5:
            row = record(id=new_id(), **self._values(record))
            known.append(row)
            with self.cache.transaction():
                edits.insert(self.cache, row, NOW, "p")
            return
        row = self.dice.choice(known)
        if what < 0.9:
            with self.cache.transaction():
                row = row.but(**self._values(record), deleted=self.dice.random() < 0.1)
                edits.put_rows(self.cache, table_of(record).name, [_wire(row)])
            return
        known.remove(row)
        delete_rows(self.cache, table_of(record).name, [row.id])


def _wire(row: Entity) -> dict[str, Any]:
    return {f.name: to_wire(f, getattr(row, f.name)) for f in fields_of(type(row))}


@pytest.mark.parametrize("seed", range(4))
def test_triggers_keep_the_sums_as_the_rows_are(cache: Cache, seed: int) -> None:
    life = Life(cache, random.Random(seed))
    for step in range(500):
        life.step()
        if step % 25 == 0 or step > 480:
            before = sums(cache)
            assert before == made_anew(cache), step
    assert len(sums(cache)) == len(cache.read("SELECT 1 FROM issue"))


@pytest.mark.parametrize("seed", range(2))
def test_after_a_fill_in_bulk_the_sums_are_whole(cache: Cache, seed: int) -> None:
    life = Life(cache, random.Random(seed))
    for _ in range(60):
        life.step()
    bulk.enter(cache)
    assert cache.read("SELECT name FROM sqlite_master WHERE name = 'issue_sum_title'") == []
    for _ in range(300):
        life.step()
    bulk.leave(cache, life.step)  # others write between its steps
    assert sums(cache) == made_anew(cache)
    assert cache.read("SELECT name FROM sync_meta WHERE name IN ('summed', 'untallied', 'bulk')") == []
    for _ in range(60):
        life.step()
    assert sums(cache) == made_anew(cache)
    assert len(cache.read("SELECT 1 FROM sqlite_master WHERE name = 'issue_sum_title' AND type = 'index'")) == 1


def test_every_order_walks_along_an_index(cache: Cache) -> None:
    for columns in issue_sums.ORDERS:
        order = f"SELECT pk FROM issue_sum WHERE is_open = 1 ORDER BY {', '.join(columns)}, pk LIMIT 200"
        plan = " ".join(str(row[-1]) for row in cache.read(f"EXPLAIN QUERY PLAN {order}"))
        assert "USING COVERING INDEX issue_sum_" in plan, (columns, plan)
        assert "TEMP B-TREE" not in plan, (columns, plan)
