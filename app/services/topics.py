"""Topics: the order of whom to ask first about what."""

from dataclasses import dataclass

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.person import Person
from app.domain.topic import AskFirst
from app.services.desk import Desk
from app.services.people import names, need_right
from app.services.rights import why_not


@dataclass(frozen=True, slots=True)
class AskLine:
    """One person in a topic's order; `place` counts from 1."""

    id: str
    topic: str
    person_id: str
    person: str
    place: int
    words: str
    is_active: bool


def topics(desk: Desk) -> dict[str, tuple[AskLine, ...]]:
    """Give every topic with the people to ask, the first to ask first; topics in the order of the alphabet."""
    who = names(desk)
    active = {i for (i,) in desk.cache.read("SELECT id FROM person WHERE deleted = 0 AND is_active = 1")}
    found: dict[str, list[AskLine]] = {}
    for row in desk.cache.records(AskFirst, "1 ORDER BY topic COLLATE NOCASE, place, id"):
        rows = found.setdefault(row.topic, [])
        name = who.get(row.person_id, "somebody")
        rows.append(AskLine(row.id, row.topic, row.person_id, name, len(rows) + 1, row.words, row.person_id in active))
    return {topic: tuple(rows) for topic, rows in found.items()}


def known(desk: Desk) -> tuple[str, ...]:
    """Give the topics that have an order or stand on an issue, to choose from."""
    found = desk.cache.read(
        "SELECT DISTINCT topic FROM issue WHERE topic <> '' AND deleted = 0 "
        "UNION SELECT topic FROM ask_first WHERE deleted = 0 ORDER BY 1 LIMIT 500"
    )
    return tuple(str(topic) for (topic,) in found)


def why_not_set(desk: Desk) -> str:
    """Give why the order may not be set here, or ""."""
    return why_not(desk, Verb.UPDATE, AskFirst)


def add(desk: Desk, topic: str, person_id: str | None, words: str = "") -> AskFirst:
    """Put somebody at the end of a topic's order; raises BadInput for nobody, no topic, or who is in it already."""
    need_right(desk, Verb.INSERT, AskFirst)
    topic = topic.strip()
    if not topic:
        raise BadInput("Which topic is it about?", "Write a word, such as import.")
    if not person_id:
        raise BadInput("Whom shall people ask?", "Choose a person from the list.")
    person = desk.need(Person, person_id)
    rows = _rows(desk, topic)
    if any(row.person_id == person_id for row in rows):
        raise BadInput(f"{person.name} is in the order for {topic} already.", "Move them up or down instead.")
    kept = rows[0].topic if rows else topic
    place = max((row.place for row in rows), default=0) + 1
    with desk.edit() as edit:
        return edit.insert(AskFirst(id=new_id(), topic=kept, person_id=person.id, place=place, words=words.strip()))


def say(desk: Desk, ask_id: str, words: str) -> None:
    """Give the line other words, such as "mornings only"."""
    need_right(desk, Verb.UPDATE, AskFirst)
    with desk.edit() as edit:
        edit.update(desk.need(AskFirst, ask_id), words=words.strip())


def move(desk: Desk, ask_id: str, by: int) -> None:
    """Move a line so many places down, or up with a negative number; at the end it stays."""
    need_right(desk, Verb.UPDATE, AskFirst)
    row = desk.need(AskFirst, ask_id)
    rows = _rows(desk, row.topic)
    at = next(i for i, one in enumerate(rows) if one.id == ask_id)
    to = min(max(at + by, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    with desk.edit() as edit:
        for place, one in enumerate(rows, 1):
            edit.update(one, place=place)


def remove(desk: Desk, ask_id: str) -> None:
    """Take a line out of its order."""
    need_right(desk, Verb.DELETE, AskFirst)
    with desk.edit() as edit:
        edit.delete(desk.need(AskFirst, ask_id))


def _rows(desk: Desk, topic: str) -> list[AskFirst]:
    return desk.cache.records(AskFirst, "topic = ? COLLATE NOCASE ORDER BY place, id", (topic,))
