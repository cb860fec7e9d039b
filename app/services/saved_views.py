"""Views kept by name: a person's own, and everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.view import SavedView
from app.services.desk import Desk
from app.services.people import need_right

LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A view as the places on the left show it. `columns` are ids in the order shown; () is the usual ones."""

    id: str
    name: str
    is_mine: bool
    filter: str
    columns: tuple[str, ...]
    order_by: str
    is_descending: bool
    group_by: str


def views(desk: Desk) -> tuple[ViewLine, ...]:
    """Give my views, then everybody's, each by rank and name."""
    found = desk.cache.records(
        SavedView, "(person_id IS NULL OR person_id = ?) ORDER BY person_id IS NULL, rank, name COLLATE NOCASE, id",
        (desk.person_id,),
    )  # fmt: skip
    return tuple(_line(one) for one in found)


def keep(desk: Desk, view: ViewLine) -> str:
    """Keep a view, new when its id is ""; gives its id.

    Raises BadInput without a name, or for one that another view of the same people has.
    """
    name = " ".join(view.name.split())
    if not name:
        raise BadInput("A view needs a name by which it stands on the left.", "Write a word or two.")
    if len(name) > LONGEST_NAME:
        raise BadInput(f"That name is too long to be read on the left ({len(name)} characters).", "Use a few words.")
    person_id = desk.person_id if view.is_mine else None
    same = "name = ? COLLATE NOCASE AND person_id IS ? AND id <> ?"
    if desk.cache.records(SavedView, same, (name, person_id, view.id)):
        whose = "of yours" if view.is_mine else "for everybody"
        raise BadInput(f"There is a view “{name}” {whose} already.", "Give it another name, or change that one.")
    values: dict[str, Any] = {
        "name": name,
        "person_id": person_id,
        "filter": view.filter.strip(),
        "columns": " ".join(view.columns),
        "order_by": view.order_by,
        "is_descending": view.is_descending,
        "group_by": view.group_by,
    }
    need_right(desk, Verb.UPDATE if view.id else Verb.INSERT, SavedView)
    with desk.edit() as edit:
        if not view.id:
            return edit.insert(SavedView(id=new_id(), **values)).id
        edit.update(desk.need(SavedView, view.id), **values)
    return view.id


def remove(desk: Desk, view_id: str) -> str:
    """Take a view away, and give its name; Ctrl+Z brings it back."""
    need_right(desk, Verb.DELETE, SavedView)
    view = desk.need(SavedView, view_id)
    with desk.edit() as edit:
        edit.delete(view)
    return view.name


def put_in_order(desk: Desk, view_ids: Sequence[str]) -> None:
    """Let these views stand in this order."""
    with desk.edit() as edit:
        for rank, view_id in enumerate(view_ids):
            edit.update(desk.need(SavedView, view_id), rank=rank)


def _line(view: SavedView) -> ViewLine:
    return ViewLine(
        id=view.id,
        name=view.name,
        is_mine=view.person_id is not None,
        filter=view.filter,
        columns=tuple(view.columns.split()),
        order_by=view.order_by,
        is_descending=view.is_descending,
        group_by=view.group_by,
    )
