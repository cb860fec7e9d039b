"""Notices when the network comes back and when the machine has slept."""

import random
import socket
import sys
import time

from app.domain.company import CompanyAddress

_KNOCK_EVERY_S = (1.0, 3.0)
_KNOCK_LIMIT_S = 1.0
# PostgreSQL's SSLRequest: a server answers it with one byte before it asks who is there, a dead network does not.
_KNOCK = bytes.fromhex("0000000804d2162f")
_SLEPT_S = 10.0
_LONG_TURN_S = 90.0


class Road:
    """Whether anybody can get to the company's door: it knocks now and then and goes away again.

    A connection costs the server a process and a login, a knock nearly nothing; so workstations may knock every few
    seconds, while they try to log in after longer and longer pauses.
    """

    def __init__(self, address: CompanyAddress) -> None:
        self._address = address
        self._is_shut = False
        self._knock_at = 0.0

    def watch(self, *, is_shut: bool) -> None:
        """Begin to watch; `is_shut` says whether it was the network that kept us out."""
        self._is_shut = False
        self._knock_at = 0.0 if is_shut else float("inf")

    def has_opened(self) -> bool:
        """Say whether somebody answers now who did not at an earlier knock; knocks when it is time to, up to 1 s."""
        now = time.monotonic()
        if now < self._knock_at:
            return False
        self._knock_at = now + random.uniform(*_KNOCK_EVERY_S)  # noqa: S311  spread, so that not all come at once
        was_shut, self._is_shut = self._is_shut, not self._answers()
        return was_shut and not self._is_shut

    def _answers(self) -> bool:
        try:
            with self._door() as door:
                door.sendall(_KNOCK)
                return door.recv(1) in {b"S", b"N"}
        except OSError:
            return False

    def _door(self) -> socket.socket:
        if not self._address.uses_socket:
            return socket.create_connection((self._address.host, self._address.port), _KNOCK_LIMIT_S)
        if sys.platform == "win32":
            raise OSError("no unix sockets here")
        door = socket.socket(socket.AF_UNIX)
        try:
            door.settimeout(_KNOCK_LIMIT_S)
            door.connect(f"{self._address.host}/.s.PGSQL.{self._address.port}")
        except OSError:
            door.close()
            raise
        return door


class Sleep:
    """Whether the machine has slept: then the clock on the wall has gone on and the monotonic one, or our turn, not."""

    def __init__(self) -> None:
        self._at = self._now()

    def is_over(self) -> bool:
        """Say whether more time has passed since the last call than a loop with short pauses can have taken."""
        wall, ticks = self._now()
        passed = ticks - self._at[1]  # on some systems the monotonic clock goes on while the machine sleeps
        slept = (wall - self._at[0]) - passed
        self._at = wall, ticks
        return slept > _SLEPT_S or passed > _LONG_TURN_S

    @staticmethod
    def _now() -> tuple[float, float]:
        return time.time(), time.monotonic()
