"""pull: the first fill of a workstation, against a bare copy into the same tables and against peewee.

The bare copy is measured in two forms: with the indexes and the search triggers at work for each row, and with both
made at the end, which nobody could work with before it is over, but which is the fastest that this file can be filled.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from psycopg import sql
from psycopg.rows import tuple_row

from app.company.connection import Connection, open_company
from app.domain.company import CompanyAddress
from app.domain.entities import TABLES, Table
from app.domain.entity import FieldKind, fields_of, new_id
from app.store import rows as models
from app.store.cache import Cache
from app.store.codec import columns_of
from app.sync.engine import Engine
from app.sync.messages import SyncJob
from tests.bench.company import BenchCompany, Stock
from tests.bench.process import Apart, peak_bytes, profiled
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

FULL = Stock(issues=200_000, customers=2_000, contacts=5_000, interactions=50_000)
QUICK = Stock(issues=4_000, customers=100, contacts=200, interactions=1_000)
PEEWEE_CHUNK = 500
COPY_CHUNK = 5_000
LOGIN = "mara"
READ_ONE_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


@dataclass(frozen=True)
class Filled:
    """One fill: how many rows, how long, and the most memory of its process."""

    rows: int
    seconds: float
    start_bytes: int
    peak_bytes: int

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def bench(wish: Wish, stock: Stock | None = None) -> Result:
    stock = stock or wish.size(FULL, QUICK)
    with BenchCompany.open(stock) as company:
        firm = company.firm()
        firm.add(LOGIN)
        address = firm.address(LOGIN)
        found: dict[str, list[Filled]] = {name: [] for name in VARIANTS}
        if wish.is_profiled:
            Apart(fill_profiled, address, company.folder / "profiled.sqlite3").result()
        for run in range(wish.runs(3)):  # in turn, so that a machine that slows down slows all
            for name, variant in VARIANTS.items():
                path = company.folder / f"{name}-{run}.sqlite3"
                found[name].append(Apart(variant, address, path).result())
                if run:
                    path.unlink()
        for name in VARIANTS:
            _compare(company.folder / "ours-0.sqlite3", company.folder / f"{name}-0.sqlite3")
        waits = _waits(address, company.folder / "watched.sqlite3")
    return _result(found, waits)


def _result(found: dict[str, list[Filled]], waits: Sequence[float]) -> Result:
    rate = {name: median(f.rate for f in fills) for name, fills in found.items()}
    peak = {name: max(f.peak_bytes for f in fills) / 1e6 for name, fills in found.items()}
    seconds = [f.seconds for f in found["ours"]]
    to = {name: rate["ours"] / each for name, each in rate.items()}
    return Result(
        "pull",
        len(seconds),
        {
            "rows": found["ours"][0].rows,
            "ours_s": round(median(seconds), 2),
            "ours_slowest_s": round(max(seconds), 2),
            "ours_rows_per_s": round(rate["ours"]),
            "copy_rows_per_s": round(rate["copy"]),
            "copy_indexed_after_rows_per_s": round(rate["index"]),
            "peewee_rows_per_s": round(rate["peewee"]),
            "other_writer_waits_p95_ms": round(percentile(list(waits), 0.95), 1),
            "other_writer_waits_max_ms": round(max(waits), 1),
            "ours_peak_mb": round(peak["ours"]),
            "copy_peak_mb": round(peak["copy"]),
            "peewee_peak_mb": round(peak["peewee"]),
            "peak_before_a_fill_mb": round(median(f.start_bytes for f in found["ours"]) / 1e6),
        },
        (
            Reach("rate / binary COPY, executemany", ">= 0.8x", f"{to['copy']:.2f}x", to["copy"] >= 0.8),
            Reach("the same, indexes and search at the end", ">= 0.8x", f"{to['index']:.2f}x", to["index"] >= 0.8),
            Reach("rate / peewee insert_many", ">= 4x", f"{to['peewee']:.1f}x", to["peewee"] >= 4),
        ),
    )


def fill_ours(address: CompanyAddress, path: Path, *, is_profiled: bool = False) -> Filled:
    """Fill as the sync child does."""
    cache = Cache(path)
    engine = Engine(cache, SyncJob(path, address, new_id(), "bench"))
    start_bytes, began = peak_bytes(), time.perf_counter()
    with profiled(is_profiled, "pull: Engine.connect on an empty cache"):
        engine.connect(None)
    seconds = time.perf_counter() - began
    filled = Filled(_count(cache.connection), seconds, start_bytes, peak_bytes())
    engine.disconnect()
    cache.close()
    return filled


def fill_profiled(address: CompanyAddress, path: Path) -> Filled:
    """Fill, and say on stderr where the time goes."""
    return fill_ours(address, path, is_profiled=True)


def fill_by_copy(address: CompanyAddress, path: Path, *, is_indexed_after: bool = False) -> Filled:
    """Fill by COPY and executemany, in one transaction: no answer to anybody, nothing to go on from when it is cut."""
    cache = Cache(path)
    start_bytes, began = peak_bytes(), time.perf_counter()
    with closing(open_company(address, None)) as company, cache.transaction():
        dropped = _drop_indexes(cache) if is_indexed_after else []
        company.execute(READ_ONE_SNAPSHOT)
        for table in TABLES:
            columns = columns_of(table.record)
            statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({_marks(table)})"
            for chunk in _copied(company, table):
                cache.write_many(statement, chunk)
        company.execute("COMMIT")
        for statement in dropped:
            cache.write(statement)
    seconds = time.perf_counter() - began
    filled = Filled(_count(cache.connection), seconds, start_bytes, peak_bytes())
    cache.close()
    return filled


def fill_and_index(address: CompanyAddress, path: Path) -> Filled:
    """Fill by COPY without indexes and search, and make those at the end."""
    return fill_by_copy(address, path, is_indexed_after=True)


def _drop_indexes(cache: Cache) -> list[str]:
    """Drop the search triggers and all indexes but those of the ids; gives what makes them again, filled."""
    made = cache.read(
        "SELECT type, name, sql FROM sqlite_master WHERE type = 'trigger' "
        "OR type = 'index' AND sql NOT LIKE 'CREATE UNIQUE%'"
    )
    for kind, name, _statement in made:
        cache.write(f"DROP {kind} {name}")
    rebuilt = [f"INSERT INTO {table}_search({table}_search) VALUES ('rebuild')" for table in models.SEARCHED]
    return [statement for _kind, _name, statement in made] + rebuilt


def fill_by_peewee(address: CompanyAddress, path: Path) -> Filled:
    """Fill through insert_many with dicts."""
    cache = Cache(path)
    rows = models.synced_rows(models.shared_database(lambda: cache.connection))
    with closing(open_company(address, None)) as company:
        start_bytes, began = peak_bytes(), time.perf_counter()
        for table in TABLES:
            columns = columns_of(table.record)
            instants = [f.name for f in fields_of(table.record) if f.kind is FieldKind.INSTANT]
            for chunk in _copied(company, table, PEEWEE_CHUNK):
                dicts = [_as_dict(columns, instants, cells) for cells in chunk]
                with cache.transaction():
                    rows[table.name].insert_many(dicts).execute()
        seconds = time.perf_counter() - began
    filled = Filled(_count(cache.connection), seconds, start_bytes, peak_bytes())
    cache.close()
    return filled


def _as_dict(columns: Sequence[str], instants: Sequence[str], cells: Sequence[Any]) -> dict[str, Any]:
    made = dict(zip(columns, cells, strict=True))
    for name in instants:
        if made[name] is not None:
            made[name] += _SHIFT
    return made


VARIANTS: dict[str, Callable[[CompanyAddress, Path], Filled]] = {
    "ours": fill_ours,
    "copy": fill_by_copy,
    "index": fill_and_index,
    "peewee": fill_by_peewee,
}

# How a value travels, and the type that its bytes are read as. An instant comes as PostgreSQL keeps it, in microseconds
# since 2000, which the INSERT makes into the cache's: nothing is converted in Python.
_TRAVELS = {FieldKind.INSTANT: ("", "int8"), FieldKind.INTEGER: ("", "int8"), FieldKind.BOOLEAN: ("", "bool")}
_AS_TEXT = ("::text", "text")
_SHIFT = 946_684_800_000_000


def _copied(company: Connection, table: Table, chunk_rows: int = COPY_CHUNK) -> Iterator[list[tuple[Any, ...]]]:
    """Give a table's rows by binary COPY."""
    fields = fields_of(table.record)
    travels = [_TRAVELS.get(f.kind, _AS_TEXT) for f in fields]
    columns = [sql.Identifier(f.name) + sql.SQL(cast) for f, (cast, _) in zip(fields, travels, strict=True)]
    query = sql.SQL("COPY (SELECT {} FROM baton.{}) TO STDOUT (FORMAT binary)").format(
        sql.SQL(", ").join(columns), sql.Identifier(table.name)
    )
    with company.cursor(row_factory=tuple_row) as cursor, cursor.copy(query) as copy:
        copy.set_types([kind for _, kind in travels])
        chunk: list[tuple[Any, ...]] = []
        for cells in copy.rows():
            chunk.append(cells)
            if len(chunk) == chunk_rows:
                yield chunk
                chunk = []
        if chunk:
            yield chunk


def _marks(table: Table) -> str:
    return ", ".join(f"? + {_SHIFT}" if f.kind is FieldKind.INSTANT else "?" for f in fields_of(table.record))


def _count(connection: sqlite3.Connection) -> int:
    return sum(int(connection.execute(f"SELECT count(*) FROM {t.name}").fetchone()[0]) for t in TABLES)


def _compare(ours: Path, copied: Path) -> None:
    """Both files hold the same rows and find the same words, or the comparison of times says nothing."""
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("ATTACH ? AS other", (str(copied),))
        for table in TABLES:
            columns = ", ".join(columns_of(table.record))
            both = [f"SELECT {columns} FROM {name}.{table.name}" for name in ("main", "other")]
            for one, other in (both, both[::-1]):
                left = connection.execute(f"SELECT count(*) FROM ({one} EXCEPT {other})").fetchone()[0]
                assert left == 0, f"{table.name}: {left} rows are not in both"
        words = "SELECT count(*) FROM {}.issue_search WHERE issue_search MATCH 'build'"
        found = [connection.execute(words.format(name)).fetchone()[0] for name in ("main", "other")]
        assert found[0] == found[1] > 0, f"the search index finds {found}"


def _waits(address: CompanyAddress, path: Path) -> list[float]:
    """Give how long another writer of the file waited for its turn, each time, while a fill went on; in ms."""
    Cache(path).close()
    filling = Apart(fill_ours, address, path)
    ended = threading.Event()
    waits: list[float] = []

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            while not ended.wait(0.02):
                began = time.perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                waits.append((time.perf_counter() - began) * 1000)
                connection.execute("COMMIT")

    writer = threading.Thread(target=write, name="other writer")
    writer.start()
    try:
        filling.result()
    finally:
        ended.set()
        writer.join()
    return waits
