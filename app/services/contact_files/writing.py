"""Contacts as a file that other programs, and Baton, read again."""

import csv
import io
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from app.domain.customer import Contact
from app.domain.errors import EnvironmentFault
from app.services.contact_files.vcards import written
from app.services.desk import Desk
from app.store.customers import names

HEADINGS = ("name", "customer", "role", "phone", "mobile", "email", "site", "note", "id")
_AT_ONCE = 500


class Format(StrEnum):
    """How contacts are written."""

    CSV = "csv"
    VCARD = "vcard"  # 4.0
    VCARD_3 = "vcard3"  # 3.0, for older programs


def write(desk: Desk, file: Path, form: Format, customer_id: str | None = None) -> int:
    """Write the contacts of one customer, or of all, but for those who have gone; gives how many.

    Raises EnvironmentFault when the file cannot be written. Safe beside edits; not for the GUI thread.
    """
    count = 0
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as to:
            if form is Format.CSV:
                to.write(_line(HEADINGS))
            for batch in _batches(desk, customer_id):
                count += len(batch)
                if form is Format.CSV:
                    to.writelines(_line(_cells(*one)) for one in batch)
                else:
                    to.writelines(written(batch, "4.0" if form is Format.VCARD else "3.0"))
        beside.replace(file)
    except OSError as e:
        beside.unlink(missing_ok=True)
        raise EnvironmentFault(f"{file} cannot be written: {e.strerror or e}.", "Choose another place.") from e
    return count


def _batches(desk: Desk, customer_id: str | None) -> Iterator[list[tuple[Contact, str, str]]]:
    last = ""
    while True:
        found = desk.cache.records(
            Contact,
            "has_gone = 0 AND (? IS NULL OR customer_id = ?) AND id > ? ORDER BY id LIMIT ?",
            (customer_id, customer_id, last, _AT_ONCE),
        )
        if not found:
            return
        last = found[-1].id
        customers = names(desk.cache, "customer", [one.customer_id for one in found])
        sites = names(desk.cache, "site", [one.site_id for one in found])
        yield [(one, customers.get(one.customer_id, ""), sites.get(one.site_id, "")) for one in found]


def _cells(contact: Contact, customer: str, site: str) -> tuple[str, ...]:
    return (
        *(contact.name, customer, contact.role, contact.phone, contact.mobile, contact.email, site),
        *(contact.note, f"urn:uuid:{contact.id}"),
    )


def _line(cells: tuple[str, ...]) -> str:
    made = io.StringIO(newline="")
    csv.writer(made).writerow(cells)
    return made.getvalue()
