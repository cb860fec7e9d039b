"""Search or do: one field that finds commands by a few letters, and records by a search given from outside.

Keyboard only works throughout: type, Up and Down, Enter, Escape. The list hangs below the field and never
takes the focus.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.domain.errors import BatonError
from ui.kit.commands import Command, CommandBook, native
from ui.kit.fuzzy import best
from ui.kit.mailbox import Mailbox
from ui.kit.paint import CAP_HEIGHT, cap_width, draw_cap, draw_elided
from ui.kit.side_list import Index
from ui.kit.theme import BUTTON_HEIGHT, Face, S, colour, font, tokens

_ROW = 36
_SHOWN = 10
_COMMANDS = 6
_WIDTH = 520
_ENTRY = int(Qt.ItemDataRole.UserRole)
LEFT, RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found: what it is (issue, customer, device ...), its id, and how it reads.

    One with `further` looks further before it is taken: what that finds is listed in its stead; when it gives None,
    the hit itself is ready to be opened.
    """

    kind: str
    id: str
    title: str
    subtitle: str = ""
    further: "Callable[[], Future[Sequence[Hit] | None]] | None" = field(default=None, compare=False)
    while_looking: str = field(default="", compare=False)


Search = Callable[[str], "Future[Sequence[Hit]]"]
Entry = Command | Hit


class SearchOrDo(QLineEdit):
    """The field at the top right with the list below it."""

    def __init__(
        self,
        book: CommandBook,
        mailbox: Mailbox,
        search: Search | None,
        on_hit: Callable[[Hit], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._book, self._mailbox, self._search, self._on_hit = book, mailbox, search, on_hit
        self._hits: Sequence[Hit] = ()
        self._asked = 0
        self._back_to: QWidget | None = None
        self._opened_by = ""
        self.cap = "Ctrl K"
        self.setPlaceholderText("Search or do…")
        self.setAccessibleName("Search or do")
        self.setFixedSize(250, BUTTON_HEIGHT)
        self._fit_cap()
        self.list = _Results(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(60)
        self._pause.timeout.connect(self._ask)
        self.textEdited.connect(lambda _text: self._typed())
        self.list.clicked.connect(lambda index: self._take(index.row()))

    def follow(self, command_id: str) -> None:
        """Show the key of the command that opens this field, the one that works where the focus is."""
        self._opened_by = command_id
        self._book.refreshed.connect(self._recap)
        self._recap()

    def _recap(self) -> None:
        key = self._book.shown_key(self._opened_by)
        self.cap = native(key) if key else ""
        self._fit_cap()

    def _fit_cap(self) -> None:
        self.setTextMargins(0, 0, cap_width(self.cap) + S if self.cap else 0, 0)
        self.update()

    def open(self) -> None:
        """Take the focus and show what can be done; from a second call, select what was typed."""
        focused = self.window().focusWidget()
        if focused is not self:
            self._back_to = focused
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self._typed()

    def leave(self) -> None:
        """Close the list and give the focus back to where it was."""
        self._asked += 1  # what is still on its way is not wanted any more
        self.list.hide()
        self.clear()
        self._hits = ()
        if self._back_to is not None and self.hasFocus():
            self._back_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self._back_to = None

    def entries(self) -> list[Entry]:
        """Give what the list shows, in its order."""
        return self.list.entries()

    def _typed(self) -> None:
        text = self.text().strip()
        if not text:
            self._hits = ()
        self._fill()
        if text and self._search is not None:
            self._pause.start()

    def _ask(self) -> None:
        text = self.text().strip()
        if not text or self._search is None:
            return
        self._asked += 1
        asked = self._asked
        self._mailbox.deliver(self._search(text), self, lambda hits: self._found(asked, hits))

    def _found(self, asked: int, hits: Sequence[Hit]) -> None:
        # Answers may overtake each other; only the newest question counts.
        if asked == self._asked and self.text().strip():
            self._hits = hits
            self._fill()

    def _fill(self) -> None:
        text = self.text().strip()
        possible = [c for c in self._book.here() if self._book.can(c.id)]
        commands = best(text, possible, lambda c: f"{c.title} {c.group}")
        entries: list[Entry] = [*commands[: _COMMANDS if text else 50], *self._hits[:50]]
        self.list.show_entries(entries, self._keys)
        if not self.hasFocus():
            self.list.hide()
            return
        self._place()

    def _keys(self, command: Command) -> str:
        # Where the focus goes back to, so that the key learned here works there.
        key = self._book.shown_key(command.id, self._back_to)
        return native(key) if key else ""

    def _place(self) -> None:
        window = self.window()
        rows = min(max(self.list.model().rowCount(), 1), _SHOWN)
        width = min(_WIDTH, window.width() - 2 * S)
        if self.list.parent() is not window:
            self.list.setParent(window)
        corner = self.mapTo(window, QPoint(self.width(), self.height() + 4))
        self.list.setGeometry(max(corner.x() - width, S), corner.y(), width, rows * _ROW + 2 * 5)
        self.list.show()
        self.list.raise_()

    def _take(self, row: int) -> None:
        entries = self.entries()
        if not 0 <= row < len(entries):
            return
        entry = entries[row]
        if isinstance(entry, Hit) and entry.further is not None:
            self._look_further(entry, entry.further)
            return
        # The focus goes back first: what is done may want it elsewhere.
        self.leave()
        if isinstance(entry, Hit):
            self._on_hit(entry)
        else:
            self._book.run(entry.id)

    def _look_further(self, hit: Hit, further: "Callable[[], Future[Sequence[Hit] | None]]") -> None:
        self._asked += 1
        asked = self._asked
        self._pause.stop()
        self.list.say(hit.while_looking)

        def found(hits: Sequence[Hit] | None) -> None:
            if asked != self._asked:
                return
            if hits is None:
                self.leave()
                self._on_hit(hit)
            else:
                self._hits = hits
                self.list.show_entries(list(hits), self._keys)
                self._place()

        def failed(error: BatonError) -> None:
            if asked == self._asked:
                self.list.say(f"{error.what} {error.todo}".strip())
                self._place()

        self._mailbox.deliver(further(), self, found, failed)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Keep Tab from leaving while the list is open."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.list.isVisible():
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.list.step(step)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list, take its row, or leave."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _SHOWN, Qt.Key.Key_PageUp: -_SHOWN}
        if key in step and self.list.isVisible():
            self.list.step(step[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take(self.list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list when the person goes elsewhere."""
        super().focusOutEvent(event)
        self.list.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and the key that opens it."""
        super().paintEvent(event)
        if not self.cap:
            return
        used = tokens()
        painter = QPainter(self)
        width = cap_width(self.cap)
        cap = QRect(self.width() - width - S, (self.height() - CAP_HEIGHT) // 2, width, CAP_HEIGHT)
        draw_cap(painter, cap, self.cap, used.dim, used.cap_line, used.panel)
        painter.end()


class _Results(QListView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setItemDelegate(_Delegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("What can be done and what was found")
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("popup", "true")
        self.hide()

    def entries(self) -> list[Entry]:
        found = []
        for row in range(self._items.rowCount()):
            entry = self._items.item(row).data(_ENTRY)
            if entry is not None:
                found.append(entry)
        return found

    def show_entries(self, entries: Sequence[Entry], keys: Callable[[Command], str]) -> None:
        self._items.clear()
        for entry in entries:
            item = QStandardItem(entry.title)
            item.setData(entry, _ENTRY)
            if isinstance(entry, Command):
                item.setToolTip(entry.help)
                item.setData(keys(entry), _ENTRY + 1)
            self._items.appendRow(item)
        if not entries:
            self.say("Nothing found. Try fewer letters.")
        else:
            self.setCurrentIndex(self._items.index(0, 0))

    def say(self, text: str) -> None:
        """Say this instead of a list."""
        self._items.clear()
        item = QStandardItem(text)
        item.setEnabled(False)
        item.setToolTip(text)
        self._items.appendRow(item)

    def said(self) -> str:
        """Give what is said instead of a list; "" while there is one."""
        first = self._items.item(0)
        return first.text() if first is not None and first.data(_ENTRY) is None else ""

    def step(self, step: int) -> None:
        count = self._items.rowCount()
        row = (self.currentIndex().row() + step) % count if abs(step) == 1 else self.currentIndex().row() + step
        self.setCurrentIndex(self._items.index(max(0, min(row, count - 1)), 0))


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        used = tokens()
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        entry = index.data(_ENTRY)
        if option.state & QStyle.StateFlag.State_Selected and entry is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(used.selection))
            painter.drawRoundedRect(box, 6, 6)
        inner = box.adjusted(S, 0, -S, 0)
        right = entry.kind if isinstance(entry, Hit) else entry.group if entry is not None else ""
        keys = index.data(_ENTRY + 1) or ""
        if keys:
            width = cap_width(keys)
            cap = QRect(inner.right() - width, box.center().y() - CAP_HEIGHT // 2 + 1, width, CAP_HEIGHT)
            draw_cap(painter, cap, keys, used.dim, used.cap_line, used.panel)
            inner.setRight(cap.left() - S)
        painter.setFont(font(Face.SMALL))
        painter.setPen(colour(used.dim))
        draw_elided(painter, inner, right, RIGHT)
        inner.setRight(inner.right() - painter.fontMetrics().horizontalAdvance(right) - S)
        painter.setFont(font(Face.TEXT))
        painter.setPen(colour(used.text if entry is not None else used.dim))
        title = str(index.data(0))
        draw_elided(painter, inner, title, LEFT)
        if isinstance(entry, Hit) and entry.subtitle:
            inner.setLeft(inner.left() + painter.fontMetrics().horizontalAdvance(title) + S)
            painter.setPen(colour(used.dim))
            if inner.width() > 30:
                draw_elided(painter, inner, entry.subtitle, LEFT)
        painter.restore()
