"""A device's command line: netmiko prepares it, which knows how each platform pages and prompts; then we read it."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import paramiko
from netmiko import BaseConnection, ConnectHandler
from netmiko.exceptions import NetmikoBaseException
from netmiko.no_enable import NoEnable

from app.devices.accounts import Accounts
from app.devices.config_session import Said
from app.devices.hasty_socket import hasten
from app.devices.login import Patience, cut, dropped, no_session
from app.devices.messages import Target
from app.devices.prompt_reader import PromptReader
from app.devices.reading import BoundedChannel, SaidTooMuch, TookTooLong
from app.devices.wire import ChannelWire, Gone, Wire, drain, wait_for
from app.domain.errors import DeviceFault

_PREPARE_BYTES = 1_000_000
_SAID_BYTES = 20_000_000
_NETMIKO_LATER_S = 5.0
"""netmiko's own time-outs come after the channel's, whose message says what happened."""
_SPEAKS_FIRST_S = 1.0
_GOODBYE_S = 0.05
_WANTS_NEW_PASSWORD = re.compile(
    r"password (?:has |is )?(?:been )?expired|(?:enter|choose|your) (?:a )?new password|new password: *\Z"
    r"|(?:must|have to) change (?:your|the) password",
    re.IGNORECASE,
)
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

    def __init__(self, target: Target, connection: Any, transport: paramiko.Transport, wire: Wire) -> None:
        self._target, self._transport, self._wire = target, transport, wire
        self._channel: paramiko.Channel = connection.remote_conn
        self._returns = str(connection.RETURN)
        self._has_paged = False
        self.prompt = str(connection.base_prompt)
        # What a platform prints above its prompt, such as Junos's "{master:0}", netmiko knows how to take off.
        is_plain = type(connection).strip_prompt is BaseConnection.strip_prompt
        self._strip: Callable[[str], str] | None = None if is_plain else connection.strip_prompt
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
        connection = _handler(target)
        with ExitStack() as both, ExitStack() as undo:
            both.callback(_forget_secrets, connection)
            client = _LoggedIn(accounts.log_in(target, patience, is_given_up))
            undo.callback(_close, client.transport)
            # netmiko's own login retries under another name, checks no key and hides the cause in a time-out.
            connection._get_ssh_client_instance = lambda: client  # noqa: SLF001 - the hook its own drivers use
            with _faults_of(target):
                cls._prepare(target, connection, patience, accounts)
                wire = ChannelWire(connection.remote_conn)
                if target.enable_password:
                    _enable(target, connection, wire, patience)
            undo.pop_all()
        return cls(target, connection, client.transport, wire)

    @staticmethod
    def _prepare(target: Target, connection: Any, patience: Patience, accounts: Accounts) -> None:
        try:
            connection.establish_connection()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise no_session(target) from error
        connection.channel = BoundedChannel(connection.remote_conn)
        connection.channel.allow(patience.prompt_s, _PREPARE_BYTES)
        connection.read_timeout_override = patience.prompt_s + _NETMIKO_LATER_S
        try:
            # netmiko presses return and sleeps here; most devices speak first.
            if not connection.channel.await_words(min(_SPEAKS_FIRST_S, patience.prompt_s)):
                connection.write_channel(connection.RETURN)
            connection.session_preparation()
        except (TookTooLong, SaidTooMuch, ValueError) as error:
            if _WANTS_NEW_PASSWORD.search(connection.channel.last_words):
                accounts.refused(target)
                raise _expired(target) from error
            raise DeviceFault(
                f"{target.where} let us in but shows no prompt that Baton understands.",
                f"Check its platform ({target.platform}), and look at it in a terminal.",
            ) from error

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
        reader = self._reader(
            line.partition("\n")[0], _PREPARE_BYTES * 20, prompts, _USUAL_ANSWERS if confirms else None
        )
        self._converse(reader, line, timeout_s, _PREPARE_BYTES * 20)
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
        cut(self._transport)


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


class _LoggedIn(paramiko.SSHClient):
    """The client that netmiko asks to connect: it is connected already, and checked against the book."""

    def __init__(self, transport: paramiko.Transport) -> None:
        super().__init__()
        self.transport = transport

    def connect(self, *_: object, **__: object) -> None:
        """Take the connection that there is."""
        self._transport = self.transport


def _handler(target: Target) -> Any:
    try:
        handler = ConnectHandler(
            device_type=target.platform,
            host=target.address,
            port=target.port,
            username=target.username,
            # Given to us after the preparation: some drivers would try a wrong one ten times.
            secret="",
            auto_connect=False,
            **_QUIETLY.get(target.platform, {}),
        )
    except ValueError as error:
        raise _unknown_platform(target) from error
    if getattr(handler, "protocol", "") != "ssh":
        _forget_secrets(handler)
        raise _unknown_platform(target)
    if hasattr(handler, "asa_login"):
        handler.asa_login = lambda: None  # sends the login's password up to ten times
    return handler


_QUIETLY: dict[str, dict[str, Any]] = {
    # By itself netmiko configures the terminal's width, which an ASA keeps and logs as a change.
    "cisco_asa": {"allow_auto_change": False},
}


def _close(transport: paramiko.Transport) -> None:
    """Close and wait; cut first, or paramiko's thread would look up from its socket only later."""
    cut(transport)
    transport.close()


def _forget_secrets(connection: Any) -> None:
    """Take back the filter that netmiko hangs on its logger for each connection: it holds the enable password."""
    logging.getLogger("netmiko").removeFilter(connection._secrets_filter)  # noqa: SLF001 - its disconnect() would wait


def _unknown_platform(target: Target) -> DeviceFault:
    return DeviceFault(
        f"Baton cannot run commands on the platform “{target.platform}”.", "Choose another platform for the device."
    )


def _expired(target: Target) -> DeviceFault:
    return DeviceFault(
        f"The password of {target.username} has expired: {target.where} wants a new one before it does anything else.",
        "Log in to it in a terminal, give the new password there, and change the kept one too.",
    )


def _enable(target: Target, connection: Any, wire: Wire, patience: Patience) -> None:
    """Become privileged with one attempt; on platforms that know no such mode there is nothing to do."""
    if isinstance(connection, NoEnable):
        return
    shown = rf"(?P<asks>assword[^\n]{{0,20}}: *\Z)|{re.escape(connection.base_prompt)}[^\s>#]{{0,60}}(?P<at>[>#])\s*\Z"
    try:
        drain(wire)
        if _said(wire, "", shown, connection, patience)["at"] == "#":
            return
        found = _said(wire, "enable", rf"enable *\n(?s:.*?)(?:{shown})", connection, patience)
        if found["asks"]:
            found = _said(wire, target.enable_password or "", shown, connection, patience)
    except TookTooLong as error:
        raise DeviceFault(
            f"{target.where} did not answer to “enable” within {patience.enable_s:g} s.", "Try again in a minute."
        ) from error
    if found["at"] != "#":
        raise DeviceFault(
            f"{target.where} refused the enable password.", "Check it. Baton tried once and does not repeat it."
        )


def _said(wire: Wire, line: str, shown: str, connection: Any, patience: Patience) -> re.Match[str]:
    wire.send(f"{line}{connection.RETURN}".encode())
    return wait_for(wire, re.compile(shown, re.IGNORECASE), patience.enable_s)


@contextmanager
def _faults_of(target: Target, when: str = "") -> Iterator[None]:
    """Turn what the libraries raise when a connection ends into one message."""
    try:
        yield
    except (NetmikoBaseException, paramiko.SSHException, EOFError, OSError, Gone) as error:
        raise dropped(target, when) from error
