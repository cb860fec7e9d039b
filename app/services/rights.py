"""What a person may not do, as a screen asks before it opens a form. The verbs refuse for themselves."""

from app.domain.entities import Verb
from app.domain.entity import Entity
from app.domain.errors import Refused
from app.domain.person import Person
from app.services import people
from app.services.desk import Desk


def why_not(desk: Desk, verb: Verb, *records: type[Entity]) -> str:
    """Give why the person may not do that and whom to ask, or "" when they may.

    Before the company is known nothing is forbidden yet.
    """
    if desk.cache.record(Person, desk.person_id) is None:
        return ""
    try:
        people.need_right(desk, verb, *records)
    except Refused as e:
        return f"{e.what} {e.todo}"
    return ""
