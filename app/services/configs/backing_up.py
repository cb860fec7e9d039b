"""Backing devices up: one or a selection of them, so many at a time, with one line of result for each."""

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.devices.seal_key import SealKey
from app.domain.config_backup import BackupAttempt, BackupOutcome, ConfigBackup
from app.domain.config_text import cleaned, commands_for, why_not_good
from app.domain.device import Device
from app.domain.entities import Verb
from app.domain.errors import BadInput, BatonError, DeviceFault
from app.domain.ports import Secrets
from app.services.configs import keeping, keys
from app.services.desk import Desk
from app.services.people import need_right
from app.services.terminals import (
    CommandAnswer,
    CommandDone,
    CommandFailed,
    Exchange,
    HostKeyMismatch,
    HostKeyUnknown,
    Target,
    is_login_refused,
)
from app.services.ways_in import unattended

T = TypeVar("T")

AT_ONCE = 32
"""Devices asked at one time: as many connections are held."""
TIMEOUT_S = 180.0
"""A large chassis over a slow line takes minutes to show its configuration."""


class Lanes(Protocol):
    """Where look-ups and verbs run: an open workstation, or a headless one."""

    def read(self, look_up: Callable[[Desk], T]) -> "Future[T]":
        """Look something up on a reader thread."""

    def write(self, verb: Callable[[Desk], T]) -> "Future[T]":
        """Do something on the writer thread."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one device. `outcome` is None when it was not tried; `words` say why, or what is worth knowing.

    `can_be_confirmed`: it is kept if a person says that so much was removed. `has_full_text` is about a new copy.
    """

    device_id: str
    device: str
    outcome: BackupOutcome | None
    words: str = ""
    backup_id: str | None = None
    can_be_confirmed: bool = False
    has_full_text: bool = True


class BackupRound:
    """One round over some devices, on threads of its own. Any thread may start or cancel it.

    Each account is tried on one device first, and after a refused login on no other: no account is locked out.
    """

    def __init__(
        self,
        lanes: Lanes,
        exchange: Exchange,
        secrets: Secrets,
        on_result: Callable[[Result], None],
        *,
        at_once: int = AT_ONCE,
        confirmed: frozenset[str] = frozenset(),
    ) -> None:
        """Take the ids of devices of which a person says that a much shorter configuration is right as `confirmed`.

        `on_result` comes on a thread of the round, once for each device; it must return soon and must not raise.
        """
        self._lanes, self._exchange, self._secrets = lanes, exchange, secrets
        self._on_result, self._at_once, self._confirmed = on_result, at_once, confirmed
        self._key: SealKey | None = None
        self._waiting: deque[Device] = deque()
        self._accounts: dict[tuple[str, str, str], _Account] = {}
        self._running: dict[str, queue.SimpleQueue[CommandAnswer | None]] = {}
        self._is_cancelled = False
        self._lock = threading.Lock()

    def start(self, devices: Sequence[Device]) -> "Future[None]":
        """Begin; the future is done after the last result, or says why the round ended (Refused without the right)."""
        done: Future[None] = Future()
        self._waiting.extend(devices)
        threading.Thread(target=self._run, args=(done, len(devices)), name="backup-round", daemon=True).start()
        return done

    def cancel(self) -> None:
        """Ask no further device, and give up the commands that run; returns at once."""
        with self._lock:
            self._is_cancelled = True
            running = dict(self._running)
        for request_id, answers in running.items():
            self._exchange.cancel(request_id)
            answers.put(None)

    def _run(self, done: "Future[None]", count: int) -> None:
        try:
            # On a reader thread: a locked keyring may wait for the person.
            self._key = self._lanes.read(self._prepare).result()
        except BaseException as e:  # noqa: BLE001  the thread's boundary: the future carries it
            done.set_exception(e)
            return
        troubles: list[BaseException] = []
        workers = [
            threading.Thread(target=self._work, args=(troubles,), name=f"backup-{n}", daemon=True)
            for n in range(min(self._at_once, count))
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if troubles:
            done.set_exception(troubles[0])
        else:
            done.set_result(None)

    def _prepare(self, desk: Desk) -> SealKey | None:
        need_right(desk, Verb.INSERT, ConfigBackup, BackupAttempt)
        return keys.sealing_key(desk, self._secrets)

    def _work(self, troubles: list[BaseException]) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                device = self._waiting.popleft()
            try:
                self._on_result(self._back_up(device))
            except BaseException as e:  # noqa: BLE001  the thread's boundary: the round's future carries it
                troubles.append(e)
                self.cancel()
                return

    def _back_up(self, device: Device) -> Result:
        judged = None
        try:
            judged = self._judged(device)
        except _NotAsked as e:
            return Result(device.id, device.name, None, str(e))
        except BatonError as e:
            attempt = self._note_failure(device, f"{e.what} {e.todo}".strip())
        else:
            try:
                attempt = self._lanes.write(lambda desk: keeping.put(desk, judged)).result()
            except BatonError as e:
                return Result(device.id, device.name, BackupOutcome.FAILED, f"{e.what} {e.todo}".strip())
        return Result(
            device.id,
            device.name,
            attempt.outcome,
            attempt.words,
            attempt.backup_id,
            can_be_confirmed=judged is not None and judged.is_short,
            has_full_text=self._key is not None,
        )

    def _note_failure(self, device: Device, words: str) -> BackupAttempt:
        return self._lanes.write(lambda desk: keeping.note_failure(desk, device.id, words)).result()

    def _judged(self, device: Device) -> keeping.Judged:
        """Ask the device, with its next command where one is refused; raises BatonError, or _NotAsked."""
        commands = commands_for(device.platform)
        if not commands:
            raise BadInput(f"No command is known that shows the configuration of {device.platform}.")
        to = self._lanes.read(lambda desk: unattended(desk, device.id, self._secrets)).result()
        for command in commands:
            raw = self._ask(device, to, command)
            if not why_not_good(device.platform, cleaned(raw)):
                break
        is_confirmed = device.id in self._confirmed
        judging = self._lanes.read(
            lambda desk: keeping.judge(desk, device.id, raw, self._key, is_confirmed=is_confirmed)
        )
        return judging.result()

    def _ask(self, device: Device, to: Target, command: str) -> str:
        with self._lock:
            account = self._accounts.setdefault((to.username, to.password, to.key_file), _Account())
        with account.turn:
            if not account.is_good:  # the others wait for what the first one hears
                return self._say(device, to, command, account)
        return self._say(device, to, command, account)

    def _say(self, device: Device, to: Target, command: str, account: "_Account") -> str:
        answers: queue.SimpleQueue[CommandAnswer | None] = queue.SimpleQueue()
        with self._lock:
            if self._is_cancelled:
                raise _NotAsked("Not asked: cancelled.")
            if account.refused_by:
                who = account.refused_by
                raise _NotAsked(f"Not asked: {who} refused {to.username}, and more refusals may lock the account.")
            request_id = self._exchange.run(to, command, answers.put, timeout_s=TIMEOUT_S)
            self._running[request_id] = answers
        answer = answers.get()
        with self._lock:
            del self._running[request_id]
            if self._is_cancelled:
                raise _NotAsked("Cancelled.")
        match answer:
            case CommandDone(raw=raw):
                account.is_good = True
                return raw
            case CommandFailed(error=error) | HostKeyMismatch(error=error):
                if is_login_refused(error):
                    account.refused_by = device.name
                raise error
            case HostKeyUnknown() | None:
                raise _first_contact()


class _Account:
    """What is known in this round of a user name with its password."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.is_good = False
        self.refused_by = ""


class _NotAsked(Exception):
    """The device was left in peace, for the reason given; no attempt is noted."""


def _first_contact() -> DeviceFault:
    return DeviceFault("Nobody has accepted its host key yet.", "Connect to it once; then it is backed up.")
