"""Rows and their values as people read and type them, for screens that show any row of any table."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.entities import BY_NAME
from app.domain.entity import Field, FieldKind, fields_of, from_wire
from app.domain.errors import BadInput
from app.domain.when import instant
from app.services.desk import Desk

Value = str | int | bool | datetime | None

# The words by which people know a row, by table; a table that is not named here is known by the row it hangs on.
_SAID = {
    "tag": "word",
    "note": "body",
    "interaction": "body",
    "promise": "what",
    "escalation": "sentence",
    "decision_request": "question",
    "decision_option": "label",
    "ask": "whom",
    "sign_off": "role",
    "host_key": "key_type",
    "installation": "product",
    "run": "title",
    "issue": "title",
}
_MOST_SAID = 60  # characters
# What a row hangs on, the nearest first.
HANGS_ON = ("step_id", "request_id", "run_id", "escalation_id", "release_id", "device_id", "issue_id", "customer_id")


def fields(table: str) -> dict[str, Field]:
    """Give a table's fields by name."""
    return {f.name: f for f in fields_of(BY_NAME[table].record)}


def name_of_field(field: str) -> str:
    """Give a field's name as people say it: next_update_at is "next update", owner_id "owner"."""
    return field.removeprefix("is_").removesuffix("_id").removesuffix("_at").replace("_", " ")


def noun(table: str) -> str:
    """Give what a row of the table is: "decision request"."""
    return table.replace("_", " ")


def label(desk: Desk, table: str, row_id: str, typed: Mapping[str, Any] | None = None) -> str:
    """Give a row as people know it: "issue 4127 Import fails", "promise “a fix by Friday” on issue 4127".

    A row that is not here is known by what was `typed` into it.
    """
    row = desk.cache.record(BY_NAME[table].record, row_id)
    if row is None:
        said = _short(str((typed or {}).get(_SAID.get(table, "name")) or ""))
        return f"{noun(table)} “{said}”" if said else f"a {noun(table)}"
    number = str(getattr(row, "number", None) or "") if table == "issue" else ""
    said = str(getattr(row, _SAID.get(table, "name"), "") or "")
    if table in {"issue", "run"} or "name" in fields(table):
        return " ".join(part for part in (noun(table), number, said) if part)
    quoted = f" “{_short(said)}”" if said else ""
    return f"{noun(table)}{quoted}{_where(desk, row)}"


def _where(desk: Desk, row: object) -> str:
    for name in HANGS_ON:
        row_id = getattr(row, name, None)
        if row_id is None:
            continue
        target = name.removesuffix("_id")
        target = {"request": "decision_request"}.get(target, target)
        there = desk.cache.record(BY_NAME[target].record, row_id)
        if there is not None:
            said = str(getattr(there, _SAID.get(target, "title" if target == "step" else "name"), "") or "")
            number = str(getattr(there, "number", None) or "") if target == "issue" else ""
            return f" on {noun(target)} {number or f'“{_short(said)}”'}".removesuffix(" “”")
    return ""


def _short(text: str) -> str:
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    return line if len(line) <= _MOST_SAID else f"{line[: _MOST_SAID - 1].rstrip()}…"


def value(desk: Desk, table: str, field: str, wire: Any) -> Value:
    """Give a value as a screen shows it, from what the wire writes: people and other rows by name, times aware UTC."""
    target = BY_NAME[table].refs.get(field)
    if target is not None and wire is not None:
        if "name" not in fields(target):
            return label(desk, target, str(wire))
        found = desk.cache.read(f"SELECT name FROM {target} WHERE id = ?", (wire,))  # noqa: S608  our own table names
        return str(found[0][0]) if found else "somebody"
    made = from_wire(fields(table)[field], wire)
    if made is None or isinstance(made, bool | int | datetime):
        return made
    return ", ".join(f"{k}: {v}" for k, v in made.items()) if isinstance(made, Mapping) else str(made)


def parsed(desk: Desk, table: str, name: str, text: str) -> Any:
    """Give what was typed as the record holds it; raises BadInput when it does not parse."""
    text = text.strip()
    field = fields(table)[name]
    if not text and field.is_optional:
        return None
    target = BY_NAME[table].refs.get(name)
    if target is not None:
        return _referred(desk, target, text)
    if field.kind is FieldKind.INSTANT:
        return instant(text, desk.now)
    return _PARSERS.get(field.kind, _word)(field, text)


def _word(field: Field, text: str) -> Any:
    if field.words is None:
        return text
    words = [str(w) for w in field.words]
    if text.lower() not in words:
        raise BadInput(f"“{text}” is not one of the words for this.", f"Write one of: {', '.join(words)}.")
    return field.words(text.lower())


def _integer(_field: Field, text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise BadInput(f"“{text}” is no whole number.", "Write digits.")
    return int(text)


def _yes_or_no(_field: Field, text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise BadInput(f"“{text}” is neither yes nor no.", "Write yes or no.")
    return text.lower() == "yes"


def _money(_field: Field, text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as e:
        raise BadInput(f"“{text}” is no sum of money.", "Write it like 48000 or 48000.50.") from e


def _facts(_field: Field, _text: str) -> Any:
    raise BadInput("What a source system said is not written by hand.", "Leave it as it is.")


_PARSERS = {
    FieldKind.INTEGER: _integer,
    FieldKind.BOOLEAN: _yes_or_no,
    FieldKind.MONEY: _money,
    FieldKind.FACTS: _facts,
}


def _referred(desk: Desk, table: str, text: str) -> str:
    record = BY_NAME[table].record
    if "name" not in fields(table):
        raise BadInput("This cannot be written by hand.", "Choose it where it is shown.")
    found = desk.cache.records(record, "name = ? COLLATE NOCASE LIMIT 2", (text,))
    if len(found) != 1:
        raise BadInput(f"There is no one {table} named “{text}”.", "Write the whole name.")
    return found[0].id
