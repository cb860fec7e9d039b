r"""An export as a folder of CSV files, one for each table, with export.json beside them.

A cell that holds nothing is \N, unlike an empty text; a text that begins with a backslash gets one more in front.
"""

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.domain.entities import BY_NAME, TABLES, Table
from app.domain.entity import Field, FieldKind, fields_of
from app.domain.errors import BadInput
from app.services.exports.rows import FORMAT, Wire, checked

_HEAD = "export.json"
_NOTHING = r"\N"
_LONGEST_CELL = 64_000_000


def write(out: Path, about: Wire, rows: Iterable[tuple[Table, Iterable[Wire]]]) -> dict[str, int]:
    """Write the files into a folder beside the place, then put it there; gives the rows of each table."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out} is there already.", "Name a folder that is empty or new.")
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        counts = {table.name: _write_table(part, table, of_table) for table, of_table in rows}
        head = json.dumps(about | {"rows": counts}, indent=2) + "\n"
        (part / _HEAD).write_text(head, encoding="utf-8")
        if out.exists():
            out.rmdir()
        part.replace(out)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return counts


def _write_table(folder: Path, table: Table, rows: Iterable[Wire]) -> int:
    fields = fields_of(table.record)
    count = 0
    with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow([field.name for field in fields])
        for count, row in enumerate(rows, 1):  # noqa: B007  the last count is how many there are
            lines.writerow([_cell(field, row[field.name]) for field in fields])
    return count


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return _NOTHING
    match field.kind:
        case FieldKind.BOOLEAN:
            return "true" if value else "false"
        case FieldKind.FACTS:
            return json.dumps(value, ensure_ascii=False)
        case FieldKind.TEXT:
            return f"\\{value}" if value.startswith("\\") else value
        case _:
            return str(value)


def read(folder: Path) -> tuple[Wire, Iterator[tuple[str, Iterator[Wire]]]]:
    """Give the head and the rows by table."""
    try:
        head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as e:
        raise BadInput(f"{folder / _HEAD} is no JSON.", "Choose the folder that `export all` wrote.") from e
    if not isinstance(head, dict) or head.get("baton") != "export" or not isinstance(head.get("rows"), dict):
        raise BadInput(f"{folder} holds no export of Baton.", "Choose the folder that `export all` wrote.")
    if head.get("format") != FORMAT:
        raise BadInput(f"{folder} was written by another version of Baton.", "Restore it with that version.")
    for name in head["rows"]:
        if name not in BY_NAME:
            raise BadInput(f"{folder} has a table {name!r} that this Baton does not know.", "Install the newer Baton.")
    return head, ((t.name, _rows(folder, t, head["rows"][t.name])) for t in TABLES if t.name in head["rows"])


def _rows(folder: Path, table: Table, wanted: Any) -> Iterator[Wire]:
    name, count = f"{table.name}.csv", 0
    fields = {field.name: field for field in fields_of(table.record)}
    try:
        with _long_cells(), (folder / name).open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            for count, cells in enumerate(lines, 1):
                where = f"Row {count} of {name} (line {lines.line_num})"
                if len(cells) != len(header):
                    raise BadInput(f"{where} has {len(cells)} cells where the header has {len(header)}.", _WRITTEN)
                pairs = zip(header, cells, strict=True)
                row = {column: _value(fields[column], cell, where) for column, cell in pairs if column in fields}
                yield checked(table, row, where)
    except FileNotFoundError as e:
        raise BadInput(f"{name} is missing from {folder}.", "Export again.") from e
    except OSError as e:
        raise BadInput(f"{name} cannot be read: {e.strerror or e}.", "Check the file.") from e
    except (UnicodeDecodeError, csv.Error) as e:
        raise BadInput(f"{name} cannot be read after row {count}: {e}.", _WRITTEN) from e
    if count != wanted:
        raise BadInput(f"{name} has {count} rows where the export had {wanted}.", "Export again.")


_WRITTEN = "Give the files as `export` wrote them: a spreadsheet that saves them may change them."


def _value(field: Field, cell: str, where: str) -> Any:
    if cell == _NOTHING:
        return None
    try:
        match field.kind:
            case FieldKind.BOOLEAN:
                return {"true": True, "false": False}[cell]
            case FieldKind.INTEGER:
                return int(cell)
            case FieldKind.FACTS:
                return json.loads(cell)
            case FieldKind.TEXT:
                return cell.removeprefix("\\")
            case _:
                return cell
    except (ValueError, KeyError, RecursionError) as e:
        shown = cell if len(cell) <= 60 else f"{cell[:57]}..."
        raise BadInput(f"{where}: {field.name} cannot be {shown!r}.", _WRITTEN) from e


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as a text can be: csv's own limit is lower, and one for the whole process."""
    before = csv.field_size_limit(min(_LONGEST_CELL, sys.maxsize))
    try:
        yield
    finally:
        csv.field_size_limit(before)
