"""What presence asks of the company and when: little, also of somebody who walks down a list or types without end."""

import time

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.person import Role
from app.sync.messages import LookersSeen
from app.sync.presence import BETWEEN_S, RENEW_S, TYPING_S, Presence
from tests.stations import Station, TestCompany

TICK_S = 0.05


class Person:
    """Somebody at a station whose time the test sets; counts the calls to the company."""

    def __init__(self, station: Station) -> None:
        self.station, self.now, self.calls = station, 1000.0, 0
        self.told: list[LookersSeen] = []
        self.presence = Presence(station.job.workstation_id, self.told.append, lambda: self.now)

    def passes(self, seconds: float) -> int:
        """Let time pass as the child's loop sees it; gives how many calls that took."""
        before, end = self.calls, self.now + seconds
        time.sleep(0.02)  # what another's call set off is on its way
        self.station.engine.link.ping()
        while self.now < end:
            link = self.station.engine.link
            link.drain_news()
            if link.has_lookers_news:
                link.has_lookers_news = False
                self.presence.hear()
            if self.presence.wait_s == 0.0:
                self.calls += 1
                self.presence.ask(link)
            self.presence.show()
            self.now += TICK_S
        return self.calls - before

    @property
    def sees(self) -> list[tuple[str, bool]]:
        return [(one.name, one.is_typing) for one in self.told[-1].lookers] if self.told else []


def test_each_thing_costs_what_it_should(company: TestCompany) -> None:
    anna = Person(company.station("anna", Role.MANAGER))
    ben, eve = Person(company.station("ben")), Person(company.station("eve"))
    with anna.station.desk.edit() as edit:
        rows = [("issue", edit.insert(Issue(id=new_id(), title=f"Issue {n}")).id) for n in range(40)]
    anna.station.sync()
    assert anna.passes(60) == 0, "nothing open costs nothing"
    eve.presence.look_at(rows[1], is_typing=False)
    anna.presence.look_at(rows[0], is_typing=False)
    assert (anna.passes(1), eve.passes(1)) == (1, 1)
    assert anna.passes(60) in range(5, 60 // int(RENEW_S) + 2), "renewed"
    ben.presence.look_at(rows[0], is_typing=False)
    assert ben.passes(1) == 1
    assert ben.sees == [("Anna", False)]
    assert (anna.passes(1), eve.passes(1)) == (1, 0), "only who is there is woken"
    assert anna.sees == [("Ben", False)]
    calls = 0
    for _ in range(100):  # ten seconds of typing
        ben.presence.look_at(rows[0], is_typing=True)
        calls += ben.passes(0.1)
    assert calls <= 3
    assert anna.passes(1) == 1
    assert anna.sees == [("Ben", True)]
    assert ben.passes(TYPING_S + 1) in {1, 2}
    assert anna.passes(1) >= 1
    assert anna.sees == [("Ben", False)]
    began = ben.calls
    for row in rows[2:] * 2:  # down the list as fast as a key repeats
        ben.presence.look_at(row, is_typing=False)
        ben.passes(TICK_S)
    assert ben.calls - began <= len(rows) * 2 * TICK_S / BETWEEN_S + 1
    assert anna.passes(1) == 1
    assert anna.sees == []


def test_who_is_away_renews_nothing_and_who_has_no_line_sees_nobody(company: TestCompany) -> None:
    anna, ben = Person(company.station("anna", Role.MANAGER)), Person(company.station("ben"))
    with anna.station.desk.edit() as edit:
        at = ("issue", edit.insert(Issue(id=new_id(), title="Import fails")).id)
    anna.station.sync()
    for one in (anna, ben):
        one.presence.look_at(at, is_typing=False)
        one.passes(1)
    anna.passes(1)
    assert anna.sees == [("Ben", False)]
    anna.presence.attend(is_active=False)
    assert anna.passes(25) == 0
    assert anna.passes(10) == 0
    assert anna.sees == [], "nobody said for 30 s that Ben is there"
    anna.presence.attend(is_active=True)
    anna.passes(1)
    assert anna.sees == [("Ben", False)]
    anna.presence.forget()
    assert anna.sees == []
    assert anna.passes(1) == 1, "said again on the next line"
    anna.presence.leave(anna.station.engine.link)
    anna.presence.leave(anna.station.engine.link)
    ben.passes(1)
    assert ben.sees == []
