"""Layouts that Qt lacks: a flow of widgets from left to right that wraps, and quick stacks."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QLayoutItem, QSplitter, QVBoxLayout, QWidget

B = TypeVar("B", bound=QBoxLayout)


class FlowLayout(QLayout):
    """Sets widgets in a row and goes on in the next when the width is used up; each row is centred."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8, row_gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._row_gap = gap, row_gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: D102 Qt override
        self._items.append(item)

    def count(self) -> int:  # noqa: D102 Qt override
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: D102 Qt gives null too
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: D102 Qt gives null too
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: D102 Qt override
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: D102 Qt override
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102 Qt override
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:  # noqa: D102 Qt override
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def sizeHint(self) -> QSize:  # noqa: D102 Qt override
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        margins = self.contentsMargins()
        width = sum(s.width() for s in shown) + self._gap * max(len(shown) - 1, 0)
        height = max((s.height() for s in shown), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())

    def minimumSize(self) -> QSize:  # noqa: D102 Qt override
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        margins = self.contentsMargins()
        return QSize(
            max((s.width() for s in shown), default=0) + margins.left() + margins.right(),
            max((s.height() for s in shown), default=0) + margins.top() + margins.bottom(),
        )

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        margins = self.contentsMargins()
        inner = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        rows: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if rows[-1] and x + size.width() > inner.width():
                rows.append([])
                x = 0
            rows[-1].append((item, size))
            x += size.width() + self._gap
        y = inner.y()
        for at, row in enumerate(rows):
            height = max((size.height() for _item, size in row), default=0)
            x = inner.x()
            for item, size in row:
                if not is_trial:
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self._gap
            y += height + (self._row_gap if at < len(rows) - 1 else 0)
        return y - rect.y() + margins.bottom()


def row(*widgets: QWidget | int | None, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Give the widgets side by side; an int is a gap in px, None stretches."""
    return _filled(QHBoxLayout(), widgets, gap, margins)


def column(
    *widgets: QWidget | QLayout | int | None, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)
) -> QVBoxLayout:
    """Give the widgets one below the other; an int is a gap in px, None stretches."""
    return _filled(QVBoxLayout(), widgets, gap, margins)


def flow(*widgets: QWidget, gap: int = 8, row_gap: int = 8) -> QWidget:
    """Give a widget in which these flow and wrap."""
    holder = QWidget()
    layout = FlowLayout(holder, gap, row_gap)
    for widget in widgets:
        layout.addWidget(widget)
    policy = holder.sizePolicy()
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder


def _filled(
    layout: B, parts: Iterable[QWidget | QLayout | int | None], gap: int, margins: tuple[int, int, int, int]
) -> B:
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return layout


def split(*widgets: QWidget, sizes: Sequence[int]) -> QSplitter:
    """Give the widgets side by side with a line between them that can be moved; sizes in px."""
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for widget in widgets:
        made.addWidget(widget)
    made.setSizes(list(sizes))
    return made


def restore_sizes(splitter: QSplitter, kept: object) -> None:
    """Give the parts their sizes of last time, in px; anything but one size for each part is ignored."""
    if not isinstance(kept, list) or len(kept) != splitter.count():
        return
    sizes = [size for size in kept if isinstance(size, int) and size > 0]
    if len(sizes) == len(kept):
        splitter.setSizes(sizes)


def clear(layout: QLayout) -> None:
    """Take everything out of the layout and delete it, now for the eye and soon for good."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear(inner)
        elif widget is not None:
            widget.hide()
            widget.deleteLater()
