"""How a record's values stand in SQLite: times as whole microseconds since 1970 UTC, money and facts as text.

Three writings of a row meet here: the record (Python), the wire (JSON to the company database) and the cells (SQLite).
"""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from app.domain.entity import Entity, Field, FieldKind, fields_of, from_wire, storable, word_of

R = TypeVar("R", bound=Entity)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def instant_cell(at: datetime) -> int:
    """Give the microseconds since 1970 of an aware time."""
    return (at - EPOCH) // MICROSECOND


def instant_of(cell: int) -> datetime:
    """Give the aware UTC time back."""
    return EPOCH + cell * MICROSECOND


def to_cell(field: Field, value: Any) -> Any:
    """Give a record's value as SQLite keeps it."""
    if value is None:
        return None
    match field.kind:
        case FieldKind.INSTANT:
            return instant_cell(value)
        case FieldKind.TEXT:
            return storable(str(value))
        case FieldKind.MONEY:
            return str(value)
        case FieldKind.FACTS:
            return storable(json.dumps(dict(value), ensure_ascii=False, sort_keys=True))
        case _:
            return int(value)


def from_cell(field: Field, cell: Any) -> Any:  # noqa: PLR0911  one line a kind
    """Give the record's value back; a word that this version does not know stays as it came."""
    if cell is None:
        return None
    match field.kind:
        case FieldKind.INSTANT:
            return instant_of(cell)
        case FieldKind.MONEY:
            return Decimal(cell)
        case FieldKind.FACTS:
            return json.loads(cell)
        case FieldKind.BOOLEAN:
            return bool(cell)
        case FieldKind.TEXT:
            return word_of(field, cell)
        case _:
            return cell


def columns_of(record: type[Entity]) -> tuple[str, ...]:
    """Give the column names in order."""
    return tuple(f.name for f in fields_of(record))


def cells_of(row: Entity) -> tuple[Any, ...]:
    """Give the record's cells in column order."""
    return tuple(to_cell(f, getattr(row, f.name)) for f in fields_of(type(row)))


def record_of(record: type[R], cells: Sequence[Any]) -> R:
    """Give the record from cells in column order."""
    return record(**{f.name: from_cell(f, c) for f, c in zip(fields_of(record), cells, strict=True)})


def cells_from_wire(record: type[Entity], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the cells of a row as the company database sent it.

    Columns that this version does not know are left out; one that an older company does not have is as in a new row.
    """
    try:
        return tuple([convert(row[name]) for name, convert in _wire_converters(record)])
    except KeyError:
        return tuple(
            convert(row[name]) if name in row else blank_cell(record, name)
            for name, convert in _wire_converters(record)
        )


def blank_cell(record: type[Entity], name: str) -> Any:
    """Give what a field holds in a new row where nobody has said anything."""
    default = next(f for f in dataclasses.fields(record) if f.name == name)
    field = next(f for f in fields_of(record) if f.name == name)
    if default.default is not dataclasses.MISSING:
        return to_cell(field, default.default)
    if default.default_factory is not dataclasses.MISSING:
        return to_cell(field, default.default_factory())
    return None if field.is_optional else _BLANKS[field.kind]


_BLANKS: Mapping[FieldKind, Any] = {
    FieldKind.TEXT: "",
    FieldKind.INTEGER: 0,
    FieldKind.BOOLEAN: 0,
    FieldKind.INSTANT: 0,
    FieldKind.MONEY: "0",
    FieldKind.FACTS: "{}",
}


_Converter = Callable[[Any], Any]
_CONVERTERS: dict[type[Entity], tuple[tuple[str, _Converter], ...]] = {}


def _wire_converters(record: type[Entity]) -> tuple[tuple[str, _Converter], ...]:
    if record not in _CONVERTERS:
        _CONVERTERS[record] = tuple((f.name, _wire_converter(f)) for f in fields_of(record))
    return _CONVERTERS[record]


def _wire_converter(field: Field) -> _Converter:
    if field.kind in {FieldKind.TEXT, FieldKind.INTEGER, FieldKind.BOOLEAN}:
        return _as_is
    return lambda value: to_cell(field, from_wire(field, value))


def _as_is(value: Any) -> Any:
    return value
