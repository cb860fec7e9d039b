"""Topics: whom to ask first about what."""

from dataclasses import dataclass

from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirst(Entity):
    """One person in the order of whom to ask about a topic; the lowest `place` is asked first."""

    topic: str
    person_id: str
    place: int = 0
    words: str = ""
