"""One import from the first byte to the result."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.import_map import ImportMap, MapKind
from app.services.desk import Desk
from app.services.imports.checking import Check, need_rights, our_people
from app.services.imports.mapping import Mapper, SourceRow
from app.services.imports.reading import Record, SourceFile
from app.services.imports.rejects import BadRow, Rejects
from app.services.imports.said import Ambiguous, Said, Unmapped
from app.services.imports.writing import Piece, Writer, batches

BATCH = 125  # records in one transaction, which stays below 50 ms


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. A history is read twice: `done_bytes` and `total_bytes` count both readings."""

    rows: int
    done_bytes: int
    total_bytes: int
    rows_per_s: float


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did. Counts are of customers, contacts, issues and events; `rows` and `rejected` count records.

    `reasons` are the first of the bad rows, all of which stand in `rejected_file`; `trouble` tells when that is not
    beside the input, or could not be written. `unmapped` and `ambiguous` as in a preview; a history is read twice, but
    each of its cells is counted once.
    """

    import_id: str
    rows: int
    inserted: int
    updated: int
    unchanged: int
    rejected: int
    rejected_file: Path | None
    ms: int
    is_cancelled: bool = False
    by_table: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[BadRow, ...] = ()
    trouble: str = ""
    unmapped: tuple[Unmapped, ...] = ()
    ambiguous: Ambiguous | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        return {
            "import": self.import_id,
            "rows": self.rows,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "rejected_file": None if self.rejected_file is None else str(self.rejected_file),
            "inserted_by_table": dict(self.by_table),
            "unmapped": [one.as_dict() for one in self.unmapped],
            "ambiguous": None if self.ambiguous is None else self.ambiguous.as_dict(),
            "cancelled": self.is_cancelled,
            "ms": self.ms,
        }


OnProgress = Callable[[ImportProgress], None]


def run(
    desk: Desk,
    file: Path,
    by: ImportMap,
    on_progress: OnProgress = lambda _progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ImportResult:
    """Import the file; each batch is a transaction of its own, so that others can write in between.

    Raises BadInput when the file is not what the map says, Refused when the role may not. Bad rows stop nothing. When
    cancelled or broken off, what is in stays in; the same import again goes on from there. Takes a while: run it on a
    thread of its own (which closes the cache afterwards) or in a command-line process, not on the writer thread.
    """
    need_rights(desk, by)
    with SourceFile(file, by) as source, SourceFile(file, by) as beside:
        return _Import(desk, by, source, beside, on_progress, is_cancelled).run()


class _Import:
    """One run. A history is read twice: its issue is written before its first event and looks like after the last."""

    def __init__(
        self,
        desk: Desk,
        by: ImportMap,
        source: SourceFile,
        beside: SourceFile,
        on_progress: OnProgress,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._source, self._beside = source, beside
        self._on_progress, self._is_cancelled = on_progress, is_cancelled
        self._by = by
        self._is_history = by.kind is MapKind.EVENTS
        self._mapper, self._check = Mapper(by, source.header, our_people(desk)), Check(by)
        self._rejects = Rejects(source.path, desk.cache.path.parent / "imports")
        self._writer = Writer(desk, by, new_id(), source.path.name)
        self._rows = 0
        self._stopped = False
        self._began = time.monotonic()

    def run(self) -> ImportResult:
        writer = self._writer
        try:
            last = self._last_of_each() if self._is_history else {}
            for batch in batches(self._pieces(last), BATCH):
                self._rejects.add(writer.write(batch))
            self._source.check_unchanged()
        finally:
            rejected_file = self._rejects.close()
        return ImportResult(
            import_id=writer.import_id,
            rows=self._rows,
            inserted=writer.inserted.total(),
            updated=writer.updated.total(),
            unchanged=writer.unchanged,
            rejected=self._rejects.count,
            rejected_file=rejected_file,
            ms=round((time.monotonic() - self._began) * 1000),
            is_cancelled=self._stopped,
            by_table=dict(writer.inserted),
            reasons=tuple(self._rejects.first),
            trouble=self._rejects.trouble,
            unmapped=self._mapper.said.unmapped,
            ambiguous=self._mapper.said.ambiguous,
        )

    def _last_of_each(self) -> dict[str, tuple[int, int]]:
        """Give line and offset of the last good record of each issue."""
        last: dict[str, tuple[int, int]] = {}
        for record in self._records(0):
            try:
                row = self._check.row(record, self._mapper)
            except BadInput:
                continue  # told of when it is read again
            last[row.key] = record.line, record.offset
        self._source.check_unchanged()
        self._mapper.said = Said(self._by)  # what the second reading finds is the same, and counts
        return last

    def _pieces(self, last: dict[str, tuple[int, int]]) -> Iterator[Piece]:
        places: Counter[str] = Counter()
        for record in self._records(self._source.size_bytes if self._is_history else 0):
            self._rows += 1
            if self._is_history and not record.trouble:
                places[self._mapper.key_of(record.cells)] += 1
            try:
                row = self._check.row(record, self._mapper)
            except BadInput as e:
                self._rejects.add([BadRow(record.line, e.what, record.start or ",".join(record.cells)[:200])])
                continue
            if not self._is_history:
                yield Piece(record.line, row, row if row.issue is not None else None)
                continue
            found = last.pop(row.key, None)
            issue = None if found is None else row if found[0] == record.line else self._row_at(row.key, *found)
            yield Piece(record.line, row, issue, places[row.key])

    def _row_at(self, key: str, line: int, offset: int) -> SourceRow:
        record = self._beside.record_at(line, offset)
        if record.trouble or self._mapper.key_of(record.cells) != key:
            raise self._beside.changed()
        return self._mapper.row(record.cells)

    def _records(self, read_before: int) -> Iterator[Record]:
        """Give the records until the end or until cancelled, telling how far it is."""
        total = self._source.size_bytes * (2 if self._is_history else 1)
        for count, record in enumerate(self._source.records()):
            if count % BATCH == 0 and (self._stopped or self._is_cancelled()):
                self._stopped = True
                return
            yield record
            if count % BATCH == BATCH - 1:
                self._tell(read_before + record.end, total)
        self._tell(read_before + self._source.size_bytes, total)

    def _tell(self, done_bytes: int, total_bytes: int) -> None:
        elapsed_s = max(time.monotonic() - self._began, 1e-6)
        self._on_progress(ImportProgress(self._rows, done_bytes, total_bytes, self._rows / elapsed_s))
