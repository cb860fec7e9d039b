"""A workstation's cache with very many issues, all of them open, made once and kept in the temporary folder."""

import hashlib
import shutil
import sqlite3
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from app.domain.entity import source_id
from app.domain.person import Person
from app.runtime.profile import CompanyKind, Profile
from app.services.desk import utc_now
from app.store import bulk, edits, issue_sums, rows
from app.store.arrivals import remember
from app.store.cache import VERSION, Cache
from app.store.codec import EPOCH, MICROSECOND

FULL, QUICK = 1_000_000, 50_000
ME = source_id("bench", "mara")


@dataclass(frozen=True)
class IssueStock:
    """The profile that has the cache; `made_s` is 0 when it was there already."""

    profile: Profile
    issues: int
    made_s: float


_IDS = (
    "lower(printf('%08x-%04x-7000-%04x-%012x', {now} / 65536 / 1000 - 60000 + n / 65536, "
    "n % 65536, 32768 + {k}, n * 7919))"
)
_WORDS = (
    ("things", "Import", "Backup", "Login", "Nightly report", "Export", "Port map", "Firmware list", "Alarm e-mail",
     "Search", "Licence check", "Inventory", "Device page", "Config diff", "Password change", "Dashboard"),
    ("faults", "fails", "is slow", "stays empty", "shows the wrong site", "times out", "lists devices twice",
     "cannot be opened", "loses its filter", "ends with error 500", "does not finish", "misses two switches"),
    ("sinces", "after the night deployment", "since build 40", "for the core switches", "on the staging system",
     "when two people save", "for everybody in Ostrava", "since Monday", "with more than 500 devices",
     "behind the new proxy", "on the second page"),
    ("trees", "Alder", "Birch", "Cedar", "Hazel", "Juniper", "Larch", "Linden", "Maple", "Rowan", "Willow"),
    ("trades", "Hotels", "Logistics", "Foods", "Energy", "Clinics", "Rail", "Printing", "Harbours"),
    ("givens", "Jane", "Ali", "Petra", "Tomas", "Ines", "Kofi", "Mei", "Ruth", "Olaf", "Dana"),
    ("families", "Whitlock", "Novak", "Okafor", "Lindqvist", "Marino", "Haddad", "Svoboda", "Teller"),
)  # fmt: skip


def issue_stock(issues: int) -> IssueStock:
    """Give the stock, made when it is not there yet; a change of the cache's making makes it anew."""
    made_of = "".join(Path(str(m.__file__)).read_text(encoding="utf-8") for m in (issue_sums, rows))
    made_of += Path(__file__).read_text(encoding="utf-8")
    edition = hashlib.sha256(made_of.encode()).hexdigest()[:8]
    place = Path(tempfile.gettempdir()) / f"baton-bench-issues-{issues}-v{VERSION}-{edition}"
    known = Profile.load(place / "desk") if place.exists() else None
    if known is not None:
        return IssueStock(known, issues, 0.0)
    began = time.perf_counter()
    making = place.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    profile = Profile.new(making / "desk", CompanyKind.SERVER, "mara", host="127.0.0.1", port=1)
    profile.save()
    _make(profile.cache_path, issues)
    making.rename(place)
    made = Profile.load(place / "desk")
    assert made is not None
    return IssueStock(made, issues, time.perf_counter() - began)


def _make(path: Path, issues: int) -> None:
    cache = Cache(path)
    now_us = (utc_now() - EPOCH) // MICROSECOND
    with cache.transaction():
        edits.insert(cache, Person(id=ME, login="mara", name="Mara"), utc_now(), ME)
        cache.write("DELETE FROM outbox")
        remember(cache, person_id=ME)
    bulk.enter(cache)
    cache.connection.execute("PRAGMA synchronous = off")
    with cache.transaction():
        for name, *words in _WORDS:
            cache.write(f"CREATE TEMP TABLE {name} (n INTEGER PRIMARY KEY, w TEXT)")
            cache.write_many(f"INSERT INTO {name} VALUES (?, ?)", list(enumerate(words)))
        for table, count, values in _statements(issues, now_us):
            needed = [(str(name), kind) for _cid, name, kind, is_needed, *_more in _columns(cache, table) if is_needed]
            cells = {name: _blank(kind) for name, kind in needed if name != "pk"} | {"rev": "1"} | values
            cache.write(
                f"WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count} - 1) "
                f"INSERT INTO {table} ({', '.join(cells)}) SELECT {', '.join(cells.values())} FROM s"
            )
    bulk.leave(cache)
    cache.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cache.close()


def _columns(cache: Cache, table: str) -> list[tuple[object, ...]]:
    return cache.read(f"SELECT * FROM pragma_table_info('{table}')")


def _blank(kind: object) -> str:
    return "0" if kind in {"INTEGER", "BIGINT"} else "''"


def _word(table: str, n: str) -> str:
    size = next(len(words) - 1 for words in _WORDS if words[0] == table)
    return f"(SELECT w FROM temp.{table} WHERE n = ({n}) % {size})".replace("WHERE n =", f"WHERE temp.{table}.n =")


def _statements(issues: int, now_us: int) -> list[tuple[str, int, dict[str, str]]]:
    customers, contacts, people = max(issues // 200, 20), max(issues // 100, 40), 30
    age = f"(({issues} - s.n) * 60000000)"  # one a minute

    def key(table: str, count: int, n: str) -> str:
        return f"(SELECT id FROM {table} WHERE pk = 1 + ({n}) % {count})"

    def one(number: int) -> str:
        return _IDS.format(now=now_us, k=number).replace("n ", "s.n ").replace(" n)", " s.n)")

    at = f"{now_us} - {age}"
    name = f"{_word('givens', 's.n')} || ' ' || {_word('families', 's.n / 10')}"
    said_at = f"{now_us} - (s.n * 7919 % {issues}) * 60000000"
    title = " || ' ' || ".join((_word("things", "s.n"), _word("faults", "s.n / 3"), _word("sinces", "s.n / 7")))
    topic = "CASE s.n / 2 % 5 WHEN 0 THEN 'import' WHEN 1 THEN 'login' WHEN 2 THEN 'reports' WHEN 3 THEN 'devices' "
    return [
        ("person", people, {"id": one(1), "login": "'p' || s.n", "name": name, "role": "'support'"}),
        ("customer", customers, {
            "id": one(2),
            "name": f"{_word('trees', 's.n')} || ' ' || {_word('trades', 's.n / 10')} || ' ' || s.n",
            "is_vip": "s.n % 17 = 0", "time_zone": "'UTC'",
        }),
        ("contact", contacts, {
            "id": one(3), "customer_id": key("customer", customers, "s.n"),
            "name": name,
            "phone": "'+1555' || printf('%07d', s.n * 7919 % 10000000)", "email": "'contact' || s.n || '@example.com'",
        }),
        ("issue", issues, {
            "id": one(4), "number": "s.n + 1", "changed_at": at, "opened_at": at,
            "customer_id": key("customer", customers, "s.n * 7919"),
            "contact_id": key("contact", contacts, "s.n * 104729"),
            "owner_id": f"CASE WHEN s.n % 3 THEN {key('person', people, 's.n')} END",
            "title": f"{title} || CASE WHEN s.n % 50000 = 4242 THEN ' zebra' ELSE '' END",
            "kind": "CASE s.n % 4 WHEN 2 THEN 'request' WHEN 3 THEN 'question' ELSE 'incident' END",
            "state": "CASE s.n % 5 WHEN 0 THEN 'new' WHEN 3 THEN 'waiting' WHEN 4 THEN 'watching' ELSE 'open' END",
            "waiting_on": "CASE WHEN s.n % 5 = 3 THEN 'the vendor' ELSE '' END",
            "impact": "1 + s.n * 48271 % 65537 % 3", "urgency": "1 + s.n / 3 % 3",
            "topic": f"{topic} ELSE '' END",
            "next_update_at": f"CASE WHEN s.n % 2 THEN {now_us} + (s.n * 7919 % 500000 - 1000) * 60000000 END",
            "workaround": "CASE WHEN s.n % 9 = 0 THEN 'Start the import by hand before 7:30.' ELSE '' END",
            "facts": "'{}'",
        }),
        ("interaction", issues // 2, {
            "id": one(5), "issue_id": key("issue", issues, "s.n * 104729"), "person_id": f"'{ME}'",
            "channel": "CASE s.n % 2 WHEN 0 THEN 'call' ELSE 'email' END",
            "nature": "CASE s.n % 3 WHEN 0 THEN 'first' WHEN 1 THEN 'chaser' ELSE 'news' END",
            "direction": "CASE WHEN s.n % 3 = 2 THEN 'out' ELSE 'in' END", "at": said_at,
            "body": "'They ask until when.'",
        }),
        ("promise", max(issues // 50, 1), {
            "id": one(6), "issue_id": key("issue", issues, "s.n * 7919"), "what": "'a call'", "made_at": f"{now_us}",
            "made_by": f"'{ME}'", "due_at": f"{now_us} + (s.n * 7919 % 100000 - 100) * 60000000", "state": "'open'",
        }),
    ]  # fmt: skip


def raw(stock: IssueStock) -> sqlite3.Connection:
    """Give a bare connection to the cache, as SQLite comes but for the page cache that Baton has."""
    connection = sqlite3.connect(stock.profile.cache_path, isolation_level=None)
    connection.execute("PRAGMA cache_size = -16000")
    return connection
