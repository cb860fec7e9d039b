"""A telnet or serial line as reading commands wants it."""

from app.devices.plain_line import PlainLine
from app.devices.wire import Gone, PulledWire

_READ_BYTES = 256 * 1024


class PlainWire(PulledWire):
    """A telnet or serial line."""

    def __init__(self, line: PlainLine) -> None:
        self._line = line

    def send(self, data: bytes) -> None:
        """Type. Raises Gone."""
        try:
            self._line.sendall(data)
        except (OSError, EOFError) as error:
            raise Gone from error

    def receive(self, wait_s: float) -> bytes:
        """Give what has come, at once when there is something; empty after `wait_s`. Raises Gone."""
        self._line.settimeout(wait_s)
        try:
            data = self._line.recv(_READ_BYTES)
        except TimeoutError:
            return b""
        if not data:
            raise Gone
        return data
