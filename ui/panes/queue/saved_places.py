"""Views kept by name as places on the left; they follow what others keep and take away."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.services import saved_views
from app.services.issue_lists import View
from app.services.saved_views import ViewLine
from ui.kit.console import Console
from ui.kit.side_list import Place
from ui.panes.queue.issue_list import IssueList
from ui.panes.queue.listing import SAVED, THESE


class SavedPlaces(QObject):
    """Gives the places below "Saved", and shows the list that one leads to. `on_change`: they are others now."""

    def __init__(self, console: Console, issues: IssueList, on_change: Callable[[], None]) -> None:
        super().__init__(issues)
        self._console, self._list, self._on_change = console, issues, on_change
        self._lines: dict[str, ViewLine] = {}
        self._wanted = ""
        console.watch(self, ("saved_view",), lambda _changes: self.load())

    def load(self) -> None:
        """Read them anew."""
        self._console.read(self, saved_views.views, self._came)

    def want(self, place: str) -> None:
        """Show this one as soon as it is known: it was shown when the window closed."""
        self._wanted = place.removeprefix(SAVED)

    def go(self, place: str) -> None:
        """Show the view that this place leads to."""
        line = self._lines.get(place.removeprefix(SAVED))
        if line is not None:
            self._list.go_saved(line)

    def places(self) -> tuple[Place, ...]:
        """Give the places; last, the issues that something else has named, while they are shown."""
        kept = [
            Place(SAVED + one.id, one.name, "" if one.is_mine else "all", tip=one.filter or "every issue", row=one.id)
            for one in self._lines.values()
        ]
        if (these := self._list.listing.these) is not None:
            kept.append(Place(THESE, self._list.listing.name, f"{len(these):,}"))
        return tuple(kept)

    def _came(self, lines: tuple[ViewLine, ...]) -> None:
        self._lines = {one.id: one for one in lines}
        self._on_change()
        shown = self._list.listing.saved
        wanted = self._wanted or (shown.id if shown is not None else "")
        self._wanted = ""
        if wanted in self._lines:
            self._list.go_saved(self._lines[wanted])
        elif shown is not None:  # taken away, here or by somebody else
            self._list.go(View.ALL_OPEN)
