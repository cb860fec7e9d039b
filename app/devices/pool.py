"""Connections kept for the next command: a few dozen, the least recently used one leaves first, idle ones too."""

import threading
import time
from collections import OrderedDict

from app.devices.command_line import CommandLine, leave_all
from app.devices.messages import Target


class Pool:
    """Holds open command lines by device. Any thread; a line that is taken out belongs to whoever took it."""

    def __init__(self, most: int, idle_s: float) -> None:
        self._most, self._idle_s = most, idle_s
        self._held: OrderedDict[str, tuple[CommandLine, Target, float]] = OrderedDict()
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._is_closed = False

    def take(self, target: Target) -> CommandLine | None:
        """Give the line that is held for this device; None when there is none that still works for this target."""
        with self._changed:
            found = self._held.pop(target.device_id, None)
        if found is None:
            return None
        line, opened_for, _since = found
        if opened_for == target and line.is_alive:
            return line
        leave_all([line])
        return None

    def keep(self, target: Target, line: CommandLine) -> None:
        """Hold the line for the next command, in place of the one that was least recently used."""
        with self._changed:
            if self._is_closed:
                surplus = [line]
            else:
                self._held[target.device_id] = (line, target, time.monotonic())
                surplus = self._surplus()
                if self._keeper is None:
                    self._keeper = threading.Thread(target=self._close_idle, name="held lines", daemon=True)
                    self._keeper.start()
                self._changed.notify_all()
        leave_all(surplus)

    def close(self, timeout_s: float) -> None:
        """Leave all and wait for the thread."""
        with self._changed:
            self._is_closed = True
            lines = [line for line, _target, _since in self._held.values()]
            self._held.clear()
            keeper = self._keeper
            self._changed.notify_all()
        leave_all(lines)
        if keeper is not None:
            keeper.join(timeout_s)

    def __len__(self) -> int:
        return len(self._held)

    def _surplus(self) -> list[CommandLine]:
        """Take out what is too many: the broken ones, then the oldest."""
        if len(self._held) <= self._most:
            return []
        broken = [device_id for device_id, (line, _target, _since) in self._held.items() if not line.is_alive]
        taken = [self._held.pop(device_id)[0] for device_id in broken]
        while len(self._held) > self._most:
            taken.append(self._held.popitem(last=False)[1][0])
        return taken

    def _close_idle(self) -> None:
        while True:
            with self._changed:
                if self._is_closed:
                    return
                now = time.monotonic()
                overdue = [key for key, (_line, _target, since) in self._held.items() if now - since >= self._idle_s]
                lines = [self._held.pop(key)[0] for key in overdue]
                if not lines:
                    if not self._held:
                        self._keeper = None
                        return
                    oldest = next(iter(self._held.values()))[2]
                    self._changed.wait(max(0.01, oldest + self._idle_s - now))
            leave_all(lines)
