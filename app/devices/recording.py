"""A terminal's transcript on the disk while it runs: what was written is there whatever ends this process."""

import errno
import os
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from app.domain.errors import DiskFull, EnvironmentFault
from app.domain.redaction import LineRedactor
from app.domain.transcript import Transcript

MOST_BYTES = 20 * 1024 * 1024
_FULL = "[{at}: 20 MB are kept; what came after this is not in the transcript]\n"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Recording:
    """Writes what a device sends into a new file as it comes, the line that is still open too. One thread.

    Raises EnvironmentFault or DiskFull when the file cannot be made or written; then nothing more is recorded.
    """

    def __init__(self, path: str, most_bytes: int = MOST_BYTES) -> None:
        self._path, self._most_bytes = path, most_bytes
        redactor = LineRedactor()
        self._transcript = Transcript(redactor.line, redactor.peek)
        self._size = 0  # of the finished lines
        self._tail = b""
        self._file: int | None = None
        try:
            self._file = os.open(path, _NEW, 0o600)
        except OSError as e:
            raise self._fault(e) from e

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def take(self, data: bytes) -> None:
        """Write what these bytes finished, and the open line as it is now."""
        if self._file is None:
            return
        lines = self._transcript.take(data, datetime.now(UTC)).encode(errors="replace")
        tail = self._transcript.unfinished().encode(errors="replace")
        if self._size + len(lines) + len(tail) > self._most_bytes:
            kept = lines[: max(0, self._most_bytes - self._size)]
            lines, tail = kept[: kept.rfind(b"\n") + 1], b""
            lines += _FULL.format(at=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}").encode()
            self._write(lines, tail)
            self.close()
        elif lines or tail != self._tail:
            self._write(lines, tail)

    def close(self) -> None:
        """End the file; the open line stays in it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _write(self, lines: bytes, tail: bytes) -> None:
        file = self._file
        if file is None:
            return
        try:
            os.lseek(file, self._size, os.SEEK_SET)
            rest = lines + tail
            while rest:
                rest = rest[os.write(file, rest) :]
            end_before = self._size + len(self._tail)
            self._size += len(lines)
            self._tail = tail
            if self._size + len(tail) < end_before:
                os.ftruncate(file, self._size + len(tail))
        except OSError as e:
            self.close()
            raise self._fault(e) from e

    def _fault(self, error: OSError) -> EnvironmentFault:
        what = f"The transcript is not written any more ({error.strerror}). The session goes on."
        kind = DiskFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else EnvironmentFault
        return kind(what, "Free some space; the next session is recorded again.")
