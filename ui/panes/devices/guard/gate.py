"""The gate between a terminal and its device: each line is read from the screen and judged before it is run.

Keys go through at once; what would run a line is held until the echo is complete. A question passes without any wait
once its echo is there; everything else is decided with the workstation's data. GUI thread only.
"""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.customer import Environment
from app.domain.guard import Kind, Mode, classify, explain, family_of, worst
from app.domain.session import LineClass
from app.services.guard import Standing
from ui.kit.console import Console
from ui.kit.terminal import Terminal
from ui.panes.devices.guard.asking import Asking, Held
from ui.panes.devices.guard.keys import SUBMITS, Typed, parts
from ui.panes.devices.guard.reading import QUIET_S, Clock, Reading, Told, prompted, read

_LOOK_MS, _LOOK_AGAIN_MS = 5, 100
_NEXT_PASTED_S = 5.0  # a device that shows no prompt for so long gets the next pasted line all the same
_CONSUMED_S = 0.3  # keys that left no trace for so long went to a pager or a question
_URGENT_S = 0.05  # in an emergency nobody waits longer for an echo


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
        self._held_at = self._heard_at = self._pressed_at = 0.0
        self._waits_for_prompt = False
        self._look = QTimer(self)
        self._look.timeout.connect(self._pump)
        console.watch(self, ("device",), lambda _changes: self.stand() if self.standing is not None else None)

    # What the terminal page tells

    def open(self) -> None:
        """Begin with a session that was opened just now."""
        self.close()
        self._typed.begin()
        self.stand()

    def close(self) -> None:
        """End with the session: nothing is held any more, and an emergency is over."""
        self._queue.clear()
        self._look.stop()
        self.end_emergency()
        self._key, self._waits_for_prompt = b"", False
        self._drop()

    def type(self, data: bytes) -> None:
        """Take what was typed or pasted."""
        if self.held is not None:
            return  # something is asked about the line before: what comes now was not meant for the device
        self._queue.extend(parts(data))
        self._pump()

    def heard(self) -> None:
        """Note that the device said something, which will be on the screen in a moment."""
        self._heard_at = time.monotonic()
        self._typed.heard()

    @property
    def is_holding(self) -> bool:
        """Whether a line is held, be it for its echo only."""
        return bool(self._key)

    # The work

    def _pump(self) -> None:
        """Send what may go; hold, and look again, where the echo is not complete."""
        while not self._key and self._queue:
            if self._waits_for_prompt and not self._may_go_on():
                self._look.start(_LOOK_MS)
                return
            self._waits_for_prompt = False
            part = self._queue.popleft()
            if part[:1] in SUBMITS:
                self._key, self._held_at = part, time.monotonic()
            else:
                self._press(part)
        if self._key and not self.is_deciding:
            self._examine()
        if not self._key and not self._queue:
            self._look.stop()
        else:
            self._look.start(_LOOK_MS if self.held is None else _LOOK_AGAIN_MS)

    def _press(self, part: bytes) -> None:
        now = time.monotonic()
        if self.standing is not None:
            found = prompted(self._terminal.state, self.standing.platform)
            is_for_key = found.kind is Kind.PAGER or found.prompt.endswith("[confirm]")
            is_consumed = (
                bool(self._typed.known)
                and found.kind is Kind.COMMAND
                and not found.text.strip()
                and min(now - self._heard_at, now - self._pressed_at) > _CONSUMED_S
            )
            if is_consumed:
                self._typed.begin()
            if is_for_key:
                self._send(part)
                return
        self._pressed_at = now
        self._typed.press(part)
        self._send(part)

    def _may_go_on(self) -> bool:
        """Say whether the device is ready for the next pasted line."""
        clock = self._clock(self._held_at)
        if self._terminal.waiting_bytes or clock.quiet_s < QUIET_S or self._heard_at < self._held_at:
            return clock.quiet_s > _NEXT_PASTED_S and clock.held_s > _NEXT_PASTED_S
        platform = self.standing.platform if self.standing is not None else ""
        found = prompted(self._terminal.state, platform)
        is_ready = found.kind not in {Kind.UNREAD, Kind.PAGER} and not found.text.strip()
        return is_ready or clock.quiet_s > _NEXT_PASTED_S

    def _examine(self) -> None:
        standing = self.standing
        is_asked = self.held is not None and self.held.mode is not Mode.UNREAD
        if standing is None or self._terminal.waiting_bytes or is_asked:
            return
        reading = read(self._terminal.state, standing.platform, self._typed, self._clock(self._held_at))
        if reading.told is Told.WAIT and self.emergency is not None and time.monotonic() - self._held_at > _URGENT_S:
            shown = prompted(self._terminal.state, standing.platform).text.strip()  # keys may be a password
            reading = Reading(Told.UNREAD, shown, (Mode.UNREAD,))
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

    def _judge(self, standing: Standing, reading: Reading) -> None:
        judged = [(classify(standing.platform, reading.line, mode), mode) for mode in reading.modes]
        verdict = worst(one for one, _mode in judged)
        held = Held(reading.line, next(mode for one, mode in judged if one is verdict), verdict)
        goes = standing.goes_at_once(verdict) or (self.emergency is not None and not standing.trouble)
        if not goes or self._could_not_log:
            self._decide(held)
            return
        self._write(self._giving(held, has_gone=True))
        if standing.environment is Environment.PRACTICE:
            self.taught.emit(explain(verdict, held.line) if verdict.line_class is not LineClass.READ else "")
        self._drop()
        self._run()

    def _passed(self, held: Held) -> None:
        if self._key:
            self._run()

    def _left(self, held: Held) -> None:
        """Erase the line on the device, from its end, and drop the rest of a paste."""
        self._queue.clear()
        self._erase()
        self._key = b""
        self._typed.begin()

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
        self._waits_for_prompt = has_more
        self._held_at = time.monotonic()
        self._send(key)
        if has_more:
            self._look.start(_LOOK_MS)

    def _clock(self, since: float) -> Clock:
        now = time.monotonic()
        return Clock(now - max(self._heard_at, self._pressed_at), now - since)
