"""Messages that stay in sight without stopping anybody: what happened, what to do, and the button for it."""

from collections.abc import Callable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.labels import Dot, Label
from ui.kit.theme import XS, Face, Kind, L, M, S, colour, tokens


class Banner(QWidget):
    """One message over the whole width."""

    def __init__(
        self,
        kind: Kind,
        what: str,
        todo: str = "",
        action: str = "",
        run: Callable[[], None] | None = None,
        close: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind, self.what, self.todo = kind, what, todo
        row = QHBoxLayout(self)
        row.setContentsMargins(L, XS + 2, L, XS + 2)
        row.setSpacing(S)
        row.addWidget(Dot(kind))
        first = Label(what, face=Face.BOLD)
        second = Label(todo, wrap=True)
        row.addWidget(first)
        row.addWidget(second, 1)
        self.buttons: list[KeyButton] = []
        for text, pressed in ((action, run), ("Close", close)):
            if text and pressed is not None:
                self.buttons.append(KeyButton(text, run=pressed))
                row.addWidget(self.buttons[-1])
        self.setAccessibleName(f"{what} {todo}".strip())
        self.setMinimumHeight(2 * M + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        used = tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(used.ground(self.kind)))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), colour(used.line))
        painter.end()


class BannerArea(QWidget):
    """The banners below the tabs; each has a key, and a new one of the same key replaces the old."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.hide()

    def raise_banner(
        self,
        key: str,
        kind: Kind,
        what: str,
        todo: str = "",
        *,
        action: str = "",
        run: Callable[[], None] | None = None,
        is_closable: bool = True,
    ) -> Banner:
        """Show a message, with a button when an action is named; give the banner."""
        self.drop(key)
        banner = Banner(kind, what, todo, action, run, (lambda: self.drop(key)) if is_closable else None)
        self._banners[key] = banner
        self._layout.addWidget(banner)
        self.show()
        return banner

    def drop(self, key: str) -> None:
        """Take the message away; nothing happens when there is none."""
        banner = self._banners.pop(key, None)
        if banner is not None:
            self._layout.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def shown(self) -> dict[str, Banner]:
        """Give the banners shown, by key."""
        return dict(self._banners)
