"""Rows and their values as people read and type them, for screens that show any row of any table."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from app.domain.entities import BY_NAME
from app.domain.entity import Entity, Field, FieldKind, fields_of, from_wire
from app.domain.errors import BadInput
from app.domain.on_issue import IssueDevice, LinkKind
from app.domain.when import instant
from app.services.desk import Desk

Value = str | int | bool | datetime | None

_WORDS_OF_OURS = frozenset({"state", "kind", "channel"})
Get = Callable[[str], Any]  # gives a field of a row, or of what was typed into one that is not here


def _linked(desk: Desk, get: Get) -> str:
    other = _named(desk, "issue", get("other_id")) or ("another issue" if get("other_id") else "")
    return f"{_RELATIONS.get(str(get('kind')), 'linked to')} {other}" if other else ""


def _deployed(_desk: Desk, get: Get) -> str:
    builds = " → ".join(dict.fromkeys(one for one in (get("from_build"), get("to_build")) if one))
    return ": ".join(part for part in (f"build {builds}" if builds else "", str(get("what") or "")) if part)


def _kept_elsewhere(_desk: Desk, get: Get) -> str:
    return " in ".join(str(part) for part in (get("key"), get("system")) if part)


def _until(_desk: Desk, get: Get) -> str:
    at = get("until_at")
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"until {at.astimezone():%Y-%m-%d %H:%M}" if at else ""


def _asked_first(desk: Desk, get: Get) -> str:
    return " for ".join(part for part in (_named(desk, "person", get("person_id")), str(get("topic") or "")) if part)


def _happened(_desk: Desk, get: Get) -> str:
    return ", ".join(str(get(name)) for name in ("state", "team", "person") if get(name))


def _of(table: str) -> Callable[[Desk, Get], str]:
    """Give what says another row: the device that is linked, the person who follows."""
    return lambda desk, get: _named(desk, table, get(f"{table}_id"))


def _any_of(*names: str) -> Callable[[Desk, Get], str]:
    """Give what says the first of these fields that has words."""

    def said(_desk: Desk, get: Get) -> str:
        name = next((name for name in names if get(name)), "")
        text = str(get(name)) if name else ""
        return text.replace("_", " ") if name in _WORDS_OF_OURS else text

    return said


# The words by which people know a row, by table, where that is not its name.
_SAID: dict[str, Callable[[Desk, Get], str]] = {
    "tag": _any_of("word"),
    "note": _any_of("body", "command"),
    "interaction": _any_of("body", "subject", "channel"),
    "promise": _any_of("what"),
    "escalation": _any_of("sentence"),
    "decision_request": _any_of("question"),
    "decision_option": _any_of("label"),
    "ask": _any_of("whom", "kind"),
    "sign_off": _any_of("role"),
    "host_key": _any_of("key_type"),
    "session": _of("device"),
    "audit_line": _any_of("line"),
    "emergency": _any_of("reason"),
    "change_window": _any_of("what"),
    "highlight": _any_of("pattern"),
    "company_key": _any_of("made_at"),
    "person_key": _any_of("workstation"),
    "wrapped_key": _of("person"),
    "config_backup": _of("device"),
    "backup_attempt": _any_of("words", "outcome"),
    "installation": _any_of("product"),
    "run": _any_of("title"),
    "step": _any_of("title"),
    "step_event": _any_of("words", "kind"),
    "issue": _any_of("title"),
    "later_word": _any_of("subject", "body"),
    "sla_pause": _any_of("reason"),
    "rollout": _any_of("state"),
    "issue_link": _linked,
    "issue_event": _happened,
    "external_ref": _kept_elsewhere,
    "deployment": _deployed,
    "snooze": _until,
    "ask_first": _asked_first,
    "follower": _of("person"),
    "customer_access": _of("person"),
    "issue_device": _of("device"),
    "issue_deployment": _of("deployment"),
    "procedure_version": _of("procedure"),
}
_RELATIONS: dict[str, str] = {
    LinkKind.PROBLEM: "caused by",
    LinkKind.PARENT: "part of",
    LinkKind.BLOCKS: "blocks",
    LinkKind.DUPLICATE: "duplicate of",
}
# What people call a row, where that is not its table's name.
_NOUNS = {
    "issue_link": "link",
    "issue_event": "imported event",
    "issue_device": "device link",
    "issue_deployment": "deployment link",
    "attachment": "file",
    "external_ref": "external reference",
    "later_word": "word to send",
    "sla_pause": "pause of the timers",
    "sla_policy": "SLA policy",
    "saved_view": "view",
    "ask_first": "place among those asked first",
    "customer_access": "right to see",
    "audit_line": "line of the audit log",
    "person_key": "public key",
    "wrapped_key": "opened company key",
    "backup_attempt": "attempt at a backup",
}
_MANY = {
    "later_word": "words to send",
    "sla_pause": "pauses of the timers",
    "sla_policy": "SLA policies",
    "canned_reply": "canned replies",
    "ask_first": "places among those asked first",
    "customer_access": "rights to see",
    "audit_line": "lines of the audit log",
    "emergency": "emergencies",
    "backup_attempt": "attempts at a backup",
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
    """Give what a row of the table is: "decision request", "link", "file"."""
    return _NOUNS.get(table, table.replace("_", " "))


def nouns(table: str) -> str:
    """Give what many rows of the table are: "decision requests", "words to send"."""
    return _MANY.get(table, f"{noun(table)}s")


def label(desk: Desk, table: str, row_id: str, typed: Mapping[str, Any] | None = None) -> str:
    """Give a row as people know it: "issue 4127 Import fails", "promise “a fix by Friday” on issue 4127".

    A row that is not here is known by what was `typed` into it.
    """
    row = desk.cache.record(BY_NAME[table].record, row_id)
    if row is None:
        said = _short(_said(desk, table, (typed or {}).get))
        return f"{noun(table)} “{said}”" if said else f"a {noun(table)}"
    number = str(getattr(row, "number", None) or "") if table == "issue" else ""
    said = _said(desk, table, partial(_cell, row))
    if table in {"issue", "run"} or ("name" in fields(table) and "issue_id" not in fields(table)):
        return " ".join(part for part in (noun(table), number, said) if part)
    quoted = f" “{_short(said)}”" if said else ""
    return f"{noun(table)}{quoted}{_where(desk, row)}"


def _cell(row: object, name: str) -> Any:
    return getattr(row, name, None)


def _said(desk: Desk, table: str, get: Get) -> str:
    """Give the words of a row; "" for one that has none."""
    return _SAID[table](desk, get) if table in _SAID else str(get("name") or "")


def _named(desk: Desk, table: str, row_id: str | None) -> str:
    """Give another row in words, an issue with its number; "" when it is not here."""
    row = desk.cache.record(BY_NAME[table].record, row_id) if row_id else None
    if row is None:
        return ""
    number = str(getattr(row, "number", None) or "") if table == "issue" else ""
    return " ".join(part for part in (number, _said(desk, table, partial(_cell, row))) if part)


def _where(desk: Desk, row: Entity) -> str:
    for name in HANGS_ON:
        row_id = getattr(row, name, None)
        if row_id is None or (name == "device_id" and isinstance(row, IssueDevice)):  # that is what it says itself
            continue
        target = name.removesuffix("_id")
        target = {"request": "decision_request"}.get(target, target)
        there = desk.cache.record(BY_NAME[target].record, row_id)
        if there is not None:
            said = _said(desk, target, partial(_cell, there))
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
