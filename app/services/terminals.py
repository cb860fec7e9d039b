"""Terminals and commands on devices: who gets which answer of the devices child, and what a login needs.

The screens' way to app/devices: the messages that they see are named here.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.devices.messages import (
    ApplyConfig,
    CancelCommand,
    CloseTerminal,
    CommandDone,
    CommandFailed,
    ConfigApplied,
    Crashed,
    FromChild,
    FromConsole,
    HostKeyMismatch,
    HostKeyUnknown,
    KnownKey,
    OpenTerminal,
    Ready,
    ResizeTerminal,
    RunCommand,
    Table,
    Target,
    TerminalClosed,
    TerminalInput,
    TerminalOpened,
    TerminalOutput,
    TerminalTaken,
)
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, DeviceFault, HostKeyChanged, SecretsUnavailable
from app.domain.ports import Secrets
from app.services import host_keys
from app.services.desk import Desk

__all__ = [
    "CommandAnswer",
    "CommandDone",
    "CommandFailed",
    "ConfigAnswer",
    "ConfigApplied",
    "Crashed",
    "Exchange",
    "HostKeyMismatch",
    "HostKeyUnknown",
    "KnownKey",
    "Table",
    "Target",
    "TerminalClosed",
    "TerminalMessage",
    "TerminalOpened",
    "TerminalOutput",
    "WayIn",
    "is_login_refused",
    "target",
    "way_in",
]

TerminalMessage = TerminalOpened | TerminalOutput | TerminalClosed | HostKeyUnknown | HostKeyMismatch
CommandAnswer = CommandDone | CommandFailed | HostKeyUnknown | HostKeyMismatch
ConfigAnswer = ConfigApplied | CommandFailed | HostKeyUnknown | HostKeyMismatch

WINDOW_BYTES = 256 * 1024
"""Output under way to a terminal that has not been painted yet."""
_CHILD_ENDED = DeviceFault(
    "The part of Baton that speaks with devices ended and was started again.",
    "Connect again; look at the device when a command was running.",
)


class Exchange:
    """Connects screens with the devices child, one for a workstation. Any thread.

    Callbacks come on the child's reader thread, must return soon and must not raise. Each terminal gets exactly one
    message that ends it, each command exactly one answer; after that its id is forgotten.
    """

    def __init__(
        self, send: Callable[[FromConsole], None], on_crash: Callable[[str], None] = lambda _text: None
    ) -> None:
        """`send` takes messages to the child; `on_crash` gets the report of a bug in it."""
        self._send = send
        self.on_crash = on_crash
        self._terminals: dict[str, Callable[[TerminalMessage], None]] = {}
        self._commands: dict[str, Callable[[Any], None]] = {}  # each gets the answers of what was asked
        self._lock = threading.Lock()
        self._was_ready = False

    def open_terminal(
        self, to: Target, cols: int, rows: int, on_message: Callable[[TerminalMessage], None], *, window_bytes: int = 0
    ) -> str:
        """Open a terminal and give its session id; the rest comes as messages."""
        session_id = new_id()
        with self._lock:
            self._terminals[session_id] = on_message
        self._send(OpenTerminal(session_id, to, cols, rows, window_bytes))
        return session_id

    def type(self, session_id: str, data: bytes) -> None:
        """Send keys."""
        self._send(TerminalInput(session_id, data))

    def taken(self, session_id: str, size_bytes: int) -> None:
        """Say that so much output was painted, so that more may come."""
        self._send(TerminalTaken(session_id, size_bytes))

    def resize(self, session_id: str, cols: int, rows: int) -> None:
        """Tell the device the terminal's size."""
        self._send(ResizeTerminal(session_id, cols, rows))

    def close(self, session_id: str) -> None:
        """Close the terminal; TerminalClosed still comes."""
        self._send(CloseTerminal(session_id))

    def run(
        self, to: Target, command: str, on_answer: Callable[[CommandAnswer], None], *, timeout_s: float = 30.0
    ) -> str:
        """Run a command on a connection of its own and give the request's id."""
        request_id = new_id()
        with self._lock:
            self._commands[request_id] = on_answer
        self._send(RunCommand(request_id, to, command, timeout_s))
        return request_id

    def apply_config(
        self,
        to: Target,
        lines: Iterable[str],
        on_answer: Callable[[ConfigAnswer], None],
        *,
        revert_minutes: int = 0,
        is_saved: bool = True,
        timeout_s: float = 30.0,
    ) -> str:
        """Change the configuration line by line and give the request's id; `timeout_s` is for each line.

        With `revert_minutes` the device goes back by itself unless it can be read back in time.
        """
        request_id = new_id()
        with self._lock:
            self._commands[request_id] = on_answer
        self._send(ApplyConfig(request_id, to, tuple(lines), revert_minutes, is_saved, timeout_s))
        return request_id

    def cancel(self, request_id: str) -> None:
        """Give a command up, or a change before its next line; its answer still comes."""
        self._send(CancelCommand(request_id))

    @property
    def open_count(self) -> int:
        """How many terminals and commands still wait for their end."""
        with self._lock:
            return len(self._terminals) + len(self._commands)

    def on_message(self, message: FromChild) -> None:
        """Take a message of the child: `Workstation.on_device_message`."""
        match message:
            case Ready():
                self._start_over()
            case Crashed(_, text):
                self.on_crash(text)
            case TerminalOpened(session_id) | TerminalOutput(session_id):
                self._tell(session_id, message)
            case TerminalClosed(session_id):
                self._end(session_id, message)
            case CommandDone(request_id) | CommandFailed(request_id) | ConfigApplied(request_id):
                self._answer(request_id, message)
            case HostKeyUnknown(asked_by) | HostKeyMismatch(asked_by):
                self._end(asked_by, message)
                self._answer(asked_by, message)
            case _:
                pass  # a heartbeat concerns nobody here

    def _tell(self, session_id: str, message: TerminalMessage) -> None:
        with self._lock:
            on_message = self._terminals.get(session_id)
        if on_message is not None:
            on_message(message)
        elif isinstance(message, TerminalOpened):
            self._send(CloseTerminal(session_id))  # was given up when the last child ended

    def _end(self, session_id: str, message: TerminalMessage) -> None:
        with self._lock:
            on_message = self._terminals.pop(session_id, None)
        if on_message is not None:
            on_message(message)

    def _answer(self, request_id: str, message: CommandAnswer | ConfigAnswer) -> None:
        with self._lock:
            on_answer = self._commands.pop(request_id, None)
        if on_answer is not None:
            on_answer(message)

    def _start_over(self) -> None:
        """End what an earlier child took with it."""
        with self._lock:
            if not self._was_ready:
                self._was_ready = True
                return
            terminals, self._terminals = self._terminals, {}
            commands, self._commands = self._commands, {}
        for session_id, on_message in terminals.items():
            on_message(TerminalClosed(session_id, _CHILD_ENDED.what, _CHILD_ENDED))
        for request_id, on_answer in commands.items():
            on_answer(CommandFailed(request_id, _CHILD_ENDED))


@dataclass(frozen=True, slots=True)
class WayIn:
    """What is known before a login: the device, its keys in the book, and the password if one is kept.

    `trouble` says why no password could be looked up; `contradiction` that the book has two keys for the device, which
    is as hard a stop as a changed key.
    """

    device: Device
    keys: tuple[KnownKey, ...]
    password: str | None = field(repr=False)
    trouble: SecretsUnavailable | None = None
    contradiction: HostKeyChanged | None = None


def way_in(desk: Desk, device_id: str, secrets: Secrets) -> WayIn:
    """Look up what a login needs. May wait for the keyring; raises Refused when the device was removed.

    Before the first contact no password is looked up: none is sent to a device that nobody has met.
    """
    device = desk.need(Device, device_id)
    try:
        keys = host_keys.known(desk, device_id)
    except HostKeyChanged as stop:
        return WayIn(device, (), None, contradiction=stop)
    if not keys:
        return WayIn(device, (), None)
    try:
        return WayIn(device, keys, secrets.get(device.secret_name))
    except SecretsUnavailable as trouble:
        return WayIn(device, keys, None, trouble)


def target(desk: Desk, device: Device, password: str, *, username: str = "") -> Target:
    """Give the device as the child reaches it, with the valid keys of the book.

    Without keys it is a first contact: the child asks for the key and sends nothing. Raises HostKeyChanged when the
    book contradicts itself, BadInput when nobody has said as whom to log in.
    """
    keys = host_keys.known(desk, device.id)
    as_whom = username or device.username
    if keys and not as_whom:
        raise BadInput(f"{device.name} has no user name to log in with.", "Type one, or edit the device.")
    return Target(
        device_id=device.id,
        address=device.address,
        port=device.port,
        username=as_whom,
        password=password if keys else "",
        platform=device.platform,
        known_keys=keys,
        allows_legacy=device.allows_legacy,
    )


def is_login_refused(error: Exception | None) -> bool:
    """Say whether the device refused the user name or the password: then another one is to be typed, once."""
    return isinstance(error, DeviceFault) and "refused the login" in error.what
