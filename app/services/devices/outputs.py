"""What a device said: as plain text, as a table, and kept as a note on an issue."""

import csv
import io
import re

from app.devices.messages import Table
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import Refused
from app.domain.guard.kept import kept
from app.domain.issue import Issue, Note, NoteKind
from app.domain.redaction import LineRedactor, redact
from app.services.desk import Desk

NOTE_CHARS = 100_000

_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def note_output(desk: Desk, issue_id: str, device_id: str, command: str, raw: str, table: Table | None = None) -> Note:
    """Keep what a device said as a note on the issue, with the table below it when one is given.

    Escape sequences are left out, and of a very long output all but its beginning, which the note says. A note is for
    everybody, so each secret in it is a mark. Raises Refused when the issue is another customer's: what one customer's
    device said is nobody else's business.
    """
    with desk.edit() as edit:
        issue, device = desk.need(Issue, issue_id), desk.need(Device, device_id)
        if device.customer_id and issue.customer_id and device.customer_id != issue.customer_id:
            raise Refused(
                f"Issue {issue.label} is another customer's than {device.name}.", "Choose an issue of its customer."
            )
        return edit.insert(
            Note(
                id=new_id(),
                issue_id=issue.id,
                customer_id=issue.customer_id,
                kind=NoteKind.DEVICE_OUTPUT,
                at=edit.at,
                person_id=edit.by,
                body=_body(raw, table),
                device_id=device.id,
                command=kept(command.strip()),
            )
        )


def plain(raw: str) -> str:
    """Give a device's output without escape sequences and control characters, which no note and no screen needs."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", _ESCAPES.sub("", lines))


def narrowed(text: str, table: Table | None, words: str) -> tuple[str, Table | None]:
    """Give the lines and the rows in which every word occurs, capitals or not; all of them for no word."""
    wanted = words.casefold().split()
    if not wanted:
        return text, table

    def fits(line: str) -> bool:
        found = line.casefold()
        return all(word in found for word in wanted)

    rows = None if table is None else Table(table.headers, tuple(row for row in table.rows if fits(" ".join(row))))
    return "\n".join(line for line in text.split("\n") if fits(line)), rows


def as_csv(table: Table) -> str:
    """Give the table as RFC 4180 has it, with a line of headings."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.headers)
    writer.writerows(table.rows)
    return text.getvalue()


def as_text(table: Table) -> str:
    """Give the table in columns that line up in a fixed face."""
    widths = [max(len(row[at]) for row in (table.headers, *table.rows)) for at in range(len(table.headers))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in (table.headers, *table.rows)]  # fmt: skip
    return "\n".join(lines)


def _body(raw: str, table: Table | None) -> str:
    parts = [plain(raw).strip("\n"), *([as_text(table)] if table is not None else [])]
    text = "\n\n".join(parts)
    # Twice as much is looked at as is kept, so that no secret is cut in two. It may have typed lines in it.
    reader = LineRedactor()
    told = "\n".join(reader.line(line) for line in redact(text[: 2 * NOTE_CHARS]).split("\n"))
    if len(text) <= NOTE_CHARS:
        return told
    return f"{told[:NOTE_CHARS]}\n[{len(text) - NOTE_CHARS} more characters are not in this note.]"
