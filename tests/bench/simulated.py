"""Workstations without a cache: they speak the real protocol as real people, and forget the rows they pull."""

import multiprocessing
import select
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from app.company.link import Link, Pulled
from app.domain.company import CompanyAddress
from app.domain.entity import new_id
from tests.bench.process import Apart

READY_S = 120.0


class Simulated:
    """One connection of one person: hello, LISTEN, push and pull. One thread uses it."""

    def __init__(self, address: CompanyAddress) -> None:
        self.workstation_id = new_id()
        self._link = Link.open(address, None)
        self.person_id = self._link.hello(self.workstation_id, f"{address.login}'s desk").person_id
        self._cursor = self._link.cursor_now()
        self._news = self._link.news_socket()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self._news.close()
        self._link.close()

    def has_news(self, timeout_s: float) -> bool:
        """Wait for the company to say something; gives whether it has."""
        if self._link.drain_news():
            return True
        with suppress(InterruptedError):
            return bool(select.select([self._news], [], [], max(0.0, timeout_s))[0])
        return False

    def pull(self) -> Pulled:
        """Give what changed since the last pull."""
        self._link.drain_news()
        pulled = self._link.pull(self._cursor)
        self._cursor = pulled.cursor
        return pulled

    def push(self, ops: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Send edits and give the answers."""
        return self._link.push(self.workstation_id, ops)

    def note(self, issue_id: str, body: str) -> dict[str, Any]:
        """Give the edit that adds a note."""
        fields = {
            "issue_id": issue_id,
            "customer_id": None,
            "kind": "text",
            "at": "2026-01-05T09:00:00+00:00",
            "person_id": self.person_id,
            "body": body,
            "device_id": None,
            "command": "",
        }
        return {"op": new_id(), "tbl": "note", "id": new_id(), "verb": "insert", "fields": fields}


@dataclass
class Heard:
    """What one simulated workstation was told: when (time.monotonic, one clock for the machine) it had which note."""

    at: dict[str, float] = field(default_factory=dict)
    twice: int = 0

    def take(self, pulled: Pulled) -> None:
        """Keep the time at which these notes are here."""
        now = time.monotonic()
        for row in pulled.rows.get("note", ()):
            if self.at.setdefault(row["id"], now) != now:
                self.twice += 1


class Room:
    """Processes with simulated workstations, a thread each, that listen from the start until `end`."""

    def __init__(self, addresses: Sequence[CompanyAddress], processes: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._over = context.Event()
        ready = context.Barrier(processes + 1)
        shares = [addresses[n::processes] for n in range(processes)]
        self._apart = [Apart(_listen, share, ready, self._over) for share in shares if share]
        ready.wait(READY_S)

    def end(self) -> list[Heard]:
        """Let everybody pull once more, end, and give what each has heard."""
        self._over.set()
        return [heard for apart in self._apart for heard in apart.result()]


def _listen(addresses: Sequence[CompanyAddress], ready: Any, over: Any) -> list[Heard]:
    heard = [Heard() for _ in addresses]
    here = threading.Barrier(len(addresses) + 1)

    def one(address: CompanyAddress, mine: Heard) -> None:
        with Simulated(address) as simulated:
            here.wait(READY_S)
            while not over.is_set():
                if simulated.has_news(0.5):
                    mine.take(simulated.pull())
            mine.take(simulated.pull())

    in_threads([lambda a=a, h=h: one(a, h) for a, h in zip(addresses, heard, strict=True)], here, ready)  # type: ignore[misc]
    return heard


def in_threads(jobs: Sequence[Callable[[], None]], here: threading.Barrier, ready: Any) -> None:
    """Run each job in a thread of its own and say when all are ready. Raises what the first of them raised."""
    troubles: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as e:  # noqa: BLE001  raised again below
            troubles.append(e)
            here.abort()

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        here.wait(READY_S)
        ready.wait(READY_S)
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
