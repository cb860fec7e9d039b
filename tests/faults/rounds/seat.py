"""One person's desk as the rounds hold it: its process, its disk, its way through a relay, its journal and cache."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.domain.company import CompanyAddress
from app.domain.person import Role
from app.practice.relay import Relay
from app.runtime.profile import CompanyKind, Profile
from tests.faults.rounds.disk import Disk
from tests.workstations import ROOT, until


@dataclass(frozen=True)
class Promised:
    """One edit that the desk told its person is safe."""

    round_no: int
    op: str
    tbl: str
    row_id: str
    verb: str
    fields: dict[str, Any]


class Seat:
    """A desk; `open` starts its process, which may be killed and opened again."""

    def __init__(self, folder: Path, login: str, role: Role, relay: Relay, way: CompanyAddress, seed: str) -> None:
        self.login, self.role, self.relay = login, role, relay
        self._way, self._seed = way, seed
        self.disk = Disk(folder / login)
        self.profile = Profile.new(
            folder / login, CompanyKind.SERVER, login, database=way.database, host=way.host, port=way.port
        )
        self.profile.save()
        self._journal = folder / f"{login}.journal"
        self._read_to = 0
        self._said_to = folder / f"{login}.log"
        self._process: subprocess.Popen[str] | None = None
        self._ears: list[threading.Thread] = []
        self.contact = ""
        self.trouble: str | None = None
        self.sync_pid: int | None = None
        self.sync_pids: set[int] = set()
        self.is_open = False
        self.made: dict[str, int] | None = None
        self.heard: list[tuple[float, str]] = []  # when (monotonic) it said what, since the round began

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def pids(self) -> list[int]:
        return [pid for pid in (self.pid, self.sync_pid) if pid is not None]

    def open(self) -> None:
        """Start the console; comes back at once."""
        self.contact, self.sync_pid, self.is_open, self.made = "", None, False, None
        command = [
            *(sys.executable, "-m", "tests.faults.rounds.desk", str(self.profile.folder), str(self._journal)),
            *(self._way.host, str(self._way.port), self._seed),
        ]
        with self._said_to.open("a") as said:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT
            )
        self._process = process
        assert process.stdout is not None
        self._ears = [ears for ears in self._ears if ears.is_alive()]
        self._ears.append(
            threading.Thread(target=self._hear, args=(process, process.stdout), name=f"ears of {self.login}")
        )
        self._ears[-1].start()

    def _hear(self, process: "subprocess.Popen[str]", mouth: IO[str]) -> None:
        # A sync process that outlives its console holds the other end of the pipe as long.
        with mouth:
            for line in mouth:
                # A killed console may stop in the middle of a line, and says nothing about its successor.
                if line.endswith("\n") and process is self._process:
                    self._take(line)

    def _take(self, line: str) -> None:
        said = json.loads(line)
        self.heard.append((time.monotonic(), line.strip()))
        if "contact" in said:
            self.contact, self.trouble = said["contact"], said["trouble"]
        elif "sync_pid" in said:
            self.sync_pid = said["sync_pid"]
            if self.sync_pid is not None:
                self.sync_pids.add(self.sync_pid)
        elif "made" in said:
            self.made = said
        elif "open" in said:
            self.is_open = True

    def edit(self, round_no: int, count: int, pause_s: float, burst: int = 0) -> None:
        """Have the person edit; comes back at once."""
        self.made = None
        assert self._process is not None
        assert self._process.stdin is not None
        plan = {"round": round_no, "count": count, "pause_s": pause_s, "burst": burst}
        self._process.stdin.write(json.dumps(plan) + "\n")
        self._process.stdin.flush()

    @property
    def is_busy(self) -> bool:
        """Whether the person is still editing."""
        return self._process is not None and self.made is None and not self.has_crashed

    @property
    def has_crashed(self) -> bool:
        """Whether the console has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    def kill(self) -> None:
        """kill -9 of the console."""
        assert self._process is not None
        self._process.kill()
        self._gone()

    def kill_sync(self) -> bool:
        """kill -9 of the console's sync child; gives whether there is one just now."""
        pid = self.sync_pid
        if pid is not None:
            _kill(pid)
        return pid is not None

    def orphans(self) -> list[int]:
        """Give sync processes of this desk that live although another, or none, is in charge."""
        left = [pid for pid in self.sync_pids if lives(pid)]
        self.sync_pids = set(left)
        return [pid for pid in left if pid != self.sync_pid or self._process is None]

    def close(self) -> None:
        """End the console as a person does; one that does not end is killed."""
        process = self._process
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            self._gone()
        until(lambda: not self.orphans(), f"sync processes of {self.login} to end", 5)

    def tidy(self) -> None:
        """End what is left and take the disk away; whatever happened before."""
        for pid in self.sync_pids:
            if lives(pid):
                _kill(pid)
        if self._process is not None:
            self._process.kill()
            self._gone()
        for ears in self._ears:
            ears.join(5)
        self.disk.close()

    def _gone(self) -> None:
        assert self._process is not None
        process, self._process = self._process, None
        process.wait()
        self.is_open, self.sync_pid = False, None
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.close()

    def promised(self) -> Iterator[Promised]:
        """Give what was promised since the last call."""
        with self._journal.open("rb") as file:
            file.seek(self._read_to)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read_to += len(whole)
        for line in whole.splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue  # empty, or a kill has cut it short: then nobody was told
            yield Promised(said["round"], said["op"], said["tbl"], said["id"], said["verb"], said["fields"])

    @contextmanager
    def cache(self) -> Iterator[sqlite3.Connection]:
        """Give the cache to read; only while the console is open, or SQLite would tidy up after a kill in its place."""
        connection = sqlite3.connect(f"file:{self.profile.cache_path}?mode=ro", uri=True, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def unsent(self) -> int:
        """Give how many edits wait in the outbox."""
        with self.cache() as cache:
            return int(cache.execute("SELECT count(*) FROM outbox").fetchone()[0])


def lives(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody has collected has."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not Path("/proc/self").exists()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def wait_until(condition: Any, limit_s: float, pause_s: float = 0.02) -> bool:
    """Wait for something; gives whether it came."""
    end = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause_s)
    return True
