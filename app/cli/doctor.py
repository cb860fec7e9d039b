"""doctor: looks at the machine and says what to do about what does not work."""

import platform
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from app.cli import saying
from app.cli.display import has_display
from app.company.embedded import EmbeddedServer
from app.domain.errors import BatonError
from app.runtime.profile import default_folder
from app.runtime.secrets import desktop_secrets
from app.store.cache import Cache

_QT_LIBRARIES = ("EGL", "GL", "xkbcommon", "dbus-1", "fontconfig", "glib-2.0")
_ROOM_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried, what came of it, and what to do when it failed."""

    name: str
    is_fine: bool
    said: str
    todo: str = ""


def examine(arguments: Namespace) -> int:
    """Try everything; exit code 1 when something has to be done."""
    checks = [_tried(name, check) for name, check in _CHECKS]
    is_fine = all(c.is_fine for c in checks)
    said = {
        "ok": is_fine,
        "checks": [{"name": c.name, "ok": c.is_fine, "said": c.said, "todo": c.todo} for c in checks],
    }
    lines = [f"{'ok ' if c.is_fine else 'BAD'} {c.name}: {c.said}{f' -> {c.todo}' if c.todo else ''}" for c in checks]
    saying.result(arguments, said, "\n".join(lines))
    return 0 if is_fine else 1


def _tried(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except (BatonError, OSError) as e:
        todo = e.todo if isinstance(e, BatonError) else ""
        return Check(name, is_fine=False, said=str(e), todo=todo)


def _python() -> Check:
    said = f"{platform.python_implementation()} {platform.python_version()} on {platform.system()}"
    return Check(
        "python", sys.version_info >= (3, 11), said, "" if sys.version_info >= (3, 11) else "Use 3.11 or newer."
    )


def _qt() -> Check:
    if find_spec("PySide6") is None:
        return Check("qt", is_fine=False, said="PySide6 is not installed", todo="Start by packaging/run.")
    version = metadata.version("PySide6-Essentials")
    missing = [n for n in _QT_LIBRARIES if sys.platform == "linux" and find_library(n) is None]
    said = f"PySide6 {version}" + (f", missing system libraries: {', '.join(missing)}" if missing else "")
    return Check("qt", not missing, said, "packaging/run installs them or names the packages." if missing else "")


def _display() -> Check:
    if has_display():
        return Check("display", is_fine=True, said="there is one")
    return Check("display", is_fine=True, said="none here: `demo` plays off screen, verbs work")


def _keyring() -> Check:
    _secrets, told = desktop_secrets()
    if told is None:
        return Check("keyring", is_fine=True, said="the desktop's keyring keeps passwords")
    return Check("keyring", is_fine=True, said=told.what, todo=told.todo)


def _profile_folder() -> Check:
    folder = default_folder()
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    with tempfile.TemporaryDirectory(dir=folder) as trial:
        Cache(Path(trial) / "cache.sqlite3").close()
    enough = free > _ROOM_BYTES
    return Check("profile", enough, f"{folder}, {free // 2**20} MB free", "" if enough else "Free some space.")


def _embedded() -> Check:
    with tempfile.TemporaryDirectory() as trial:
        server = EmbeddedServer(Path(trial) / "pg")
        try:
            server.start()
        finally:
            server.remove()
    return Check("embedded database", is_fine=True, said="PostgreSQL starts and stops here")


_CHECKS: tuple[tuple[str, Callable[[], Check]], ...] = (
    ("python", _python),
    ("qt", _qt),
    ("display", _display),
    ("keyring", _keyring),
    ("profile", _profile_folder),
    ("embedded database", _embedded),
)
