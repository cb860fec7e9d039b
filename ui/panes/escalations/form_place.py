"""Where the pane's forms open: in the place of the detail. Their drafts are kept from the first key."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.domain.errors import BatonError
from app.services import drafts
from app.services.desk import Desk
from ui.kit.cards import Panel
from ui.kit.console import Console
from ui.kit.theme import L
from ui.panes.escalations.form import DraftForm

_DRAFT_MS = 300


class FormPlace(QStackedWidget):
    """Shows `below` or, above it, one form at a time."""

    opened = Signal(object)  # the form
    done = Signal(object, object)  # the form, what its verb gave
    closed = Signal()

    def __init__(self, console: Console, below: QWidget) -> None:
        super().__init__()
        self._console, self._below = console, below
        self._page: QWidget | None = None
        self.form: DraftForm | None = None
        self.addWidget(below)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_DRAFT_MS)
        self._later.timeout.connect(self._keep_draft)

    def open(self, form: DraftForm) -> None:
        """Open this form with its draft, in the place of any other."""
        self.leave()
        self.form = form
        self._page = _scrolled(form)
        self.addWidget(self._page)
        self.setCurrentWidget(self._page)
        form.sent.connect(self._send)
        form.left.connect(self.leave)
        name = form.draft
        self._console.read(self, lambda desk: drafts.load(desk, name), lambda kept: self._take_up(form, kept))
        form.setFocus()
        self.opened.emit(form)

    def leave(self) -> None:
        """Close the form; what is typed stays as its draft."""
        self._keep_now()
        self._drop()

    def _keep_now(self) -> None:
        if self._later.isActive():
            self._later.stop()
            self._keep_draft()

    def _take_up(self, form: DraftForm, kept: dict[str, Any] | None) -> None:
        if form is not self.form:
            return
        if kept:
            form.take_up(kept)
        form.edited.connect(self._later.start)

    def _keep_draft(self) -> None:
        if self.form is not None and self.form.send.isEnabled():
            name, content = self.form.draft, self.form.content()
            self._console.write(self, lambda desk: drafts.save(desk, name, content))

    def _send(self) -> None:
        form = self.form
        if form is None or not form.send.isEnabled():
            return
        try:
            verb = form.verb()
        except BatonError as e:
            form.refuse(e)
            return
        self._keep_now()  # before it is recorded: kept later, it would come back as a draft
        form.send.setEnabled(False)

        def do(desk: Desk) -> Any:
            made = verb(desk)
            drafts.drop(desk, form.draft)
            return made

        self._console.write(self, do, lambda made: self._sent(form, made), form.refuse)

    def _sent(self, form: DraftForm, made: Any) -> None:
        if form is self.form:
            self._later.stop()
            self._drop()
        self.done.emit(form, made)

    def _drop(self) -> None:
        page, self._page, self.form = self._page, None, None
        if page is not None:
            self.setCurrentWidget(self._below)
            self.removeWidget(page)
            page.hide()
            page.deleteLater()
            self.closed.emit()


def _scrolled(form: DraftForm) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    holder = Panel(line=Qt.Edge.LeftEdge)
    inner = QVBoxLayout(holder)
    inner.setContentsMargins(L, L, L, L)
    inner.addWidget(form)
    inner.addStretch(1)
    area.setWidget(holder)
    return area
