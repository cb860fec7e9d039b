"""One console per profile: a second start hands its wish to the first and goes."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.domain.errors import EnvironmentFault
from app.runtime.console_door import address

_LINE_BYTES = 64 * 1024
_CONNECTIONS = 16


class SingleInstance(QObject):
    """The lock of a profile's console, and the door where others knock.

    `asked` carries each wish, a dict such as {"verb": "raise"}, {"verb": "call", "number": "..."} or
    {"verb": "touched", "table": "issue", "ids": [...]}. GUI thread only.
    """

    asked = Signal(dict)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(folder / "console.lock"))
        self._lock.setStaleLockTime(0)  # a lock is stale when its process is gone, however old it is
        self._address = address(folder)
        self._server: QLocalServer | None = None

    def take(self) -> bool:
        """Become the profile's console; False when there is one already.

        EnvironmentFault when the folder cannot be written.
        """
        if not self._lock.tryLock(0):
            if self._lock.error() is QLockFile.LockError.PermissionError:
                raise EnvironmentFault(
                    "The profile's folder cannot be written.", "Make it writable, or choose another with --profile."
                )
            return False
        QLocalServer.removeServer(self._address)  # left by a console that died
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_CONNECTIONS)
        self._server.newConnection.connect(self._answer)
        if not self._server.listen(self._address):
            reason = self._server.errorString()
            self.leave()
            raise EnvironmentFault(f"The console's socket could not be opened: {reason}.", "Start Baton again.")
        return True

    def leave(self) -> None:
        """Give the place up."""
        for visitor in self.findChildren(_Visitor):
            visitor.hang_up()
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()

    @Slot()
    def _answer(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            visitor = _Visitor(socket, self)
            visitor.wished.connect(self.asked)
            if len(self.findChildren(_Visitor)) > _CONNECTIONS:
                visitor.hang_up()
            else:
                visitor.read()


class _Visitor(QObject):
    """One who knocked: reads lines, answers each, and goes with its socket."""

    wished = Signal(dict)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        socket.setParent(self)
        self._socket = socket
        self._rest = b""
        socket.readyRead.connect(self.read)
        socket.disconnected.connect(self.deleteLater)

    def hang_up(self) -> None:
        """End the connection."""
        self._socket.readyRead.disconnect(self.read)
        self._socket.abort()
        self.deleteLater()

    @Slot()
    def read(self) -> None:
        """Take what came."""
        *lines, self._rest = (self._rest + self._socket.readAll().data()).split(b"\n")
        if len(self._rest) > _LINE_BYTES:
            self.hang_up()
            return
        for line in lines:
            wish = _parsed(line)
            self._socket.write(b"not understood\n" if wish is None else b"ok\n")
            self._socket.flush()
            if wish is not None:
                self.wished.emit(wish)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        wish = json.loads(line)
    except ValueError:
        return None
    return wish if isinstance(wish, dict) else None
