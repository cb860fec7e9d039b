"""CSV with any headings: what each column is, is guessed from its name, and may be said otherwise."""

import csv
import io
from collections.abc import Iterator, Mapping

from app.domain.customer import Environment
from app.domain.device import Protocol
from app.domain.device_files.found import LONGEST_LINE, MOST_DEVICES, Found, FoundDevice, Unread, shown
from app.domain.device_files.platforms import platform_of
from app.domain.device_filter import ENVIRONMENTS
from app.domain.errors import BadInput

FIELDS = (
    *("name", "address", "port", "customer", "site", "platform", "environment", "username", "protocol", "software"),
    *("model", "serial", "tags", "jump", "note", "key"),
)
"""What a column may be; `key` is what names the device in that file for ever, `jump` the one to go through."""

_HEADS = {
    "name": ("name", "hostname", "host name", "device", "device name", "node", "sysname", "label", "display name"),
    "address": (
        *("address", "ip", "ip address", "management ip", "mgmt ip", "management address", "ipv4", "ipv4 address"),
        *("primary ip", "primary ip4", "primary ipv4", "ip addr", "mgmt address"),
    ),
    "port": ("port", "ssh port", "tcp port"),
    "customer": ("customer", "company", "tenant", "client", "account", "organisation", "organization", "group"),
    "site": ("site", "location", "place", "building", "office", "city", "site name"),
    "platform": ("platform", "os", "device type", "type", "driver", "network os", "operating system", "vendor os"),
    "environment": ("environment", "env", "stage", "criticality", "usage"),
    "username": ("username", "user", "user name", "login", "account name"),
    "protocol": ("protocol", "transport", "method", "connection type"),
    "software": ("software", "version", "software version", "os version", "firmware", "image"),
    "model": ("model", "hardware", "device model", "product", "chassis", "part number"),
    "serial": ("serial", "serial number", "serial no", "sn", "s n", "serialnumber"),
    "tags": ("tags", "tag", "labels", "roles", "role", "device role"),
    "jump": ("jump", "jump host", "bastion", "proxy", "proxy jump", "gateway host", "via"),
    "note": ("note", "notes", "comment", "comments", "description", "remarks"),
    "key": ("id", "key", "uuid", "asset", "asset tag", "asset id", "external id"),
}
_NAME_OR_ADDRESS = {"host", "fqdn", "dns name"}  # the address, unless another column is
_BY_HEAD = {head: name for name, heads in _HEADS.items() for head in heads}
# What holds secrets is left out whatever anybody says.
_SECRET = ("password", "passwd", "secret", "pass", "pwd", "enable", "community", "token", "passphrase", "credential")
_DELIMITERS = ",;\t|"


def read(text: str, columns: Mapping[str, str] | None = None) -> Found:
    """Give the devices of a CSV. `columns` says of headings what they are ("" leaves one out); others are guessed.

    Raises BadInput when no column is a device's address or name.
    """
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=_delimiter(text))
    devices: dict[str, FoundDevice] = {}
    unread: list[Unread] = []
    header = _next(reader, unread) or []
    if not header:
        raise BadInput("The file is empty.", "Choose another one.")
    fields = _fields([head.strip().removeprefix("\ufeff") for head in header], columns or {})
    if not {"address", "name"} & set(fields.values()):
        raise BadInput("No column is a device's address or name.", "Say which one is, or name the columns in line 1.")
    while (row := _next(reader, unread)) is not None:
        line = max(reader.line_num, 1)
        if not any(cell.strip() for cell in row):
            continue
        found = _device(line, row, fields, len(header))
        if isinstance(found, Unread):
            unread.append(found)
        elif found.key in devices:
            first = devices[found.key].line
            unread.append(Unread(line, found.label, f"Line {first} is the same device: both are “{shown(found.key)}”."))
        elif len(devices) >= MOST_DEVICES:
            unread.append(Unread(line, found.label, f"Only the first {MOST_DEVICES:,} devices are read."))
            break
        else:
            devices[found.key] = found
    known = {head.strip(): fields.get(at, "") for at, head in enumerate(header) if head.strip()}
    return Found(tuple(devices.values()), tuple(unread), _notes(known), known)


def _next(reader: "Iterator[list[str]]", unread: list[Unread]) -> list[str] | None:
    """Give the next row that can be read."""
    while True:
        try:
            return next(reader)
        except StopIteration:
            return None
        except csv.Error as e:
            unread.append(Unread(getattr(reader, "line_num", 0), "", f"It cannot be read: {e}."))


def _notes(known: Mapping[str, str]) -> tuple[str, ...]:
    secret = [head for head in known if _is_secret(head)]
    return (f"Not read, it may hold secrets: {', '.join(secret)}.",) if secret else ()


def _delimiter(text: str) -> str:
    first = text.lstrip("\ufeff \r\n").split("\n", 1)[0][:LONGEST_LINE]
    return max(_DELIMITERS, key=first.count)


def _words(head: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in head.casefold()).split())


def _is_secret(head: str) -> bool:
    words = _words(head).split()
    return any(word in _SECRET or word.endswith("password") for word in words)


def _fields(header: list[str], said: Mapping[str, str]) -> dict[int, str]:
    """Give what each column is; what is said wins, and of two that are guessed alike the first."""
    found = {at: said[head] for at, head in enumerate(header) if said.get(head) and not _is_secret(head)}
    for at, head in enumerate(header):
        guess = _BY_HEAD.get(_words(head), "")
        if head not in said and guess and guess not in found.values() and not _is_secret(head):
            found[at] = guess
    for at, head in enumerate(header):
        if at not in found and head not in said and _words(head) in _NAME_OR_ADDRESS:
            free = next((name for name in ("address", "name") if name not in found.values()), None)
            found |= {at: free} if free else {}
    unknown = next((name for name in found.values() if name not in FIELDS), None)
    if unknown is not None:
        raise BadInput(f"“{unknown}” is nothing that a column can be.", f"Choose one of {', '.join(FIELDS)}.")
    return found


def _device(line: int, row: list[str], fields: Mapping[int, str], width: int) -> FoundDevice | Unread:
    if len(row) > width:
        return Unread(line, shown(" ".join(row)), f"It has {len(row)} cells under {width} headings.")
    said = {name: " ".join(row[at].split()) for at, name in fields.items() if at < len(row)}
    too_long = next((name for name, text in said.items() if len(text) > LONGEST_LINE), None)
    if too_long is not None:
        return Unread(line, shown(said[too_long]), f"Its {too_long} has {len(said[too_long]):,} characters.")
    said = {name: text for name, text in said.items() if text}
    values: dict[str, object] = {
        name: said[name]
        for name in ("name", "username", "site", "software", "model", "serial", "note", "tags")
        if name in said
    }
    address, remarks = said.get("address", ""), list[str]()
    # NetBox writes "10.0.0.1/24".
    values["address"] = address.split("/", maxsplit=1)[0] if address else said.get("name", "")
    if not values["address"]:
        return Unread(line, shown(" ".join(row)), "It says neither an address nor a name.")
    if "tags" in said:
        values["tags"] = said["tags"].replace(";", " ").replace(":", "-").replace("/", " ").replace('"', "").casefold()
    _add_port(said, values, remarks)
    _add_words(said, values, remarks)
    customer = said.get("customer", "")
    key = said.get("key") or said.get("name") or str(values["address"])
    if "key" not in said and customer:
        key = f"{customer}/{key}"
    return FoundDevice(line, key.casefold(), values, customer, said.get("jump", "").casefold(), tuple(remarks))


def _add_port(said: Mapping[str, str], values: dict[str, object], remarks: list[str]) -> None:
    port = said.get("port", "")
    if port.isascii() and port.isdigit() and len(port) <= 5:
        values["port"] = int(port)
    elif port:
        remarks.append(f"“{shown(port, 20)}” is no port")


def _add_words(said: Mapping[str, str], values: dict[str, object], remarks: list[str]) -> None:
    """Add what has words of its own; a word that is not known is said."""
    if (text := said.get("platform", "")) and (platform := platform_of(text)):
        values["platform"] = platform
    elif text:
        remarks.append(f"the platform “{shown(text, 30)}” is not known here")
    if (text := said.get("environment", "").casefold()) in _ENVIRONMENTS:
        values["environment"] = _ENVIRONMENTS[text]
    elif text:
        remarks.append(f"the environment “{shown(text, 30)}” is not known here")
    if (text := said.get("protocol", "").casefold()) in _PROTOCOLS:
        values["protocol"] = _PROTOCOLS[text]
    elif text:
        remarks.append(f"the protocol “{shown(text, 30)}” is not known here")


_ENVIRONMENTS = {
    **ENVIRONMENTS,
    "live": Environment.PRODUCTION,
    "active": Environment.PRODUCTION,
    "test": Environment.LAB,
    "dev": Environment.LAB,
    "preprod": Environment.STAGING,
}
_PROTOCOLS = {"ssh": Protocol.SSH, "ssh2": Protocol.SSH, "telnet": Protocol.TELNET, "serial": Protocol.SERIAL}
