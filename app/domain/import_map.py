"""Import maps: how the columns of another system's export become customers, contacts, issues and their history.

The format is told for people in resources/maps/README.md.
"""

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from app.domain.errors import BadInput
from app.domain.issue import IssueKind, IssueState


class MapKind(StrEnum):
    """What one line of the file is."""

    ISSUES = "issues"  # one issue
    EVENTS = "events"  # one event in the history of an issue
    CUSTOMERS = "customers"  # a customer, a contact there, or both


# The fields that a map may fill, by the section they stand in.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("key", "name", "plan", "is_vip", "time_zone", "support_hours", "contract"),
    "contact": ("key", "name", "role", "phone", "email"),
    "issue": (
        *("key", "title", "kind", "state", "waiting_on", "impact", "urgency", "topic", "workaround"),
        *("opened_at", "closed_at", "watch_until", "owner", "team", "level", "product", "build"),
    ),
    "event": ("key", "at", "state", "team", "person", "level", "product"),
}
# What an issue has from its last event where the map gives it to the events only.
FROM_LAST_EVENT = ("team", "level", "product")
LARGEST_LEVEL = 99
_SECTIONS = {
    MapKind.ISSUES: ("customer", "contact", "issue"),
    MapKind.EVENTS: ("customer", "contact", "issue", "event"),
    MapKind.CUSTOMERS: ("customer", "contact"),
}
_NEEDED = {
    MapKind.ISSUES: (("issue", "key"),),
    MapKind.EVENTS: (("issue", "key"), ("event", "at")),
    MapKind.CUSTOMERS: (("customer", "name"),),
}
_PLAIN_KEYS = ("title", "kind", "source", "encoding", "delimiter", "unknown", "zone", "region", "times", "words")

NAMED_TIMES = frozenset({"iso", "unix", "unix_ms"})


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a field's text comes from: the first known of some columns, all of them joined, or always the same."""

    columns: tuple[str, ...] = ()
    joined_by: str | None = None
    constant: str | None = None


@dataclass(frozen=True, slots=True)
class ImportMap:
    """How one kind of export is read. `source` names the system and, with a row's key, makes the row's id."""

    kind: MapKind
    source: str
    title: str = ""
    encoding: str = ""  # tried where a line is not UTF-8
    delimiter: str = ""  # "": found out from the header
    unknown: frozenset[str] = frozenset({""})
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    region: str | None = None  # of telephone numbers without a country code
    times: tuple[str, ...] = ("iso",)
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)  # by section and field
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by section: fact -> column
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by field: source's word, folded -> ours

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the file must have, each once."""
        named = [c for cell in self.cells.values() for c in cell.columns]
        named += [column for facts in self.facts.values() for column in facts.values()]
        return tuple(dict.fromkeys(named))

    def has(self, section: str) -> bool:
        """Say whether the map fills this section at all."""
        return any(s == section for s, _ in self.cells)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that an import with this map adds rows to, parents first."""
        named = {"customer": "customer", "contact": "contact", "issue": "issue", "event": "issue_event"}
        return tuple(table for section, table in named.items() if self.has(section))


def parse_map(text: str, name: str = "the map") -> ImportMap:
    """Give the map written in TOML; raises BadInput naming the line or key. `name` is the file, for the message."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise BadInput(f"{name} is not valid TOML: {e}.", "Correct that place and try again.") from e
    return _Parser(text, name, said).parse()


def folded(word: str) -> str:
    """Give a word as it is compared: without case and outer blanks."""
    return word.strip().casefold()


class _Parser:
    """Reads the parsed TOML; every complaint names the key and, where it is found, the line."""

    def __init__(self, text: str, name: str, said: dict[str, Any]) -> None:
        self._text, self._name, self._said = text, name, said

    def parse(self) -> ImportMap:
        kind = self._word_of("kind", MapKind)
        for key in self._said:
            if key not in _PLAIN_KEYS and key not in _SECTIONS[kind]:
                allowed = ", ".join((*_PLAIN_KEYS, *_SECTIONS[kind]))
                self._fail((key,), f"is not known in a map of {kind}; it may have: {allowed}")
        source = self._text_of("source")
        if not source or "\x1f" in source:
            self._fail(("source",), "must name the system that the file comes from")
        cells, facts = self._cells(kind)
        needed = list(_NEEDED[kind])
        if any(section == "contact" for section, _ in cells):
            needed += [("contact", "name"), ("customer", "name")]
        if any(section == "customer" for section, _ in cells):
            needed.append(("customer", "name"))
        for need in needed:
            if need not in cells:
                self._fail(need, "is missing; this map needs it")
        return ImportMap(
            kind=kind,
            source=source,
            title=self._text_of("title"),
            encoding=self._encoding(),
            delimiter=self._delimiter(),
            unknown=frozenset({"", *(w.strip() for w in self._texts_of("unknown", ()))}),
            zone=self._zone(),
            region=self._region(),
            times=self._times(),
            cells=cells,
            facts=facts,
            words=self._words(cells),
        )

    def _fail(self, path: tuple[str, ...], problem: str) -> NoReturn:
        line = _line_of(self._text, path)
        place = f"{self._name}, line {line}" if line else self._name
        raise BadInput(f"{place}: {'.'.join(path)} {problem}.", "Correct the map and try again.")

    def _word_of(self, key: str, words: type[MapKind]) -> MapKind:
        try:
            return words(self._said.get(key, ""))
        except ValueError:
            self._fail((key,), f"must be one of {', '.join(words)}")

    def _text_of(self, key: str) -> str:
        value = self._said.get(key, "")
        if not isinstance(value, str):
            self._fail((key,), "must be a text in quotes")
        return value

    def _texts_of(self, key: str, default: Iterable[str]) -> tuple[str, ...]:
        value = self._said.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self._fail((key,), "must be a list of texts")
        return tuple(value)

    def _encoding(self) -> str:
        encoding = self._text_of("encoding")
        if encoding:
            try:
                keeps_ascii = 'a,";\n'.encode(encoding) == b'a,";\n' and codecs.lookup(encoding) is not None
            except (LookupError, UnicodeError):
                self._fail(("encoding",), f"{encoding!r} is not known; cp1252 is usual on Windows")
            if not keeps_ascii:
                self._fail(("encoding",), f"{encoding!r} cannot be read line by line; save the file as UTF-8")
        return encoding

    def _delimiter(self) -> str:
        delimiter = self._text_of("delimiter")
        if len(delimiter) > 1 or delimiter in {'"', "\n", "\r", "\0"}:
            self._fail(("delimiter",), 'must be one character such as "," or ";" or "\\t"')
        return delimiter

    def _zone(self) -> ZoneInfo:
        zone = self._text_of("zone") or "UTC"
        try:
            return ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            self._fail(("zone",), f"{zone!r} is no time zone; write it as Europe/Prague")

    def _region(self) -> str | None:
        region = self._text_of("region")
        if region and not re.fullmatch("[A-Z]{2}", region):
            self._fail(("region",), "must be the two capital letters of a country, such as GB")
        return region or None

    def _times(self) -> tuple[str, ...]:
        times = self._texts_of("times", ("iso",))
        probe = datetime(2016, 2, 29, 13, 16, tzinfo=UTC)
        for written in times:
            if written in NAMED_TIMES:
                continue
            try:
                is_whole = datetime.strptime(probe.strftime(written), written).date() == probe.date()  # noqa: DTZ007  the day alone is compared
            except ValueError:
                is_whole = False
            if not is_whole:
                todo = "must hold day, month and year, such as %d.%m.%Y %H:%M, or be iso, unix or unix_ms"
                self._fail(("times",), f"{written!r} {todo}")
        return times or ("iso",)

    def _cells(self, kind: MapKind) -> tuple[dict[tuple[str, str], Cell], dict[str, dict[str, str]]]:
        cells, facts = {}, {}
        for section in _SECTIONS[kind]:
            given = self._said.get(section, {})
            if not isinstance(given, dict):
                self._fail((section,), "must be a section with fields")
            for name, value in given.items():
                if name == "facts" and section in {"issue", "event"}:
                    facts[section] = self._columns_of_facts(section, value)
                elif name not in FIELDS[section]:
                    self._fail((section, name), f"is not known; [{section}] has {', '.join(FIELDS[section])}")
                else:
                    cells[section, name] = self._cell((section, name), value)
        return cells, facts

    def _cell(self, path: tuple[str, str], value: Any) -> Cell:  # noqa: RET503  _fail raises
        match value:
            case str() if value:
                return Cell((value,))
            case [str(), *_] if all(isinstance(v, str) and v for v in value):
                return Cell(tuple(value))
            case {"is": str() as constant, **rest} if not rest:
                return Cell(constant=constant)
            case {"join": [str(), *_] as columns, **rest} if rest.keys() <= {"with"}:
                between = rest.get("with", " / ")
                if isinstance(between, str) and all(isinstance(c, str) for c in columns):
                    return Cell(tuple(columns), between)
        forms = '"column", ["first known", "of these"], { join = ["a", "b"], with = " / " } or { is = "always this" }'
        self._fail(path, f"must be {forms}")

    def _columns_of_facts(self, section: str, value: Any) -> dict[str, str]:
        if not isinstance(value, dict) or not all(isinstance(c, str) and c for c in value.values()):
            self._fail((section, "facts"), 'must be lines such as made_sla = "column"')
        return dict(value)

    def _words(self, cells: Mapping[tuple[str, str], Cell]) -> dict[str, dict[str, Any]]:
        given = self._said.get("words", {})
        if not isinstance(given, dict) or not all(isinstance(w, dict) for w in given.values()):
            self._fail(("words",), "must be sections such as [words.state]")
        fields = {name for _, name in cells}
        made: dict[str, dict[str, Any]] = {}
        for name, words in given.items():
            if name not in fields:
                self._fail(("words", name), "belongs to no field that this map fills")
            made[name] = {folded(word): self._our_word(name, word, ours) for word, ours in words.items()}
        return made

    def _our_word(self, name: str, word: str, ours: Any) -> Any:
        path = ("words", name, word)
        if name == "state":
            state, waiting_on = (
                (ours.get("state"), ours.get("waiting_on", "")) if isinstance(ours, dict) else (ours, "")
            )
            if state not in set(IssueState) or not isinstance(waiting_on, str):
                self._fail(path, f"must be one of {', '.join(IssueState)}")
            return IssueState(state), waiting_on
        if name == "kind" and ours not in set(IssueKind):
            self._fail(path, f"must be one of {', '.join(IssueKind)}")
        if name in {"impact", "urgency"} and (type(ours) is not int or not 1 <= ours <= 3):
            self._fail(path, "must be 1 (high), 2 or 3 (low)")
        if name == "is_vip" and type(ours) is not bool:
            self._fail(path, "must be true or false")
        if name == "level" and (type(ours) is not int or not 0 <= ours <= LARGEST_LEVEL):
            self._fail(path, f"must be a number from 0 to {LARGEST_LEVEL}")
        if not isinstance(ours, str | int):
            self._fail(path, "must be a text")
        return ours


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """Give the line where a key stands, counted from 1; 0 when it is written in a way that is not looked for."""
    *sections, key = path
    wanted, section = ".".join(sections), ""
    for number, line in enumerate(text.splitlines(), 1):
        if head := re.match(r"\s*\[([^\[\]]+)\]", line):
            section = head[1].strip()
            if section == ".".join(path):
                return number
        elif section == wanted and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 0
