"""Noticing that the network is back, and that the machine has slept."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.company import CompanyAddress
from app.sync import road
from app.sync.road import Road, Sleep
from tests.workstations import until


@pytest.fixture(autouse=True)
def _knocks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road, "_KNOCK_EVERY_S", (0.01, 0.02))


@contextlib.contextmanager
def answering(server: socket.socket) -> Iterator[None]:
    """Answer every knock as PostgreSQL does."""

    def answer() -> None:
        with contextlib.suppress(OSError):
            while True:
                guest, _ = server.accept()
                with guest:
                    if guest.recv(8):
                        guest.sendall(b"N")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_door_that_opens_is_noticed_once() -> None:
    port = free_port()
    watch = Road(CompanyAddress("127.0.0.1", port, "baton", "anna"))
    watch.watch(is_shut=True)
    for _ in range(5):
        assert not watch.has_opened()
        time.sleep(0.02)
    with answering(socket.create_server(("127.0.0.1", port))):
        until(watch.has_opened, "the door to open", 3)
        time.sleep(0.05)
        assert not watch.has_opened(), "it stands open, that is no news"


def test_a_server_that_answers_but_refuses_is_left_to_the_back_off() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with answering(server):
        watch = Road(CompanyAddress("127.0.0.1", server.getsockname()[1], "baton", "anna"))
        watch.watch(is_shut=True)
        for _ in range(5):
            assert not watch.has_opened()
            time.sleep(0.02)


def test_a_door_behind_which_nobody_speaks_is_shut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(road, "_KNOCK_LIMIT_S", 0.1)
    server = socket.create_server(("127.0.0.1", 0))
    watch = Road(CompanyAddress("127.0.0.1", server.getsockname()[1], "baton", "anna"))
    watch.watch(is_shut=True)
    assert not watch.has_opened()
    with answering(server):
        until(watch.has_opened, "somebody to speak", 3)


def test_nobody_knocks_when_it_was_not_the_network() -> None:
    watch = Road(CompanyAddress("127.0.0.1", free_port(), "baton", "anna"))
    watch.watch(is_shut=False)
    assert not watch.has_opened()
    assert watch._knock_at == float("inf")


def test_a_unix_socket_is_a_door_too(tmp_path: Path) -> None:
    watch = Road(CompanyAddress(str(tmp_path), 5432, "baton", "anna"))
    watch.watch(is_shut=True)
    assert not watch.has_opened()
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(tmp_path / ".s.PGSQL.5432"))
    door.listen()
    with answering(door):
        until(watch.has_opened, "the door to open", 3)


def test_a_night_is_noticed_and_a_busy_moment_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    wall, ticks = 1_000_000.0, 500.0
    monkeypatch.setattr(Sleep, "_now", staticmethod(lambda: (wall, ticks)))
    sleep = Sleep()
    wall, ticks = wall + 30, ticks + 30
    assert not sleep.is_over()
    wall, ticks = wall + 8 * 3600, ticks + 1
    assert sleep.is_over()
    assert not sleep.is_over()
