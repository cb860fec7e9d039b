"""Whom to ask first about a topic, before asking who is asked always."""

from dataclasses import dataclass

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.person import Person
from app.domain.topic import AskFirst
from app.services.desk import Desk
from app.services.people import need_right


@dataclass(frozen=True, slots=True)
class AskLine:
    """Somebody to ask, in their place; `words` say what they know."""

    id: str
    person_id: str
    name: str
    words: str
    phone: str
    is_active: bool


def of_topic(desk: Desk, topic: str) -> tuple[AskLine, ...]:
    """Give whom to ask about a topic, first to last; none for no topic. Who has left stands behind the others."""
    if not topic.strip():
        return ()
    found = desk.cache.records(AskFirst, "topic = ? COLLATE NOCASE ORDER BY place, id", (topic.strip(),))
    people = {p.id: p for p in desk.cache.records(Person)}
    lines = [
        AskLine(row.id, row.person_id, who.name, row.words, who.phone, who.is_active)
        for row in found
        if (who := people.get(row.person_id)) is not None
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_active))


def put(desk: Desk, topic: str, person_id: str, words: str = "", *, place: int | None = None) -> AskFirst:
    """Have somebody asked about a topic: last in the order, or at a place (0 is first); once in the order is enough."""
    if not topic.strip():
        raise BadInput("Asking is about a topic.", "Give the issue a topic first.")
    person = desk.need(Person, person_id)
    rows = desk.cache.records(AskFirst, "topic = ? COLLATE NOCASE ORDER BY place, id", (topic.strip(),))
    there = next((row for row in rows if row.person_id == person.id), None)
    need_right(desk, Verb.UPDATE if there else Verb.INSERT, AskFirst)
    others = [row for row in rows if row is not there]
    at = len(others) if place is None else min(max(place, 0), len(others))
    with desk.edit() as edit:
        for number, row in enumerate([*others[:at], None, *others[at:]]):
            if row is not None:
                edit.update(row, place=number)
        if there is None:
            return edit.insert(
                AskFirst(id=new_id(), topic=topic.strip(), person_id=person.id, place=at, words=words.strip())
            )
        edit.update(there, place=at, **({"words": words.strip()} if words.strip() else {}))
    return desk.need(AskFirst, there.id)


def remove(desk: Desk, ask_id: str) -> None:
    """Have somebody asked no more about that topic."""
    need_right(desk, Verb.DELETE, AskFirst)
    with desk.edit() as edit:
        edit.delete(desk.need(AskFirst, ask_id))
