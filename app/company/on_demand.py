"""What a workstation asks the company for when somebody wants it: who looks at a row, its history, a file's content.

Used on the thread of the link it belongs to. Everything raises Baton's errors.
"""

import json
from typing import Any

from psycopg.rows import tuple_row

from app.company.connection import Connection, said_plainly

FIRST_STEP = 9  # the schema step since which the company answers this
PIECE_BYTES = 65_536  # of a content: on a line of 20 kB/s an edit waits 3 s behind one
NOTHING_DUE = -1  # the content is there
WRONG_CONTENT = -2  # all of it came, and it is not what its hash says

Row = dict[str, Any]


class OnDemand:
    """These questions on an open connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def look(self, workstation_id: str, channel: str, at: tuple[str, str] | None, *, is_typing: bool) -> list[Row]:
        """Say what this workstation has open, a row by table and id, and give the other people who have.

        They come as {person_id, name, doing, since, left_s}; `left_s` is how long that counts if it is not renewed.
        """
        about = {"workstation": workstation_id, "channel": channel, "doing": "typing" if is_typing else "looking"}
        if at is not None:
            about |= {"table": at[0], "row": at[1]}
        found: list[Row] = self._one("SELECT sync.look(%s::jsonb)", json.dumps(about))
        return found

    def history(self, table: str, row_id: str) -> list[Row]:
        """Give who changed a row, the newest first: {op, at, person_id, workstation, tbl, id, verb, fields}.

        An issue comes with what hangs on it. Not more than the newest 1000 changes; none of a row we may not see.
        """
        with said_plainly():
            rows = self._connection.execute("SELECT sync.history(%s, %s)", (table, row_id)).fetchall()
        return [row for (row,) in rows]

    def content_size(self, sha256: str) -> int | None:
        """Give how many bytes a content has; None where there is none for us."""
        size: int | None = self._one("SELECT sync.content_size(%s)", sha256)
        return size

    def piece(self, sha256: str, number: int) -> bytes | None:
        """Give one piece of a content; None where there is none for us."""
        found: bytes | None = self._one("SELECT sync.get_piece(%s, %s)", sha256, number)
        return found

    def unbrought(self, hashes: list[str]) -> set[str]:
        """Give those of these contents that we have not brought to the company."""
        with said_plainly():
            rows = self._connection.execute("SELECT sync.unbrought(%s)", (hashes,)).fetchall()
        return {h for (h,) in rows}

    def begin(self, sha256: str) -> int:
        """Give the number of the piece that is to be brought next, or NOTHING_DUE."""
        return int(self._one("SELECT sync.begin_content(%s)", sha256))

    def bring(self, sha256: str, number: int, piece: bytes) -> int:
        """Bring one piece; gives the number of the next one, NOTHING_DUE or WRONG_CONTENT.

        What was brought before is no trouble: what matters is the number that comes back.
        """
        return int(self._one("SELECT sync.put_piece(%s, %s, %b)", sha256, number, piece))

    def _one(self, query: str, *values: object) -> Any:
        with said_plainly(), self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            row = cursor.execute(query.encode(), values).fetchone()
        return row[0] if row else None
