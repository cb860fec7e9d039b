"""One line of the list of steps."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.domain.run import StepEventKind
from app.services.run_lists import StepLine
from ui.kit.paint import RING, draw_dot, draw_elided, draw_pill, draw_ring, pill_width
from ui.kit.theme import Face, colour, font, tokens
from ui.kit.unsent import NOT_SENT
from ui.panes.releases.words import marks, state_word

_HEIGHT = 28
_LEFT = Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignRight


class StepRow(QAbstractButton):
    """A mark that says where the step stands, its number, its title, its pills, and its minutes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step: StepLine | None = None
        self._is_unsent = False
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_step(self, step: StepLine) -> None:
        """Show this one."""
        self.step = step
        self._tell()

    def mark(self, *, is_unsent: bool) -> None:
        """Say that what was done here has not reached the company yet, or that it has."""
        if is_unsent != self._is_unsent:
            self._is_unsent = is_unsent
            self._tell()

    def _tell(self) -> None:
        if self.step is None:
            return
        step, unsent = self.step, f", {NOT_SENT}" if self._is_unsent else ""
        pills = ", ".join(text for text, _kind in marks(step))
        name = f"Step {step.step.position}, {step.step.title}, {state_word(step)} {pills}".strip()
        self.setAccessibleName(name + unsent)
        self.setToolTip(f"{step.step.body}{unsent}".removeprefix(", "))
        self.update()

    def sizeHint(self) -> QSize:
        """Take the width there is."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        if self.step is None:
            return
        used, painter = tokens(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colour(used.accent), 1) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colour(used.selection))
            painter.drawRoundedRect(self.rect().adjusted(0, 1, -1, -2), 6, 6)
        middle = self.height() // 2
        _draw_mark(painter, 2, middle, self.step)
        painter.setFont(font(Face.TEXT))
        painter.setPen(colour(used.dim if self.step.is_done else used.text))
        draw_elided(painter, QRect(20, 0, 30, self.height()), str(self.step.step.position), _LEFT)
        minutes = f"{self.step.step.minutes} min" if self.step.step.minutes else ""
        room = self.rect().adjusted(44, 0, -4, 0)
        painter.setPen(colour(used.dim))
        draw_elided(painter, room, minutes, _RIGHT)
        room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(minutes) - 8)
        pills = marks(self.step)
        taken = sum(pill_width(text) + 6 for text, _kind in pills) + (RING + 8 if self._is_unsent else 0)
        room.setRight(room.right() - taken)
        painter.setPen(colour(used.dim if self.step.is_done else used.text))
        draw_elided(painter, room, self.step.step.title, _LEFT)
        left = room.left() + min(painter.fontMetrics().horizontalAdvance(self.step.step.title), room.width()) + 8
        if self._is_unsent:
            draw_ring(painter, left - 2, middle - 1, used.dim)
            left += RING + 4
        for text, kind in pills:
            left += draw_pill(painter, left, middle, kind, text) + 6
        painter.end()


def _draw_mark(painter: QPainter, left: int, middle: int, step: StepLine) -> None:
    used = tokens()
    if step.is_done:
        painter.setPen(QPen(colour(used.green), 1.6))
        painter.drawPolyline(
            QPolygonF([QPointF(left + 1, middle), QPointF(left + 4, middle + 3), QPointF(left + 10, middle - 4)])
        )
    elif step.state is StepEventKind.FAILED:
        painter.setPen(QPen(colour(used.red), 1.6))
        painter.drawLine(QPointF(left + 1, middle - 4), QPointF(left + 9, middle + 4))
        painter.drawLine(QPointF(left + 9, middle - 4), QPointF(left + 1, middle + 4))
    else:
        draw_dot(painter, left, middle, used.faint, is_hollow=True)
