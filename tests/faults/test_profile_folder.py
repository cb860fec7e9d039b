"""What can be wrong with the workstation's own folder: a newer cache, a damaged one, a full disk."""

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.errors import DiskFull, EnvironmentFault, SchemaMismatch
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact, Workstation
from app.services import calls
from app.services.desk import Desk
from tests.stations import Station, TestCompany
from tests.unit.cli.answers import refused
from tests.workstations import Office, Worker, run_main, until

CUSTOMERS = 4000
TOO_MANY = 12_000  # for the small disk
DISK_MB = 8  # an empty cache and its log take some five


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def log(desk: Desk, body: str) -> str:
    logged = calls.log_call(desk, calls.CallDraft(body=body))
    assert logged.issue_id is not None
    return logged.issue_id


def fill_company(company: TestCompany, count: int = CUSTOMERS) -> None:
    """Give the company many customers with long names, past the workstations."""
    with open_dsn(company.admin_dsn) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO baton.customer (id, name, plan, is_vip, is_restricted, time_zone, support_hours, contract) "
            "VALUES (%s, %s, '', false, false, 'UTC', '', '')",
            [(new_id(), f"Customer {n} " + "of a long name " * 20) for n in range(count)],
        )


@pytest.fixture
def newer(company: TestCompany, office: Office) -> Profile:
    """Give a profile whose cache a newer Baton has written."""
    anna = office.at_work(company, "anna", Role.MANAGER)
    anna.workstation.close()
    profile = anna.workstation.profile
    with sqlite3.connect(profile.cache_path) as cache:
        cache.execute("PRAGMA user_version = 99")
    cache.close()
    return profile


def test_a_cache_of_a_newer_baton_is_not_touched(newer: Profile, tmp_path: Path) -> None:
    before, threads = fingerprint(newer.cache_path), threading.active_count()
    with pytest.raises(SchemaMismatch, match="a newer Baton") as told:
        Workstation(newer, MemorySecrets())
    assert "Install the newer Baton" in told.value.todo
    assert threading.active_count() == threads
    assert "a newer Baton" in refused(run_main("--profile", newer.folder, "issue", "list", "--json", home=tmp_path))
    assert fingerprint(newer.cache_path) == before
    assert not [p.name for p in newer.folder.iterdir() if p.name not in {"cache.sqlite3", "profile.json"}]


@pytest.mark.parametrize("damage", [b"", b"SQLite format 3\x00" + b"\xff" * 8000, b"text in the way " * 500])
def test_a_damaged_cache_is_said_and_the_company_fills_a_new_one(
    company: TestCompany, office: Office, damage: bytes
) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    issue_id = anna.do(lambda d: log(d, "Import fails"))
    until(lambda: anna.unsent() == 0, "the edit to be sent")
    anna.workstation.close()
    file = anna.workstation.profile.cache_path
    file.write_bytes(damage)
    if damage:  # an empty file is an empty cache
        with pytest.raises(EnvironmentFault, match="damaged") as told:
            Workstation(anna.workstation.profile, MemorySecrets())
        assert "aside" in told.value.todo
        assert file.read_bytes() == damage
        file.rename(file.with_name("aside"))
    again = office.at_work(company, "anna")
    assert again.look(lambda d: d.cache.record(Issue, issue_id)) is not None


def limit(station: Station, more_pages: int | None) -> None:
    """Let the cache grow by so many pages only, for this thread's connection; None: as it likes."""
    pages = station.cache.read("PRAGMA page_count")[0][0]
    station.cache.read(f"PRAGMA max_page_count = {2**30 if more_pages is None else pages + more_pages}")


def test_a_pull_that_finds_the_disk_full_is_said_and_done_again_in_full(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    fill_company(company)
    limit(anna, 20)
    with pytest.raises(DiskFull, match="disk of this workstation is full") as told:
        anna.sync()
    assert "Free some space" in told.value.todo
    assert anna.cache.records(Customer) == [], "a pull is all or nothing"
    limit(anna, None)
    anna.sync()
    assert len(anna.cache.records(Customer)) == CUSTOMERS


def test_an_answer_that_finds_the_disk_full_is_not_lost(company: TestCompany) -> None:
    anna = company.station("anna", Role.MANAGER)
    made = log(anna.desk, "x" * 40_000)
    limit(anna, 0)
    with pytest.raises(DiskFull):
        log(anna.desk, "y" * 400_000)
    assert [i.title[:1] for i in anna.cache.records(Issue)] == ["x"], "nothing of the second edit is there"
    limit(anna, None)
    anna.sync()
    there = company.station("ben")
    assert [i.id for i in there.cache.records(Issue)] == [made]
    assert anna.unsent() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of a few MB in memory."""
    if sys.platform != "linux" or shutil.which("mount") is None:
        pytest.skip("needs mount")
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "baton-test", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def type_on(worker: Worker) -> None:
    """Type more than the small disk has room for."""
    for _ in range(15):
        worker.do(lambda d: log(d, "typed on a full disk " * 15_000))


def test_a_disk_that_fills_up_while_the_sync_writes(company: TestCompany, small_disk: Path) -> None:
    office = Office(small_disk)
    try:
        anna = office.at_work(company, "anna", Role.MANAGER)
        first = anna.workstation.sync_pid
        anna.do(lambda d: log(d, "before"))
        until(lambda: anna.unsent() == 0, "the edit to be sent")
        fill_company(company, TOO_MANY)
        state = anna.reaches(Contact.OFFLINE)
        assert isinstance(state.trouble, DiskFull), state
        assert anna.workstation.sync_pid == first, "the child lives on"
        with pytest.raises(DiskFull, match="still on the screen"):
            type_on(anna)
        seen = anna.look(lambda d: d.cache.records(Issue))
        assert any(i.title == "before" for i in seen), "reading goes on"
        subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
        anna.do(lambda d: log(d, "typed with room again"))
        anna.workstation.retry()
        anna.sees(lambda d: len(d.cache.records(Customer)) == TOO_MANY, "all that waited")
        until(lambda: anna.unsent() == 0, "the outbox to empty")
        anna.reaches(Contact.SYNCED)
        other = company.station("ben")
        assert {i.title for i in other.cache.records(Issue)} >= {"before", "typed with room again"}
    finally:
        office.close()


def test_a_first_start_on_a_full_disk_is_said(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"\0" * (DISK_MB * 2**20 - 8192))
    with pytest.raises(DiskFull) as told:
        _open_new(small_disk / "desk")
    assert "space" in told.value.todo


def _open_new(folder: Path) -> None:
    profile = Profile.new(folder, CompanyKind.EMBEDDED, "anna")
    profile.save()
    Workstation(profile, MemorySecrets()).close()
