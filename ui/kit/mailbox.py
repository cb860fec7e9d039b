"""The one way in which results of other threads reach the GUI thread.

Each result has an owner, a QObject; when the owner is gone by then, the result is dropped.
"""

import sys
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import MethodType
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.domain.errors import BatonError

T = TypeVar("T")
OnTrouble = Callable[[BatonError], None]


@dataclass(frozen=True, slots=True)
class _Letter:
    owner: "weakref.ref[QObject]"
    on_result: Callable[[], Callable[[Any], None] | None]
    on_error: Callable[[], Callable[[BatonError], None] | None] | None


class Mailbox(QObject):
    """Delivers what futures bring, on the thread in which the mailbox was made: the GUI's."""

    _arrived = Signal(object, object)  # the letter and its future

    def __init__(self, on_trouble: OnTrouble, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_trouble = on_trouble
        self._arrived.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def deliver(
        self,
        future: "Future[T]",
        owner: QObject,
        on_result: Callable[[T], None],
        on_error: OnTrouble | None = None,
    ) -> None:
        """Call `on_result` with what the future brings, on the GUI thread, while the owner lives.

        A BatonError goes to `on_error`, without one to the mailbox's own `on_trouble`; any other exception is
        a bug and goes to sys.excepthook. A cancelled future brings nothing.
        """
        # A future keeps its callbacks: a letter that kept the future would hold what it brought, maybe a million ids,
        # until the collector of cycles comes by.
        letter = _Letter(weakref.ref(owner), _held(on_result), None if on_error is None else _held(on_error))
        future.add_done_callback(lambda done: self._post(letter, done))

    def call(self, owner: QObject, run: Callable[[], None]) -> None:
        """Run something on the GUI thread while the owner lives; from any thread."""
        future: Future[None] = Future()
        future.set_result(None)
        self.deliver(future, owner, lambda _none: run())

    def _post(self, letter: _Letter, future: "Future[Any]") -> None:
        # A future may still come in while the application goes away.
        if shiboken6.isValid(self):
            self._arrived.emit(letter, future)

    @Slot(object, object)
    def _hand_over(self, letter: _Letter, future: "Future[Any]") -> None:
        owner = letter.owner()
        if owner is None or not shiboken6.isValid(owner) or future.cancelled():
            return
        error = future.exception()
        if error is None:
            on_result = letter.on_result()
            if on_result is not None:
                on_result(future.result())
        elif isinstance(error, BatonError):
            on_error = letter.on_error() if letter.on_error is not None else None
            (on_error or self._on_trouble)(error)
        else:
            sys.excepthook(type(error), error, error.__traceback__)


def _held(function: Callable[..., None]) -> Callable[[], Callable[..., None] | None]:
    # A bound method would keep its owner alive until the result is there; a plain function is all there is.
    if isinstance(function, MethodType):
        return weakref.WeakMethod(function)
    return lambda: function
