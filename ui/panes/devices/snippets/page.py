"""The page: snippets at the left, the chosen one with its variables at the right; using one goes to the device."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.errors import BatonError
from app.services import snippets
from app.services.desk import Desk
from app.services.snippets import SnippetLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.code_block import CodeBlock
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import row, split
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import FIELD_HEIGHT, Face, M, S, Tone
from ui.panes.devices.snippets.form import SnippetForm
from ui.panes.devices.words import platform_word

_WIDTHS = (420, 860)


def _name(line: SnippetLine, _now: datetime) -> Cell:
    whose = "mine" if line.is_mine else "everybody's"
    platform = platform_word(line.platform) if line.platform else "all platforms"
    return Cell(line.name, second=f"{platform} · {whose}")


_COLUMNS = (Column[SnippetLine]("name", "Snippet", _name, 0, is_sortable=False),)


class SnippetsPage(Page):
    """`used` carries the filled lines for the device in sight. GUI thread only."""

    used = Signal(object)

    def __init__(self, console: Console, device_id: Callable[[], str] = lambda: "") -> None:
        """`device_id` names the device in sight, "" for none: then lines can be looked at but not used."""
        super().__init__()
        self._console, self._device_id = console, device_id
        self._lines: dict[str, SnippetLine] = {}
        self._values: dict[str, str] = {}
        self._device: Device | None = None
        self.fields: dict[str, QLineEdit] = {}
        self.form: SnippetForm | None = None
        self._declared = self._declare()
        buttons = {c.id.removeprefix("snippets."): KeyButton.of(console.book, c) for c in self._declared}
        buttons["use"].set_primary(primary=True)
        self.header = PaneHeader("Snippets")
        self.header.right.addWidget(buttons["add"])
        self.table: RecordTable[SnippetLine] = RecordTable(
            "Snippets", _COLUMNS, Source(self._fetch, lambda line: line.id), console.mailbox,
            EmptyState("No snippet yet", "Keep lines that you type again and again: A adds one."),
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        self.title, self.wrong = Label(face=Face.SUBHEADING, wrap=True), Label(tone=Tone.AMBER, wrap=True)
        self.preview = CodeBlock("What would be sent", most_lines=24)
        self._names = QFormLayout()
        self._place = QVBoxLayout()
        self._lay_out([buttons["use"], buttons["change"], buttons["remove"]])
        self.table.chosen.connect(lambda _one: self._show())
        self.table.opened.connect(lambda _one: self._go_on())
        console.watch(self, ("snippet", "device", "customer"), lambda _changes: self.load())
        self.setAccessibleName("Snippets")
        self.load()

    def _lay_out(self, buttons: Sequence[KeyButton]) -> None:
        left, right = QWidget(), QWidget()
        for place, widgets in ((left, (self.header, self.table)),):
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            for widget in widgets:
                column.addWidget(widget)
        self._names.setHorizontalSpacing(M)
        self._names.setVerticalSpacing(S)
        inner = QVBoxLayout(right)
        inner.setContentsMargins(M, M, M, M)
        inner.setSpacing(S)
        inner.addWidget(self.title)
        inner.addLayout(self._names)
        inner.addWidget(self.preview)
        inner.addWidget(self.wrong)
        inner.addLayout(row(*buttons, None))
        inner.addLayout(self._place)
        inner.addStretch(1)
        parts = split(left, right, sizes=_WIDTHS)
        parts.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _declare(self) -> tuple[Command, ...]:
        group = "Snippets"

        def is_free() -> bool:
            return self.form is None

        def has_one() -> bool:
            return self.chosen is not None and is_free()

        return (
            Command("snippets.use", "Use it", "Give the lines to the device in sight; the guard looks at each",
                    ("Ctrl+Return",), group, self.use, lambda: has_one() and self._device is not None),
            Command("snippets.add", "Add", "Keep lines under a name", ("A",), group, lambda: self._open_form(None),
                    is_free, single_key=True),
            Command("snippets.change", "Change", "Its name, lines and platform", ("C",), group,
                    lambda: self._open_form(self.chosen), has_one, single_key=True),
            Command("snippets.remove", "Remove", "Take it away; Ctrl+Z brings it back", ("Del",), group, self.remove,
                    has_one, single_key=True),
        )  # fmt: skip

    # What the window asks

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the list."""
        self.load()
        self.table.setFocus()

    @property
    def chosen(self) -> SnippetLine | None:
        """The chosen snippet."""
        return self._lines.get(self.table.chosen_id())

    # Showing

    def load(self) -> None:
        """Look the snippets up anew, those for the device in sight when there is one."""
        device_id = self._device_id()

        def look(desk: Desk) -> tuple[tuple[SnippetLine, ...], Device | None, dict[str, str]]:
            device = desk.cache.record(Device, device_id) if device_id else None
            values = {} if device is None else snippets.values_of(desk, device)
            return snippets.all_of(desk, "" if device is None else device.platform), device, values

        def found(result: tuple[tuple[SnippetLine, ...], Device | None, dict[str, str]]) -> None:
            lines, self._device, self._values = result
            self._lines = {line.id: line for line in lines}
            self.header.say("Snippets", "" if self._device is None else f"for {self._device.name}")
            self.table.show_ids(list(self._lines), lines)
            self.table.refresh()
            self.table.choose_first()
            self._show()

        self._console.read(self, look, found)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[SnippetLine]]":
        found: Future[Sequence[SnippetLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def _show(self) -> None:
        line = self.chosen
        typed = {name: field.text() for name, field in self.fields.items()}
        while self._names.rowCount():
            self._names.removeRow(0)
        self.fields = {}
        self.title.setText("" if line is None else line.name)
        for name in () if line is None else line.variables:
            field = self.fields[name] = QLineEdit(typed.get(name, ""))
            field.setMinimumHeight(FIELD_HEIGHT)
            field.setAccessibleName(name)
            field.textChanged.connect(lambda _text: self._preview())
            self._names.addRow(Label(name, tone=Tone.DIM), field)
        self._preview()
        self._console.book.refresh()

    def _preview(self) -> None:
        line = self.chosen
        try:
            lines = () if line is None else snippets.fill(line.body, self._filled())
        except BatonError as error:
            self.wrong.setText(error.what)
            self.preview.show_text(line.body if line is not None else "")
        else:
            self.wrong.setText("" if self._device is not None else "Choose a device first: the lines go to it.")
            self.preview.show_text("\n".join(lines))
        self.wrong.setVisible(bool(self.wrong.text()))

    def _filled(self) -> dict[str, str]:
        return {**self._values, **{name: field.text() for name, field in self.fields.items()}}

    # Doing

    def _go_on(self) -> None:
        """Go from the list to the first field that is asked for, or use the snippet when there is none."""
        first = next((field for field in self.fields.values() if not field.text()), None)
        if first is not None:
            first.setFocus()
        else:
            self.use()

    def use(self) -> None:
        """Give the lines to the device in sight and go back to it."""
        line = self.chosen
        if line is None or self._device is None:
            return
        try:
            lines = snippets.fill(line.body, self._filled())
        except BatonError as error:
            self.wrong.setText(f"{error.what} {error.todo}")
            self.wrong.show()
            return
        self.used.emit(lines)
        self.left.emit()

    def remove(self) -> None:
        """Take the chosen one away."""
        line = self.chosen
        if line is not None:
            self._console.write(self, lambda desk: snippets.remove(desk, line.id))

    def _open_form(self, line: SnippetLine | None) -> None:
        form = self.form = SnippetForm(line, self._device.platform if self._device is not None else "")

        def keep() -> None:
            fields = (form.name.text(), form.lines.toPlainText(), form.platform.currentData())
            is_mine, snippet_id = not form.for_all.isChecked(), "" if line is None else line.id

            def verb(desk: Desk) -> str:
                name, body, platform = fields
                return snippets.write(desk, name, body, platform=platform, is_mine=is_mine, snippet_id=snippet_id)

            self._console.write(self, verb, lambda _id: self._drop_form(), form.refuse)

        form.sent.connect(keep)
        form.left.connect(self._drop_form)
        self._place.addWidget(form)
        form.ask()
        self._console.book.refresh()

    def _drop_form(self) -> None:
        if self.form is not None:
            self.form.hide()
            self._place.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.table.setFocus()
            self._console.book.refresh()
