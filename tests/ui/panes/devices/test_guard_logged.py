"""A line is in the log before it is on the device; without the log only an emergency goes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from app.domain.session import Passage
from app.services.desk import Desk
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import Stage
from tests.ui.panes.devices.test_guard_gate import Key, Person
from ui.panes.devices.guard.cards import EmergencyForm, WindowCard

NAME = "core-nyc-1"


@pytest.fixture
def core(stage: Stage) -> Person:
    return Person(stage, NAME)


@contextmanager
def locked(person: Person) -> Iterator[None]:
    """Hold the cache's write lock, as another process that hangs would."""
    path = person.stage.console.workstation.read(lambda desk: desk.cache.path).result(10)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_line_is_in_the_log_when_it_goes(core: Person) -> None:
    gate, logged = core.gate, []
    send = gate._send

    def watched(data: bytes) -> None:
        if data == b"\r":
            logged.append([line for line, _passage in core.log()])
        send(data)

    gate._send = watched
    core.runs("sh clock")
    core.runs("sh ver | i uptime")
    core.runs("")
    assert logged == [
        ["en", "sh clock"],
        ["en", "sh clock", "sh ver | i uptime"],
        ["en", "sh clock", "sh ver | i uptime"],
    ]


def test_without_its_log_a_line_waits_and_an_emergency_goes(core: Person) -> None:
    with locked(core):
        core.line("sh clock")
        core.sees(lambda: isinstance(core.page.guard.card, WindowCard))
        card = core.page.guard.card
        assert isinstance(card, WindowCard)
        assert "the log, which does not answer" in card.why.text()
        core.sees(lambda: "could not be written into the log" in getattr(core.page.guard.card, "why", card.why).text())
        assert "UTC" not in core.screen
        core.stage.console.book.run("devices.emergency")
        core.sees(lambda: isinstance(core.page.guard.card, EmergencyForm))
        form = core.page.guard.card
        assert isinstance(form, EmergencyForm)
        write(form.reason, "The core is down")
        press(form.reason, Key.Key_Return)
        core.sees(lambda: "UTC" in core.screen)
    assert core.log()[:1] == [("en", Passage.SENT)]
    core.runs("conf t")
    assert core.log()[-1] == ("conf t", Passage.EMERGENCY)
    assert core.gate.emergency is not None
    assert core.gate.emergency.id  # was made up for


def test_who_may_no_more_is_stopped_in_an_open_session(core: Person) -> None:
    core.runs("sh clock")
    workstation = core.stage.console.workstation

    def demote(desk: Desk) -> None:
        with desk.cache.transaction():
            desk.cache.write("UPDATE person SET role = 'readonly' WHERE id = ?", (desk.person_id,))

    workstation.write(demote).result(10)
    core.line("sh clock")
    core.sees(lambda: isinstance(core.page.guard.card, WindowCard))
    card = core.page.guard.card
    assert isinstance(card, WindowCard)
    assert "you may look" in card.why.text()
