"""What came for a terminal and is not worked off yet; of a flood that nobody can read the middle is left out."""

from collections import deque

_CHUNK_BYTES, _LEAST_BYTES = 8 * 1024, 64
_LONG_S = 0.0025
_MOST_BYTES = 16 * 1024 * 1024
_KEPT_BYTES = _MOST_BYTES // 4


class Waiting:
    """Bytes in the order in which they came, never more than 16 MB."""

    def __init__(self) -> None:
        self._chunk_bytes = _CHUNK_BYTES
        self._parts: deque[bytes] = deque()
        self.size = 0  # bytes

    def add(self, data: bytes) -> None:
        """Put bytes at the end."""
        self._parts.append(data)
        self.size += len(data)
        if self.size > _MOST_BYTES:
            self._leave_out()

    def take(self) -> bytes:
        """Give what one feed is to take from the beginning, 8 kB at most; none when nothing waits."""
        if not self._parts:
            return b""
        most = self._chunk_bytes
        data = self._parts.popleft()
        chunk, rest = data[:most], data[most:]
        if rest:
            self._parts.appendleft(rest)
        self.size -= len(chunk)
        return chunk

    def took(self, seconds: float) -> None:
        """Take note of how long the last feed took: a device can ask for much work with few bytes."""
        if seconds > _LONG_S:
            self._chunk_bytes = max(_LEAST_BYTES, self._chunk_bytes // 8)
        elif self._chunk_bytes < _CHUNK_BYTES:
            self._chunk_bytes *= 2

    def _leave_out(self) -> None:
        kept: deque[bytes] = deque()
        size = 0
        while self._parts and size < _KEPT_BYTES:
            kept.appendleft(self._parts.pop())
            size += len(kept[0])
        left_out = self.size - size
        # CAN ends a sequence that the cut may have opened.
        note = f"\x18\x1b[0m\r\n[{left_out} bytes left out: more came than can be shown]\r\n".encode()
        self._parts = deque([note, *kept])
        self.size = size + len(note)
