"""Brings the people of a file in, and takes that back."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from app.domain.customer import Contact
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.imported_row import values_as_wire
from app.domain.ports import Origin, Touched
from app.services import imports
from app.services.contact_files.previewing import Doing, Line, Preview, preview
from app.services.desk import Desk
from app.services.imports import UndoResult
from app.services.people import need_right
from app.store import imports as notes

_ADDED = 125  # new rows in one transaction, which stays below 50 ms
_CHANGED = 25
SOURCE = "contacts file"
KIND = "contacts"


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file. `import_id` is "" when nothing was written; `lines` are those that were left out."""

    import_id: str
    added: int
    changed: int
    same: int
    left_out: tuple[Line, ...]
    is_cancelled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        return {
            "import": self.import_id,
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "left_out": [{"line": line.line, "who": line.label, "reason": line.reason} for line in self.left_out],
        }


def bring_in(
    desk: Desk,
    file: Path,
    into_customer_id: str | None = None,
    *,
    seen: str | None = None,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Brought:
    """Write what `preview` says, a batch in a transaction, as edits like any; they go to the company with the sync.

    `seen` is the digest of the file that was shown: another file is refused. Raises BadInput and Refused before
    anything is written. Takes a while with thousands: run it on a thread of its own or in a command-line process.
    """
    found = preview(desk, file, into_customer_id)
    if seen is not None and seen != found.digest:
        raise BadInput(f"{file.name} has changed since it was shown.", "Look at it once more, then bring it in.")
    if found.count(Doing.ADD):
        need_right(desk, Verb.INSERT, Contact)
    if found.count(Doing.CHANGE):
        need_right(desk, Verb.UPDATE, Contact)
    return _Bringing(desk, found, on_progress, is_cancelled).run()


def take_back(desk: Desk, import_id: str) -> UndoResult:
    """Remove whom the file added and give back what it changed, but for what somebody has worked with since.

    Raises Refused for a role that may not remove contacts.
    """
    return imports.undo(desk, import_id)


class _Bringing:
    def __init__(
        self,
        desk: Desk,
        found: Preview,
        on_progress: Callable[[int, int], None],
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._desk, self._found = desk, found
        self._on_progress, self._is_cancelled = on_progress, is_cancelled
        self._id, self._done, self._part = new_id(), 0, 0
        self._counts: Counter[Doing] = Counter()
        self._total = found.count(Doing.ADD) + found.count(Doing.CHANGE)

    def run(self) -> Brought:
        stopped = False
        for doing, size, write in ((Doing.ADD, _ADDED, self._add), (Doing.CHANGE, _CHANGED, self._change)):
            for batch in _batches([line for line in self._found.lines if line.doing is doing], size):
                if stopped or self._is_cancelled():
                    stopped = True
                    break
                write(batch)
                self._counts[doing] += len(batch)
                self._done += len(batch)
                self._on_progress(self._done, self._total)
        return Brought(
            import_id=self._id if self._done else "",
            added=self._counts[Doing.ADD],
            changed=self._counts[Doing.CHANGE],
            same=self._found.count(Doing.SAME),
            left_out=tuple(line for line in self._found.lines if line.doing is Doing.LEFT_OUT),
            is_cancelled=stopped,
        )

    def _add(self, batch: Sequence[Line]) -> None:
        me, cache = self._desk.me().id, self._desk.cache
        rows = [
            Contact(id=line.contact_id, customer_id=line.customer_id, **({"name": ""} | line.values)) for line in batch
        ]
        with cache.transaction(is_typed=True):
            notes.insert_many(cache, rows, self._desk.now, me)
            # Once the row holds something else, somebody has worked with it, and an undo leaves it.
            notes.keep_said(
                cache, {row.id: values_as_wire(Contact, line.values) for row, line in zip(rows, batch, strict=True)}
            )
            self._note(Doing.ADD, len(batch), {"contact": [row.id for row in rows]})
        self._desk.touches.touched([Touched("contact", frozenset(row.id for row in rows), Origin.HERE)])

    def _change(self, batch: Sequence[Line]) -> None:
        with self._desk.edit() as edit:
            before = {}
            for line in batch:
                present = self._desk.cache.record(Contact, line.contact_id)
                if present is None or present.deleted:
                    continue
                edit.update(present, **line.values)
                was, now = values_as_wire(Contact, line.before), values_as_wire(Contact, line.values)
                before[present.id] = {name: [was[name], now[name]] for name in now}
            self._note(Doing.CHANGE, len(batch), {})
            notes.keep_changed(self._desk.cache, self._id, self._part, "contact", before)
            self._part += 1

    def _note(self, doing: Doing, count: int, added: dict[str, list[str]]) -> None:
        counts = self._counts + Counter({doing: count})
        notes.keep_note(
            self._desk.cache,
            self._id,
            {
                "file": self._found.file,
                "source": SOURCE,
                "kind": KIND,
                "at": self._desk.now.isoformat(),
                "added": {"contact": counts[Doing.ADD]} if counts[Doing.ADD] else {},
            },
        )
        if added:
            notes.keep_added(self._desk.cache, self._id, self._part, added)
            self._part += 1


def _batches(lines: Sequence[Line], size: int) -> Iterator[list[Line]]:
    waiting = iter(lines)
    while batch := list(islice(waiting, size)):
        yield batch
