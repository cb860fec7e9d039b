"""paramiko's connection with its way of logging in put right, and what carries it when it goes through a jump host.

paramiko 4 has two transports. The plain one asks for the login service before every attempt, and devices hang up at the
second time. The newer one asks once, but waits for ever when the connection ends meanwhile, and starts to listen for
the answer only after it has sent the request: one login in a hundred to a near device hung until its time-out.
"""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

import paramiko
from paramiko.auth_handler import AuthOnlyHandler
from paramiko.common import cMSG_SERVICE_REQUEST, cMSG_USERAUTH_REQUEST

_SERVICE = "ssh-userauth"


class Unanswered(paramiko.AuthenticationException):
    """The device asks during the login for what only a person can answer; nothing was sent. `text` is what it says."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = " ".join(text.split())


class DeviceTransport(paramiko.ServiceRequestingTransport):
    """A connection that asks for the login service once and notices its own end; closing it closes what carries it."""

    def __init__(self, sock: Any, below: "DeviceTransport | None" = None, **options: Any) -> None:
        super().__init__(sock, **options)
        self._below = below

    def close(self) -> None:
        """Close this connection, then the hops that it goes through."""
        # paramiko says goodbye on what carries it, and a hop may have ended before.
        with suppress(OSError, EOFError, paramiko.SSHException):
            super().close()
        if not self.is_alive():
            with suppress(OSError, EOFError, paramiko.SSHException):
                self.sock.close()  # before it has begun, paramiko closes nothing
        if self._below is not None:
            self._below.close()

    def cut(self) -> None:
        """End it at once, from any thread: its reader notices, and whoever holds it closes it."""
        if self._below is not None:
            self._below.cut()
            return
        with suppress(OSError):  # it has ended by itself
            self.sock.shutdown(socket.SHUT_RDWR)

    def ensure_session(self) -> None:
        """Ask for the login service unless that is done. Raises SSHException when the connection ends or stalls."""
        if self._service_userauth_accepted:
            return
        request = paramiko.Message()
        request.add_byte(cMSG_SERVICE_REQUEST)
        request.add_string(_SERVICE)
        self._send_message(request)
        until = time.monotonic() + self.auth_timeout
        while not self._service_userauth_accepted:
            if not self.is_active() or time.monotonic() > until:
                raise paramiko.SSHException("The login service was not given.")
            time.sleep(0.005)
        self.auth_handler = self.get_auth_handler()

    def get_auth_handler(self) -> "_LoginHandler":
        """Give the handler that listens before it speaks."""
        return _LoginHandler(self)

    def login_methods(self, username: str) -> list[str]:
        """Give the methods that the device accepts, without sending a password; empty: the name alone was enough."""
        self.ensure_session()
        try:
            self.auth_handler.send_auth_request(username, "none")
        except paramiko.BadAuthenticationType as error:
            return list(error.allowed_types)
        return []


class _LoginHandler(AuthOnlyHandler):
    def send_auth_request(self, username: str, method: str, finish_message: object = None) -> list[str]:
        """Send one attempt and wait for its answer."""
        self.auth_method, self.username = method, username
        request = paramiko.Message()
        request.add_byte(cMSG_USERAUTH_REQUEST)
        request.add_string(username)
        request.add_string("ssh-connection")
        request.add_string(method)
        if callable(finish_message):
            finish_message(request)
        self.auth_event = answered = threading.Event()
        with self.transport.lock:
            self.transport._send_message(request)  # noqa: SLF001 - as the class it replaces does
        return list(self.wait_for_response(answered))

    def _parse_userauth_info_request(self, message: Any) -> None:
        # The same number in answer to a password says that it has expired (RFC 4252, section 8).
        if self.auth_method == "password":
            raise Unanswered(f"{message.get_text()} New password:")
        super()._parse_userauth_info_request(message)
