"""More on how it stands with the company: a card above the status line, opened by a click on it."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.cards import Card
from ui.kit.facts import Fact, FactList
from ui.kit.flow import flow
from ui.kit.labels import Label
from ui.kit.theme import Face, Kind, S

_WIDTH = 400


class SyncCard(Card):
    """Hangs over the window's lower left corner until Escape, or until the person goes elsewhere."""

    retry_asked = Signal()
    outbox_asked = Signal()
    aged = Signal()  # a second has passed while it is open: what it says of times is to be said anew

    def __init__(self, window: QWidget) -> None:
        super().__init__(parent=window)
        self._window = window
        self._back_to: QWidget | None = None
        self._told: object = None
        self._what = Label(face=Face.SUBHEADING, wrap=True)
        self._facts = FactList()
        self.retry = KeyButton("Retry now", run=self.retry_asked.emit, primary=True)
        self.outbox = KeyButton("Show what waits", run=self._go)
        for part in (self._what, self._facts, flow(self.retry, self.outbox)):
            self.body.addWidget(part)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName("How it stands with the company")
        self._second = QTimer(self)
        self._second.setInterval(1_000)
        self._second.timeout.connect(self.aged)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def say(self, kind: Kind, what: str, facts: Sequence[tuple[str, str]], *, has_unsent: bool) -> None:
        """Say this; it is read while the card is open too."""
        self.set_edge(kind)
        told = (kind, what, tuple(facts), has_unsent)
        if told == self._told:
            return
        self._told = told
        self.set_edge(kind)
        self._what.setText(what)
        self._facts.show_facts([Fact(name, value) for name, value in facts if value])
        self.outbox.setVisible(has_unsent)
        self._place()
        # What is new in it has no size before it is shown.
        QTimer.singleShot(0, self, self._place)

    @property
    def what(self) -> str:
        """What the card says first."""
        return self._what.text()

    @property
    def facts(self) -> dict[str, str]:
        """What more the card says, by name."""
        return self._facts.said

    def open(self) -> None:
        """Show the card; again: close it."""
        if self.isVisible():
            self.leave()
            return
        self._back_to = self.window().focusWidget()
        self._place()
        self.show()
        self.raise_()
        self.retry.setFocus(Qt.FocusReason.PopupFocusReason)

    def leave(self) -> None:
        """Close the card and give the focus back."""
        has_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self.hide()
        if has_focus and self._back_to is not None:
            self._back_to.setFocus()
        self._back_to = None

    def _go(self) -> None:
        self.leave()
        self.outbox_asked.emit()

    def _place(self) -> None:
        window = self._window
        height = self.heightForWidth(_WIDTH) if self.hasHeightForWidth() else self.sizeHint().height()
        self.resize(_WIDTH, height)
        self.move(QPoint(S, window.height() - height - 26 - S))

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isVisible() and not self.isAncestorOf(now) and now.window() is self.window():
            self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Count the seconds."""
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Count no more."""
        super().hideEvent(event)
        self._second.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep clicks on the card from what is below it."""
        if event.type() == QEvent.Type.MouseButtonPress:
            return True
        return super().event(event)


def clock(at: datetime | None) -> str:
    """Give a time of today to the second; "" for none."""
    return "" if at is None else f"{at.astimezone():%H:%M:%S}"
