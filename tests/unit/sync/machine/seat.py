"""A workstation that can be pulled about: cut off, left without an answer, killed while it writes, opened again."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from app.domain.errors import CompanyUnreachable
from app.services.desk import Desk
from app.store.cache import Cache
from app.sync.engine import Engine
from app.sync.messages import SyncJob
from tests.stations import Station

_WRITES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_DENIED = ("not authorized", "authorization denied")


class Seat:
    """One desk: the folder stays, the station on it comes and goes."""

    def __init__(self, job: SyncJob, cache: Path, person_id: str) -> None:
        """Sit down with a copy of that cache, without the network for now."""
        self._job, self.person_id = job, person_id
        self.name, self.login = job.workstation_name, job.address.login
        self.revs: dict[tuple[str, str], int] = {}  # the newest that was on the screen
        self.sees_customer = True
        job.cache_path.parent.mkdir()
        shutil.copyfile(cache, job.cache_path)
        self._open()

    def _open(self) -> None:
        self.station = Station(self._job.cache_path.parent, self._job.address, lambda: datetime.now(UTC))
        self.station.person_id = self.person_id
        self.station.job = self._job
        self.station.engine = Engine(self.station.cache, self._job, clock=self.station.clock)
        self.is_connected = False

    @property
    def cache(self) -> Cache:
        return self.station.cache

    @property
    def desk(self) -> Desk:
        return self.station.desk

    def connect(self) -> bool:
        """Connect if need be and say so; that brings the cache to the company's present."""
        if self.is_connected:
            return False
        self.station.engine.connect(None)
        self.is_connected = True
        return True

    def hang_up(self) -> None:
        self.station.engine.disconnect()
        self.is_connected = False

    def restart(self) -> None:
        """Close the console and open it again, without the network for now."""
        self.close()
        self._open()

    def close(self) -> None:
        self.hang_up()
        self.station.close()

    # Faults. Each is made on a connected seat, and may come to nothing when there was nothing to disturb.

    @property
    def backend(self) -> Any:
        return self.station.engine.link._connection

    @contextmanager
    def cut_before_send(self) -> Iterator[None]:
        """Take the connection away before anything is sent."""
        self.backend.close()
        yield

    @contextmanager
    def ended_mid_push(self, at: int) -> Iterator[None]:
        """Let the server's side of the connection end at the n-th line that it writes into the trail of edits."""
        backend = self.backend
        backend.execute(f"SET baton.dies_at = {at}".encode())
        yield
        if not backend.closed:
            backend.execute("RESET baton.dies_at")

    @contextmanager
    def answer_lost(self) -> Iterator[None]:
        """Let the company take what is sent, and throw its answer away."""
        link = self.station.engine.link
        push: Callable[..., Any] = link.push

        def push_in_vain(*values: Any, **named: Any) -> None:
            push(*values, **named)
            link.close()
            raise CompanyUnreachable("The answer was lost.", "Try again.")

        with patch.object(link, "push", push_in_vain):
            yield

    @contextmanager
    def killed_at_write(self, at: int) -> Iterator[None]:
        """Let SQLite refuse the n-th statement that writes, as if the process had ended there; then start anew."""
        left = at

        def authorize(action: int, table: str | None, _: str | None, _database: str | None, trigger: str | None) -> int:
            nonlocal left
            if action not in _WRITES or trigger is not None or (table or "sqlite_").startswith("sqlite_"):
                return sqlite3.SQLITE_OK
            left -= 1
            return sqlite3.SQLITE_DENY if left <= 0 else sqlite3.SQLITE_OK

        connection = self.cache.connection
        connection.set_authorizer(authorize)
        try:
            yield
        except Exception as e:  # SQLite's own or peewee's
            if not any(words in str(e) for words in _DENIED):
                raise
        finally:
            connection.set_authorizer(None)
            self.restart()
