"""An export as one JSON document with a row on each line, so that it is written and read in little memory."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.domain.entities import BY_NAME, Table
from app.domain.errors import BadInput
from app.services.exports.rows import FORMAT, Wire, checked

_LONGEST_HEAD = 1_000_000
_NOT_OURS = "Give it as `export` wrote it: one row on each line."


def write(out: Path, about: Wire, rows: Iterable[tuple[Table, Iterable[Wire]]]) -> dict[str, int]:
    """Write the document beside its place, then put it there; gives the rows of each table."""
    if out.is_dir():
        raise BadInput(f"{out} is a folder.", "Name a file, or choose --format csv.")
    part = out.with_name(f".{out.name}.part")
    counts: dict[str, int] = {}
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f'{json.dumps(about)[:-1]}, "tables": {{\n')
            for at, (table, of_table) in enumerate(rows):
                file.write(f'{"," if at else ""}"{table.name}": [\n')
                count = 0
                for count, row in enumerate(of_table, 1):
                    file.write(("," if count > 1 else "") + json.dumps(row, ensure_ascii=False) + "\n")
                counts[table.name] = count
                file.write("]\n")
            file.write("}}\n")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return counts


def read(path: Path) -> tuple[Wire, Iterator[tuple[str, Iterator[Wire]]]]:
    """Give the head and the rows by table; the file is open while rows are asked for."""
    with path.open("rb") as file:
        head = _head(path.name, file.readline(_LONGEST_HEAD))
    return head, _tables(path)


def _head(name: str, line: bytes) -> Wire:
    try:
        head = json.loads(line.rstrip()[: -len(b', "tables": {')] + b"}")
    except (ValueError, RecursionError) as e:
        raise BadInput(f"{name} is no export of Baton.", "Choose the file that `export all` wrote.") from e
    if not isinstance(head, dict) or head.get("baton") != "export":
        raise BadInput(f"{name} is no export of Baton.", "Choose the file that `export all` wrote.")
    if head.get("format") != FORMAT:
        raise BadInput(f"{name} was written by another version of Baton.", "Restore it with that version.")
    return head


def _tables(path: Path) -> Iterator[tuple[str, Iterator[Wire]]]:
    with path.open("rb") as file:
        file.readline(_LONGEST_HEAD)
        lines = ((number, raw.rstrip(b"\r\n")) for number, raw in enumerate(file, 2))
        for number, line in lines:
            if line == b"}}":
                if next(lines, None) is not None:
                    raise BadInput(f"Line {number + 1} stands after the end.", _NOT_OURS)
                return
            name = line.removeprefix(b",")
            if not (name.startswith(b'"') and name.endswith(b'": [')):
                raise BadInput(f"Line {number} begins no table.", _NOT_OURS)
            of_table = _rows(name[1:-4].decode(errors="replace"), lines)
            yield name[1:-4].decode(errors="replace"), of_table
            for _ in of_table:  # what was not asked for is passed over
                pass
        raise BadInput("The export ends before its end.", "It was not written to the end: export again.")


def _rows(name: str, lines: Iterator[tuple[int, bytes]]) -> Iterator[Wire]:
    count = 0
    for number, line in lines:
        if line == b"]":
            return
        count += 1
        where = f"Row {count} of {name} (line {number})"
        try:
            row: Any = json.loads(line.removeprefix(b","))
        except (ValueError, RecursionError) as e:
            raise BadInput(f"{where} is no JSON.", _NOT_OURS) from e
        if name not in BY_NAME:
            return
        yield checked(BY_NAME[name], row, where)
    # The file ends inside the table.
    raise BadInput(f"The export ends after row {count} of {name}.", "It was not written to the end: export again.")
