"""The process that runs an embedded company: PostgreSQL, and for the demo the simulated devices.

Started by the first console, shared by all on this machine, ended some seconds after the last one is gone.
"""

import contextlib
import math
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import FrameType
from typing import IO, Any

from app.company import people, setup
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.company.server_settings import SUPERUSER
from app.domain.errors import BatonError, EnvironmentFault
from app.domain.person import Role
from app.runtime.company_host import meeting_place
from app.runtime.demo import DemoCompany
from app.runtime.host_messages import (
    Attach,
    ChangeHostKey,
    Done,
    EndIfUnneeded,
    HostFailed,
    HostReady,
    Progress,
    SetFaults,
)

LINGER_S = 4.0
_TURN_S = 60.0  # as long as a server may take to stop
_POLL_S = 0.02


def main(home: Path, *, is_demo: bool) -> int:
    """Serve until nobody needs the company any more; gives the exit code. 0 also when another host is at work."""
    place = meeting_place(home)
    with _turn(home / "host.lock", place) as is_ours:
        if is_ours:
            _serve(_Host(home, is_demo=is_demo), place)
    return 0


def _serve(host: "_Host", place: str) -> None:
    try:
        listener = _listen(place)
    except OSError as e:
        if sys.platform == "win32":
            return  # there the pipe's name is the lock: another host is at work
        raise EnvironmentFault(f"The host of the company cannot listen at {place} ({e}).", "Remove it.") from e
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, host.on_signal)
    try:
        with listener:
            threading.Thread(target=_accept, args=(listener, host), name="host-door", daemon=True).start()
            host.wait_until_unneeded()
    finally:
        host.stop()


@contextlib.contextmanager
def _turn(lock_file: Path, place: str) -> Iterator[bool]:
    """Keep a company folder to one host until it has stopped its server; gives False when another one is at work.

    A host that is about to end answers no more but still holds the lock: the next one waits, so that the server is
    not stopped under it.
    """
    if sys.platform == "win32":
        yield True
        return
    with lock_file.open("ab") as file:
        deadline = time.monotonic() + _TURN_S
        while not _locked(file):
            if _answers(place):
                yield False
                return
            if time.monotonic() > deadline:
                raise EnvironmentFault(
                    "The host before this one does not end.", "End the program that holds " + str(lock_file)
                )
            time.sleep(_POLL_S)
        yield True  # closing the file unlocks it, and so does dying


def _locked(file: IO[bytes]) -> bool:
    import fcntl  # noqa: PLC0415  not there on Windows

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(place: str) -> bool:
    try:
        Client(place).close()
    except OSError:
        return False
    return True


def _listen(place: str) -> Listener:
    """Take the meeting place; a socket that a killed host left behind is removed."""
    if sys.platform != "win32":
        Path(place).unlink(missing_ok=True)
    return Listener(place)


def _accept(listener: Listener, host: "_Host") -> None:
    while True:
        try:
            pipe = listener.accept()
        except OSError:
            return  # closed
        threading.Thread(target=host.serve, args=(pipe,), name="host-guest", daemon=True).start()


class _Host:
    def __init__(self, home: Path, *, is_demo: bool) -> None:
        self._home = home
        self._server = EmbeddedServer(home / "pg")
        self._demo = DemoCompany(home, self._server) if is_demo else None
        self._lock = threading.Lock()
        self._is_up = False
        self._count_lock = threading.Lock()
        self._guests = 0
        self._is_ending = False
        self._unneeded_since = time.monotonic() + 10  # the console that started us is still on its way
        self._must_end = threading.Event()

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._must_end.set()

    def wait_until_unneeded(self) -> None:
        while not self._must_end.wait(0.2):
            if self._ends(time.monotonic() - LINGER_S):
                return
        with self._count_lock:
            self._is_ending = True

    def _ends(self, unneeded_before: float) -> bool:
        """Decide to end when nobody is attached; from then on nobody can."""
        with self._count_lock:
            self._is_ending = self._is_ending or (self._guests == 0 and self._unneeded_since < unneeded_before)
            return self._is_ending

    def stop(self) -> None:
        if self._demo is not None:
            self._demo.stop()
        with contextlib.suppress(EnvironmentFault):
            self._server.stop()

    def serve(self, pipe: "Connection[Any, Any]") -> None:
        is_attached = False
        try:
            while True:
                message = pipe.recv()
                if isinstance(message, Attach) and not is_attached:
                    if not self._count(1):
                        return  # too late: the console finds the next host
                    is_attached = True
                pipe.send(self._answer(message, pipe))
        except (EOFError, OSError):
            pass  # the console is gone
        finally:
            pipe.close()
            if is_attached:
                self._count(-1)

    def _count(self, change: int) -> bool:
        with self._count_lock:
            if self._is_ending and change > 0:
                return False
            self._guests += change
            self._unneeded_since = time.monotonic()
            return True

    def _answer(self, message: Any, pipe: "Connection[Any, Any]") -> Any:
        try:
            match message:
                case Attach(login):
                    with self._lock:
                        self._bring_up(lambda what: pipe.send(Progress(what)), login)
                    return self._ready(login)
                case EndIfUnneeded():
                    if self._ends(math.inf):
                        self._must_end.set()
                case SetFaults(device, faults) if self._demo is not None:
                    self._demo.farm.set_faults(device, faults)
                case ChangeHostKey(device) if self._demo is not None:
                    self._demo.change_host_key(device)
        except BatonError as e:
            return HostFailed(e)
        except OSError as e:  # of the folder, or of a console that is gone and does not hear it
            return HostFailed(
                EnvironmentFault(f"The company in {self._home} cannot be used ({e}).", "Check its disk and rights.")
            )
        return Done()

    def _bring_up(self, say: Any, login: str) -> None:
        if not self._is_up:
            say("Starting PostgreSQL")
            self._server.start()
            if setup.exists(self._server):
                setup.bring_up(self._server)
            else:
                say("Making the company")
                dsn = setup.begin(self._server)
                if self._demo is not None:
                    say("Bringing in people, customers and devices")
                    self._demo.make(dsn)
                setup.finish(self._server)
            if self._demo is not None:
                self._demo.start_devices()
            self._is_up = True
        if self._demo is None:
            setup.ensure_person(self._server, setup.DATABASE, login, login.capitalize(), Role.MANAGER)

    def _ready(self, login: str) -> HostReady:
        address = self._server.address
        if address.socket_dir is not None:
            return HostReady(str(address.socket_dir), address.port)
        password = secrets.token_urlsafe(24)
        with open_dsn(self._server.dsn(SUPERUSER, setup.DATABASE)) as connection:
            people.set_password(connection, login, password)
        return HostReady("127.0.0.1", address.port, password)
