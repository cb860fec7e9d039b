"""What the relay carries: links of two sockets with one flow of bytes each way.

Only ever touched by the relay's own thread; never blocks.
"""

import contextlib
import socket
from collections import deque
from enum import StrEnum

_CHUNK_BYTES = 65_536
_HELD_BYTES = 262_144  # then the sender has to wait, as it would with a slow network


class Way(StrEnum):
    """Where bytes go: up to the server, or down to the one who connected."""

    UP = "up"
    DOWN = "down"


class Flow:
    """Bytes on their way from one socket to another, each chunk held back until it is due."""

    def __init__(self, way: Way, source: socket.socket, target: socket.socket) -> None:
        self.way = way
        self.source = source
        self.target = target
        self.is_blocked = False  # the target takes no more for now
        self.is_over = False
        self._chunks: deque[tuple[float, bytes]] = deque()
        self._held_bytes = 0
        self._has_ended = False

    @property
    def wants_more(self) -> bool:
        """Whether the source should be read from."""
        return not self._has_ended and self._held_bytes < _HELD_BYTES

    @property
    def due_at_s(self) -> float | None:
        """When the next chunk is due on the monotonic clock; None when none waits for a time."""
        return self._chunks[0][0] if self._chunks and not self.is_blocked else None

    def take(self, due_at_s: float) -> None:
        """Read once what the source has; OSError when it is broken."""
        with contextlib.suppress(BlockingIOError):
            chunk = self.source.recv(_CHUNK_BYTES)
            self._has_ended = not chunk
            if chunk:
                self._chunks.append((due_at_s, chunk))
                self._held_bytes += len(chunk)

    def give(self, now_s: float, at_most_bytes: int) -> int:
        """Write what is due, and pass the end on after the last of it; give how many bytes were written.

        OSError when the target is broken.
        """
        given = 0
        self.is_blocked = False
        while self._chunks and self._chunks[0][0] <= now_s and given < at_most_bytes:
            due_at_s, chunk = self._chunks.popleft()
            try:
                sent = self.target.send(chunk[: at_most_bytes - given])
            except BlockingIOError:
                sent, self.is_blocked = 0, True
            given += sent
            self._held_bytes -= sent
            if sent < len(chunk):
                self._chunks.appendleft((due_at_s, chunk[sent:]))
            if self.is_blocked:
                break
        if self._has_ended and not self._chunks and not self.is_over:
            self.is_over = True
            self.target.shutdown(socket.SHUT_WR)
        return given


class Link:
    """One connection through the relay: the socket that was accepted and the one to the server."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.flows = (Flow(Way.UP, client, server), Flow(Way.DOWN, server, client))

    @property
    def is_over(self) -> bool:
        """Whether both sides have said all they had."""
        return all(flow.is_over for flow in self.flows)

    def close(self) -> None:
        """Close both sockets; what was on its way is lost."""
        for flow in self.flows:
            flow.source.close()
