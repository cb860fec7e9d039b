"""A terminal on its own connection: many devices allow one channel each, and a command must not wait for a person."""

import contextlib
import queue
import threading
import time
import traceback
from collections.abc import Callable

import paramiko

from app.devices.entrance import Entered, enter
from app.devices.login import FirstContact, KeyMismatch, Patience, dropped, no_session
from app.devices.messages import (
    Crashed,
    FromChild,
    HostKeyMismatch,
    HostKeyUnknown,
    OpenTerminal,
    Target,
    TerminalClosed,
    TerminalNotRecorded,
    TerminalOpened,
    TerminalOutput,
)
from app.devices.plain_line import PlainLine
from app.devices.recording import Recording
from app.domain.errors import BatonError, DeviceFault, EnvironmentFault

CHUNK_BYTES = 64 * 1024
WINDOW_BYTES = 256 * 1024
"""What the device may send unread; small, so that Ctrl-C takes effect soon."""
PACE_S = 0.03
"""Between full chunks: 2 MB/s, more than eyes need and less than the console can paint."""
_GATHER_S = 0.004
_KEYS_WAITING = 4096
_OPEN_S = 15.0
_NOTICE_S = 0.1
"""paramiko ends the channel a moment before it calls its connection lost."""


class Terminal:
    """One terminal: a thread that connects and reads, and one that types."""

    def __init__(self, ask: OpenTerminal, send: Callable[[FromChild], None], patience: Patience | None = None) -> None:
        self._ask = ask
        self._send = send
        self._patience = patience or Patience()
        self._keys: queue.Queue[bytes | tuple[int, int] | None] = queue.Queue(_KEYS_WAITING)
        self._closing = threading.Event()
        self._fault: DeviceFault | None = None
        self._transport: Entered | None = None
        self._room = threading.Condition()
        self._under_way_bytes = 0
        self._reader = threading.Thread(target=self._run, name=f"terminal {ask.session_id}", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether the terminal has ended and said so."""
        return not self._reader.is_alive()

    def start(self) -> None:
        """Connect and go on; what happens is told by messages."""
        self._reader.start()

    def type(self, data: bytes) -> None:
        """Queue keys for the device. A device that takes none for long loses its terminal."""
        self._queue(data)

    def resize(self, cols: int, rows: int) -> None:
        """Queue the window's new size."""
        self._queue((cols, rows))

    def taken(self, size_bytes: int) -> None:
        """Make room for as much output as was painted."""
        with self._room:
            self._under_way_bytes = max(0, self._under_way_bytes - size_bytes)
            self._room.notify()

    def close(self) -> None:
        """End the terminal; returns at once."""
        self._closing.set()
        with self._room:
            self._room.notify()
        transport = self._transport
        if transport is not None:
            transport.cut()

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended."""
        self._reader.join(timeout_s)

    def _queue(self, item: bytes | tuple[int, int]) -> None:
        try:
            self._keys.put_nowait(item)
        except queue.Full:
            self._fault = DeviceFault(
                f"{self._ask.target.where} takes no more input.", "Open a new terminal; type what was lost again."
            )
            self.close()

    def _run(self) -> None:
        self._send(self._closed_by())

    def _closed_by(self) -> FromChild:
        """Live until the end, and give the one message that tells it."""
        session_id = self._ask.session_id
        try:
            error, reason = self._live(), "The device ended the session."
        except (FirstContact, KeyMismatch) as stop:
            return key_message(session_id, stop)
        except BatonError as fault:
            error, reason = fault, fault.what
        except Exception:  # noqa: BLE001 - the thread's boundary: passed on to the crash dialog
            self._send(Crashed(session_id, traceback.format_exc()))
            error = DeviceFault("Baton failed in this terminal.", "Open it again.")
            reason = error.what
        finally:
            if self._transport is not None:
                self._transport.close()
        if self._fault is not None:
            return TerminalClosed(session_id, self._fault.what, self._fault)
        if self._closing.is_set():
            return TerminalClosed(session_id, "Closed.")
        return TerminalClosed(session_id, reason, error)

    def _live(self) -> BatonError | None:
        """Open, read to the end, and give what went wrong, if anything did."""
        transport = enter(self._ask.target, self._patience, self._begun, is_terminal=True)
        if self._closing.is_set():
            return None
        channel = self._open(transport)
        self._send(TerminalOpened(self._ask.session_id))
        typing = threading.Thread(
            target=self._type_all, args=(channel,), name=f"keys {self._ask.session_id}", daemon=True
        )
        typing.start()
        recording = self._recording()
        try:
            self._read_all(channel, recording)
            was_ended = _was_ended(channel, transport)
        finally:
            if recording is not None:
                recording.close()
            self._end_typing()
            with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
                channel.close()
            typing.join()
        return None if was_ended else dropped(self._ask.target)

    def _begun(self, transport: Entered, _leg: Target) -> None:
        self._transport = transport
        if self._closing.is_set():
            transport.cut()

    def _open(self, transport: Entered) -> "paramiko.Channel | PlainLine":
        if isinstance(transport, PlainLine):
            transport.resize_pty(self._ask.cols, self._ask.rows)
            return transport
        try:
            channel = transport.open_session(window_size=WINDOW_BYTES, timeout=_OPEN_S)
            channel.get_pty("xterm-256color", self._ask.cols, self._ask.rows)
            channel.invoke_shell()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise no_session(self._ask.target) from error
        return channel

    def _recording(self) -> Recording | None:
        if not self._ask.transcript:
            return None
        try:
            return Recording(self._ask.transcript)
        except EnvironmentFault as fault:
            self._send(TerminalNotRecorded(self._ask.session_id, fault))
            return None

    def _record(self, recording: Recording, data: bytes) -> None:
        try:
            recording.take(data)
        except EnvironmentFault as fault:
            self._send(TerminalNotRecorded(self._ask.session_id, fault))

    def _read_all(self, channel: paramiko.Channel | PlainLine, recording: Recording | None) -> None:
        while data := self._gathered(channel):
            with self._room:
                self._room.wait_for(self._has_room)
                self._under_way_bytes += len(data)
            if self._closing.is_set():
                return
            self._send(TerminalOutput(self._ask.session_id, data))
            if recording is not None:
                self._record(recording, data)
            if len(data) >= CHUNK_BYTES // 2:
                self._closing.wait(PACE_S)

    def _has_room(self) -> bool:
        window_bytes = self._ask.window_bytes
        return not window_bytes or self._under_way_bytes < window_bytes or self._closing.is_set()

    @staticmethod
    def _gathered(channel: paramiko.Channel | PlainLine) -> bytes:
        """Wait for output and give what comes in the same moment together; empty at the end."""
        try:
            data = bytearray(channel.recv(CHUNK_BYTES))
            if data and len(data) < CHUNK_BYTES:
                time.sleep(_GATHER_S)
                while channel.recv_ready() and len(data) < CHUNK_BYTES:
                    data += channel.recv(CHUNK_BYTES - len(data))
        except (OSError, EOFError):
            return b""
        return bytes(data)

    def _type_all(self, channel: paramiko.Channel | PlainLine) -> None:
        try:
            while (item := self._keys.get()) is not None:
                if isinstance(item, bytes):
                    channel.sendall(item)
                else:
                    channel.resize_pty(*item)
        except (paramiko.SSHException, EOFError, OSError):
            return  # the channel is closed, which the reader tells

    def _end_typing(self) -> None:
        while True:
            try:
                self._keys.put_nowait(None)
            except queue.Full:
                self._drop_keys()
            else:
                return

    def _drop_keys(self) -> None:
        try:
            while True:
                self._keys.get_nowait()
        except queue.Empty:
            return


def _was_ended(channel: paramiko.Channel | PlainLine, transport: Entered) -> bool:
    """Tell a logout from a lost connection: some boxes say an exit status or end-of-file, others only close."""
    if channel.eof_received or channel.exit_status >= 0:
        return True
    time.sleep(_NOTICE_S)
    return bool(transport.is_active())


def key_message(asked_by: str, stop: FirstContact | KeyMismatch) -> FromChild:
    """Give the message that ends a session or request because of a host key, the device's or a hop's."""
    target, shown = stop.target, stop.shown
    if isinstance(stop, FirstContact):
        return HostKeyUnknown(asked_by, target.device_id, shown.key_type, shown.fingerprint)
    return HostKeyMismatch(asked_by, target.device_id, shown.key_type, shown.fingerprint, target.known_keys, stop.error)
