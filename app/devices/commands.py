"""Commands of many devices at once, of one device one after the other, on connections that are held for the next."""

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.devices.accounts import Accounts
from app.devices.command_line import CommandLine
from app.devices.config_session import ConfigSession, NotApplied
from app.devices.config_ways import steps_of, way_for
from app.devices.crew import Crew
from app.devices.login import FirstContact, KeyMismatch, Patience
from app.devices.messages import ApplyConfig, CommandDone, CommandFailed, Crashed, FromChild, RunCommand
from app.devices.pool import Pool
from app.devices.tables import table_of
from app.devices.terminal import key_message
from app.domain.errors import BadInput, BatonError, DeviceFault

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """What commands may cost."""

    output_bytes: int = 20_000_000
    held: int = 32
    """Connections that are kept open; one more, and the least recently used one is closed."""
    idle_s: float = 180.0
    """A connection that nobody needed for so long is closed: it takes one of the device's few lines."""
    at_once: int = 64
    logins_at_once: int = 64
    patience: Patience = field(default_factory=Patience)


class Commands:
    """Runs commands of many devices at once, and of one device one after the other."""

    def __init__(
        self, send: Callable[[FromChild], None], limits: Limits | None = None, accounts: Accounts | None = None
    ) -> None:
        self._send = send
        self._limits = limits or Limits()
        self._accounts = accounts or Accounts()
        self._pool = Pool(self._limits.held, self._limits.idle_s)
        self._crew = Crew("commands", self._limits.at_once)
        self._logins = threading.BoundedSemaphore(self._limits.logins_at_once)
        self._lock = threading.Lock()
        self._queues: dict[str, deque[_Job]] = {}
        self._jobs: dict[str, _Job] = {}

    def run(self, request: RunCommand) -> None:
        """Queue the command; its one answer is sent when it is there."""
        if not request.command.strip() or any(character in request.command for character in "\r\n\x03\x1a"):
            error = BadInput("A command is one line of text.", "Run several commands one by one.")
            self._send(CommandFailed(request.request_id, error))
            return
        self._queue(_Job(request))

    def apply(self, request: ApplyConfig) -> None:
        """Queue the change behind the device's commands; its one answer is sent when it is there."""
        try:
            way_for(request.target.platform, request.revert_minutes)
            steps_of(request.lines)
        except BadInput as error:
            self._send(CommandFailed(request.request_id, error))
            return
        self._queue(_Job(request))

    def _queue(self, job: "_Job") -> None:
        request, device_id = job.request, job.request.target.device_id
        with self._lock:
            self._jobs[request.request_id] = job
            queue = self._queues.get(device_id)
            if queue is not None:
                queue.append(job)
                return
            self._queues[device_id] = deque([job])
        self._crew.do(lambda: self._serve(device_id))

    def cancel(self, request_id: str) -> None:
        """Give the command up; does nothing when it has ended."""
        with self._lock:
            job = self._jobs.get(request_id)
        if job is not None:
            job.cancel()

    def close(self, timeout_s: float = 2.0) -> None:
        """Drop all connections and wait for the threads."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        until = time.monotonic() + timeout_s
        self._crew.close(timeout_s)
        self._pool.close(max(0.1, until - time.monotonic()))

    def _serve(self, device_id: str) -> None:
        """Run what waits for the device."""
        while True:
            with self._lock:
                queue = self._queues[device_id]
                if not queue:
                    del self._queues[device_id]
                    return
                job = queue.popleft()
            answer = self._answer(job)
            with self._lock:
                self._jobs.pop(job.request.request_id, None)
            self._send(answer)

    def _answer(self, job: "_Job") -> FromChild:
        request = job.request
        try:
            return self._done(job)
        except (FirstContact, KeyMismatch) as stop:
            return key_message(request.request_id, stop)
        except NotApplied as stop:
            return CommandFailed(request.request_id, stop.error, stop.transcript)
        except BatonError as error:
            return CommandFailed(request.request_id, job.refusal if job.is_cancelled else error)
        except Exception:  # noqa: BLE001 - the thread's boundary: passed on to the crash dialog
            self._send(Crashed(request.request_id, traceback.format_exc()))
            return CommandFailed(request.request_id, DeviceFault("Baton failed in this command.", "Try again."))

    def _done(self, job: "_Job") -> FromChild:
        request = job.request
        if isinstance(request, ApplyConfig):
            return self._applied(job, request)
        began = time.monotonic()
        raw = self._on_line(job, lambda line: line.run(request.command, request.timeout_s, self._limits.output_bytes))
        ms = (time.monotonic() - began) * 1000
        return CommandDone(request.request_id, raw, table_of(request.target.platform, request.command, raw), ms)

    def _applied(self, job: "_Job", request: ApplyConfig) -> FromChild:
        def change(line: CommandLine) -> FromChild:
            return ConfigSession(line, request, lambda: job.is_cancelled).apply()

        return self._on_line(job, change)

    def _on_line(self, job: "_Job", act: Callable[[CommandLine], _Result]) -> _Result:
        """Act on the device's line and hold it for the next; one whose state nobody knows is closed."""
        line = self._line(job)
        job.line = line
        is_usable = False
        try:
            job.refuse_cancelled()
            result = act(line)
            is_usable = True
        except NotApplied as stop:
            is_usable = stop.is_out
            raise
        finally:
            job.line = None
            if is_usable:
                self._pool.keep(job.request.target, line)
            else:
                line.close()
        return result

    def _line(self, job: "_Job") -> CommandLine:
        """Give the line that is held, or a new one."""
        target = job.request.target
        job.refuse_cancelled()
        held = self._pool.take(target)
        if held is not None:
            return held
        with self._logins:
            job.refuse_cancelled()
            return CommandLine.open(target, self._limits.patience, self._accounts, lambda: job.is_cancelled)


class _Job:
    """One command or change on its way."""

    def __init__(self, request: RunCommand | ApplyConfig) -> None:
        self.request = request
        self.is_cancelled = False
        self.line: CommandLine | None = None

    def cancel(self) -> None:
        """Mark as given up. A command that runs just now loses its connection; a change gets out by itself."""
        self.is_cancelled = True
        line = self.line
        if line is not None and isinstance(self.request, RunCommand):
            line.cut()

    @property
    def refusal(self) -> DeviceFault:
        what = f"“{self.request.command}”" if isinstance(self.request, RunCommand) else "The change"
        return DeviceFault(f"{what} was cancelled.")

    def refuse_cancelled(self) -> None:
        if self.is_cancelled:
            raise self.refusal
