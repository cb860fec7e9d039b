"""Views: questions asked of the queue that are kept by name."""

from dataclasses import dataclass

from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView(Entity):
    """A filter with its columns, order and grouping. Without a person it is everybody's."""

    name: str
    person_id: str | None = None
    filter: str = ""
    columns: str = ""
    order_by: str = ""
    is_descending: bool = False
    group_by: str = ""
    rank: int = 0
