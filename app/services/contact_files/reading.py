"""The bytes of a contacts file: what form they have, their encoding, and the cards in them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import BadInput, EnvironmentFault
from app.services.contact_files.card import Card
from app.services.contact_files.tables import read_table
from app.services.contact_files.vcards import read_cards

MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class ContactFile:
    """A file as it was read. `digest` tells whether it is the same still; `left_out` are columns that nobody knows."""

    name: str
    digest: str
    is_vcard: bool
    cards: tuple[Card, ...]
    columns: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()


def read_file(path: Path) -> ContactFile:
    """Read the whole file. Raises BadInput when it holds no contacts, EnvironmentFault when it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(
                f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.", "Export the contacts without pictures."
            )
        raw = path.read_bytes()
    except FileNotFoundError as e:
        raise BadInput(f"There is no file {path}.", "Check the path.") from e
    except OSError as e:
        raise EnvironmentFault(f"{path} cannot be read: {e.strerror or e}.", "Check the file and its rights.") from e
    digest, text = hashlib.sha256(raw).hexdigest(), _decoded(raw)
    if text.lstrip().upper().startswith("BEGIN:VCARD"):
        return ContactFile(path.name, digest, is_vcard=True, cards=tuple(read_cards(text)))
    table = read_table(text, path.name)
    return ContactFile(path.name, digest, False, table.cards, table.columns, table.left_out)


def _decoded(raw: bytes) -> str:
    """Give the text: by its byte-order mark, else UTF-8, else as Windows writes it in western Europe."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
