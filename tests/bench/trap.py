"""trap: four people write while an import's transaction stays open; which ways of asking "what is new" miss rows.

Ours is sync.pull by snapshots, as two people's workstations ask it. Beside it, on the same writes and as often, two
common ways as an administrator: `seq > last` on a serial column, and `changed_at > last` on the rows themselves.
"""

import select
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from app.company.connection import Connection
from app.domain.company import CompanyAddress
from tests.bench.company import SMALL, BenchCompany, hire
from tests.bench.process import Apart
from tests.bench.result import Reach, Result, percentile
from tests.bench.simulated import Room, Simulated
from tests.bench.wish import Wish

WRITERS = 4
READERS = 2
IMPORT_S = 5.0
BEFORE_S = 2.0  # writers alone, before the import begins and after it has ended
PAUSE_S = 0.04
IMPORT_PAUSE_S = 0.02
IMPORT_ROWS = 5  # each time: 1,250 in all


@dataclass
class Asked:
    """What one reference was told."""

    seen: dict[str, int] = field(default_factory=dict)

    def take(self, row_id: str) -> None:
        self.seen[row_id] = self.seen.get(row_id, 0) + 1


def bench(wish: Wish, import_s: float | None = None) -> Result:
    import_s = import_s or wish.size(IMPORT_S, 0.5)
    with BenchCompany.open(SMALL) as company:
        firm = company.firm()
        logins = hire(firm, WRITERS + READERS)
        with company.admin() as admin:
            issue_id = str(admin.execute("SELECT id FROM baton.issue LIMIT 1").fetchone()[0])  # type: ignore[index]
        room = Room([firm.address(login) for login in logins[WRITERS:]], 1)
        over = threading.Event()
        serial, stamped = Asked(), Asked()
        asking = [
            threading.Thread(target=_ask, args=(company.admin(), _by_serial, serial, over)),
            threading.Thread(target=_ask, args=(company.admin(), _by_stamp, stamped, over)),
        ]
        for thread in asking:
            thread.start()
        until = time.monotonic() + 2 * BEFORE_S + import_s
        writers = [Apart(write, firm.address(login), issue_id, until) for login in logins[:WRITERS]]
        time.sleep(BEFORE_S)
        sent = _import(company.admin(), issue_id, import_s)
        for writer in writers:
            sent |= writer.result()
        time.sleep(0.3)
        heard = room.end()
        over.set()
        for thread in asking:
            thread.join()
        with company.admin() as admin:
            there = {str(i) for (i,) in admin.execute("SELECT id FROM baton.note").fetchall()}
    assert there == set(sent), "the writers and the database do not agree on what was written"
    missed = sum(len(there - set(one.at)) for one in heard)
    twice = sum(one.twice for one in heard)
    lags = [(one.at[i] - at) * 1000 for one in heard for i, at in sent.items() if i in one.at]
    lost = {name: len(there) - len(asked.seen) for name, asked in (("serial", serial), ("stamp", stamped))}
    p99 = percentile(lags, 0.99)
    return Result(
        "trap",
        1,
        {
            "rows": len(there),
            "open_for_s": import_s,
            "ours_missed": missed,
            "ours_twice": twice,
            "ours_lag_p50_ms": round(median(lags), 1),
            "ours_lag_p99_ms": round(p99, 1),
            "ours_lag_max_ms": round(max(lags), 1),
            "serial_missed": lost["serial"],
            "serial_missed_percent": round(100 * lost["serial"] / len(there), 1),
            "changed_at_missed": lost["stamp"],
            "changed_at_missed_percent": round(100 * lost["stamp"] / len(there), 1),
        },
        (
            Reach("rows missed", "0", str(missed), missed == 0),
            Reach("rows told twice", "0", str(twice), twice == 0),
            Reach("p99 from commit to pulled", "<= 100 ms", f"{p99:.1f} ms", p99 <= 100),
        ),
    )


def write(address: CompanyAddress, issue_id: str, until: float) -> dict[str, float]:
    """Push one to three notes at a time, as a person's workstation; gives when each was on its way."""
    sent: dict[str, float] = {}
    with Simulated(address) as person:
        while time.monotonic() < until:
            ops = [person.note(issue_id, "Seen it.") for _ in range(1 + len(sent) % 3)]
            at = time.monotonic()
            assert {answer["status"] for answer in person.push(ops)} == {"ok"}
            sent |= {op["id"]: at for op in ops}
            time.sleep(PAUSE_S)
    return sent


def _import(admin: Connection, issue_id: str, seconds: float) -> dict[str, float]:
    """Insert a few notes at a time in one transaction; gives when it was committed, for each."""
    ids: list[str] = []
    with closing(admin), admin.transaction():
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            rows = admin.execute(
                "INSERT INTO baton.note (id, changed_at, issue_id, kind, at, person_id, body, command) "
                "SELECT gen_random_uuid(), clock_timestamp(), %s, 'text', now(), p.id, 'Brought in.', '' "
                "FROM generate_series(1, %s), (SELECT id FROM baton.person WHERE login = 'before') p RETURNING id",
                (issue_id, IMPORT_ROWS),
            ).fetchall()
            ids += [str(i) for (i,) in rows]
            time.sleep(IMPORT_PAUSE_S)
        at = time.monotonic()
    return dict.fromkeys(ids, at)


_Ask = Callable[[Connection, Any], list[tuple[str, Any]]]


def _ask(connection: Connection, ask: _Ask, asked: Asked, over: threading.Event) -> None:
    """Ask for what came after the last one seen, whenever the company says that there is something."""
    with closing(connection):
        connection.execute("LISTEN baton_feed")
        last: Any = None
        while True:
            is_over = over.is_set()
            for row_id, mark in ask(connection, last):
                asked.take(row_id)
                last = mark if last is None else max(last, mark)
            if is_over:
                return
            select.select([connection.fileno()], [], [], 0.2)
            list(connection.notifies(timeout=0))


def _by_serial(connection: Connection, last: int | None) -> list[tuple[str, Any]]:
    found = connection.execute(
        "SELECT row_id, seq FROM sync.feed WHERE tbl = 'note' AND seq > %s ORDER BY seq", (last or 0,)
    ).fetchall()
    return [(str(row_id), seq) for row_id, seq in found]


def _by_stamp(connection: Connection, last: datetime | None) -> list[tuple[str, Any]]:
    found = connection.execute(
        "SELECT id, changed_at FROM baton.note WHERE changed_at > coalesce(%s, '-infinity'::timestamptz) "
        "ORDER BY changed_at",
        (last,),
    ).fetchall()
    return [(str(row_id), at) for row_id, at in found]
