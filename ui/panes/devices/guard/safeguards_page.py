"""Safeguards: change windows, emergencies to review, and the log of what was given to devices. GUI thread only."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.domain.device import Device
from app.domain.errors import BadInput
from app.services import audit, change_windows, devices, emergencies
from app.services.audit import LoggedLine
from app.services.change_windows import WindowLine
from app.services.desk import Desk
from app.services.emergencies import EmergencyLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import split
from ui.kit.page import Page
from ui.kit.side_list import Place, Section, SideList
from ui.kit.table import RecordTable, Source
from ui.kit.theme import Kind
from ui.panes.devices.guard.safeguard_rows import (
    CHAINS,
    COLUMNS,
    MINE,
    REVIEWED,
    TO_REVIEW,
    WINDOWS,
    SafeRow,
    day_from,
    of_chain,
    of_emergency,
    of_logged,
    of_window,
)
from ui.panes.devices.guard.safeguard_side import SafeguardSide

_TABLES = ("change_window", "emergency", "audit_line", "rollout", "device", "customer", "person")
_TITLES = {
    WINDOWS: "Change windows",
    TO_REVIEW: "Emergencies to review",
    REVIEWED: "Reviewed emergencies",
    MINE: "Lines of mine",
    CHAINS: "Is the log whole?",
}
_EMPTY = {
    WINDOWS: ("No change window is open or to come", "Open one with A: what, when, and who agreed."),
    TO_REVIEW: (
        "No emergency waits for a review",
        "Whoever passes the guard is listed until a manager has looked.",
    ),
    REVIEWED: ("No emergency was reviewed yet", ""),
    MINE: ("You have given no device a line in this time", "Every line stands here once it was sent, or held."),
    CHAINS: ("The log is empty", ""),
}
_DAYS = (("Today", 1), ("7 days", 7), ("All", 0))


class SafeguardsPage(Page):
    """Places at the left, their rows in the middle, the chosen one at the right."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._place, self._wanted = WINDOWS, ""
        self._rows: dict[str, SafeRow] = {}
        self._declared = self._declare()
        buttons = {c.id.removeprefix("safeguards."): KeyButton.of(console.book, c) for c in self._declared}
        self.places = SideList("Safeguards")
        self.header = PaneHeader(_TITLES[WINDOWS])
        self.days, self.person = Choice("Time"), Choice("Whose lines")
        self.person.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # it is filled again and again
        for words, days in _DAYS:
            self.days.addItem(words, days)
        self.days.setCurrentIndex(1)
        self.days.currentIndexChanged.connect(lambda _at: self.load())
        self.person.activated.connect(lambda _at: self.load())
        for widget in (self.person, self.days, buttons["open"]):
            self.header.right.addWidget(widget)
        self.empty = EmptyState(*_EMPTY[WINDOWS])
        self.table: RecordTable[SafeRow] = RecordTable(
            "Safeguards", COLUMNS, Source(self._fetch, lambda row: row.id), console.mailbox, self.empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        self.side = SafeguardSide([buttons["close"], buttons["end"], buttons["review"]])
        self._lay_out()
        self.places.chosen.connect(self._go)
        self.table.chosen.connect(lambda _id: self._show_chosen())
        self.side.left.connect(self.table.setFocus)
        console.watch(self, _TABLES, lambda _changes: self.load())
        self.setAccessibleName("Safeguards")
        self.load()

    def _lay_out(self) -> None:
        left, middle = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 14, 0, 0)
        column.addWidget(self.places)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        parts = split(left, middle, self.side, sizes=(220, 700, 360))
        for at, (part, stretch, least) in enumerate(((left, 0, 160), (middle, 2, 420), (self.side, 1, 320))):
            parts.setStretchFactor(at, stretch)
            part.setMinimumWidth(least)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _declare(self) -> tuple[Command, ...]:
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("open", "Open a window", "Write down when a customer lets us change something", "A", self.open_window,
             lambda: True),
            ("close", "Close it now", "Close the change window before its time; Ctrl+Z opens it again", "C",
             self.close_window, self._can_close),
            ("end", "End it", "End the emergency: the guard asks again there", "E", self.end_emergency,
             lambda: isinstance(self.chosen, EmergencyLine) and self.chosen.is_on),
            ("review", "Review", "Say what came of the emergency", "R", self.review, self._can_review),
        )  # fmt: skip
        return tuple(
            Command(f"safeguards.{name}", title, about, (key,), "Safeguards", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the rows, or to the places."""
        (self.table if self.table.model.ids else self.places).setFocus()

    def show_place(self, place: str) -> None:
        """Show one of the lists: a word of `PLACES`, or a device's id for its log."""
        self.places.choose(place)
        self._go(place)

    def open_emergency(self, emergency_id: str) -> None:
        """Show the emergencies to review, with this one chosen; it may have been reviewed meanwhile."""
        self._wanted = emergency_id
        self.places.choose(TO_REVIEW)
        self._place = TO_REVIEW
        self.load()

    # What is shown

    def load(self) -> None:
        """Read the places and the list in sight."""
        place, days = self._place, day_from(int(self.days.currentData()))
        person_id = self.person.currentData() or None

        def look(desk: Desk) -> tuple[list[Section], list[SafeRow], tuple[tuple[str, str], ...], str]:
            return _sections(desk), _rows(desk, place, days, person_id), _people(desk, place), _title(desk, place)

        self._console.read(self, look, lambda found: self._came(place, *found))

    def _came(
        self, place: str, sections: list[Section], rows: list[SafeRow], named: tuple[tuple[str, str], ...], title: str
    ) -> None:
        self.places.show_sections(sections)
        if not self.places.current():
            self.places.choose(self._place)
        if place != self._place:
            return
        self._offer(named)
        self._rows = {row.id: row for row in rows}
        self.header.say(title, str(len(rows)) if rows else "")
        self.empty.say(*_EMPTY.get(place, (f"No line was given to {title} in this time", "")))
        is_log = place == MINE or place not in _TITLES
        self.days.setVisible(is_log)
        self.person.setVisible(is_log and place != MINE)
        self.table.show_ids([row.id for row in rows], rows)
        if self._wanted in self._rows:
            self.table.choose(self._wanted)
            self._wanted = ""
        if not self.table.chosen_id() and rows:
            self.table.choose(rows[0].id)
        self._show_chosen()

    def _offer(self, named: tuple[tuple[str, str], ...]) -> None:
        chosen = self.person.currentData()
        self.person.clear()
        self.person.addItem("Everybody", "")
        for person_id, name in named:
            self.person.addItem(name, person_id)
        self.person.setCurrentIndex(max(self.person.findData(chosen), 0))

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[SafeRow]]":
        future: Future[Sequence[SafeRow]] = Future()
        future.set_result([self._rows[one] for one in ids if one in self._rows])
        return future

    def _go(self, place: str) -> None:
        if place and place != self._place:
            self._place = place
            self.side.show_nothing()
            self.load()

    @property
    def chosen(self) -> WindowLine | EmergencyLine | LoggedLine | audit.Chain | None:
        """What is chosen."""
        row = self._rows.get(self.table.chosen_id())
        return row.record if row is not None else None

    def _show_chosen(self) -> None:
        self.side.show_record(self.chosen)
        self._console.book.refresh()

    # What is done

    def _can_close(self) -> bool:
        return isinstance(self.chosen, WindowLine) and self.chosen.is_ours

    def _can_review(self) -> bool:
        return isinstance(self.chosen, EmergencyLine) and not (self.chosen.is_reviewed or self.chosen.is_on)

    def open_window(self) -> None:
        """Ask for a new window."""
        self._console.read(self, devices.customers, self._ask_window)

    def _ask_window(self, known: tuple[tuple[str, str], ...]) -> None:
        form = self.side.ask_window(known)
        form.customer_chosen.connect(
            lambda customer_id: self._console.read(
                form, lambda desk: devices.open_issues(desk, customer_id or None), form.show_issues
            )
        )

        def send() -> None:
            try:
                draft = form.draft
            except BadInput as error:
                form.refuse(error)
                return
            self._console.write(form, draft.make, lambda window: self._opened(window.id), form.refuse)

        form.sent.connect(send)

    def _opened(self, window_id: str) -> None:
        self.side.leave_form()
        self.show_place(WINDOWS)
        self.load()
        self.table.choose(window_id)

    def close_window(self) -> None:
        """Close the chosen window; it can be undone."""
        line = self.chosen
        if isinstance(line, WindowLine) and line.is_ours:
            self._console.write(self, lambda desk: change_windows.close(desk, line.id))

    def end_emergency(self) -> None:
        """End the chosen emergency, so that it can be reviewed."""
        line = self.chosen
        if isinstance(line, EmergencyLine):
            self._console.write(self, lambda desk: emergencies.end(desk, line.id))

    def review(self) -> None:
        """Review the chosen emergency with words."""
        line = self.chosen
        if not isinstance(line, EmergencyLine):
            return
        form = self.side.ask_review(line)
        form.sent.connect(
            lambda: self._console.write(
                form,
                lambda desk: emergencies.review(desk, line.id, form.words),
                lambda _none: self.side.leave_form(),
                form.refuse,
            )
        )


def _sections(desk: Desk) -> list[Section]:
    windows, waiting = change_windows.listed(desk), emergencies.to_review(desk)
    is_open = sum(line.is_open for line in windows)
    first = (
        Place(WINDOWS, _TITLES[WINDOWS], str(is_open) if is_open else "", Kind.GREEN, tip="open now"),
        Place(TO_REVIEW, "To review", str(len(waiting)) if waiting else "", Kind.AMBER),
        Place(REVIEWED, "Reviewed"),
    )
    logs = tuple(Place(device_id, name, f"{count:,}") for device_id, name, count in audit.devices(desk))
    return [
        Section("Changes", first[:1]),
        Section("Emergencies", first[1:]),
        Section("The log", (Place(MINE, _TITLES[MINE]), Place(CHAINS, _TITLES[CHAINS]))),
        *([Section("The log of", logs)] if logs else []),
    ]


def _rows(desk: Desk, place: str, day: tuple[datetime, datetime] | None, person_id: str | None) -> list[SafeRow]:
    now = datetime.now(UTC)
    if place == WINDOWS:
        return [of_window(line, now) for line in change_windows.listed(desk)]
    if place in {TO_REVIEW, REVIEWED}:
        found = emergencies.to_review(desk) if place == TO_REVIEW else emergencies.lately(desk)
        return [of_emergency(line, now) for line in found]
    if place == CHAINS:
        return [of_chain(chain, now) for chain in audit.verify(desk)]
    lines = audit.mine(desk, day=day) if place == MINE else audit.of_device(desk, place, person_id=person_id, day=day)
    return [of_logged(line, now) for line in lines]


def _people(desk: Desk, place: str) -> tuple[tuple[str, str], ...]:
    return () if place in _TITLES else audit.people_on(desk, place)


def _title(desk: Desk, place: str) -> str:
    device = desk.cache.record(Device, place) if place not in _TITLES else None
    return _TITLES.get(place) or (device.name if device is not None else "a device that is not known here")
