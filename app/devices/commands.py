"""Commands by netmiko on connections of their own, one per device, kept for a few minutes."""

import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from app.devices.command_line import CommandLine
from app.devices.login import FirstContact, KeyMismatch, Patience
from app.devices.messages import CommandDone, CommandFailed, Crashed, FromChild, RunCommand, Target
from app.devices.tables import table_of
from app.devices.terminal import key_message
from app.domain.errors import BadInput, BatonError, DeviceFault


@dataclass(frozen=True, slots=True)
class Limits:
    """What commands may cost."""

    output_bytes: int = 20_000_000
    idle_s: float = 180.0
    """A connection that nobody needed for so long is closed: it takes one of the device's few lines."""
    logins_at_once: int = 16
    patience: Patience = field(default_factory=Patience)


class Commands:
    """Runs commands of many devices at once, and of one device one after the other."""

    def __init__(self, send: Callable[[FromChild], None], limits: Limits | None = None) -> None:
        self._send = send
        self._limits = limits or Limits()
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()
        self._logins = threading.BoundedSemaphore(self._limits.logins_at_once)

    def run(self, request: RunCommand) -> None:
        """Queue the command; its one answer is sent when it is there."""
        if not request.command.strip() or any(character in request.command for character in "\r\n\x03\x1a"):
            error = BadInput("A command is one line of text.", "Run several commands one by one.")
            self._send(CommandFailed(request.request_id, error))
            return
        with self._lock:
            device_id = request.target.device_id
            lane = self._lanes.get(device_id)
            if lane is None:
                lane = self._lanes[device_id] = _Lane(device_id, self._send, self._limits, self._logins, self._retire)
                lane.start()
            lane.put(request)

    def cancel(self, request_id: str) -> None:
        """Give the command up; does nothing when it has ended."""
        with self._lock:
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.cancel(request_id)

    def close(self, timeout_s: float = 2.0) -> None:
        """Drop all connections and wait for their threads."""
        with self._lock:
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.close()
        until = time.monotonic() + timeout_s
        for lane in lanes:
            lane.join(max(0.0, until - time.monotonic()))

    def _retire(self, lane: "_Lane") -> bool:
        """Let an idle lane go, unless a command has just come for it."""
        with self._lock:
            if lane.has_work:
                return False
            self._lanes.pop(lane.device_id, None)
            return True


class _Lane(threading.Thread):
    """One device's commands and the connection they run on."""

    def __init__(
        self,
        device_id: str,
        send: Callable[[FromChild], None],
        limits: Limits,
        logins: threading.BoundedSemaphore,
        retire: Callable[["_Lane"], bool],
    ) -> None:
        super().__init__(name=f"commands {device_id}", daemon=True)
        self.device_id = device_id
        self._send, self._limits, self._logins, self._retire = send, limits, logins, retire
        self._requests: queue.SimpleQueue[RunCommand | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()
        self._cancelled: set[str] = set()
        self._running = ""
        self._line: CommandLine | None = None
        self._opened_for: Target | None = None

    @property
    def has_work(self) -> bool:
        """Whether a command waits."""
        return not self._requests.empty()

    def put(self, request: RunCommand) -> None:
        """Queue a command."""
        self._waiting.add(request.request_id)
        self._requests.put(request)

    def cancel(self, request_id: str) -> None:
        """Mark a command as given up, and cut the connection when it runs just now."""
        if request_id not in self._waiting:
            return
        self._cancelled.add(request_id)
        line = self._line
        if self._running == request_id and line is not None:
            line.cut()

    def close(self) -> None:
        """Cut what runs and end."""
        for request_id in list(self._waiting):
            self.cancel(request_id)
        self._requests.put(None)

    def run(self) -> None:
        """Serve until idle for long or closed."""
        while True:
            try:
                request = self._requests.get(timeout=self._limits.idle_s)
            except queue.Empty:
                self._hang_up()
                if self._retire(self):
                    return
                continue
            if request is None:
                self._hang_up()
                return
            self._running = request.request_id
            self._send(self._answer(request))
            self._running = ""
            self._waiting.discard(request.request_id)
            self._cancelled.discard(request.request_id)

    def _answer(self, request: RunCommand) -> FromChild:
        try:
            return self._done(request)
        except (FirstContact, KeyMismatch) as stop:
            return key_message(request.request_id, stop)
        except BatonError as error:
            self._drop()
            return CommandFailed(request.request_id, self._cancelled_or(request, error))
        except Exception:  # noqa: BLE001 - the thread's boundary: passed on to the crash dialog
            self._drop()
            self._send(Crashed(request.request_id, traceback.format_exc()))
            return CommandFailed(request.request_id, DeviceFault("Baton failed in this command.", "Try again."))

    def _done(self, request: RunCommand) -> FromChild:
        began = time.monotonic()
        line = self._connected(request)
        raw = line.run(request.command, request.timeout_s, self._limits.output_bytes)
        ms = (time.monotonic() - began) * 1000
        return CommandDone(request.request_id, raw, table_of(request.target.platform, request.command, raw), ms)

    def _connected(self, request: RunCommand) -> CommandLine:
        """Give the open connection, or a new one when it is gone or was for another account or key."""
        self._refuse_cancelled(request)
        if self._line is not None and (self._opened_for != request.target or not self._line.is_alive):
            self._hang_up()
        if self._line is None:
            with self._logins:
                self._line = CommandLine.open(request.target, self._limits.patience)
            self._opened_for = request.target
        self._refuse_cancelled(request)
        return self._line

    def _refuse_cancelled(self, request: RunCommand) -> None:
        if request.request_id in self._cancelled:
            raise _cancelled(request)

    def _cancelled_or(self, request: RunCommand, error: BatonError) -> BatonError:
        return _cancelled(request) if request.request_id in self._cancelled else error

    def _hang_up(self) -> None:
        """Leave politely, so that the device frees its line."""
        if self._line is not None:
            self._line.leave()
        self._line = None

    def _drop(self) -> None:
        """Leave a connection whose state nobody knows."""
        if self._line is not None:
            self._line.close()
        self._line = None


def _cancelled(request: RunCommand) -> DeviceFault:
    return DeviceFault(f"“{request.command}” was cancelled.")
