"""A person at a plain SSH client, for tests of the simulated devices."""

import socket
import time
from types import TracebackType
from typing import Self

import paramiko

from app.practice.device import SimulatedDevice

DEVICE = SimulatedDevice("sw-1", password="right horse", enable_password="even righter")


class Typist:
    """One connection with one terminal; text that was read is gone."""

    def __init__(self, port: int, device: SimulatedDevice = DEVICE, cols: int = 80, rows: int = 200) -> None:
        self.transport = paramiko.Transport(socket.create_connection(("127.0.0.1", port), timeout=10))
        self.transport.start_client(timeout=10)
        self.transport.auth_password(device.username, device.password, fallback=False)
        self.channel = self.transport.open_session()
        self.channel.get_pty("vt100", cols, rows)
        self.channel.invoke_shell()
        self.channel.settimeout(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.transport.close()

    def until(self, end: str) -> str:
        text = ""
        while not text.endswith(end):
            data = self.channel.recv(4096)
            if not data:
                raise AssertionError(f"the device left after {text!r}")
            text += data.decode()
        return text

    def says(self, line: str, end: str) -> str:
        self.channel.send(f"{line}\n".encode())
        return self.until(end).replace("\r\n", "\n")

    def left(self) -> bool:
        """Whether the device ends the session within a moment."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if not self.channel.recv(4096):
                return True
        return False
