"""Everything that waits for a person because it did not go through: clashes, rows that are gone, refusals."""

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.domain.entities import BY_NAME
from app.services import conflicts
from app.services.conflicts import ConflictKind, ConflictLine
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.clashes import ClashCard, title
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.flow import clear, split
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import XL, M, Tone
from ui.kit.timephrase import exact, short_span

_WIDTHS = (430, 850)
_WIDEST = 1100
_KEYS = ("M", "T", "3")
_KEYS_REFUSED = ("C", "D", "")


def columns() -> tuple[Column[ConflictLine], ...]:
    """Give what the list says of each."""
    return (
        Column("what", "Waits for you", _what, 0, is_sortable=False),
        Column("since", "Since", _since, 70, is_sortable=False),
    )


def _what(line: ConflictLine, _now: datetime) -> Cell:
    label = line.label[:1].upper() + line.label[1:]
    if line.is_removal:
        second = f"you removed it, {line.theirs_by or 'somebody'} changed it"
    elif line.can_keep_mine:
        second = f"{line.name}: you and {line.theirs_by or 'somebody else'}"
    else:
        second = "not there any more" if line.kind is ConflictKind.GONE else "refused"
    return Cell(label, second=second, tip=title(line, is_named=True))


def _since(line: ConflictLine, now: datetime) -> Cell:
    return Cell(short_span((now - line.made_at).total_seconds()), Tone.DIM, tip=exact(line.made_at))


class ClashPage(Page):
    """The list at the left, the chosen one in full at the right; read anew whenever something changed."""

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._console = console
        self._lines: dict[str, ConflictLine] = {}
        self.card: ClashCard | None = None
        self.header = PaneHeader("To resolve")
        self.empty = EmptyState(
            "Nothing waits", "When two people change the same thing, both values stand here until somebody decides."
        )
        self.table: RecordTable[ConflictLine] = RecordTable(
            "To resolve", columns(), Source(self._fetch, lambda line: line.id), console.mailbox, self.empty,
            has_two_lines=True,
        )  # fmt: skip
        self._lay_out()
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _id: self.write())
        console.watch(self, BY_NAME, lambda _changes: self.refresh())
        self.setAccessibleName("To resolve")
        self.refresh()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        left.setMinimumWidth(300)
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(XL, XL, XL, XL)
        layout.setSpacing(M)
        self._place = QVBoxLayout()
        layout.addLayout(self._place)
        self._todo = Label(
            "Nothing is lost: what did not go through stands here until somebody decides.", tone=Tone.DIM, wrap=True
        )
        layout.addWidget(self._todo)
        layout.addStretch(1)
        area = self._area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("The conflict")
        area.setMinimumWidth(420)
        parts = split(left, area, sizes=_WIDTHS)
        parts.setStretchFactor(0, 1)
        parts.setStretchFactor(1, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def commands(self) -> tuple[Command, ...]:
        """Give the ways out of the conflict in sight; each fits it or cannot be given."""
        group = "Conflict"
        rows = (
            ("keep_mine", "Keep mine", "Give my value again, or remove it anyway", "M", self.keep_mine, self._is_clash),
            ("keep_theirs", "Keep theirs", "Leave what the company has", "T", self.keep_theirs, self._is_clash),
            ("write_third", "Write a third", "Give another value", "3", self.write, self._can_write),
            ("copy", "Copy", "What was typed, to the clipboard", "C", self.copy, self._is_refused),
            ("drop", "Drop what I typed", "It is not needed any more", "D", self.keep_theirs, self._is_refused),
        )
        return tuple(
            Command(f"clash.{name}", text, about, (key,), group, run, can, single_key=True)
            for name, text, about, key, run, can in rows
        )

    def focus_first(self) -> None:
        """Go to the list."""
        self.table.setFocus()
        self.refresh()

    # What is shown

    def refresh(self) -> None:
        """Read what waits."""
        self._console.read(self, conflicts.open_conflicts, self._show)

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[ConflictLine]]":
        found: Future[Sequence[ConflictLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def _show(self, waiting: tuple[ConflictLine, ...]) -> None:
        self._lines = {line.id: line for line in waiting}
        if list(self.table.model.ids) != list(self._lines):
            self.table.show_ids(list(self._lines))
        self.table.choose_first()
        self.header.say("To resolve", f"{len(waiting)} open" if waiting else "")
        self._todo.setVisible(not waiting)
        self._show_chosen(self.table.chosen_id())

    def _show_chosen(self, one: str) -> None:
        line = self._lines.get(one)
        card = self.card
        if card is not None and card.clash == line:
            return
        if card is not None and line is not None and card.clash.id == line.id and card.is_writing:
            return  # a third value that is being typed is left in peace
        clear(self._place)
        self.card = None
        if line is not None:
            keys = _KEYS if line.can_keep_mine else _KEYS_REFUSED
            self.card = ClashCard(self._console, line, datetime.now(UTC), keys, is_named=True)
            self.card.resolved.connect(self._resolved)
            self.card.left.connect(self.table.setFocus)
            self._place.addWidget(self.card)
            self._area.verticalScrollBar().setValue(0)
        self._console.book.refresh()

    def _resolved(self) -> None:
        self.table.setFocus()
        self.refresh()

    # What can be done

    def _is_clash(self) -> bool:
        return self.card is not None and self.card.clash.can_keep_mine

    def _is_refused(self) -> bool:
        return self.card is not None and not self.card.clash.can_keep_mine

    def _can_write(self) -> bool:
        return self.card is not None and self.card.clash.can_write_third

    def keep_mine(self) -> None:
        """Give my value again."""
        if self.card is not None:
            self.card.keep_mine()

    def keep_theirs(self) -> None:
        """Leave what the company has."""
        if self.card is not None:
            self.card.keep_theirs()

    def write(self) -> None:
        """Ask for a third value."""
        if self.card is not None:
            self.card.write()

    def copy(self) -> None:
        """Put what was typed on the clipboard."""
        if self.card is not None:
            self.card.copy()
