"""The strip of tabs at the top: words, count badges, a line under the current one."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.kit.paint import draw_pill, pill_width
from ui.kit.theme import Face, Kind, colour, font, tokens

HEIGHT = 43
_PADDING = 12
_GAP = 7


@dataclass(slots=True)
class _Tab:
    id: str
    title: str
    badge: str = ""
    kind: Kind = Kind.GREY
    left: int = 0
    width: int = 0


class TabStrip(QWidget):
    """The tabs; `chosen` carries the id of the one that was clicked or moved to with the arrow keys."""

    chosen = Signal(str)

    def __init__(self, tabs: list[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = [_Tab(one, title) for one, title in tabs]
        self._current = ""
        self._under = ""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Panes")
        self._arrange()

    @property
    def current(self) -> str:
        """The id of the tab underlined."""
        return self._current

    def ids(self) -> list[str]:
        """Give the ids from left to right."""
        return [tab.id for tab in self._tabs]

    def badge(self, tab_id: str) -> str:
        """Give what the badge says."""
        return self._find(tab_id).badge

    def set_current(self, tab_id: str) -> None:
        """Underline this tab."""
        self._current = tab_id
        self.setAccessibleDescription(f"{self._find(tab_id).title} is shown")
        self._arrange()

    def set_badge(self, tab_id: str, text: str, kind: Kind) -> None:
        """Put a count beside a tab's word; an empty text takes it away."""
        tab = self._find(tab_id)
        if (tab.badge, tab.kind) != (text, kind):
            tab.badge, tab.kind = text, kind
            self._arrange()

    def rect_of(self, tab_id: str) -> QRect:
        """Give where the tab is."""
        tab = self._find(tab_id)
        return QRect(tab.left, 0, tab.width, HEIGHT)

    def _find(self, tab_id: str) -> _Tab:
        return next(tab for tab in self._tabs if tab.id == tab_id)

    def _arrange(self) -> None:
        left = _PADDING
        bold = QFontMetrics(font(Face.BOLD))
        for tab in self._tabs:
            # As wide as the bold word, so that choosing a tab moves none.
            tab.left, tab.width = left, bold.horizontalAdvance(tab.title) + 2 * _PADDING
            if tab.badge:
                tab.width += _GAP + pill_width(tab.badge)
            left += tab.width + 3
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for the room of all tabs."""
        last = self._tabs[-1] if self._tabs else None
        return QSize(last.left + last.width + _PADDING if last else 0, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never cut a tab."""
        return self.sizeHint()

    def _at(self, x: float) -> str:
        return next((tab.id for tab in self._tabs if tab.left <= x < tab.left + tab.width), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tab under the mouse."""
        found = self._at(event.position().x())
        if found and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show that a tab can be clicked."""
        self._under = self._at(event.position().x())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go left and right."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._tabs:
            super().keyPressEvent(event)
            return
        at = (self.ids().index(self._current) + step) % len(self._tabs)
        self.chosen.emit(self._tabs[at].id)
        self.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words, badges and the line."""
        used = tokens()
        painter = QPainter(self)
        middle = HEIGHT // 2
        for tab in self._tabs:
            is_current = tab.id == self._current
            painter.setFont(font(Face.BOLD if is_current else Face.TEXT))
            painter.setPen(colour(used.text if is_current or tab.id == self._under else used.dim))
            words = QRect(tab.left + _PADDING, 0, tab.width, HEIGHT)
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, tab.title)
            if tab.badge:
                after = words.left() + painter.fontMetrics().horizontalAdvance(tab.title) + _GAP
                draw_pill(painter, after, middle, tab.kind, tab.badge, is_bold=is_current)
            if is_current:
                painter.fillRect(QRect(tab.left, HEIGHT - 2, tab.width, 2), colour(used.accent))
                if self.hasFocus():
                    painter.setPen(QPen(colour(used.accent), 1, Qt.PenStyle.DotLine))
                    painter.drawLine(QPointF(tab.left, 5), QPointF(tab.left + tab.width, 5))
        painter.end()
