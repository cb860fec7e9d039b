"""One workstation's sync: handshake, fill, pull, push. Single-threaded; used by the child and by headless verbs.

Every method may raise Baton's errors; after CompanyUnreachable call `connect` again.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from app.company.link import Hello, Link
from app.company.schema_steps import known_steps
from app.domain.errors import CompanyUnreachable
from app.domain.ports import Origin, Touched
from app.store import arrivals, edits
from app.store.cache import Cache
from app.sync.messages import SyncJob

PUSH_OPS = 500

# A table with more changed ids than this is told as "read again".
_IDS_TOLD = 1000


class Engine:
    """Moves one cache from snapshot to snapshot and its outbox to the company."""

    def __init__(self, cache: Cache, job: SyncJob, on_rows: Callable[[int], None] = lambda _n: None) -> None:
        """`on_rows` hears how many rows a fill has brought so far."""
        self._cache = cache
        self._job = job
        self._on_rows = on_rows
        self._link: Link | None = None
        self.may_push = True
        self.as_of: datetime | None = None

    @property
    def link(self) -> Link:
        """The open connection; raises CompanyUnreachable when there is none."""
        if self._link is None:
            raise CompanyUnreachable("There is no connection to the company database.", "Baton tries again by itself.")
        return self._link

    def connect(self, password: str | None) -> tuple[Hello, list[Touched]]:
        """Connect, say hello and bring the cache to the company's present; gives what changed in it."""
        self.disconnect()
        link = Link.open(self._job.address, password)
        try:
            hello = link.hello(self._job.workstation_id, self._job.workstation_name)
        except BaseException:
            link.close()
            raise
        self._link = link
        ours = known_steps()[-1].number
        # A newer company may expect of an edit what this program cannot know; reading known columns stays safe.
        self.may_push = hello.oldest_program <= ours and hello.schema_version <= ours
        with self._cache.transaction():
            arrivals.remember(self._cache, person_id=hello.person_id)
        return hello, self.refill() if self._must_refill(hello) else self.pull()

    def disconnect(self) -> None:
        """End the connection, if there is one."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def _must_refill(self, hello: Hello) -> bool:
        known = {name: arrivals.remembered(self._cache, name) for name in ("cursor", "epoch", "rights")}
        self._epoch = hello.epoch
        return known["cursor"] is None or known["epoch"] != hello.epoch or known["rights"] != hello.rights

    def refill(self) -> list[Touched]:
        """Read everything we may see into place; rows that are no longer shown go, unsent edits and conflicts stay."""
        seen: dict[str, set[str]] = {table: set() for table in self._cache.tables}
        count = 0
        for table, rows in self.link.fill(self._cache.tables):
            if not table:
                head = rows[0]
                for name, ids in seen.items():
                    arrivals.drop_unseen(self._cache, name, ids)
                words = {"cursor": head["cursor"], "rights": head["rights"], "epoch": self._epoch}
                arrivals.take_rows(self._cache, {}, words)
                self.as_of = datetime.fromisoformat(head["at"])
                break
            arrivals.take_rows(self._cache, {table: rows}, {}, is_anew=True)
            seen[table].update(row["id"] for row in rows)
            count += len(rows)
            self._on_rows(count)
        return [Touched(table, frozenset(), Origin.SYNC) for table in self._cache.tables]

    def pull(self) -> list[Touched]:
        """Bring the cache to the company's present; gives what changed."""
        cursor = arrivals.remembered(self._cache, "cursor")
        if cursor is None:
            return self.refill()
        self.link.drain_news()
        pulled = self.link.pull(cursor)
        if pulled.rights != arrivals.remembered(self._cache, "rights"):
            return self.refill()
        touched = arrivals.take_rows(self._cache, pulled.rows, {"cursor": pulled.cursor})
        self.as_of = pulled.at
        return told(touched)

    def push(self) -> list[Touched]:
        """Send the unsent edits in order until none is left; gives what changed on the screen by the answers."""
        touched: dict[str, set[str]] = {}
        while self.may_push and (ops := edits.pending(self._cache, PUSH_OPS)):
            try:
                results = self.link.push(self._job.workstation_id, [op.as_wire() for op in ops])
            except BaseException as e:
                arrivals.note_failure(self._cache, ops, str(e))
                raise
            for table, ids in arrivals.settle(self._cache, ops, results, datetime.now(UTC)).items():
                touched.setdefault(table, set()).update(ids)
        return told(touched)


def told(touched: dict[str, set[str]]) -> list[Touched]:
    """Give what changed as it is told to screens."""
    return [
        Touched(table, frozenset(ids) if len(ids) <= _IDS_TOLD else frozenset(), Origin.SYNC)
        for table, ids in touched.items()
        if ids
    ]
