"""The console's side of an embedded company's host: finds it, starts it when there is none, and holds a reference.

One host process runs per company folder; it ends by itself some seconds after the last console is gone, however that
console ended.
"""

import hashlib
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.domain.errors import EnvironmentFault
from app.runtime.host_messages import Attach, ChangeHostKey, EndIfUnneeded, HostFailed, HostReady, Progress, SetFaults
from app.runtime.private_folder import private_folder
from app.runtime.program import start_detached

START_LIMIT_S = 120.0  # a first start makes the cluster and the company
_POLL_S = 0.02
_TRIES = 3


def meeting_place(home: Path) -> str:
    """Give the address at which the host of a company folder listens: short, and open to this user only."""
    name = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return rf"\\.\pipe\baton-{name}"
    return str(private_folder() / f"{name}.sock")


class CompanyHost:
    """A reference to the running host; closing it gives the reference back."""

    def __init__(self, pipe: "Connection[Any, Any]", ready: HostReady) -> None:
        self._pipe, self.ready = pipe, ready
        self._lock = threading.Lock()

    @classmethod
    def attach(
        cls, home: Path, login: str, *, is_demo: bool, on_progress: Callable[[str], None] = lambda _what: None
    ) -> Self:
        """Give a reference, starting the host when none runs. Blocks; raises the host's error or EnvironmentFault."""
        for _ in range(_TRIES):
            pipe = _met(home, is_demo=is_demo, on_progress=on_progress)
            try:
                pipe.send(Attach(login))
                while isinstance(answer := pipe.recv(), Progress):
                    on_progress(answer.what)
            except (EOFError, OSError):
                pipe.close()
                continue  # it was just about to end; the next one is started
            if isinstance(answer, HostFailed):
                pipe.close()
                raise answer.error
            return cls(pipe, answer)
        raise _ended(home)

    def set_faults(self, device: str, faults: Any) -> None:
        """Break or mend a simulated device of the demo."""
        self._ask(SetFaults(device, faults))

    def change_host_key(self, device: str) -> None:
        """Let a simulated device of the demo come back with another identity."""
        self._ask(ChangeHostKey(device))

    def _ask(self, message: Any) -> None:
        with self._lock:
            self._pipe.send(message)
            answer = self._pipe.recv()
        if isinstance(answer, HostFailed):
            raise answer.error

    def is_gone(self) -> bool:
        """Say whether the host has ended, as after a kill; asks nobody and returns at once."""
        with self._lock:
            try:
                return self._pipe.poll() and self._pipe.recv() is None  # it never speaks first
            except (EOFError, OSError):
                return True

    def close(self) -> None:
        """Give the reference back."""
        self._pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _met(home: Path, *, is_demo: bool, on_progress: Callable[[str], None]) -> "Connection[Any, Any]":
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _meet(home, is_demo=is_demo, on_progress=on_progress)
    except OSError as e:
        raise EnvironmentFault(
            f"The company in {home} cannot be opened ({e.strerror or e}).", "Check the folder, its rights and its disk."
        ) from e


def _meet(home: Path, *, is_demo: bool, on_progress: Callable[[str], None]) -> "Connection[Any, Any]":
    place, deadline, started = meeting_place(home), time.monotonic() + START_LIMIT_S, None
    while True:
        try:
            return Client(place)
        except (FileNotFoundError, ConnectionRefusedError):
            pass
        if started is None:
            on_progress("Starting the company on this machine")
            started = start_detached("_host", str(home), *(["--demo"] if is_demo else []), log=home / "host.log")
        # A host that finds another one at work ends with 0 and leaves us to that one.
        elif started.poll() not in {None, 0} or time.monotonic() > deadline:
            raise _ended(home)
        time.sleep(_POLL_S)


def _ended(home: Path) -> EnvironmentFault:
    log = home / "host.log"
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    reason = f": {lines[-1]}" if lines else ""
    return EnvironmentFault(
        f"The company on this machine did not start{reason}.", f"{log} says more; `main.py doctor` checks the machine."
    )


def remove(home: Path) -> None:
    """Wait until the host of this folder has ended, then delete its company. Not to be undone; blocks."""
    from app.company.embedded import EmbeddedServer  # noqa: PLC0415  loads psycopg, which the console must not

    deadline = time.monotonic() + START_LIMIT_S
    while _is_served(home):
        if time.monotonic() > deadline:
            raise EnvironmentFault(f"Somebody still works in {home}.", "Close every console of this company first.")
        time.sleep(0.05)
    EmbeddedServer(home / "pg").remove()


def _is_served(home: Path) -> bool:
    try:
        with Client(meeting_place(home)) as pipe:
            pipe.send(EndIfUnneeded())
            pipe.recv()
    except (EOFError, OSError):
        return False
    return True
