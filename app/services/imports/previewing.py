"""Shows what an import would do before it does it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from app.domain.errors import BadInput
from app.domain.import_map import ImportMap
from app.services.desk import Desk
from app.services.imports.checking import Check, need_rights, our_people
from app.services.imports.mapping import Mapper, SourceRow
from app.services.imports.reading import SourceFile, printable
from app.services.imports.rejects import SHOWN, BadRow
from app.services.imports.said import Ambiguous, Unmapped
from app.services.people import names

PREVIEW_ROWS = 20
PREVIEW_LINES = 10_000


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One record as it would be imported, in the order of the preview's fields."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, judged by the first lines; `is_whole` when these are all there are.

    `fields` are written section.field, such as contact.name; `left_out` are columns that the map does not read,
    `unmapped` what stands in cells and has no word in the map, `ambiguous` times that could mean another instant.
    """

    fields: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    left_out: tuple[str, ...]
    good: int
    bad: int
    bad_rows: tuple[BadRow, ...]
    is_whole: bool
    unmapped: tuple[Unmapped, ...] = ()
    ambiguous: Ambiguous | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        return {
            "fields": list(self.fields),
            "rows": [{"line": row.line, "cells": list(row.cells)} for row in self.rows],
            "left_out": list(self.left_out),
            "good": self.good,
            "bad": self.bad,
            "bad_rows": [{"line": row.line, "reason": row.reason} for row in self.bad_rows],
            "whole": self.is_whole,
            "unmapped": [one.as_dict() for one in self.unmapped],
            "ambiguous": None if self.ambiguous is None else self.ambiguous.as_dict(),
        }


def preview(desk: Desk, file: Path, by: ImportMap) -> Preview:
    """Read the first lines and say what would come of them; writes nothing and raises what `run` would."""
    need_rights(desk, by)
    with SourceFile(file, by) as source:
        mapper, check = Mapper(by, source.header, our_people(desk)), Check(by)
        records = source.records()
        rows: list[PreviewRow] = []
        bad: list[BadRow] = []
        good, who = 0, names(desk)
        for record in islice(records, PREVIEW_LINES):
            try:
                row = check.row(record, mapper)
            except BadInput as e:
                bad.append(BadRow(record.line, e.what, record.start))
                continue
            good += 1
            if len(rows) < PREVIEW_ROWS:
                rows.append(PreviewRow(record.line, tuple(_shown(row, *path, who) for path in by.cells)))
        return Preview(
            fields=tuple(f"{section}.{name}" for section, name in by.cells),
            rows=tuple(rows),
            left_out=tuple(c for c in source.header if c not in by.columns),
            good=good,
            bad=len(bad),
            bad_rows=tuple(bad[:SHOWN]),
            is_whole=next(records, None) is None,
            unmapped=mapper.said.unmapped,
            ambiguous=mapper.said.ambiguous,
        )


def _shown(row: SourceRow, section: str, name: str, who: dict[str, str]) -> str:
    if name == "key":
        return printable(row.key if section == "issue" else getattr(row, f"{section}_key"))
    value = (getattr(row, section) or {}).get("owner_id" if name == "owner" else name)
    if name == "owner" and value is not None:
        return printable(who.get(value, ""))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else printable(str(value))
