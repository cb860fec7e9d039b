"""Everything written down in one JSON file or a folder of CSV files, and read again row by row.

A file holds every row of every synced table with all of its fields, also removed rows, so that an empty company filled
with it holds the same rows. Passwords, edits not yet sent, the audit trail and the contents of attachments are not in
it. Blocking; for a command-line process.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.entities import BY_NAME, Table
from app.domain.errors import BadInput, DiskFull, EnvironmentFault
from app.services.desk import Desk
from app.services.exports import csv_folder, json_file
from app.services.exports.rows import FORMAT, Wire
from app.store import exports

__all__ = ["Saved", "Wire", "here", "read", "write"]

Rows = Iterable[tuple[Table, Iterable[Wire]]]

_NO_SPACE = {28, 122}


@dataclass(frozen=True, slots=True)
class Saved:
    """An export to read: what it says of itself, and its rows, table by table, parents before children."""

    about: Wire
    rows: Iterator[tuple[Table, Iterator[Wire]]]


def here(desk: Desk) -> Rows:
    """Give all rows of this workstation: what this person sees, but for issues that have gone to the archive."""
    return exports.everything(desk.cache)


def write(out: Path, kind: str, rows: Rows, scope: str, made_at: datetime) -> dict[str, int]:
    """Write all rows as `kind` ("json": a file, "csv": a folder) and give how many of each table.

    What is at `out` is replaced when the file is whole; a folder must be empty or new. Raises BadInput for a place that
    will not do, DiskFull or EnvironmentFault.
    """
    about = {"baton": "export", "format": FORMAT, "made_at": made_at.astimezone(UTC).isoformat(), "scope": scope}
    try:
        return csv_folder.write(out, about, rows) if kind == "csv" else json_file.write(out, about, rows)
    except OSError as e:
        said = f"{out} cannot be written: {e.strerror or e}."
        if e.errno in _NO_SPACE:
            raise DiskFull(said, "Free some space, or choose another place with --out.") from e
        raise EnvironmentFault(said, "Choose another place with --out.") from e


def read(path: Path) -> Saved:
    """Give what an export holds; its rows are read as they are asked for and raise BadInput naming the row."""
    try:
        about, rows = csv_folder.read(path) if path.is_dir() else json_file.read(path)
    except FileNotFoundError as e:
        raise BadInput(f"There is no export {path}.", "Check the name.") from e
    except OSError as e:
        raise BadInput(f"{path} cannot be read: {e.strerror or e}.", "Choose what `export all` wrote.") from e
    return Saved(about, _known(rows))


def _known(rows: Iterator[tuple[str, Iterator[Any]]]) -> Iterator[tuple[Table, Iterator[Wire]]]:
    for name, of_table in rows:
        if name not in BY_NAME:
            raise BadInput(
                f"The export has a table {name!r} that this Baton does not know.", "Install the newer Baton."
            )
        yield BY_NAME[name], of_table
