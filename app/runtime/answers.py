"""What was asked of a child process and is answered by a message of it, as futures. Any thread."""

import threading
from concurrent.futures import Future
from typing import Any

from app.domain.entity import new_id
from app.domain.errors import BatonError


class Answers:
    """The questions that are open, by the id that goes with the question and comes back with the answer."""

    def __init__(self) -> None:
        self._open: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def expect(self) -> tuple[str, "Future[Any]"]:
        """Give the id for a new question, and the future of its answer."""
        request, future = new_id(), Future[Any]()
        future.set_running_or_notify_cancel()
        with self._lock:
            self._open[request] = future
        return request, future

    def give(self, request: str, answer: Any, trouble: BatonError | None) -> None:
        """Answer a question, or say why there is no answer; one that nobody waits for any more is no news."""
        with self._lock:
            future = self._open.pop(request, None)
        if future is None:
            return
        if trouble is not None:
            future.set_exception(trouble)
        else:
            future.set_result(answer)

    def give_up(self, trouble: BatonError) -> None:
        """Tell everybody who waits that there will be no answer."""
        with self._lock:
            left = list(self._open)
        for request in left:
            self.give(request, None, trouble)
