"""The pages over the panes that a key opens: customers, service levels, whom to ask first."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from ui.kit.commands import Command
from ui.kit.console import Console
from ui.shell.navigation import WindowNavigator
from ui.shell.window import ConsoleWindow

if TYPE_CHECKING:
    from ui.panes.customers.page import CustomersPage

CUSTOMERS, LEVELS, TOPICS, REPORTS = "customers", "levels", "topics", "reports"


class Pages:
    """Makes each page when it is first looked at."""

    def __init__(self, console: Console, window: ConsoleWindow, navigator: WindowNavigator) -> None:
        self._console, self._window = console, window
        self._makers: dict[str, Callable[[], QWidget]] = {
            CUSTOMERS: self._customers,
            LEVELS: self._levels,
            TOPICS: self._topics,
            REPORTS: self._reports,
        }
        navigator.add_page("customer", self.open_customer)

    def commands(self) -> tuple[Command, ...]:
        """Give what shows them."""
        return tuple(
            Command(f"shell.{name}", title, about, (key,), "Go to", lambda name=name: self.show(name))  # type: ignore[misc]
            for name, title, about, key in (
                (CUSTOMERS, "Customers", "Who they are, their people, places, installations and history", "F4"),
                (LEVELS, "Service levels", "How much time there is for what, and when it passes", "Ctrl+Alt+L"),
                (TOPICS, "Whom to ask first", "The order of people to ask, by topic", "Ctrl+Alt+W"),
                (REPORTS, "Reports", "Figures, and the issues behind them", "Ctrl+Shift+P"),
            )
        )

    def show(self, name: str) -> None:
        """Show the page; again: back to the pane."""
        self._window.show_page(name, self._makers[name])

    def open_customer(self, customer_id: str) -> None:
        """Show this customer."""
        cast("CustomersPage", self._window.open_page(CUSTOMERS, self._customers)).open_customer(customer_id)

    def _customers(self) -> QWidget:
        from ui.panes.customers.page import CustomersPage  # noqa: PLC0415  loaded when it is looked at

        return CustomersPage(self._console)

    def _levels(self) -> QWidget:
        from ui.panes.customers.levels_page import LevelsPage  # noqa: PLC0415  see above

        return LevelsPage(self._console)

    def _topics(self) -> QWidget:
        from ui.panes.customers.topics_page import TopicsPage  # noqa: PLC0415  see above

        return TopicsPage(self._console)

    def _reports(self) -> QWidget:
        from ui.panes.reports import ReportsPane  # noqa: PLC0415  see above

        return ReportsPane(self._console)
