"""The terminal widget: shows a TerminalScreen, sends what is typed. Knows nothing of SSH."""

import math
import time

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget

from ui.kit.terminal_keys import belongs_to_window, pasted, sent_by
from ui.kit.terminal_marks import Marks
from ui.kit.terminal_paint import ROW_HEIGHT, Picture, cell_width, draw_cursor
from ui.kit.terminal_paste import Pasting
from ui.kit.terminal_screen import TerminalScreen
from ui.kit.terminal_scroll import Scroll
from ui.kit.terminal_search import Search
from ui.kit.terminal_select import Selection, Spot
from ui.kit.terminal_waiting import Waiting
from ui.kit.theme import XS, M, S, colour, tokens

_AT_ONCE_BYTES = 512
_TURN_S = 0.005
_SELECTION = QColor(122, 168, 255, 90)
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}


class Terminal(QWidget):
    """A terminal; give it bytes with `feed`, take `typed` to the other side, and `answered` likewise.

    `answered` carries what the terminal itself replies to a query, so that nobody takes it for typing.
    """

    typed = Signal(bytes)
    answered = Signal(bytes)
    resized = Signal(int, int)  # columns, rows

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = TerminalScreen()
        self._picture = Picture()
        self._waiting = Waiting()
        self.sight = Scroll(self.state)
        self.selection = Selection(self.state)
        self._clicks = 0
        self._since_click = QElapsedTimer()
        self.search: Search | None = None
        self.pasting = Pasting(self)
        self.pasting.agreed.connect(self._pasted)
        self.pasting.left.connect(self.setFocus)
        self._top = XS
        self._is_open = True
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._take_turn)
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self._scrolled_by_bar)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("takes_letters", True)
        self.setProperty("takes_control_keys", True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setMinimumSize(int(20 * cell_width()) + 2 * M, 4 * ROW_HEIGHT)

    def feed(self, data: bytes) -> None:
        """Take bytes from the other side; they are worked off in turns of 5 ms. GUI thread."""
        self._waiting.add(data)
        if not self._turn.isActive():
            if len(data) <= _AT_ONCE_BYTES and self._waiting.size == len(data):
                self._take_turn()  # an echo: somebody waits for it
            else:
                self._turn.start()

    @property
    def waiting_bytes(self) -> int:
        """How much was fed and is not worked off yet."""
        return self._waiting.size

    def begin_anew(self) -> None:
        """Begin below all that was shown, before another session's first bytes; what waits is worked off at once."""
        self._take_turn(math.inf)
        self.sight.came(b"", self.state.begin_anew().scrolled)
        self._go_back(0)

    def set_open(self, *, is_open: bool) -> None:
        """Say whether there is another side: without one nothing is sent and the cursor is hollow."""
        self._is_open = is_open
        self.update()

    def copy(self) -> str:
        """Put the selected text on the clipboard; give it."""
        text = self.selection.text
        if text:
            QGuiApplication.clipboard().setText(text)
        return text

    def selected_text(self) -> str:
        """Give the selected text."""
        return self.selection.text

    def select_all(self) -> None:
        """Select all that there is."""
        self.selection.take_all()
        self.update()

    def mark(self, marks: Marks | None) -> None:
        """Let these words stand out from now on, also in what was shown before."""
        self._picture.mark(marks)
        self.update()

    def marked_words(self, text: str) -> list[str]:
        """Give what would stand out in a text."""
        marks = self._picture.marks
        return [text[low:high] for low, high, _style in marks.spans(text)] if marks is not None else []

    def open_search(self) -> None:
        """Search in place; what is selected on one line is searched first."""
        if self.search is None:
            self.search = Search(self.state, self)
            self.search.bar.left.connect(self.leave_search)
            self.search.went_to.connect(self._show_line)
            self.search.changed.connect(self.update)
        self.search.open(self.selection.text)
        self._fit()

    def leave_search(self) -> None:
        """Take the search away; the view stays where it is."""
        search, self.search = self.search, None
        if search is not None:
            search.bar.hide()
            search.bar.deleteLater()
            search.deleteLater()
            self._fit()
            self.setFocus()

    def _show_line(self, number: int) -> None:
        self.sight.show(number)
        self._fit_bar()
        self.update()

    def paste(self, text: str | None = None) -> None:
        """Send the text (the clipboard's when none is given); several lines only after a yes."""
        clean = pasted(QGuiApplication.clipboard().text() if text is None else text)
        if not clean or not self._is_open:
            return
        if "\n" in clean.rstrip("\n") or clean.endswith("\n"):
            self.pasting.ask(clean)
        else:
            self._send(clean.encode())

    def screen_text(self) -> str:
        """Give what the view shows as text."""
        first = self.state.scrolled_off
        cols, rows = self.state.size
        return self.state.text((first, 0), (first + rows - 1, cols)).rstrip()

    def forget_picture(self) -> None:
        """Draw every line anew at the next paint."""
        marks, self._picture = self._picture.marks, Picture()
        self._picture.mark(marks)
        self.update()

    def _pasted(self, text: str) -> None:
        self.setFocus()
        if self._is_open:
            self._send(text.replace("\n", "\r").encode())

    def _send(self, data: bytes) -> None:
        if self.sight.back:
            self._go_back(0)
        self.typed.emit(data)

    # What comes in

    def _take_turn(self, turn_s: float = _TURN_S) -> None:
        now = time.perf_counter()
        end = now + turn_s
        first, reply, dirty = self.sight.first, b"", set[int]()
        while now < end and (chunk := self._waiting.take()):
            fed = self.state.feed(chunk)
            self.sight.came(chunk, fed.scrolled)
            reply += fed.reply
            dirty |= fed.dirty
            began, now = now, time.perf_counter()
            self._waiting.took(now - began)
        if self._waiting.size and not self._turn.isActive():
            self._turn.start()
        elif not self._waiting.size:
            self._turn.stop()
        if self.search is not None:
            self.search.look_again()
        if self.sight.first != first or self.search is not None:
            self._fit_bar()
            self.update()
        elif dirty:
            top, low = (row + self.sight.below for row in (min(dirty), max(dirty)))
            self.update(0, self._top + top * ROW_HEIGHT, self.width(), (low - top + 1) * ROW_HEIGHT)
        if reply and self._is_open:
            self.answered.emit(reply)

    # Scrolling

    def _go_back(self, lines: int) -> None:
        self.sight.go(lines)
        self._fit_bar()
        self.update()

    def _fit_bar(self) -> None:
        self._bar.blockSignals(True)
        self._bar.setRange(0, self.sight.most)
        self._bar.setPageStep(self.state.size[1])
        self._bar.setValue(self.sight.most - self.sight.back)
        self._bar.setVisible(self.sight.most > 0)
        self._bar.blockSignals(False)

    def _scrolled_by_bar(self, value: int) -> None:
        self._go_back(self.sight.most - value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through what went by."""
        self._go_back(self.sight.back + round(event.angleDelta().y() / 120 * 3))
        event.accept()

    # Keys

    def event(self, event: QEvent) -> bool:
        """Take keys before the window's shortcuts do, except the few that stay the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_ours = event.modifiers() == _CTRL_SHIFT and event.key() in {Qt.Key.Key_C, Qt.Key.Key_V}
            if is_ours or not belongs_to_window(event):
                event.accept()
                return True
        return super().event(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 Qt override
        """Keep Tab: it belongs to the device."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste and scroll; send everything else."""
        key, pressed = event.key(), event.modifiers()
        if pressed == _CTRL_SHIFT and key == Qt.Key.Key_C:
            self.copy()
        elif pressed == _CTRL_SHIFT and key == Qt.Key.Key_V:
            self.paste()
        elif pressed == Qt.KeyboardModifier.ShiftModifier and key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            page = self.state.size[1] - 1
            self._go_back(self.sight.back + (page if key == Qt.Key.Key_PageUp else -page))
        elif pressed == Qt.KeyboardModifier.ShiftModifier and key in _ARROWS:
            self._select_on(Qt.Key(key))
        elif belongs_to_window(event):
            event.ignore()
        else:
            data = sent_by(event, has_application_cursor_keys=self.state.has_application_cursor_keys)
            if data and self._is_open:
                if self.selection.head is not None:
                    self.selection.drop()
                    self.update()
                self._send(data)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Send what an input method composed."""
        if event.commitString() and self._is_open:
            self._send(pasted(event.commitString()).encode())
        event.accept()

    # Selecting

    def _spot(self, at: QPoint) -> Spot:
        cols, rows = self.state.size
        row = max(0, min((at.y() - self._top) // ROW_HEIGHT, rows - 1))
        return self.sight.first + row, max(0, min(round((at.x() - M) / cell_width()), cols))

    def _cell(self, at: QPoint) -> Spot:
        return self._spot(at)[0], max(0, min(int((at.x() - M) / cell_width()), self.state.size[0] - 1))

    def _select_on(self, key: Qt.Key) -> None:
        self.selection.step(key)
        head, rows = self.selection.head, self.state.size[1]
        if head is not None and not self.sight.first <= head[0] < self.sight.first + rows:
            self._go_back(self.sight.back + (1 if head[0] < self.sight.first else -1))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select, or with Shift select to here; the third click in a row takes the line."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        spot = self._spot(event.position().toPoint())
        is_third = self._clicks == 2 and not self._since_click.hasExpired(QApplication.doubleClickInterval())
        self._clicks = 1
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.selection.reach(spot)
        elif is_third:
            self.selection.take_line(spot)
        else:
            self.selection.begin(spot)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select on, and scroll at the edges."""
        if event.buttons() & Qt.MouseButton.LeftButton and self.selection.head is not None:
            if event.position().y() < 0:
                self._go_back(self.sight.back + 1)
            elif event.position().y() > self.height():
                self._go_back(self.sight.back - 1)
            self.selection.reach(self._spot(event.position().toPoint()))
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the word."""
        self.selection.take_word(self._cell(event.position().toPoint()))
        self._clicks = 2
        self._since_click.start()
        self.update()

    # Showing

    def sizeHint(self) -> QSize:
        """Ask for 80 x 24."""
        return QSize(int(80 * cell_width()) + 2 * M + 10, 24 * ROW_HEIGHT + 2 * XS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns and rows as fit."""
        self._fit()

    def _fit(self) -> None:
        self._place_parts()
        (had, _rows), first = self.state.size, self.sight.first if self.sight.back else None
        cols = max(int((self.width() - 2 * M - 10) / cell_width()), 2)
        rows = max((self.height() - self._top - XS) // ROW_HEIGHT, 1)
        if (cols, rows) != self.state.size:
            self.state.resize(cols, rows)
            self.sight.resized(first if cols == had else None)
            self._fit_bar()
            self.resized.emit(cols, rows)
        self.update()

    def _place_parts(self) -> None:
        """Put the search above the first line, so that nothing is below it, and the question over the last ones."""
        self._bar.setGeometry(self.width() - 10, 0, 10, self.height())
        room, self._top = self.rect().adjusted(M, M, -M - 10, -M), XS
        if self.search is not None:
            self.search.bar.place(room)
            self._top = self.search.bar.geometry().bottom() + S
        self.pasting.place(room)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Fill the cursor."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hollow the cursor."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture of the lines, the selection and the cursor."""
        painter = QPainter(self)
        rows = self.state.size[1]
        size = QSize(self.width() - 2 * M, rows * ROW_HEIGHT)
        ground, below = colour(tokens().terminal), self._top + size.height()
        painter.fillRect(0, 0, self.width(), self._top, ground)
        painter.fillRect(0, below, self.width(), self.height() - below, ground)
        painter.fillRect(0, self._top, M, size.height(), ground)
        painter.fillRect(self.width() - M, self._top, M, size.height(), ground)
        painter.translate(M, self._top)
        painter.drawPixmap(
            0, 0, self._picture.update(self.state, self.sight.first, rows, size, self.devicePixelRatioF())
        )
        self._draw_selection(painter, rows)
        if self.search is not None:
            self.search.draw(painter, range(self.sight.first, self.sight.first + rows), self._box)
        draw_cursor(painter, self.state, self.sight.below, is_solid=self.hasFocus() and self._is_open)
        painter.end()

    def _draw_selection(self, painter: QPainter, rows: int) -> None:
        if self.selection.ends is None:
            return
        (low, left), (high, right) = self.selection.ends
        for number in range(max(low, self.sight.first), min(high, self.sight.first + rows - 1) + 1):
            start = left if number == low else 0
            end = right if number == high else self.state.size[0]
            painter.fillRect(self._box(number, start, end), _SELECTION)

    def _box(self, number: int, start: int, end: int) -> QRectF:
        cell = cell_width()
        return QRectF(start * cell, (number - self.sight.first) * ROW_HEIGHT, (end - start) * cell, ROW_HEIGHT)
