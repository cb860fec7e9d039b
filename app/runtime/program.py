"""How this program starts itself again as another process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str) -> list[str]:
    """Give the argument list that runs main.py with these arguments, also from a frozen program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    return [sys.executable, str(ROOT / "main.py"), *arguments]


# Kept for as long as we run: a forgotten Popen of a living process complains when it is collected.
_started: "list[subprocess.Popen[bytes]]" = []


def start_detached(*arguments: str, log: Path) -> "subprocess.Popen[bytes]":
    """Start the program so that it outlives us; what it prints goes to the log file."""
    with log.open("ab") as said:
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
            process = subprocess.Popen(
                command(*arguments), stdin=subprocess.DEVNULL, stdout=said, stderr=said, creationflags=flags
            )
        else:
            process = subprocess.Popen(
                command(*arguments), stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
            )
    _started.append(process)
    return process
