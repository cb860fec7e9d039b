"""Bytes to and from a device's command line. Waits for data, never for a clock that runs down in between."""

import re
import threading
import time
from contextlib import suppress
from typing import Any, Protocol

import paramiko
from paramiko.common import cMSG_CHANNEL_WINDOW_ADJUST

from app.devices.prompt_reader import QUIET_S, PromptReader
from app.devices.reading import SaidTooMuch, TookTooLong, plain_text

_READ_BYTES = 256 * 1024
_DRAINED_BYTES = 4_000_000
_STEP_BYTES = 64 * 1024


class Gone(Exception):
    """The device ended the connection."""


class Wire(Protocol):
    """What reading needs of a connection. One thread at a time."""

    def send(self, data: bytes) -> None:
        """Type. Raises Gone."""

    def receive(self, wait_s: float) -> bytes:
        """Give what has come, at once when there is something; empty after `wait_s`. Raises Gone."""

    def converse(self, reader: PromptReader, line: str, timeout_s: float) -> None:
        """Throw away what came since the last command, type the line, and read to the end of its answer.

        Raises TookTooLong, SaidTooMuch and Gone.
        """


class PulledWire:
    """Converses on whatever can send and receive."""

    def converse(self: Wire, reader: PromptReader, line: str, timeout_s: float) -> None:
        """Type the line and read to the end of its answer. Raises TookTooLong, SaidTooMuch and Gone."""
        until = time.monotonic() + timeout_s
        drain(self)
        self.send(line.encode())
        while not reader.is_done:
            left_s = until - time.monotonic()
            if left_s <= 0:
                raise TookTooLong
            data = self.receive(min(QUIET_S, left_s))
            typed = reader.take(data) if data else reader.quiet()
            if typed:
                self.send(typed)


class ChannelWire:
    """An SSH channel, read by the thread that decrypts it while a command runs.

    A switch sends a packet for each letter it echoes; to wake another thread for each would cost more than the reading.
    """

    def __init__(self, channel: paramiko.Channel) -> None:
        self._channel, self._transport = channel, channel.get_transport()
        self._pipe = channel.in_buffer
        self._feed_pipe, self._close_pipe = self._pipe.feed, self._pipe.close
        self._pipe.feed, self._pipe.close = self._feed, self._close
        self._lock = threading.Lock()
        self._wakened = threading.Event()
        self._reader: PromptReader | None = None
        self._to_type = b""
        self._has_come = False
        self._fault: SaidTooMuch | None = None

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

    def converse(self, reader: PromptReader, line: str, timeout_s: float) -> None:
        """Type the line and read to the end of its answer. Raises TookTooLong, SaidTooMuch and Gone."""
        until = time.monotonic() + timeout_s
        drain(self)
        with self._lock:
            self._reader, self._fault, self._to_type, self._has_come = reader, None, b"", False
            self._wakened.clear()
        try:
            self.send(line.encode())
            while not reader.is_done:
                self._wait(until)
                self._look(reader)
        finally:
            with self._lock:
                self._reader = None

    def _wait(self, until: float) -> None:
        left_s = until - time.monotonic()
        if left_s <= 0:
            raise TookTooLong
        if not self._wakened.wait(min(QUIET_S, left_s)) and self._is_gone():
            raise Gone
        self._wakened.clear()

    def _look(self, reader: PromptReader) -> None:
        """Do what the decrypting thread left to be done; or, when nothing came, take notice of that."""
        with self._lock:
            if self._fault is not None:
                raise self._fault
            if reader.is_done:
                return
            is_quiet, self._has_come = not self._has_come, False
            typed, self._to_type = self._to_type or (reader.quiet() if is_quiet else b""), b""
        if typed:
            self.send(typed)
        elif self._is_gone():
            raise Gone

    def _is_gone(self) -> bool:
        return self._channel.closed or self._channel.eof_received or not self._transport.is_active()

    def _feed(self, data: bytes) -> None:
        """Take what was decrypted, on paramiko's thread, which must not wait for anything."""
        with self._lock:
            reader = self._reader
            if reader is None:
                self._feed_pipe(data)
                return
            self._has_come = True
            if reader.is_done or self._fault is not None:
                return
            try:
                typed = reader.take(data)
            except SaidTooMuch as fault:
                self._fault = fault
                typed = b""
            if typed and not self._can_send(typed):
                self._to_type, typed = typed, b""
            if reader.is_done or self._to_type or self._fault is not None:
                self._wakened.set()
        if typed:
            with suppress(OSError, EOFError, paramiko.SSHException):  # whoever waits is told of the end anyway
                self._channel.sendall(typed)
        self._make_room(len(data))

    def _close(self) -> None:
        self._close_pipe()
        self._wakened.set()

    def _can_send(self, data: bytes) -> bool:
        """Whether sending returns at once: not in the middle of new keys, nor to a device that takes no more."""
        return bool(self._transport.clear_to_send.is_set() and self._channel.out_window_size > len(data))

    def _make_room(self, size: int) -> None:
        """Let the device send as much again, as `recv` would."""
        room = self._channel._check_add_window(size)  # noqa: SLF001 - it is all that recv does besides
        if room and not self._transport.clear_to_send.is_set():
            self._channel.in_window_sofar += room
        elif room:
            message: Any = paramiko.Message()
            message.add_byte(cMSG_CHANNEL_WINDOW_ADJUST)
            message.add_int(self._channel.remote_chanid)
            message.add_int(room)
            self._transport._send_user_message(message)  # noqa: SLF001 - as recv sends it


def drain(wire: Wire) -> None:
    """Throw away what has come, such as log lines; a device that never stops is noticed by its next answer."""
    size = 0
    while size < _DRAINED_BYTES and (data := wire.receive(0.0)):
        size += len(data)


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
