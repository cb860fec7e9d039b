"""Threads that take work in order: one writer, two readers. Results come as futures."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_Job = tuple["Future[Any]", Callable[[], Any]]


class Lane:
    """A few threads behind one queue; with one thread the jobs run strictly one after the other."""

    def __init__(self, name: str, threads: int, at_end: Callable[[], None]) -> None:
        """`at_end` runs in each thread before it ends, for instance to close its connection."""
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._at_end = at_end
        self._is_closed = False
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, name=f"{name}-{n}") for n in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Callable[[], T]) -> "Future[T]":
        """Queue the job; its exception comes with the future. After close the future is cancelled."""
        future: Future[T] = Future()
        with self._lock:
            if self._is_closed:
                future.cancel()
            else:
                self._jobs.put((future, job))
        return future

    def close(self) -> None:
        """Finish what is queued and end; returns when the threads have."""
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        if not was_closed:
            for _ in self._threads:
                self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None:
            future, job = item
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = job()
            except BaseException as e:  # noqa: BLE001  the future carries it to whoever asked
                future.set_exception(e)
            else:
                future.set_result(result)
            del item, future, job
        self._at_end()
