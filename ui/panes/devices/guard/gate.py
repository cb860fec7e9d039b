"""The gate between a terminal and its device: each line is read from the screen and judged before it is run.

Keys go through at once; what would run a line is held until the echo is complete. A question passes without any wait
once its echo is there; everything else is decided with the workstation's data, and asked about where something is
missing. GUI thread only.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.customer import Environment
from app.domain.errors import BatonError
from app.domain.guard import Kind, Mode, Verdict, classify, explain, family_of, worst
from app.domain.session import Emergency, LineClass
from app.services import emergencies, guard
from app.services.desk import Desk
from app.services.guard import Decision, Standing
from ui.kit.console import Console
from ui.kit.terminal import Terminal
from ui.panes.devices.guard.keys import SUBMITS, Typed, parts
from ui.panes.devices.guard.reading import QUIET_S, Clock, Reading, Told, prompted, read

_LOOK_MS, _LOOK_AGAIN_MS = 5, 100
_NEXT_PASTED_S = 5.0  # a device that shows no prompt for so long gets the next pasted line all the same
_CONSUMED_S = 0.3  # keys that left no trace for so long went to a pager or a question


@dataclass(frozen=True, slots=True)
class Held:
    """A line that waits: what runs it, the line, how it was judged, and what is missing."""

    key: bytes
    line: str
    mode: Mode
    verdict: Verdict
    decision: Decision | None = None


class Gate(QObject):
    """One session's gate. `asked` carries a Held line for which something is missing, `settled` that nothing is."""

    asked = Signal(object)
    settled = Signal()
    taught = Signal(str)  # what a line did, said on a practice device
    emergency_changed = Signal()

    def __init__(
        self, console: Console, device_id: str, terminal: Terminal, send: Callable[[bytes], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._console, self._device_id, self._terminal, self._send = console, device_id, terminal, send
        self._queue: deque[bytes] = deque()
        self._typed = Typed()
        self._key = b""  # what runs the line, while it is held
        self._held_at = self._heard_at = self._pressed_at = 0.0
        self._is_deciding = self._waits_for_prompt = self._could_not_log = False
        self.held: Held | None = None
        self.standing: Standing | None = None
        self.emergency: Emergency | None = None
        self.issue_id: str | None = None
        self._look = QTimer(self)
        self._look.timeout.connect(self._pump)

    # What the terminal page tells

    def open(self) -> None:
        """Begin with a session that was opened just now."""
        self.close()
        self._typed.begin()
        device_id = self._device_id
        future = self._console.workstation.read(lambda desk: guard.standing(desk, device_id))
        self._console.mailbox.deliver(future, self, self._stand, self._tell)

    def close(self) -> None:
        """End with the session: nothing is held any more, and an emergency is over."""
        self._queue.clear()
        self._look.stop()
        self.end_emergency()
        if self._key:
            self._release()
        self._waits_for_prompt = False

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

    # What the cards answer

    def answer_name(self, name: str) -> None:
        """Send the held line if this is the device's name."""
        if self.held is not None:
            self._decide(self.held, name)

    def try_again(self, issue_id: str | None = None) -> None:
        """Decide on the held line anew: a window was opened, an issue was chosen."""
        self.issue_id = issue_id or self.issue_id
        if self.held is not None:
            self._decide(self.held)

    def leave(self) -> None:
        """Give the held line up: erased on the device, written down as refused, and the rest of a paste dropped."""
        held = self.held
        if held is None:
            return
        self._queue.clear()
        family = family_of(self.standing.platform) if self.standing is not None else None
        self._send(b"\x05" + (family.erase_line if family is not None else b"\x15"))  # from the end of the line
        reason = held.decision.words if held.decision is not None else held.verdict.reason
        device_id, issue_id = self._device_id, self.issue_id
        self._write(lambda desk: guard.give_up(desk, device_id, held.line, held.mode, reason, issue_id))
        self._release()
        self._typed.begin()

    def declare_emergency(self, reason: str, on_error: Callable[[BatonError], None]) -> None:
        """Pass the guard on this device for the rest of the session."""
        device_id, issue_id = self._device_id, self.issue_id

        def declared(emergency: Emergency) -> None:
            self.emergency = emergency
            self.emergency_changed.emit()
            self.try_again()

        future = self._console.workstation.write(lambda desk: emergencies.declare(desk, device_id, reason, issue_id))
        self._console.mailbox.deliver(future, self, declared, on_error)

    def end_emergency(self) -> None:
        """Let the guard ask again."""
        emergency, self.emergency = self.emergency, None
        if emergency is not None:
            self._write(lambda desk: emergencies.end(desk, emergency.id))
            self.emergency_changed.emit()

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
        if self._key and not self._is_deciding:
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
        if reading.told is Told.WAIT:
            return
        if reading.told is Told.EMPTY:
            self._run()
            return
        if reading.told is Told.UNREAD and self.held is not None and self.held.line == reading.line:
            return  # is asked about already; it may still become readable
        self._judge(standing, reading)

    def _judge(self, standing: Standing, reading: Reading) -> None:
        judged = [(classify(standing.platform, reading.line, mode), mode) for mode in reading.modes]
        verdict = worst(one for one, _mode in judged)
        mode = next(mode for one, mode in judged if one is verdict)
        held = Held(self._key, reading.line, mode, verdict)
        goes = standing.goes_at_once(verdict) or (self.emergency is not None and not standing.trouble)
        if not goes or self._could_not_log:
            self._decide(held)
            return
        device_id, issue_id = self._device_id, self.issue_id
        emergency_id = self.emergency.id if self.emergency is not None else None
        self._write(
            lambda desk: guard.give(desk, device_id, held.line, held.mode, issue_id=issue_id, emergency_id=emergency_id)
        )
        if standing.environment is Environment.PRACTICE and verdict.line_class is not LineClass.READ:
            self.taught.emit(explain(verdict, held.line))
        self._run()

    def _decide(self, held: Held, name: str = "") -> None:
        """Ask the workstation's data; the line is written down before it goes."""
        self._is_deciding = True
        device_id, issue_id = self._device_id, self.issue_id
        emergency_id = self.emergency.id if self.emergency is not None else None
        future = self._console.workstation.write(
            lambda desk: guard.give(
                desk, device_id, held.line, held.mode, issue_id=issue_id, name=name, emergency_id=emergency_id
            )
        )

        def decided(decision: Decision) -> None:
            self._is_deciding = self._could_not_log = False
            if not self._key:
                return  # the session ended meanwhile
            if decision.passes:
                self._run()
                return
            self.held = Held(held.key, held.line, held.mode, decision.verdict, decision)
            self.asked.emit(self.held)

        def failed(error: BatonError) -> None:
            self._is_deciding = False
            self._tell(error)
            if self._key:
                self.held = held
                self.leave()

        self._console.mailbox.deliver(future, self, decided, failed)

    def _run(self) -> None:
        """Let the held line go."""
        key, has_more = self._key, bool(self._queue)
        self._release()
        self._typed.begin()
        self._waits_for_prompt = has_more
        self._held_at = time.monotonic()
        self._send(key)
        if has_more:
            self._look.start(_LOOK_MS)

    def _release(self) -> None:
        self._key, self._is_deciding = b"", False
        was_asked, self.held = self.held is not None, None
        if was_asked:
            self.settled.emit()

    def _clock(self, since: float) -> Clock:
        now = time.monotonic()
        return Clock(now - max(self._heard_at, self._pressed_at), now - since)

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        self._pump()

    def _write(self, verb: Callable[[Desk], object]) -> None:
        """Write something down that the line need not wait for; if that fails, the next ones wait for theirs."""

        def failed(error: BatonError) -> None:
            self._could_not_log = True
            self._tell(error)

        future = self._console.workstation.write(verb)
        self._console.mailbox.deliver(future, self, _nothing, failed)

    def _tell(self, error: BatonError) -> None:
        self._console.navigator.tell(error.what, error.todo)


def _nothing(_done: object) -> None:
    return None
