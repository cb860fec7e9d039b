"""What a file would bring, line by line: the device, what becomes of it, and why."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from enum import Enum

from app.services.device_imports import Doing, Line, Preview
from ui.kit.cards import EmptyState
from ui.kit.mailbox import Mailbox
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.panes.devices.words import platform_word

_PILLS = {
    Doing.ADD: Kind.GREEN,
    Doing.CHANGE: Kind.BLUE,
    Doing.MERGE: Kind.BLUE,
    Doing.SAME: Kind.GREY,
    Doing.LEFT_OUT: Kind.AMBER,
}
_ORDER = {Doing.ADD: 0, Doing.CHANGE: 1, Doing.MERGE: 2, Doing.LEFT_OUT: 3, Doing.SAME: 4}
_SAID = {
    "customer_id": "customer",
    "jump_id": "jump host",
    "login_with": "logs in with",
    "key_file": "key",
    "username": "user",
    "allows_legacy": "old SSH",
}
_FIRST = ("address", "port", "protocol", "platform", "environment", "site", "username")
_UNSAID = {"name", "source", "source_key"}  # the name stands beside it, the import key above


class PreviewTable(RecordTable[Line]):
    """The lines of a preview, what is new first. GUI thread only."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._lines: dict[str, Line] = {}
        columns = (
            Column[Line]("line", "Line", lambda x, _n: Cell(f"{x.line:,}" if x.line else "", Tone.DIM), 56,
                         is_sortable=False),
            Column[Line]("doing", "What", lambda x, _n: Cell(str(x.doing), pill=_PILLS[x.doing]), 84,
                         is_sortable=False),
            Column[Line]("device", "Device", lambda x, _n: Cell(x.label, second=x.customer), 240, is_sortable=False),
            Column[Line]("how", "How", how, 0, is_sortable=False),
        )  # fmt: skip
        empty = EmptyState("Nothing is written before you have seen it", "Choose a file or drop it here, then look.")
        source = Source(self._fetch, lambda line: line.key)
        super().__init__("What the file would bring", columns, source, mailbox, empty, has_two_lines=True)

    def show_preview(self, found: Preview | None) -> None:
        """Show this, or nothing."""
        lines = sorted(found.lines, key=lambda one: (_ORDER[one.doing], one.line)) if found is not None else []
        self._lines = {line.key: line for line in lines}
        self.show_ids([line.key for line in lines])

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[Line]]":
        found: Future[Sequence[Line]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found


def how(line: Line, _now: datetime) -> Cell:
    """Say what comes of one device: why it is left out, or its fields with what they were."""
    if line.reason:
        return Cell(line.reason, Tone.AMBER, tip=line.reason)
    ranks = {name: at for at, name in enumerate(_FIRST)}
    names = sorted((name for name in line.values if name not in _UNSAID), key=lambda name: ranks.get(name, len(_FIRST)))
    if line.doing is Doing.ADD:
        names = [name for name in names if name != "customer_id"]  # it stands below the name
    parts = [_field(name, line) for name in names]
    if "name" in line.before:
        parts.insert(0, f"name {line.before['name']} → {line.values['name']}")
    beside = [*_kept(line.kept), *line.remarks]
    said = ", ".join(parts)
    if line.doing is Doing.MERGE and not parts:
        said = "the one that is here, from now on known by this import"
    return Cell(said, second="; ".join(beside), tip="\n".join([*parts, *beside]))


def _field(name: str, line: Line) -> str:
    value, title = _words(line.values[name]), _SAID.get(name, name)
    if name == "jump_id":
        return f"{title} {line.jump}".rstrip()
    if name == "customer_id":
        return title
    before = _words(line.before.get(name))
    if name == "platform":
        value, before = platform_word(value), platform_word(before)
    return f"{title} {before} → {value}" if before else f"{title} {value}"


def _kept(kept: Mapping[str, object]) -> list[str]:
    """Say what stays as somebody has written it here."""
    said = [
        _SAID.get(name, name) if name in {"customer_id", "jump_id"} else f"{_SAID.get(name, name)} {_words(value)}"
        for name, value in kept.items()
    ]
    return [f"kept as it is here, the file says {', '.join(said)}"] if said else []


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value.value if isinstance(value, Enum) else value if value is not None else "")
    return " ".join(text.split())
