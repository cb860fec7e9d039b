"""Terminals and commands on devices: who gets which answer of the devices child, and what a login needs.

The screens' way to app/devices: the messages that they see are named here.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

from app.devices.messages import (
    AccountRefused,
    ApplyConfig,
    CancelCommand,
    CloseTerminal,
    CommandDone,
    CommandFailed,
    CompareTexts,
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
    TerminalNotRecorded,
    TerminalOpened,
    TerminalOutput,
    TerminalTaken,
    TextsCompared,
)
from app.domain.config_diff import Comparison
from app.domain.entity import new_id
from app.domain.errors import BatonError, DeviceFault
from app.services.ways_in import Login, WayIn, target, unattended, way_in

__all__ = [
    "AccountRefused",
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
    "Login",
    "Table",
    "Target",
    "TerminalClosed",
    "TerminalMessage",
    "TerminalNotRecorded",
    "TerminalOpened",
    "TerminalOutput",
    "WayIn",
    "is_login_refused",
    "target",
    "unattended",
    "way_in",
]

TerminalMessage = (
    TerminalOpened | TerminalOutput | TerminalNotRecorded | TerminalClosed | HostKeyUnknown | HostKeyMismatch
)
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
    message that ends it, each command and each comparison exactly one answer; after that its id is forgotten.
    """

    def __init__(
        self, send: Callable[[FromConsole], None], on_crash: Callable[[str], None] = lambda _text: None
    ) -> None:
        """`send` takes messages to the child; `on_crash` gets the report of a bug in it."""
        self._send = send
        self.on_crash = on_crash
        self._terminals: dict[str, Callable[[TerminalMessage], None]] = {}
        self._commands: dict[str, Callable[[Any], None]] = {}  # each gets the answers of what was asked
        self._comparisons: dict[str, Future[Comparison]] = {}
        self._lock = threading.Lock()
        self._was_ready = False

    def open_terminal(
        self,
        to: Target,
        cols: int,
        rows: int,
        on_message: Callable[[TerminalMessage], None],
        *,
        window_bytes: int = 0,
        transcript: str = "",
    ) -> str:
        """Open a terminal and give its session id; the rest comes as messages. See OpenTerminal."""
        session_id = new_id()
        with self._lock:
            self._terminals[session_id] = on_message
        self._send(OpenTerminal(session_id, to, cols, rows, window_bytes, transcript))
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

    def compare(self, left: str, right: str) -> "Future[Comparison]":
        """Give what changed between two texts; raises DeviceFault when the child ended meanwhile."""
        request_id = new_id()
        future: Future[Comparison] = Future()
        with self._lock:
            self._comparisons[request_id] = future
        self._send(CompareTexts(request_id, left, right))
        return future

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
            case TerminalOpened(session_id) | TerminalOutput(session_id) | TerminalNotRecorded(session_id):
                self._tell(session_id, message)
            case TerminalClosed(session_id):
                self._end(session_id, message)
            case CommandDone(request_id) | CommandFailed(request_id) | ConfigApplied(request_id):
                self._answer(request_id, message)
            case TextsCompared(request_id, comparison, error):
                self._give(request_id, comparison, error)
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

    def _give(self, request_id: str, comparison: Comparison | None, error: BatonError | None) -> None:
        with self._lock:
            future = self._comparisons.pop(request_id, None)
        if future is None:
            return
        if comparison is not None:
            future.set_result(comparison)
        else:
            future.set_exception(error or _CHILD_ENDED)

    def _start_over(self) -> None:
        """End what an earlier child took with it."""
        with self._lock:
            if not self._was_ready:
                self._was_ready = True
                return
            terminals, self._terminals = self._terminals, {}
            commands, self._commands = self._commands, {}
            comparisons = list(self._comparisons)
        for session_id, on_message in terminals.items():
            on_message(TerminalClosed(session_id, _CHILD_ENDED.what, _CHILD_ENDED))
        for request_id, on_answer in commands.items():
            on_answer(CommandFailed(request_id, _CHILD_ENDED))
        for request_id in comparisons:
            self._give(request_id, None, _CHILD_ENDED)


def is_login_refused(error: Exception | None) -> bool:
    """Say whether a device refused the user name or the password: then another one is to be typed, once."""
    return isinstance(error, AccountRefused) and error.can_retype
