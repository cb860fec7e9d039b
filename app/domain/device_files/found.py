"""What a reader finds in a file, whatever the file's form, and how much of one is read at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_DEVICES = 20_000
"""More than any team has; a file with more is not what it was taken for."""
LONGEST_LINE = 20_000
LONGEST_VALUE = 1_000


class FileKind(StrEnum):
    """Where a file comes from."""

    CSV = "csv"
    OPENSSH = "openssh"
    PUTTY = "putty"
    SECURECRT = "securecrt"
    RANCID = "rancid"


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """One device as a file tells of it, from a line on (1 is the first; 0: the file is all about it).

    `values` are fields of Device, only those that the file says something about. `key` names it in that file for ever.
    `jump` is the key of the one it is reached through, `customer` a name. `remarks` tell what was not taken along.
    """

    line: int
    key: str
    values: Mapping[str, Any]
    customer: str = ""
    jump: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What to call it in a list."""
        return str(self.values.get("name") or self.values.get("address") or self.key)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no device, and why."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that a file tells. `notes` are about the whole file; `columns` say of each heading of a CSV what it is."""

    devices: tuple[FoundDevice, ...] = ()
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def lines_of(text: str, unread: list[Unread]) -> Iterator[tuple[int, str]]:
    """Give the lines with their numbers from 1; those that are too long or binary go to `unread`."""
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if len(line) > LONGEST_LINE:
            unread.append(Unread(number, line[:40] + "…", f"It has {len(line):,} characters."))
        elif "\x00" in line:
            unread.append(Unread(number, shown(line), "It holds binary data."))
        else:
            yield number, line


def shown(text: str, most: int = 60) -> str:
    """Give a piece of a file as a message can quote it."""
    plain = "".join(c if c.isprintable() else " " for c in text[: most * 4])
    words = " ".join(plain.split())
    return words if len(words) <= most else words[: most - 1] + "…"


def number(text: str) -> int | None:
    """Give the number that is written, None for anything else and for more than ports and speeds need."""
    words = text.strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) <= 7 else None


def hexadecimal(text: str) -> int | None:
    """Give the number that is written in base 16, None for anything else."""
    try:
        return int(text.strip(), 16) if 0 < len(text.strip()) <= 8 else None
    except ValueError:
        return None
