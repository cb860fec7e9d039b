"""A device's command line through netmiko, which knows how each platform pages, prompts and enables."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import paramiko
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoBaseException

from app.devices.login import Patience, cut, dropped, log_in, no_session
from app.devices.messages import Target
from app.devices.reading import BoundedChannel, SaidTooMuch, TookTooLong
from app.domain.errors import DeviceFault

_PREPARE_BYTES = 1_000_000
_NETMIKO_LATER_S = 5.0
"""netmiko's own time-outs come after the channel's, whose message says what happened."""


class CommandLine:
    """An open command line. One thread at a time, except for `cut`."""

    def __init__(self, target: Target, connection: Any, transport: paramiko.Transport) -> None:
        self._target, self._connection, self._transport = target, connection, transport
        self._channel: BoundedChannel = connection.channel

    @classmethod
    def open(cls, target: Target, patience: Patience) -> "CommandLine":
        """Log in and learn the prompt.

        Raises FirstContact, KeyMismatch, or DeviceFault with what to do. One login attempt at most.
        """
        connection = _handler(target)
        with ExitStack() as undo:
            undo.callback(_forget_secrets, connection)
            client = _LoggedIn(log_in(target, patience))
            undo.callback(client.close)
            # netmiko's own login retries under another name, checks no key and hides the cause in a time-out.
            connection._get_ssh_client_instance = lambda: client  # noqa: SLF001 - the hook its own drivers use
            with _faults_of(target):
                cls._prepare(target, connection, patience)
            undo.pop_all()
        return cls(target, connection, client.transport)

    @staticmethod
    def _prepare(target: Target, connection: Any, patience: Patience) -> None:
        try:
            connection.establish_connection()
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise no_session(target) from error
        connection.channel = BoundedChannel(connection.remote_conn)
        connection.channel.allow(patience.prompt_s, _PREPARE_BYTES)
        connection.read_timeout_override = patience.prompt_s + _NETMIKO_LATER_S
        try:
            connection._try_session_preparation()  # noqa: SLF001 - the second half of netmiko's open
        except (TookTooLong, SaidTooMuch, ValueError) as error:
            raise DeviceFault(
                f"{target.where} let us in but shows no prompt that Baton understands.",
                f"Check its platform ({target.platform}), and look at it in a terminal.",
            ) from error
        if target.enable_password:
            connection.channel.allow(patience.enable_s, _PREPARE_BYTES)
            _enable(target, connection)

    @property
    def is_alive(self) -> bool:
        """Whether a command can be sent."""
        channel = self._connection.remote_conn
        return self._transport.is_active() and not channel.closed and not channel.eof_received

    def run(self, command: str, timeout_s: float, output_bytes: int) -> str:
        """Give the command's output without echo and prompt. After a DeviceFault the line is to be cut."""
        target = self._target
        self._channel.allow(timeout_s, output_bytes)
        prompt = rf"(?m:^){re.escape(self._connection.base_prompt)}[^\s>#]{{0,60}}[>#]\s*\Z"
        try:
            with _faults_of(target, f" while “{command}” ran"):
                self._channel.forget()
                self._connection.read_timeout_override = timeout_s + _NETMIKO_LATER_S
                output = self._connection.send_command(command, expect_string=prompt)
        except TookTooLong as error:
            raise DeviceFault(
                f"“{command}” did not finish within {timeout_s:g} s on {target.where}.",
                "Give it more time, or look at the device in a terminal; it may be waiting for an answer.",
            ) from error
        except SaidTooMuch as error:
            raise DeviceFault(
                f"“{command}” printed more than {output_bytes / 1e6:g} MB on {target.where} and was stopped.",
                "Ask for a part of it, or run it in a terminal.",
            ) from error
        return str(output)

    def leave(self) -> None:
        """Say goodbye, so that the device frees its line, and close."""
        with suppress(OSError, paramiko.SSHException, EOFError):
            if self.is_alive:
                self._connection.remote_conn.sendall(b"exit\n")
                time.sleep(0.05)
        self.close()

    def close(self) -> None:
        """Close without a word and wait until it is closed."""
        self._transport.close()
        _forget_secrets(self._connection)

    def cut(self) -> None:
        """End the connection at once; from any thread, also while a command runs."""
        cut(self._transport)


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
            secret=target.enable_password or "",
            auto_connect=False,
        )
    except ValueError as error:
        raise _unknown_platform(target) from error
    if getattr(handler, "protocol", "") != "ssh":
        _forget_secrets(handler)
        raise _unknown_platform(target)
    return handler


def _forget_secrets(connection: Any) -> None:
    """Take back the filter that netmiko hangs on its logger for each connection: it holds the enable password."""
    logging.getLogger("netmiko").removeFilter(connection._secrets_filter)  # noqa: SLF001 - its disconnect() would wait


def _unknown_platform(target: Target) -> DeviceFault:
    return DeviceFault(
        f"Baton cannot run commands on the platform “{target.platform}”.", "Choose another platform for the device."
    )


def _enable(target: Target, connection: Any) -> None:
    """Become privileged with one attempt."""
    try:
        if not connection.check_enable_mode():
            connection.enable()
    except (TookTooLong, ValueError) as error:
        raise DeviceFault(
            f"{target.where} refused the enable password.", "Check it. Baton tried once and does not repeat it."
        ) from error


@contextmanager
def _faults_of(target: Target, when: str = "") -> Iterator[None]:
    """Turn what the libraries raise when a connection ends into one message."""
    try:
        yield
    except (NetmikoBaseException, paramiko.SSHException, EOFError, OSError) as error:
        raise dropped(target, when) from error
