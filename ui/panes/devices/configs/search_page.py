"""Searching the newest configuration of every device: lines by device, Enter opens one."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from app.domain.errors import BatonError
from app.services import config_diffs, configs
from app.services.config_diffs import Missing
from app.services.configs import Hit, NotHere
from app.services.configs.search import LISTED
from app.services.desk import Desk
from ui.kit.cards import Card, EmptyState
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import column, row
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import FIELD_HEIGHT, XL, Face, Kind, M, S, Tone
from ui.kit.waiting import Waiting
from ui.panes.devices.configs.bringing import Bringing
from ui.panes.devices.configs.words import size_words
from ui.panes.devices.orders import Orders
from ui.panes.devices.words import when

_REST_MS = 150
_CELL = 6  # px
_GROUP = "Configurations"


def _device(hit: Hit, _now: datetime) -> Cell:
    return Cell(hit.device, is_bold=True, second=" · ".join(p for p in (hit.customer, when(hit.taken_at)) if p))


def _line(hit: Hit, _now: datetime) -> Cell:
    return Cell(hit.line.strip(), second=" › ".join(hit.below))  # noqa: RUF001 - between headings, as menus are written


_COLUMNS = (
    Column[Hit]("device", "Device", _device, 260, is_sortable=False),
    Column[Hit]("number", "Line", lambda x, _n: Cell(str(x.number), Tone.DIM), 60, is_sortable=False, is_right=True),
    Column[Hit]("line", "Says", _line, 0, is_sortable=False),
)


def _id(hit: Hit) -> str:
    return f"{hit.backup_id}/{hit.number}"


class _Field(QLineEdit):
    """Down leads to the hits."""

    went_down = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
        else:
            super().keyPressEvent(event)


class ConfigSearchPage(Page):
    """The page; `opened` carries the device's id, the copy's id and the line's number, from 1. GUI thread only."""

    opened = Signal(str, str, int)

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._hits: dict[str, Hit] = {}
        self._not_here: tuple[NotHere, ...] = ()
        self._asked = 0
        self.bringing = Bringing(console, self)
        self._orders = Orders(console.book, self._declare())
        self._fetch_button = self._orders.button("config_search.fetch", primary=True)
        self._stop_button = self._orders.button("config_search.cancel")
        self.field = _Field()
        self.field.setPlaceholderText("snmp-server community")
        self.field.setAccessibleName("Words to find in all configurations")
        self.field.setMinimumHeight(FIELD_HEIGHT + 4)
        self.count = Label(tone=Tone.DIM)
        self.table: RecordTable[Hit] = RecordTable(
            "Lines found", _COLUMNS, Source(self._fetch, _id), console.mailbox, EmptyState(""), has_two_lines=True
        )
        self.missing = Label(wrap=True)
        self.waiting = Waiting()
        self._missing_card = Card(Kind.AMBER, is_filled=True)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._lay_out()
        self._rest.timeout.connect(self.look)
        self.field.textEdited.connect(lambda _text: self._rest.start())
        self.field.returnPressed.connect(self._go_down)
        self.field.went_down.connect(self._go_down)
        self.table.opened.connect(self._open)
        self.bringing.moved.connect(self._say_fetching)
        self.bringing.ended.connect(self._say_missing)
        console.watch(self, ("config_backup",), lambda _changes: self.look())
        self.setAccessibleName("Search configurations")
        self.look()

    def _declare(self) -> tuple[Command, ...]:
        return (
            Command("config_search.find", "Find", "Words in the newest configuration of every device",
                    ("Ctrl+F",), _GROUP, self.focus_first),
            Command("config_search.fetch", "Fetch them", "Bring the copies here that a search does not see yet",
                    ("Ctrl+Shift+F",), _GROUP, self.fetch, lambda: bool(self._not_here) and not self.bringing.is_busy),
            Command("config_search.cancel", "Stop fetching", "What has come stays",
                    ("Ctrl+Shift+X",), _GROUP, self.bringing.cancel, lambda: self.bringing.is_busy),
        )  # fmt: skip

    def _lay_out(self) -> None:
        heading = row(Label("Search configurations", face=Face.SUBHEADING), self.count, None)
        words = row(self.missing)
        words.setStretch(0, 1)
        words.addWidget(self._fetch_button)
        words.addWidget(self._stop_button)
        self._missing_card.body.addLayout(words)
        self._missing_card.body.addWidget(self.waiting)
        self._missing_card.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column(heading, self.field, self._missing_card, gap=S, margins=(XL, M, XL, M)))
        # The table's cells begin some px to the right of its edge: below the heading, not beside it.
        lines = column(self.table, margins=(XL - _CELL, 0, XL - _CELL, 0))
        whole.addLayout(lines, 1)

    # What the window asks

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._orders.commands

    def focus_first(self) -> None:
        """Go where the words are typed."""
        self.field.setFocus()
        self.field.selectAll()

    def search(self, words: str) -> None:
        """Search these words."""
        self.field.setText(words)
        self.look()

    # What is found

    def look(self) -> None:
        """Search what is typed; what was asked before is forgotten."""
        self._asked += 1
        asked, words = self._asked, self.field.text()

        def look_up(desk: Desk) -> tuple[tuple[Hit, ...], tuple[NotHere, ...]]:
            return configs.search(desk, words), configs.not_here(desk)

        def found(result: tuple[tuple[Hit, ...], tuple[NotHere, ...]]) -> None:
            if asked == self._asked:
                self._show(words, *result)

        self._console.read(self, look_up, found)

    def _show(self, words: str, hits: Sequence[Hit], not_here: tuple[NotHere, ...]) -> None:
        self._hits = {_id(hit): hit for hit in hits}
        self._not_here = not_here
        if words.strip():
            self.table.empty.say("No line has all these words", "Write fewer of them, or other ones.")
        else:
            self.table.empty.say("Find a line in every configuration", "Type words; a line with all of them is found.")
        self.table.show_ids(list(self._hits))
        self.table.refresh()
        devices = len({hit.device_id for hit in hits})
        more = f"the first {LISTED} lines" if len(hits) >= LISTED else counted(len(hits), "line")
        self.count.setText(f"{more} on {counted(devices, 'device')}" if hits else "")
        self._say_missing()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[Hit]]":
        found: Future[Sequence[Hit]] = Future()
        found.set_result([self._hits[one] for one in ids if one in self._hits])
        return found

    def _go_down(self) -> None:
        if self.table.model.ids:
            self.table.choose_first()
            self.table.setFocus()

    def _open(self, hit_id: str) -> None:
        hit = self._hits.get(hit_id)
        if hit is not None:
            self.opened.emit(hit.device_id, hit.backup_id, hit.number)

    # What is not here

    def fetch(self) -> None:
        """Bring the newest copies here that a search does not see."""
        ids = [one.backup_id for one in self._not_here]

        def found(missing: tuple[Missing, ...]) -> None:
            self.bringing.bring(missing, self.look, self._failed)
            self._say_missing()

        self._console.read(self, lambda desk: config_diffs.missing(desk, ids), found)

    def _failed(self, error: BatonError) -> None:
        self._console.navigator.tell(error.what, error.todo)
        self.look()

    def _say_fetching(self, done_bytes: int, total_bytes: int) -> None:
        self.waiting.say(f"Fetching {size_words(total_bytes)} from the company", done_bytes, total_bytes)
        self._console.book.refresh()

    def _say_missing(self) -> None:
        count = len(self._not_here)
        self._missing_card.setVisible(bool(count))
        names = ", ".join(one.device for one in self._not_here[:3]) + (" and others" if count > 3 else "")
        size = size_words(sum(one.size_bytes for one in self._not_here))
        self.missing.setText(f"{counted(count, 'device')} not searched, the text is not here yet: {names} ({size}).")
        is_busy = self.bringing.is_busy
        self.waiting.setVisible(is_busy)
        self._stop_button.setVisible(is_busy)
        self._fetch_button.setVisible(not is_busy)
        self._console.book.refresh()
