"""Who else has a row open: what the company said last, in the console's memory. Any thread, the GUI's too."""

import threading

from app.sync.messages import Looker, LookersSeen

__all__ = ["Looker", "Presence"]


class Presence:
    """What is known of the row that is open here; nothing while there is no way to the company."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = LookersSeen(None, ())

    def others(self, row_id: str, table: str = "issue") -> tuple[Looker, ...]:
        """Give the other people who have this row open, those first who came first; () for any row not open here."""
        with self._lock:
            return self._seen.lookers if self._seen.at == (table, row_id) else ()

    def take(self, seen: LookersSeen) -> frozenset[tuple[str, str]]:
        """Take what the company says; gives the rows that a screen may have to show anew, as table and id."""
        with self._lock:
            before, self._seen = self._seen, seen
        return frozenset(at for at in (before.at, seen.at) if at is not None)
