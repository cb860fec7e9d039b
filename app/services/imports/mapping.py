"""Turns the cells of one record into values of our fields, as the map says. Knows no file and no cache."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import source_values
from app.domain.errors import BadInput
from app.domain.import_map import FROM_LAST_EVENT, Cell, ImportMap, MapKind, folded
from app.domain.issue import IssueKind, IssueState
from app.services.imports.said import REFUSED, Said

Values = dict[str, Any]
_Cells = Sequence[str]

_UNKNOWN: Values = {
    "kind": IssueKind.INCIDENT,
    "impact": 2,
    "urgency": 2,
    "opened_at": None,
    "closed_at": None,
    "watch_until": None,
    "at": None,
    "time_zone": "UTC",
    "level": 0,
}
_KNOWN_TIMES = 50_000  # texts of times kept with their instants: parsing one costs more than all else of a row


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one record says. `key` names the issue, or is "" for customers; a part that it does not name is None.

    The other keys name the same customer, contact or event again; `event_key` is "" when the source gives none.
    """

    key: str = ""
    customer_key: str = ""
    contact_key: str = ""
    event_key: str = ""
    customer: Values | None = None
    contact: Values | None = None
    issue: Values | None = None
    event: Values | None = None


class Mapper:
    """Reads records under one header by one map."""

    def __init__(self, by: ImportMap, header: Sequence[str], people: Mapping[str, str] | None = None) -> None:
        """`people` are our persons' ids by name, login and e-mail, folded: whom `issue.owner` may name."""
        self._map = by
        self._people = people or {}
        self._is_from_last_event = [
            name for name in FROM_LAST_EVENT if ("event", name) in by.cells and ("issue", name) not in by.cells
        ]
        self.said = Said(by)
        # What an event says of its state is kept in the source's words; its words are the issue's.
        self._worded = frozenset(by.words) | REFUSED
        self._place = {column: place for place, column in enumerate(header)}
        self._texts = {path: self._text_reader(cell) for path, cell in by.cells.items()}
        # A key tells rows apart, and on whom an issue waits may be said by its state: see row and _issue.
        apart = {"key", "waiting_on", "owner"}
        self._sections: dict[str, list[tuple[str, Callable[[_Cells], str]]]] = {}
        for (section, name), reader in self._texts.items():
            if name not in apart:
                self._sections.setdefault(section, []).append((name, reader))
        self._facts = {
            section: [(fact, self._place[column]) for fact, column in facts.items()]
            for section, facts in by.facts.items()
        }
        self._instants: dict[str, datetime] = {}

    def key_of(self, cells: _Cells) -> str:
        """Give the issue's key, also of a record that says something wrong elsewhere; "" when unknown."""
        return self._text(cells, "issue", "key")

    def row(self, cells: _Cells) -> SourceRow:
        """Give what the record says; raises BadInput with the field and the cell that cannot be read."""
        customer, customer_key = self._named(cells, "customer")
        contact, contact_key = self._named(cells, "contact")
        if contact is not None and customer is None:
            raise BadInput("names a contact but no customer")
        if self._map.kind is MapKind.CUSTOMERS:
            if customer is None:
                raise BadInput("names no customer")
            return SourceRow("", customer_key, contact_key, "", customer, contact)
        key = self.key_of(cells)
        if not key:
            raise BadInput("has no key")
        event = self._event(cells) if self._map.kind is MapKind.EVENTS else None
        event_key = self._text(cells, "event", "key")
        issue = self._issue(cells)
        if event is not None:
            issue |= {name: event[name] for name in self._is_from_last_event}
        return SourceRow(key, customer_key, contact_key, event_key, customer, contact, issue, event)

    def _text_reader(self, cell: Cell) -> Callable[[_Cells], str]:
        unknown = self._map.unknown
        if cell.constant is not None:
            constant = cell.constant
            return lambda _cells: constant
        places = [self._place[c] for c in cell.columns]
        if cell.joined_by is None and len(places) == 1:
            place = places[0]

            def one(cells: _Cells) -> str:
                text = cells[place].strip()
                return "" if text in unknown else text

            return one
        between = cell.joined_by

        def several(cells: _Cells) -> str:
            known = [t for t in (cells[p].strip() for p in places) if t not in unknown]
            return between.join(known) if between is not None else next(iter(known), "")

        return several

    def _text(self, cells: _Cells, section: str, name: str) -> str:
        reader = self._texts.get((section, name))
        return reader(cells) if reader else ""

    def _mapped(self, cells: _Cells, section: str) -> Values:
        """Give the fields of a section; what is unknown gets the value of a new record."""
        given: Values = {}
        for name, reader in self._sections.get(section, ()):
            text = reader(cells)
            if text and name in self._worded and not (section == "event" and ("issue", name) in self._texts):
                self.said.word(name, text)
            try:
                if name == "state" and section == "issue":
                    words = self._map.words.get("state")
                    state = source_values.read_state(text, words) if text else (IssueState.NEW, "")
                    given["state"], given["waiting_on"] = state
                elif text or name == "is_vip":
                    given[name] = self._value(name, text)
                else:
                    given[name] = _UNKNOWN.get(name, "")
            except BadInput as e:
                raise BadInput(f"{section}.{name}: {e.what}") from e
        return given

    def _value(self, name: str, text: str) -> Any:  # noqa: PLR0911  one line a field
        words = self._map.words.get(name)
        match name:
            case "impact" | "urgency":
                return source_values.read_third(text, words)
            case "level":
                return source_values.read_level(text, words)
            case "state":
                return text  # of an event: as the source says it
            case "kind":
                return source_values.read_kind(text, words)
            case "opened_at" | "closed_at" | "watch_until" | "at":
                return self._instant(text)
            case "is_vip":
                return source_values.read_flag(text, words)
            case "phone":
                return source_values.read_phone(text, self._map.region)
            case "email":
                return source_values.read_email(text)
            case "time_zone":
                return source_values.read_zone(text)
            case _:
                return str((words or {}).get(text.casefold(), text))

    def _instant(self, text: str) -> datetime:
        at = self._instants.get(text)
        if at is None:
            if len(self._instants) >= _KNOWN_TIMES:
                self._instants.clear()
            at = self._instants[text] = source_values.read_instant(text, self._map.times, self._map.zone)
        self.said.time(text)
        return at

    def _named(self, cells: _Cells, section: str) -> tuple[Values | None, str]:
        """Give a customer or contact and the key that tells it from others; (None, "") when the record names none."""
        name = self._text(cells, section, "name")
        if not name:
            return None, ""
        return self._mapped(cells, section), self._text(cells, section, "key") or folded(name)

    def _issue(self, cells: _Cells) -> Values:
        issue = self._mapped(cells, "issue")
        if waiting_on := self._text(cells, "issue", "waiting_on"):
            issue["waiting_on"] = waiting_on
        elif ("issue", "waiting_on") in self._texts:
            issue.setdefault("waiting_on", "")
        if ("issue", "owner") in self._texts:
            issue["owner_id"] = self._owner(cells)
        return issue | self._said(cells, "issue")

    def _owner(self, cells: _Cells) -> str | None:
        """Give the person of ours whom the source names; nobody for one whom we do not know, who is counted."""
        text = self._text(cells, "issue", "owner")
        if not text:
            return None
        ours = self._map.words.get("owner", {}).get(folded(text), text)
        found = self._people.get(folded(str(ours)))
        if found is None:
            self.said.stranger(text)
        return found

    def _event(self, cells: _Cells) -> Values:
        event = self._mapped(cells, "event")
        if "state" not in event:
            event["state"] = self._text(cells, "issue", "state")
        return event | self._said(cells, "event")

    def _said(self, cells: _Cells, section: str) -> Values:
        facts = self._facts.get(section)
        if facts is None:
            return {}
        known = ((fact, cells[place].strip()) for fact, place in facts)
        return {"facts": {fact: text for fact, text in known if text not in self._map.unknown}}
