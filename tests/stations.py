"""Workstations without a screen or a child process, on a real company database: what most tests work with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.company import people
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from app.domain.person import Role
from app.domain.ports import Touched
from app.services.desk import Desk
from app.store.arrivals import Clash, open_conflicts
from app.store.cache import Cache
from app.store.edits import pending
from app.sync.engine import Engine
from app.sync.messages import FillProgress, SyncJob


@dataclass
class Told:
    """Keeps what screens would have been told."""

    changes: list[Touched] = field(default_factory=list)

    def touched(self, changes: Iterable[Touched]) -> None:
        self.changes.extend(changes)


class Station:
    """One person's workstation; `sync` does one round with the company, and nothing happens in between."""

    def __init__(self, folder: Path, address: CompanyAddress, clock: Callable[[], datetime]) -> None:
        self.job = SyncJob(folder / "cache.sqlite3", address, new_id(), f"{address.login}'s desk")
        self.cache = Cache(self.job.cache_path)
        self.filled: list[FillProgress] = []
        self.goes_on = True  # whether a fill may go on to its next part
        self.engine = Engine(self.cache, self.job, self._on_fill, clock=clock)
        self.told = Told()
        self.clock = clock
        self.person_id = ""

    def _on_fill(self, progress: FillProgress, changes: list[Touched]) -> bool:
        self.filled.append(progress)
        self.told.touched(changes)
        return self.goes_on

    @property
    def desk(self) -> Desk:
        return Desk(self.cache, self.person_id, self.job.workstation_name, self.told, self.clock)

    def sync(self) -> list[Touched]:
        """Connect if need be, push, pull."""
        changes: list[Touched] = []
        if not self.person_id:
            hello, changes = self.engine.connect(None)
            self.person_id = hello.person_id
        return changes + self.engine.push() + self.engine.pull()

    def conflicts(self) -> list[Clash]:
        return open_conflicts(self.cache)

    def unsent(self) -> int:
        return len(pending(self.cache))

    def close(self) -> None:
        self.engine.disconnect()
        self.cache.close()


class TestCompany:
    """A fresh company database for one test."""

    __test__ = False

    def __init__(self, server: EmbeddedServer, database: str, folder: Path) -> None:
        self.server, self.database, self.folder = server, database, folder
        self.admin_dsn = server.dsn("postgres", database)
        self.people: dict[str, str] = {}
        self._stations: list[Station] = []

    def address(self, login: str) -> CompanyAddress:
        socket_dir = self.server.address.socket_dir
        return CompanyAddress(str(socket_dir or "127.0.0.1"), self.server.address.port, self.database, login)

    def add(self, login: str, role: Role = Role.SUPPORT, team: str = "") -> str:
        """Make a person and give the id."""
        with open_dsn(self.admin_dsn) as connection:
            person, _password = people.add_person(connection, login, login.capitalize(), role, team)
        self.people[login] = person.person_id
        return person.person_id

    def station(self, login: str, role: Role = Role.SUPPORT, clock: Callable[[], datetime] | None = None) -> Station:
        """Give a connected workstation of a person, who is made when unknown."""
        if login not in self.people:
            self.add(login, role)
        folder = self.folder / f"{login}-{len(self._stations)}"
        folder.mkdir()
        station = Station(folder, self.address(login), clock or (lambda: datetime.now(UTC)))
        self._stations.append(station)
        station.sync()
        return station

    def close(self) -> None:
        for station in self._stations:
            station.close()
