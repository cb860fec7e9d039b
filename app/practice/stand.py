"""One device's place in the farm: its socket, its connections and its box. Runs on the farm's loop."""

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import replace

import asyncssh

from app.practice.box import Box
from app.practice.device import Faults, LoginForm, SimulatedDevice
from app.practice.doorkeeper import Doorkeeper
from app.practice.facts import address_of
from app.practice.host_keys import new_host_key

ADDRESS = "127.0.0.1"


class Stand:
    """Listens, greets, and goes away when the device is unplugged or starts again."""

    def __init__(
        self,
        device: SimulatedDevice,
        port_of: Callable[[str, str, int], int | None],
        on_line: Callable[[SimulatedDevice, str, bool, bool], None],
    ) -> None:
        """`port_of` tells where a device behind this one listens, by this one's name and what was asked for."""
        self._on_line = on_line
        self.device = device
        self.address = address_of(device)
        self.host_key = self._first_key = device.host_key or new_host_key()
        self.port = device.port
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._port_of = port_of
        self.box = self._new_box()
        self._socket: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._greeting: set[asyncio.Task[None]] = set()
        self._coming_back: asyncio.TimerHandle | None = None

    def _new_box(self) -> Box:
        box = Box(replace(self.device))
        box.reboot = self.reboot
        box.on_line = lambda line, is_config, is_refused: self._on_line(self.device, line, is_config, is_refused)
        return box

    def listen(self) -> None:
        """Open the port."""
        if self._socket is None:
            self._bind()
        if self._socket is not None and self._accepting is None:
            self._socket.listen(64)
            self._accepting = asyncio.get_running_loop().create_task(self._accept(self._socket))

    def set_faults(self, faults: Faults) -> None:
        """Break or mend the device."""
        was_unplugged, self.box.faults = self.box.faults.is_unplugged, faults
        if faults.is_unplugged and not was_unplugged:
            self._refuse()
        elif was_unplugged and not faults.is_unplugged and self._coming_back is None:
            self.listen()

    def restart(self, host_key: str) -> None:
        """Stand there again as new, with this key."""
        self.cut()
        self.host_key = host_key
        self.box.forget_timers()
        attempts, faults = self.box.attempts, self.box.faults
        self.box = self._new_box()
        self.box.attempts, self.box.faults = attempts, faults

    def renew(self) -> None:
        """Be as at the start of the farm."""
        self.set_faults(Faults())
        self._back()
        self.restart(self._first_key)

    def reboot(self, for_s: float | None = None) -> None:
        """Go away and come back from the startup configuration."""
        self._refuse()
        if self._coming_back is not None:
            self._coming_back.cancel()
        away_s = self.device.reboot_s if for_s is None else for_s
        self._coming_back = asyncio.get_running_loop().call_later(away_s, self._booted)

    def _booted(self) -> None:
        self.box.boot()
        self._back()

    def _back(self) -> None:
        if self._coming_back is not None:
            self._coming_back.cancel()
            self._coming_back = None
        if not self.box.faults.is_unplugged:
            self.listen()

    def cut(self) -> None:
        """Drop every connection without a goodbye."""
        for task in self._greeting:
            task.cancel()
        for connection in list(self.connections):
            connection.abort()

    async def close(self) -> None:
        """Leave for good."""
        self.box.forget_timers()
        if self._coming_back is not None:
            self._coming_back.cancel()
        accepting = self._accepting
        self._unlisten()
        self.cut()
        tasks = [*self._greeting, *([accepting] if accepting else [])]
        await asyncio.gather(*tasks, return_exceptions=True)
        waits = [connection.wait_closed() for connection in self.connections]
        await asyncio.gather(*waits, return_exceptions=True)

    def _refuse(self) -> None:
        self._unlisten()
        self._bind()  # without listening it refuses connections and nobody else can take the port
        self.cut()

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
            self._accepting = None
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
            if len(self.connections) >= self.device.lines:
                accepted.close()
                return
            await asyncssh.run_server(accepted, **self._options())
        except (OSError, asyncssh.Error, TimeoutError):
            accepted.close()  # gone before the login; the device shrugs
        except asyncio.CancelledError:
            accepted.close()
            raise

    def _options(self) -> dict[str, object]:
        faults = self.box.faults
        is_question = self.device.login_form is LoginForm.QUESTION or faults.is_password_expired
        old = {"kex_algs": ["diffie-hellman-group14-sha1"], "mac_algs": ["hmac-sha1"]}
        return {
            "server_factory": self._doorkeeper,
            "server_host_keys": [
                asyncssh.import_private_key(text) for text in (self.host_key, self.device.second_host_key) if text
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
            **(old if self.device.has_only_old_ssh or faults.has_only_old_ssh else {}),
        }

    def _doorkeeper(self) -> Doorkeeper:
        return Doorkeeper(self.box, self.connections, lambda host, port: self._port_of(self.device.name, host, port))
