"""Who there is: people and teams for recipient fields, names for ids, and what a role may do here and now."""

from dataclasses import dataclass

from app.domain.entities import Verb, table_of
from app.domain.entity import Entity
from app.domain.errors import Refused
from app.domain.person import Person, Role
from app.domain.plain_text import noun_of, with_article
from app.services.desk import Desk

OUTSIDE = "somebody"  # a person whom this workstation does not know (yet)
_ACTIVE_BY_NAME = "is_active = 1 ORDER BY name COLLATE NOCASE, id"
_MOST_ASKED = 3


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a recipient field shows them."""

    id: str
    name: str
    role: Role
    team: str

    @property
    def is_manager(self) -> bool:
        """Say whether an escalation to them asks for a decision."""
        return self.role is Role.MANAGER


def people(desk: Desk) -> tuple[PersonLine, ...]:
    """Give the active people by name."""
    found = desk.cache.records(Person, _ACTIVE_BY_NAME)
    return tuple(PersonLine(p.id, p.name, p.role, p.team) for p in found)


def teams(desk: Desk) -> tuple[str, ...]:
    """Give the teams that somebody active is in, by name."""
    return tuple(sorted({p.team for p in people(desk) if p.team}, key=str.casefold))


def name_of(desk: Desk, person_id: str | None) -> str:
    """Give the person's name, also of one who has left; "" for nobody."""
    if not person_id:
        return ""
    person = desk.cache.record(Person, person_id)
    return OUTSIDE if person is None else person.name


def names(desk: Desk) -> dict[str, str]:
    """Give every person's name by id, also of those who have left."""
    return dict(desk.cache.read("SELECT id, name FROM person"))


def whom_to_ask(desk: Desk, verb: Verb, record: type[Entity]) -> str:
    """Name at most three others who may do that, with their phone, a manager last: "Erik (+1 212 555 0107) or Anna"."""
    may = table_of(record).may(verb)
    others = [p for p in desk.cache.records(Person, _ACTIVE_BY_NAME) if p.role in may and p.id != desk.person_id]
    first = sorted(others, key=lambda p: p.role is Role.MANAGER)[:_MOST_ASKED]
    return " or ".join(reached(p.name, p.phone) for p in first) or "a manager or an engineer"


def reached(name: str, phone: str) -> str:
    """Give a name with the phone that reaches them, where it is known."""
    return f"{name} ({phone})" if phone else name


def need_right(desk: Desk, verb: Verb, *records: type[Entity]) -> None:
    """Raise Refused when the company would not let this person do that: better told now than after the next sync."""
    role = desk.me().role
    for record in records:
        table = table_of(record)
        if role not in table.may(verb):
            who = ", ".join(sorted(r.value for r in table.may(verb))) or "nobody"
            raise Refused(
                f"As {role} you may not {verb} {with_article(noun_of(table.name))}.", f"Ask one of these to: {who}."
            )
