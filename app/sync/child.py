"""The sync child's loop: waits for news of the company and words of the parent, and never dies of the network."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from app.domain.errors import BatonError, LoginRefused, SchemaMismatch
from app.domain.ports import Touched
from app.store import arrivals, edits
from app.store.cache import Cache
from app.sync.engine import Engine
from app.sync.messages import (
    Contact,
    FillProgress,
    Heartbeat,
    PersonKnown,
    Retry,
    RowsChanged,
    Stop,
    SyncJob,
    SyncState,
    Unlock,
    Wake,
)

HEARTBEAT_S = 2.0
CALL_LIMIT_S = 60.0
UNLOCK_S = 1.0  # a password that is known comes with the start
PULL_AT_LEAST_EVERY_S = 30.0
SHORTEST_BACK_OFF_S = 0.5
LONGEST_BACK_OFF_S = 60.0


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
        self._engine = Engine(cache, job, self._on_rows_filled)
        self._password: str | None = None
        self._is_unlocked = job.address.uses_socket
        self._is_connected = False
        self._is_stopping = False
        self._must_push = True
        self._tries = 0
        self._try_at = 0.0
        self._pulled_at = 0.0
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
        while not self._ended.wait(HEARTBEAT_S):
            began = self._call_began
            if began is not None and time.monotonic() - began > CALL_LIMIT_S:
                continue  # a connection that swallows everything: let the parent put another child in our place
            try:
                self._say(Heartbeat())
            except OSError:
                return  # the parent is gone, which the loop notices

    def _say(self, message: object) -> None:
        with self._said:
            self._pipe.send(message)

    def _run(self) -> None:
        if not self._is_unlocked and not self._pipe.poll(UNLOCK_S):
            self._tell(Contact.LOCKED)
        while not self._is_stopping:
            self._guarded(self._once)
        if self._is_connected:
            self._guarded(self._push)
        self._engine.disconnect()

    def _once(self) -> None:
        if not self._is_connected and self._is_unlocked and time.monotonic() >= self._try_at:
            self._connect()
        has_news = self._listen()
        if self._is_connected:
            if self._must_push:
                self._push()
            if has_news or time.monotonic() - self._pulled_at > PULL_AT_LEAST_EVERY_S:
                self._pull()

    def _guarded(self, step: Callable[[], None]) -> None:
        """Run a step; Baton's errors become a state that the person sees, and a time to try again."""
        try:
            step()
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
        self._is_connected = False
        self._must_push = True
        longest = min(LONGEST_BACK_OFF_S, SHORTEST_BACK_OFF_S * 2**self._tries)
        # Jitter, so that a room full of workstations does not come back in one instant.
        self._try_at = time.monotonic() + random.uniform(longest / 2, longest)  # noqa: S311  no secret hangs on it
        self._tries = min(self._tries + 1, 10)
        self._tell(contact, error)

    def _connect(self) -> None:
        self._tell(Contact.CONNECTING)
        with self._calling():
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
                if self._must_push:
                    self._take_words()
                    return False
                sources.append(news)
            pause = HEARTBEAT_S
            if not self._is_connected and self._is_unlocked:
                pause = min(pause, max(0.0, self._try_at - time.monotonic()))
            ready = wait(sources, pause)  # type: ignore[arg-type]
            if self._pipe in ready:
                self._take_words()
            return news in ready
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
                    # Somebody may have been let in again meanwhile; asked for by a person, one more try is no lock-out.
                    self._is_unlocked = self._job.address.uses_socket or self._password is not None
                case Unlock(password):
                    self._password, self._is_unlocked, self._try_at = password, True, 0.0
                case Stop():
                    self._is_stopping = True

    def _push(self) -> None:
        self._must_push = False
        with self._calling():
            changes = self._engine.push()
            # Our own answers come as rows already; the pull moves the cursor over them.
            more = self._engine.pull() if changes else []
        if changes:
            self._report(changes + more)
            self._pulled_at = time.monotonic()
        else:
            self._tell(self._contact())

    def _pull(self) -> None:
        self._pulled_at = time.monotonic()
        with self._calling():
            changes = self._engine.pull()
        self._report(changes)

    def _contact(self) -> Contact:
        return Contact.SYNCED if self._engine.may_push else Contact.TOO_OLD

    @contextmanager
    def _calling(self) -> Iterator[None]:
        self._call_began = time.monotonic()
        try:
            yield
        finally:
            self._call_began = None

    def _on_rows_filled(self, count: int) -> None:
        self._call_began = time.monotonic()
        self._say(SyncState(Contact.FILLING, fill=FillProgress(count, 0, 0.0)))

    def _report(self, changes: list[Touched]) -> None:
        if changes:
            self._say(RowsChanged(tuple(changes)))
        self._tell(self._contact())

    def _tell(self, contact: Contact, trouble: BatonError | None = None) -> None:
        unsent, oldest = edits.pending_count(self._cache)
        if contact is Contact.TOO_OLD and trouble is None:
            trouble = SchemaMismatch(
                "The company uses a newer Baton; what others do still arrives here.",
                "Install the newer version: your edits wait until then.",
            )
        self._last = SyncState(
            contact,
            self._engine.as_of,
            unsent,
            oldest,
            len(arrivals.open_conflicts(self._cache)),
            trouble=trouble,
        )
        self._say(self._last)
