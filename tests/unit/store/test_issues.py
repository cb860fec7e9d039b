"""The queue's lists on a cache of some size: what they hold agrees with a plain reading of every issue."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.entity import new_id
from app.domain.issue import OPEN_STATES, Issue, IssueState
from app.domain.issue_filter_text import parse
from app.store import edits, issues
from app.store.cache import Cache
from app.store.issues import Asker, Order, View, Wanted

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)
ASKER = Asker("p1", "Anna", NOW)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cache, list[Issue]]]:
    cache = Cache(tmp_path_factory.mktemp("issues") / "cache.sqlite3")
    dice = random.Random(7)
    rows = [
        Issue(
            id=new_id(),
            title=f"Matter {n:04}",
            state=dice.choice(list(IssueState)),
            waiting_on=dice.choice(["", "Anna", "anna", "Vendor"]),
            impact=dice.choice([1, 2, 3]),
            urgency=dice.choice([1, 2, 3]),
            owner_id=dice.choice([None, "p1", "p2"]),
            opened_at=NOW - timedelta(hours=dice.randrange(200)),
            next_update_at=dice.choice([None, NOW + timedelta(hours=dice.randrange(-50, 50))]),
        )
        for n in range(600)
    ]
    with cache.transaction():
        for row in rows:
            edits.insert(cache, row, NOW, "p1")
    yield cache, rows
    cache.close()


def test_a_view_holds_what_it_says(made: tuple[Cache, list[Issue]]) -> None:
    cache, rows = made
    is_open = [r for r in rows if r.state in OPEN_STATES]
    wanted = {
        View.PROMISES: [r for r in is_open if r.next_update_at and r.next_update_at < NOW + timedelta(days=1)],
        View.CALLED_AGAIN: [],
        View.WAITING_ON_ME: [
            r
            for r in is_open
            if (r.owner_id == "p1" and r.state in {IssueState.NEW, IssueState.OPEN})
            or (r.state is IssueState.WAITING and r.waiting_on.lower() == "anna")
        ],
        View.UNASSIGNED: [r for r in is_open if r.owner_id is None],
        View.VIP: [],
        View.NOT_UPDATED: [r for r in is_open if r.opened_at and r.opened_at < NOW - timedelta(days=2)],
        View.ALL_OPEN: is_open,
    }
    for view, expected in wanted.items():
        got = issues.ids(cache, Wanted(view), ASKER) or ()
        assert set(got) == {r.id for r in expected}, view
        assert len(got) == len(expected) == issues.count(cache, Wanted(view), ASKER), view


def test_every_order_is_an_order(made: tuple[Cache, list[Issue]]) -> None:
    cache, rows = made
    by_id = {r.id: r for r in rows}
    for order in Order:
        up = issues.ids(cache, Wanted(order=order), ASKER) or ()
        down = issues.ids(cache, Wanted(order=order, is_descending=True), ASKER) or ()
        assert set(up) == set(down)
    titles = [by_id[i].title for i in issues.ids(cache, Wanted(order=Order.TITLE), ASKER) or ()]
    assert titles == sorted(titles)
    due = [by_id[i].next_update_at for i in issues.ids(cache, Wanted(View.PROMISES), ASKER) or ()]
    known = [d for d in due if d]
    assert known == sorted(known)
    first = [by_id[i].priority for i in issues.ids(cache, Wanted(), ASKER) or ()]
    assert first == sorted(first)


def test_words_narrow_a_list(made: tuple[Cache, list[Issue]]) -> None:
    cache, rows = made
    assert len(issues.ids(cache, Wanted(filter=parse("matter")), ASKER) or ()) == len(
        issues.ids(cache, Wanted(), ASKER) or ()
    )
    some = next(r for r in rows if r.state in OPEN_STATES)
    assert issues.ids(cache, Wanted(filter=parse(some.title)), ASKER) == [some.id]


def test_the_usual_order_is_walked_along_its_index_though_some_stand_first(made: tuple[Cache, list[Issue]]) -> None:
    cache, _rows = made
    open_ones = issues._condition(cache, Wanted(), ASKER)
    these, others = issues._in_two(open_ones, [1, 2, 3], issues._ordered(Wanted()), "s.pk")
    for (statement, values), wanted in ((these, "INTEGER PRIMARY KEY"), (others, "issue_sum_priority")):
        plan = [str(row[3]) for row in cache.read(f"EXPLAIN QUERY PLAN {statement} LIMIT 200", values)]
        assert any(wanted in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
