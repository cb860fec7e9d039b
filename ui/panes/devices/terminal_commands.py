"""The commands for terminals themselves: side by side, searching, selecting."""

from collections.abc import Callable
from typing import Protocol

from ui.kit.commands import Command
from ui.panes.devices.bench import Bench
from ui.panes.devices.terminal_page import TerminalPage

_TERMINAL = "Terminal"


class HasBench(Protocol):
    """The pane as these commands see it; GUI thread only."""

    @property
    def bench(self) -> Bench | None:
        """The chosen device's terminals and commands."""

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen and in sight."""

    def more_room(self) -> None:
        """Fold the list and the facts away, or bring them back."""


def terminal_commands(pane: HasBench) -> tuple[Command, ...]:
    """Give the commands."""

    def on_terminal(act: Callable[[Bench, TerminalPage], object]) -> Callable[[], object]:
        def run() -> object:
            bench = pane.bench
            return act(bench, bench.terminal) if bench is not None else None

        return run

    def is_terminal() -> bool:
        return pane.has_device and pane.bench is not None and isinstance(pane.bench.page, TerminalPage)

    def is_waiting() -> bool:
        return pane.has_device and pane.bench is not None and pane.bench.leaving.is_folded

    def is_split() -> bool:
        return is_terminal() and pane.bench is not None and pane.bench.is_split

    return (
        Command("devices.split", "Terminal beside…", "Open another terminal beside this one, of this device or another",
                ("Ctrl+Alt+V",), _TERMINAL, on_terminal(lambda bench, _page: bench.open_beside()), is_terminal),
        Command("devices.next_part", "Next terminal", "Type into the next of the terminals side by side",
                ("Ctrl+Alt+O",), _TERMINAL, on_terminal(lambda bench, _page: bench.next_part()), is_split),
        Command("devices.room", "More room", "Fold the list and the facts away, or bring them back",
                ("Ctrl+Alt+J",), _TERMINAL, pane.more_room, lambda: pane.bench is not None),
        Command("devices.keep", "Keep it…", "Put what was done in a session that is over into an issue",
                ("Ctrl+Alt+U",), _TERMINAL, on_terminal(lambda bench, _page: bench.leaving.unfold()), is_waiting),
        Command("devices.search_terminal", "Find in the terminal", "Search what it showed, ten thousand lines back",
                ("Ctrl+Alt+F",), _TERMINAL, on_terminal(lambda _bench, page: page.terminal.open_search()), is_terminal),
        Command("devices.select_all", "Select all", "Select all that the terminal showed; Ctrl+Shift+C copies it",
                ("Ctrl+Alt+A",), _TERMINAL, on_terminal(lambda _bench, page: page.terminal.select_all()), is_terminal),
    )  # fmt: skip
