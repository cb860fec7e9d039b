"""When changes of rows are shown: soon, then seldom while they flood in, and at once when they were made here."""

import threading
from time import monotonic

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.domain.ports import Origin, Touched
from ui.kit.calm import LONGEST_MS, SOON_MS, Calm, Changes

SLACK_MS = 120  # what a busy machine may add


class Hearer(QObject):
    """Notes what it was given, and when, in ms since it was made."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[float, Changes]] = []
        self._began = monotonic()
        self.calm = Calm(self, lambda changes: self.given.append((self.now_ms(), changes)))

    def now_ms(self) -> float:
        return (monotonic() - self._began) * 1000

    def rows(self, at: int) -> set[str]:
        return set().union(*(change.ids for change in self.given[at][1]))


@pytest.fixture
def hearer(qapp: object) -> Hearer:
    assert qapp
    return Hearer()


def pulled(*ids: str, table: str = "issue") -> list[Touched]:
    return [Touched(table, frozenset(ids), Origin.SYNC)]


def typed(*ids: str) -> list[Touched]:
    return [Touched("issue", frozenset(ids), Origin.HERE)]


def test_the_first_change_is_given_soon_with_what_came_meanwhile(qtbot: QtBot, hearer: Hearer) -> None:
    hearer.calm.tell(pulled("a"))
    hearer.calm.tell(pulled("b"))
    hearer.calm.tell(pulled("c", table="note"))
    assert hearer.given == []
    qtbot.waitUntil(lambda: bool(hearer.given), timeout=2_000)
    assert hearer.given[0][0] < SOON_MS + SLACK_MS
    assert set(hearer.given[0][1]) == {*pulled("a", "b"), *pulled("c", table="note")}


def test_too_many_to_name_stays_so(qtbot: QtBot, hearer: Hearer) -> None:
    for changes in (pulled("a"), pulled(), pulled("b")):
        hearer.calm.tell(changes)
    qtbot.waitUntil(lambda: bool(hearer.given), timeout=2_000)
    assert hearer.given[0][1] == tuple(pulled())


def flood(qtbot: QtBot, hearer: Hearer, ms: int) -> int:
    """Tell of a row every 10 ms from a thread of its own, as the sync child's reader does; gives how many."""
    over, told = threading.Event(), 0

    def tell() -> None:
        nonlocal told
        while not over.wait(0.01):
            hearer.calm.tell(pulled(f"row {told}"))
            told += 1

    thread = threading.Thread(target=tell)
    thread.start()
    qtbot.wait(ms)
    over.set()
    thread.join()
    return told


def test_a_flood_is_given_ever_less_often_and_nothing_of_it_is_lost(qtbot: QtBot, hearer: Hearer) -> None:
    told = flood(qtbot, hearer, 4_000)
    pauses = [after - before for (before, _), (after, _) in zip(hearer.given, hearer.given[1:], strict=False)]
    assert 4 <= len(hearer.given) <= 8, pauses
    assert max(pauses) < LONGEST_MS + SLACK_MS
    assert pauses[-1] > LONGEST_MS / 2
    qtbot.waitUntil(
        lambda: len(set().union(*(hearer.rows(at) for at in range(len(hearer.given))))) == told, timeout=2_000
    )


def test_after_a_quiet_time_it_is_soon_again(qtbot: QtBot, hearer: Hearer) -> None:
    flood(qtbot, hearer, 2_500)
    qtbot.wait(2 * LONGEST_MS + 2 * SOON_MS)
    before, began = len(hearer.given), hearer.now_ms()
    hearer.calm.tell(pulled("late"))
    qtbot.waitUntil(lambda: len(hearer.given) > before, timeout=2_000)
    assert hearer.given[-1][0] - began < SOON_MS + SLACK_MS


def test_what_is_changed_here_is_given_at_once_also_in_a_flood(qtbot: QtBot, hearer: Hearer) -> None:
    flood(qtbot, hearer, 2_500)
    hearer.calm.tell(pulled("theirs"))
    before, began = len(hearer.given), hearer.now_ms()
    hearer.calm.tell(typed("mine"))
    qtbot.waitUntil(lambda: len(hearer.given) > before, timeout=2_000)
    assert hearer.given[-1][0] - began < SLACK_MS / 2
    assert {"theirs", "mine"} <= hearer.rows(-1)


def test_an_import_here_is_no_flood_either(qtbot: QtBot, hearer: Hearer) -> None:
    for at in range(100):
        hearer.calm.tell(typed(str(at)))
        qtbot.wait(10)
    qtbot.waitUntil(lambda: "99" in hearer.rows(-1), timeout=2_000)
    assert 3 <= len(hearer.given) <= 6


def test_who_cannot_be_seen_hears_of_the_others_once_a_second(qtbot: QtBot) -> None:
    pane = QWidget()
    given: list[Changes] = []
    qtbot.addWidget(pane)
    calm = Calm(pane, given.append)
    calm.tell(pulled("a"))
    qtbot.wait(SOON_MS * 4)
    assert not given
    qtbot.waitUntil(lambda: bool(given), timeout=2_000)
    calm.tell(typed("b"))
    qtbot.waitUntil(lambda: len(given) == 2, timeout=SLACK_MS)


def test_who_is_gone_hears_nothing(qtbot: QtBot) -> None:
    owner = QObject()
    given: list[Changes] = []
    calm = Calm(owner, given.append)
    calm.tell(pulled("a"))
    with qtbot.waitSignal(owner.destroyed, timeout=2_000):
        owner.deleteLater()
    calm.tell(pulled("b"))
    qtbot.wait(SOON_MS * 2)
    assert given == []
