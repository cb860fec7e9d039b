"""push: edits made off line reach the company, against one function call for each edit on an equal database."""

import json
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from app.company.connection import open_company
from app.company.link import Link
from app.domain.company import CompanyAddress
from app.domain.entities import TABLES
from app.store import arrivals, edits
from app.store.cache import Cache
from app.sync.engine import Engine
from app.sync.messages import SyncJob
from tests.bench.company import SMALL, BenchCompany, Stock
from tests.bench.process import profiled
from tests.bench.result import Reach, Result
from tests.bench.week import Week
from tests.bench.wish import Wish
from tests.stations import Station
from tests.workstations import relayed

EDITS = 10_000
FAR_EDITS = 1_000
FAR_CALLS = 50  # measured one by one, and taken for as many as ours
DELAY_S = 0.010  # each way: a round trip of 20 ms
CLASHES = 20
PIPED = 500


@dataclass(frozen=True)
class OffLine:
    """Somebody's cache with unsent edits, closed, and what is in its outbox as it is sent."""

    job: SyncJob
    wire: list[dict[str, Any]]

    def at(self, address: CompanyAddress, path: Path) -> Engine:
        """Give an engine, not connected yet, on a copy of this cache at a company that is the equal of its own."""
        shutil.copy(self.job.cache_path, path)
        return Engine(Cache(path), replace(self.job, cache_path=path, address=address))


def bench(wish: Wish, count: int | None = None, stock: Stock = SMALL) -> Result:
    count = count or wish.size(EDITS, 300)
    far_count = min(FAR_EDITS, count)
    ours, calls, piped = [], [], []
    with BenchCompany.open(stock) as company:
        week, far = _off_line(company, "mara", count), _off_line(company, "ben", far_count)
        if wish.is_profiled:
            _push(company, week, "profiled", is_profiled=True)
        for run in range(wish.runs(3)):
            ours.append(_push(company, week, f"ours{run}"))
            calls.append(_call_each(company, week, f"calls{run}"))
            piped.append(_call_piped(company, week, f"piped{run}"))
            _compare(company, f"ours{run}", f"calls{run}")
            for kind in ("ours", "calls", "piped"):
                company.drop(f"{kind}{run}")
        round_trip, far_s, far_call_s = _push_far(company, far, wish.runs(3))
    ratio = median(calls) / median(ours)
    return Result(
        "push",
        len(ours),
        {
            "edits": len(week.wire),
            "ours_s": round(median(ours), 2),
            "ours_edits_per_s": round(len(week.wire) / median(ours)),
            "one_call_each_s": round(median(calls), 2),
            "one_call_each_edits_per_s": round(len(week.wire) / median(calls)),
            "one_call_each_pipelined_s": round(median(piped), 2),
            "far_round_trip_ms": round(round_trip * 1000, 1),
            "far_edits": len(far.wire),
            "far_s": round(median(far_s), 2),
            "far_one_call_each_s": round(far_call_s * len(far.wire), 1),
        },
        (
            Reach("one function call per edit / ours", ">= 8x", f"{ratio:.1f}x", ratio >= 8),
            Reach(
                f"{len(far.wire)} edits over {round_trip * 1000:.0f} ms round trip",
                "<= 1 s",
                f"{median(far_s):.2f} s",
                median(far_s) <= 1,
            ),
        ),
    )


def _off_line(company: BenchCompany, login: str, count: int) -> OffLine:
    """Connect once, lose the network, work; meanwhile others change some of the same fields."""
    station: Station = company.firm().station(login)
    station.engine.disconnect()
    Week(station.desk).work(count)
    wire = [op.as_wire() for op in edits.pending(station.cache, 2 * count + 10)]
    moved = [op["id"] for op in wire if op["tbl"] == "issue" and op["verb"] == "update" and "state" in op["fields"]]
    with company.admin() as admin:
        admin.execute(
            "UPDATE baton.issue SET state = CASE state WHEN 'closed' THEN 'scheduled' ELSE 'closed' END, rev = rev + 1 "
            "WHERE id = ANY(%s::uuid[])",
            (moved[:CLASHES],),
        )
    station.close()
    return OffLine(station.job, wire)


def _address(company: BenchCompany, database: str, week: OffLine) -> CompanyAddress:
    return replace(week.job.address, database=company.copy(database))


def _push(company: BenchCompany, week: OffLine, database: str, *, is_profiled: bool = False) -> float:
    """Give the seconds from the first question to the last answer kept in the cache."""
    address = _address(company, database, week)
    if is_profiled:
        with company.admin() as admin:
            admin.execute(f"ALTER DATABASE {database} SET track_functions = 'all'".encode())
    engine = week.at(address, company.folder / f"{database}.sqlite3")
    engine.connect(None)
    company.checkpoint()
    began = time.perf_counter()
    with profiled(is_profiled, "push: Engine.push"):
        engine.push()
    seconds = time.perf_counter() - began
    _check_settled(engine)
    if is_profiled:
        _say_functions(company, database)
    return seconds


def _check_settled(engine: Engine) -> None:
    engine.disconnect()
    with closing(Cache(engine._job.cache_path)) as cache:
        assert edits.pending_count(cache)[0] == 0, "edits are left"
        assert arrivals.open_conflicts(cache), "nobody noticed what others had changed"


def _say_functions(company: BenchCompany, database: str) -> None:
    with company.admin(database) as admin:
        rows = admin.execute(
            "SELECT funcname, calls, self_time, total_time FROM pg_stat_user_functions ORDER BY self_time DESC LIMIT 15"
        ).fetchall()
    lines = [f"{name:24} {calls:8} calls, own {own:9.1f} ms, in all {all_ms:9.1f}" for name, calls, own, all_ms in rows]
    sys.stderr.write("-- push: functions of the company database, by own time\n" + "\n".join(lines) + "\n\n")


def _call_each(company: BenchCompany, week: OffLine, database: str) -> float:
    """The reference: each edit is a call and a transaction of its own; nothing is kept of the answers."""
    address = _address(company, database, week)
    with Link.open(address, None) as link:
        link.hello(week.job.workstation_id, week.job.workstation_name)
        company.checkpoint()
        began = time.perf_counter()
        for op in week.wire:
            link.push(week.job.workstation_id, [op])
        return time.perf_counter() - began


def _call_piped(company: BenchCompany, week: OffLine, database: str) -> float:
    """The same calls without waiting between them; one implicit transaction for each PIPED of them."""
    with closing(open_company(_address(company, database, week), None)) as connection:
        company.checkpoint()
        began = time.perf_counter()
        for at in range(0, len(week.wire), PIPED):
            _pipe(connection, week.job.workstation_id, week.wire[at : at + PIPED])
        return time.perf_counter() - began


def _pipe(connection: Any, workstation_id: str, ops: Sequence[dict[str, Any]]) -> None:
    with connection.pipeline():
        asked = [
            connection.cursor().execute("SELECT sync.push(%s, %s::jsonb)", (workstation_id, json.dumps([op])))
            for op in ops
        ]
    for cursor in asked:
        assert cursor.fetchone() is not None


def _push_far(company: BenchCompany, week: OffLine, runs: int) -> tuple[float, list[float], float]:
    """Push through a relay; gives the round trip, ours in all, and a single call, in seconds."""
    ours: list[float] = []
    for run in range(runs):
        address = _address(company, f"far{run}", week)
        with relayed(address) as (relay, through):
            relay.delay_s = DELAY_S
            engine = week.at(through, company.folder / f"far{run}.sqlite3")
            engine.connect(None)
            company.checkpoint()
            began = time.perf_counter()
            engine.push()
            ours.append(time.perf_counter() - began)
            _check_settled(engine)
        company.drop(f"far{run}")
    with relayed(_address(company, "far", week)) as (relay, through):
        relay.delay_s = DELAY_S
        with closing(open_company(through, None)) as connection:
            trips = [_timed(lambda: connection.execute("SELECT 1")) for _ in range(9)]
        with Link.open(through, None) as link:
            calls = [_timed(partial(link.push, week.job.workstation_id, [op])) for op in week.wire[:FAR_CALLS]]
    company.drop("far")
    return median(trips), ours, median(calls)


def _timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _compare(company: BenchCompany, one: str, other: str) -> None:
    """Both databases hold the same in the end, or the comparison of times says nothing."""
    for table in TABLES:
        query = (
            "SELECT count(*), md5(string_agg(said, ',' ORDER BY said)) FROM (SELECT "
            f"(to_jsonb(r) - 'rev' - 'changed_at' - 'number')::text AS said FROM baton.{table.name} r) rows"
        ).encode()
        found = []
        for database in (one, other):
            with company.admin(database) as admin:
                found.append(admin.execute(query).fetchone())
        assert found[0] == found[1], f"{table.name}: {found}"
