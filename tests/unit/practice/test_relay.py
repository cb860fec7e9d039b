"""The relay, with real sockets and a real PostgreSQL behind it."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from app.company.embedded import EmbeddedServer
from app.domain.errors import EnvironmentFault
from app.practice.relay import Endpoint, Relay
from app.practice.relay_flow import Way


class Echo:
    """A server that sends back what it gets, and remembers it."""

    def __init__(self, at: Path | None = None) -> None:
        self.got = bytearray()
        self._door = socket.socket(socket.AF_UNIX if at else socket.AF_INET)
        self._door.bind(str(at) if at else ("127.0.0.1", 0))
        self._door.listen()
        self.address: Endpoint = at or self._door.getsockname()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._talks: list[threading.Thread] = []

    def _run(self) -> None:
        while True:
            try:
                talk, _ = self._door.accept()
            except OSError:
                return
            self._talks.append(threading.Thread(target=self._talk, args=(talk,)))
            self._talks[-1].start()

    def _talk(self, talk: socket.socket) -> None:
        with talk:
            try:
                while chunk := talk.recv(65536):
                    self.got += chunk
                    talk.sendall(chunk)
            except OSError:
                return

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        for thread in (self._thread, *self._talks):
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a name short enough for a unix socket."""
    with tempfile.TemporaryDirectory(prefix="rl-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture(params=["unix", "tcp"])
def echo(request: pytest.FixtureRequest, folder: Path) -> Iterator[Echo]:
    server = Echo(folder / "echo" if request.param == "unix" else None)
    yield server
    server.close()


@pytest.fixture
def relay(echo: Echo, folder: Path) -> Iterator[Relay]:
    listen: Endpoint = folder / "relay" if isinstance(echo.address, Path) else ("127.0.0.1", 0)
    with Relay(listen, echo.address) as relay:
        yield relay


@contextmanager
def connected(relay: Relay) -> Iterator[socket.socket]:
    at = relay.address
    with socket.socket(socket.AF_UNIX if isinstance(at, Path) else socket.AF_INET) as talk:
        talk.settimeout(5)
        talk.connect(str(at) if isinstance(at, Path) else at)
        yield talk


def ask(talk: socket.socket, words: bytes) -> bytes:
    talk.sendall(words)
    got = b""
    while len(got) < len(words):
        chunk = talk.recv(65536)
        if not chunk:
            return got
        got += chunk
    return got


def is_dead(talk: socket.socket) -> bool:
    try:
        return talk.recv(1) == b""
    except ConnectionError:
        return True


def test_bytes_go_through_both_ways_and_are_counted(relay: Relay) -> None:
    with connected(relay) as talk:
        assert ask(talk, b"hello") == b"hello"
    with connected(relay) as talk:
        assert ask(talk, b"again") == b"again"
    counters = relay.counters
    assert (counters.accepted, counters.dropped, counters.up_bytes, counters.down_bytes) == (2, 0, 10, 10)


def test_megabytes_arrive_whole_and_in_order(relay: Relay) -> None:
    words = bytes(range(256)) * 40_000
    with connected(relay) as talk:
        sender = threading.Thread(target=lambda: talk.sendall(words))
        sender.start()
        got = bytearray()
        while len(got) < len(words):
            got += talk.recv(65536)
        sender.join(10)
    assert got == words


def test_one_side_saying_it_is_done_still_hears_the_answer(relay: Relay) -> None:
    with connected(relay) as talk:
        talk.sendall(b"last words")
        talk.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := talk.recv(100):
            got += chunk
    assert got == b"last words"


def test_it_adds_little_time(relay: Relay) -> None:
    with connected(relay) as talk:
        ask(talk, b"warm")
        begun = time.perf_counter()
        for _ in range(200):
            ask(talk, b"x")
        assert (time.perf_counter() - begun) / 200 < 0.005


def test_a_cut_drops_everybody_and_refuses_until_it_heals(relay: Relay) -> None:
    with connected(relay) as one, connected(relay) as other:
        ask(one, b"1")
        ask(other, b"2")
        relay.cut()
        assert relay.is_cut
        assert is_dead(one)
        assert is_dead(other)
    with pytest.raises(ConnectionRefusedError), connected(relay):
        pass
    assert relay.counters.dropped == 2
    before = relay.address
    relay.heal()
    assert relay.address == before
    with connected(relay) as talk:
        assert ask(talk, b"back") == b"back"


def test_a_stalled_relay_is_a_black_hole_and_loses_nothing(relay: Relay, echo: Echo) -> None:
    with connected(relay) as old:
        ask(old, b"before")
        relay.stall()
        old.sendall(b"into the dark")
        with connected(relay) as new:
            new.sendall(b"hello?")
            old.settimeout(0.2)
            with pytest.raises(TimeoutError):
                old.recv(1)
            assert echo.got == b"before"
            relay.heal()
            old.settimeout(5)
            assert ask(old, b"") == b""
            assert old.recv(100) == b"into the dark"
            assert new.recv(100) == b"hello?"


def test_a_stall_can_become_a_cut(relay: Relay) -> None:
    relay.stall()
    with connected(relay) as talk:
        talk.sendall(b"hello?")
        relay.cut()
        assert is_dead(talk)
    with pytest.raises(ConnectionRefusedError), connected(relay):
        pass


def test_it_drops_after_the_bytes_that_were_asked_for(relay: Relay, echo: Echo) -> None:
    relay.drop_after(7, way=Way.UP)
    with connected(relay) as talk:
        assert ask(talk, b"12345") == b"12345"
        talk.sendall(b"67890")
        while not is_dead(talk):
            pass
    assert relay.is_cut
    assert relay.counters.up_bytes == 7
    relay.heal()
    with connected(relay) as talk:
        assert ask(talk, b"long enough") == b"long enough"
    assert bytes(echo.got).startswith(b"1234567long")


def test_the_question_arrives_and_the_answer_is_lost(relay: Relay, echo: Echo) -> None:
    relay.drop_after(0, way=Way.DOWN)
    with connected(relay) as talk:
        talk.sendall(b"question")
        assert is_dead(talk)
    assert echo.got == b"question"
    assert relay.counters.down_bytes == 0


def test_a_delay_holds_back_each_way(relay: Relay) -> None:
    with connected(relay) as talk:
        ask(talk, b"warm")
        relay.delay_s = 0.05
        begun = time.perf_counter()
        assert ask(talk, b"slow") == b"slow"
        assert time.perf_counter() - begun >= 0.1


def test_a_server_that_is_not_there_closes_the_connection(folder: Path) -> None:
    with Relay(folder / "relay", folder / "nobody") as relay, connected(relay) as talk:
        assert is_dead(talk)


def test_an_address_that_is_taken_is_said(folder: Path) -> None:
    taken = folder / "a file"
    taken.write_text("mine")
    with pytest.raises(EnvironmentFault, match="cannot listen"):
        Relay(taken, folder / "nobody").start()
    assert taken.read_text() == "mine"
    with pytest.raises(EnvironmentFault, match="cannot listen"):
        Relay(folder / ("x" * 120), folder / "nobody").start()


def test_after_stop_nothing_is_left(folder: Path, echo: Echo) -> None:
    relay = Relay(folder / "relay", echo.address)
    relay.start()
    with connected(relay) as talk:
        ask(talk, b"1")
        relay.stop()
        assert is_dead(talk)
    assert not (folder / "relay").exists()
    assert not [thread for thread in threading.enumerate() if thread.name == "relay"]
    relay.stop()
    with pytest.raises(EnvironmentFault, match="does not run"):
        relay.heal()


def test_a_workstation_loses_postgresql_and_finds_it_again(folder: Path, tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "company")
    address = server.start()
    assert address.socket_dir is not None
    name = f".s.PGSQL.{address.port}"
    through = address.superuser_dsn.replace(str(address.socket_dir), str(folder))
    try:
        with Relay(folder / name, address.socket_dir / name) as relay:
            connection = psycopg.connect(through, autocommit=True)
            connection.execute("CREATE TABLE kept (it int)")
            relay.drop_after(0, way=Way.DOWN)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("INSERT INTO kept VALUES (42)")
            assert connection.closed
            assert relay.counters.dropped == 1  # and so its door is closed too
            with pytest.raises(psycopg.OperationalError, match="refused"):
                psycopg.connect(through)
            relay.heal()
            with psycopg.connect(through) as again:
                assert again.execute("SELECT it FROM kept").fetchall() == [(42,)]
            relay.stall()
            with pytest.raises(psycopg.errors.ConnectionTimeout):
                psycopg.connect(through, connect_timeout=2)
    finally:
        server.remove()
