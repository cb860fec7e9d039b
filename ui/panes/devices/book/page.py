"""The host-key book: by which keys the company knows its devices, who accepted each, and why one was retired."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app.domain.errors import BatonError
from app.services import host_key_book, host_keys
from app.services.desk import Desk
from app.services.host_key_book import BookLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.panes.devices.book.facts import KeyFacts
from ui.panes.devices.book.find import FindField
from ui.panes.devices.book.replacing import Replacing
from ui.panes.devices.words import key_type_word, when

_PREFIX = "host_keys"
_PAUSE_MS = 120
_WIDTHS = (880, 400)
_NONE = ("No device was met yet", "Its key comes here when somebody accepts it on first contact.")
_TABLES = ("host_key", "device", "customer", "person")


def _state(line: BookLine) -> tuple[str, Kind] | None:
    if line.is_contradicted:
        return "two keys", Kind.RED
    return ("retired", Kind.GREY) if line.key.retired_at is not None else None


def _device(line: BookLine, _now: datetime) -> Cell:
    state = _state(line)
    tone = Tone.DIM if line.key.retired_at is not None or line.is_removed else Tone.TEXT
    where = " · ".join(part for part in (line.customer, line.key.address, "removed" if line.is_removed else "") if part)
    return Cell(line.device, tone, second=where or "no customer", second_marks=(state,) if state else ())


def _key(line: BookLine, _now: datetime) -> Cell:
    tone = Tone.DIM if line.key.retired_at is not None else Tone.TEXT
    second = line.key.reason or key_type_word(line.key.key_type)
    # Of even letters, as the eye compares it.
    return Cell(line.key.fingerprint, tone, is_mono=True, second=second, tip=line.key.fingerprint)


def _accepted(line: BookLine, _now: datetime) -> Cell:
    return Cell(line.key.accepted_by, second=f"{when(line.key.accepted_at)}, {line.key.workstation}")


_COLUMNS = (
    Column[BookLine]("device", "Device", _device, 232, is_sortable=False),
    Column[BookLine]("key", "Key", _key, 0, is_sortable=False),
    Column[BookLine]("accepted", "Accepted by", _accepted, 176, is_sortable=False, yields=1),
)


class HostKeysPage(Page):
    """All lines, searched while somebody types; the facts of the one chosen at the right. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._lines: dict[str, BookLine] = {}
        self._may_replace = False
        self._whom = ""
        self._asked = 0
        self._commands = self._declare()
        buttons = {one.id.removeprefix(f"{_PREFIX}."): KeyButton.of(console.book, one) for one in self._commands}
        self.header = PaneHeader("Host keys")
        self.field = FindField()
        self.header.right.addWidget(self.field)
        self.header.right.addWidget(buttons["export"])
        self.empty = EmptyState(
            "No device was met yet", "Its key comes here when somebody accepts it on first contact."
        )
        self.table: RecordTable[BookLine] = RecordTable(
            "Host keys", _COLUMNS, Source(self._fetch, lambda line: line.id), console.mailbox, self.empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        self.facts = KeyFacts([buttons[name] for name in ("device", "copy", "replace")])
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self.load)
        self.lay_beside(((self.header, 0), (self.table, 1)), self.facts, sizes=_WIDTHS, least=(520, 340))
        self.field.textChanged.connect(lambda _text: self._later.start(_PAUSE_MS))
        self.field.down.connect(self.table.setFocus)
        self.table.chosen.connect(lambda _one: self._show())
        self.table.opened.connect(lambda _one: self.open_device())
        console.watch(self, _TABLES, lambda _changes: self.load())
        self.setAccessibleName("Host keys")
        self.load()

    def _declare(self) -> tuple[Command, ...]:
        rows = (
            ("find", "Find a key", "By device, customer, fingerprint, person or reason", "/", self.find_first,
             lambda: True),
            ("device", "Open the device", "Where this key is met", "O", self.open_device, self._has_device),
            ("copy", "Copy fingerprint", "To compare it with the device itself", "Y", self.copy,
             lambda: self._line() is not None),
            ("replace", "Replace key…", "The device has another one for a known reason", "R", self.replace,
             lambda: self._may_replace and self._has_device()),
            ("export", "Export…", "Write what is listed into a file", "X", self.export, lambda: bool(self._lines)),
        )  # fmt: skip
        return tuple(
            Command(f"{_PREFIX}.{name}", title, about, (key,), "Host keys", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._commands

    def focus_first(self) -> None:
        """Go to the list, or to the find field when nothing is listed."""
        (self.table if self.table.model.ids else self.field).setFocus()

    # What is shown

    def load(self) -> None:
        """Read what the words in the find field ask for."""
        self._asked += 1
        asked, text = self._asked, self.field.text()

        def look_up(desk: Desk) -> tuple[tuple[BookLine, ...], bool, str]:
            return host_key_book.lines(desk, text), host_keys.may_replace(desk), host_keys.whom_to_ask(desk)

        self._console.read(self, look_up, lambda found: self._came(asked, text, *found))

    def _came(self, asked: int, text: str, found: Sequence[BookLine], may_replace: bool, whom: str) -> None:  # noqa: FBT001 - from the reader
        if asked != self._asked:
            return
        self._lines = {line.id: line for line in found}
        self._may_replace, self._whom = may_replace, whom
        if text.strip():
            self.empty.say("No key is like that", "Try fewer words; Escape empties the field.")
        else:
            self.empty.say(*_NONE)
        two = sum(line.is_contradicted for line in found)
        many = counted(len(found), "key")
        self.header.say("Host keys", f"{many}, {two} contradict each other" if two else many)
        self.table.show_ids(list(self._lines))
        self.table.refresh()
        self.table.choose_first()
        self._show()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[BookLine]]":
        found: Future[Sequence[BookLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def _line(self) -> BookLine | None:
        return self._lines.get(self.table.chosen_id())

    def _has_device(self) -> bool:
        line = self._line()
        return line is not None and not line.is_removed

    def _show(self) -> None:
        self.facts.say(self._line(), "" if self._may_replace else self._whom)
        self._console.book.refresh()

    # What can be done

    def find_first(self) -> None:
        """Go to the find field."""
        self.field.setFocus()
        self.field.selectAll()

    def open_device(self) -> None:
        """Go to the device of the chosen line."""
        line = self._line()
        if line is not None and not line.is_removed:
            self._console.navigator.open_device(line.device_id)

    def copy(self) -> None:
        """Put the whole fingerprint on the clipboard."""
        line = self._line()
        if line is not None:
            QGuiApplication.clipboard().setText(line.key.fingerprint)
            self._console.navigator.tell(f"Copied: {line.key.fingerprint}")

    def replace(self) -> None:
        """Ask for the key that the device has now, and why that is right."""
        line = self._line()
        if line is None:
            return
        valid = [one for one in self._lines.values() if one.device_id == line.device_id and one.key.retired_at is None]
        form = Replacing(line.device, [(one.key.key_type, one.key.fingerprint) for one in valid])
        form.left.connect(self._leave_form)
        form.sent.connect(lambda: self._replace(form, line.device_id))
        self.facts.ask(form)

    def _replace(self, form: Replacing, device_id: str) -> None:
        key_type, fingerprint = form.key
        reason = form.reason.text()
        form.send.setEnabled(False)

        def done(_line: object) -> None:
            self._leave_form()
            self._console.navigator.tell("Replaced; whoever meets the old key is stopped from now on.")
            self.load()

        self._console.write(
            self, lambda desk: host_keys.replace(desk, device_id, key_type, fingerprint, reason), done, form.refuse
        )

    def _leave_form(self) -> None:
        self.facts.ask(None)
        self.table.setFocus()

    def export(self) -> None:
        """Ask for a file and write what is listed into it."""
        name = f"host-keys-{datetime.now().astimezone():%Y-%m-%d}.csv"
        path, _kind = QFileDialog.getSaveFileName(self.window(), "Host keys", str(Path.home() / name), "CSV (*.csv)")
        if path:
            self.export_to(Path(path))

    def export_to(self, path: Path) -> None:
        """Write what is listed into this file, and say so."""
        text, tell = self.field.text(), self._console.navigator.tell

        def failed(error: BatonError) -> None:
            tell(error.what, error.todo)

        future = self._console.workstation.read(lambda desk: host_key_book.export(desk, path, text))
        self._console.mailbox.deliver(future, self, lambda many: tell(f"{counted(many, 'key')} in {path}."), failed)
