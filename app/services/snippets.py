"""Snippets: lines for devices that are kept by a name, with variables that are filled in before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.command_text import Snippet
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.errors import BadInput
from app.services import kept_by_name
from app.services.desk import Desk

LONGEST_BODY = 20_000  # characters
_LONGEST_VALUE = 500
# A device's own language has braces too (Junos, JSON), so that only a plain name between two of them is a variable.
_VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]\w{0,39})\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

OF_DEVICE = {
    "device": "the device's name",
    "address": "the device's address",
    "customer": "the customer's name",
    "site": "the device's site",
}
"""The variables that the chosen device gives by itself, and what they are."""


@dataclass(frozen=True, slots=True)
class SnippetLine:
    """A snippet as a list shows it. `variables` are in the order of the text, those of the device left out."""

    id: str
    name: str
    is_mine: bool
    platform: str
    body: str
    variables: tuple[str, ...]


def all_of(desk: Desk, platform: str = "") -> tuple[SnippetLine, ...]:
    """Give my snippets and everybody's by name; with a platform only those for it and those for all."""
    found = kept_by_name.all_of(desk, Snippet)
    return tuple(
        SnippetLine(s.id, s.name, s.person_id is not None, s.platform, s.body, asked_for(s.body))
        for s in found
        if not platform or s.platform in {"", platform}
    )


def write(desk: Desk, name: str, body: str, *, platform: str = "", is_mine: bool = True, snippet_id: str = "") -> str:
    """Write a snippet, or another text of the one with this id; gives its id.

    Raises BadInput without a name or text, for control characters and for a text that is too long; Refused for
    somebody else's own.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    if not name.strip() or not lines.strip():
        raise BadInput("A snippet has a name and at least one line.", "Write both.")
    if len(lines) > LONGEST_BODY:
        raise BadInput(f"A snippet has at most {LONGEST_BODY:,} characters.", "Keep it in two.")
    if _CONTROL.search(lines.replace("\t", "")):
        raise BadInput("A snippet is plain text, and this one has control characters.", "Type it, or paste it as text.")
    fields = {"name": " ".join(name.split()), "platform": platform.strip(), "body": lines}
    return kept_by_name.keep(desk, Snippet, snippet_id, is_mine=is_mine, **fields)


def remove(desk: Desk, snippet_id: str) -> None:
    """Take a snippet away; raises Refused for somebody else's own."""
    kept_by_name.remove(desk, Snippet, snippet_id)


def variables(body: str) -> tuple[str, ...]:
    """Give the names between double braces, each once, in the order of the text."""
    return tuple(dict.fromkeys(_VARIABLE.findall(body)))


def asked_for(body: str) -> tuple[str, ...]:
    """Give the variables that somebody has to type, because no device knows them."""
    return tuple(name for name in variables(body) if name not in OF_DEVICE)


def values_of(desk: Desk, device: Device) -> dict[str, str]:
    """Give what the device says for its variables."""
    customer = desk.cache.record(Customer, device.customer_id)
    return {
        "device": device.name,
        "address": device.address,
        "customer": "" if customer is None else customer.name,
        "site": device.site,
    }


def fill(body: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Give the lines with the values put in.

    Raises BadInput when a variable has no value, naming it, and for a value that is more than a part of one line: what
    is typed for a variable must not become another command.
    """
    missing = [name for name in variables(body) if not values.get(name, "").strip()]
    if missing:
        raise BadInput(f"There is no value for {', '.join(missing)}.", "Type one; nothing was sent.")
    for name in variables(body):
        value = values[name]
        if len(value) > _LONGEST_VALUE or _CONTROL.search(value) or "\n" in value or "\t" in value:
            raise BadInput(f"The value for {name} is not a part of one line.", "Type it without line ends.")
    filled = _VARIABLE.sub(lambda found: values[found[1]].strip(), body)
    return tuple(line.rstrip() for line in filled.split("\n") if line.strip())
