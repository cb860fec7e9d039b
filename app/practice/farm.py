"""Many simulated devices in one loop of one thread, each listening on its own port of 127.0.0.1."""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Self, TypeVar

import asyncssh

from app.practice.box import Box
from app.practice.device import Faults, LoginAttempt, LoginForm, SimulatedDevice, utc_now
from app.practice.vty import Vty

ADDRESS = "127.0.0.1"
LINES = 5
"""As many connections as the box has terminal lines (vty 0 4)."""

_Result = TypeVar("_Result")


def new_host_key(kind: str = "ssh-ed25519") -> str:
    """Give a private host key as text; `kind` is an SSH key type such as ssh-rsa."""
    key = asyncssh.generate_private_key(kind)
    return key.export_private_key().decode("ascii")


def fingerprint(host_key: str) -> str:
    """Give the key's `SHA256:...`, as people compare it."""
    return asyncssh.import_private_key(host_key).get_fingerprint()


class Farm:
    """Devices that answer over SSH. Its methods are called from any thread but its own."""

    def __init__(self, devices: Iterable[SimulatedDevice]) -> None:
        self._stands = {device.name: _Stand(device) for device in devices}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="practice devices", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> dict[str, int]:
        """Listen, and give each device's port. Raises OSError when a port is taken."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self.ports

    def stop(self) -> None:
        """Cut all connections and end the thread; does nothing the second time."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has just closed by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    @property
    def ports(self) -> dict[str, int]:
        """Give each device's port on 127.0.0.1."""
        return {name: stand.port for name, stand in self._stands.items()}

    @property
    def fingerprints(self) -> dict[str, str]:
        """Give the fingerprint of each device's key."""
        return {name: fingerprint(stand.host_key) for name, stand in self._stands.items()}

    def set_faults(self, name: str, faults: Faults) -> None:
        """Break or mend a device; open sessions feel it at once."""
        self._call(lambda: self._stands[name].set_faults(faults))

    def faults(self, name: str) -> Faults:
        """Give what is wrong with the device."""
        return self._stands[name].box.faults

    def drop(self, name: str) -> None:
        """Cut the device's connections now; it takes new ones."""
        self._call(self._stands[name].cut)

    def change_host_key(self, name: str, host_key: str = "") -> str:
        """Restart the device with another key, a new one if none is given; gives its fingerprint."""
        key = host_key or new_host_key()
        self._call(lambda: self._stands[name].restart(key))
        return fingerprint(key)

    def restart(self, name: str) -> None:
        """Restart the device with the key it has; what was typed since its start is forgotten."""
        self._call(lambda: self._stands[name].restart(self._stands[name].host_key))

    def host_key(self, name: str) -> str:
        """Give the private key that the device has now, to be kept for the next farm."""
        return self._stands[name].host_key

    def attempts(self, name: str) -> tuple[LoginAttempt, ...]:
        """Give every password that reached the device since it stands here."""
        return tuple(self._stands[name].box.attempts)

    def connections(self, name: str) -> int:
        """Give the number of connections that are open."""
        return len(self._stands[name].connections)

    def _call(self, act: Callable[[], _Result]) -> _Result:
        if self._loop is None or not self._thread.is_alive():
            raise RuntimeError("The farm is not running.")

        async def on_loop() -> _Result:
            return act()

        return asyncio.run_coroutine_threadsafe(on_loop(), self._loop).result(timeout=10)

    def _run(self) -> None:
        try:
            asyncio.run(self._stand_until_stopped())
        except BaseException as failure:  # noqa: BLE001 - passed on to whoever waits in start()
            self._failure = failure
        finally:
            self._started.set()

    async def _stand_until_stopped(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            for stand in self._stands.values():
                stand.listen()
            self._started.set()
            await self._stopping.wait()
        finally:
            for stand in self._stands.values():
                await stand.close()


class _Stand:
    """One device's place in the farm: its socket, its connections and its box. Runs on the farm's loop."""

    def __init__(self, device: SimulatedDevice) -> None:
        self.box = Box(device)
        self.host_key = device.host_key or new_host_key()
        self.port = device.port
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._greeting: set[asyncio.Task[None]] = set()
        self._closed: set[asyncio.Future[None]] = set()

    def listen(self) -> None:
        """Open the port."""
        if self._socket is None:
            self._bind()
        if self._socket is not None:
            self._socket.listen(64)
            self._accepting = asyncio.get_running_loop().create_task(self._accept(self._socket))

    def set_faults(self, faults: Faults) -> None:
        was_unplugged, self.box.faults = self.box.faults.is_unplugged, faults
        if faults.is_unplugged and not was_unplugged:
            self._unlisten()
            self._bind()  # without listening it refuses connections and nobody else can take the port
            self.cut()
        elif was_unplugged and not faults.is_unplugged:
            self.listen()

    def restart(self, host_key: str) -> None:
        self.cut()
        self.host_key = host_key
        attempts = self.box.attempts
        self.box = Box(replace(self.box.device), faults=self.box.faults, attempts=attempts)

    def cut(self) -> None:
        """Drop every connection without a goodbye."""
        for task in self._greeting:
            task.cancel()
        for connection in list(self.connections):
            connection.abort()

    async def close(self) -> None:
        self._unlisten()
        self.cut()
        tasks = [*self._greeting, *([self._accepting] if self._accepting else [])]
        await asyncio.gather(*tasks, return_exceptions=True)
        waits = [connection.wait_closed() for connection in self.connections]
        await asyncio.gather(*waits, return_exceptions=True)

    def _bind(self) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setblocking(False)
        if os.name == "posix":  # elsewhere it would let two processes take one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, self.port))
        except OSError:
            listening.close()
            raise
        self.port, self._socket = listening.getsockname()[1], listening

    def _unlisten(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            accepted, _ = await loop.sock_accept(listening)
            task = loop.create_task(self._greet(accepted))
            self._greeting.add(task)
            task.add_done_callback(self._greeting.discard)

    async def _greet(self, accepted: socket.socket) -> None:
        """Speak SSH on a new connection up to the login."""
        try:
            await asyncio.sleep(self.box.faults.banner_delay_s)
            if len(self.connections) >= LINES:
                accepted.close()
                return
            await asyncssh.run_server(accepted, **self._options())
        except (OSError, asyncssh.Error, TimeoutError):
            accepted.close()  # gone before the login; the device shrugs
        except asyncio.CancelledError:
            accepted.close()
            raise

    def _options(self) -> dict[str, object]:
        is_question = self.box.device.login_form is LoginForm.QUESTION
        old = {"kex_algs": ["diffie-hellman-group14-sha1"], "mac_algs": ["hmac-sha1"]}
        return {
            "server_factory": lambda: _Doorkeeper(self),
            "server_host_keys": [
                asyncssh.import_private_key(text) for text in (self.host_key, self.box.device.second_host_key) if text
            ],
            "server_version": "Cisco-1.25",
            "encoding": None,
            "line_editor": False,
            "password_auth": not is_question,
            "kbdint_auth": is_question,
            "public_key_auth": False,
            "host_based_auth": False,
            "gss_host": None,
            "agent_forwarding": False,
            "x11_forwarding": False,
            "compression_algs": None,
            **(old if self.box.device.has_only_old_ssh else {}),
        }


class _Doorkeeper(asyncssh.SSHServer):
    """Counts connections, checks passwords and gives each connection its one terminal line."""

    def __init__(self, stand: _Stand) -> None:
        self._stand = stand
        self._box = stand.box
        self._connection: asyncssh.SSHServerConnection | None = None
        self._has_session = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._stand.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._stand.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        device = self._box.device
        is_right = (username, password) == (device.username, device.password)
        self._box.attempts.append(LoginAttempt(username, is_right, utc_now()))
        return is_right

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        if self._has_session:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "This box has one session per connection.")
        self._has_session = True
        return Vty(self._box)
