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

from app.company.link import Link
from app.company.reading import INSTANTS_FROM_S, Part
from app.domain.entities import BY_NAME, HANGING_ON_ISSUES
from app.domain.entity import fields_of
from app.store import arrivals, bulk, fills
from app.store.cache import Cache
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
        self._seen: deque[tuple[float, int]] = deque([(time.monotonic(), plan.rows)])

    @classmethod
    def begin(
        cls, cache: Cache, link: Link, rights: str, identity: str, closed_since: datetime | None, *, is_again: bool
    ) -> Self:
        """Plan to read everything from the present on."""
        cursor = link.cursor_now()
        parts = link.parts(cache.tables, closed_since, HANGING_ON_ISSUES)
        plan = Plan(
            cursor,
            rights,
            identity,
            sorted(link.hidden_customers()),
            is_again,
            link.expected_rows(parts),
            list(parts),
            [part for part in parts if not part.is_ahead],
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
        )
        fills.note_progress(cache, plan.as_text())
        return cls(cache, link, plan)

    @classmethod
    def resume(cls, cache: Cache, link: Link, closed_since: datetime | None) -> Self | None:
        """Go on with the fill that was cut off; None when there is none, or its pages are not there any more."""
        text = arrivals.remembered(cache, "fill")
        if text is None:
            return None
        plan = Plan.of_text(text)
        files = {p.table: p.filenode for p in link.parts(cache.tables, closed_since, HANGING_ON_ISSUES)}
        if any(files.get(part.table) != part.filenode for part in plan.whole):
            return None
        return cls(cache, link, plan)

    def steps(self, on_batch: Callable[[], None]) -> Iterator[set[str]]:
        """Read part by part; gives the tables that have changed after each. `on_batch` is called while a part is read.

        Stopping between two steps loses nothing.
        """
        plan = self.plan
        while plan.left:
            part = plan.left[0]
            if self._is_first and not part.is_ahead and plan.expected - plan.rows > _WORTH_BULK:
                bulk.enter(self._cache)
            self._read(part, on_batch)
            del plan.left[0]
            fills.note_progress(self._cache, plan.as_text())
            yield {part.table}
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
        plan = self.plan
        fills.end_fill(
            self._cache,
            {
                "cursor": plan.cursor,
                "rights": plan.rights,
                "identity": plan.identity,
                "hidden": json.dumps(plan.hidden),
            },
        )

    def progress(self) -> FillProgress:
        """Say how far it is; the rate is that of the last seconds."""
        now = time.monotonic()
        self._seen.append((now, self.plan.rows))
        while len(self._seen) > 2 and now - self._seen[0][0] > _RATE_OVER_S:
            self._seen.popleft()
        since, rows = self._seen[0]
        rate = (self.plan.rows - rows) / (now - since) if now > since else 0.0
        return FillProgress(self.plan.rows, self.plan.expected, rate, is_again=self.plan.is_again)

    def _read(self, part: Part, on_batch: Callable[[], None]) -> None:
        table, is_first = part.table, self._is_first
        there = self._link.columns[table]
        names = [f.name for f in fields_of(BY_NAME[table].record) if f.name in there]
        statement = fills.statement_for(table, names, INSTANTS_FROM_S, has_key=is_first)
        id_at = names.index("id")
        key = fills.next_key(self._cache, table, is_ahead=part.is_ahead) if is_first else 0
        for batch in self._link.read_part(part, names):
            ids = [row[id_at] for row in batch]
            rows = [(key + at, *row) for at, row in enumerate(batch)] if is_first else batch
            fills.take_bulk(self._cache, table, statement, rows, ids)
            key += len(batch)
            if not part.is_ahead:
                self.plan.rows += len(batch)
            on_batch()

    @property
    def _is_first(self) -> bool:
        return not self.plan.is_again and self.plan.since is None

    def _shown(self, table: str, on_batch: Callable[[], None]) -> Iterator[Sequence[str]]:
        for part in self.plan.whole:
            if part.table == table:
                for batch in self._link.ids(part):
                    on_batch()
                    yield batch
