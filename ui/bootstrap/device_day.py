"""The demo day at a device: held by the guard, changed in a window, backed up before and after, asked with others."""

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.device import Device
from app.services import audit, change_windows, configs, deployments
from app.services.broadcast import Standing
from ui.bootstrap.declared import DEVICES
from ui.bootstrap.device_pages import BROADCAST, CONFIGS
from ui.bootstrap.report import check
from ui.bootstrap.stage import do, look_up, settle, wait_for
from ui.bootstrap.two_desks import IMPORT_ISSUE, TwoDesks, there
from ui.kit.terminal import Terminal

if TYPE_CHECKING:
    from ui.panes.devices import DevicesPane
    from ui.panes.devices.broadcast import BroadcastPage
    from ui.panes.devices.configs import ConfigsPage
    from ui.panes.devices.terminal_page import TerminalPage

BOX = "core-nyc-1"
CHANGE = ("configure terminal", "interface GigabitEthernet0/1", "description Uplink to the import server", "end")


class DeviceDay(TwoDesks):
    """The steps on one production device, after its key was accepted and its terminal opened."""

    def guard_held(self) -> str:
        """Type `wr er` on production: it is not sent, and the card says why."""
        pane = self.at_device(BOX)
        page = self._terminal(pane)
        self._type_line(page.terminal, "wr er")
        wait_for(lambda: page.guard.asking is not None, "the guard to ask")
        self.keep(self.mara, "guard")
        said = there(page.guard.asking).accessibleName()
        QTest.keyClick(there(page.guard.asking), Qt.Key.Key_Escape)
        wait_for(lambda: page.guard.asking is None, "the line to be given up")
        return said

    def backup_taken(self) -> str:
        """Take a good copy of the configuration."""
        count = self._copies()
        page = self._configs()
        page.open_device(self._box().id)
        wait_for(lambda: page.can_back_up, f"{BOX} on the page")
        page.back_up()
        wait_for(lambda: self._copies() > count or page.taking.can_confirm, "the copy")
        copy = look_up(self.mara, lambda d: configs.history(d, self._box().id))[0]
        check(copy.has_full_text, "the copy was taken without the company's key")
        return f"{copy.lines} lines, with the full text"

    def window_opened(self) -> str:
        """Write down what the customer agreed to, for the issue."""
        box, issue = self._box(), self.issue(self.mara, IMPORT_ISSUE)
        do(self.mara, lambda d: deployments.record(d, there(box.customer_id), what="Importer", to_build="40"))
        window = do(
            self.mara,
            lambda d: change_windows.make(
                d, box.customer_id, "Name the uplink", d.now + timedelta(hours=1), agreed_with="Jane Whitlock",
                issue_id=issue.id,
            ),
        )  # fmt: skip
        return f"“{window.what}”, agreed with {window.agreed_with}"

    def config_changed(self) -> str:
        """Change a description in the terminal; each line passes the guard and goes into the log."""
        pane = self.at_device(BOX)
        page = self._terminal(pane)
        for line in ("enable", *CHANGE):
            before = pane.screen_text
            self._type_line(page.terminal, line)
            wait_for(lambda b=before: pane.screen_text != b and _has_prompt(pane.screen_text), f"“{line}” to pass")  # type: ignore[misc]
            check(page.guard.asking is None, f"“{line}” was held: {page.guard.asking}")
        return f"{len(CHANGE)} lines in the window"

    def change_shown(self) -> str:
        """Take another copy, and see what changed since the deployment with one key."""
        self.backup_taken()
        page = self._configs()
        page.open_since_deployment(self._box().id)
        wait_for(lambda: page.has_diff, "the change")
        settle(400)
        self.keep(self.mara, "diff")
        found = look_up(self.mara, lambda d: configs.history(d, self._box().id))
        check(look_up(self.mara, lambda d: configs.pair(d, found[1].id, found[0].id)).has_marks, "no common marks")
        return page.area.head_words

    def broadcast_asked(self) -> str:
        """Ask all of Northgate's devices for their version; the one with another key is told as such."""
        page = cast("BroadcastPage", self.mara.device_pages.open(BROADCAST))
        page.selector.setText("customer:Northgate")
        page.command.setText("show version")
        wait_for(lambda: page.can_ask, "the plan")
        page.ask()
        wait_for(lambda: page.answers and not page.is_running, "all answers")
        settle(400)
        self.keep(self.mara, "broadcast")
        done, failed = page.targets.count(Standing.DONE), page.targets.count(Standing.FAILED, Standing.LEFT_OUT)
        check(done, "nobody answered")
        return f"{done} answered, {failed} did not"

    def audit_whole(self) -> str:
        """Check the chain of what was given to devices."""
        chains = look_up(self.mara, audit.verify)
        check(chains and all(chain.is_whole for chain in chains), f"{chains}")
        return f"{sum(chain.lines for chain in chains)} lines, whole"

    def _box(self) -> Device:
        return look_up(self.mara, lambda d: d.cache.records(Device, "name = ?", (BOX,)))[0]

    def _copies(self) -> int:
        return len(look_up(self.mara, lambda d: configs.history(d, self._box().id)))

    def _configs(self) -> "ConfigsPage":
        self.mara.window.show_pane(DEVICES)
        return cast("ConfigsPage", self.mara.device_pages.open(CONFIGS))

    @staticmethod
    def _terminal(pane: "DevicesPane") -> "TerminalPage":
        bench = there(pane.bench)
        bench.show_page(bench.terminal)
        return bench.terminal

    @staticmethod
    def _type_line(terminal: Terminal, line: str) -> None:
        terminal.setFocus()
        QTest.keyClicks(terminal, line)
        QTest.keyClick(terminal, Qt.Key.Key_Return)


def _has_prompt(screen: str) -> bool:
    return screen.rstrip().endswith(("#", ">"))
