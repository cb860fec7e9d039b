"""Bytes to and from a device's command line. Waits for data, never for a clock that runs down in between."""

import re
import time
from typing import Protocol

import paramiko

from app.devices.prompt_reader import QUIET_S, PromptReader
from app.devices.reading import TookTooLong, plain_text

_READ_BYTES = 256 * 1024
_STEP_BYTES = 64 * 1024


class Gone(Exception):
    """The device ended the connection."""


class Wire(Protocol):
    """What reading needs of a connection."""

    def send(self, data: bytes) -> None:
        """Type. Raises Gone."""

    def receive(self, wait_s: float) -> bytes:
        """Give what has come, at once when there is something; empty after `wait_s`. Raises Gone."""


class ChannelWire:
    """An SSH channel; one thread at a time."""

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel = channel

    def send(self, data: bytes) -> None:
        """Type. Raises Gone."""
        try:
            self._channel.settimeout(None)
            self._channel.sendall(data)
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Gone from error

    def receive(self, wait_s: float) -> bytes:
        """Give what has come, at once when there is something; empty after `wait_s`. Raises Gone."""
        self._channel.settimeout(wait_s)
        try:
            data = bytes(self._channel.recv(_READ_BYTES))
        except TimeoutError:
            return b""
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Gone from error
        if not data:
            raise Gone
        return data


def converse(wire: Wire, reader: PromptReader, line: str, timeout_s: float) -> None:
    """Throw away what came since the last command, type the line, and read to the end of its answer.

    Raises TookTooLong, SaidTooMuch and Gone.
    """
    until = time.monotonic() + timeout_s
    drain(wire)
    wire.send(line.encode())
    while not reader.is_done:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TookTooLong
        data = wire.receive(min(QUIET_S, left_s))
        typed = reader.take(data) if data else reader.quiet()
        if typed:
            wire.send(typed)


def drain(wire: Wire) -> None:
    """Throw away what has come, such as log lines; a device that never stops is told by its next answer."""
    for _ in range(_STEP_BYTES):
        if not wire.receive(0.0):
            return


def wait_for(wire: Wire, is_there: re.Pattern[str], timeout_s: float) -> re.Match[str]:
    """Read until the pattern is found in the plain text of what came. Raises TookTooLong and Gone."""
    until, raw = time.monotonic() + timeout_s, bytearray()
    while True:
        found = is_there.search(plain_text(raw[-_STEP_BYTES:].decode("utf-8", "replace")))
        if found is not None:
            return found
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TookTooLong
        raw += wire.receive(left_s)
