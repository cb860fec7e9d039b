"""The way from pane to pane: which pane or page shows which noun. The window knows them by id only, and so do we."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ui.shell.pane import Pane
from ui.shell.window import ConsoleWindow

OpenList = Callable[[Pane, Sequence[str], str], None]  # the pane, the ids in order, and the list's title
Open = Callable[[Pane, str, str | None], None]  # the pane, the id, and the issue one comes from


@dataclass(frozen=True, slots=True)
class _Way:
    pane_id: str
    open: Open


class WindowNavigator:
    """The Navigator of a window; made before it, because panes are given it when they are made."""

    def __init__(self) -> None:
        self._window: ConsoleWindow | None = None
        self._ways: dict[str, _Way] = {}
        self._pages: dict[str, Callable[[str], None]] = {}
        self._list_way: tuple[str, OpenList] | None = None

    def add_way(self, noun: str, pane_id: str, open_in: Open) -> None:
        """Say which pane shows a noun (issue, device, escalation, run) and how it is asked to."""
        self._ways[noun] = _Way(pane_id, open_in)

    def add_page(self, noun: str, open_in: Callable[[str], None]) -> None:
        """Say how the page over the panes is asked to show a noun (customer, emergency)."""
        self._pages[noun] = open_in

    def add_list_way(self, pane_id: str, open_in: OpenList) -> None:
        """Say which pane shows a list of issues that another gives it."""
        self._list_way = (pane_id, open_in)

    def attach(self, window: ConsoleWindow) -> None:
        """Go in this window from now on."""
        self._window = window

    def open_issue(self, issue_id: str) -> None:
        """Show the issue."""
        self._go("issue", issue_id)

    def open_issues(self, issue_ids: Sequence[str], title: str) -> None:
        """Show these issues as a list."""
        if self._window is None or self._list_way is None:
            self.tell("No pane here shows a list of issues.")
            return
        pane_id, open_in = self._list_way
        open_in(self._window.show_pane(pane_id), issue_ids, title)

    def can_open_issues(self) -> bool:
        """Say whether some pane shows such lists."""
        return self._window is not None and self._list_way is not None

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Show the device; with an issue, notes taken there go into that issue."""
        self._go("device", device_id, issue_id)

    def open_escalation(self, escalation_id: str) -> None:
        """Show the escalation."""
        self._go("escalation", escalation_id)

    def open_customer(self, customer_id: str) -> None:
        """Show the customer."""
        self._go("customer", customer_id)

    def open_run(self, run_id: str) -> None:
        """Show the run."""
        self._go("run", run_id)

    def open_emergency(self, emergency_id: str) -> None:
        """Show the emergency among those to review."""
        self._go("emergency", emergency_id)

    def tell(self, message: str, todo: str = "", *, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say what happened and what to do."""
        if self._window is not None:
            self._window.tell(message, todo, action=action, run=run)

    def untell(self, message: str) -> None:
        """Take this message away where it still stands."""
        if self._window is not None:
            self._window.untell(message)

    def _go(self, noun: str, one: str, issue_id: str | None = None) -> None:
        if noun in self._pages:
            self._pages[noun](one)
            return
        way = self._ways.get(noun)
        if self._window is None or way is None:
            self.tell(f"No pane here shows a {noun}.")
            return
        way.open(self._window.show_pane(way.pane_id), one, issue_id)
