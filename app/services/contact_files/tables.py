"""CSV of contacts: which column is what, by the names that other programs give them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.errors import BadInput
from app.services.contact_files.card import Card

_DELIMITERS = ",;\t|"
# As programs head their columns, in small letters and without marks.
_HEADS = {
    "name": ("name", "full name", "contact", "contact name", "display name", "person"),
    "given": ("first name", "given name", "forename"),
    "family": ("last name", "family name", "surname"),
    "customer": ("customer", "company", "organisation", "organization", "account", "company name", "firm"),
    "role": ("role", "title", "job title", "position", "function"),
    "phone": ("phone", "telephone", "tel", "business phone", "work phone", "phone number", "office phone", "phone 1"),
    "mobile": ("mobile", "mobile phone", "cell", "cell phone", "mobile number", "cellphone"),
    "email": ("email", "e mail", "mail", "e mail address", "email address", "email 1"),
    "site": ("site", "location", "office", "branch", "department"),
    "note": ("note", "notes", "comment", "comments", "remarks"),
    "key": ("id", "uid", "key"),
}
_BY_HEAD = {head: field for field, heads in _HEADS.items() for head in heads}
_SAYS_WHO = {"name", "given", "family", "email", "phone", "mobile"}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file's people; `columns` says of each recognised column what it is read as."""

    cards: tuple[Card, ...]
    columns: tuple[tuple[str, str], ...]
    left_out: tuple[str, ...]


def read_table(text: str, name: str) -> Table:
    """Give the people of a CSV. Raises BadInput when no column says who somebody is."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, [])
        fields = _fields(header)
        if not _SAYS_WHO & set(fields.values()):
            raise BadInput(
                f"No column of {name} says who somebody is.",
                "Name the columns in the first line: name, customer, role, phone, mobile, email, site, note.",
            )
        cards: list[Card] = []
        begins = reader.line_num + 1
        for row in reader:
            cards += _cards(begins, row, fields, len(header))
            begins = reader.line_num + 1
    except csv.Error as e:
        raise BadInput(f"Line {reader.line_num} of {name} cannot be read: {e}.", "Check its quotes.") from e
    columns = tuple((header[at], field) for at, field in fields.items())
    return Table(
        tuple(cards), columns, tuple(head for at, head in enumerate(header) if at not in fields and head.strip())
    )


def _delimiter(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _fields(header: list[str]) -> dict[int, str]:
    """Give what each column is; of two that say the same the first is read."""
    found: dict[int, str] = {}
    for at, head in enumerate(header):
        words = " ".join("".join(c if c.isalnum() else " " for c in head.casefold()).split())
        field = _BY_HEAD.get(words)
        if field is not None and field not in found.values():
            found[at] = field
    return found


def _cards(line: int, row: list[str], fields: dict[int, str], width: int) -> Iterator[Card]:
    """Give the row's person, if there is one; a row may have several lines and begins at this one."""
    if not any(cell.strip() for cell in row):
        return
    if len(row) > width:
        yield Card(line, trouble=f"line {line}: {len(row)} cells under {width} headings")
        return
    said = {field: row[at].strip() for at, field in fields.items() if at < len(row)}
    given, family = said.pop("given", ""), said.pop("family", "")
    yield Card(line).with_texts({"name": f"{given} {family}"} | said)
