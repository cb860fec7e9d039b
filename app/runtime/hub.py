"""Who hears of changed rows: screens of this process subscribe, verbs and the sync child tell."""

import threading
from collections.abc import Callable, Iterable

from app.domain.ports import Touched

Listener = Callable[[tuple[Touched, ...]], None]


class Hub:
    """Passes changes on to every listener, on the thread that tells. Any thread may subscribe."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = threading.Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with every change; gives the function that ends it."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._unsubscribe(listener)

    def _unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def touched(self, changes: Iterable[Touched]) -> None:
        """Pass changes on; an empty list is no news."""
        told = tuple(changes)
        if not told:
            return
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(told)
