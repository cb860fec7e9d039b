"""A real desktop keyring for tests: Python code run under a session bus and a gnome-keyring-daemon of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_WITH_KEYRING = """
printf 'test\\n' | gnome-keyring-daemon --unlock --components=secrets > /dev/null || exit 9
for code in "$@"; do "$PYTHON" -W ignore -c "$code" || exit 1; done
"""


def run_with_keyring(folder: Path, *codes: str) -> "subprocess.CompletedProcess[str]":
    """Run each piece of code in a process of its own, one after the other, on one unlocked keyring in the folder."""
    for program in ("gnome-keyring-daemon", "dbus-run-session"):
        assert shutil.which(program) is not None, f"packaging/test installs {program}"
    folder.mkdir(mode=0o700, exist_ok=True)
    own = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    environment = {**os.environ, **own, "PYTHON": sys.executable}
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", _WITH_KEYRING, "sh", *codes],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
