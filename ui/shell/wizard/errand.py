"""One thing done on a thread of its own, for pages that have no workstation with lanes yet."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from PySide6.QtCore import QObject

from ui.kit.mailbox import Mailbox, OnTrouble

T = TypeVar("T")


def _nothing(_result: object) -> None:
    return None


class Errand(Generic[T]):
    """Runs the job at once. The thread does not keep the program alive: a server may take its time to not answer."""

    def __init__(self, name: str, job: Callable[[], T], unwanted: Callable[[T], None] = _nothing) -> None:
        """`unwanted` gets a result that comes after `drop`, on a thread of ours: to close what was opened."""
        self._future: Future[T] = Future()
        self._unwanted = unwanted
        self._lock = threading.Lock()
        self._is_dropped = False
        self._thread = threading.Thread(target=self._work, args=(job,), name=name, daemon=True)
        self._thread.start()

    def deliver(
        self, mailbox: Mailbox, owner: QObject, on_result: Callable[[T], None], on_error: OnTrouble
    ) -> "Errand[T]":
        """Hand the result to the GUI thread unless it was dropped by then; gives the errand."""

        def result(value: T) -> None:
            if not self._is_dropped:
                on_result(value)

        def error(trouble: Exception) -> None:
            if not self._is_dropped:
                on_error(trouble)  # type: ignore[arg-type]  # the mailbox brings nothing but BatonError

        mailbox.deliver(self._future, owner, result, error)
        return self

    def drop(self) -> None:
        """Nobody waits any more: no result is delivered from now on."""
        with self._lock:
            self._is_dropped = True
            is_late = self._future.done() and self._future.exception() is None
        if is_late:
            threading.Thread(target=self._unwanted, args=(self._future.result(),), daemon=True).start()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the job has ended."""
        self._thread.join(timeout_s)

    def _work(self, job: Callable[[], T]) -> None:
        try:
            result = job()
        except BaseException as e:  # noqa: BLE001  the future carries it to whoever asked
            with self._lock:
                if not self._is_dropped:
                    self._future.set_exception(e)
            return
        with self._lock:
            is_wanted = not self._is_dropped
            if is_wanted:
                self._future.set_result(result)
        if not is_wanted:
            self._unwanted(result)
