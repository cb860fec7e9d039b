"""What is checked before a row is written: the person's rights, and what stands in the file twice."""

from collections import Counter

from app.domain.entities import BY_NAME, Verb
from app.domain.errors import BadInput, Refused
from app.domain.import_map import ImportMap, MapKind, folded
from app.domain.person import Person
from app.services.desk import Desk
from app.services.imports.mapping import Mapper, SourceRow, Values
from app.services.imports.reading import Record


def need_rights(desk: Desk, by: ImportMap) -> None:
    """Raise Refused when the person's role may not add what the map brings."""
    me = desk.me()
    refused = [t for t in by.tables if me.role not in BY_NAME[t].may(Verb.INSERT)]
    if refused:
        things = ", ".join(f"{t.replace('_', ' ')}s" for t in refused)
        raise Refused(
            f"Your role ({me.role}) may not add {things}, which this import brings.",
            "Ask somebody of support, engineering or management to import the file.",
        )


def our_people(desk: Desk) -> dict[str, str]:
    """Give our persons' ids by login, e-mail and name, folded; a name that two of them have means neither."""
    found: dict[str, str] = {}
    people = desk.cache.records(Person)
    named = Counter(folded(p.name) for p in people)
    for person in people:
        if named[folded(person.name)] == 1:
            found[folded(person.name)] = person.id
    for person in people:
        found |= {folded(word): person.id for word in (person.email, person.login) if word}
    return found


class Check:
    """Reads the records of one file by one map and refuses what a line alone cannot tell."""

    def __init__(self, by: ImportMap) -> None:
        self._kind = by.kind
        self._lines: dict[str, int] = {}
        self._customers: dict[str, tuple[int, Values]] = {}

    def row(self, record: Record, mapper: Mapper) -> SourceRow:
        """Give what the record says; raises BadInput with the reason to list."""
        if record.trouble:
            raise BadInput(record.trouble)
        row = mapper.row(record.cells)
        match self._kind:
            case MapKind.ISSUES:
                self._once(row.key, "key", record.line)
            case MapKind.CUSTOMERS:
                self._same_customer(row, record.line)
                self._once(f"{row.customer_key}\x1f{row.contact_key}", "customer and contact", record.line)
            case MapKind.EVENTS:
                pass  # one key on many lines is what a history is
        return row

    def _same_customer(self, row: SourceRow, line: int) -> None:
        says = row.customer or {}
        first, values = self._customers.setdefault(row.customer_key, (line, says))
        if differing := [name for name, value in values.items() if name != "name" and says.get(name) != value]:
            raise BadInput(f"says something else of the same customer than line {first}: {', '.join(differing)}")

    def _once(self, key: str, what: str, line: int) -> None:
        first = self._lines.setdefault(key, line)
        if first != line:
            raise BadInput(f"has the same {what} as line {first}")
