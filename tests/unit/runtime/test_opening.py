"""Opening a profile: its company found or started, the demo's relay between, and everything given back at the end."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.device import Device
from app.domain.errors import BadInput, EnvironmentFault
from app.domain.person import Person, Role
from app.runtime.company_host import remove
from app.runtime.demo_profiles import demo_profile
from app.runtime.opening import OpenedProfile
from app.runtime.profile import Profile, named_profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact
from app.services.configs import keys
from app.services.people import people
from tests.workstations import Worker


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[Profile]:
    """Give the profile of a company of one."""
    profile = named_profile(tmp_path / "mine")
    yield profile
    remove(profile.company_home)


def test_a_company_of_one_is_made_and_its_owner_manages_it(mine: Profile) -> None:
    said: list[str] = []
    with OpenedProfile.open(mine, MemorySecrets(), said.append) as opened:
        worker = Worker(opened.workstation)
        worker.reaches(Contact.SYNCED)
        (me,) = worker.look(people)
        assert (me.id, me.role) == (worker.person_id, Role.MANAGER)
    assert "Making the company" in said
    with OpenedProfile.open(mine, MemorySecrets()) as opened:
        worker = Worker(opened.workstation)
        assert worker.person_id == me.id, "known from the cache, before any contact"
        worker.reaches(Contact.SYNCED)


def test_what_is_closed_does_not_connect_any_more(tmp_path: Path) -> None:
    profile = named_profile(tmp_path / "mine")
    opened = OpenedProfile(profile, MemorySecrets())
    opened.close()
    opened.close()
    opened.connect()
    assert opened.is_closed
    assert opened.host is None
    assert not profile.company_home.exists()


def test_a_cache_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    profile = named_profile(tmp_path / "mine")
    profile.cache_path.write_bytes(b"not a database " * 400)
    with pytest.raises(EnvironmentFault, match="damaged"):
        OpenedProfile.open(profile, MemorySecrets())
    assert threading.active_count() == before


@pytest.mark.skipif(sys.platform == "win32", reason="there it is a port")
def test_the_demo_stands_behind_a_relay_of_its_own_and_knows_its_devices(tmp_path: Path) -> None:
    profile, secrets = demo_profile(tmp_path, "Mara"), MemorySecrets()
    try:
        with OpenedProfile.open(profile, secrets) as opened:
            worker = Worker(opened.workstation)
            assert opened.relay is not None
            assert opened.host is not None
            assert worker.workstation.address is not None
            assert worker.workstation.address.host != opened.host.ready.host
            sockets = Path(worker.workstation.address.host)
            assert sockets.is_dir()
            worker.reaches(Contact.SYNCED)
            devices = worker.look(lambda d: d.cache.records(Device))
            assert len(devices) == 12
            assert all(secrets.get(d.secret_name) for d in devices)
            key = worker.look(lambda d: keys.sealing_key(d, secrets))
            assert key is not None, "without a keyring too: the demo's key of Mara is the same at every start"
            assert worker.look(lambda d: keys.standing(d, secrets)).can_open
            assert worker.look(lambda d: d.cache.record(Person, d.person_id)).name == "Mara Voss"  # type: ignore[union-attr]
            assert opened.relay.counters.accepted >= 1
    finally:
        remove(profile.company_home)
    assert not sockets.exists(), "the relay's folder goes with it"


def test_the_demo_knows_its_people_by_login_and_by_name(tmp_path: Path) -> None:
    assert demo_profile(tmp_path, "ben") == demo_profile(tmp_path, "Ben Achterberg") == demo_profile(tmp_path, "BEN")
    with pytest.raises(BadInput, match="Nobody at the demo company") as told:
        demo_profile(tmp_path, "zoe")
    assert "mara (Mara Voss, manager)" in told.value.todo


@pytest.mark.skipif(sys.platform == "win32", reason="kill is POSIX")
def test_a_killed_host_and_its_killed_database_come_back_by_themselves(mine: Profile) -> None:
    with OpenedProfile.open(mine, MemorySecrets()) as opened:
        worker = Worker(opened.workstation)
        worker.reaches(Contact.SYNCED)
        lost = opened.host
        for pattern in (f"_host {mine.company_home}", f"postgres -D .*{cluster_of(mine)}"):
            subprocess.run(["pkill", "-9", "-f", pattern], check=True)
        end = time.monotonic() + 30
        while opened.host is lost:
            assert time.monotonic() < end, "no host came back"
            time.sleep(0.05)
        worker.reaches(Contact.SYNCED)


def cluster_of(profile: Profile) -> str:
    """Give what names this company's PostgreSQL among all processes."""
    note = profile.company_home / "pg" / "cluster"
    return note.read_text().strip() if note.exists() else str(profile.company_home / "pg")
