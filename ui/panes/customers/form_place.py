"""Where one form at a time opens: what is typed into it is kept from the first key and comes back."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.errors import BadInput, BatonError
from app.services import drafts
from app.services.desk import Desk
from ui.kit.console import Console
from ui.panes.customers.record_form import RecordForm

Verb = Callable[[Desk, dict[str, Any]], str]
"""Records what the form gave; gives what to tell of it."""


class FormPlace(QWidget):
    """`left` says that a form was sent or left; `opened` that one is there now."""

    opened = Signal()
    left = Signal()

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.form: RecordForm | None = None
        self._draft = ""
        self._verb: Verb | None = None
        self._typed: dict[str, dict[str, str]] = {}  # by draft, since the start
        self._is_writing = False
        self._is_stale = False  # keys came while a draft was on its way
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def open(self, form: RecordForm, draft: str, verb: Verb) -> None:
        """Open this form with what was once typed into it; another one that is open is left, its draft kept."""
        self._drop_form()
        self.form, self._draft, self._verb = form, draft, verb
        form.edited.connect(self._keep)
        form.sent.connect(self._send)
        form.left.connect(self.leave)
        form.started_over.connect(self._keep)
        self._column.addWidget(form)
        self.show()
        self.opened.emit()
        form.first.setFocus()
        if draft in self._typed:  # what was typed a moment ago may not be written yet
            form.restore(self._typed[draft])
        else:
            self._console.read(form, lambda desk: drafts.load(desk, draft), lambda kept: form.restore(kept or {}))

    def leave(self) -> None:
        """Close the form; what was typed comes back when it is opened again."""
        if self.form is not None:
            self._drop_form()
            self.left.emit()

    def _drop_form(self) -> None:
        form, self.form = self.form, None
        if form is not None:
            self._column.removeWidget(form)
            form.hide()
            form.deleteLater()
        self.hide()

    # One write at a time, always the newest: the keys in between are in the next.

    def _keep(self) -> None:
        if self.form is None:
            return
        self._typed[self._draft] = self.form.typed()
        if self._is_writing:
            self._is_stale = True
            return
        self._is_writing, self._is_stale = True, False
        name, typed = self._draft, self._typed[self._draft]

        def keep(desk: Desk) -> None:
            if typed:
                drafts.save(desk, name, typed)
            else:
                drafts.drop(desk, name)

        self._console.mailbox.deliver(
            self._console.workstation.write(keep), self, lambda _none: self._kept(), self._not_kept
        )

    def _kept(self) -> None:
        self._is_writing = False
        if self._is_stale:
            self._keep()

    def _not_kept(self, error: BatonError) -> None:
        if self.form is not None:
            self.form.refuse(error)
        self._kept()

    def _send(self) -> None:
        form, verb, name = self.form, self._verb, self._draft
        if form is None or verb is None:
            return
        form.clear_refusal()
        try:
            values = form.values()
        except BadInput as error:
            form.refuse(error)
            return
        form.send.setEnabled(False)
        self._is_stale = False

        def record(desk: Desk) -> str:
            told = verb(desk, values)
            drafts.drop(desk, name)
            return told

        def sent(told: str) -> None:
            self._typed.pop(name, None)
            if told:
                self._console.navigator.tell(told)
            if form is self.form:
                self.leave()

        self._console.write(form, record, sent, form.refuse)
