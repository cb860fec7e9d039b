"""When the device was given something, and when it has answered: whether what is shown now is about it."""

import time
from dataclasses import dataclass

QUIET_S = 0.02  # nothing came for so long: the echo is complete
SILENT_S = 0.25  # ... and a device that has not echoed until now does not echo
GIVE_UP_S = 1.0
_MARGIN = 1.5  # times the slowest echo of late
_FORGETS = 0.9  # of it with each echo: a line that became fast is not waited for forever


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since anything was shown or pressed, since the line is held, since a key was pressed; and of an echo.

    `has_spoken` unless the device has said nothing since it was given a line or an answer: what is shown is old then.
    """

    quiet_s: float
    held_s: float
    pressed_s: float = GIVE_UP_S
    echo_s: float = 0.0
    has_spoken: bool = True

    @property
    def is_quiet(self) -> bool:
        """Whether what came is complete."""
        return self.quiet_s >= QUIET_S

    @property
    def is_answered(self) -> bool:
        """Whether an answer to the last key would be here by now, as long as this line takes."""
        return self.is_quiet and self.pressed_s >= min(_MARGIN * self.echo_s, GIVE_UP_S)

    @property
    def is_silent(self) -> bool:
        """Whether nothing came for longer than an echo ever takes."""
        return self.quiet_s >= max(SILENT_S, min(_MARGIN * self.echo_s, GIVE_UP_S))


class Pace:
    """Notes the times of one session; GUI thread only."""

    def __init__(self) -> None:
        self.has_spoken = True
        self._heard_at = self._pressed_at = self._waits_since = 0.0
        self._echo_s = 0.0

    def begin(self) -> None:
        """Begin with a session: nothing that it was given is unanswered."""
        self.has_spoken, self._waits_since, self._echo_s = True, 0.0, 0.0

    def pressed(self) -> None:
        """Note that keys were sent that run nothing."""
        self._pressed_at = time.monotonic()
        if not self._waits_since and self.has_spoken:  # a device that is busy with a line says nothing of the way
            self._waits_since = self._pressed_at

    def gave(self) -> None:
        """Note that a line was run, or a question or a pager answered."""
        self.has_spoken, self._waits_since = False, 0.0

    def heard(self) -> None:
        """Note that the device said something."""
        self._heard_at = time.monotonic()
        self.has_spoken = True
        if self._waits_since:
            self._echo_s = max(min(self._heard_at - self._waits_since, GIVE_UP_S), self._echo_s * _FORGETS)
            self._waits_since = 0.0

    def clock(self, since: float) -> Clock:
        """Give how long everything is ago; `since` is when the line was held (time.monotonic)."""
        now = time.monotonic()
        quiet_s = now - max(self._heard_at, self._pressed_at)
        return Clock(quiet_s, now - since, now - self._pressed_at, self._echo_s, self.has_spoken)
