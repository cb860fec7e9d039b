"""Whole workstations without a screen: cache, threads and real child processes, and what they said."""

import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from app.domain.company import CompanyAddress
from app.domain.person import Role
from app.domain.ports import Secrets, Touched
from app.practice.relay import Endpoint, Relay
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact, SyncState, Workstation
from app.services import calls
from app.services.desk import Desk
from tests.stations import TestCompany

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[1]
WAIT_S = 25.0


def until(condition: Callable[[], object], what: str | Callable[[], str], timeout_s: float = WAIT_S) -> None:
    """Wait for what other threads and processes do; `what` says it when it does not come."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout_s:.0f} s in vain for {what if isinstance(what, str) else what()}")
        time.sleep(0.01)


@contextlib.contextmanager
def relayed(address: CompanyAddress, server_at: Endpoint | None = None) -> Iterator[tuple[Relay, CompanyAddress]]:
    """Give a relay before the company, to be cut or stalled, and the way through it."""
    if not address.uses_socket:
        with Relay(("127.0.0.1", 0), server_at or (address.host, address.port)) as relay:
            host, port = relay.address  # type: ignore[misc]
            yield relay, replace(address, host=str(host), port=int(port))
        return
    with tempfile.TemporaryDirectory(prefix="rl-", dir="/tmp") as folder:  # short enough for a unix socket
        name = f".s.PGSQL.{address.port}"
        with Relay(Path(folder) / name, server_at or Path(address.host) / name) as relay:
            yield relay, replace(address, host=folder)


class Worker:
    """A person at an open workstation: what they do, and what they were shown."""

    def __init__(self, workstation: Workstation) -> None:
        self.workstation = workstation
        self.states: list[SyncState] = []
        self.heard: list[Touched] = []
        workstation.on_sync_state = self.states.append
        workstation.hub.subscribe(self.heard.extend)

    @property
    def state(self) -> SyncState:
        return self.workstation.sync_state

    @property
    def person_id(self) -> str:
        return self.workstation.person_id

    def do(self, verb: Callable[[Desk], T]) -> T:
        return self.workstation.write(verb).result(WAIT_S)

    def look(self, look_up: Callable[[Desk], T]) -> T:
        return self.workstation.read(look_up).result(WAIT_S)

    def unsent(self) -> int:
        return self.look(lambda d: int(d.cache.read("SELECT count(*) FROM outbox")[0][0]))

    def sees(self, look_up: Callable[[Desk], object], what: str) -> None:
        """Wait until the cache shows something."""
        until(lambda: self.look(look_up), what)

    def reaches(self, contact: Contact, timeout_s: float = WAIT_S) -> SyncState:
        """Wait until the sync stands so."""
        until(lambda: self.state.contact is contact, lambda: f"{contact}, not {self.state}", timeout_s)
        return self.state

    def heard_of(self, table: str) -> bool:
        return any(change.table == table for change in tuple(self.heard))


def log(worker: Worker, body: str) -> str:
    """Log a call with this text as a person does; gives its issue's id."""
    logged = worker.do(lambda d: calls.log_call(d, calls.CallDraft(body=body)))
    assert logged.issue_id is not None
    return logged.issue_id


class Office:
    """Opens workstations on one company, and closes them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[Workstation] = []

    def profile(self, address: CompanyAddress, name: str = "") -> Profile:
        """Give a saved profile at this company; the same name gives the same profile."""
        folder = self._folder / (name or address.login)
        known = Profile.load(folder)
        if known is not None:
            return known
        made = Profile.new(
            folder,
            CompanyKind.SERVER,
            address.login,
            database=address.database,
            host=address.host,
            port=address.port,
        )
        made.save()
        return made

    def sit_down(
        self,
        address: CompanyAddress,
        secrets: Secrets | None = None,
        *,
        name: str = "",
        password: str | None = None,
        through: CompanyAddress | None = None,
    ) -> Worker:
        """Open a profile and start its sync, `through` another way than the profile's when one is given."""
        workstation = Workstation(self.profile(address, name), secrets or MemorySecrets())
        self._open.append(workstation)
        worker = Worker(workstation)
        workstation.start_sync(through or address, password)
        return worker

    def at_work(self, company: TestCompany, login: str, role: Role = Role.SUPPORT) -> Worker:
        """Give somebody of the company, made when unknown, at a workstation that is in sync."""
        if login not in company.people:
            company.add(login, role)
        worker = self.sit_down(company.address(login))
        worker.reaches(Contact.SYNCED)
        return worker

    def close(self) -> None:
        while self._open:
            self._open.pop().close()


@contextlib.contextmanager
def an_office(folder: Path) -> Iterator[Office]:
    """Give an office; at the end every workstation is closed and no process or thread of it is left."""
    before = set(threading.enumerate())
    office = Office(folder)
    try:
        yield office
    finally:
        office.close()
    left = [child.name for child in multiprocessing.active_children()]
    assert not left, f"processes left: {left}"
    with contextlib.suppress(AssertionError):
        until(lambda: set(threading.enumerate()) <= before, "the threads to end", 5)
    threads = [t.name for t in threading.enumerate() if t not in before]
    assert not threads, f"threads left: {threads}"


def run_main(
    *arguments: str | Path, home: Path, timeout_s: float = 60, more: Sequence[tuple[str, str]] = ()
) -> "subprocess.CompletedProcess[str]":
    """Run main.py as a person does, off screen and without a keyring, in folders below `home`."""
    environment = {
        **os.environ,
        **{f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("DATA", "CONFIG", "CACHE", "STATE")},
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **dict(more),
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=timeout_s,
        check=False,
        stdin=subprocess.DEVNULL,
    )
