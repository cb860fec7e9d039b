"""vCards 2.1, 3.0 and 4.0: read one by one, so that a broken one takes no other with it, and written."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import vobject

from app.domain.customer import Contact
from app.services.contact_files.card import Card

_BEGIN, _END = "BEGIN:VCARD", "END:VCARD"
_FOLDED = re.compile(r"\r?\n[ \t]")
# The library raises its own errors, and lets through what the parts of Python say that it calls.
_BROKEN = (vobject.base.VObjectError, ValueError, LookupError, AttributeError, TypeError)
_MOBILE = {"cell", "mobile", "iphone"}
_NOT_VOICE = {"fax", "pager", "modem"}
_USED = {
    *("version", "fn", "n", "org", "title", "role", "tel", "email", "note", "uid"),
    *("prodid", "rev", "kind", "profile", "begin", "end"),
}
_NAMES = {"adr": "address", "bday": "birthday", "url": "web page", "photo": "picture", "nickname": "nickname"}


@dataclass(frozen=True, slots=True)
class _Piece:
    line: int
    text: str
    trouble: str = ""


def read_cards(text: str) -> Iterator[Card]:
    """Give the cards in the file's order; one that cannot be read says why and at which line of the file."""
    for piece in _pieces(text):
        if piece.trouble:
            yield Card(piece.line, trouble=piece.trouble)
            continue
        try:
            yield _card(piece.line, vobject.readOne(piece.text, allowQP=True))
        except _BROKEN as error:
            yield Card(piece.line, trouble=_said(piece, error))


def _pieces(text: str) -> Iterator[_Piece]:
    """Give each card's own lines with the line it begins at."""
    rows, begun = text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 0
    for number, row in enumerate(rows, 1):
        word = row.strip().upper()
        if word == _BEGIN:
            if begun:
                yield _Piece(begun, "", f"line {begun}: this card never ends; the next begins in line {number}")
            begun = number
        elif word == _END:
            if begun:
                yield _Piece(begun, "\n".join(rows[begun - 1 : number]) + "\n")
            begun = 0
        elif word and not begun:
            yield _Piece(number, "", f"line {number}: “{row.strip()[:40]}” stands in no card")
    if begun:
        yield _Piece(begun, "", f"line {begun}: this card never ends; it may be cut off")


def _said(piece: _Piece, error: Exception) -> str:
    """Say what is wrong and in which line of the file: the library counts from the card's first, and folds away."""
    words = str(error) or type(error).__name__
    found = re.match(r"At line (\d+): (.*)", words, re.DOTALL)
    if not found:
        return f"line {piece.line}: {words}"
    reason = found.group(2)
    tail = reason.rpartition(": ")[2].strip()
    rows = piece.text.split("\n")
    at = next((i for i, row in enumerate(rows) if tail and row.startswith(tail[:30])), None)
    line = piece.line + (at if at is not None else int(found.group(1)) - 1)
    return f"line {line}: {reason.replace('Failed to parse line', 'this cannot be read')}"


def _card(line: int, card: Any) -> Card:
    contents: dict[str, list[Any]] = card.contents
    organisation = _first(contents, "org")
    parts = organisation if isinstance(organisation, list) else [organisation]
    phones = [(_number(one), _types(one)) for one in contents.get("tel", [])]
    voice = [(number, types) for number, types in phones if number and not types & _NOT_VOICE]
    mobile = [number for number, types in voice if types & _MOBILE]
    fixed = [number for number, types in voice if not types & _MOBILE]
    emails = [str(one.value).removeprefix("mailto:").strip() for one in contents.get("email", [])]
    more = [f"another number {one}" for one in (*fixed[1:], *mobile[1:])]
    more += [f"another address {one}" for one in emails[1:]]
    more += [_NAMES.get(name, name) for name in contents if name not in _USED and not name.startswith("x-")]
    texts = {
        "name": str(_first(contents, "fn") or "").strip() or _from_parts(_first(contents, "n")),
        "role": str(_first(contents, "title") or _first(contents, "role") or ""),
        "phone": fixed[0] if fixed else "",
        "mobile": mobile[0] if mobile else "",
        "email": emails[0] if emails else "",
        "note": "\n".join(str(one.value) for one in contents.get("note", [])),
        "customer": str(parts[0] or ""),
        "site": str(parts[1]) if len(parts) > 1 else "",
        "key": str(_first(contents, "uid") or ""),
    }
    return Card(line, left_out=tuple(more)).with_texts(texts)


def _first(contents: dict[str, list[Any]], name: str) -> Any:
    found = contents.get(name)
    return found[0].value if found else ""


def _from_parts(name: Any) -> str:
    parts = [getattr(name, part, "") for part in ("given", "additional", "family")]
    return " ".join(" ".join(p) if isinstance(p, list) else str(p) for p in parts if p).strip()


def _number(one: Any) -> str:
    return str(one.value).strip().removeprefix("tel:")


def _types(one: Any) -> set[str]:
    """Give the words on a number: TYPE=WORK,CELL; TYPE="work,cell"; or, in 2.1, bare WORK;CELL."""
    found = {str(word).lower() for word in getattr(one, "singletonparams", [])}
    for value in one.params.get("TYPE", []):
        found |= {word.strip().lower() for word in str(value).split(",")}
    return found


def written(contacts: Iterable[tuple[Contact, str, str]], version: str) -> Iterator[str]:
    """Give the cards of contacts with customer's and site's name, as vCard "3.0" or "4.0"."""
    for contact, customer, site in contacts:
        yield _as_card(contact, customer, site, version).serialize(lineLength=75)


def _as_card(contact: Contact, customer: str, site: str, version: str) -> Any:
    card = vobject.vCard()
    card.add("version").value = version
    card.add("uid").value = f"urn:uuid:{contact.id}"
    # Every card needs both names, and one part of the second.
    name = contact.name or contact.email or contact.phone or contact.mobile
    given, _, family = name.rpartition(" ")
    card.add("fn").value = name
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    if customer:
        card.add("org").value = [customer, site] if site else [customer]
    for field, value in (("title", contact.role), ("email", contact.email), ("note", contact.note)):
        if value:
            card.add(field).value = value
    for number, kinds in ((contact.phone, ["WORK", "VOICE"]), (contact.mobile, ["CELL"])):
        if number:
            phone = card.add("tel")
            is_new = version == "4.0"
            phone.value = f"tel:{number}" if is_new else number
            if is_new:
                phone.params["VALUE"] = ["uri"]
            phone.type_param = [kind.lower() for kind in kinds] if is_new else kinds
    return card
