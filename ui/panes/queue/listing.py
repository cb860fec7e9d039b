"""What the list shows: a view, a view kept by name or some issues by id, narrowed, sorted, grouped, in columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self, TypeVar

from app.services.issue_lists import Grouping, IdArray, ListQuery, Order, View
from app.services.saved_views import ViewLine
from ui.panes.queue.places import TITLES

W = TypeVar("W", bound=StrEnum)

SAVED = "saved:"
THESE = "these"


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. `these` are issues that something else has named, such as a figure of a report; None: not so."""

    view: View | None = View.PROMISES
    saved: ViewLine | None = None
    these: IdArray | None = None
    name: str = ""
    text: str = ""
    order: Order = Order.USUAL
    is_descending: bool = False
    group_by: Grouping | None = None
    columns: tuple[str, ...] = field(default=())

    @classmethod
    def of_saved(cls, line: ViewLine) -> Self:
        """Give a view kept by name; words of another version are left out."""
        return cls(
            view=None,
            saved=line,
            text=line.filter,
            order=_word(Order, line.order_by) or Order.USUAL,
            is_descending=line.is_descending,
            group_by=_word(Grouping, line.group_by),
            columns=line.columns,
        )

    @classmethod
    def of_these(cls, name: str, ids: Sequence[str]) -> Self:
        """Give a list of just these issues in this order."""
        return cls(view=None, these=IdArray.of(ids), name=name)

    @property
    def place(self) -> str:
        """The id of the place on the left that leads here."""
        if self.saved is not None:
            return SAVED + self.saved.id
        return THESE if self.view is None else str(self.view)

    @property
    def title(self) -> str:
        """What stands above the list."""
        if self.saved is not None:
            return self.saved.name
        return TITLES[self.view] if self.view is not None else self.name

    @property
    def is_changed(self) -> bool:
        """Say whether a view kept by name is shown otherwise than it was kept."""
        return self.saved is not None and self != Listing.of_saved(self.saved)

    def query(self) -> ListQuery:
        """Give the question to the services."""
        return ListQuery(self.view, self.text, self.order, self.is_descending, self.group_by)

    def kept(self, name: str, *, is_mine: bool, view_id: str = "") -> ViewLine:
        """Give it as a view to be kept. A view of ours becomes the filter that means the same."""
        text = " ".join(part for part in (_FILTERS.get(self.view, "") if self.view else "", self.text) if part)
        return ViewLine(
            id=view_id,
            name=name,
            is_mine=is_mine,
            filter=text,
            columns=self.columns,
            order_by="" if self.order is Order.USUAL else str(self.order),
            is_descending=self.is_descending,
            group_by=str(self.group_by or ""),
        )

    def but(self, **changes: object) -> Self:
        """Give a copy with these changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


_FILTERS = {
    View.PROMISES: "state:open due<1d",
    View.CALLED_AGAIN: "state:open chasers>0",
    View.WAITING_ON_ME: "(owner:me state:new,just_open or state:waiting waiting:me)",
    View.UNASSIGNED: "state:open owner:none",
    View.VIP: "state:open vip:yes",
    View.NOT_UPDATED: "state:open opened>2d (updated>2d or updated:never)",
    View.AFTER_DEPLOYMENTS: "state:open has:deployment",
    View.ALL_OPEN: "state:open",
}


def _word(words: type[W], text: str) -> W | None:
    try:
        return words(text)
    except ValueError:
        return None
