"""What netmiko knows how to do on each platform before the first command: paging off, the width, the prompt, enable.

It prepares a connection that is logged in already and never sends a password of its own.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paramiko
from netmiko import ConnectHandler
from netmiko.exceptions import NetmikoBaseException
from netmiko.no_enable import NoEnable

from app.devices.account import NEW_PASSWORD
from app.devices.entrance import Entered
from app.devices.login import Patience, dropped, no_session
from app.devices.messages import AccountRefused, Target
from app.devices.plain_line import PlainLine
from app.devices.reading import BoundedChannel, SaidTooMuch, TookTooLong
from app.devices.wire import Gone, Wire, drain, wait_for
from app.domain.errors import DeviceFault

_BYTES = 1_000_000
_NETMIKO_LATER_S = 5.0
"""netmiko's own time-outs come after the channel's, whose message says what happened."""
_SPEAKS_FIRST_S = 1.0
_QUIETLY: dict[str, dict[str, Any]] = {
    # By itself netmiko configures the terminal's width, which an ASA keeps and logs as a change.
    "cisco_asa": {"allow_auto_change": False},
}


def handler(target: Target) -> Any:
    """Give netmiko's connection for the platform, not connected. Raises DeviceFault for one that it does not know."""
    try:
        connection = ConnectHandler(
            device_type=target.platform,
            host=target.address,
            port=target.port,
            username=target.username,
            secret="",  # some drivers would try a wrong one ten times
            auto_connect=False,
            **_QUIETLY.get(target.platform, {}),
        )
    except ValueError as error:
        raise _unknown_platform(target) from error
    # netmiko hangs a filter on its logger for each connection, which only its disconnect() takes off; it holds nothing.
    logging.getLogger("netmiko").removeFilter(connection._secrets_filter)  # noqa: SLF001
    if getattr(connection, "protocol", "") != "ssh":
        raise _unknown_platform(target)
    if hasattr(connection, "asa_login"):
        connection.asa_login = lambda: None  # sends the login's password up to ten times
    return connection


def prepare(target: Target, connection: Any, transport: Entered, patience: Patience) -> None:
    """Open the session and learn its prompt. Raises DeviceFault, or AccountRefused when the password has expired."""
    with faults_of(target):
        _give_channel(target, connection, transport)
        channel = connection.channel = BoundedChannel(connection.remote_conn)
        channel.allow(patience.prompt_s, _BYTES)
        # netmiko sleeps 10 ms before it looks what has come, which over a network is as good as not at all. A prompt
        # that it mistakes is put right by the first answer.
        connection.clear_buffer = lambda **_: channel.read_channel()
        connection.read_timeout_override = patience.prompt_s + _NETMIKO_LATER_S
        try:
            # netmiko presses return and sleeps here; most devices speak first.
            if not channel.await_words(min(_SPEAKS_FIRST_S, patience.prompt_s)):
                connection.write_channel(connection.RETURN)
            connection.session_preparation()
        except (TookTooLong, SaidTooMuch, ValueError) as error:
            if NEW_PASSWORD.search(channel.last_words):
                raise _expired(target) from error
            raise DeviceFault(
                f"{target.where} let us in but shows no prompt that Baton understands.",
                f"Check its platform ({target.platform}), and look at it in a terminal.",
            ) from error


def enable(target: Target, connection: Any, wire: Wire, patience: Patience) -> None:
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


@contextmanager
def faults_of(target: Target) -> Iterator[None]:
    """Turn what the libraries raise when a connection ends into one message."""
    try:
        yield
    except (NetmikoBaseException, paramiko.SSHException, EOFError, OSError, Gone) as error:
        raise dropped(target) from error


def _said(wire: Wire, line: str, shown: str, connection: Any, patience: Patience) -> re.Match[str]:
    wire.send(f"{line}{connection.RETURN}".encode())
    return wait_for(wire, re.compile(shown, re.IGNORECASE), patience.enable_s)


def _give_channel(target: Target, connection: Any, transport: Entered) -> None:
    """Let netmiko work on the connection that there is."""
    if isinstance(transport, PlainLine):
        connection.remote_conn = transport
        return
    # netmiko's own login retries under another name, checks no key and hides the cause in a time-out.
    connection._get_ssh_client_instance = lambda: _LoggedIn(transport)  # noqa: SLF001 - the hook its own drivers use
    try:
        connection.establish_connection()
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise no_session(target) from error


class _LoggedIn(paramiko.SSHClient):
    """The client that netmiko asks to connect: it is connected already, and checked against the book."""

    def __init__(self, transport: paramiko.Transport) -> None:
        super().__init__()
        self.transport = transport

    def connect(self, *_: object, **__: object) -> None:
        """Take the connection that there is."""
        self._transport = self.transport


def _unknown_platform(target: Target) -> DeviceFault:
    return DeviceFault(
        f"Baton cannot run commands on the platform “{target.platform}”.", "Choose another platform for the device."
    )


def _expired(target: Target) -> AccountRefused:
    return AccountRefused(
        f"The password of {target.username} has expired: {target.where} wants a new one before it does anything else.",
        "Log in to it in a terminal, give the new password there, and change the kept one too.",
        target.device_id,
    )
