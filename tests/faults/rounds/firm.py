"""The company of the rounds: a PostgreSQL server of its own, three people with different rights, a relay for each."""

import os
import signal
import time
import uuid
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from app.company import people, schema_steps
from app.company.connection import Connection, open_dsn
from app.company.embedded import EmbeddedServer
from app.company.server_process import ServerProcess
from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from app.domain.errors import BatonError, EnvironmentFault
from app.domain.person import Role
from app.practice.relay import Relay
from tests.faults.rounds.seat import Seat
from tests.workstations import relayed

PEOPLE = (("mara", Role.MANAGER), ("ben", Role.SUPPORT), ("timo", Role.TRAINEE))
_OVER_TCP = "ben"
_START_LIMIT_S = 60.0


class Firm:
    """Everything that runs; `close` ends all of it."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.folder = folder
        self.seats: list[Seat] = []
        self._open = ExitStack()
        self.server = EmbeddedServer(folder / "pg")
        self.refused_starts = 0
        try:
            self._begin(seed)
        except BaseException:
            self.close()
            raise

    def _begin(self, seed: str) -> None:
        self.server.start()
        self.database = f"firm_{uuid.uuid4().hex[:8]}"
        with open_dsn(self.server.dsn("postgres", "postgres")) as connection:
            connection.execute(f"CREATE DATABASE {self.database}".encode())
        with self.connected() as connection:
            schema_steps.init(connection)
            for login, role in PEOPLE:
                people.add_person(connection, login, login.capitalize(), role)
            for name, is_restricted in (("Aldgate", False), ("Birk", False), ("Vault", True)):
                connection.execute(
                    "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, support_hours, "
                    "contract) VALUES (%s, %s, '', false, %s, 'UTC', '', '')",
                    (new_id(), name, is_restricted),
                )
        for login, role in PEOPLE:
            self.seats.append(Seat(self.folder, login, role, *self._way(login), seed))
        for seat in self.seats:
            seat.open()

    def _way(self, login: str) -> tuple[Relay, CompanyAddress]:
        address = self.address(login)
        if login != _OVER_TCP:
            return self._open.enter_context(relayed(address))
        server_at = Path(address.host) / f".s.PGSQL.{address.port}"
        through = replace(address, host="127.0.0.1", port=0)
        return self._open.enter_context(relayed(through, server_at))

    def address(self, login: str) -> CompanyAddress:
        """Give somebody's straight way to the server."""
        found = self.server.address
        assert found.socket_dir is not None
        return CompanyAddress(str(found.socket_dir), found.port, self.database, login)

    def connected(self, login: str = "postgres") -> Connection:
        """Connect as somebody, without a relay."""
        return open_dsn(self.server.dsn(login, self.database))

    def kill_postmaster(self) -> None:
        found = self._process()
        os.kill(found.pid, signal.SIGKILL)

    def kill_backend(self, login: str) -> bool:
        """kill -9 of the process that serves somebody; gives whether there was one."""
        with self.connected() as connection:
            row = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename = %s AND backend_type = 'client backend'", (login,)
            ).fetchone()
        if row is None:
            return False
        try:
            os.kill(row[0], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def stop_server(self) -> None:
        self.server.stop()

    def start_server(self) -> None:
        """Start the server again; while workers of the killed one are still ending it refuses, as it should."""
        end = time.monotonic() + _START_LIMIT_S
        while True:
            try:
                self.server.start()
            except EnvironmentFault:
                self.refused_starts += 1
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
            else:
                return

    def await_server(self) -> None:
        """Wait until the server answers, after it has recovered by itself."""
        end = time.monotonic() + _START_LIMIT_S
        while True:
            try:
                with self.connected() as connection:
                    connection.execute("SELECT 1")
            except BatonError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            else:
                return

    def _process(self) -> ServerProcess:
        found = ServerProcess.read(self.server._lodge().data)
        assert found is not None
        return found

    def close(self) -> None:
        """End every process, take every folder of the server away."""
        try:
            for seat in self.seats:
                seat.tidy()
            self._open.close()
        finally:
            self.server.remove()
