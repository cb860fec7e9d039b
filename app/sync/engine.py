"""One workstation's sync: handshake, fill, pull, push, archive. Single-threaded; used by the child and headless verbs.

Every method may raise Baton's errors; after CompanyUnreachable call `connect` again.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.company import on_demand
from app.company.link import MOST_PULLED, PULLED_AT_ONCE, Hello, Link, Pulled
from app.company.schema_steps import known_steps
from app.domain.entities import HANGING_ON_ISSUES, WITH_CONTENT
from app.domain.errors import CompanyUnreachable, SchemaMismatch
from app.domain.ports import Touched
from app.store import answers, arrivals, bulk, held
from app.store.cache import Cache
from app.sync import archive, history, telling
from app.sync.contents import Contents
from app.sync.fill import Fill, Plan, let_go_of_hidden
from app.sync.messages import ArchivedIssue, FillProgress, SyncJob
from app.sync.outgoing import Outgoing
from app.sync.telling import all_of, told

SENT_KEPT = timedelta(days=14)  # as long, what the company has taken can be offered to it again


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
        self._outgoing = Outgoing(cache, job.workstation_id, clock, on_progress)
        self._reported: str | None = None
        self._pull_rows = PULLED_AT_ONCE  # in one round trip; less after a line broke in the middle
        self.contents = Contents(cache)
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
    def may_ask(self) -> bool:
        """Whether the company knows presence, histories and contents."""
        return self._common >= on_demand.FIRST_STEP

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
        self.forgive()
        self.contents.forget_line()
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
        history.forget_unseen(self._cache)
        return all_of(self._cache.tables) + self.pull()

    def _read_parts(self, work: Fill) -> list[Touched]:
        self._report(work.plan.since or work.plan.cursor)
        for tables in work.steps(self._on_progress):
            changes = all_of(tables)
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
        self.contents.forget_brought()
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
        telling.add(touched, came)
        if pulled.moved_away:
            history.forget_unseen(self._cache)
        return touched

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
        history.forget_unseen(self._cache)
        self.as_of, self.pulled_at = pulled.at, self._clock()
        telling.add(touched, came)
        return told(touched)

    def heartbeat(self) -> list[Touched]:
        """Pull, say that we are here, and once a day let go of what has become old.

        Edits on which the company failed are tried again with the next push.
        """
        self.forgive()
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
        history.forget_unseen(self._cache, at_leisure=True)
        closed_since, gone = self._closed_since, 0
        if closed_since is not None:
            self._remember(kept_since=closed_since.isoformat())  # first: half of it may be gone after a cut
            gone = held.leave_to_archive(self._cache, closed_since)
        self._remember(let_go=today)
        return all_of(("issue", *HANGING_ON_ISSUES)) if gone else []

    # The outbox

    @property
    def bytes_out(self) -> int:
        """How much is on its way to the company in the present call; from any thread."""
        return self._outgoing.bytes_out + self.contents.bytes_out

    def forgive(self) -> None:
        """Try the edits on which the company only failed again with the next push, and the files."""
        self._outgoing.forgive()
        self.contents.forgive()

    def push(self) -> list[Touched]:
        """Send the unsent edits until none is left that can be sent; gives what the answers changed."""
        touched = self._outgoing.push(self.link) if self.may_push else {}
        if any(touched.get(table) for table in WITH_CONTENT):
            self.contents.look()
        return told(touched)

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

    # What is asked for on demand

    def carry(self) -> None:
        """Carry a little of a content, up or down; to be called while `contents.has_work`."""
        self.contents.step(self.link, arrivals.remembered(self._cache, "person_id") or "")

    def fetch_history(self, table: str, row_id: str) -> None:
        """Bring who changed a row, and for an issue what hangs on it; it is kept to be read off line."""
        history.fetch(self._cache, self.link, table, row_id, self._now)
