"""What the company answers on demand, and to whom it does not: presence, histories, contents of attachments."""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from app.company import maintenance
from app.company.connection import open_dsn
from app.company.link import Link, Row
from app.company.on_demand import NOTHING_DUE, PIECE_BYTES, WRONG_CONTENT
from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import BatonError, EnvironmentFault, LoginDisabled
from app.domain.issue import Issue, IssueState
from app.domain.on_issue import Attachment
from app.domain.person import Role
from tests.stations import Station, TestCompany


@dataclass
class Seat:
    """Somebody's connection, as a workstation has it."""

    link: Link
    workstation: str

    def look(self, at: tuple[str, str] | None, *, is_typing: bool = False) -> list[tuple[str, str]]:
        found = self.link.on_demand.look(self.workstation, self.link.channel, at, is_typing=is_typing)
        return [(one["name"], one["doing"]) for one in found]

    def is_woken(self) -> bool:
        time.sleep(0.02)  # what another's call set off is on its way
        self.link.ping()
        self.link.drain_news()
        woken, self.link.has_lookers_news = self.link.has_lookers_news, False
        return woken


@pytest.fixture
def seats(company: TestCompany) -> "Iterator[Seats]":
    made = Seats(company)
    yield made
    made.close()


class Seats:
    def __init__(self, company: TestCompany) -> None:
        self.company = company
        self._links: list[Link] = []

    def of(self, login: str, role: Role = Role.SUPPORT) -> Seat:
        if login not in self.company.people:
            self.company.add(login, role)
        link = Link.open(self.company.address(login), None)
        self._links.append(link)
        seat = Seat(link, new_id())
        link.hello(seat.workstation, f"{login}'s desk")
        return seat

    def close(self) -> None:
        for link in self._links:
            link.close()


def an_issue(station: Station, title: str = "Import fails", customer_id: str | None = None) -> Issue:
    with station.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title=title, customer_id=customer_id))
    station.sync()
    return made


def a_bank(anna: Station) -> Customer:
    """Give a customer whom only managers see."""
    with anna.desk.edit() as edit:
        bank = edit.insert(Customer(id=new_id(), name="Bank", is_restricted=True))
    anna.sync()
    return bank


# Presence


def test_who_has_the_same_row_open_is_shown_and_only_they_are_woken(company: TestCompany, seats: Seats) -> None:
    station = company.station("anna", Role.MANAGER)
    one, other = ("issue", an_issue(station).id), ("issue", an_issue(station).id)
    anna, ben, eve = seats.of("anna"), seats.of("ben"), seats.of("eve")
    assert anna.look(one) == []
    assert eve.look(other) == []
    assert ben.look(one) == [("Anna", "looking")]
    assert (anna.is_woken(), eve.is_woken(), ben.is_woken()) == (True, False, False)
    assert anna.look(one) == [("Ben", "looking")]
    assert not ben.is_woken(), "to renew wakes nobody"
    assert ben.look(one, is_typing=True) == [("Anna", "looking")]
    assert anna.is_woken()
    assert anna.look(one) == [("Ben", "typing")]
    assert ben.look(other) == [("Eve", "looking")]
    assert (anna.is_woken(), eve.is_woken()) == (True, True), "those whom Ben left, and those to whom he came"
    assert anna.look(one) == []
    assert ben.look(None) == []
    assert (anna.is_woken(), eve.is_woken()) == (False, True)


def test_of_two_who_come_at_one_instant_somebody_knows_of_the_other(company: TestCompany, seats: Seats) -> None:
    station = company.station("anna", Role.MANAGER)
    anna, ben = seats.of("anna"), seats.of("ben")
    for _ in range(40):
        at, start = ("issue", an_issue(station).id), threading.Barrier(2)

        def come(seat: Seat, at: tuple[str, str] = at, start: threading.Barrier = start) -> None:
            start.wait(5)
            seat.look(at)

        for seat in (anna, ben):
            seat.look(None)
            seat.is_woken()
        ben.is_woken()
        coming = [threading.Thread(target=come, args=(seat,)) for seat in (anna, ben)]
        for one in coming:
            one.start()
        for one in coming:
            one.join(10)
        assert {anna.is_woken(), ben.is_woken()} == {True, False}, "the later one saw the first and woke it"


def test_presence_ends_with_its_time_and_with_the_connection(company: TestCompany, seats: Seats) -> None:
    at = ("issue", an_issue(company.station("anna", Role.MANAGER)).id)
    anna, ben, eve = seats.of("anna"), seats.of("ben"), seats.of("eve")
    ben.look(at)
    eve.look(at)
    assert anna.look(at) == [("Ben", "looking"), ("Eve", "looking")]
    with open_dsn(company.admin_dsn) as admin:
        admin.execute(
            "UPDATE sync.presence SET at = at - interval '31 seconds' WHERE workstation_id = %s", (ben.workstation,)
        )
    assert anna.look(at) == [("Eve", "looking")]
    eve.link.close()
    for _ in range(100):  # the server needs a moment to notice
        if anna.look(at) == []:
            break
        time.sleep(0.02)
    assert anna.look(at) == []
    assert ben.look(at) == [("Anna", "looking")]
    assert anna.is_woken(), "who had been away for long comes anew"
    (left,) = (
        one["left_s"] for one in anna.link.on_demand.look(anna.workstation, anna.link.channel, at, is_typing=False)
    )
    assert 25 < left <= 30


def test_nobody_learns_who_looks_at_what_they_may_not_see(company: TestCompany, seats: Seats) -> None:
    station = company.station("anna", Role.MANAGER)
    bank = a_bank(station)
    hidden = ("issue", an_issue(station, "Secret", bank.id).id)
    anna, ben = seats.of("anna"), seats.of("ben")
    assert ben.look(hidden, is_typing=True) == []
    assert anna.look(hidden) == [], "who may not see a row does not look at it"
    assert ben.look(("customer", bank.id)) == []
    assert not ben.is_woken()
    for nothing in (("issue", new_id()), ("pg_authid", new_id()), ('issue" --', new_id())):
        assert ben.look(nothing) == []
    for table in ("presence", "op", "content"):
        with pytest.raises(EnvironmentFault, match="denied"):
            ben.link.on_demand._one(f"SELECT count(*) FROM sync.{table}")


def test_who_loses_the_right_is_not_shown_the_others_any_more(company: TestCompany, seats: Seats) -> None:
    station = company.station("anna", Role.MANAGER)
    with station.desk.edit() as edit:
        shop = edit.insert(Customer(id=new_id(), name="Shop"))
    at = ("issue", an_issue(station, "Open yet", shop.id).id)
    anna, ben = seats.of("anna"), seats.of("ben")
    anna.look(at)
    assert ben.look(at) == [("Anna", "looking")]
    with station.desk.edit() as edit:
        edit.update(shop, is_restricted=True)
    station.sync()
    assert ben.look(at) == []
    assert anna.look(at) == [], "and is taken off it"


def test_nobody_speaks_for_another_workstation(company: TestCompany, seats: Seats) -> None:
    at = ("issue", an_issue(company.station("anna", Role.MANAGER)).id)
    anna, ben = seats.of("anna"), seats.of("ben")
    with pytest.raises(EnvironmentFault, match="not yours"):
        Seat(ben.link, anna.workstation).look(at)
    for channel in ("baton_feed", "presence_x", "presence_" + "0" * 31, "'; --"):
        with pytest.raises(EnvironmentFault, match="no channel"):
            ben.link.on_demand.look(ben.workstation, channel, at, is_typing=False)
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("UPDATE baton.person SET is_active = false, rev = rev + 1 WHERE login = 'ben'")
        with pytest.raises(LoginDisabled):
            ben.look(at)


# Histories


def told(rows: list[Row]) -> list[tuple[str, str, dict[str, list[object]]]]:
    return [(row["tbl"], row["verb"], row["fields"]) for row in rows]


def test_a_history_says_who_changed_what_from_where_and_leaves_out_what_did_not_hold(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    issue = an_issue(anna)
    ben.sync()
    with anna.desk.edit() as edit:
        edit.update(issue, state=IssueState.OPEN, title="Import fails again")
    with ben.desk.edit() as edit:
        edit.update(issue, title="Ben's", owner_id=ben.person_id, workaround="y" * 600)
    anna.sync()
    ben.sync()
    assert ben.conflicts()
    bens, annas, made = anna.engine.link.on_demand.history("issue", issue.id)
    assert told([annas]) == [
        ("issue", "update", {"state": ["new", "open"], "title": ["Import fails", "Import fails again"]})
    ]
    assert (annas["person_id"], annas["workstation"]) == (anna.person_id, "anna's desk")
    assert bens["fields"] == {"owner_id": [None, ben.person_id], "workaround": ["", "y" * 500 + "…"]}
    assert (bens["workstation"], made["verb"], made["fields"]["title"]) == (
        "ben's desk",
        "insert",
        [None, "Import fails"],
    )
    assert ben.engine.link.on_demand.history("issue", issue.id) == [bens, annas, made]
    assert ben.engine.link.on_demand.history("issue", new_id()) == []
    assert ben.engine.link.on_demand.history("pg_authid", issue.id) == []


def test_a_history_is_closed_to_who_may_not_see_the_row_now_or_could_not_then(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    bank = a_bank(anna)
    issue = an_issue(anna, "The merger", bank.id)
    assert ben.engine.link.on_demand.history("issue", issue.id) == []
    with anna.desk.edit() as edit:
        edit.update(issue, title="Harmless", customer_id=None)
    anna.sync()
    assert ben.engine.link.on_demand.history("issue", issue.id) == [], "what was before is not for Ben"
    with anna.desk.edit() as edit:
        edit.update(issue, topic="import")
    anna.sync()
    assert told(ben.engine.link.on_demand.history("issue", issue.id)) == [
        ("issue", "update", {"topic": ["", "import"]})
    ]
    assert len(anna.engine.link.on_demand.history("issue", issue.id)) == 3
    with anna.desk.edit() as edit:
        edit.update(issue, customer_id=bank.id)
        edit.update(issue, customer_id=None)
    anna.sync()
    text = str(ben.engine.link.on_demand.history("issue", issue.id))
    assert bank.id not in text


# Contents


def attached(station: Station, issue: Issue, content: bytes, name: str = "log.txt") -> Attachment:
    with station.desk.edit() as edit:
        made = edit.insert(
            Attachment(
                id=new_id(),
                issue_id=issue.id,
                name=name,
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                person_id=station.person_id,
                at=edit.at,
            )
        )
    station.sync()
    return made


def bring(link: Link, sha256: str, content: bytes) -> int:
    due = link.on_demand.begin(sha256)
    while due >= 0:
        due = link.on_demand.bring(sha256, due, content[due * PIECE_BYTES : (due + 1) * PIECE_BYTES])
    return due


def fetched(link: Link, sha256: str) -> bytes | None:
    size = link.on_demand.content_size(sha256)
    if size is None:
        assert link.on_demand.piece(sha256, 0) is None
        return None
    pieces = [link.on_demand.piece(sha256, n) for n in range(max(1, -(-size // PIECE_BYTES)))]
    return b"".join(p for p in pieces if p is not None)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES - 1])
def test_a_content_comes_back_as_it_went(company: TestCompany, size: int) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    content = secrets.token_bytes(size)
    sha256 = attached(anna, an_issue(anna), content).sha256
    assert fetched(ben.engine.link, sha256) is None
    assert anna.engine.link.on_demand.unbrought([sha256]) == {sha256}
    assert bring(anna.engine.link, sha256, content) == NOTHING_DUE
    assert anna.engine.link.on_demand.unbrought([sha256]) == set()
    assert anna.engine.link.on_demand.begin(sha256) == NOTHING_DUE
    assert fetched(ben.engine.link, sha256) == content


def test_a_piece_that_comes_twice_counts_once_and_a_wrong_one_is_refused(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    content = secrets.token_bytes(2 * PIECE_BYTES + 5)
    sha256 = attached(anna, an_issue(anna), content).sha256
    company_side = anna.engine.link.on_demand
    assert company_side.bring(sha256, 0, content[:PIECE_BYTES]) == 1
    assert company_side.bring(sha256, 0, content[:PIECE_BYTES]) == 1, "its answer was lost"
    assert company_side.begin(sha256) == 1
    with pytest.raises(EnvironmentFault, match="bytes long"):
        company_side.bring(sha256, 1, content[:5])
    assert company_side.bring(sha256, 7, b"") == 1
    assert bring(anna.engine.link, sha256, content) == NOTHING_DUE


def test_what_is_not_what_its_hash_says_is_not_taken(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    content = secrets.token_bytes(PIECE_BYTES + 5)
    sha256 = attached(anna, an_issue(anna), content).sha256
    assert bring(anna.engine.link, sha256, content[::-1]) == WRONG_CONTENT
    assert fetched(anna.engine.link, sha256) is None
    assert bring(anna.engine.link, sha256, content) == NOTHING_DUE, "and it may be brought again"
    assert fetched(anna.engine.link, sha256) == content


def test_only_who_sees_an_attachment_reads_and_only_who_may_attach_brings(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    reader = company.station("rita", Role.READONLY)
    bank = a_bank(anna)
    secret, open_one = secrets.token_bytes(1000), secrets.token_bytes(1000)
    hidden = attached(anna, an_issue(anna, "Secret", bank.id), secret)
    shown = attached(anna, an_issue(anna), open_one)
    for content, sha256 in ((secret, hidden.sha256), (open_one, shown.sha256)):
        bring(anna.engine.link, sha256, content)
    for link in (ben.engine.link, reader.engine.link):
        assert fetched(link, hidden.sha256) is None
        assert fetched(link, shown.sha256) == open_one
        for sha256 in (hidden.sha256, shown.sha256, "x", "../../etc/passwd"):
            with pytest.raises(EnvironmentFault, match=r"nothing of yours|may not bring"):
                link.on_demand.begin(sha256)
            with pytest.raises(EnvironmentFault, match=r"nothing of yours|may not bring"):
                link.on_demand.bring(sha256, 0, secret)
    with anna.desk.edit() as edit:
        edit.delete(shown)
    anna.sync()
    assert fetched(ben.engine.link, shown.sha256) is None, "what was taken off is not read any more"


def test_who_knows_a_hash_does_not_get_the_content_by_naming_it(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    content = secrets.token_bytes(1000)
    hidden = attached(anna, an_issue(anna, "Secret", a_bank(anna).id), content)
    bring(anna.engine.link, hidden.sha256, content)
    attached(ben, an_issue(ben), content)  # Ben's own issue, with the hash of what he may not see
    assert fetched(ben.engine.link, hidden.sha256) is None
    assert ben.engine.link.on_demand.begin(hidden.sha256) == 0, "he has to show that he has it"
    assert bring(ben.engine.link, hidden.sha256, secrets.token_bytes(1000)) == WRONG_CONTENT
    assert fetched(ben.engine.link, hidden.sha256) is None
    assert fetched(anna.engine.link, hidden.sha256) == content, "and spoils nothing by trying"
    assert bring(ben.engine.link, hidden.sha256, content) == NOTHING_DUE
    assert fetched(ben.engine.link, hidden.sha256) == content
    with open_dsn(company.admin_dsn) as admin:
        assert admin.execute("SELECT count(*) FROM sync.content_piece").fetchall() == [(1,)], "it is there once"


def test_who_could_fetch_a_content_need_not_bring_it_again(company: TestCompany) -> None:
    anna, ben = company.station("anna", Role.MANAGER), company.station("ben")
    content = secrets.token_bytes(1000)
    issue = an_issue(anna)
    sha256 = attached(anna, issue, content).sha256
    bring(anna.engine.link, sha256, content)
    ben.sync()
    attached(ben, issue, content)
    assert ben.engine.link.on_demand.begin(sha256) == NOTHING_DUE


def test_a_file_that_is_too_long_is_refused(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    with anna.desk.edit() as edit:
        edit.insert(
            Attachment(
                id=new_id(),
                issue_id=issue.id,
                name="x",
                size_bytes=104857601,
                sha256="0" * 64,
                person_id=anna.person_id,
                at=edit.at,
            )
        )
    anna.sync()
    with pytest.raises(BatonError, match=r"100 MB|nothing of yours"):
        anna.engine.link.on_demand.begin("0" * 64)


def test_maintenance_drops_contents_that_nothing_has_pointed_to_for_a_month(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    issue = an_issue(anna)
    kept, gone, late = (attached(anna, issue, secrets.token_bytes(100)) for _ in range(3))
    with open_dsn(company.admin_dsn) as admin:
        for one in (kept, gone, late):
            whose = (one.sha256, anna.person_id)
            admin.execute("INSERT INTO sync.content VALUES (%s, 100, %s, now() - interval '40 days')", whose)
            admin.execute("INSERT INTO sync.content_piece VALUES (%s, %s, 0, 'x', now() - interval '40 days')", whose)
        begun = "INSERT INTO sync.content_piece VALUES (%s, %s, 0, 'x', now() - make_interval(days => %s))"
        admin.execute(begun, (kept.sha256, new_id(), 40))  # what somebody else began to bring
        admin.execute(begun, ("a", new_id(), 29))
        for one in (gone, late):
            with anna.desk.edit() as edit:
                edit.delete(one)
        anna.sync()
        assert maintenance.maintain(admin).contents == 0
        admin.execute(
            "UPDATE baton.attachment SET changed_at = now() - interval '31 days', rev = rev + 1 WHERE id = %s",
            (gone.id,),
        )
        assert maintenance.maintain(admin).contents == 1
        left = [h for (h,) in admin.execute("SELECT sha256 FROM sync.content_piece").fetchall()]
        assert sorted(left) == sorted([kept.sha256, late.sha256, "a"])
