import gc
import sys
import threading
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QObject
from pytestqt.qtbot import QtBot

from app.domain.errors import BatonError, Refused
from ui.kit.mailbox import Mailbox


def test_a_result_comes_on_the_gui_thread(qtbot: QtBot, mailbox: Mailbox) -> None:
    got: list[tuple[int, threading.Thread]] = []
    owner = QObject()
    with ThreadPoolExecutor(1) as pool:
        mailbox.deliver(pool.submit(lambda: 42), owner, lambda n: got.append((n, threading.current_thread())))
        qtbot.waitUntil(lambda: bool(got))
    assert got == [(42, threading.main_thread())]


def test_a_result_already_there_still_comes_later(qtbot: QtBot, mailbox: Mailbox) -> None:
    got: list[int] = []
    owner = QObject()
    future: Future[int] = Future()
    future.set_result(1)
    mailbox.deliver(future, owner, got.append)
    assert got == []
    qtbot.waitUntil(lambda: got == [1])


class Screen(QObject):
    def __init__(self, got: list[int]) -> None:
        super().__init__()
        self._got = got

    def show(self, number: int) -> None:
        self._got.append(number)


def test_a_result_for_an_owner_that_is_gone_is_dropped(qtbot: QtBot, mailbox: Mailbox) -> None:
    got: list[int] = []
    deleted, collected = Screen(got), Screen(got)
    first: Future[int] = Future()
    second: Future[int] = Future()
    mailbox.deliver(first, deleted, deleted.show)
    mailbox.deliver(second, collected, collected.show)
    deleted.deleteLater()
    qtbot.waitUntil(lambda: not shiboken6.isValid(deleted))
    del collected  # the mailbox does not keep it alive
    first.set_result(1)
    second.set_result(2)
    QCoreApplication.processEvents()
    assert got == []


def test_a_known_error_goes_to_the_caller_or_to_the_banner(
    qtbot: QtBot, mailbox: Mailbox, troubles: list[BatonError]
) -> None:
    owner = QObject()
    error = Refused("A critical step needs its evidence.", "Add it, then tick.")
    mine: list[BatonError] = []
    for on_error in (None, mine.append):
        future: Future[int] = Future()
        future.set_exception(error)
        mailbox.deliver(future, owner, lambda _n: None, on_error)
    qtbot.waitUntil(lambda: bool(mine))
    assert troubles == [error]
    assert mine == [error]


def test_a_bug_goes_to_the_crash_dialogs_hook(
    qtbot: QtBot, mailbox: Mailbox, troubles: list[BatonError], monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[Any] = []
    monkeypatch.setattr(sys, "excepthook", lambda *given: caught.append(given[1]))
    owner = QObject()
    future: Future[int] = Future()
    bug = KeyError("no such row")
    future.set_exception(bug)
    mailbox.deliver(future, owner, lambda _n: None, troubles.append)
    qtbot.waitUntil(lambda: caught == [bug])
    assert troubles == []


def test_a_cancelled_future_brings_nothing(mailbox: Mailbox, troubles: list[BatonError]) -> None:
    owner = QObject()
    future: Future[int] = Future()
    mailbox.deliver(future, owner, lambda _n: pytest.fail("came"))
    future.cancel()
    future.set_running_or_notify_cancel()
    QCoreApplication.processEvents()
    assert troubles == []


def test_a_call_runs_on_the_gui_thread(qtbot: QtBot, mailbox: Mailbox) -> None:
    ran: list[threading.Thread] = []
    owner = QObject()
    thread = threading.Thread(target=lambda: mailbox.call(owner, lambda: ran.append(threading.current_thread())))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: ran == [threading.main_thread()])


class Brought:
    """Something large that was looked up."""


def test_what_was_brought_goes_with_the_last_who_keeps_it(qtbot: QtBot, mailbox: Mailbox) -> None:
    owner = QObject()
    came: list[weakref.ref[Brought]] = []
    gc.disable()  # it must not need the collector of cycles, which comes by seldom
    try:
        future: Future[Brought] = Future()
        mailbox.deliver(future, owner, lambda one: came.append(weakref.ref(one)))
        future.set_result(Brought())
        del future
        qtbot.waitUntil(lambda: bool(came))
        assert came[0]() is None
    finally:
        gc.enable()
