"""What every synced record has in common, and how its fields travel.

A record is a frozen dataclass; its fields, in order, are the columns of its table in the workstation's cache and in
the company database. Times are aware UTC, money is Decimal, a mapping holds what a source system said.
"""

import codecs
import dataclasses
import secrets
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from types import UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

SOURCES = uuid.UUID("6f0e7a52-52a4-5f0b-9a55-0b6d3c6f40aa")  # namespace of rows that came from another system

Facts = Mapping[str, str]


class FieldKind(Enum):
    """How a field's value is kept and sent."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    MONEY = "money"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, kind, whether it may be empty, and the enum of its words if it has one."""

    name: str
    kind: FieldKind
    is_optional: bool
    words: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A row that all workstations share.

    `rev` counts its versions in the company database (0: not there yet); `changed_at` and `changed_by` (a person's id)
    tell the last change, by the clock of the company database once it has seen it.
    """

    id: str
    rev: int = 0
    deleted: bool = False
    changed_at: datetime | None = None
    changed_by: str | None = None

    def but(self, **changes: Any) -> Self:
        """Give a copy with these fields changed."""
        return dataclasses.replace(self, **changes)


SERVER_FIELDS = frozenset({"id", "rev", "deleted", "changed_at", "changed_by"})


class _Ids:
    """Time-ordered ids; two made in one millisecond are in the order in which they were asked for. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0  # milliseconds and, below them, a counter of 12 bits

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, (time.time_ns() // 1_000_000) << 12)
            return self._last


_IDS = _Ids()


def new_id() -> str:
    """Give an id that orders by time (UUID version 7, RFC 9562), so that new rows stand together in an index.

    Ids of one process never go backwards, also not within a millisecond or when the clock is set back.
    """
    milliseconds, count = divmod(_IDS.next(), 1 << 12)
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | count << 64 | 0x2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))


def another_id(of: str) -> str:
    """Give another id that stands at the same place in the order of their making."""
    low = (1 << 62) - 1
    return str(uuid.UUID(int=uuid.UUID(of).int & ~low | secrets.randbits(62)))


def source_id(source: str, key: str) -> str:
    """Give the id of a row that came from another system: the same source and key give the same id everywhere."""
    return str(uuid.uuid5(SOURCES, f"{source}\x1f{key}"))


_FIELDS: dict[type[Entity], tuple[Field, ...]] = {}


def fields_of(record: type[Entity]) -> tuple[Field, ...]:
    """Give the record's columns in order."""
    if record not in _FIELDS:
        hints = get_type_hints(record)
        _FIELDS[record] = tuple(_field(f.name, hints[f.name]) for f in dataclasses.fields(record))
    return _FIELDS[record]


def _field(name: str, hint: Any) -> Field:
    is_optional = get_origin(hint) is UnionType and type(None) in get_args(hint)
    plain = next(a for a in get_args(hint) if a is not type(None)) if is_optional else hint
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        return Field(name, FieldKind.TEXT, is_optional, plain)
    if get_origin(plain) is Mapping:
        return Field(name, FieldKind.FACTS, is_optional)
    kinds = {
        str: FieldKind.TEXT,
        bool: FieldKind.BOOLEAN,
        int: FieldKind.INTEGER,
        datetime: FieldKind.INSTANT,
        Decimal: FieldKind.MONEY,
    }
    return Field(name, kinds[plain], is_optional)


def storable(text: str) -> str:
    """Give a text as both databases can keep it: NUL and halves of characters become the replacement character."""
    if "\0" not in text and text.isascii():
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace_half").decode()


def _half_replaced(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "\ufffd".encode() * (error.end - error.start), error.end


codecs.register_error("replace_half", _half_replaced)


def to_wire(field: Field, value: Any) -> Any:
    """Give the value as JSON can carry it to the company database: times in ISO 8601 UTC, money as text."""
    if value is None:
        return None
    match field.kind:
        case FieldKind.INSTANT:
            return value.astimezone(UTC).isoformat()
        case FieldKind.MONEY:
            return str(value)
        case FieldKind.TEXT:
            return storable(str(value))
        case FieldKind.FACTS:
            return {storable(str(k)): storable(str(v)) for k, v in value.items()}
        case _:
            return value


def from_wire(field: Field, value: Any) -> Any:
    """Give the value back from JSON; a word that this version does not know stays as it came."""
    if value is None:
        return None
    match field.kind:
        case FieldKind.INSTANT:
            return datetime.fromisoformat(value).astimezone(UTC)
        case FieldKind.MONEY:
            return Decimal(str(value))
        case FieldKind.TEXT:
            return word_of(field, value)
        case _:
            return value


def word_of(field: Field, text: str) -> str:
    """Give the enum's member for a text; a word that only a newer version knows stays as it came."""
    if field.words is None:
        return text
    try:
        return field.words(text)
    except ValueError:
        return text
