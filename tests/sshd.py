"""A real OpenSSH server with a port, keys and accounts file of its own, run as whoever runs the tests.

It lets in by key only (a password would be that of a real account) and gives a small command line such as a box has.
Its log tells what reached it.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from app.devices.messages import KnownKey, Target
from app.domain.device import LoginWith

ME = getpass.getuser()
_BOX = """stty -onlcr 2>/dev/null
printf 'Real server.\\r\\nbox#'
while IFS= read -r line; do
    printf '\\r'
    case $line in
        "show clock") printf '09:14:07.512 UTC Mon Jun 2 2025\\r\\n' ;;
        exit) exit 0 ;;
    esac
    printf 'box#'
done
"""


def new_key(folder: Path, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key pair with ssh-keygen and give the path of its private half."""
    path = folder / name
    size = ["-b", "2048"] if kind == "rsa" else []
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", name, "-f", str(path)], check=True, timeout=30
    )
    return path


def known_key(path: Path) -> KnownKey:
    """Give the key's type and fingerprint as the host-key book has them."""
    public = path.with_name(path.name + ".pub")
    said = subprocess.run(["ssh-keygen", "-lf", str(public)], check=True, timeout=30, capture_output=True, text=True)
    return KnownKey(public.read_text(encoding="ascii").split()[0], said.stdout.split()[1])


@dataclass
class Sshd:
    """The running server."""

    folder: Path
    pid: int
    port: int
    host_key: Path
    account_key: Path

    def log(self) -> str:
        """Give what the server says it was asked."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def logins(self) -> int:
        """Give how many times anybody began to log in, by whatever means."""
        return self.log().count("userauth-request for user")

    def hang_up(self) -> None:
        """End everybody's connection at once, as a server that loses its power does."""
        family = subprocess.run(
            ["ps", "-eo", "pid=,ppid="], check=True, timeout=30, capture_output=True, text=True
        ).stdout.split()
        parents = dict(zip(map(int, family[::2]), map(int, family[1::2]), strict=True))
        for pid in parents:
            if self._is_below(pid, parents):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _is_below(self, pid: int, parents: dict[int, int]) -> bool:
        above = parents.get(pid)
        return above is not None and (above == self.pid or self._is_below(above, parents))

    def target(self, device_id: str = "box", **changes: object) -> Target:
        """Give the way to it as the console has it after the first contact."""
        facts: dict[str, object] = {
            "device_id": device_id,
            "address": "127.0.0.1",
            "port": self.port,
            "username": ME,
            "password": "",
            "login_with": LoginWith.KEY,
            "key_file": str(self.account_key),
            "known_keys": (known_key(self.host_key),),
        }
        return Target(**{**facts, **changes})  # type: ignore[arg-type]  # a test names what it changes


@contextmanager
def sshd(folder: Path, *lines: str, host_key: str = "ed25519", account_key: str = "ed25519") -> Iterator[Sshd]:
    """Run a server with these further lines of sshd_config."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert program is not None, "packaging/test installs openssh-server"
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where it lives when no service has started it
    folder.mkdir(parents=True, exist_ok=True)
    key, account = new_key(folder, "host_key", host_key), new_key(folder, "account_key", account_key)
    (folder / "accounts").write_text(account.with_name("account_key.pub").read_text(encoding="ascii"), "ascii")
    (folder / "box.sh").write_text(_BOX, encoding="ascii")
    process, port = _start(program, folder, lines)
    try:
        yield Sshd(folder, process.pid, port, key, account)
    finally:
        process.terminate()
        process.wait(10)


def _start(program: str, folder: Path, lines: tuple[str, ...]) -> "tuple[subprocess.Popen[bytes], int]":
    for _ in range(5):  # somebody else may take the port meanwhile
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        (folder / "config").write_text("\n".join([*lines, *_usual(folder, port)]) + "\n", encoding="utf-8")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, "-D", "-e", "-f", str(folder / "config")], stderr=log)
        if _answers(process, port):
            return process, port
    raise AssertionError((folder / "log").read_text(encoding="utf-8"))


def _usual(folder: Path, port: int) -> list[str]:
    return [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder}/host_key",
        f"AuthorizedKeysFile {folder}/accounts",
        f"ForceCommand exec /bin/sh {folder}/box.sh",
        "PidFile none",
        "LogLevel DEBUG1",
        "StrictModes no",
        "PermitRootLogin yes",
        "PasswordAuthentication yes",
        "KbdInteractiveAuthentication no",
        "PrintMotd no",
        "PrintLastLog no",
        "UseDNS no",
    ]


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    until = time.monotonic() + 10
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return True
    process.kill()
    process.wait(10)
    return False
