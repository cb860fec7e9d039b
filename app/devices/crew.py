"""Threads for work that mostly waits: made when there is work, gone when there was none for a while."""

import queue
import threading
import time
from collections.abc import Callable

_REST_S = 10.0


class Crew:
    """Does at most so many things at once. Any thread; what it is given must not raise."""

    def __init__(self, name: str, most: int) -> None:
        self._name, self._most = name, most
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads: set[threading.Thread] = set()
        self._free = 0
        self._is_closed = False
        self._lock = threading.Lock()

    def do(self, act: Callable[[], None]) -> None:
        """Do it as soon as there is a hand."""
        self._work.put(act)
        with self._lock:
            if self._work.qsize() <= self._free or len(self._threads) >= self._most:
                return
            thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._threads.add(thread)
        thread.start()

    def close(self, timeout_s: float) -> None:
        """Take no more work and wait for what is being done."""
        with self._lock:
            self._is_closed = True
            threads = list(self._threads)
        for _ in threads:
            self._work.put(None)
        until = time.monotonic() + timeout_s
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while True:
            with self._lock:
                self._free += 1
            try:
                act = self._work.get(timeout=_REST_S)
            except queue.Empty:
                act = None
            with self._lock:
                self._free -= 1
                if act is None and (self._is_closed or self._work.empty()):
                    self._threads.discard(threading.current_thread())
                    return
            if act is not None:
                act()
