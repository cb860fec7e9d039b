"""What this workstation has open and who else has: said to the company when it changes, renewed while it lasts.

What each thing costs, for a company of any size: opening another row, or beginning or ending to type, is one call
here and one more at each other workstation that has one of both rows open, usually none; nobody else is woken. A
person who walks down a list makes three such calls a second at most. Renewing is one call every 10 s that wakes nobody:
30 people at work are 3 calls a second for the server. A console that nobody uses, or that shows no row, costs nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.company.link import Link
from app.sync.messages import Looker, LookersSeen

RENEW_S = 10.0  # what is not renewed for 30 s counts no more
TYPING_S = 5.0  # after a key somebody is typing for so long
BETWEEN_S = 0.3


@dataclass(frozen=True, slots=True)
class _Seen:
    looker: Looker
    until: float


class Presence:
    """One workstation's, on the thread of its sync."""

    def __init__(
        self,
        workstation_id: str,
        tell: Callable[[LookersSeen], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tell` hears who else has the open row open, whenever that changes; `clock` counts seconds."""
        self._workstation_id, self._tell, self._clock = workstation_id, tell, clock
        self._at: tuple[str, str] | None = None
        self._typed_until = 0.0
        self._is_active = True
        self._said: tuple[tuple[str, str] | None, bool] = (None, False)  # to the company
        self._asked_at = -RENEW_S
        self._has_news = False
        self._seen: tuple[_Seen, ...] = ()
        self._told = LookersSeen(None, ())

    def look_at(self, at: tuple[str, str] | None, *, is_typing: bool) -> None:
        """Have this row open from now on, or none; a key that was pressed counts for some seconds."""
        if at != self._at:
            self._at, self._typed_until, self._seen = at, 0.0, ()
        if is_typing:
            self._typed_until = self._clock() + TYPING_S

    def attend(self, *, is_active: bool) -> None:
        """Have somebody at the console or nobody."""
        self._is_active = is_active

    def hear(self) -> None:
        """Take it that the company has said that something changed."""
        self._has_news = True

    def forget(self) -> None:
        """Show nobody: the connection is gone, and with it what was said on it."""
        self._said, self._seen, self._has_news = (None, False), (), False
        self.show()

    @property
    def wait_s(self) -> float | None:
        """How long until the company has to be asked; None while there is nothing to ask."""
        now = self._clock()
        if self._wanted != self._said or self._has_news:
            return max(0.0, self._asked_at + BETWEEN_S - now)
        if self._at is None or not self._is_active:
            return None
        left = self._typed_until - now
        return max(0.0, min(self._asked_at + RENEW_S - now, left if left > 0 else RENEW_S))

    @property
    def _wanted(self) -> tuple[tuple[str, str] | None, bool]:
        return self._at, self._at is not None and self._clock() < self._typed_until

    def ask(self, link: Link) -> None:
        """Say what is open here and learn who else has it open; one round trip."""
        self._asked_at, self._has_news = self._clock(), False
        at, is_typing = self._wanted
        found = link.on_demand.look(self._workstation_id, link.channel, at, is_typing=is_typing)
        self._said, now = (at, is_typing), self._clock()
        self._seen = tuple(
            _Seen(
                Looker(one["person_id"], one["name"], one["doing"] == "typing", datetime.fromisoformat(one["since"])),
                now + one["left_s"],
            )
            for one in found
        )
        self.show()

    def leave(self, link: Link) -> None:
        """Say that nothing is open here any more, if anything else was said."""
        self.look_at(None, is_typing=False)
        if self._said[0] is not None:
            self.ask(link)

    def show(self) -> None:
        """Tell who else is there when that has changed; who was not renewed is there no more."""
        now = self._clock()
        seen = LookersSeen(self._at, tuple(one.looker for one in self._seen if one.until > now))
        if seen.lookers != self._told.lookers or (seen.lookers and seen.at != self._told.at):
            self._told = seen
            self._tell(seen)
