"""Configurations of a device: its copies at the left, what changed between two of them at the right."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import config_diffs, configs, devices
from app.services.config_diffs import Changed, DeviceChoice
from app.services.configs import Copy, DeploymentLine
from app.services.desk import Desk
from app.services.devices import DeviceCard
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import split
from ui.kit.page import Page
from ui.panes.devices.configs.change_area import NO_DEVICE, ChangeArea
from ui.panes.devices.configs.comparer import Comparer
from ui.panes.devices.configs.compares import Compares
from ui.panes.devices.configs.declared import declared
from ui.panes.devices.configs.history import CopyLine, Figures
from ui.panes.devices.configs.history_side import HistorySide
from ui.panes.devices.configs.noting import Noting
from ui.panes.devices.configs.saving import save_text, to_clipboard, unified
from ui.panes.devices.configs.shown import Layout, Shown, shown
from ui.panes.devices.configs.taking import Taking
from ui.panes.devices.orders import Orders
from ui.panes.devices.reach import Reach

T = TypeVar("T")

_WIDTHS = (292, 988)
_TABLES = ("config_backup", "backup_attempt", "device", "deployment", "content")


class ConfigsPage(Page):
    """The page; `open_device`, `open_since_deployment` and `open_copy` show something on it. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._orders = Orders(console.book, declared(self))
        self._reach = Reach(console, self)
        self.card: DeviceCard | None = None
        self._device_id = ""
        self._copies: tuple[Copy, ...] = ()
        self._base: Copy | None = None
        self._compares: Compares | None = None
        self._changed: Changed | None = None
        self._wished, self._is_everything, self._number = Layout.BESIDE, False, 0
        self.taking = Taking(console, self._reach, self)
        self.area = ChangeArea(self._orders)
        self.side = HistorySide(console, self._orders)
        self.noting = Noting(console)
        self.comparer = Comparer(console, self._reach, self)
        self._figures = Figures(console, self._reach, self)
        self._lay_out()
        self._connect(console)
        console.watch(self, _TABLES, lambda _changes: self._reload())
        self.setAccessibleName("Configurations")

    def _lay_out(self) -> None:
        right = QWidget()
        layout = QVBoxLayout(right)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.area, 1)
        layout.addWidget(self.noting)
        parts = split(self.side, right, sizes=_WIDTHS)
        parts.setStretchFactor(0, 0)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _connect(self, console: Console) -> None:
        self.side.table.chosen.connect(lambda _id: self._compare_chosen())
        self.side.table.opened.connect(lambda _id: self.area.view.setFocus())
        self.side.device_chosen.connect(lambda choice: self.open_device(choice.device_id))
        self.side.other_chosen.connect(self._compare_with)
        self.side.left_field.connect(self.focus_first)
        self.area.layout_chosen.connect(self._lay)
        self.area.everything_chosen.connect(self._extend)
        self.area.cancelled.connect(self._cancel)
        self.area.view.unfolded.connect(self._unfold)
        self.area.view.copied.connect(lambda text: to_clipboard(console, text))
        self.comparer.came.connect(self._came)
        self.comparer.failed.connect(self._failed)
        self.comparer.fetches.connect(self.area.show_fetching)
        self.taking.changed.connect(self._say_taking)
        self.taking.ended.connect(lambda: self._reload(is_newest=True))
        self._figures.came.connect(self._show_history)

    # What the window and other panes ask

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._orders.commands

    def focus_first(self) -> None:
        """Go to the copies, or where a device is found."""
        (self.side.table if self._copies else self.side.field).setFocus()

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Show the device's copies, and what changed last; with an issue, notes go into that issue."""
        self._go(device_id, issue_id)
        self._reload(is_newest=True)

    def open_since_deployment(self, device_id: str, issue_id: str | None = None) -> None:
        """Show what changed since the last deployment at the device's customer; notes as in `open_device`."""
        self._go(device_id, issue_id)

        def found(result: tuple[Copy, Copy, DeploymentLine]) -> None:
            if device_id == self._device_id:
                self._compare(Compares(*result))

        self._reload()
        if device_id:
            self._look(lambda desk: configs.since_deployment(desk, device_id), found)

    def open_copy(self, device_id: str, backup_id: str, number: int = 0) -> None:
        """Show one copy's text, with this line (from 1) in sight."""
        self._go(device_id)

        def found(copies: tuple[Copy, ...]) -> None:
            copy = next((one for one in copies if one.id == backup_id), None)
            if copy is not None:
                self._number = number
                self._compare(Compares(copy, copy))

        self._reload()
        self._look(lambda desk: configs.history(desk, device_id), found)

    # Choosing

    def _go(self, device_id: str, issue_id: str | None = None) -> None:
        self.noting.issue_id = issue_id or (self.noting.issue_id if device_id == self._device_id else None)
        if device_id != self._device_id:
            self.noting.drop()
            self.taking.look_at(device_id)
            self._device_id, self.card, self._copies = device_id, None, ()
            self._compares = self._changed = None
            self.comparer.forget()
            self.area.show_empty(*(("Looking",) if device_id else NO_DEVICE))
            self.side.table.show_lines(())

    def _reload(self, *, is_newest: bool = False) -> None:
        device_id = self._device_id
        if not device_id:
            self._console.read(self, config_diffs.choices, self.side.offer)
            return

        def look(desk: Desk) -> tuple[DeviceCard, tuple[Copy, ...], tuple[DeviceChoice, ...]]:
            return devices.detail(desk, device_id), configs.history(desk, device_id), config_diffs.choices(desk)

        def found(result: tuple[DeviceCard, tuple[Copy, ...], tuple[DeviceChoice, ...]]) -> None:
            if device_id != self._device_id:
                return
            self.card, self._copies, choices = result
            self.side.offer(choices)
            self.side.say(self.card)
            self._figures.count(self._copies)
            self._show_history()
            if self._compares is not None:
                self.side.table.choose(self._compares.now.id)
            if self.side.field.hasFocus() and not self.side.field.text():
                self.focus_first()
            if is_newest and self._copies:
                self._compare_newest()
            elif not self._copies:
                what = f"No copy of {self.card.device.name} yet"
                self.area.show_empty(what, "Take one now.", can_take_one=True)
            self._console.book.refresh()

        self._look(look, found)

    def _look(self, look_up: Callable[[Desk], T], on_result: Callable[[T], None]) -> None:
        self._console.mailbox.deliver(self._console.workstation.read(look_up), self, on_result, self._failed)

    def _show_history(self) -> None:
        base = self._base.id if self._base is not None else ""
        lines = [
            CopyLine(one, self._figures.of(self._copies, at), one.id == base) for at, one in enumerate(self._copies)
        ]
        self.side.table.show_lines(lines)

    def _compare_newest(self) -> None:
        newest = self._copies[0]
        if self.side.table.chosen_id() == newest.id:
            self._compare_chosen_anew()
        else:
            self.side.table.choose(newest.id)

    def _compare_chosen(self) -> None:
        """Compare the chosen copy with the base, else with the one before it; the first one stands alone."""
        now = self._chosen
        if now is None or (self._compares is not None and self._compares.now.id == now.id):
            return
        at = self._copies.index(now)
        before = self._base or (self._copies[at + 1] if at + 1 < len(self._copies) else now)
        self._compare(Compares(before, now))

    def _compare(self, compares: Compares) -> None:
        self._compares, self._changed = compares, None
        self.noting.drop()
        if self._chosen is not None and self._chosen.id != compares.now.id:
            self.side.table.choose(compares.now.id)
        self.comparer.want(compares.before.id, compares.now.id)
        self._console.book.refresh()

    def _compare_with(self, choice: DeviceChoice) -> None:
        """Compare the chosen copy with another device's newest one from now on."""

        def found(copies: tuple[Copy, ...]) -> None:
            self._set_base(next((one for one in copies if one.id == choice.backup_id), None))
            self.focus_first()

        self._look(lambda desk: configs.history(desk, choice.device_id), found)

    @property
    def _has_other(self) -> bool:
        """Whether there is anything with which the chosen copy can be compared."""
        return self._base is not None or (bool(self._copies) and self._chosen is not self._copies[-1])

    @property
    def _chosen(self) -> Copy | None:
        return next((one for one in self._copies if one.id == self.side.table.chosen_id()), None)

    # What came

    def _came(self, changed: Changed) -> None:
        self._changed = changed
        self._lay(Layout.TEXT if self._compares is not None and self._compares.is_one else self._wished)

    def _lay(self, layout: Layout) -> None:
        """Show what changed in this layout; the text alone is the newer copy's."""
        compares, changed = self._compares, self._changed
        if compares is None or changed is None:
            return
        if layout is not Layout.TEXT:
            self._wished = layout
            if compares.is_one and self._has_other:
                self._compare_chosen_anew()
                return
            if compares.is_one:
                layout = Layout.TEXT
        is_everything, number = self._is_everything, self._number

        def made(found: Shown) -> None:
            if changed is self._changed:
                self._show(compares, changed, found)
                if number:
                    self.area.view.go_to(found.row_of(number))
                    self.area.view.setFocus()
                    self._number = 0
                elif found.starts and layout is not Layout.TEXT:
                    self.area.view.go_to_change(1)

        self._look(lambda _desk: shown(changed, layout, is_everything=is_everything), made)

    def _show(self, compares: Compares, changed: Changed, found: Shown) -> None:
        said, titles = compares.said(changed, found.layout), compares.titles(found.layout)
        self.area.show_change(said, found, titles, is_everything=self._is_everything)
        self._console.book.refresh()

    def _compare_chosen_anew(self) -> None:
        self._compares = None
        self._compare_chosen()

    def _extend(self, is_everything: bool) -> None:  # noqa: FBT001 - a signal's argument
        """Show all lines, or only those around a change; the row in sight stays near."""
        self._number = self._number or self.area.view.number
        self._is_everything = is_everything
        self._lay(self._wished)

    def _unfold(self, row: int) -> None:
        if not self._is_everything:
            self.area.view.go_to(row)
            self._extend(is_everything=True)

    def _failed(self, error: BatonError) -> None:
        self._compares = self._changed = None
        self.area.show_empty(error.what, error.todo, can_take_one=isinstance(error, configs.NotBackedUpSince))
        self._console.book.refresh()

    def _cancel(self) -> None:
        self.comparer.forget()
        self._compares = None
        self.area.show_empty("Not fetched", "Choose the copy again to fetch its text.")

    # What can be done

    @property
    def has_copy(self) -> bool:
        """Whether a copy is chosen."""
        return self._chosen is not None

    @property
    def has_diff(self) -> bool:
        """Whether two copies are compared and shown."""
        return self.has_lines and not self.area.is_text

    @property
    def has_lines(self) -> bool:
        """Whether any lines are shown."""
        return self._changed is not None and self.area.is_change

    @property
    def has_device(self) -> bool:
        """Whether a device is chosen."""
        return bool(self._device_id)

    @property
    def can_back_up(self) -> bool:
        """Whether a copy can be taken now."""
        return self.card is not None and not self.taking.is_busy

    def go_to_change(self, step: int) -> None:
        """Go to the next change, or the one before; past the last one it says so."""
        if not self.area.view.go_to_change(step):
            self._console.navigator.tell("That was the last change." if step > 0 else "That was the first change.")
        self.area.view.setFocus()

    def next_layout(self) -> None:
        """Side by side, or one below the other."""
        self._lay(Layout.BELOW if self._wished is Layout.BESIDE else Layout.BESIDE)

    def show_text(self) -> None:
        """Show the chosen copy alone, or the change again."""
        self._lay(self._wished if self.area.is_text else Layout.TEXT)

    def show_everything(self) -> None:
        """Show all lines, or those around changes only."""
        self._extend(not self._is_everything)

    def set_base(self) -> None:
        """Compare others with the chosen copy, or no longer."""
        self._set_base(None if self._base is not None else self._chosen)

    def _set_base(self, base: Copy | None) -> None:
        self._base = base
        self.side.say_base(base)
        self._show_history()
        self._compare_chosen_anew()

    def ask_other(self) -> None:
        """Ask for another device to compare with."""
        self.side.ask_other()

    def show_since_deployment(self) -> None:
        """Show what changed since the last deployment."""
        self.open_since_deployment(self._device_id)

    def find_device(self) -> None:
        """Go where a device is found."""
        self.side.field.setFocus()
        self.side.field.selectAll()

    def back_up(self) -> None:
        """Take a copy now."""
        if self.card is not None:
            self.taking.take(self.card.device)

    @property
    def can_confirm(self) -> bool:
        """Whether a copy was refused that a person may say is right."""
        return self.taking.can_confirm

    def confirm(self) -> None:
        """Keep it although it is much shorter than the last one."""
        self.taking.confirm()

    def _say_taking(self) -> None:
        self.side.say_taking(self.taking)
        self._console.book.refresh()

    # What leaves the page

    def _unified(self) -> str:
        compares, changed = self._compares, self._changed
        if compares is None or changed is None:
            return ""
        return changed.texts.right if self.area.is_text else unified(compares.before, compares.now, changed)

    def copy_unified(self) -> None:
        """Put the change, or the text shown alone, on the clipboard."""
        to_clipboard(self._console, self._unified())

    def export(self) -> None:
        """Write the change into a file."""
        if self._compares is not None:
            save_text(self._console, self, self._compares.file_name(is_text=self.area.is_text), self._unified())

    def note_to_issue(self) -> None:
        """Note the change in an issue of this customer; which one is asked below it."""
        compares, card = self._compares, self.card
        if compares is not None and card is not None:
            words = f"{self.area.head_words}\n\n{self._unified()}"
            self.noting.ask((compares.before.device_id, compares.now.device_id), words, card)
