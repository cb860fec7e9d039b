"""Where a profile's running console can be knocked at: a second start, a softphone, a verb beside it."""

import hashlib
import json
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.domain.ports import Touched
from app.runtime.private_folder import private_folder

_WAIT_S = 2.0
_IDS_TOLD = 1000  # the console reads lines of at most 64 KiB; more rows than that are read again anyway


def address(folder: Path) -> str:
    """Give the console's socket: a pipe's name on Windows; elsewhere a path in the folder where it is short enough."""
    name = "baton-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    if sys.platform == "win32":
        return name
    path = folder.resolve() / "console.sock"
    if len(str(path).encode()) < 100:  # the system's limit for a socket's path is 104 to 108 bytes
        return str(path)
    return str(private_folder() / name)


def knock(folder: Path, wish: dict[str, Any]) -> bool:
    """Hand a wish to the profile's running console; False when there is none. Blocks up to 2 s."""
    line = json.dumps(wish).encode() + b"\n"
    try:
        if sys.platform == "win32":
            with Path(rf"\\.\pipe\{address(folder)}").open("r+b", buffering=0) as pipe:
                pipe.write(line)
                return pipe.read(16).startswith(b"ok")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(_WAIT_S)
            door.connect(address(folder))
            door.sendall(line)
            return door.recv(16).startswith(b"ok")
    except OSError:
        return False


class ConsoleTouches:
    """Tells the running console which rows a verb beside it changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def touched(self, changes: Iterable[Touched]) -> None:
        """Knock once for each table; nothing happens when no console runs."""
        for change in changes:
            ids = sorted(change.ids) if len(change.ids) <= _IDS_TOLD else []
            wish = {"verb": "touched", "table": change.table, "ids": ids}
            if not knock(self._folder, wish):
                return
