"""The cache file: versions, copies, transactions, a full disk."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.device import Device, HostKey, LoginWith, Protocol
from app.domain.entities import TABLES, Verb
from app.domain.entity import Entity, Field, FieldKind, fields_of, from_wire, new_id, storable, to_wire
from app.domain.errors import DiskFull, EnvironmentFault, SchemaMismatch
from app.domain.issue import Issue
from app.store import arrivals, edits
from app.store.cache import VERSION, Cache
from app.store.codec import cells_from_wire, cells_of, instant_cell, record_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_newer_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    Cache(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(SchemaMismatch, match="99"):
        Cache(file)
    assert file.read_bytes() == before


def test_a_migration_keeps_a_copy_and_the_rows(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    old = Cache(file)
    with old.transaction():
        edits.insert(old, Issue(id=new_id(), title="Kept"), NOW, "me")
    old.close()
    steps = {
        VERSION: ("ALTER TABLE draft ADD COLUMN place TEXT",),
        VERSION + 1: ("CREATE TABLE extra (id INTEGER)",),
    }
    new = Cache(file, migrations=steps)
    assert [i.title for i in new.records(Issue)] == ["Kept"]
    assert new.read("PRAGMA user_version") == [(VERSION + 2,)]
    assert new.read("SELECT place FROM draft") == []
    new.close()
    copy = sqlite3.connect(tmp_path / f"cache.v{VERSION}.sqlite3")
    assert copy.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert copy.execute("SELECT title FROM issue").fetchall() == [("Kept",)]
    copy.close()


def columns(cache: Cache) -> dict[str, set[tuple[object, ...]]]:
    """Give the columns of every table and index."""
    names = cache.read("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")
    return {name: set(cache.read("SELECT name, type FROM pragma_table_info(?)", (name,))) for (name,) in names}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_cache_of_an_older_version_becomes_one_of_today(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old.sqlite3", tmp_path / "new.sqlite3"
    frozen = Path(__file__).parents[2] / "old" / f"cache_v{version}.sqlite3.gz"
    old.write_bytes(gzip.decompress(frozen.read_bytes()))
    migrated, fresh = Cache(old), Cache(new)
    assert columns(migrated) == columns(fresh)
    assert [(i.title, i.number) for i in migrated.records(Issue, "1 ORDER BY number DESC")] == [
        ("Import fails at night", 4127),
        ("Typed off line", None),
    ]
    assert [op.verb.value for op in edits.pending(migrated)] == ["update", "insert"]
    assert [c.field for c in arrivals.open_conflicts(migrated)] == ["topic"]
    assert migrated.read("SELECT content FROM draft") == [('{"body": "half a sentence"}',)]
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    assert migrated.read(triggers) == fresh.read(triggers)
    assert len(migrated.read("SELECT 1 FROM issue_sum")) == 2, "the sums are made of what is there"
    if version == 3:
        device = next(iter(migrated.records(Device)))
        assert (device.protocol, device.login_with, device.baud) == (Protocol.SSH, LoginWith.PASSWORD, 9600)
        assert [(k.fingerprint, k.port) for k in migrated.records(HostKey)] == [("SHA256:abc", 0)]
    if version >= 2:
        sums = "SELECT calls, told_at, promise_due_at FROM issue_sum WHERE number = 4127"
        at = instant_cell(datetime(2026, 11, 20, 12, tzinfo=UTC))
        assert migrated.read(sums) == [(1, at, at)]
        assert migrated.read("SELECT word FROM tag") == [("vpn",)]
    migrated.close()
    fresh.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    Cache(file).close()
    with pytest.raises(Exception, match="no such table"):
        Cache(file, migrations={VERSION: ("CREATE TABLE extra (id INTEGER)", "ALTER TABLE nowhere ADD COLUMN x")})
    again = Cache(file)
    assert again.read("SELECT name FROM sqlite_master WHERE name = 'extra'") == []
    again.close()


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "cache.sqlite3"
    file.write_bytes(b"this was never a database" * 100)
    with pytest.raises(EnvironmentFault, match="is damaged"):
        Cache(file)


def test_row_and_outbox_line_stand_or_fall_together(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite3")

    def half() -> None:
        with cache.transaction():
            edits.insert(cache, Issue(id=new_id(), title="Half"), NOW, "me")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert cache.records(Issue) == []
    assert edits.pending(cache) == []
    cache.close()


def write_long_titles(cache: Cache, count: int) -> None:
    for _ in range(count):
        with cache.transaction():
            edits.insert(cache, Issue(id=new_id(), title="x" * 4000), NOW, "me")


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite3")
    with cache.transaction():
        edits.insert(cache, Issue(id=new_id(), title="First"), NOW, "me")
    cache.read(f"PRAGMA max_page_count = {cache.read('PRAGMA page_count')[0][0] + 2}")
    with pytest.raises(DiskFull, match="still on the screen"):
        write_long_titles(cache, 200)
    cache.read("PRAGMA max_page_count = 1000000")
    titles = {i.title for i in cache.records(Issue)}
    assert "First" in titles
    assert len(edits.pending(cache, 1000)) == len(cache.records(Issue)), "row and outbox line together, always"
    cache.close()


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount to make a small disk")
def test_a_full_small_disk_is_said(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk; max_page_count covers it above")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount")
    try:
        cache = Cache(disk / "cache.sqlite3")
        with pytest.raises(DiskFull):
            write_long_titles(cache, 2000)
        assert len(edits.pending(cache, 5000)) == len(cache.records(Issue))
        cache.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_several_threads_write_one_after_the_other(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite3")
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(40):
                with cache.transaction():
                    edits.insert(cache, Issue(id=new_id()), NOW, "me")
        except BaseException as e:  # noqa: BLE001  told below
            faults.append(e)
        finally:
            cache.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(cache.records(Issue)) == 160
    cache.close()


def test_search_finds_words_without_their_marks_and_follows_changes(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite3")
    issue = Issue(id=new_id(), title="Über den Zähler")
    with cache.transaction():
        edits.insert(cache, issue, NOW, "me")
    find = "SELECT rowid FROM issue_search WHERE issue_search MATCH ?"
    assert len(cache.read(find, ("zahl*",))) == 1
    with cache.transaction():
        edits.update(cache, issue, {"title": "Something else"}, NOW, "me")
    assert cache.read(find, ("zahl*",)) == []
    assert len(cache.read(find, ("something",))) == 1
    cache.close()


def _values(field: Field) -> st.SearchStrategy[object]:
    plain: dict[FieldKind, st.SearchStrategy[object]] = {
        FieldKind.TEXT: st.text(st.characters(codec="utf-8")).map(storable),
        FieldKind.INTEGER: st.integers(-(2**62), 2**62),
        FieldKind.BOOLEAN: st.booleans(),
        FieldKind.INSTANT: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        FieldKind.MONEY: st.decimals(
            allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9
        ),
        FieldKind.FACTS: st.dictionaries(
            st.text(max_size=8).map(storable), st.text(max_size=8).map(storable), max_size=3
        ),
    }
    if field.words is not None:
        plain[FieldKind.TEXT] = st.sampled_from(list(field.words))
    return st.none() | plain[field.kind] if field.is_optional else plain[field.kind]


def _records() -> st.SearchStrategy[Entity]:
    return st.sampled_from([t.record for t in TABLES]).flatmap(
        lambda record: st.builds(record, **{f.name: _values(f) for f in fields_of(record)})
    )


@given(_records())
def test_a_record_comes_back_from_its_cells_and_from_the_wire(row: Entity) -> None:
    record = type(row)
    assert record_of(record, cells_of(row)) == row
    wire = {f.name: to_wire(f, getattr(row, f.name)) for f in fields_of(record)}
    assert record_of(record, cells_from_wire(record, wire)) == row
    assert record(**{f.name: from_wire(f, wire[f.name]) for f in fields_of(record)}) == row


def test_a_removed_row_says_who_removed_it_and_when(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.sqlite3")
    issue = Issue(id=new_id(), title="A slip")
    later = NOW + timedelta(hours=1)
    with cache.transaction():
        edits.insert(cache, issue, NOW, "me")
        edits.delete(cache, issue, later, "you")
        edits.delete(cache, issue, later + timedelta(hours=1), "me")
    gone = cache.record(Issue, issue.id)
    assert gone is not None
    assert (gone.deleted, gone.changed_at, gone.changed_by) == (True, later, "you"), "a second removal changes nothing"
    assert [op.verb for op in edits.pending(cache)] == [Verb.INSERT, Verb.DELETE]
    cache.close()
