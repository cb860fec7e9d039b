"""A folder below the temporary one that only this user can open: a socket's path has at most some 100 bytes."""

import os
import sys
import tempfile
from pathlib import Path

from app.domain.errors import EnvironmentFault


def private_folder() -> Path:
    """Give the folder, made when missing; raises EnvironmentFault when it is not ours alone."""
    if sys.platform == "win32":
        return Path(tempfile.gettempdir())  # pipes are used there
    folder = Path(tempfile.gettempdir()) / f"baton-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise EnvironmentFault(
            f"The folder {folder} belongs to somebody else or is open to others.", "Remove it, then start again."
        )
    return folder
