"""The pages about devices that a key opens over the panes, each for the device in sight where it is about one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from ui.bootstrap.declared import DEVICES
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.shell.window import ConsoleWindow

if TYPE_CHECKING:
    from ui.panes.devices import DevicesPane

BROADCAST, SNIPPETS = "broadcast", "snippets"

# id, title, what it is for, key
_PAGES = (
    (BROADCAST, "Broadcast", "One command to a chosen set of devices, answers side by side", "Ctrl+Alt+B"),
    (SNIPPETS, "Snippets", "Lines kept by a name, for the device in sight", "Ctrl+Alt+N"),
)


class DevicePages:
    """Makes each page when it is first looked at."""

    def __init__(self, console: Console, window: ConsoleWindow) -> None:
        self._console, self._window = console, window
        self._makers: dict[str, Callable[[], QWidget]] = {BROADCAST: self._broadcast, SNIPPETS: self._snippets}

    def commands(self) -> tuple[Command, ...]:
        """Give what shows them."""
        return tuple(
            Command(f"shell.{name}", title, about, (key,), "Go to", lambda name=name: self.show(name))  # type: ignore[misc]
            for name, title, about, key in _PAGES
        )

    def show(self, name: str) -> None:
        """Show the page; again: back to the pane."""
        self._window.show_page(name, self._makers[name])

    def _device_id(self) -> str:
        return self._pane().device_id

    def _pane(self) -> "DevicesPane":
        return cast("DevicesPane", self._window.pane(DEVICES))

    def _broadcast(self) -> QWidget:
        from ui.panes.devices.broadcast import BroadcastPage  # noqa: PLC0415  loaded when it is looked at

        return BroadcastPage(self._console)

    def _snippets(self) -> QWidget:
        from ui.panes.devices.snippets import SnippetsPage  # noqa: PLC0415  see above

        page = SnippetsPage(self._console, self._device_id)
        page.used.connect(self._use_lines)
        return page

    def _use_lines(self, lines: object) -> None:
        self._window.show_pane(DEVICES)
        self._pane().use_lines(cast("tuple[str, ...]", lines))
