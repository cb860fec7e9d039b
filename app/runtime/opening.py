"""Opens a profile: finds its company, puts the relay of the demo between, and gives the workstation."""

import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.domain.company import CompanyAddress
from app.domain.errors import BatonError, EnvironmentFault, Refused
from app.domain.ports import Secrets
from app.practice.relay import Endpoint, Relay
from app.runtime.company_host import CompanyHost
from app.runtime.profile import CompanyKind, Profile
from app.runtime.workstation import Workstation

Say = Callable[[str], None]

WATCH_S = 0.5
JOIN_S = 5.0  # a host that is just being started may take longer; its reference ends with this process


class OpenedProfile:
    """A workstation with what it stands on: the reference to an embedded company's host, and the demo's relay."""

    def __init__(self, profile: Profile, secrets: Secrets) -> None:
        """Open the cache, so that a window can paint; `connect` does what takes longer. Raises Baton's errors."""
        self._profile, self._secrets = profile, secrets
        self._lock = threading.Lock()
        self._is_closed = False
        self.workstation = Workstation(profile, secrets)
        self.host: CompanyHost | None = None
        self.relay: Relay | None = None
        self._relay_folder: Path | None = None
        self.on_trouble: Callable[[BatonError], None] = lambda _error: None
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._watch_host, name="host-watch", daemon=True)

    @classmethod
    def open(cls, profile: Profile, secrets: Secrets, say: Say = lambda _what: None) -> Self:
        """Open and connect in one; blocks while an embedded company starts. Raises Baton's errors."""
        opened = cls(profile, secrets)
        try:
            opened.connect(say)
        except BaseException:
            opened.close()
            raise
        return opened

    def connect(self, say: Say = lambda _what: None, password: str | None = None) -> None:
        """Find the company and start the sync; blocks while an embedded company starts. Raises Baton's errors."""
        with self._lock:
            if self._is_closed:
                return
            address = self._find_company(say)
            self.workstation.start_sync(address, password)
            if self.host is not None and not self._watch.is_alive():
                self._watch.start()

    def _watch_host(self) -> None:
        """Start the embedded company again when its host was killed, for as long as this profile is open."""
        pause_s = WATCH_S
        while not self._ended.wait(pause_s):
            pause_s = WATCH_S
            host = self.host
            if host is None or not host.is_gone():
                continue
            host.close()
            try:
                self._attach_again(host)
            except BatonError as e:
                self.on_trouble(e)
                pause_s = WATCH_S * 10

    def _attach_again(self, lost: CompanyHost) -> None:
        is_demo = self._profile.kind is CompanyKind.DEMO
        fresh = CompanyHost.attach(self._profile.company_home, self._profile.login, is_demo=is_demo)
        self.host = fresh
        if (fresh.ready.host, fresh.ready.port) != (lost.ready.host, lost.ready.port):
            raise EnvironmentFault(
                "The company on this machine came back at another place.", "Close Baton and open it again."
            )
        if fresh.ready.password is not None:
            self.workstation.unlock(fresh.ready.password)
        self.workstation.retry()

    def _find_company(self, say: Say) -> CompanyAddress:
        profile = self._profile
        if profile.kind is CompanyKind.SERVER:
            return profile.address_at(profile.host, profile.port)
        is_demo = profile.kind is CompanyKind.DEMO
        self.host = CompanyHost.attach(profile.company_home, profile.login, is_demo=is_demo, on_progress=say)
        address = profile.address_at(self.host.ready.host, self.host.ready.port)
        if is_demo:
            self.relay, self._relay_folder, address = _through_relay(address)
            from app.runtime import demo_secrets  # noqa: PLC0415  a start before the first paint does without it

            demo_secrets.know(self._secrets, profile.login)
        if self.host.ready.password is not None:
            self._secrets.put(address.secret_name, self.host.ready.password)
        return address

    def cut_network(self) -> None:
        """Take this workstation off the network; raises Refused where there is no relay to cut."""
        self._need_relay().cut()

    def heal_network(self) -> None:
        """Bring it back and try at once."""
        self._need_relay().heal()
        self.workstation.retry()

    @property
    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._is_closed

    @property
    def is_cut(self) -> bool:
        """Whether the relay is cut."""
        return self.relay is not None and self.relay.is_cut

    def _need_relay(self) -> Relay:
        if self.relay is None:
            raise Refused("Only a workstation of the demo can be cut off from here.", "Pull the plug instead.")
        return self.relay

    def close(self) -> None:
        """Close the workstation, then what it stands on; waits for a connect that is under way."""
        self._ended.set()
        with self._lock:
            self._is_closed = True
        if self._watch.is_alive():
            self._watch.join(JOIN_S)
        self.workstation.close()
        _end(self.relay, self._relay_folder)
        if self.host is not None:
            self.host.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _end(relay: Relay | None, folder: Path | None) -> None:
    if relay is not None:
        relay.stop()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def _through_relay(address: CompanyAddress) -> tuple[Relay, Path | None, CompanyAddress]:
    """Put a relay of this workstation's own between it and the company; gives the way through it."""
    folder: Path | None = None
    listen: Endpoint = ("127.0.0.1", 0)
    to: Endpoint = (address.host, address.port)
    if sys.platform != "win32" and address.uses_socket:
        folder = Path(tempfile.mkdtemp(prefix="baton-"))
        listen = folder / f".s.PGSQL.{address.port}"
        to = Path(address.host) / f".s.PGSQL.{address.port}"
    relay = Relay(listen, to)
    relay.start()
    if folder is not None:
        return relay, folder, CompanyAddress(str(folder), address.port, address.database, address.login)
    host, port = _host_and_port(relay.address)
    return relay, folder, CompanyAddress(host, port, address.database, address.login)


def _host_and_port(endpoint: Any) -> tuple[str, int]:
    host, port = endpoint
    return str(host), int(port)
