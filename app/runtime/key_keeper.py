"""Lets others in to the full texts of configurations, and takes the key from who has left, while somebody works."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from app.domain.errors import BatonError
from app.domain.ports import Touched
from app.runtime.workstation import Workstation
from app.services.configs import keys
from app.services.configs.keys import Tended

_TABLES = frozenset({"person", "person_key", "company_key", "wrapped_key"})


class KeyKeeper:
    """Tends the company's key at an open workstation: at its start and whenever people or keys have changed.

    It works on a reader thread, because a locked keyring may wait for the person there. `on_trouble` gets what is not
    Baton's own error; those say only that it must be done later, and the next change does it.
    """

    def __init__(self, workstation: Workstation, on_trouble: Callable[[BaseException], None]) -> None:
        self._workstation, self._on_trouble = workstation, on_trouble
        self._lock = threading.Lock()
        self._is_busy = self._is_wanted = False
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin; returns at once."""
        self._unsubscribe = self._workstation.hub.subscribe(self._on_touched)
        self._tend()

    def stop(self) -> None:
        """Tend no more; what runs comes to its end."""
        self._unsubscribe()

    def _on_touched(self, changes: Iterable[Touched]) -> None:
        if any(change.table in _TABLES for change in changes):
            self._tend()

    def _tend(self) -> None:
        with self._lock:
            self._is_wanted = self._is_busy
            if self._is_busy:
                return
            self._is_busy = True
        self._workstation.read(lambda desk: keys.tend(desk, self._workstation.secrets)).add_done_callback(self._done)

    def _done(self, future: "Future[Tended]") -> None:
        with self._lock:
            self._is_busy, again = False, self._is_wanted
            self._is_wanted = False
        if future.cancelled():
            return  # the workstation is being closed
        error = future.exception()
        if error is not None and not isinstance(error, BatonError):
            self._on_trouble(error)
        if again:
            self._tend()
