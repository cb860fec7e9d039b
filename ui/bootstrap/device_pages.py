"""The pages about devices that a key opens over the panes, each for the device in sight where it is about one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QWidget

from app.services import devices, issue_devices
from app.services.desk import Desk
from ui.bootstrap.declared import DEVICES, QUEUE
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.shell.window import ConsoleWindow

if TYPE_CHECKING:
    from ui.panes.devices import DevicesPane
    from ui.panes.devices.configs import ConfigsPage
    from ui.panes.devices.configure import ConfigurePage
    from ui.panes.devices.guard.safeguards_page import SafeguardsPage
    from ui.panes.devices.practice import PracticePage
    from ui.panes.queue import QueuePane

BROADCAST, SNIPPETS, CONFIGS, CONFIG_SEARCH = "broadcast", "snippets", "configs", "config_search"
ACCOUNTS, HOST_KEYS, IMPORTS, SAFEGUARDS, PRACTICE = "accounts", "host_keys", "device_imports", "safeguards", "practice"
HIGHLIGHTS, CONFIGURE = "highlights", "configure"

# id, title, what it is for, key
_PAGES = (
    (BROADCAST, "Broadcast", "One command to a chosen set of devices, answers side by side", "Ctrl+Alt+B"),
    (CONFIG_SEARCH, "Search configurations", "In the last good copy of every device", "Ctrl+Alt+S"),
    (SNIPPETS, "Snippets", "Lines kept by a name, for the device in sight", "Ctrl+Alt+N"),
    (SAFEGUARDS, "Safeguards", "Change windows, emergencies to review, what was given to devices", "Ctrl+Alt+G"),
    (HOST_KEYS, "Host keys", "Who accepted which key of which device, and when", "Ctrl+Alt+K"),
    (ACCOUNTS, "Accounts", "As whom to log in on which devices", "Ctrl+Alt+C"),
    (IMPORTS, "Bring in devices", "From CSV, OpenSSH, PuTTY, SecureCRT or RANCID, looked at before it is written",
     "Ctrl+Alt+I"),
    (HIGHLIGHTS, "Highlights", "Words that stand out in terminals, by platform", "Ctrl+Alt+Y"),
    (PRACTICE, "Practice", "Devices that nobody minds if you break them", "Ctrl+Alt+P"),
)  # fmt: skip


class DevicePages:
    """Makes each page when it is first looked at; `close` before the window goes."""

    def __init__(self, console: Console, window: ConsoleWindow) -> None:
        self._console, self._window = console, window
        self._practice: PracticePage | None = None
        self._makers: dict[str, Callable[[], QWidget]] = {
            BROADCAST: self._broadcast,
            CONFIGS: self._configs,
            CONFIGURE: self._configure,
            CONFIG_SEARCH: self._config_search,
            SNIPPETS: self._snippets,
            SAFEGUARDS: self._safeguards,
            HOST_KEYS: self._host_keys,
            ACCOUNTS: self._accounts,
            IMPORTS: self._imports,
            HIGHLIGHTS: self._highlights,
            PRACTICE: self._practise,
        }

    def commands(self) -> tuple[Command, ...]:
        """Give what shows them."""
        return (
            Command("shell.configs", "History of the configuration", "All good copies of the device in sight",
                    ("Ctrl+Alt+H",), "Go to", self.show_history),
            Command("shell.since_deployment", "What changed since the last deployment",
                    "The configuration of the device in sight, now and before the customer's last deployment",
                    ("Ctrl+Alt+D",), "Go to", self.show_since_deployment),
            Command("shell.configure", "Configure the device in sight",
                    "Lines looked at first, applied in the change window, read back and saved",
                    ("Ctrl+Alt+R",), "Go to", self.show_configure),
            *(
                Command(f"shell.{name}", title, about, (key,), "Go to", lambda name=name: self.show(name))  # type: ignore[misc]
                for name, title, about, key in _PAGES
            ),
        )  # fmt: skip

    def show(self, name: str) -> None:
        """Show the page; again: back to the pane."""
        self._window.show_page(name, self._makers[name])

    def open(self, name: str) -> QWidget:
        """Show the page, also when it is shown already, and give it."""
        return self._window.open_page(name, self._makers[name])

    def open_emergency(self, emergency_id: str) -> None:
        """Show an emergency among those to review."""
        cast("SafeguardsPage", self.open(SAFEGUARDS)).open_emergency(emergency_id)

    def show_history(self) -> None:
        """Show the configurations of the device in sight, or of one that the issue in sight is about."""
        self._at_device(lambda device_id, issue_id: self._configs_page().open_device(device_id, issue_id))

    def show_since_deployment(self) -> None:
        """Show what changed there since its customer's last deployment."""
        self._at_device(lambda device_id, issue_id: self._configs_page().open_since_deployment(device_id, issue_id))

    def show_configure(self) -> None:
        """Show the page that changes the device in sight: nobody else chooses what is changed."""
        noted = self._pane().issue
        self._configure_page().open_device(self._device_id(), None if noted is None else noted.id)

    def _at_device(self, show: Callable[[str, str | None], None]) -> None:
        """Show something of the device in sight; in the Queue of one that the issue is about, else its customer's."""
        issue = self._issue_in_sight()
        if issue is None:
            noted = self._pane().issue
            show(self._device_id(), None if noted is None else noted.id)
            return

        def found(ids: list[str]) -> None:
            if ids:
                show(ids[0], issue)
            else:
                self._console.navigator.tell(
                    "This issue's customer has no device.", "Add one in Devices, or open a device there."
                )

        def look(desk: Desk) -> list[str]:
            named = [device_id for device_id, _name in issue_devices.of_issue(desk, issue)]
            return named or [line.id for line in devices.of_issue(desk, issue)]

        self._console.read(self._window, look, found)

    def _issue_in_sight(self) -> str | None:
        if self._window.current != QUEUE:
            return None
        shown = cast("QueuePane", self._window.pane(QUEUE)).side.issue
        return None if shown is None else shown.id

    def close(self) -> None:
        """End what a page has running, and write down that the sessions are over; safe to call twice."""
        if self._practice is not None:
            self._practice.end()
        pane = cast("DevicesPane | None", self._window.made(DEVICES))
        if pane is not None:
            pane.end_sessions()

    def _device_id(self) -> str:
        return self._pane().device_id

    def _pane(self) -> "DevicesPane":
        return cast("DevicesPane", self._window.pane(DEVICES))

    def _configure_page(self) -> "ConfigurePage":
        return cast("ConfigurePage", self.open(CONFIGURE))

    def _configs_page(self) -> "ConfigsPage":
        return cast("ConfigsPage", self.open(CONFIGS))

    def _broadcast(self) -> QWidget:
        from ui.panes.devices.broadcast import BroadcastPage  # noqa: PLC0415  loaded when it is looked at

        return BroadcastPage(self._console)

    def _configs(self) -> QWidget:
        from ui.panes.devices.configs import ConfigsPage  # noqa: PLC0415  see above

        return ConfigsPage(self._console)

    def _configure(self) -> QWidget:
        from ui.panes.devices.configure import ConfigurePage  # noqa: PLC0415  see above

        return ConfigurePage(
            self._console, lambda device_id, issue_id: self._configs_page().open_device(device_id, issue_id)
        )

    def _config_search(self) -> QWidget:
        from ui.panes.devices.configs import ConfigSearchPage  # noqa: PLC0415  see above

        page = ConfigSearchPage(self._console)
        page.opened.connect(lambda device, copy, line: self._configs_page().open_copy(device, copy, line))
        return page

    def _snippets(self) -> QWidget:
        from ui.panes.devices.snippets import SnippetsPage  # noqa: PLC0415  see above

        page = SnippetsPage(self._console, self._device_id)
        page.used.connect(self._use_lines)
        return page

    def _use_lines(self, lines: object) -> None:
        self._window.show_pane(DEVICES)
        self._pane().use_lines(cast("tuple[str, ...]", lines))

    def _safeguards(self) -> QWidget:
        from ui.panes.devices.guard.safeguards_page import SafeguardsPage  # noqa: PLC0415  see above

        return SafeguardsPage(self._console)

    def _host_keys(self) -> QWidget:
        from ui.panes.devices.book import HostKeysPage  # noqa: PLC0415  see above

        return HostKeysPage(self._console)

    def _accounts(self) -> QWidget:
        from ui.panes.devices.credentials import AccountsPage  # noqa: PLC0415  see above

        return AccountsPage(self._console)

    def _imports(self) -> QWidget:
        from ui.panes.devices.imports import DeviceImportsPage  # noqa: PLC0415  see above

        return DeviceImportsPage(self._console)

    def _highlights(self) -> QWidget:
        from ui.panes.devices.terminal.highlights_page import HighlightsPage  # noqa: PLC0415  see above

        return HighlightsPage(self._console)

    def _practise(self) -> QWidget:
        from ui.panes.devices.practice import PracticePage  # noqa: PLC0415  see above

        self._practice = PracticePage(self._console)
        return self._practice
