"""The words with which devices are chosen: in the inventory's filter, credential rules, broadcasts and backups.

`customer:Northgate site:nyc platform:ios,nxos env:prod tag:core name:sw-* -tag:lab` and bare words. Every word must
hold; a comma means or, a minus means not, quotes keep blanks together. A value holds where it stands as whole words
("Northgate" in "Northgate Rail"), with * or ? for the whole field; `site:""` means: none is known. A bare word may
stand anywhere in name, address, site, customer or model. Capitals mean nothing. No I/O.
"""

import fnmatch
import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.customer import Environment
from app.domain.device import Device
from app.domain.errors import BadInput

LONGEST = 2_000
"""Characters of a filter's text; nobody types more."""

ENVIRONMENTS: Mapping[str, Environment] = {
    **{one.value: one for one in Environment},
    "prod": Environment.PRODUCTION,
    "stage": Environment.STAGING,
}
"""What an environment may be called in a filter."""

KEYS = ("customer", "site", "platform", "env", "tag", "name", "address", "model", "software")
_ALSO = {"environment": "env", "tags": "tag", "ip": "address", "host": "name"}

# A colon after letters makes a key, but not the two of an IPv6 address.
_KEY = re.compile(r"([^\W\d_]+):(?!:)")
_VALUE = re.compile(r'"([^"]*)"|[^\s",]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What is known of a device as far as a filter asks; `tags` with a blank between two, as a device has them."""

    name: str
    address: str
    customer: str = ""
    site: str = ""
    platform: str = ""
    environment: str = ""
    tags: str = ""
    model: str = ""
    software: str = ""


def facts_of(device: Device, customer: str) -> DeviceFacts:
    """Give what filters ask of a device, with its customer's name."""
    return DeviceFacts(
        name=device.name,
        address=device.address,
        customer=customer,
        site=device.site,
        platform=device.platform,
        environment=device.environment.value,
        tags=device.tags,
        model=device.model,
        software=device.software,
    )


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter: any of the values, or none of them when `is_not`. An empty key asks in many fields."""

    key: str
    values: tuple[str, ...]
    is_not: bool = False

    def holds(self, facts: DeviceFacts) -> bool:
        """Say whether the device is as this word wants it."""
        return any(_holds(self.key, value, facts) for value in self.values) is not self.is_not


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """What `parse` made of a text."""

    terms: tuple[Term, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that every device is found."""
        return not self.terms

    def matches(self, facts: DeviceFacts) -> bool:
        """Say whether every word holds for the device."""
        return all(term.holds(facts) for term in self.terms)


def parse(text: str) -> DeviceFilter:
    """Give the filter that a text stands for; raises BadInput naming the word that cannot be understood."""
    if len(text) > LONGEST:
        raise BadInput(f"A filter has at most {LONGEST} characters.", "Give the devices a tag and filter by that.")
    terms, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        term, at = _term(text, at)
        if term is not None:
            terms.append(term)
    return DeviceFilter(tuple(terms))


def _term(text: str, at: int) -> tuple[Term | None, int]:
    start = at
    is_not = text[at] == "-"
    at += is_not
    found = _KEY.match(text, at)
    key = ""
    if found is not None:
        key = _key(found[1])
        at = found.end()
    values, at = _values(text, at, text[start:].split(maxsplit=1)[0])
    if not values:
        if key:
            raise BadInput(f"“{text[start:at]}” says nothing yet.", f'Write what to look for, or {key}:"" for none.')
        return None, max(at, start + 1)
    if key == "env":
        values = tuple(_environment(value) for value in values)
    return Term(key, values, is_not), at


def _key(typed: str) -> str:
    key = typed.casefold()
    key = _ALSO.get(key, key)
    if key not in KEYS:
        raise BadInput(f"“{typed}:” is nothing to filter devices by.", f"Write one of {', '.join(KEYS)}.")
    return key


def _values(text: str, at: int, word: str) -> tuple[tuple[str, ...], int]:
    values: list[str] = []
    while at < len(text) and not text[at].isspace():
        if text[at] == ",":
            at += 1
            continue
        found = _VALUE.match(text, at)
        if found is None:
            raise BadInput(f"A quotation mark is not closed in “{word}”.", 'Write " at its end too.')
        value = found[1] if found[1] is not None else found[0]
        values.append(" ".join(value.casefold().split()))
        at = found.end()
    return tuple(values), at


def _environment(typed: str) -> str:
    if typed and typed not in ENVIRONMENTS:
        raise BadInput(f"“{typed}” is no environment.", f"Write one of {', '.join(Environment)}.")
    return ENVIRONMENTS[typed].value if typed else ""


def _holds(key: str, value: str, facts: DeviceFacts) -> bool:
    if key:
        return _HOW[key](value, facts)
    seen = (facts.name, facts.address, facts.site, facts.customer, facts.model)
    return any(_pattern(value)(one.casefold()) if _is_glob(value) else value in one.casefold() for one in seen)


def _is_glob(value: str) -> bool:
    return "*" in value or "?" in value


@functools.lru_cache(maxsize=256)
def _pattern(value: str) -> Callable[[str], object]:
    """Give what says whether a text, in small letters, has the value as whole words, or is as its stars say."""
    if _is_glob(value):
        return re.compile(fnmatch.translate(value.replace("[", "[[]"))).match
    return re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])").search


def _words(field: str) -> Callable[[str, DeviceFacts], bool]:
    def holds(value: str, facts: DeviceFacts) -> bool:
        known = " ".join(getattr(facts, field).casefold().split())
        return bool(_pattern(value)(known)) if value else not known

    return holds


def _tag(value: str, facts: DeviceFacts) -> bool:
    tags = facts.tags.casefold().split()
    if not value:
        return not tags
    return any(map(_pattern(value), tags)) if _is_glob(value) else value in tags


def _platform(value: str, facts: DeviceFacts) -> bool:
    known = facts.platform.casefold()
    if _is_glob(value) or not value:
        return bool(_pattern(value)(known)) if value else not known
    # IOS XE takes the lines of IOS; who wants the one only writes cisco_ios.
    return value == known or value in known.split("_") or (value == "ios" and known == "cisco_xe")


def _address(value: str, facts: DeviceFacts) -> bool:
    known = facts.address.casefold()
    if "/" in value:
        return _is_within(known, value)
    if _is_glob(value) or not value:
        return bool(_pattern(value)(known)) if value else not known
    # 10.2 begins 10.2.0.1, but neither 10.20.0.1 nor 192.10.2.1.
    return known == value or (known.startswith(value) and (value[-1] in ".:" or known[len(value)] in ".:"))


def _is_within(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


_HOW: dict[str, Callable[[str, DeviceFacts], bool]] = {
    "customer": _words("customer"),
    "site": _words("site"),
    "platform": _platform,
    "env": lambda value, facts: facts.environment == value,
    "tag": _tag,
    "name": _words("name"),
    "address": _address,
    "model": _words("model"),
    "software": _words("software"),
}
