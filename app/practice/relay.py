"""A relay on this machine between a workstation and what it talks to, which can be cut, stalled and slowed.

So that the demo and the tests lose the network for real. Knows no protocol: it carries bytes between TCP ports of
the loopback or unix sockets. One thread with one selector; every method may be called from any thread and returns
when it is done.
"""

import contextlib
import queue
import selectors
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from app.domain.errors import EnvironmentFault
from app.practice.relay_flow import Link, Way

Endpoint = Path | tuple[str, int]  # a unix socket, or a TCP host and port

_CONNECT_LIMIT_S = 5.0
_ANSWER_LIMIT_S = 10.0
_NO_LIMIT_BYTES = 1 << 62


@dataclass(slots=True)
class Counters:
    """What happened so far. `up` is towards the server, `dropped` counts connections that a cut ended."""

    accepted: int = 0
    dropped: int = 0
    up_bytes: int = 0
    down_bytes: int = 0


class Relay:
    """Carries what connects to `listen` on to `to`. For PostgreSQL `listen` is `<dir>/.s.PGSQL.<port>`."""

    def __init__(self, listen: Endpoint, to: Endpoint, *, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s  # each way; may be set at any time, for what is read from then on
        self._listen = listen
        self._to = to
        self._selector = selectors.DefaultSelector()
        self._bell, self._rope = socket.socketpair()
        self._wishes: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._links: list[Link] = []
        self._unanswered: list[socket.socket] = []  # accepted while stalled
        self._door: socket.socket | None = None
        self._counters = Counters()
        self._is_cut = self._is_stalled = self._is_stopping = False
        self._drop_way: Way | None = None
        self._left_bytes: int | None = None  # until the drop that was asked for
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def address(self) -> Endpoint:
        """Where it listens; a port 0 is replaced by the one that was given."""
        return self._listen

    @property
    def counters(self) -> Counters:
        """A copy of the counts, with everything that has arrived anywhere."""
        if self._thread.is_alive():
            self._wish(lambda: None)  # what was just given is counted a moment later
        return replace(self._counters)

    @property
    def is_cut(self) -> bool:
        """Whether nothing gets through because of `cut` or `drop_after`."""
        return self._is_cut

    def start(self) -> None:
        """Listen from now on; EnvironmentFault when the address cannot be had."""
        self._bell.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        try:
            self._bind_door()
        except EnvironmentFault:
            self.stop()
            raise
        self._open_door()
        self._thread.start()

    def stop(self) -> None:
        """End every connection and the thread; nothing happens when it does not run."""
        if self._thread.is_alive():
            self._wish(self._end)
            self._thread.join(_ANSWER_LIMIT_S)
        self._close_door()
        for closable in (self._selector, self._bell, self._rope):
            closable.close()

    def cut(self) -> None:
        """Drop every connection and refuse new ones, until `heal`."""
        self._wish(self._cut)

    def stall(self) -> None:
        """Become a black hole: connections are accepted and stay, and nothing moves, until `heal`."""
        self._wish(self._stall)

    def heal(self) -> None:
        """Carry everything again; what was stalled goes on, what was cut has to connect anew."""
        self._wish(self._heal)

    def drop_after(self, n_bytes: int, *, way: Way | None = None) -> None:
        """Cut by itself when more than `n_bytes` more want to go through, both ways together or one `way` only.

        With `way=Way.DOWN` and 0 the server gets the whole question and nobody gets the answer.
        """

        def arm() -> None:
            self._left_bytes, self._drop_way = n_bytes, way

        self._wish(arm)

    # Below: the relay's own thread

    def _wish(self, wish: Callable[[], None]) -> None:
        """Have it done by the relay's thread and wait until it is."""
        if not self._thread.is_alive():
            raise EnvironmentFault("The relay does not run.", "Start the demo again.")
        done: Future[None] = Future()
        self._wishes.put((wish, done))
        self._rope.send(b".")
        done.result(_ANSWER_LIMIT_S)

    def _run(self) -> None:
        try:
            while not self._is_stopping:
                for key, ready in self._selector.select(self._wait_s()):
                    if key.fileobj is self._bell:
                        self._fulfil()
                    elif key.fileobj is self._door:
                        self._accept()
                    elif ready & selectors.EVENT_READ and isinstance(key.data, Link):
                        self._take(key.data, key.fileobj)
                self._give()
                self._watch()
        finally:
            self._end()

    def _fulfil(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._bell.recv(4096)
        while not self._wishes.empty():
            wish, done = self._wishes.get()
            try:
                wish()
            except Exception as error:  # noqa: BLE001 - the thread that wished gets it
                done.set_exception(error)
            else:
                done.set_result(None)

    def _wait_s(self) -> float | None:
        if self._is_stalled:
            return None
        due = [flow.due_at_s for link in self._links for flow in link.flows if flow.due_at_s is not None]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _accept(self) -> None:
        if self._door is None:
            return
        try:
            client, _ = self._door.accept()
        except OSError:  # gone again
            return
        self._counters.accepted += 1
        client.setblocking(False)
        if self._is_stalled:
            self._unanswered.append(client)
        else:
            self._link(client)

    def _link(self, client: socket.socket) -> None:
        server = _socket_for(self._to)
        try:
            server.settimeout(_CONNECT_LIMIT_S)
            server.connect(_name(self._to))
            for end in (client, server):
                end.setblocking(False)
                if end.family != socket.AF_UNIX:
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:  # the server is not there: the one who connected sees a closed connection
            server.close()
            client.close()
            return
        self._links.append(Link(client, server))

    def _take(self, link: Link, source: object) -> None:
        if link not in self._links or self._is_stalled:
            return
        for flow in link.flows:
            if flow.source is source and flow.wants_more:
                try:
                    flow.take(time.monotonic() + self.delay_s)
                except OSError:
                    self._close(link)

    def _give(self) -> None:
        now_s = time.monotonic()
        for link in () if self._is_stalled else tuple(self._links):
            for flow in link.flows:
                if self._is_cut:
                    return
                counted = self._left_bytes is not None and self._drop_way in {None, flow.way}
                limit = self._left_bytes if counted and self._left_bytes is not None else _NO_LIMIT_BYTES
                try:
                    given = flow.give(now_s, limit)
                except OSError:
                    self._close(link)
                    break
                self._count(flow.way, given)
                if counted:
                    self._left_bytes = limit - given
                    if self._left_bytes == 0 and flow.due_at_s is not None and flow.due_at_s <= now_s:
                        self._cut()
            if link.is_over:
                self._close(link)

    def _count(self, way: Way, n_bytes: int) -> None:
        if way is Way.UP:
            self._counters.up_bytes += n_bytes
        else:
            self._counters.down_bytes += n_bytes

    def _watch(self) -> None:
        """Tell the selector what each socket is waited for."""
        for link in self._links:
            up, down = link.flows
            for reads, writes in ((up, down), (down, up)):
                events = selectors.EVENT_READ if reads.wants_more else 0
                events |= selectors.EVENT_WRITE if writes.is_blocked else 0
                self._watch_one(reads.source, 0 if self._is_stalled else events, link)

    def _watch_one(self, end: socket.socket, events: int, data: Link | None) -> None:
        known = self._selector.get_map().get(end)
        if known is None and events:
            self._selector.register(end, events, data)
        elif known is not None and not events:
            self._selector.unregister(end)
        elif known is not None and known.events != events:
            self._selector.modify(end, events, data)

    def _close(self, link: Link) -> None:
        if link in self._links:
            self._links.remove(link)
            for flow in link.flows:
                self._watch_one(flow.source, 0, None)
            link.close()

    def _cut(self) -> None:
        self._is_cut, self._is_stalled, self._left_bytes = True, False, None
        self._counters.dropped += len(self._links) + len(self._unanswered)
        self._close_all()
        self._close_door()
        self._bind_door()

    def _stall(self) -> None:
        if self._is_cut:
            self._heal()
        self._is_stalled = True

    def _heal(self) -> None:
        self._left_bytes = None
        if self._is_cut:
            self._open_door()
        self._is_cut = self._is_stalled = False
        waiting, self._unanswered = self._unanswered, []
        for client in waiting:
            self._link(client)

    def _end(self) -> None:
        self._is_stopping = True
        self._close_all()

    def _close_all(self) -> None:
        for link in tuple(self._links):
            self._close(link)
        for client in self._unanswered:
            client.close()
        self._unanswered.clear()

    # The door: the socket that listens. After a cut it keeps the address without listening: connections are refused

    def _bind_door(self) -> None:
        _clear(self._listen)
        self._door = door = _socket_for(self._listen)
        if not isinstance(self._listen, Path):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setblocking(False)
        try:
            door.bind(_name(self._listen))
        except OSError as error:
            raise EnvironmentFault(
                f"The relay cannot listen on {self._listen}: {error}", "Start the demo again."
            ) from error
        if not isinstance(self._listen, Path):
            self._listen = (self._listen[0], door.getsockname()[1])

    def _open_door(self) -> None:
        if self._door is not None:
            self._door.listen(64)
            self._selector.register(self._door, selectors.EVENT_READ)

    def _close_door(self) -> None:
        if self._door is not None:
            with contextlib.suppress(KeyError, ValueError):  # not listening, or closed with the selector
                self._selector.unregister(self._door)
            self._door.close()
            self._door = None
            _clear(self._listen)


def _socket_for(endpoint: Endpoint) -> socket.socket:
    if not isinstance(endpoint, Path):
        return socket.socket(socket.AF_INET)
    if sys.platform == "win32":
        raise EnvironmentFault("This system has no unix sockets.", "Give a host and a port.")
    return socket.socket(socket.AF_UNIX)


def _name(endpoint: Endpoint) -> str | tuple[str, int]:
    return str(endpoint) if isinstance(endpoint, Path) else endpoint


def _clear(endpoint: Endpoint) -> None:
    """Remove a socket that nobody listens on any more; anything else at its place is left alone."""
    if isinstance(endpoint, Path):
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISSOCK(endpoint.lstat().st_mode):
                endpoint.unlink()
