"""From pane to pane: what a pane may ask of the window without knowing who answers."""

from collections.abc import Callable, Sequence
from typing import Protocol


class Navigator(Protocol):
    """Opens things by id, wherever they are shown; GUI thread only."""

    def open_issue(self, issue_id: str) -> None:
        """Show the issue in the Queue."""

    def open_issues(self, issue_ids: Sequence[str], title: str) -> None:
        """Show these issues, in this order, as a list under this title."""

    def can_open_issues(self) -> bool:
        """Say whether some pane shows lists of issues that others give it."""

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Show the device; with an issue, notes taken there go into that issue."""

    def open_escalation(self, escalation_id: str) -> None:
        """Show the escalation."""

    def open_customer(self, customer_id: str) -> None:
        """Show the customer with everything that belongs to it."""

    def open_run(self, run_id: str) -> None:
        """Show the run."""

    def open_emergency(self, emergency_id: str) -> None:
        """Show the emergency among those to review; "" shows all of them."""

    def tell(self, message: str, todo: str = "", *, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say what happened and what to do, in the window's message area, without stopping anybody.

        A named action is a button beside something to do.
        """

    def untell(self, message: str) -> None:
        """Take this message away where it still stands: it holds no more."""
