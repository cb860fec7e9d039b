"""A device's command line: netmiko prepares it, which knows how each platform pages and prompts; then we read it."""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from typing import Any

import paramiko
from netmiko import BaseConnection

from app.devices.accounts import Accounts
from app.devices.config_session import Said
from app.devices.entrance import Entered
from app.devices.hasty_socket import hasten
from app.devices.login import Patience, dropped
from app.devices.messages import AccountRefused, Target
from app.devices.plain_line import PlainLine
from app.devices.plain_wire import PlainWire
from app.devices.preparation import enable, faults_of, handler, prepare
from app.devices.prompt_reader import PromptReader
from app.devices.reading import SaidTooMuch, TookTooLong
from app.devices.transport import DeviceTransport
from app.devices.wire import ChannelWire, Gone, Wire
from app.domain.errors import DeviceFault

_SAID_BYTES = 20_000_000
_GOODBYE_S = 0.05
_PROMPT_CHARS = 16
"""IOS shortens its prompt to 20 characters in config mode."""
_USUAL_ANSWERS = {
    r"\[confirm\]": "",
    r"filename \[[^\]\n]*\]\?": "",
    r"discard uncommitted changes\? \[yes,no\][^\n]*": "yes",
    r"commit them before exiting[^\n]*": "no",
}
_HASH_COMMENTS = ("juniper", "linux", "vyos", "cumulus")


class CommandLine:
    """An open command line. One thread at a time, except for `cut`."""

    def __init__(self, target: Target, connection: Any, transport: Entered, wire: Wire) -> None:
        self._target, self._transport, self._wire = target, transport, wire
        self._channel: paramiko.Channel | PlainLine = connection.remote_conn
        self._returns = str(connection.RETURN)
        self._has_paged = False
        self.prompt = str(connection.base_prompt)
        # What a platform prints above its prompt, such as Junos's "{master:0}", netmiko knows how to take off.
        is_plain = type(connection).strip_prompt is BaseConnection.strip_prompt
        self._strip: Callable[[str], str] | None = None if is_plain else connection.strip_prompt
        if isinstance(transport, DeviceTransport):
            hasten(transport)

    @classmethod
    def open(
        cls,
        target: Target,
        patience: Patience,
        accounts: Accounts | None = None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> "CommandLine":
        """Log in and learn the prompt.

        Raises FirstContact, KeyMismatch, or DeviceFault with what to do. One login attempt at most, and none with an
        account that was refused elsewhere.
        """
        accounts = accounts or Accounts()
        connection = handler(target)
        with ExitStack() as undo:
            transport = accounts.log_in(target, patience, is_given_up)
            undo.callback(_close, transport)
            try:
                prepare(target, connection, transport, patience)
            except AccountRefused:
                accounts.refused(target)
                raise
            channel = connection.remote_conn
            wire = PlainWire(channel) if isinstance(channel, PlainLine) else ChannelWire(channel)
            if target.enable_password:
                with faults_of(target):
                    enable(target, connection, wire, patience)
            undo.pop_all()
        return cls(target, connection, transport, wire)

    @property
    def is_alive(self) -> bool:
        """Whether a command can be sent."""
        return self._transport.is_active() and not self._channel.closed and not self._channel.eof_received

    @property
    def target(self) -> Target:
        """What was logged in to."""
        return self._target

    def run(self, command: str, timeout_s: float, output_bytes: int) -> str:
        """Give the command's output without echo and prompt. After a DeviceFault the line is to be cut."""
        reader = self._reader(command, output_bytes)
        self._converse(reader, command, timeout_s, output_bytes)
        return reader.answer if self._strip is None else self._strip(f"{reader.answer}\n{self.prompt}")

    def say(self, line: str, timeout_s: float, *, prompts: Iterable[str] = (), confirms: bool = False) -> Said:
        """Type the line, or several that belong together, and give the answer with the prompt that ended it.

        `prompts` are beginnings of other prompts that may come; with `confirms` the usual questions are answered.
        After a DeviceFault the line is to be cut, or interrupted.
        """
        reader = self._reader(line.partition("\n")[0], _SAID_BYTES, prompts, _USUAL_ANSWERS if confirms else None)
        self._converse(reader, line, timeout_s, _SAID_BYTES)
        return Said(reader.answer, reader.prompt)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        with suppress(Gone):
            self._wire.send(b"\x03")

    def _reader(
        self, command: str, output_bytes: int, prompts: Iterable[str] = (), answers: Mapping[str, str] | None = None
    ) -> PromptReader:
        starts = "|".join(re.escape(start) for start in (self.prompt, *prompts))
        comment = "#" if self._target.platform.startswith(_HASH_COMMENTS) else "!"
        return PromptReader(
            command,
            rf"(?:{starts})[^\s>#]{{0,60}}[>#$]",
            most_bytes=output_bytes,
            comment=comment,
            returns=self._returns,
            answers=answers,
            has_paged=self._has_paged,
        )

    def _converse(self, reader: PromptReader, command: str, timeout_s: float, output_bytes: int) -> None:
        where = self._target.where
        try:
            typed = "".join(line.strip() + self._returns for line in command.split("\n"))
            self._wire.converse(reader, typed, timeout_s)
            self._has_paged = reader.has_paged
            self._learn(reader.prompt)
            if reader.is_doubtful:
                raise DeviceFault(
                    f"{where} stops after each page although it was told not to, and “{command}” was not read whole.",
                    "Run it again: Baton knows now that it does.",
                )
        except Gone as error:
            raise dropped(self._target, f" while “{command}” ran") from error
        except TookTooLong as error:
            raise DeviceFault(
                f"“{command}” did not finish within {timeout_s:g} s on {where}.",
                "Give it more time, or look at the device in a terminal; it may be waiting for an answer.",
            ) from error
        except SaidTooMuch as error:
            raise DeviceFault(
                f"“{command}” printed more than {output_bytes / 1e6:g} MB on {where} and was stopped.",
                "Ask for a part of it, or run it in a terminal.",
            ) from error

    def _learn(self, prompt: str) -> None:
        """Take the prompt that the device has now: it was renamed, or its banner had been mistaken for it."""
        if self.prompt not in prompt and (named := re.match(r"[^(>#$]+", prompt)):
            self.prompt = named[0][:_PROMPT_CHARS]

    def say_goodbye(self) -> None:
        """Tell the device to free its line; the connection is still to be closed."""
        with suppress(OSError, paramiko.SSHException, EOFError, Gone):
            if self.is_alive:
                self._wire.send(b"exit\n")

    def close(self) -> None:
        """Close without a word and wait until it is closed."""
        _close(self._transport)

    def cut(self) -> None:
        """End the connection at once; from any thread, also while a command runs."""
        self._transport.cut()


def leave_all(lines: Iterable[CommandLine]) -> None:
    """Say goodbye on all of them, so that the devices free their lines, and close them."""
    lines = list(lines)
    for line in lines:
        line.say_goodbye()
    if lines:
        time.sleep(_GOODBYE_S)
    for line in lines:
        line.cut()
    for line in lines:
        line.close()


def _close(transport: Entered) -> None:
    """Close and wait; cut first, or paramiko's thread would look up from its socket only later."""
    transport.cut()
    transport.close()
