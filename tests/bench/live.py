"""live: from a commit on one workstation to the row on another, against a bare NOTIFY between two connections.

Both workstations are whole: writer thread, cache, sync child. The clock runs from the moment at which the first one's
screens hear of the edit (it has just been committed to its cache) to the moment at which the other's screens do.
"""

import random
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from statistics import median

from app.company.connection import Connection, open_company
from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from app.domain.issue import Issue, Note
from app.domain.ports import Origin, Touched
from app.runtime.workstation import Contact
from app.services.desk import Desk
from tests.bench.company import SMALL, BenchCompany, hire
from tests.bench.process import profiled
from tests.bench.result import Reach, Result, percentile
from tests.bench.simulated import Room
from tests.bench.wish import Wish
from tests.stations import TestCompany
from tests.workstations import Office, Worker, an_office, relayed, until

COMMITS = 400
CROWD = 30
CROWD_COMMITS = 150
FAR_COMMITS = 100
DELAY_S = 0.010  # each way: a round trip of 20 ms
PAUSE_S = (0.01, 0.04)  # between a commit and the next notification of the reference, and on
CROWD_PAUSE_S = (0.15, 0.35)  # thirty people commit some four times a second
ROOM_PROCESSES = 2
ARRIVE_S = 30.0


def bench(wish: Wish, commits: int | None = None) -> Result:
    commits = commits or wish.n or wish.size(COMMITS, 40)
    crowd = wish.size(CROWD, 6)
    with BenchCompany.open(SMALL) as company:
        firm = company.firm()
        logins = hire(firm, crowd)
        if wish.is_profiled:
            _say_stages(firm, logins[0], logins[1])
        with an_office(company.folder / "office") as office:
            ours, bare = _pair(office, firm, logins, commits)
            in_crowd, slowest = _crowd(office, firm, logins, min(commits, CROWD_COMMITS))
            far, round_trip_ms = _far(office, firm, logins, min(commits, FAR_COMMITS))
    p95, crowd_p95, far_p95 = (percentile(lags, 0.95) for lags in (ours, in_crowd, far))
    allowed = 2 * round_trip_ms + 25
    return Result(
        "live",
        commits,
        {
            "ours_p50_ms": round(median(ours), 1),
            "ours_p95_ms": round(p95, 1),
            "ours_p99_ms": round(percentile(ours, 0.99), 1),
            "bare_notify_p50_ms": round(median(bare), 2),
            "bare_notify_p95_ms": round(percentile(bare, 0.95), 2),
            "workstations": f"2 whole and {crowd - 2} that only speak the protocol",
            "crowd_commits": len(in_crowd),
            "crowd_p50_ms": round(median(in_crowd), 1),
            "crowd_p95_ms": round(crowd_p95, 1),
            "crowd_last_of_all_p50_ms": round(median(slowest), 1),
            "crowd_last_of_all_p95_ms": round(percentile(slowest, 0.95), 1),
            "far_commits": len(far),
            "far_round_trip_ms": round(round_trip_ms, 1),
            "far_p50_ms": round(median(far), 1),
            "far_p95_ms": round(far_p95, 1),
        },
        (
            Reach("p95 between two workstations", "<= 25 ms", f"{p95:.1f} ms", p95 <= 25),
            Reach(f"p95 between two of {crowd} workstations", "<= 25 ms", f"{crowd_p95:.1f} ms", crowd_p95 <= 25),
            Reach(
                "p95 behind a 20 ms proxy",
                f"<= 2 round trips + 25 = {allowed:.0f} ms",
                f"{far_p95:.1f} ms",
                far_p95 <= allowed,
            ),
        ),
    )


class Watch:
    """Keeps when the screens of two workstations heard of each note: the one who wrote it, and the other."""

    def __init__(self, writer: Worker, reader: Worker) -> None:
        self.written_at: dict[str, float] = {}
        self.read_at: dict[str, float] = {}
        self.writer, self.reader = writer, reader
        self._ends = [
            writer.workstation.hub.subscribe(lambda told: self._keep(self.written_at, told, Origin.HERE)),
            reader.workstation.hub.subscribe(lambda told: self._keep(self.read_at, told, Origin.SYNC)),
        ]
        issues = writer.look(lambda desk: desk.cache.records(Issue, "1 ORDER BY id DESC LIMIT 50"))
        self._issues = [issue.id for issue in issues]

    @staticmethod
    def _keep(kept: dict[str, float], told: Sequence[Touched], origin: Origin) -> None:
        now = time.monotonic()
        for change in told:
            if change.table == "note" and change.origin is origin:
                for row_id in change.ids:
                    kept.setdefault(row_id, now)

    def write(self) -> None:
        """Add a note, as the writer."""
        issue_id = random.choice(self._issues)

        def add(desk: Desk) -> None:
            with desk.edit() as edit:
                edit.insert(
                    Note(id=new_id(), issue_id=issue_id, at=desk.now, person_id=desk.person_id, body="Seen it.")
                )

        self.writer.workstation.write(add)

    def lags_ms(self, count: int) -> dict[str, float]:
        """Wait until all have arrived, and give each one's lag; the rows are in the reader's cache."""
        until(lambda: len(self.read_at) >= count, lambda: f"{count} notes, not {len(self.read_at)}", ARRIVE_S)
        for end in self._ends:
            end()
        there = {i for (i,) in self.reader.look(lambda desk: desk.cache.read("SELECT id FROM note"))}
        assert there >= set(self.read_at), "a screen was told of a row that is not there"
        return {row_id: (self.read_at[row_id] - at) * 1000 for row_id, at in self.written_at.items()}


class Bare:
    """The reference: two connections and NOTIFY."""

    def __init__(self, address: CompanyAddress) -> None:
        self._from, self._to = open_company(address, None), open_company(address, None)
        self._to.execute("LISTEN bench")
        self._sent_at: list[float] = []
        self._came_at: list[float] = []
        self._thread = threading.Thread(target=self._hear)
        self._thread.start()

    def _hear(self) -> None:
        for said in self._to.notifies():
            if said.payload == "end":
                return
            self._came_at.append(time.monotonic())

    def notify(self) -> None:
        """Send one."""
        self._sent_at.append(time.monotonic())
        self._from.execute("NOTIFY bench")

    def lags_ms(self) -> list[float]:
        """End, and give the lag of each."""
        self._from.execute("NOTIFY bench, 'end'")
        self._thread.join(ARRIVE_S)
        self._from.close()
        self._to.close()
        return [(came - sent) * 1000 for sent, came in zip(self._sent_at, self._came_at, strict=True)]


def _pair(office: Office, firm: TestCompany, logins: Sequence[str], commits: int) -> tuple[list[float], list[float]]:
    watch = Watch(office.at_work(firm, logins[0]), office.at_work(firm, logins[1]))
    bare = Bare(firm.address(logins[0]))
    for _ in range(commits):
        watch.write()
        time.sleep(random.uniform(*PAUSE_S))
        bare.notify()
        time.sleep(random.uniform(*PAUSE_S))
    lags = list(watch.lags_ms(commits).values())
    office.close()
    return lags, bare.lags_ms()


def _crowd(office: Office, firm: TestCompany, logins: Sequence[str], commits: int) -> tuple[list[float], list[float]]:
    """Give the lags between two whole workstations, and to the last of all, while the others pull as well."""
    watch = Watch(office.at_work(firm, logins[0]), office.at_work(firm, logins[1]))
    room = Room([firm.address(login) for login in logins[2:]], ROOM_PROCESSES)
    for _ in range(commits):
        watch.write()
        time.sleep(random.uniform(*CROWD_PAUSE_S))
    lags = watch.lags_ms(commits)
    everybody = room.end()
    assert all(set(heard.at) >= set(watch.written_at) for heard in everybody), "somebody was not told of a note"
    last = {row_id: max(heard.at[row_id] for heard in everybody) for row_id in watch.written_at}
    slowest = [max((last[row_id] - at) * 1000, lags[row_id]) for row_id, at in watch.written_at.items()]
    office.close()
    return list(lags.values()), slowest


def _far(office: Office, firm: TestCompany, logins: Sequence[str], commits: int) -> tuple[list[float], float]:
    """Give the lags when both are behind a relay that delays, and the round trip through it."""
    with ExitStack() as stack:
        workers = []
        for login in logins[:2]:
            address = firm.address(login)
            relay, through = stack.enter_context(relayed(address))
            relay.delay_s = DELAY_S
            workers.append(office.sit_down(address, through=through))
        for worker in workers:
            worker.reaches(Contact.SYNCED)
        with closing(open_company(through, None)) as connection:
            trips = [_round_trip_ms(connection) for _ in range(9)]
        watch = Watch(*workers)
        for _ in range(commits):
            watch.write()
            time.sleep(random.uniform(*CROWD_PAUSE_S))
        lags = list(watch.lags_ms(commits).values())
        office.close()
    return lags, median(trips)


def _round_trip_ms(connection: Connection) -> float:
    began = time.perf_counter()
    connection.execute("SELECT 1")
    return (time.perf_counter() - began) * 1000


def _say_stages(firm: TestCompany, writer: str, reader: str, rounds: int = 100) -> None:
    """Profile what the two sync children do for one note, one after the other in this process."""
    writing, reading = firm.station(writer), firm.station(reader)
    issue = writing.cache.records(Issue, "1 LIMIT 1")[0]
    desk = writing.desk
    notes = [
        Note(id=new_id(), issue_id=issue.id, at=desk.now, person_id=desk.person_id, body="x") for _ in range(rounds)
    ]
    with profiled(True, f"live: {rounds} times Engine.push of one note and Engine.pull of it elsewhere"):
        for note in notes:
            with desk.edit() as edit:
                edit.insert(note)
            writing.engine.push()
            reading.engine.pull()
    firm.close()
