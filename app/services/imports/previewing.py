"""Shows what an import would do before it does it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.domain.errors import BadInput
from app.domain.import_map import ImportMap
from app.services.desk import Desk
from app.services.imports.checking import Check, need_rights
from app.services.imports.mapping import Mapper, SourceRow
from app.services.imports.reading import SourceFile, printable
from app.services.imports.rejects import SHOWN, BadRow

PREVIEW_ROWS = 20
PREVIEW_LINES = 1_000


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record as it would be imported, in the order of the preview's fields."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, judged by the first lines; `is_whole` when these are all there are.

    `fields` are written section.field, such as contact.name; `left_out` are columns that the map does not read.
    """

    fields: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    left_out: tuple[str, ...]
    good: int
    bad: int
    bad_rows: tuple[BadRow, ...]
    is_whole: bool


def preview(desk: Desk, file: Path, by: ImportMap) -> Preview:
    """Read the first lines and say what would come of them; writes nothing and raises what `run` would."""
    need_rights(desk, by)
    with SourceFile(file, by) as source:
        mapper, check = Mapper(by, source.header), Check(by)
        records = source.records()
        rows: list[PreviewRow] = []
        bad: list[BadRow] = []
        good = 0
        for record in islice(records, PREVIEW_LINES):
            try:
                row = check.row(record, mapper)
            except BadInput as e:
                bad.append(BadRow(record.line, e.what, record.start))
                continue
            good += 1
            if len(rows) < PREVIEW_ROWS:
                rows.append(PreviewRow(record.line, tuple(_shown(row, *path) for path in by.cells)))
        return Preview(
            fields=tuple(f"{section}.{name}" for section, name in by.cells),
            rows=tuple(rows),
            left_out=tuple(c for c in source.header if c not in by.columns),
            good=good,
            bad=len(bad),
            bad_rows=tuple(bad[:SHOWN]),
            is_whole=next(records, None) is None,
        )


def _shown(row: SourceRow, section: str, name: str) -> str:
    if name == "key":
        return printable(row.key if section == "issue" else getattr(row, f"{section}_key"))
    value = (getattr(row, section) or {}).get(name)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else printable(str(value))
