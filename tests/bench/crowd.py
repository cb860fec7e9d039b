"""crowd: 2, 30 and 200 workstations on one PostgreSQL: how late, how many commits, and what it costs the server.

Each is a real person on a connection of their own who says hello, listens, pushes notes and pulls; without a cache,
so that the server is measured and not 200 SQLite files. At a human pace each commits every ten seconds on average; then
all commit as fast as they can. The workstations share the machine with the server: their CPU is given beside it.
"""

import multiprocessing
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.domain.company import CompanyAddress
from tests.bench.company import SMALL, BenchCompany, hire
from tests.bench.process import Apart, cpu_s, parent_of
from tests.bench.result import Reach, Result, percentile
from tests.bench.simulated import READY_S, Heard, Simulated, in_threads
from tests.bench.wish import Wish

SIZES = (2, 30, 200)
QUICK_SIZES = (2, 6)
HUMAN_S, QUICK_HUMAN_S = 10.0, 1.0  # between two commits of one person, on average
SETTLE_S = 30.0  # for the last pulls, when the machine is far behind
THREADS = 50  # of one process
SPARE_CONNECTIONS = 20


@dataclass
class Done:
    """What one workstation did: when each commit was on its way and how long it took, and what it heard."""

    sent: dict[str, float] = field(default_factory=dict)
    push_ms: list[float] = field(default_factory=list)
    pulls: int = 0
    heard: Heard = field(default_factory=Heard)


def bench(wish: Wish, sizes: Sequence[int] | None = None) -> Result:
    sizes = sizes or wish.size(SIZES, QUICK_SIZES)
    seconds = wish.size(25.0, 3.0)
    figures: dict[str, float | str | dict[str, float]] = {"cores": multiprocessing.cpu_count()}
    missing = 0
    with BenchCompany.open(SMALL, settings={"max_connections": max(sizes) + SPARE_CONNECTIONS}) as company:
        firm = company.firm()
        addresses = [firm.address(login) for login in hire(firm, max(sizes))]
        for size in sizes:
            for pace_s, name in ((wish.size(HUMAN_S, QUICK_HUMAN_S), "human pace"), (0.0, "full speed")):
                line, left = _measure(company, addresses[:size], pace_s, seconds)
                figures[f"{size} workstations, {name}"] = line
                missing += left
    return Result(
        "crowd", 1, figures, (Reach("commits that somebody did not hear of", "0", str(missing), missing == 0),)
    )


def _measure(
    company: BenchCompany, addresses: Sequence[CompanyAddress], pace_s: float, seconds: float
) -> tuple[dict[str, float], int]:
    with company.admin() as admin:
        issues = [str(i) for (i,) in admin.execute("SELECT id FROM baton.issue LIMIT 200").fetchall()]
        server = parent_of(admin.info.backend_pid)
        context = multiprocessing.get_context("spawn")
        shares = [addresses[at : at + THREADS] for at in range(0, len(addresses), THREADS)]
        ready, begin = context.Barrier(len(shares) + 1), context.Value("d", 0.0)
        apart = [Apart(_work, share, issues, pace_s, seconds, ready, begin) for share in shares]
        ready.wait(READY_S)
        begin.value = time.monotonic() + 0.5
        time.sleep(0.5)
        used = -cpu_s(server, with_children=True), -sum(cpu_s(one.pid) for one in apart)
        found = admin.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'").fetchone()
        time.sleep(seconds)
        used = used[0] + cpu_s(server, with_children=True), used[1] + sum(cpu_s(one.pid) for one in apart)
        everybody: list[Done] = [done for one in apart for done in one.result()]
    return _line(everybody, used, found[0] if found else 0, seconds)


def _line(
    everybody: list[Done], used: tuple[float, float], connections: int, seconds: float
) -> tuple[dict[str, float], int]:
    sent = {row_id: at for done in everybody for row_id, at in done.sent.items()}
    last: dict[str, float] = {}
    known: Counter[str] = Counter()
    lags = []
    for done in everybody:
        for row_id, at in done.heard.at.items():
            if row_id in sent:
                known[row_id] += 1
                last[row_id] = max(last.get(row_id, 0.0), at)
                if row_id not in done.sent:
                    lags.append((at - sent[row_id]) * 1000)
    to_all = [(last[row_id] - at) * 1000 for row_id, at in sent.items() if row_id in last]
    missing = sum(len(everybody) - known[row_id] for row_id in sent)
    push_ms = [ms for done in everybody for ms in done.push_ms]
    line = {
        "commits_per_s": round(len(sent) / seconds, 1),
        **_spread("push", push_ms),
        **_spread("lag", lags),
        **_spread("last_of_all", to_all),
        "pulls_per_s": round(sum(done.pulls for done in everybody) / seconds),
        "server_cpu_percent_of_a_core": round(100 * used[0] / seconds),
        "workstations_cpu_percent": round(100 * used[1] / seconds),
        "connections": connections,
    }
    return line, missing


def _spread(name: str, values: list[float]) -> dict[str, float]:
    """Give the middle and the tail; 0 where nothing was committed in that time."""
    return {f"{name}_p{p}_ms": round(percentile(values, p / 100), 1) if values else 0.0 for p in (50, 95)}


def _work(
    addresses: Sequence[CompanyAddress], issues: Sequence[str], pace_s: float, seconds: float, ready: Any, begin: Any
) -> list[Done]:
    """Work as these people, a thread each."""
    everybody = [Done() for _ in addresses]
    here, all_sent = threading.Barrier(len(addresses) + 1), threading.Barrier(len(addresses))

    def one(address: CompanyAddress, done: Done) -> None:
        with Simulated(address) as person:
            here.wait(READY_S)
            while not begin.value:
                time.sleep(0.05)
            _day(person, done, issues, pace_s, begin.value, begin.value + seconds)
            all_sent.wait(SETTLE_S)
            # Other processes may have been behind with their last push.
            until = time.monotonic() + 2.0
            while (left_s := until - time.monotonic()) > 0:
                if person.has_news(left_s):
                    done.heard.take(person.pull())

    in_threads([lambda a=a, d=d: one(a, d) for a, d in zip(addresses, everybody, strict=True)], here, ready)  # type: ignore[misc]
    return everybody


def _day(person: Simulated, done: Done, issues: Sequence[str], pace_s: float, begin: float, end: float) -> None:
    due = begin + random.random() * pace_s
    while (now := time.monotonic()) < end:
        if person.has_news(min(due, end) - now):
            done.heard.take(person.pull())
            done.pulls += 1
        now = time.monotonic()
        if begin <= due <= now < end:
            op = person.note(random.choice(issues), "They called again.")
            person.push([op])
            done.sent[op["id"]] = now
            done.push_ms.append((time.monotonic() - now) * 1000)
            # Poisson, as calls come; at full speed at once.
            due = time.monotonic() + (random.expovariate(1 / pace_s) if pace_s else 0.0)
