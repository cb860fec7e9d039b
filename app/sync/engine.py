"""One workstation's sync: handshake, fill, pull, push, archive. Single-threaded; used by the child and headless verbs.

Every method may raise Baton's errors; after CompanyUnreachable call `connect` again.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.company.link import MOST_PULLED, PULLED_AT_ONCE, Hello, Link, Pulled
from app.company.schema_steps import known_steps
from app.domain.entities import HANGING_ON_ISSUES
from app.domain.errors import BatonError, CompanyBusy, CompanyUnreachable, LoginRefused, Refused, SchemaMismatch
from app.domain.ports import Origin, Touched
from app.store import answers, arrivals, bulk, edits, held
from app.store.cache import Cache
from app.store.edits import Op
from app.sync import archive
from app.sync.batches import PUSH_OPS, in_sets, next_push, size_of
from app.sync.fill import Fill, Plan, let_go_of_hidden
from app.sync.messages import ArchivedIssue, FillProgress, SyncJob

PUSH_BYTES = 1_000_000
SMALLEST_PUSH_BYTES = 16_000
SENT_KEPT = timedelta(days=14)  # as long, what the company has taken can be offered to it again

# A table with more changed ids than this is told as "read again".
_IDS_TOLD = 1000

_BUSY_TRIES = 5


def utc_now() -> datetime:
    """Give the time of this workstation's clock."""
    return datetime.now(UTC)


class Engine:
    """Moves one cache from snapshot to snapshot and its outbox to the company."""

    def __init__(
        self,
        cache: Cache,
        job: SyncJob,
        on_fill: Callable[[FillProgress, list[Touched]], bool] = lambda _progress, _changes: True,
        on_progress: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`on_fill` hears after each part of a fill how far it is and what has come, and says whether to go on.

        `on_progress` is called while a long call moves.
        """
        self._cache, self._job = cache, job
        self._on_fill, self._on_progress, self._clock = on_fill, on_progress, clock
        self._link: Link | None = None
        self._refused: set[str] = set()  # rows with an edit on which the company only fails, on this connection
        self._reported: str | None = None
        # What a line that broke in the middle is given at once: less, until it carries that. Not of one connection.
        self._push_bytes, self._pull_rows = PUSH_BYTES, PULLED_AT_ONCE
        self.bytes_out = 0  # how much is on its way to the company in the present call; read by the child's watchdog
        self.filling: Fill | None = None
        self.why_not_push: SchemaMismatch | None = None
        self._common = 0  # the last schema step that this program and the company both know
        self._company_at: datetime | None = None  # the company's clock: one for all workstations
        self.as_of: datetime | None = None
        self.pulled_at: datetime | None = None

    @property
    def link(self) -> Link:
        """The open connection; raises CompanyUnreachable when there is none."""
        if self._link is None:
            raise CompanyUnreachable("There is no connection to the company database.", "Baton tries again by itself.")
        return self._link

    @property
    def may_push(self) -> bool:
        """Whether the company takes edits from this program."""
        return self.why_not_push is None

    @property
    def is_whole(self) -> bool:
        """Whether everything has been read once; False while a fill is stopped."""
        return arrivals.remembered(self._cache, "fill") is None and self._cursor is not None

    @property
    def is_paused(self) -> bool:
        """Whether a person stopped the fill: no connection goes on with it, also after a restart."""
        return arrivals.remembered(self._cache, "paused") == "1"

    def pause(self, *, is_paused: bool) -> None:
        """Remember that a person stopped the fill, or has it go on."""
        self._remember(paused="1" if is_paused and not self.is_whole else "")

    @property
    def _cursor(self) -> str | None:
        return arrivals.remembered(self._cache, "cursor")

    @property
    def _knows_more(self) -> bool:
        """Whether one of both was upgraded since everything was read: no pull brings what was left out till then."""
        return self._common > int(arrivals.remembered(self._cache, "common") or 0)

    @property
    def _now(self) -> datetime:
        """The company's time: a workstation whose clock is wrong must not let go of everything."""
        return self._company_at or self._clock()

    @property
    def _closed_since(self) -> datetime | None:
        if not self._job.keep_closed_days:
            return None
        return self._now - timedelta(days=self._job.keep_closed_days)

    # Coming and going

    def connect(self, password: str | None) -> tuple[Hello, list[Touched]]:
        """Connect, say hello and bring the cache to the company's present; gives what changed in it."""
        self.disconnect()
        link = Link.open(self._job.address, password)
        self._link = link
        try:
            reports = int(arrivals.remembered(self._cache, "reports") or 0)
            hello = link.hello(self._job.workstation_id, self._job.workstation_name, known_steps()[-1].number, reports)
        except BaseException:
            self.disconnect()
            raise
        self._company_at = hello.at
        self._look_at_versions(hello.schema_version, hello.oldest_program)
        went_back = {"went_back": "1"} if hello.forgotten else {}
        self._remember(person_id=hello.person_id, reports=str(hello.reports), locked="", **went_back)
        return hello, self._come_up(hello)

    def abort(self) -> None:
        """Let whatever waits for the company fail with CompanyUnreachable; from any thread."""
        if (link := self._link) is not None:
            link.abort()

    def disconnect(self) -> None:
        """End the connection, if there is one, and leave the cache as look-ups want it."""
        self._refused.clear()
        self._reported = None
        if self._link is not None:
            self._link.close()
            self._link = None
        bulk.leave(self._cache, self._on_progress)

    def lock(self) -> None:
        """Remember that the company has taken this login away, also over a restart."""
        self._remember(locked="1")

    def _come_up(self, hello: Hello) -> list[Touched]:
        if self._has_gone_back(hello.identity):
            return self._went_back()
        # Where everything is here, the pull itself finds out what this person may see now.
        return self.pull() if self.is_whole or self.is_paused else self.fill()

    def _has_gone_back(self, identity: str) -> bool:
        """Say whether the company's history is another one than the cache's, and than that of a fill under way."""
        if arrivals.remembered(self._cache, "went_back"):
            return True
        known, plan = (arrivals.remembered(self._cache, name) for name in ("identity", "fill"))
        return known not in {None, identity} and (plan is None or Plan.of_text(plan).identity != identity)

    def _look_at_versions(self, company: int, oldest_program: int) -> None:
        ours = known_steps()[-1].number
        self._common = min(ours, company)
        # A newer company may expect of an edit what this program cannot know, and an older one may not know what it
        # says; reading the columns that both know stays safe.
        self.why_not_push = None
        if company < ours:
            self.why_not_push = SchemaMismatch(
                f"The company database is older than this Baton (version {company} of {ours}); your edits wait.",
                "Ask whoever runs the server to run `main.py company upgrade`.",
            )
        elif company > ours or oldest_program > ours:
            self.why_not_push = SchemaMismatch(
                "The company uses a newer Baton; what others do still arrives here.",
                "Install the newer version: your edits wait until then.",
            )

    def _remember(self, **words: str) -> None:
        with self._cache.transaction():
            arrivals.remember(self._cache, **words)

    # Everything

    def refill(self) -> list[Touched]:
        """Read everything into place; rows that are no longer shown go, unsent edits and conflicts stay."""
        return self.fill(anew=True)

    def fill(self, *, anew: bool = False) -> list[Touched]:
        """Read everything, or go on where that was stopped; gives what changed.

        When `on_fill` stops it, what came stays and `is_whole` is False until this is called again.
        """
        closed_since = self._closed_since
        work = None if anew or self._knows_more else Fill.resume(self._cache, self.link, closed_since)
        if work is None:
            # Before it begins: an upgrade in its middle is found out by the pull at its end.
            self._remember(common=str(self._common))
            is_again = self._cursor is not None or arrivals.remembered(self._cache, "fill") is not None
            work = Fill.begin(self._cache, self.link, closed_since, is_again=is_again)
            self._remember(went_back="")
        return self._work_off(work)

    def _work_off(self, work: Fill) -> list[Touched]:
        self.filling = work
        try:
            changes = self._read_parts(work)
            work.rest(self._on_progress)
        finally:
            self.filling = None
        if work.has_moved:
            return self.refill()
        if not work.is_done:
            return changes
        if work.plan.since is None:
            archive.fetch_held(self._cache, self.link, self._on_progress)
        else:
            archive.tidy(self._cache, self.link, work.plan.back, self._closed_since)
        work.end()
        return [Touched(table, frozenset(), Origin.SYNC) for table in self._cache.tables] + self.pull()

    def _read_parts(self, work: Fill) -> list[Touched]:
        self._report(work.plan.since or work.plan.cursor)
        for tables in work.steps(self._on_progress):
            changes = [Touched(table, frozenset(), Origin.SYNC) for table in tables]
            if not self._on_fill(work.progress(), changes):
                return changes
        # Once more after the last part: what moved before it was read was missed.
        work.is_done = work.is_whole_still(self.link.state())
        return []

    def _went_back(self) -> list[Touched]:
        """Offer again what the company has lost, and read everything anew: its history is another one."""
        ops = answers.sent_since(self._cache, self._now - SENT_KEPT)
        lost = self.link.unknown_ops([op.op for op in ops])
        answers.offer_again(self._cache, [op for op in ops if op.op in lost])
        return self.refill()

    # The present

    def pull(self) -> list[Touched]:
        """Bring the cache to the company's present; gives what changed.

        While a fill is stopped only what may not be seen any more goes.
        """
        cursor = self._cursor
        if not self.is_whole or cursor is None:
            return told(let_go_of_hidden(self._cache, self.link))
        self.link.drain_news()
        try:
            pulled = self.link.pull(cursor, self._on_progress, self._pull_rows)
        except CompanyUnreachable:
            self._pull_rows //= 4
            raise
        self._pull_rows = min(PULLED_AT_ONCE, max(1, self._pull_rows * 2))
        self._company_at = pulled.at
        self._look_at_versions(pulled.schema_version, pulled.oldest_program)
        if not pulled.is_known or pulled.identity != arrivals.remembered(self._cache, "identity"):
            return self._went_back()
        kept_since = arrivals.remembered(self._cache, "kept_since")
        if self._knows_more or archive.wants_older(kept_since, self._closed_since):
            return self.refill()
        if pulled.changed > MOST_PULLED:
            arrivals.take_rows(self._cache, {}, {}, moved_away=pulled.moved_away)
            return self._work_off(Fill.catch_up(self._cache, self.link, cursor))
        if pulled.rights != arrivals.remembered(self._cache, "rights"):
            return self._pull_with_rights(cursor)
        touched = self._take(pulled)
        self.as_of, self.pulled_at = pulled.at, self._clock()
        return told(touched)

    def _take(self, pulled: Pulled) -> dict[str, set[str]]:
        if not pulled.rows and not pulled.moved_away:
            self._remember(cursor=pulled.cursor)
            return {}
        closed_since = self._closed_since
        back = archive.came_back(self._cache, pulled.rows.get("issue", ()), closed_since)
        # These first: a cut after the cursor has moved would leave them as they are for ever.
        came = archive.fetch(self._cache, self.link, back)
        touched = arrivals.take_rows(
            self._cache,
            pulled.rows,
            {"cursor": pulled.cursor},
            moved_away=pulled.moved_away,
            closed_since=closed_since,
        )
        return _joined(touched, came)

    def _pull_with_rights(self, cursor: str) -> list[Touched]:
        known = arrivals.remembered(self._cache, "hidden")
        hidden = frozenset(json.loads(known)) if known else frozenset()
        pulled, now_hidden, gained = self.link.pull_with_rights(cursor, hidden, self._cache.tables, self._on_progress)
        if not pulled.is_known or pulled.changed > MOST_PULLED:
            return self.refill()
        words = {"cursor": pulled.cursor, "rights": pulled.rights, "hidden": json.dumps(sorted(now_hidden))}
        rows = {
            # Both are of one snapshot, so a row that is in both is the same in both.
            table: [*pulled.rows.get(table, ()), *gained.get(table, ())]
            for table in (*pulled.rows, *(t for t in gained if t not in pulled.rows))
        }
        gains, closed_since = hidden - now_hidden, self._closed_since
        back = archive.came_back(self._cache, pulled.rows.get("issue", ()), closed_since, gains)
        came = archive.fetch(self._cache, self.link, back)
        # All that is hidden, not only what was not: a fill may have met a customer in between.
        touched = arrivals.take_rows(
            self._cache,
            rows,
            words,
            lost=now_hidden,
            gained=gains,
            moved_away=pulled.moved_away,
            closed_since=closed_since,
        )
        self.as_of, self.pulled_at = pulled.at, self._clock()
        return told(_joined(touched, came))

    def heartbeat(self) -> list[Touched]:
        """Pull, say that we are here, and once a day let go of what has become old.

        Edits on which the company failed are tried again with the next push.
        """
        self._refused.clear()
        changes = self.pull()
        cursor = self._cursor
        if cursor is not None and self.is_whole:
            self._report(cursor)
            changes += self._let_go()
        return changes

    def _report(self, cursor: str) -> None:
        if cursor != self._reported:
            self._remember(reports=str(self.link.report(self._job.workstation_id, cursor)))
            self._reported = cursor

    def _let_go(self) -> list[Touched]:
        today = self._now.date().isoformat()
        if arrivals.remembered(self._cache, "let_go") == today:
            return []
        answers.forget_sent(self._cache, self._now - SENT_KEPT)
        closed_since, gone = self._closed_since, 0
        if closed_since is not None:
            self._remember(kept_since=closed_since.isoformat())  # first: half of it may be gone after a cut
            gone = held.leave_to_archive(self._cache, closed_since)
        self._remember(let_go=today)
        return [Touched(t, frozenset(), Origin.SYNC) for t in ("issue", *HANGING_ON_ISSUES)] if gone else []

    # The outbox

    def forgive(self) -> None:
        """Try the edits on which the company only failed again with the next push."""
        self._refused.clear()

    def push(self) -> list[Touched]:
        """Send the unsent edits until none is left that can be sent; gives what changed on the screen by the answers.

        An edit that the company fails on, rather than answers, is left behind with those of the same row.
        """
        touched: dict[str, set[str]] = {}
        most, busy = PUSH_OPS, 0
        while self.may_push and (sets := in_sets(next_push(self._cache, self._refused, most, self._push_bytes))):
            ops = [op for one_set in sets for op in one_set]
            wire = [{**op.as_wire(), "set": at} for at, one_set in enumerate(sets) for op in one_set]
            try:
                results = self._send(ops, wire)
            except (CompanyUnreachable, SchemaMismatch, LoginRefused) as e:
                answers.note_failure(self._cache, ops, str(e))
                raise
            except CompanyBusy as e:
                busy += 1
                if busy > _BUSY_TRIES:
                    answers.note_failure(self._cache, ops, str(e))
                    raise
                self._on_progress()
                continue
            except BatonError as e:
                self._on_progress()
                if len(ops) > 1 and not isinstance(e, Refused):  # that is meant for all of them
                    most = max(1, len(ops) // 2)  # find the one that is the trouble
                    continue
                answers.note_failure(self._cache, ops, str(e))
                self._refused.update(op.row_id for op in ops)
                most = PUSH_OPS
                continue
            for table, ids in answers.settle(self._cache, ops, results, self._clock()).items():
                touched.setdefault(table, set()).update(ids)
            most = min(PUSH_OPS, most * 2)
            self._on_progress()
        return told(touched)

    def _send(self, ops: list[Op], wire: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Hand edits to the network; gives the company's answers."""
        sent_at = self._clock()
        edits.mark_sent(self._cache, ops, sent_at)
        self.bytes_out = size = sum(size_of(op) for op in ops)
        try:
            results = self.link.push(self._job.workstation_id, wire)
        except CompanyUnreachable:  # who knows how far they came
            self._push_bytes = max(SMALLEST_PUSH_BYTES, min(size, self._push_bytes) // 2)
            raise
        except BatonError:
            answers.note_undone(self._cache, ops, sent_at)
            raise
        finally:
            self.bytes_out = 0
        self._push_bytes = min(PUSH_BYTES, self._push_bytes * 2)
        return results

    # The archive

    def look_in_archive(self, words: str) -> tuple[ArchivedIssue, ...]:
        """Give issues that were closed too long ago to be kept here, newest first."""
        return archive.look(self.link, words, self._closed_since or self._now)

    def fetch_issue(self, issue_id: str) -> list[Touched]:
        """Bring an issue from the archive, with what hangs on it; it stays."""
        touched = archive.fetch(self._cache, self.link, [issue_id])
        with self._cache.transaction():
            held.hold(self._cache, [issue_id], self._clock())
        return told(touched)


def told(touched: dict[str, set[str]]) -> list[Touched]:
    """Give what changed as it is told to screens."""
    return [
        Touched(table, frozenset(ids) if len(ids) <= _IDS_TOLD else frozenset(), Origin.SYNC)
        for table, ids in touched.items()
        if ids
    ]


def _joined(one: dict[str, set[str]], other: dict[str, set[str]]) -> dict[str, set[str]]:
    for table, ids in other.items():
        one.setdefault(table, set()).update(ids)
    return one
