"""The embedded PostgreSQL: the company database of a company of one and of the demo.

Makes the cluster, starts and stops the server, and says how to connect. Only the programs of the Python package
are used; who runs them and where is `server_account`, the settings are `server_settings`. Knows nothing of
Baton's schema, and connects to nothing itself. Blocks; call it off the GUI thread.
"""

import contextlib
import os
import secrets as randomness
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from psycopg.conninfo import make_conninfo

from app.company.server_account import Lodging, lodge
from app.company.server_process import ServerProcess, StopMode, alone
from app.company.server_settings import HBA, SUPERUSER, ident, postgresql
from app.domain.errors import DiskFull, EnvironmentFault
from app.domain.ports import Secrets

if sys.platform != "win32":
    import pwd

_SOCKET_PORT = 5432  # part of the socket's file name only
_START_LIMIT_S = 60.0  # a crash leaves at most 256 MB of log to replay
_STOP_LIMIT_S = 20.0
_POLL_S = 0.005


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a running server is. `socket_dir` is None where it listens on 127.0.0.1 with passwords instead."""

    socket_dir: Path | None
    port: int
    superuser_dsn: str = field(repr=False)  # may hold the password

    def dsn(self, role: str, dbname: str) -> str:
        """Give the connection string for a role; without `socket_dir` the role's password has to be added."""
        return make_conninfo(host=str(self.socket_dir or "127.0.0.1"), port=self.port, user=role, dbname=dbname)


class EmbeddedServer:
    """The server for one data folder, in whichever process it was started; the first start makes the cluster.

    `secrets` keeps the superuser's password where there is no peer authentication (`on_socket` false: Windows);
    without it a new password is set at each start.
    """

    def __init__(
        self, data_dir: Path, *, secrets: Secrets | None = None, on_socket: bool = sys.platform != "win32"
    ) -> None:
        self._data_dir = data_dir
        self._secrets = secrets
        self._on_socket = on_socket
        self._lodging: Lodging | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._password: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_running(self) -> bool:
        """Whether the server answers, also one that another process started."""
        return self._data_dir.is_dir() and self._running(self._lodge()) is not None

    @property
    def address(self) -> ServerAddress:
        """Where the running server is; EnvironmentFault when it does not run."""
        found = self._running(self._lodge())
        if found is None:
            raise EnvironmentFault("The embedded PostgreSQL is not running.", "Start Baton again.")
        return self._address(found)

    def dsn(self, role: str, dbname: str) -> str:
        """Give the connection string for a role and database of the running server, or EnvironmentFault."""
        return self.address.dsn(role, dbname)

    def start(self) -> ServerAddress:
        """Give the address of the server when it accepts connections; one that runs already is left as it is.

        EnvironmentFault when it cannot be started, with the server's own reason; DiskFull.
        """
        with _as_fault(), alone(self._lodge().conf / "start.lock"):
            self._reap()
            lodging = self._lodge()  # again: a stop that was waited for takes the socket's folder away
            if not (lodging.data / "PG_VERSION").exists():
                try:
                    _create_cluster(lodging)
                except (OSError, EnvironmentFault):
                    _drop_sockets(lodging)
                    raise
            found = self._running(lodging)
            if found is None:
                self._end_unreachable(lodging)
                self._write_settings(lodging)
                self._keep_password(lodging)
                found = self._launch(lodging)
            return self._address(found)

    def stop(self, mode: StopMode = "fast") -> None:
        """End the server, whoever started it, and wait until it is gone; nothing happens when it does not run.

        `fast` disconnects everybody and writes everything, `smart` waits for them, `immediate` is a pulled plug.
        """
        lodging = self._lodge()
        with _as_fault(), alone(lodging.conf / "start.lock"):
            found = ServerProcess.read(lodging.data)
            if found is not None and found.lives():
                self._end(lodging, found, mode)
            self._reap()
            _drop_sockets(lodging)

    def remove(self) -> None:
        """Stop the server and delete the cluster with everything in it. Not to be undone."""
        lodging = self._lodge()
        self.stop("immediate")
        with _as_fault():
            if lodging.sockets is not None:
                shutil.rmtree(lodging.sockets, ignore_errors=True)
            shutil.rmtree(lodging.base)
            shutil.rmtree(self._data_dir, ignore_errors=True)
            self._lodging = None

    def _lodge(self) -> Lodging:
        if self._lodging is None or (self._lodging.sockets is not None and not self._lodging.sockets.is_dir()):
            with _as_fault():
                self._lodging = lodge(self._data_dir, on_socket=self._on_socket)
        return self._lodging

    def _address(self, found: ServerProcess) -> ServerAddress:
        host = str(found.socket_dir or "127.0.0.1")
        password = None if found.socket_dir else self._known_password()
        dsn = make_conninfo(host=host, port=found.port, user=SUPERUSER, dbname="postgres", password=password)
        return ServerAddress(found.socket_dir, found.port, dsn)

    def _running(self, lodging: Lodging) -> ServerProcess | None:
        found = ServerProcess.read(lodging.data)
        return found if found is not None and found.is_ready and found.answers() else None

    def _end_unreachable(self, lodging: Lodging) -> None:
        """End a server that lives but whose socket somebody removed; forget a number that is not a server's."""
        found = ServerProcess.read(lodging.data)
        if found is None:
            return
        if not found.lives():
            found.disown()
        elif found.is_ready:
            self._end(lodging, found, "fast")

    def _write_settings(self, lodging: Lodging) -> None:
        port = _SOCKET_PORT if self._on_socket else _free_port()
        settings = postgresql(lodging.data, lodging.conf, lodging.log, sockets=lodging.sockets, port=port)
        texts = {"postgresql.conf": settings, "pg_hba.conf": HBA, "pg_ident.conf": ident(_os_user())}
        for name, text in texts.items():
            draft = lodging.conf / f"{name}.new"
            draft.write_text(text, encoding="utf-8")
            lodging.let_read(draft)
            draft.replace(lodging.conf / name)

    def _launch(self, lodging: Lodging) -> ServerProcess:
        """Start the server and wait until it is ready; one that an interrupted start left behind is waited for."""
        with tempfile.TemporaryFile() as said:
            self._process = process = _spawn(lodging, said)
            deadline = time.monotonic() + _START_LIMIT_S
            while time.monotonic() < deadline:
                found = self._running(lodging)
                if found is not None:
                    self._reap()
                    return found
                if process.poll() and not _is_starting(lodging):
                    break
                time.sleep(_POLL_S)
            self._reap()
            raise EnvironmentFault(
                f"The embedded PostgreSQL did not start: {_reason(said, lodging)}",
                f"Its log is in {lodging.log}. The data in {lodging.data} were left as they are.",
            )

    def _reap(self) -> None:
        """Collect a process of ours that has ended; keep one that is the running server."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None

    def _end(self, lodging: Lodging, found: ServerProcess, mode: StopMode) -> None:
        if sys.platform == "win32":
            _run(lodging, [lodging.program("pg_ctl"), "stop", "--pgdata", str(lodging.data), "--mode", mode])
            return
        for how in (mode, "immediate"):
            found.end(how)
            deadline = time.monotonic() + _STOP_LIMIT_S
            while time.monotonic() < deadline:
                self._reap()
                if not found.lives():
                    # It is gone for the eye a moment before it can be collected.
                    if self._process is not None and self._process.pid == found.pid:
                        self._process.wait(_STOP_LIMIT_S)
                        self._process = None
                    return
                time.sleep(_POLL_S)
        raise EnvironmentFault(
            f"The embedded PostgreSQL (process {found.pid}) does not stop.",
            "Restart the machine; nothing that was saved is lost.",
        )

    # Passwords, where the socket cannot say who asks

    @property
    def _secret_name(self) -> str:
        return f"embedded-server:{self._data_dir.resolve()}"

    def _known_password(self) -> str | None:
        if self._password is None and self._secrets is not None:
            self._password = self._secrets.get(self._secret_name)
        return self._password

    def _keep_password(self, lodging: Lodging) -> None:
        """Set a password for the superuser when none is known; given on standard input, so in no file."""
        if self._on_socket or self._known_password() is not None:
            return
        self._password = randomness.token_hex(24)
        command = [lodging.program("postgres"), "--single", "-D", str(lodging.data), "postgres"]
        _run(lodging, command, typed=f"ALTER ROLE {SUPERUSER} PASSWORD '{self._password}'\n")
        if self._secrets is not None:
            self._secrets.put(self._secret_name, self._password)


def _create_cluster(lodging: Lodging) -> None:
    """Make the cluster beside its place and move it there when complete: a half-made one is never used."""
    for cut_short in lodging.base.glob("new-*"):
        shutil.rmtree(cut_short, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix="new-", dir=lodging.base))
    try:
        lodging.give(draft)
        _run(
            lodging,
            [lodging.program("initdb"), "--pgdata", str(draft), "--username", SUPERUSER, "--encoding", "UTF8",
             "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
             "--auth", "reject", "--no-instructions"],
        )  # fmt: skip
        draft.rename(lodging.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _drop_sockets(lodging: Lodging) -> None:
    if lodging.sockets is not None:
        with contextlib.suppress(OSError):  # not empty after a crash, and used again by the next start
            lodging.sockets.rmdir()


def _spawn(lodging: Lodging, said: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own: Ctrl+C in our terminal is not for it."""
    settings = f"config_file={lodging.conf / 'postgresql.conf'}"
    command = [lodging.program("postgres"), "-D", str(lodging.data), "-c", settings]
    if sys.platform == "win32":  # pg_ctl drops an administrator's rights, which the server refuses to have
        options = subprocess.list2cmdline(["-c", settings])
        command = [lodging.program("pg_ctl"), "start", "-W", "-D", str(lodging.data), "-o", options]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        cwd=lodging.base,
        env=_environment(),
        start_new_session=True,
        umask=0o077,
        user=lodging.account.uid,
        group=lodging.account.gid,
        extra_groups=lodging.account.extra_groups,
    )


def _run(lodging: Lodging, command: Sequence[str], *, typed: str = "") -> None:
    """Run one of PostgreSQL's programs to its end; EnvironmentFault with its last words when it fails."""
    done = subprocess.run(
        command,
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=lodging.base,
        env=_environment(),
        umask=0o077,
        user=lodging.account.uid,
        group=lodging.account.gid,
        extra_groups=lodging.account.extra_groups,
    )
    if done.returncode != 0 or "FATAL:" in done.stdout:
        raise _fault(f"{Path(command[0]).stem} failed: {_last_words(done.stdout)}", done.stdout)


def _environment() -> dict[str, str]:
    """Nothing of ours: a PGDATA or PGPORT of the person's must not reach the server."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "SYSTEMROOT", "TEMP", "TMP"}}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _is_starting(lodging: Lodging) -> bool:
    found = ServerProcess.read(lodging.data)
    return found is not None and found.lives()


def _reason(said: IO[bytes], lodging: Lodging) -> str:
    """Give the server's last words: on standard error before its log collector runs, in the log after."""
    said.seek(0)
    text = said.read().decode("utf-8", "replace")
    logs = sorted(lodging.log.glob("*.log"), key=lambda path: path.stat().st_mtime)
    if "FATAL" not in text and logs:
        text = logs[-1].read_text(encoding="utf-8", errors="replace")
    return _last_words(text) or "it said nothing."


def _last_words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "error:", "ERROR:"))]
    return " ".join((telling or lines)[-2:])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _os_user() -> str:
    if sys.platform == "win32":
        return os.environ.get("USERNAME", "")
    return pwd.getpwuid(os.geteuid()).pw_name


def _fault(what: str, text: str) -> EnvironmentFault:
    if "No space left on device" in text:
        return DiskFull(what, "Free some space and start Baton again.")
    return EnvironmentFault(what, "Start Baton again; if it fails again, send this message to whoever looks after it.")


@contextlib.contextmanager
def _as_fault() -> Iterator[None]:
    """Turn what the operating system refuses into a message."""
    try:
        yield
    except OSError as error:
        raise _fault(f"The embedded PostgreSQL could not be started or stopped: {error}", str(error)) from error
