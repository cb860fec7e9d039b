"""calm: how late the GUI thread is while 8 device sessions are parsed and the sync writes 10,000 rows a second.

The window, its two children, PostgreSQL and the simulated devices are all real and share the machine. The reference
is the same console when nothing happens; between the two, each load by itself says which one it is that disturbs.
"""

import multiprocessing
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from app.company.connection import Connection
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm
from app.runtime.profile import CompanyKind, Profile
from app.services.terminals import KnownKey, Target
from tests.bench.calm_console import Measured, Phase, console
from tests.bench.company import BenchCompany, Stock
from tests.bench.process import Apart
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

STOCK = Stock(issues=30_000, customers=500, contacts=1_000, interactions=10_000, open_share=0.03)
QUICK_STOCK = Stock(issues=3_000, customers=100, contacts=200, interactions=1_000, open_share=0.2)
SESSIONS = 8
ROWS_PER_S = 10_000
BATCH = 500
LOGIN = "mara"


def bench(wish: Wish) -> Result:
    seconds = wish.size(12.0, 2.0)
    phases = [
        Phase("idle", has_sessions=False, has_rows=False, seconds=seconds),
        Phase("sessions", has_sessions=True, has_rows=False, seconds=seconds),
        Phase("rows", has_sessions=False, has_rows=True, seconds=seconds),
        Phase("both", has_sessions=True, has_rows=True, seconds=wish.size(20.0, 2.0)),
    ]
    context = multiprocessing.get_context("spawn")
    rows_on, over, gates = context.Event(), context.Event(), context.SimpleQueue()
    farm = Apart(_farm, gates, over)
    with BenchCompany.open(wish.size(STOCK, QUICK_STOCK)) as company:
        firm = company.firm()
        firm.add(LOGIN)
        address = firm.address(LOGIN)
        profile = Profile.new(
            *(company.folder / "desk", CompanyKind.SERVER, LOGIN),
            database=address.database, host=address.host, port=address.port,
        )  # fmt: skip
        profile.save()
        rates: list[tuple[float, float]] = []
        ended = threading.Event()
        writing = threading.Thread(target=_write, args=(company.admin(), profile.cache_path, rows_on, ended, rates))
        writing.start()
        try:
            shown = Apart(_console, profile.folder, gates.get(), phases, rows_on, wish.is_profiled)
            measured: dict[str, Measured] = shown.result()
        finally:
            ended.set()
            writing.join()
            over.set()
            farm.result()
    return _result(measured, rates)


def _result(measured: dict[str, Measured], rates: list[tuple[float, float]]) -> Result:
    both = measured["both"].late_ms
    p99, worst = percentile(both, 0.99), max(both)
    lines = {
        name: {
            "p50_ms": round(median(m.late_ms), 2),
            "p99_ms": round(percentile(m.late_ms, 0.99), 1),
            "max_ms": round(max(m.late_ms), 1),
            "over_20_ms": sum(ms > 20 for ms in m.late_ms),
            "ticks": len(m.late_ms),
            "commands": m.answers,
        }
        for name, m in measured.items()
    }
    return Result(
        "calm",
        1,
        {
            "rows_changed_at_the_company_per_s": round(rates[-1][0]),
            "rows_written_to_the_cache_per_s": round(rates[-1][1]),
            "the_same_without_sessions_per_s": round(rates[0][1]),
            **lines,
        },
        (
            Reach("p99 lateness of the GUI thread", "<= 10 ms", f"{p99:.1f} ms", p99 <= 10),
            Reach("max", "<= 20 ms", f"{worst:.1f} ms", worst <= 20),
            Reach(
                "rows written a second meanwhile",
                f">= {ROWS_PER_S}",
                f"{rates[-1][1]:.0f}",
                rates[-1][1] >= 0.95 * ROWS_PER_S,
            ),
        ),
    )


def _console(folder: Path, targets: list[Target], phases: list[Phase], rows_on: Any, profile: Any) -> Any:
    return console(folder, targets, phases, rows_on, is_profiled=bool(profile))


def _farm(gates: Any, over: Any) -> None:
    """Let the devices stand in a process of their own until it is over; says how to reach them."""
    devices = [SimulatedDevice(f"sw-{n}", is_privileged=True) for n in range(SESSIONS)]
    with Farm(devices) as farm:
        gates.put(
            [
                Target(
                    device_id=device.name,
                    address="127.0.0.1",
                    port=farm.ports[device.name],
                    username=device.username,
                    password=device.password,
                    known_keys=(KnownKey("ssh-ed25519", farm.fingerprints[device.name]),),
                )
                for device in devices
            ]
        )
        over.wait()


def _write(
    admin: Connection, cache: Path, rows_on: Any, ended: threading.Event, rates: list[tuple[float, float]]
) -> None:
    """Change ROWS_PER_S issues a second while it is wanted; keeps the rates at the company and in the cache."""
    with closing(admin):
        ids = [i for (i,) in admin.execute("SELECT id FROM baton.issue ORDER BY id DESC").fetchall()]
        at = 0
        while not ended.is_set():
            if not rows_on.wait(0.1):
                continue
            began, changed, before = time.monotonic(), 0, _revs(cache)
            while rows_on.is_set() and not ended.is_set():
                some = [ids[(at + n) % len(ids)] for n in range(BATCH)]
                admin.execute(
                    "UPDATE baton.issue SET next_update_at = clock_timestamp(), changed_at = clock_timestamp(), "
                    "rev = rev + 1 WHERE id = ANY(%s)",
                    (some,),
                )
                at, changed = at + BATCH, changed + BATCH
                time.sleep(max(0.0, began + changed / ROWS_PER_S - time.monotonic()))
            seconds = time.monotonic() - began
            rates.append((changed / seconds, (_revs(cache) - before) / seconds))


def _revs(cache: Path) -> int:
    """Every change that arrives counts the row's version up by one; what was changed twice in between arrives once."""
    with closing(sqlite3.connect(f"file:{cache}?mode=ro", uri=True, timeout=30)) as connection:
        return int(connection.execute("SELECT sum(rev) FROM issue").fetchone()[0])
