"""The gate between a terminal and its device: each line is read from the screen and judged before it is run.

Keys go through at once, except behind one that answers a pager or a question: they wait until the device has spoken.
What would run a line is held until the echo is complete and the line is in the log. GUI thread only.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.customer import Environment
from app.domain.guard import Kind, Mode, Prompted, classify, explain, family_of, worst
from app.domain.session import LineClass
from app.services.guard import Standing
from ui.kit.console import Console
from ui.kit.terminal import Terminal
from ui.panes.devices.guard.asking import Asking, Held
from ui.panes.devices.guard.keys import BREAKS, HISTORY_NEXT, SUBMITS, Typed, first_key, parts
from ui.panes.devices.guard.pace import GIVE_UP_S, Clock, Pace
from ui.panes.devices.guard.reading import Reading, Told, prompted, read, shown_line

_LOOK_MS, _LOOK_AGAIN_MS = 5, 100
_NEXT_PASTED_S = 5.0  # a device that shows no prompt for so long gets the next pasted line all the same
_MOST_HIDDEN = 3  # a device that asks for more passwords than that in a row has a prompt that looks like it
_URGENT_S = 0.05  # in an emergency nobody waits longer for an echo


@dataclass(frozen=True, slots=True)
class Answering:
    """A key that went to a pager or a question: the line of the screen where that was, what it showed, and when."""

    key: bytes
    row: int
    shown: str
    at: float


class Gate(Asking):
    """One session's gate."""

    taught = Signal(str)  # what a line did, said on a practice device; "" for a question

    def __init__(
        self, console: Console, device_id: str, terminal: Terminal, send: Callable[[bytes], None], parent: QObject
    ) -> None:
        super().__init__(console, device_id, parent)
        self._terminal, self._send = terminal, send
        self._queue: deque[bytes] = deque()
        self._typed = Typed()
        self._key = b""  # what runs the line, while it is held
        self._held_at = 0.0
        self._pace = Pace()
        self._answering: Answering | None = None
        self._waits_for_prompt = False
        self._hidden = 0  # passwords given in a row
        self._look = QTimer(self)
        self._look.timeout.connect(self._pump)
        console.watch(self, ("device", "person"), lambda _changes: self.stand() if self.standing is not None else None)

    # What the terminal page tells

    def open(self) -> None:
        """Begin with a session that was opened just now."""
        self.close()
        self._typed.begin()
        self._pace.begin()
        self.stand()

    def close(self) -> None:
        """End with the session: nothing is held any more, and an emergency is over."""
        self._queue.clear()
        self._look.stop()
        self.end_emergency()
        self._key, self._waits_for_prompt, self._answering, self._hidden = b"", False, None, 0
        self._drop()

    def type(self, data: bytes) -> None:
        """Take what was typed or pasted."""
        if self.held is not None:
            return  # something is asked about the line before: what comes now was not meant for the device
        if data in BREAKS:  # goes past everything that waits
            self._queue.clear()
            self._answering, self._waits_for_prompt = None, False
        self._queue.extend(parts(data))
        self._pump()

    def heard(self) -> None:
        """Note that the device said something, which will be on the screen in a moment."""
        self._pace.heard()
        self._typed.heard()
        if self._answering is not None:
            self._look.start(_LOOK_MS)

    @property
    def is_holding(self) -> bool:
        """Whether a line is held, be it for its echo only."""
        return bool(self._key)

    # The work

    def _pump(self) -> None:
        """Send what may go; hold, and look again, where the echo is not complete."""
        while not self._key and self._queue:
            if not self._is_free():
                self._look.start(_LOOK_MS)
                return
            part = self._queue.popleft()
            if part[:1] in SUBMITS:
                self._key, self._held_at = part, time.monotonic()
            else:
                self._press(part)
        if self._key and not self.is_deciding:
            self._examine()
        if self._answering is not None and self._is_answered(self._answering):
            self._answering = None
        is_told = self._answering is None or self._clock(self._answering.at).held_s >= GIVE_UP_S
        if not self._key and not self._queue and is_told:
            self._look.stop()
        else:
            self._look.start(_LOOK_MS if self.held is None else _LOOK_AGAIN_MS)

    def _press(self, part: bytes) -> None:
        found = self._prompted()
        if self._typed.is_empty and found.kind in {Kind.PAGER, Kind.QUESTION} and not found.text.strip():
            part, others = first_key(part)
            if others:
                self._queue.appendleft(others)
            self._answer(part)
        elif part in BREAKS:
            self._pace.gave()
        self._pace.pressed()
        self._typed.press(part)
        self._send(part)

    def _answer(self, key: bytes) -> None:
        """Let what comes wait until the device has said what it makes of a key: only then is it known whose it is."""
        self._answering = Answering(key, self._row, shown_line(self._terminal.state), time.monotonic())
        self._pace.gave()

    def _is_free(self) -> bool:
        """Say whether the next key may go."""
        if self._answering is not None and not self._is_answered(self._answering):
            return False
        self._answering = None
        if self._waits_for_prompt and not self._may_go_on():
            return False
        self._waits_for_prompt = False
        return True

    def _is_answered(self, one: "Answering") -> bool:
        """Say whether the device has taken a key: for itself, or as the first one of a line."""
        clock = self._clock(one.at)
        has_given_up = clock.held_s >= GIVE_UP_S and bool(self._queue)
        if not clock.has_spoken or not clock.is_quiet or self._terminal.waiting_bytes:
            return has_given_up  # it counts as typed, and what is shown is not believed
        shown, found = shown_line(self._terminal.state), self._prompted()
        added = shown.removeprefix(one.shown) if self._row == one.row and shown.startswith(one.shown) else ""
        if added.strip():
            if added.strip().encode() != one.key.strip():
                self._typed.leave_to_device()
            return True
        is_next = self._row != one.row or shown != one.shown or clock.is_answered
        if is_next and found.kind is not Kind.UNREAD and not found.text.strip():
            self._typed.begin()
            return True
        if has_given_up and not self._typed.is_empty:
            self._typed.leave_to_device()
        return has_given_up

    def _may_go_on(self) -> bool:
        """Say whether the device is ready for the next pasted line."""
        clock = self._clock(self._held_at)
        is_late = clock.quiet_s > _NEXT_PASTED_S and clock.held_s > _NEXT_PASTED_S
        if self._terminal.waiting_bytes or not clock.is_quiet or not clock.has_spoken:
            return is_late
        found = self._prompted()
        is_ready = found.kind not in {Kind.UNREAD, Kind.PAGER} and not found.text.strip()
        return is_ready or clock.quiet_s > _NEXT_PASTED_S

    def _examine(self) -> None:
        standing = self.standing
        is_asked = self.held is not None and self.held.mode is not Mode.UNREAD
        if standing is None or self._terminal.waiting_bytes or is_asked:
            return
        clock = self._clock(self._held_at)
        reading = read(self._terminal.state, standing.platform, self._typed, clock)
        if reading.modes == (Mode.HIDDEN,) and self._hidden >= _MOST_HIDDEN:
            reading = Reading(Told.UNREAD, self._prompted().prompt, (Mode.UNREAD,))
        if reading.told is Told.WAIT and self.emergency is not None and time.monotonic() - self._held_at > _URGENT_S:
            reading = self._urgent(clock)
        if reading.told is Told.WAIT:
            return
        if reading.told in {Told.EMPTY, Told.STILL_EMPTY}:
            self._drop()
            if reading.told is Told.STILL_EMPTY:
                self._erase()
            self._run()
            return
        if reading.told is Told.UNREAD and self.held is not None and self.held.line == reading.line:
            return  # is asked about already; it may still become readable
        self._judge(standing, reading)

    def _urgent(self, clock: Clock) -> Reading:
        """Give what is known already; where it is no command, the keys may be a password."""
        found, known = self._prompted(), self._typed.known
        if found.kind is Kind.COMMAND and clock.has_spoken and known:
            return Reading(Told.LINE, known.strip(), (found.mode, Mode.UNREAD))
        if found.kind is Kind.PASSWORD and clock.has_spoken:
            return Reading(Told.LINE, "", (Mode.HIDDEN,))
        return Reading(Told.UNREAD, found.text.strip() if clock.has_spoken else "", (Mode.UNREAD,))

    def _judge(self, standing: Standing, reading: Reading) -> None:
        judged = [(classify(standing.platform, reading.line, mode), mode) for mode in reading.modes]
        verdict = worst(one for one, _mode in judged)
        self._decide(Held(reading.line, next(mode for one, mode in judged if one is verdict), verdict))

    def _passed(self, held: Held) -> None:
        if not self._key:
            return
        self._hidden = self._hidden + 1 if held.mode is Mode.HIDDEN else 0
        if self.standing is not None and self.standing.environment is Environment.PRACTICE:
            self.taught.emit(explain(held.verdict, held.line) if held.verdict.line_class is not LineClass.READ else "")
        self._run()

    def _left(self, held: Held) -> None:
        """Erase the line on the device, from its end, and drop the rest of a paste."""
        self._queue.clear()
        self._erase()
        self._key = b""
        self._typed.erase()

    def _erase(self) -> None:
        family = family_of(self.standing.platform) if self.standing is not None else None
        self._send(b"\x05" + (family.erase_line if family is not None else b"\x15"))

    def _knows(self) -> None:
        self._pump()

    def _run(self) -> None:
        """Let the held line go."""
        key, has_more = self._key, bool(self._queue)
        self._key = b""
        self._typed.begin()
        if key == HISTORY_NEXT:  # the device puts the next line of its history there
            self._typed.leave_to_device()
        if self._prompted().kind in {Kind.COMMAND, Kind.SHELL, Kind.UNREAD}:
            self._pace.gave()
        else:
            self._answer(key)
        self._waits_for_prompt = has_more
        self._held_at = time.monotonic()
        self._send(key)
        if has_more:
            self._look.start(_LOOK_MS)

    @property
    def _row(self) -> int:
        screen = self._terminal.state
        return screen.scrolled_off + screen.cursor[0]

    def _prompted(self) -> Prompted:
        return prompted(self._terminal.state, self.standing.platform if self.standing is not None else "")

    def _clock(self, since: float) -> Clock:
        return self._pace.clock(since)
