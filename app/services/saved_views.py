"""Views kept by name: a person's own, and everybody's."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.domain.issue_filter_text import parse
from app.domain.view import SavedView
from app.services import kept_by_name
from app.services.desk import Desk

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
    found = kept_by_name.all_of(desk, SavedView, "person_id IS NULL, rank, name COLLATE NOCASE, id")
    return tuple(_line(one) for one in found)


def keep(desk: Desk, view: ViewLine) -> str:
    """Keep a view, new when its id is ""; gives its id.

    Raises BadInput without a name, or for one that another view of the same people has, and FilterError for a filter
    that cannot be read.
    """
    parse(view.filter)
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
    return kept_by_name.keep(
        desk,
        SavedView,
        view.id,
        is_mine=view.is_mine,
        name=name,
        filter=view.filter.strip(),
        columns=" ".join(view.columns),
        order_by=view.order_by,
        is_descending=view.is_descending,
        group_by=view.group_by,
    )


def remove(desk: Desk, view_id: str) -> str:
    """Take a view away, and give its name; Ctrl+Z brings it back."""
    return kept_by_name.remove(desk, SavedView, view_id).name


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
