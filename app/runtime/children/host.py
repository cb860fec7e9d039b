"""The process that runs an embedded company: PostgreSQL, and for the demo the simulated devices.

Started by the first console, shared by all on this machine, ended some seconds after the last one is gone.
"""

import contextlib
import secrets
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from types import FrameType
from typing import Any

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


def main(home: Path, *, is_demo: bool) -> int:
    """Serve until nobody needs the company any more; gives the exit code. 0 also when another host is at work."""
    try:
        listener = _listen(meeting_place(home))
    except OSError:
        return 0
    host = _Host(home, is_demo=is_demo)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.signal(signal.SIGTERM, host.on_signal)
    try:
        with listener:
            threading.Thread(target=_accept, args=(listener, host), name="host-door", daemon=True).start()
            host.wait_until_unneeded()
    finally:
        host.stop()
    return 0


def _listen(place: str) -> Listener:
    """Take the meeting place; a socket that a killed host left behind is removed. OSError when a host is there."""
    if sys.platform == "win32":
        return Listener(place)
    from multiprocessing.connection import Client  # noqa: PLC0415  only to see whether anybody answers

    with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
        Client(place).close()
        raise FileExistsError(place)
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
        self._unneeded_since = time.monotonic() + 10  # the console that started us is still on its way
        self._must_end = threading.Event()

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._must_end.set()

    def wait_until_unneeded(self) -> None:
        while not self._must_end.wait(0.2):
            if self._guests == 0 and time.monotonic() - self._unneeded_since > LINGER_S:
                return

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
                    is_attached = True
                    self._count(1)
                pipe.send(self._answer(message, pipe))
        except (EOFError, OSError):
            pass  # the console is gone
        finally:
            pipe.close()
            if is_attached:
                self._count(-1)

    def _count(self, change: int) -> None:
        with self._count_lock:
            self._guests += change
            self._unneeded_since = time.monotonic()

    def _answer(self, message: Any, pipe: "Connection[Any, Any]") -> Any:
        try:
            match message:
                case Attach(login):
                    with self._lock:
                        self._bring_up(lambda what: pipe.send(Progress(what)), login)
                    return self._ready(login)
                case EndIfUnneeded():
                    if self._guests == 0:
                        self._must_end.set()
                case SetFaults(device, faults) if self._demo is not None:
                    self._demo.farm.set_faults(device, faults)
                case ChangeHostKey(device) if self._demo is not None:
                    self._demo.change_host_key(device)
        except BatonError as e:
            return HostFailed(e)
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
