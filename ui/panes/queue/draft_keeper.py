"""Keeps what is typed from the first key: one write at a time, always the newest."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.domain.errors import BatonError
from app.services.desk import Desk
from ui.kit.console import Console

Verb = Callable[[Desk], None]


class DraftKeeper(QObject):
    """Writes drafts behind one another without queueing more than one: the keys in between are in the next."""

    def __init__(self, console: Console, on_error: Callable[[BatonError], None], parent: QObject) -> None:
        super().__init__(parent)
        self._console, self._on_error = console, on_error
        self._is_writing = False
        self._next: Verb | None = None

    def keep(self, verb: Verb) -> None:
        """Write with this verb now, or as soon as the write under way is done."""
        if self._is_writing:
            self._next = verb
            return
        self._is_writing = True
        self._console.write(self, verb, self._written, self._failed)

    def forget(self) -> None:
        """Leave out what waits: what was typed is being recorded."""
        self._next = None

    def _written(self, _none: None) -> None:
        self._is_writing = False
        verb, self._next = self._next, None
        if verb is not None:
            self.keep(verb)

    def _failed(self, error: BatonError) -> None:
        self._on_error(error)
        self._written(None)
