"""The sync child's loop: waits for news of the company and words of the parent, and never dies of the network."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection, wait

from app.domain.errors import BatonError, CompanyUnreachable, DiskFull, LoginDisabled, LoginRefused, SchemaMismatch
from app.domain.ports import Touched
from app.store import arrivals, edits
from app.store.cache import Cache
from app.sync.demands import Demands
from app.sync.engine import Engine
from app.sync.messages import (
    Contact,
    FillProgress,
    Heartbeat,
    PauseFill,
    PersonKnown,
    ResumeFill,
    Retry,
    RowsChanged,
    Stop,
    SyncJob,
    SyncState,
    Unlock,
    Wake,
)
from app.sync.road import Road, Sleep
from app.sync.telling import all_of

HEARTBEAT_S = 2.0
ANSWER_LIMIT_S = 15.0  # a call that makes no progress for so long is given up, and later when it sends much:
SLOWEST_LINE = 20_000  # bytes/s that are waited for
PING_LIMIT_S = 8.0
CONNECT_LIMIT_S = 30.0
HANGS_AFTER_S = 60.0
FILL_TOLD_EVERY_S = 0.5
UNLOCK_S = 1.0  # a password that is known comes with the start
PING_EVERY_S = 8.0
PULL_AT_LEAST_EVERY_S = 30.0
SLOW_PULL_S = 0.05
SLOW_PAUSE = 4  # times as long as the pull took
SHORTEST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 60.0
LONGEST_BACK_OFF_OF_DISK_S = 5.0  # our own trouble: nothing tells us that there is room again, and few have it at once


def run(pipe: "Connection[object, object]", job: SyncJob) -> None:
    """Sync until the parent says Stop or goes away."""
    cache = Cache(job.cache_path)
    try:
        _Child(pipe, job, cache).run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # the parent is gone; what is unsent stays in the outbox
    finally:
        cache.close()


class _Child:
    def __init__(self, pipe: "Connection[object, object]", job: SyncJob, cache: Cache) -> None:
        self._pipe = pipe
        self._cache = cache
        self._job = job
        self._said = threading.Lock()
        self._ended = threading.Event()
        self._call_began: float | None = None  # since when one call to the company has made no progress
        self._call_limit_s = ANSWER_LIMIT_S
        self._engine = Engine(cache, job, self._on_fill, self._on_progress)
        self._demands = Demands(self._engine, job.workstation_id, self._say, self._calling)
        self._road = Road(job.address)
        self._sleep = Sleep()
        self._password: str | None = None
        self._is_unlocked = job.address.uses_socket
        self._is_connected = False
        self._is_stopping = False
        self._must_push = True
        self._must_fill = False
        self._tries = 0
        self._try_at = 0.0
        self._pulled_at = 0.0
        self._fill_told_at = 0.0
        self._told_changes: set[str] = set()
        self._has_news = False
        self._next_pull_at = 0.0
        self._heard_at = 0.0  # when the company last answered
        self._last = SyncState(Contact.CONNECTING)

    def run(self) -> None:
        # A thread of its own: a week's pull over a slow line is no hanging child.
        beats = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        beats.start()
        try:
            self._run()
        finally:
            self._ended.set()
            beats.join()

    def _beat(self) -> None:
        """Tell the parent that we live, and give up a call that a dead network has swallowed."""
        said_at = 0.0
        while not self._ended.wait(HEARTBEAT_S / 4):
            began, now = self._call_began, time.monotonic()
            limit_s = self._call_limit_s + self._engine.bytes_out / SLOWEST_LINE
            if began is not None and now - began > limit_s:
                self._give_up()
            if began is not None and now - began > max(HANGS_AFTER_S, limit_s + ANSWER_LIMIT_S):
                continue  # not even that helped: let the parent put another child in our place
            if now - said_at < HEARTBEAT_S:
                continue
            said_at = now
            try:
                self._say(Heartbeat())
            except OSError:
                self._give_up()  # the parent is gone; the loop notices it where it does not wait for the company
                return

    def _give_up(self) -> None:
        """Let the loop have CompanyUnreachable where it waits for the company."""
        with suppress(CompanyUnreachable):  # it has closed the connection itself meanwhile
            self._engine.abort()

    def _say(self, message: object) -> None:
        with self._said:
            self._pipe.send(message)

    def _run(self) -> None:
        self._wait_for_password()
        while not self._is_stopping:
            self._guarded(self._once)
        if self._is_connected:
            self._guarded(self._push)
        if self._is_connected:
            self._guarded(self._demands.leave)
        self._engine.disconnect()

    def _wait_for_password(self) -> None:
        """Give whoever has the password a moment to send it before it is asked for; other words may come first."""
        until = time.monotonic() + UNLOCK_S
        while not (self._is_unlocked or self._is_stopping):
            if not self._pipe.poll(max(0.0, until - time.monotonic())):
                self._tell(Contact.LOCKED)
                return
            self._take_words()

    def _once(self) -> None:
        if self._sleep.is_over():
            self._wake_up()
        if not self._is_connected and self._is_unlocked and time.monotonic() >= self._try_at:
            self._connect()
        self._has_news |= self._listen()
        if not self._is_connected:
            self._demands.answer_nobody()
            return
        if self._must_fill:
            self._fill()
        if self._must_push:
            self._push()
        self._demands.answer()
        now = time.monotonic()
        if now - self._pulled_at > PULL_AT_LEAST_EVERY_S:
            self._pull(self._engine.heartbeat)
        elif self._has_news and now >= self._next_pull_at:
            self._has_news = False
            self._pull(self._engine.pull)
        elif now - self._heard_at > PING_EVERY_S:
            with self._calling(PING_LIMIT_S):
                self._engine.link.ping()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Run a step; Baton's errors become a state that the person sees, and a time to try again."""
        try:
            step()
        except LoginDisabled as e:
            self._is_unlocked = False
            self._engine.lock()
            self._lost(Contact.DISABLED, e)
        except LoginRefused as e:
            # Trying again with the same password could lock the person out.
            self._is_unlocked = False
            self._lost(Contact.REFUSED, e)
        except SchemaMismatch as e:
            self._lost(Contact.TOO_OLD, e)
        except BatonError as e:
            self._lost(Contact.OFFLINE, e)

    def _lost(self, contact: Contact, error: BatonError) -> None:
        self._engine.disconnect()
        self._demands.lost()
        self._is_connected = False
        self._must_push = True
        limit = LONGEST_BACK_OFF_OF_DISK_S if isinstance(error, DiskFull) else LONGEST_BACK_OFF_S
        longest = min(limit, SHORTEST_BACK_OFF_S * 2**self._tries)
        # Jitter, so that a room full of workstations does not come back in one instant.
        self._try_at = time.monotonic() + random.uniform(longest / 2, longest)  # noqa: S311  no secret hangs on it
        self._tries = min(self._tries + 1, 10)
        self._road.watch(is_shut=isinstance(error, CompanyUnreachable))
        self._tell(contact, error)

    def _wake_up(self) -> None:
        """After the machine slept: the connection may be dead without knowing, and the back-off is of another day."""
        self._tries, self._try_at = 0, 0.0
        if self._is_connected:
            with self._calling(PING_LIMIT_S):
                self._engine.link.ping()
            self._pull(self._engine.heartbeat)

    def _connect(self) -> None:
        self._tell(Contact.CONNECTING)
        with self._calling(CONNECT_LIMIT_S):
            hello, changes = self._engine.connect(self._password)
        self._is_connected, self._tries, self._pulled_at = True, 0, time.monotonic()
        self._say(PersonKnown(hello.person_id, hello.must_replace_password))
        self._report(changes)

    def _listen(self) -> bool:
        """Wait for a word or news, at most until the next duty; gives whether the company has news."""
        if self._is_connected and self._engine.link.drain_news():
            return True  # it came while something else was asked
        sources: list[object] = [self._pipe]
        news = self._engine.link.news_socket() if self._is_connected else None
        try:
            if news is not None:
                if self._must_push or self._must_fill or self._demands.wait_s == 0.0:
                    self._take_words()
                    return False
                sources.append(news)
            pause = HEARTBEAT_S
            if news is not None and (wait_s := self._demands.wait_s) is not None:
                pause = min(pause, wait_s)
            if self._has_news:
                pause = min(pause, max(0.0, self._next_pull_at - time.monotonic()))
            if not self._is_connected and self._is_unlocked:
                pause = min(pause, max(0.0, self._try_at - time.monotonic()))
                if self._road.has_opened():
                    self._try_at = 0.0
                    return False
            ready = wait(sources, pause)  # type: ignore[arg-type]
            if self._pipe in ready:
                self._take_words()
            return news in ready and self._engine.link.drain_news()
        finally:
            if news is not None:
                news.close()

    def _take_words(self) -> None:
        while not self._is_stopping and self._pipe.poll():
            match self._pipe.recv():
                case Wake():
                    self._must_push = True
                    if not self._is_connected:
                        self._tell(self._last.contact, self._last.trouble)  # there is one more unsent edit to count
                case Retry():
                    self._try_at, self._tries = 0.0, 0
                    self._must_push = True
                    self._engine.forgive()
                    # Somebody may have been let in again meanwhile; asked for by a person, one more try is no lock-out.
                    self._is_unlocked = self._job.address.uses_socket or self._password is not None
                case Unlock(password):
                    self._password, self._is_unlocked, self._try_at = password, True, 0.0
                case PauseFill():
                    self._engine.pause(is_paused=True)
                case ResumeFill():
                    self._must_fill = True
                    self._engine.pause(is_paused=False)
                case Stop():
                    self._is_stopping = True
                case wish:
                    self._demands.take(wish)

    def _fill(self) -> None:
        self._must_fill = False
        with self._calling():
            changes = self._engine.fill()
        self._pulled_at = time.monotonic()
        self._report(changes)

    def _push(self) -> None:
        self._must_push = False
        with self._calling():
            changes = self._engine.push()
            # Our own answers come as rows already; the pull moves the cursor over them.
            more = self._engine.pull() if changes else []
        if changes:
            self._report(changes + more)
        else:
            self._tell(self._contact())

    def _pull(self, pull: Callable[[], list[Touched]]) -> None:
        began = time.monotonic()
        if pull == self._engine.heartbeat:
            self._pulled_at = began
            self._must_push = self._last.unsent > 0  # nothing waits in silence
        with self._calling():
            changes = pull()
        took_s = time.monotonic() - began
        # A server that is slow to answer is asked less often; what comes meanwhile is in the next answer.
        self._next_pull_at = began + took_s * (SLOW_PAUSE if took_s > SLOW_PULL_S else 1)
        self._report(changes)

    def _contact(self) -> Contact:
        if not self._engine.is_whole:
            return Contact.PAUSED
        return Contact.SYNCED if self._engine.may_push else Contact.TOO_OLD

    @contextmanager
    def _calling(self, limit_s: float = ANSWER_LIMIT_S) -> Iterator[None]:
        self._call_limit_s = limit_s
        self._call_began = time.monotonic()
        try:
            yield
            self._heard_at = time.monotonic()
        finally:
            self._call_began = None

    def _on_progress(self) -> None:
        now = self._call_began = time.monotonic()
        if self._engine.filling is not None and now - self._fill_told_at > FILL_TOLD_EVERY_S:
            self._fill_told_at = now
            self._tell(Contact.FILLING, fill=self._engine.filling.progress())

    def _on_fill(self, progress: FillProgress, changes: list[Touched]) -> bool:
        """Between two parts of a fill: say how far it is, send what was typed meanwhile, hear whether to go on."""
        self._call_began = None
        self._told_changes.update(change.table for change in changes)
        now = time.monotonic()
        if now - self._fill_told_at > FILL_TOLD_EVERY_S:
            self._fill_told_at = now
            self._say(RowsChanged(tuple(all_of(self._told_changes))))
            self._told_changes.clear()
            self._tell(Contact.FILLING, fill=progress)
        self._take_words()
        self._call_began = time.monotonic()
        if self._must_push:
            self._must_push = False
            if sent := self._engine.push():
                self._say(RowsChanged(tuple(sent)))
        return not self._engine.is_paused and not self._is_stopping

    def _report(self, changes: list[Touched]) -> None:
        if changes:
            self._say(RowsChanged(tuple(changes)))
        self._tell(self._contact())

    def _tries_at(self) -> datetime | None:
        left_s = self._try_at - time.monotonic()
        is_trying = not self._is_connected and self._is_unlocked and left_s > 0
        return datetime.now(UTC) + timedelta(seconds=left_s) if is_trying else None

    def _tell(self, contact: Contact, trouble: BatonError | None = None, fill: FillProgress | None = None) -> None:
        unsent, oldest = edits.pending_count(self._cache)
        if contact is Contact.TOO_OLD and trouble is None:
            trouble = self._engine.why_not_push
        self._last = SyncState(
            contact,
            self._engine.as_of,
            unsent,
            oldest,
            arrivals.count_conflicts(self._cache),
            fill,
            self._engine.pulled_at,
            self._tries_at(),
            trouble,
            edits.oldest_failure(self._cache) if unsent else "",
        )
        self._say(self._last)
