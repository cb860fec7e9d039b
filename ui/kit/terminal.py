"""The terminal widget: shows a TerminalScreen, sends what is typed. Knows nothing of SSH."""

import time
from collections import deque

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, QTimer, Signal
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
from PySide6.QtWidgets import QScrollBar, QWidget

from ui.kit.terminal_keys import belongs_to_window, pasted, sent_by
from ui.kit.terminal_paint import ROW_HEIGHT, Picture, cell_width, terminal_font
from ui.kit.terminal_paste import PasteQuestion
from ui.kit.terminal_screen import TerminalScreen
from ui.kit.theme import XS, M, colour, tokens

_CHUNK_BYTES = 8 * 1024
_TURN_S = 0.005
_WAITING_BYTES = 16 * 1024 * 1024
_SELECTION = QColor(122, 168, 255, 90)
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
Spot = tuple[int, int]  # absolute line number, column


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
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._back = 0  # lines scrolled back from the newest
        self._anchor: Spot | None = None
        self._head: Spot | None = None
        self._question: PasteQuestion | None = None
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
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > _WAITING_BYTES:
            self._leave_out()
        if not self._turn.isActive():
            self._turn.start()

    @property
    def waiting_bytes(self) -> int:
        """How much was fed and is not worked off yet."""
        return self._waiting_bytes

    def set_open(self, *, is_open: bool) -> None:
        """Say whether there is another side: without one nothing is sent and the cursor is hollow."""
        self._is_open = is_open
        self.update()

    def copy(self) -> str:
        """Put the selected text on the clipboard; give it."""
        text = self.selected_text()
        if text:
            QGuiApplication.clipboard().setText(text)
        return text

    def selected_text(self) -> str:
        """Give the selected text."""
        chosen = self._selection()
        return self.state.text(*chosen) if chosen else ""

    def paste(self, text: str | None = None) -> None:
        """Send the text (the clipboard's when none is given); several lines only after a yes."""
        clean = pasted(QGuiApplication.clipboard().text() if text is None else text)
        if not clean or not self._is_open:
            return
        if "\n" in clean.rstrip("\n") or clean.endswith("\n"):
            self._ask_about(clean)
        else:
            self._send(clean.encode())

    def screen_text(self) -> str:
        """Give what the view shows as text."""
        first = self.state.scrolled_off
        cols, rows = self.state.size
        return self.state.text((first, 0), (first + rows - 1, cols)).rstrip()

    def forget_picture(self) -> None:
        """Draw every line anew at the next paint."""
        self._picture = Picture()
        self.update()

    def _ask_about(self, text: str) -> None:
        self._drop_question()
        self._question = PasteQuestion(text, self)
        self._question.answered.connect(lambda is_yes: self._pasted(text, is_yes=is_yes))
        self._place_parts()
        self._question.show()
        self._question.ask()

    def _pasted(self, text: str, *, is_yes: bool) -> None:
        self._drop_question()
        self.setFocus()
        if is_yes and self._is_open:
            self._send(text.replace("\n", "\r").encode())

    def _drop_question(self) -> None:
        if self._question is not None:
            self._question.hide()
            self._question.deleteLater()
            self._question = None

    def _send(self, data: bytes) -> None:
        self._go_back(0)
        self.typed.emit(data)

    # What comes in

    def _take_turn(self) -> None:
        end = time.perf_counter() + _TURN_S
        before = self.state.scrolled_off
        reply = b""
        while self._waiting and time.perf_counter() < end:
            data = self._waiting.popleft()
            chunk, rest = data[:_CHUNK_BYTES], data[_CHUNK_BYTES:]
            if rest:
                self._waiting.appendleft(rest)
            self._waiting_bytes -= len(chunk)
            reply += self.state.feed(chunk).reply
        if not self._waiting:
            self._turn.stop()
        if self._back:
            # Who reads further up is not moved by what comes in.
            self._back = min(self._back + self.state.scrolled_off - before, self.state.history)
        self._fit_bar()
        self.update()
        if reply and self._is_open:
            self.answered.emit(reply)

    def _leave_out(self) -> None:
        kept: deque[bytes] = deque()
        size = 0
        while self._waiting and size < _WAITING_BYTES // 4:
            kept.appendleft(self._waiting.pop())
            size += len(kept[0])
        left_out = self._waiting_bytes - size
        # CAN ends a sequence that the cut may have opened.
        note = f"\x18\x1b[0m\r\n[{left_out} bytes left out: more came than can be shown]\r\n".encode()
        self._waiting = deque([note, *kept])
        self._waiting_bytes = size + len(note)

    # Scrolling

    @property
    def _first(self) -> int:
        return self.state.scrolled_off - self._back

    def _go_back(self, lines: int) -> None:
        self._back = max(0, min(lines, self.state.history))
        self._fit_bar()
        self.update()

    def _fit_bar(self) -> None:
        self._bar.blockSignals(True)
        self._bar.setRange(0, self.state.history)
        self._bar.setPageStep(self.state.size[1])
        self._bar.setValue(self.state.history - self._back)
        self._bar.setVisible(self.state.history > 0)
        self._bar.blockSignals(False)

    def _scrolled_by_bar(self, value: int) -> None:
        self._go_back(self.state.history - value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll through what went by."""
        self._go_back(self._back + round(event.angleDelta().y() / 120 * 3))
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
            self._go_back(self._back + (page if key == Qt.Key.Key_PageUp else -page))
        elif belongs_to_window(event):
            event.ignore()
        else:
            data = sent_by(event, has_application_cursor_keys=self.state.has_application_cursor_keys)
            if data and self._is_open:
                self._anchor = self._head = None
                self._send(data)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Send what an input method composed."""
        if event.commitString() and self._is_open:
            self._send(pasted(event.commitString()).encode())
        event.accept()

    # Selecting

    def _spot(self, at: QPoint) -> Spot:
        cols, rows = self.state.size
        row = max(0, min((at.y() - XS) // ROW_HEIGHT, rows - 1))
        return self._first + row, max(0, min(round((at.x() - M) / cell_width()), cols))

    def _selection(self) -> tuple[Spot, Spot] | None:
        if self._anchor is None or self._head is None or self._anchor == self._head:
            return None
        return min(self._anchor, self._head), max(self._anchor, self._head)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._anchor = self._head = self._spot(event.position().toPoint())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Select on, and scroll at the edges."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            if event.position().y() < 0:
                self._go_back(self._back + 1)
            elif event.position().y() > self.height():
                self._go_back(self._back - 1)
            self._head = self._spot(event.position().toPoint())
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select the word."""
        number, column = self._spot(event.position().toPoint())
        line = self.state.line(number)
        if line is None:
            return
        chars = [cell.char for cell in line.cells]
        low = high = min(column, len(chars) - 1)
        while low > 0 and not chars[low - 1].isspace():
            low -= 1
        while high < len(chars) and not chars[high].isspace():
            high += 1
        self._anchor, self._head = (number, low), (number, high)
        self.update()

    # Showing

    def sizeHint(self) -> QSize:
        """Ask for 80 x 24."""
        return QSize(int(80 * cell_width()) + 2 * M + 10, 24 * ROW_HEIGHT + 2 * XS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns and rows as fit."""
        self._place_parts()
        cols = max(int((self.width() - 2 * M - 10) / cell_width()), 2)
        rows = max((self.height() - 2 * XS) // ROW_HEIGHT, 1)
        if (cols, rows) != self.state.size:
            self.state.resize(cols, rows)
            self._go_back(0)
            self.resized.emit(cols, rows)

    def _place_parts(self) -> None:
        self._bar.setGeometry(self.width() - 10, 0, 10, self.height())
        if self._question is not None:
            height = self._question.sizeHint().height()
            self._question.setGeometry(M, self.height() - height - M, self.width() - 2 * M - 10, height)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Fill the cursor."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hollow the cursor."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture of the lines, the selection and the cursor."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(tokens().terminal))
        rows = self.state.size[1]
        size = QSize(self.width() - 2 * M, rows * ROW_HEIGHT)
        painter.translate(M, XS)
        painter.drawPixmap(0, 0, self._picture.update(self.state, self._first, rows, size, self.devicePixelRatioF()))
        self._draw_selection(painter, rows)
        self._draw_cursor(painter, rows)
        painter.end()

    def _draw_selection(self, painter: QPainter, rows: int) -> None:
        chosen = self._selection()
        if chosen is None:
            return
        (low, left), (high, right) = chosen
        for number in range(max(low, self._first), min(high, self._first + rows - 1) + 1):
            start = left if number == low else 0
            end = right if number == high else self.state.size[0]
            box = QRectF(
                start * cell_width(), (number - self._first) * ROW_HEIGHT, (end - start) * cell_width(), ROW_HEIGHT
            )
            painter.fillRect(box, _SELECTION)

    def _draw_cursor(self, painter: QPainter, rows: int) -> None:
        row, column, is_shown = self.state.cursor
        row += self._back
        if not is_shown or row >= rows:
            return
        box = QRectF(column * cell_width(), row * ROW_HEIGHT + 1, cell_width(), ROW_HEIGHT - 2)
        if not (self.hasFocus() and self._is_open):
            painter.setPen(colour(tokens().terminal_text))
            painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        painter.fillRect(box, colour(tokens().terminal_text))
        line = self.state.line(self.state.scrolled_off + row - self._back)
        if line is not None and column < len(line):
            painter.setPen(colour(tokens().terminal))
            painter.setFont(terminal_font(is_bold=False, is_italic=False))
            painter.drawText(int(box.left()), row * ROW_HEIGHT + 14, line[column].char)
