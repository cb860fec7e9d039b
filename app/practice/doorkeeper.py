"""The door of a simulated device: who may come in, and what they get there."""

from collections.abc import Callable, Sequence

import asyncssh

from app.practice.box import Box
from app.practice.device import LoginAttempt, utc_now
from app.practice.vty import Vty

Challenge = tuple[str, str, str, Sequence[tuple[str, bool]]]
"""Title, text, language, and questions with whether the answer is shown."""

_ADDRESS = "127.0.0.1"


class Doorkeeper(asyncssh.SSHServer):
    """Counts connections, checks passwords and gives each connection its one terminal line."""

    def __init__(
        self,
        box: Box,
        connections: set[asyncssh.SSHServerConnection],
        port_of: Callable[[str, int], int | None],
    ) -> None:
        self._box, self._connections, self._port_of = box, connections, port_of
        self._connection: asyncssh.SSHServerConnection | None = None
        self._has_session = False
        self._asks_new = False

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Count it."""
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        if self._connection is not None:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        """Show the banner and ask for a password."""
        if self._box.faults.login_banner and self._connection is not None:
            self._connection.send_auth_banner(self._box.faults.login_banner)
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """Say whether that is the password."""
        is_right = (username, password) == (self._box.device.username, self._box.password)
        self._box.attempts.append(LoginAttempt(username, is_right, utc_now()))
        return is_right

    def kbdint_auth_supported(self) -> bool:
        """Ask questions too."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Challenge:
        """Ask for the password."""
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool | Challenge:
        """Take the password; ask for a new one when it has expired, and take that."""
        if not self._asks_new:
            is_right = self.validate_password(username, responses[0] if responses else "")
            if not is_right or not self._box.faults.is_password_expired:
                return is_right
            self._asks_new = True
            return "", "Your password has expired.", "", [("New password: ", False), ("Retype new password: ", False)]
        if len(responses) != 2 or not responses[0] or responses[0] != responses[1]:
            return False
        self._box.password = responses[0]
        self._box.forgive_expiry()
        return True

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        """Give the one terminal line."""
        if self._has_session:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "This box has one session per connection.")
        self._has_session = True
        return Vty(self._box)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> "asyncssh.SSHTCPSession[bytes] | bool":
        """Forward to a device behind this one; nobody else is reachable from here."""
        port = self._port_of(dest_host, dest_port)
        if port is None or self._connection is None:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_CONNECT_FAILED, "No route to host.")
        return self._connection.forward_connection(_ADDRESS, port)  # type: ignore[return-value]
