"""The pane's commands: their words, their keys, and when each can be given."""

from collections.abc import Callable
from typing import Protocol

from app.services.terminals import Table
from ui.kit.commands import Command
from ui.panes.devices.bench import Bench
from ui.panes.devices.terminal_commands import terminal_commands
from ui.panes.devices.terminal_page import Stage, TerminalPage

_FIND, _DEVICE, _TERMINAL, _OUTPUT = "Find", "Device", "Terminal", "Output"


class Commanded(Protocol):
    """The pane as its commands see it; GUI thread only."""

    @property
    def bench(self) -> Bench | None:
        """The chosen device's terminals and commands."""

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen and in sight."""

    @property
    def can_connect(self) -> bool:
        """Whether the terminal in sight can be opened."""

    @property
    def can_note(self) -> bool:
        """Whether there is something to note."""

    @property
    def may_add(self) -> bool:
        """Whether a device may be added now."""

    @property
    def may_edit(self) -> bool:
        """Whether the chosen device may be corrected now."""

    @property
    def last_table(self) -> Table | None:
        """What the device said last as a table."""

    def find_device(self) -> None:
        """Go where a device is found."""

    def add_device(self) -> None:
        """Ask for a new device."""

    def edit_device(self) -> None:
        """Correct the chosen device."""

    def quick_connect(self) -> None:
        """Ask where to connect."""

    def next_grouping(self) -> None:
        """Put the devices under the next kind of headings."""

    def connect_terminal(self) -> None:
        """Open the chosen device's terminal."""

    def copy_csv(self) -> None:
        """Put the last table on the clipboard."""

    def note_to_issue(self) -> None:
        """Note the last output in an issue."""

    def more_room(self) -> None:
        """Fold the list and the facts away, or bring them back."""


def declared(pane: Commanded) -> tuple[Command, ...]:
    """Give the commands of this pane."""

    def on_bench(act: Callable[[Bench], object]) -> Callable[[], object]:
        return lambda: act(pane.bench) if pane.bench is not None else None

    def has_device() -> bool:
        return pane.has_device

    def has_output() -> bool:
        bench = pane.bench
        return bench is not None and bench.page is bench.commands and bench.commands.output.output is not None

    def has_table() -> bool:
        return pane.last_table is not None

    def is_terminal() -> bool:
        return pane.has_device and pane.bench is not None and isinstance(pane.bench.page, TerminalPage)

    def can_be_given_lines() -> bool:
        page = pane.bench.page if pane.has_device and pane.bench is not None else None
        return page is not None and (not isinstance(page, TerminalPage) or page.stage is Stage.OPEN)

    return (
        Command("devices.find", "Find a device", "By a few letters of its name, address, site or customer",
                ("Ctrl+F", "Ctrl+Shift+F"), _FIND, pane.find_device),
        Command("devices.group", "Group devices", "By customer and site, by platform, by environment, by tag",
                ("Ctrl+Shift+Y",), _FIND, pane.next_grouping),
        Command("devices.quick", "Quick connect…", "Type a name, or user@address:port, and connect",
                ("Ctrl+Alt+Q", "Ctrl+Shift+Q"), _FIND, pane.quick_connect),
        Command("devices.add", "Add device…", "Add a device by hand",
                ("Ctrl+Shift+N",), _DEVICE, pane.add_device, lambda: pane.may_add),
        Command("devices.edit", "Edit device…", "Correct address, user name and what else is known of it",
                ("Ctrl+Shift+E",), _DEVICE, pane.edit_device, lambda: pane.may_edit),
        Command("devices.connect", "Connect", "Open a terminal, or open the closed one again",
                ("Ctrl+Shift+D",), _TERMINAL, pane.connect_terminal, lambda: pane.can_connect),
        Command("devices.terminal", "Show the terminal", "Go to the device's terminal",
                ("Ctrl+Shift+T",), _TERMINAL, on_bench(lambda bench: bench.show_page(bench.terminal)), has_device),
        Command("devices.new_terminal", "New terminal", "Open one more terminal on this device",
                ("Ctrl+Shift+A",), _TERMINAL, on_bench(_new_terminal), has_device),
        Command("devices.close_terminal", "Close", "End this terminal's session and take the terminal away",
                ("Ctrl+Shift+W",), _TERMINAL, on_bench(Bench.close_terminal), is_terminal),
        *terminal_commands(pane),
        Command("devices.emergency", "Emergency…",
                "Pass the guard on this device for a reason that a manager reviews",
                ("Ctrl+Alt+E",), _TERMINAL, on_bench(_emergency), can_be_given_lines),
        Command("devices.commands", "Show the commands", "Ask the device one thing and get a table",
                ("Ctrl+Shift+M",), _OUTPUT, on_bench(lambda bench: bench.show_page(bench.commands)), has_device),
        Command("devices.view", "Raw, table or both", "How the output is shown",
                ("Ctrl+Shift+G",), _OUTPUT, on_bench(lambda bench: bench.commands.next_view()), has_table),
        Command("devices.filter", "Filter the output", "Only lines and rows with these words",
                ("Ctrl+Shift+H",), _OUTPUT, on_bench(lambda bench: bench.commands.filter.setFocus()), has_output),
        Command("devices.copy_csv", "Copy as CSV", "Put the table on the clipboard",
                ("Ctrl+Shift+S",), _OUTPUT, pane.copy_csv, has_table),
        Command("devices.note", "Note to issue", "Put the output, or what the terminal shows, into the issue",
                ("Ctrl+I", "Ctrl+Shift+I"), _OUTPUT, pane.note_to_issue, lambda: pane.can_note),
    )  # fmt: skip


def _new_terminal(bench: Bench) -> None:
    bench.add_terminal().connect_device()


def _emergency(bench: Bench) -> None:
    bench.page.guard.ask_emergency()
