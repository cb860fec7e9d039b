"""A PostgreSQL server process seen from outside: what it says about itself, whether it lives, how to end it.

For the embedded server only, which runs on this machine. Knows nothing of settings or of who started it.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from app.domain.errors import EnvironmentFault

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

StopMode = Literal["smart", "fast", "immediate"]

_SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"  # any PostgreSQL answers it with one byte, before any login
_ANSWER_LIMIT_S = 2.0
_LOCK_LIMIT_S = 90.0
_POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """What a running server wrote about itself into postmaster.pid."""

    data: Path
    pid: int
    port: int
    socket_dir: Path | None
    is_ready: bool

    @classmethod
    def read(cls, data: Path) -> "ServerProcess | None":
        """Read the file; None when there is none or the server has not finished writing it."""
        try:
            lines = _pid_file(data).read_text(encoding="utf-8").splitlines()
            pid, port, sockets = int(lines[0]), int(lines[3]), lines[4].strip()
            status = lines[7].strip() if len(lines) > 7 else ""
        except (OSError, ValueError, IndexError):
            return None
        return cls(data, pid, port, Path(sockets) if sockets else None, status == "ready")

    def answers(self) -> bool:
        """Whether a PostgreSQL listens where this one said it would."""
        try:
            with self._connected() as connection:
                connection.sendall(_SSL_REQUEST)
                return connection.recv(1) in {b"N", b"S"}
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        if self.socket_dir is None:
            return socket.create_connection(("127.0.0.1", self.port), timeout=_ANSWER_LIMIT_S)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(_ANSWER_LIMIT_S)
            connection.connect(str(self.socket_dir / f".s.PGSQL.{self.port}"))
        except OSError:
            connection.close()
            raise
        return connection

    def lives(self) -> bool:
        """Whether the process with this number is there and is the server of this folder.

        The number alone says little: after a crash or a restart of the machine it may be anybody's.
        """
        if sys.platform == "win32":
            return self.answers()
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return False  # somebody else's
        if Path("/proc/self").exists():
            with contextlib.suppress(OSError):  # also the answer for one that ended and was not collected
                return Path(f"/proc/{self.pid}/cwd").samefile(self.data)  # a server lives in its data folder
            return False
        asked = ["ps", "-p", str(self.pid), "-o", "stat=,command="]
        status, _, command = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition(" ")
        return not status.startswith("Z") and "postgres" in command

    def end(self, mode: StopMode) -> None:
        """Ask the server to stop; returns at once. POSIX only: on Windows pg_ctl does it."""
        if sys.platform != "win32":
            meaning = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, meaning[mode])

    def disown(self) -> None:
        """Let a new server start where the dead one's number now belongs to another program.

        PostgreSQL takes any living process for its predecessor and refuses to start, except for its parent:
        so our own number is put in. The file itself has to stay: by it the new server sees whether the old one's
        workers are all gone. The socket's lock file says no more than that, and goes.
        """
        if self.socket_dir is not None:
            (self.socket_dir / f".s.PGSQL.{self.port}.lock").unlink(missing_ok=True)
        path = _pid_file(self.data)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        seen = path.lstat()
        handle, draft = tempfile.mkstemp(dir=self.data)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines([f"{os.getpid()}\n", *lines[1:]])
        if sys.platform != "win32":
            os.chown(draft, seen.st_uid, seen.st_gid, follow_symlinks=False)
        Path(draft).replace(path)


@contextlib.contextmanager
def alone(lock_file: Path) -> Iterator[None]:
    """Keep other processes and threads out of the block; a process that dies lets go.

    EnvironmentFault when somebody else stays in it for longer than a start may take.
    """
    with lock_file.open("ab") as file:
        deadline = time.monotonic() + _LOCK_LIMIT_S
        while not _locked(file):
            if time.monotonic() > deadline:
                raise EnvironmentFault(
                    "Another Baton on this machine has been starting the embedded PostgreSQL for too long.",
                    "End that one, then start Baton again.",
                )
            time.sleep(_POLL_S)
        yield  # closing the file unlocks it


def _locked(file: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _pid_file(data: Path) -> Path:
    return data / "postmaster.pid"
