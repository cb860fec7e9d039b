"""Reads a CSV file record by record in bounded memory: whatever is wrong with one record does not spoil the next.

Knows no map beyond delimiter, encoding and the columns that must be there, and nothing of the cache.
"""

import codecs
import csv
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from app.domain.errors import BadInput
from app.domain.import_map import ImportMap

RECORD_BYTES = 1_000_000  # a longer record is refused, and reading goes on at the next newline
_HEAD_BYTES = 65_536
_DELIMITERS = ",;\t|"
_SHOWN = 200  # characters of a header or a bad line in a message


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `line` counts from 1 with the header; `trouble` tells why there are no cells; `start` is its text."""

    line: int
    offset: int
    end: int
    cells: list[str]
    trouble: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    offset: int
    end: int
    raw: bytes
    is_long: bool = False


class _BadLineError(Exception):
    """A line inside a record that cannot be part of it."""


class _Lines:
    """The physical lines of a file, each bounded; some can be handed back."""

    def __init__(self, handle: BinaryIO, number: int, offset: int) -> None:
        self._handle, self._number, self._offset = handle, number, offset
        self._returned: deque[_Line] = deque()
        handle.seek(offset)

    def take(self) -> _Line | None:
        if self._returned:
            return self._returned.popleft()
        raw = self._handle.readline(RECORD_BYTES + 1)
        if not raw:
            return None
        size, is_long = len(raw), len(raw) > RECORD_BYTES
        if is_long:
            part = raw
            while part and not part.endswith(b"\n"):
                part = self._handle.readline(_HEAD_BYTES)
                size += len(part)
            raw = raw[:_SHOWN]
        line = _Line(self._number, self._offset, self._offset + size, raw, is_long)
        self._number += 1
        self._offset += size
        return line

    def give_back(self, lines: list[_Line]) -> None:
        self._returned.extendleft(reversed(lines))


class SourceFile:
    """An open CSV file whose header has all that the map names. Close it; one thread at a time."""

    def __init__(self, path: Path, needed: ImportMap) -> None:
        """Open the file and read its header; raises BadInput saying what to do when it cannot be this export."""
        self.path = path
        self._encoding = needed.encoding
        try:
            self._handle: BinaryIO = path.open("rb")
        except OSError as e:
            raise _cannot_open(path, e) from e
        try:
            self._about = os.fstat(self._handle.fileno())
            self.size_bytes = self._about.st_size
            self._find_header(needed)
        except OSError as e:
            self._handle.close()
            raise _cannot_open(path, e) from e
        except BaseException:
            self._handle.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def records(self) -> Iterator[Record]:
        """Give every record after the header in file order, from the beginning at each call; blank lines are none."""
        lines = _Lines(self._handle, 2, self._body_offset)
        while (first := lines.take()) is not None:
            if first.is_long or first.raw.strip():
                yield self._record(lines, first)

    def record_at(self, line: int, offset: int) -> Record:
        """Give again one record that `records` gave; must not be called while `records` runs on the same object."""
        lines = _Lines(self._handle, line, offset)
        first = lines.take()
        if first is None:
            raise self.changed()
        return self._record(lines, first)

    def check_unchanged(self) -> None:
        """Raise BadInput when the file on the disk is not what it was when it was opened."""
        now = os.fstat(self._handle.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._about.st_size, self._about.st_mtime_ns):
            raise self.changed()

    def changed(self) -> BadInput:
        """Give the error for a file that is not any more what was read before."""
        return BadInput(
            f"{self.path.name} changed while it was being read.",
            "Import it again once it is complete; what is in already is not imported twice.",
        )

    def _find_header(self, needed: ImportMap) -> None:
        name = self.path.name
        head = self._handle.read(_HEAD_BYTES)
        if not head.strip():
            raise BadInput(f"{name} is empty.", "Export it again.")
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise BadInput(f"{name} is written in UTF-16.", 'Save it as "CSV UTF-8" and import that.')
        if b"\n" not in head and b"\r" in head:
            raise BadInput(f"The lines of {name} end in a lone CR, as on old Macs.", 'Save it as "CSV UTF-8".')
        bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        first = _Lines(self._handle, 1, bom).take()
        if first is None or b"\0" in first.raw:
            raise BadInput(f"{name} is no text: its first line holds NUL bytes.", "Export it as CSV and import that.")
        if first.is_long:
            raise BadInput(f"The first line of {name} is longer than 1 MB.", "It must name the columns.")
        try:
            text = self._text(first)
        except _BadLineError as e:
            raise BadInput(f"The header of {name} {e}.", "Then import it again.") from e
        self._body_offset = first.end
        self.delimiter, self.header = _split_header(name, text, needed)

    def _text(self, line: _Line) -> str:
        if line.is_long:
            raise _BadLineError("is longer than 1 MB")
        if b"\0" in line.raw:
            raise _BadLineError("holds a NUL byte")
        try:
            return line.raw.decode()
        except UnicodeDecodeError as e:
            byte, place = line.raw[e.start], e.start + 1
        if not self._encoding:
            hint = 'set encoding in the map, such as "cp1252"'
            raise _BadLineError(f"is not UTF-8 (byte {byte:#04x} at place {place}); {hint}")
        try:
            return line.raw.decode(self._encoding)
        except UnicodeDecodeError:
            problem = f"is neither UTF-8 nor {self._encoding} (byte {byte:#04x} at place {place})"
            raise _BadLineError(f"{problem}; correct encoding in the map") from None

    def _record(self, lines: _Lines, first: _Line) -> Record:
        """Read one record; when it fails, only its first line is lost: the lines after it are read anew."""
        used = [first]

        def feed() -> Iterator[str]:
            yield self._text(first)
            while (more := lines.take()) is not None:
                used.append(more)
                if more.end - first.offset > RECORD_BYTES:
                    raise _BadLineError("opens a quote that is not closed within 1 MB")
                try:
                    yield self._text(more)
                except _BadLineError as e:
                    raise _BadLineError(f"goes on over several lines, of which line {more.number} {e}") from e

        try:
            cells = next(csv.reader(feed(), delimiter=self.delimiter, strict=True))
            trouble = self._width_trouble(cells)
        except (_BadLineError, csv.Error) as e:
            cells, trouble = [], _said_of(e)
        if trouble:
            lines.give_back(used[1:])
            text = first.raw[:_SHOWN].decode(errors="replace").rstrip("\r\n")
            return Record(first.number, first.offset, first.end, [], trouble, text)
        return Record(first.number, first.offset, used[-1].end, cells)

    def _width_trouble(self, cells: list[str]) -> str:
        if len(cells) == len(self.header):
            return ""
        return f"has {len(cells)} cells where the header has {len(self.header)}"


def _cannot_open(path: Path, error: OSError) -> BadInput:
    if isinstance(error, FileNotFoundError):
        return BadInput(f"There is no file {path}.", "Check the name, or export it again.")
    return BadInput(f"{path} cannot be read: {error.strerror or error}.", "Choose a file that you may read.")


def _split_header(name: str, text: str, needed: ImportMap) -> tuple[str, tuple[str, ...]]:
    """Give the delimiter and the columns; raises BadInput naming what the map wants and the file does not have."""
    tried = {d: _cells_of_header(text, d) for d in dict.fromkeys([*needed.delimiter, *_DELIMITERS])}
    allowed = [needed.delimiter] if needed.delimiter else list(_DELIMITERS)
    header = max((tried[d] for d in allowed), key=lambda cells: len(set(needed.columns) & set(cells)))
    delimiter = next(d for d in allowed if tried[d] is header)
    missing = [c for c in needed.columns if c not in header]
    if missing:
        shown = ", ".join(header)[:_SHOWN]
        todo = "Correct the columns of the map, or choose the map that belongs to this file."
        if other := [d for d, cells in tried.items() if not set(needed.columns) - set(cells)]:
            todo = f"The file is separated by {other[0]!r}: set delimiter = {other[0]!r} in the map, or leave it out."
        columns = f"column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"
        raise BadInput(f"{name} has no {columns}. Its header reads: {printable(shown)}.", todo)
    if twice := [c for c in needed.columns if header.count(c) > 1]:
        raise BadInput(f"{name} has the column {twice[0]} more than once.", "Rename one of them in the file.")
    return delimiter, header


def _cells_of_header(text: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(cell.strip() for cell in next(csv.reader([text], delimiter=delimiter)))
    except csv.Error:
        return ()


def printable(text: str) -> str:
    """Give a text of a foreign file so that a message can show it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _said_of(error: Any) -> str:
    text = str(error)
    if isinstance(error, _BadLineError):
        return text
    if "unexpected end of data" in text:
        return "opens a quote that is never closed"
    if "field limit" in text:
        return "has a cell that is too long, or opens a quote that is not closed"
    if "new-line character" in text:
        return "holds a lone CR in the middle"
    return "has a quote in the middle of a quoted cell; it must be written twice"
