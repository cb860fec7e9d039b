"""Rows that came from another system: what a later import may change, and what an import taken back leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.customer import Contact, Customer
from app.domain.entity import Entity, fields_of, source_id, to_wire
from app.domain.issue import Issue

Wire = dict[str, Any]

# An import that is taken back empties these before it removes a row: so a removed row tells by itself, on every
# workstation, whether the same import may bring it again (yes) or a person did not want it (no).
EMPTIED: Mapping[type[Entity], Mapping[str, str]] = {
    Customer: {"name": ""},
    Contact: {"name": "", "phone": "", "email": ""},
    Issue: {"source": "", "source_key": ""},
}

_BLANK_ROWS: Mapping[type[Entity], Entity] = {
    Customer: Customer(id="", name=""),
    Contact: Contact(id="", customer_id="", name=""),
    Issue: Issue(id=""),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a row that is here already: fields to change, and fields that both sides have changed."""

    changes: tuple[str, ...]
    clashes: tuple[str, ...]


def generation_id(source: str, key: str, generation: int) -> str:
    """Give the id of a row of a source; a removed row's id never serves again, so a row brought anew gets the next."""
    return source_id(source, key if generation == 1 else f"{key}\x1f{generation}")


def was_taken_back(row: Entity) -> bool:
    """Say whether the row was removed by taking an import back, and not by a person."""
    return row.deleted and all(getattr(row, name) == value for name, value in EMPTIED[type(row)].items())


def as_wire(row: Entity) -> Wire:
    """Give all fields as the wire writes them."""
    return {f.name: to_wire(f, getattr(row, f.name)) for f in fields_of(type(row))}


def blank_wire(record: type[Entity]) -> Wire:
    """Give what a new row holds where nothing is said."""
    return as_wire(_BLANK_ROWS[record])


def values_as_wire(record: type[Entity], values: Mapping[str, Any]) -> Wire:
    """Give some fields of a record as the wire writes them."""
    return {f.name: to_wire(f, values[f.name]) for f in fields_of(record) if f.name in values}


def weigh(says: Wire, said: Wire | None, present: Wire, blank: Wire) -> Verdict:
    """Tell apart what the source has changed since `said` and what people have changed here.

    A field that the source says as before is left alone whatever it holds now. One that it says anew is changed when
    nobody has touched it; otherwise both have changed it. Where it is not known what the source said before (None),
    a field still as in a blank row counts as untouched.
    """
    changes: list[str] = []
    clashes: list[str] = []
    for name, value in says.items():
        before = said.get(name, blank[name]) if said is not None else blank[name]
        if value == present[name] or (said is not None and name in said and value == before):
            continue
        (changes if present[name] == before else clashes).append(name)
    return Verdict(tuple(changes), tuple(clashes))
