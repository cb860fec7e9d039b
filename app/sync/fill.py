"""Reads everything that we may see, part by part, so that it can be stopped, cut off and gone on with.

The cursor is taken first. Parts are read later and each as of its own instant, so what changes meanwhile may be here
already or not; the pull from that cursor, at the end, brings it all to one snapshot. Until then the fill counts as
unfinished: its plan stands among the words that the cache remembers, written with every part.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Self

from app.company.link import Link, State
from app.company.reading import INSTANTS_FROM_S, Part
from app.domain.entities import BY_NAME, HANGING_ON_ISSUES
from app.domain.entity import fields_of
from app.store import arrivals, bulk, fills
from app.store.cache import Cache
from app.sync import archive
from app.sync.messages import FillProgress

_RATE_OVER_S = 5.0
_WORTH_BULK = 20_000  # rows that are left


@dataclass(slots=True)
class Plan:
    """What is left of a fill. `is_again`: there was something here before, which has to be swept at the end."""

    cursor: str
    rights: str
    identity: str
    hidden: list[str]
    is_again: bool
    expected: int
    left: list[Part]
    whole: list[Part]
    since: str | None = None  # where only what changed since this cursor is read
    rows: int = 0
    swept: list[str] = field(default_factory=list)
    is_mixed: bool = False  # what we may see has changed meanwhile; `hidden` is all that was hidden at any time
    kept_since: str | None = None  # what was closed before is left out
    back: list[str] = field(default_factory=list)  # issues that may come back from the archive

    @property
    def words(self) -> dict[str, str]:
        """What the cache remembers when all of it is read."""
        # With no rights the next pull compares all that was hidden with what is: what is shown again was not read.
        rights = "" if self.is_mixed else self.rights
        words = {"cursor": self.cursor, "rights": rights, "identity": self.identity, "hidden": json.dumps(self.hidden)}
        return words if self.kept_since is None else words | {"kept_since": self.kept_since}

    def as_text(self) -> str:
        """Give it for the cache."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Give it back."""
        known = json.loads(text)
        for name in ("left", "whole"):
            known[name] = [Part(**part) for part in known[name]]
        return cls(**known)


class Fill:
    """One fill at work."""

    def __init__(self, cache: Cache, link: Link, plan: Plan) -> None:
        self._cache, self._link, self.plan = cache, link, plan
        self.is_done = False  # all parts are read and all tables swept
        self.has_moved = False  # rows stand on other pages than when this was planned: to be begun anew
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), plan.rows)])

    @classmethod
    def begin(cls, cache: Cache, link: Link, closed_since: datetime | None, *, is_again: bool) -> Self:
        """Plan to read everything from the present on."""
        cursor = link.cursor_now()
        with link.one_snapshot() as state:
            hidden = sorted(link.hidden_customers())
        parts = link.parts(cache.tables, closed_since, HANGING_ON_ISSUES)
        plan = Plan(
            cursor,
            state.rights,
            state.identity,
            hidden,
            is_again,
            link.expected_rows(parts),
            list(parts),
            [part for part in parts if not part.is_ahead],
            kept_since=closed_since.isoformat() if closed_since else "",
        )
        fills.note_progress(cache, plan.as_text())
        return cls(cache, link, plan)

    @classmethod
    def catch_up(cls, cache: Cache, link: Link, since: str) -> Self:
        """Plan to read what has changed since a cursor, where that is too much for one pull."""
        cursor = link.cursor_now()
        parts = link.parts_changed(cache.tables, since)
        words = {name: arrivals.remembered(cache, name) or "" for name in ("rights", "identity", "hidden")}
        hidden = json.loads(words["hidden"] or "[]")
        expected = link.expected_rows(parts)
        plan = Plan(
            cursor,
            words["rights"],
            words["identity"],
            hidden,
            False,
            expected,
            list(parts),
            parts,
            since,
            is_mixed=not words["rights"],
        )
        fills.note_progress(cache, plan.as_text())
        return cls(cache, link, plan)

    @classmethod
    def resume(cls, cache: Cache, link: Link, closed_since: datetime | None) -> Self | None:
        """Go on with the fill that was cut off; None when there is none, or it would not bring what is wanted now."""
        text = arrivals.remembered(cache, "fill")
        if text is None:
            return None
        work = cls(cache, link, Plan.of_text(text))
        state = link.state()
        work.is_whole_still(state)
        too_little = archive.wants_older(work.plan.kept_since, closed_since)
        return None if work.has_moved or too_little or work.plan.identity != state.identity else work

    def is_whole_still(self, state: State) -> bool:
        """Say whether every row is still on the pages on which it was looked for, or will be."""
        plan = self.plan
        if plan.since is None and any(state.files.get(part.table) != part.filenode for part in plan.whole):
            self.has_moved = True
        return not self.has_moved

    def look_at_rights(self, state: State) -> dict[str, set[str]]:
        """Let go of what may not be seen any more; gives the ids that went, by table.

        To be called as of the snapshot of `state`. What can be seen again later is read at the end.
        """
        plan = self.plan
        if state.rights == plan.rights:
            return {}
        now_hidden = self._link.hidden_customers()
        plan.rights, plan.is_mixed = state.rights, True
        plan.hidden = sorted({*plan.hidden, *now_hidden})
        return arrivals.take_rows(self._cache, {}, {"fill": plan.as_text()}, lost=now_hidden)

    def steps(self, on_batch: Callable[[], None]) -> Iterator[set[str]]:
        """Read part by part; gives the tables that have changed after each. `on_batch` is called while a part is read.

        Stopping between two steps loses nothing.
        """
        plan = self.plan
        while plan.left:
            part = plan.left[0]
            if self._is_first and not part.is_ahead and plan.expected - plan.rows > _WORTH_BULK:
                bulk.enter(self._cache)
            gone = self._read(part, on_batch)
            if gone is None:
                return
            del plan.left[0]
            fills.note_progress(self._cache, plan.as_text())
            yield {part.table, *gone}
        if plan.is_again:
            for table in dict.fromkeys(part.table for part in plan.whole):
                if table not in plan.swept:
                    fills.sweep(self._cache, table, self._shown(table, on_batch))
                    plan.swept.append(table)
                    fills.note_progress(self._cache, plan.as_text())
                    yield {table}

    def rest(self, on_step: Callable[[], None]) -> None:
        """Leave the cache as look-ups want it, whole or not."""
        bulk.leave(self._cache, on_step)

    def end(self) -> None:
        """Let the fill count: from here on pulls go on from its cursor."""
        fills.end_fill(self._cache, self.plan.words)

    def progress(self) -> FillProgress:
        """Say how far it is; the rate is that of the last seconds."""
        now = time.monotonic()
        self._seen.append((now, self.plan.rows))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER_S:
            self._seen.popleft()
        since, rows = self._seen[0]
        rate = (self.plan.rows - rows) / (now - since) if now > since else 0.0
        return FillProgress(self.plan.rows, self.plan.expected, rate, is_again=self.plan.is_again)

    def _read(self, part: Part, on_batch: Callable[[], None]) -> set[str] | None:
        """Read a part as of one snapshot, and what we may see as of the same.

        Gives the tables of what may not be seen any more and went; None, unread, when rows have moved.
        """
        with self._link.one_snapshot() as state:
            if not self.is_whole_still(state):
                return None
            gone = self.look_at_rights(state)
            self._take(part, on_batch)
        return set(gone)

    def _take(self, part: Part, on_batch: Callable[[], None]) -> None:
        table, is_first = part.table, self._is_first
        there = self._link.columns[table]
        names = [f.name for f in fields_of(BY_NAME[table].record) if f.name in there]
        statement = fills.statement_for(table, names, INSTANTS_FROM_S, has_key=is_first)
        id_at = names.index("id")
        key = fills.next_key(self._cache, table, is_ahead=part.is_ahead) if is_first else 0
        for batch in self._link.read_part(part, names):
            ids = [row[id_at] for row in batch]
            rows = [(key + at, *row) for at, row in enumerate(batch)] if is_first else batch
            if table == "issue" and self.plan.since is not None:
                self._note_back(ids)
            fills.take_bulk(self._cache, table, statement, rows, ids)
            key += len(batch)
            if not part.is_ahead:
                self.plan.rows += len(batch)
            on_batch()

    @property
    def _is_first(self) -> bool:
        return not self.plan.is_again and self.plan.since is None

    def _note_back(self, ids: Sequence[str]) -> None:
        """Remember, before they come, which issues were not here: a cut must not make them look as if they were."""
        here = arrivals.revs(self._cache, "issue", ids)
        self.plan.back += [i for i in ids if i not in here]
        fills.note_progress(self._cache, self.plan.as_text())

    def _shown(self, table: str, on_batch: Callable[[], None]) -> Iterator[Sequence[str]]:
        for part in self.plan.whole:
            if part.table == table:
                with self._link.one_snapshot() as state:
                    self.look_at_rights(state)
                    for batch in self._link.ids(part):
                        on_batch()
                        yield batch


def let_go_of_hidden(cache: Cache, link: Link) -> dict[str, set[str]]:
    """While a fill is stopped, let go of what may not be seen any more; gives the ids that went, by table."""
    text = arrivals.remembered(cache, "fill")
    if text is None:
        return {}
    with link.one_snapshot() as state:
        return Fill(cache, link, Plan.of_text(text)).look_at_rights(state)
