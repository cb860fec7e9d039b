"""A workstation's profile: the folder with its cache, and where its company is. Holds no secret."""

import errno
import getpass
import json
import platform
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import platformdirs

from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from app.domain.errors import BadInput, DiskFull, EnvironmentFault
from app.sync.messages import SyncJob

_FILE = "profile.json"
_YEAR_DAYS = 365


class CompanyKind(StrEnum):
    """Where the company database of a profile runs."""

    SERVER = "server"  # somewhere in the network
    EMBEDDED = "embedded"  # on this machine, started with the console
    DEMO = "demo"  # embedded, shared by the workstations of the demo


@dataclass(frozen=True, slots=True)
class Profile:
    """One installation of Baton. For an embedded company host and port are known only while it runs."""

    folder: Path
    workstation_id: str
    workstation_name: str
    kind: CompanyKind
    login: str
    database: str = "baton"
    host: str = ""
    port: int = 0
    company_folder: str = ""  # where an embedded company lives; "" is this folder
    keep_closed_days: int = 730  # issues closed longer ago are left to the company's archive; 0 keeps all

    @classmethod
    def new(cls, folder: Path, kind: CompanyKind, login: str, **more: Any) -> Self:
        """Make a profile that is not yet saved."""
        return cls(folder, new_id(), platform.node() or "workstation", kind, login, **more)

    @classmethod
    def load(cls, folder: Path) -> "Profile | None":
        """Give the profile of a folder; None when there is none. Raises EnvironmentFault when it cannot be read."""
        file = folder / _FILE
        try:
            said = json.loads(file.read_text(encoding="utf-8"))
            return Profile(folder=folder, **(said | {"kind": CompanyKind(said["kind"])}))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as e:
            raise EnvironmentFault(
                f"The profile {file} cannot be read ({e}).", "Move the file aside and join the company again."
            ) from e

    def save(self) -> None:
        """Write the profile, whole or not at all; raises DiskFull or EnvironmentFault."""
        said = {k: v for k, v in asdict(self).items() if k != "folder"}
        fresh = self.folder / f"{_FILE}.new"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
            fresh.replace(self.folder / _FILE)
        except OSError as e:
            what = f"The profile in {self.folder} cannot be written ({e.strerror})."
            if e.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise DiskFull(what, "Free some space.") from e
            raise EnvironmentFault(what, "Check the rights of the folder, or name another one: --profile DIR.") from e

    @property
    def cache_path(self) -> Path:
        """The workstation's cache file."""
        return self.folder / "cache.sqlite3"

    @property
    def company_home(self) -> Path:
        """The folder of the embedded company; raises BadInput for a company on a server."""
        if self.kind is CompanyKind.SERVER:
            raise BadInput("This profile's company is on a server.", "")
        return Path(self.company_folder) if self.company_folder else self.folder / "company"

    @property
    def keep_closed_years(self) -> int:
        """For how many years closed issues are kept here; 0 keeps all."""
        days = self.keep_closed_days
        return max(1, round(days / _YEAR_DAYS)) if days else 0

    def keeping_closed(self, years: int) -> "Profile":
        """Give this profile, not yet saved, with closed issues kept so long; from the next start of the sync on."""
        return replace(self, keep_closed_days=years * _YEAR_DAYS)

    def address_at(self, host: str, port: int) -> CompanyAddress:
        """Give the way to the company when its server is reached there."""
        return CompanyAddress(host, port, self.database, self.login)

    def sync_job(self, address: CompanyAddress) -> SyncJob:
        """Give what the sync of this profile is started with."""
        return SyncJob(self.cache_path, address, self.workstation_id, self.workstation_name, self.keep_closed_days)


def default_folder() -> Path:
    """Give the folder of the profile that a start without --profile uses."""
    return platformdirs.user_data_path("Baton", appauthor=False) / "profile"


def demo_folder() -> Path:
    """Give the folder of the demo company."""
    return platformdirs.user_data_path("Baton", appauthor=False) / "demo"


def named_profile(folder: Path) -> Profile:
    """Give the profile of a folder that somebody named; a missing one is made, as a company of one."""
    found = Profile.load(folder)
    if found is None:
        found = Profile.new(folder, CompanyKind.EMBEDDED, login_of_user())
        found.save()
    return found


def login_of_user() -> str:
    """Give a login for whoever runs this, as PostgreSQL and Baton take it."""
    letters = "".join(c for c in getpass.getuser().lower() if c.isascii() and (c.isalnum() or c in "._-"))
    login = letters.lstrip("0123456789._-") or "owner"
    return "owner" if login in {"postgres", "public", "none"} or login.startswith(("pg_", "baton_")) else login[:63]
