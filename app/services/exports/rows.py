"""One row of an export: checked, and as the wire writes it."""

import uuid
from collections.abc import Mapping
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.entities import Table
from app.domain.entity import Entity, Field, FieldKind, fields_of, from_wire, to_wire
from app.domain.errors import BadInput

Wire = dict[str, Any]

FORMAT = 1
_WRONG = "Restore from a file as `export` wrote it."
_KINDS: Mapping[FieldKind, tuple[type, str]] = {
    FieldKind.TEXT: (str, "a text"),
    FieldKind.INTEGER: (int, "a whole number"),
    FieldKind.BOOLEAN: (bool, "true or false"),
    FieldKind.INSTANT: (str, "a time in ISO 8601 with its zone"),
    FieldKind.MONEY: (str, "a sum written as text"),
    FieldKind.FACTS: (dict, "an object of texts"),
}


def checked(table: Table, row: Any, where: str) -> Wire:
    """Give a row with every field of its table; one that an older export does not have is as in a new row.

    Raises BadInput naming `where`, the row and field, for what no export has written.
    """
    if not isinstance(row, dict):
        raise BadInput(f"{where} is no row of {table.name}.", _WRONG)
    defaults = _defaults(table.record)
    made: Wire = {}
    for field in fields_of(table.record):
        if field.name not in row and field.name not in defaults:
            raise BadInput(f"{where} has no {field.name}.", _WRONG)
        value = row[field.name] if field.name in row else defaults[field.name]
        if (wrong := _wrong(field, value)) is not None:
            raise BadInput(f"{where}: {field.name} is {_short(value)}, which is not {wrong}.", _WRONG)
        made[field.name] = to_wire(field, from_wire(field, value))
    return made


def _defaults(record: type[Entity]) -> Wire:
    by_name = {field.name: field for field in fields_of(record)}
    found: Wire = {}
    for field in dataclass_fields(record):
        if field.default is not MISSING:
            found[field.name] = to_wire(by_name[field.name], field.default)
        elif field.default_factory is not MISSING:
            found[field.name] = to_wire(by_name[field.name], field.default_factory())
    return found


def _wrong(field: Field, value: Any) -> str | None:
    """Give what the value should have been; None when it is right."""
    if value is None:
        return None if field.is_optional else f"{_KINDS[field.kind][1]} and may not be empty"
    kind, words = _KINDS[field.kind]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return words
    try:
        is_right = _fits(field, value)
    except (ValueError, InvalidOperation, OverflowError):
        is_right = False
    if field.words is not None and not is_right:
        words = f"one of {', '.join(field.words)}"
    return None if is_right else words


def _fits(field: Field, value: Any) -> bool:
    fits = True
    match field.kind:
        case FieldKind.INSTANT:
            fits = datetime.fromisoformat(value).tzinfo is not None
        case FieldKind.MONEY:
            fits = Decimal(value).is_finite()
        case FieldKind.FACTS:
            fits = all(isinstance(one, str) for pair in value.items() for one in pair)
        case FieldKind.INTEGER:
            fits = -(2**63) <= value < 2**63
        case FieldKind.TEXT if field.words is not None:
            fits = value in set(field.words)
        case FieldKind.TEXT if field.name == "id":
            fits = str(uuid.UUID(value)) == value
    return fits


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
