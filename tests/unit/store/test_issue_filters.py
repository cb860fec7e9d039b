"""Filters find what they say, on the first page as in the whole list, and no text breaks out of them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.customer import Contact, Customer, Installation
from app.domain.entity import Entity, new_id
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise
from app.domain.issue import Issue, IssueKind, IssueState, Note
from app.domain.issue_filter import FIELDS
from app.domain.issue_filter_text import FilterError, parse
from app.domain.on_issue import Follower, Snooze
from app.domain.person import Person
from app.domain.tag import Tag
from app.store import edits, issues
from app.store.cache import Cache
from app.store.issues import Asker, Grouping, Order, View, Wanted

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)  # a Friday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    made = Cache(tmp_path_factory.mktemp("filters") / "cache.sqlite3")
    anna, ben = Person(id=new_id(), login="anna", name="Anna Berg"), Person(id=new_id(), login="ben", name="Ben")
    rail = Customer(id=new_id(), name="Northgate Rail", is_vip=True)
    halden = Customer(id=new_id(), name="Halden Hotels")
    jane = Contact(id=new_id(), customer_id=rail.id, name="Jane Whitlock")
    hosted = Installation(id=new_id(), customer_id=rail.id, product="portal", build="39")
    imports = Issue(
        id=new_id(), number=4127, title="Import fails", customer_id=rail.id, contact_id=jane.id, topic="import",
        installation_id=hosted.id, state=IssueState.WAITING, waiting_on="Engineering", owner_id=anna.id, impact=1,
        urgency=1, opened_at=NOW - 30 * DAY, next_update_at=NOW + HOUR,
    )  # fmt: skip
    page = Issue(
        id=new_id(), number=4128, title="Page stays white", customer_id=halden.id, topic="Login", build="40", impact=3,
        urgency=3, state=IssueState.OPEN, owner_id=ben.id, opened_at=NOW - 3 * DAY, workaround="Press F5",
    )  # fmt: skip
    question = Issue(
        id=new_id(),
        title="100% of the exports_x",
        kind=IssueKind.QUESTION,
        opened_at=NOW - HOUR,
        team="Second",
        level=2,
    )
    old = Issue(
        id=new_id(), number=1, title="Import was slow", customer_id=rail.id, state=IssueState.CLOSED,
        opened_at=NOW - 90 * DAY, closed_at=NOW - 80 * DAY, source="tracker",
    )  # fmt: skip

    def call(at: datetime, **more: Any) -> Interaction:
        return Interaction(id=new_id(), issue_id=imports.id, person_id=anna.id, channel=Channel.CALL, at=at, **more)

    rows: list[Entity] = [
        anna, ben, rail, halden, jane, hosted, imports, page, question, old,
        call(NOW - 20 * DAY),
        call(NOW - 4 * DAY, nature=Nature.CHASER),
        call(NOW - 3 * DAY, direction=Direction.OUT),
        call(NOW - HOUR, direction=Direction.OUT, is_automatic=True),
        Promise(id=new_id(), issue_id=page.id, what="x", made_at=NOW, made_by=ben.id, due_at=NOW - HOUR),
        Tag(id=new_id(), issue_id=page.id, word="vpn"),
        Note(id=new_id(), issue_id=page.id, at=NOW, person_id=ben.id, body="x"),
        Follower(id=new_id(), issue_id=question.id, person_id=anna.id),
        Snooze(id=new_id(), issue_id=question.id, person_id=ben.id, until_at=NOW + DAY),
    ]  # fmt: skip
    with made.transaction():
        for row in rows:
            edits.insert(made, row, NOW, anna.id)
    made.write("DELETE FROM outbox")
    yield made
    made.close()


def asker(cache: Cache, login: str = "anna") -> Asker:
    person = cache.records(Person, "login = ?", (login,))[0]
    return Asker(person.id, person.name, NOW)


def found(cache: Cache, text: str, view: View | None = View.ALL_OPEN, login: str = "anna") -> set[str]:
    wanted = Wanted(view, parse(text))
    all_ids = issues.ids(cache, wanted, asker(cache, login))
    page, is_whole = issues.first_page(cache, wanted, asker(cache, login))
    assert all_ids is not None
    assert is_whole
    assert [cells[0] for cells in page] == all_ids
    assert issues.count(cache, wanted, asker(cache, login)) == len(all_ids)
    short = {"Import fails": "import", "Page stays white": "page", "100% of the exports_x": "question"}
    titles = [title for (title,) in cache.read("SELECT title FROM issue")]
    ids = {i: short.get(t, "old") for i, t in cache.read("SELECT id, title FROM issue")}
    assert len(titles) == len(ids)
    return {ids[i] for i in all_ids}


ALL = {"import", "page", "question"}
CASES = {
    "": ALL, "state:open": ALL, "state:any": {*ALL, "old"}, "state:closed": {"old"}, "state:waiting": {"import"},
    "state:just_open": {"page"}, "-state:open": {"old"}, "state:open,closed": {*ALL, "old"},
    "vip:yes": {"import"}, "vip:no": {"page", "question"}, "kind:question": {"question"},
    "p:1": {"import"}, "p:1..2": {"import"}, "p>=3": {"page", "question"}, "p<2": {"import"},
    "calls>=2": {"import"}, "calls:0": {"page", "question"}, "chasers>0": {"import"}, "number:4127": {"import"},
    "number>=4127": {"import", "page", "question"}, "level:2": {"question"}, "team:second": {"question"},
    'customer:"northgate rail"': {"import"}, "customer:hal": {"page"}, "customer:none": {"question"},
    "contact:whit": {"import"}, "contact:none": {"page", "question"},
    "owner:me": {"import"}, "owner:none": {"question"}, "owner:ben": {"page"}, "owner:berg": {"import"},
    "owner:me,none": {"import", "question"}, "follower:me": {"question"}, "follower:none": {"import", "page"},
    "waiting:engineering": {"import"}, "waiting:eng*": {"import"}, "waiting:me": set(), "waiting:none": set(),
    "topic:IMPORT": {"import"}, "topic:log*": {"page"}, "topic:none": {"question"},
    "-topic:import": {"page", "question"},
    "tag:vpn": {"page"}, "tag:vp*": {"page"}, "-tag:vpn": {"import", "question"}, "tag:none": {"import", "question"},
    "build:39": {"import"}, "build:40": {"page"}, "product:portal": {"import"}, "product:none": {"page", "question"},
    "source:tracker state:any": {"old"}, "has:promise": {"page"}, "has:tag": {"page"}, "has:note": {"page"},
    "has:workaround": {"page"}, "has:follower": {"question"}, "has:conflict": set(), "-has:file": ALL,
    "updated>2d": {"import", "page"}, "updated<4d": {"import"}, "updated:never": {"page", "question"},
    "updated>2bd": {"import", "page"}, "updated>4bd": set(), "updated>1w": set(), "updated:2026-11-17": {"import"},
    "-updated>2d": {"question"}, "heard>3d": {"import"}, "called<5d": {"import"}, "called:never": {"page", "question"},
    "opened>2026-11-01": {"page", "question"}, "opened:2026-11-15..2026-11-17": {"page"}, "opened<2h": {"question"},
    "closed>70d state:any": {"old"}, "closed:never": ALL, "changed>=2026-11-20": ALL,
    "promise<1d": {"page"}, "promise:none": {"import", "question"}, "promise:over": {"page"}, "promise>1d": set(),
    "due<2bd": {"import", "page"}, "due>30m": {"import"}, "due:none": {"question"}, "due:over": {"page"},
    "due<1bh": {"import", "page"}, "due<10m": {"page"},
    "snoozed:no": ALL, "imp": {"import"}, "4128": {"page"}, "#4128": {"page"}, "whitlock fails": {"import"},
    '"import fails"': {"import"}, '"fails import"': set(), "import or white": {"import", "page"}, "f5": {"page"},
    "vip:yes or (p:4 tag:vpn)": {"import", "page"}, "-(vip:yes or tag:vpn)": {"question"}, "rail halden": set(),
    "100 exports": {"question"}, "topic:%": set(), "!!!": ALL,
}  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_a_filter_finds_what_it_says(cache: Cache, text: str) -> None:
    assert found(cache, text) == CASES[text]


def test_a_filter_narrows_a_view_and_reaches_closed_issues_without_one(cache: Cache) -> None:
    assert found(cache, "imp", None) == {"import", "old"}
    assert found(cache, "vip:yes", View.PROMISES) == {"import"}
    assert found(cache, "state:any", View.VIP) == {"import"}


def test_what_somebody_lets_sleep_is_in_their_promises_only(cache: Cache) -> None:
    assert found(cache, "", login="ben") == {"import", "page"}
    assert found(cache, "snoozed:yes", login="ben") == {"question"}
    assert found(cache, "", None, login="ben") == {*ALL, "old"}
    assert found(cache, "", View.UNASSIGNED, login="ben") == set()
    assert found(cache, "", View.UNASSIGNED) == {"question"}


_PIECES = st.sampled_from(
    [*FIELDS, *":<>=-(),\"*%'", " ", " or ", "open", "yes", "2d", "2bd", "1..2", "me", "none", "imp"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(text=st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_any_filter_that_can_be_read_can_be_asked(cache: Cache, text: str) -> None:
    try:
        node = parse(text)
    except FilterError:
        return
    wanted = Wanted(View.ALL_OPEN, node)
    assert issues.count(cache, wanted, asker(cache)) == len(issues.ids(cache, wanted, asker(cache)) or ())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    made, dice = Cache(tmp_path_factory.mktemp("many") / "cache.sqlite3"), random.Random(3)
    with made.transaction():
        for n in range(900):
            row = Issue(
                id=new_id(), number=n, title=f"{dice.choice('abc')} matter", topic=dice.choice(["", "x", "y"]),
                state=dice.choice(list(IssueState)), impact=dice.randrange(1, 4), urgency=dice.randrange(1, 4),
                opened_at=NOW - timedelta(hours=dice.randrange(50)),
            )  # fmt: skip
            edits.insert(made, row, NOW, "p")
    yield made
    made.close()


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("text", ["", "a", "p:1", "state:any", "matter -topic:x"])
def test_the_first_page_is_the_beginning_of_the_list(many: Cache, order: Order, text: str) -> None:
    me = Asker("p", "", NOW)
    for is_descending in (False, True):
        for group_by in (None, Grouping.TOPIC):
            wanted = Wanted(View.ALL_OPEN, parse(text), order, is_descending, group_by)
            whole = issues.ids(many, wanted, me)
            page, is_whole = issues.first_page(many, wanted, me, 50)
            assert whole is not None
            assert ([cells[0] for cells in page], is_whole) == (list(whole[:50]), len(whole) <= 50), wanted


def test_groups_say_where_each_begins(many: Cache) -> None:
    me = Asker("p", "", NOW)
    wanted = Wanted(group_by=Grouping.TOPIC, order=Order.NUMBER)
    whole, groups = issues.ids(many, wanted, me), issues.groups(many, wanted, me)
    assert whole is not None
    assert groups is not None
    topics = dict(many.read("SELECT id, topic FROM issue"))
    assert [group.name for group in groups] == ["", "x", "y"]
    for group in groups:
        assert {topics[i] for i in whole[group.first : group.first + group.count]} == {group.name}
    assert sum(group.count for group in groups) == len(whole)
    assert issues.groups(many, Wanted(), me) == ()


def test_what_nobody_waits_for_gives_nothing(many: Cache) -> None:
    me, stop = Asker("p", "", NOW), Event()
    assert issues.count(many, Wanted(), me, stop)
    stop.set()
    assert issues.ids(many, Wanted(), me, stop) is None
    assert issues.count(many, Wanted(), me, stop) is None
    assert issues.groups(many, Wanted(group_by=Grouping.STATE), me, stop) is None
    assert issues.count(many, Wanted(), me), "the next look-up is not stopped"
