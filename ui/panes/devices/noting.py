"""What of a device can be noted, and into which issue: the one it was opened from, or one that is asked for."""

from typing import Protocol

from app.services.devices import DeviceCard, OpenIssue
from ui.kit.console import Console
from ui.panes.devices.bench import Bench
from ui.panes.devices.notes import Notable, Notes
from ui.panes.devices.terminal_page import TerminalPage


class Noted(Protocol):
    """The pane as noting sees it; GUI thread only."""

    card: DeviceCard | None

    @property
    def bench(self) -> Bench | None:
        """The chosen device's terminals and commands."""

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen and in sight."""

    @property
    def issue(self) -> OpenIssue | None:
        """The issue that notes go into."""


class Noting:
    """Notes the last output, or in a terminal what is selected there or what the screen shows."""

    def __init__(self, console: Console, pane: Noted, notes: Notes) -> None:
        self._console, self._pane, self._notes = console, pane, notes
        self.opened_from: str | None = None  # the issue from which somebody came here

    @property
    def can_note(self) -> bool:
        """Whether there is something to note."""
        pane = self._pane
        if not pane.has_device or pane.bench is None or pane.card is None:
            return False
        page = pane.bench.page
        return page.has_output if isinstance(page, TerminalPage) else page.output.output is not None

    def note(self, issue_id: str | None = None) -> None:
        """Note it in the issue given, else in the one the device was opened from, else ask for one."""
        found, card = self._notable(), self._pane.card
        if found is None or card is None:
            return
        current = self._pane.issue
        wanted = issue_id or (current.id if current is not None else None) or self._issue_of_nobody(card)
        if wanted is not None:
            self._notes.write(card.device.id, found, wanted)
        elif card.issues:
            self._notes.ask(card.device.id, found, card.issues)
        else:
            name = card.customer or card.device.name
            self._console.navigator.tell(
                f"No issue is open at {name}.", "Log a call or open an issue in the Queue, then note it there."
            )

    def _notable(self) -> Notable | None:
        page = self._pane.bench.page if self._pane.bench is not None else None
        if isinstance(page, TerminalPage):
            text = page.terminal.selected_text() or page.terminal.screen_text()
            return Notable("", text, None) if text.strip() else None
        if page is None or (output := page.output.output) is None:
            return None
        return Notable(output.command, output.text, output.table if page.output.is_table_shown else None)

    def _issue_of_nobody(self, card: DeviceCard) -> str | None:
        """Give the issue the device was opened from when the device is no customer's, such as a practice one."""
        return self.opened_from if card.device.customer_id is None else None
