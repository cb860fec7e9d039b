"""A disk that can be full: a small tmpfs where we may mount one, else a limit on how long files of a process may be."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_SIZE = "192m"
_UNLIMITED = resource.RLIM_INFINITY


class Disk:
    """The disk under one folder; `how` says what makes it full."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._ballast = folder / "ballast"
        self._limited: set[int] = set()
        self.how = "tmpfs (ENOSPC)" if self._mount() else "RLIMIT_FSIZE (EFBIG)"

    @property
    def _is_own(self) -> bool:
        return self.how.startswith("tmpfs")

    def _mount(self) -> bool:
        if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
            return False
        command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "baton-rounds", str(self._folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self, left_bytes: int, pids: Iterable[int]) -> None:
        """Leave room for so many bytes only. Without a disk of our own, the processes may write no file beyond that."""
        if self._is_own:
            self._load(left_bytes)
            return
        self._limited = set(pids)
        self._limit(left_bytes)

    def _load(self, left_bytes: int) -> None:
        with self._ballast.open("wb") as file:
            while True:
                room = os.statvfs(self._folder)
                size = room.f_bavail * room.f_frsize - left_bytes
                try:
                    os.posix_fallocate(file.fileno(), 0, max(size, 1))
                except OSError:  # somebody has written since we looked
                    continue
                return

    def shrink_log(self, cache: Path) -> None:
        """Give the room in the cache's log back, so that the next edit needs new."""
        connection = sqlite3.connect(cache, timeout=0.2, isolation_level=None)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def free(self, pids: Iterable[int]) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)
        if not self._is_own:
            self._limited |= set(pids)
            self._limit(_UNLIMITED)

    def _limit(self, size: int) -> None:
        for pid in self._limited:
            try:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, _UNLIMITED))
            except ProcessLookupError:
                continue

    def close(self) -> None:
        """Take our disk away, with what is on it."""
        if self._is_own:
            subprocess.run(["umount", "--lazy", str(self._folder)], capture_output=True, check=False)

    def keep(self, folder: Path) -> None:
        """Copy what is on it before it goes."""
        shutil.copytree(self._folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("ballast"))
