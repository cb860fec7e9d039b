"""SecureCRT's sessions: the XML that it exports, and its folder of .ini files."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from app.domain.device import Protocol
from app.domain.device_files.found import Found, Unread, hexadecimal, lines_of, number, shown
from app.domain.device_files.sessions import Sessions, with_key
from app.domain.errors import BadInput

_DEEPEST = 40  # folders within folders
_NO_SESSIONS = {"default", "__folderdata__", "default_localshell", "default_rdp"}
_PROTOCOLS = {
    "ssh2": Protocol.SSH,
    "ssh1": Protocol.SSH,
    "telnet": Protocol.TELNET,
    "serial": Protocol.SERIAL,
}
_INI = re.compile(r'([SDZ]):"([^"]*)"=(.*)')
_WANTED = {
    *("hostname", "username", "protocol name", "port", "[ssh2] port", "[ssh1] port", "com port", "baud rate"),
    *("identity filename v2", "firewall name", "description"),
}
_JUMP = "session:"

Options = dict[str, str]


def read_xml(text: str) -> Found:
    """Give the sessions of an XML export; raises BadInput when it is none."""
    if "<!DOCTYPE" in text[:10_000].upper() or "<!ENTITY" in text.upper():
        raise BadInput("The file declares entities, which no export of SecureCRT does.", "Export the sessions anew.")
    # Nothing but characters: it says in which encoding it was, and that is not true any more.
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.lstrip("\ufeff"), count=1)
    try:
        root = ET.fromstring(body.encode(errors="replace"))  # noqa: S314 - entities, the danger in XML, are refused above
    except ET.ParseError as e:
        raise BadInput(f"The file is no XML: {e}.", "Export the sessions from SecureCRT anew.") from e
    top = next((key for key in root.iter("key") if (key.get("name") or "").casefold() == "sessions"), None)
    if top is None:
        raise BadInput("There are no sessions in the file.", "Export the sessions from SecureCRT anew.")
    return _found((0, path, options) for path, options in _keys(top))


def read_folder(files: Mapping[str, str]) -> Found:
    """Give the sessions of the folder Sessions: the text of each .ini by its path below it, with slashes."""
    unread: list[Unread] = []

    def sessions() -> Iterator[tuple[int, str, Options]]:
        for file, text in sorted(files.items()):
            if file.casefold().endswith(".ini"):
                yield 0, file[:-4], _ini(text, unread)

    found = _found(sessions())
    return Found(found.devices, (*unread, *found.unread), found.notes)


def _keys(top: ET.Element) -> Iterator[tuple[str, Options]]:
    """Give the sessions below a key with their paths; one that has a host or a protocol is a session."""
    waiting = [(key, "", 0) for key in reversed(top.findall("key"))]
    while waiting:
        key, above, depth = waiting.pop()
        path = f"{above}/{key.get('name') or ''}" if above else key.get("name") or ""
        options = {
            name: (one.text or "").strip()
            for one in key
            if one.tag in {"string", "dword"} and (name := (one.get("name") or "").casefold()) in _WANTED
        }
        for array in key.findall("array"):
            if (array.get("name") or "").casefold() == "description":
                options["description"] = "\n".join((one.text or "") for one in array.findall("string"))
        if "hostname" in options or "protocol name" in options:
            yield path, options
        elif depth < _DEEPEST:
            waiting += [(inner, path, depth + 1) for inner in reversed(key.findall("key"))]


def _ini(text: str, unread: list[Unread]) -> Options:
    """Give what is wanted of one .ini: S is a text, D a number in base 16, Z a count of lines that follow."""
    options: Options = {}
    following, lines = 0, list[str]()
    for _number, words in lines_of(text, unread):
        if following:
            lines.append(words.removeprefix(" "))
            following -= 1
            continue
        match = _INI.fullmatch(words.strip().removeprefix("\ufeff"))
        if match is None or match[2].casefold() not in _WANTED:
            continue
        name, value = match[2].casefold(), match[3].strip()
        if match[1] == "S":
            options[name] = value
        elif (count := hexadecimal(value)) is not None:
            if match[1] == "Z":
                following = min(count, 1_000)
            else:
                options[name] = str(count)
    if lines:
        options["description"] = "\n".join(lines)
    return options


def _found(all_of_them: Iterator[tuple[int, str, Options]]) -> Found:
    sessions = Sessions()
    ways: list[tuple[str, str]] = []
    for line, path, options in all_of_them:
        if path.rsplit("/", maxsplit=1)[-1].casefold() in _NO_SESSIONS:
            continue
        trouble = _take(sessions, line, path, options)
        firewall = options.get("firewall name", "")
        if trouble:
            sessions.unread.append(Unread(line, shown(path), trouble))
        elif firewall.casefold().startswith(_JUMP):
            ways.append((path.casefold(), firewall[len(_JUMP) :].strip().replace("\\", "/").casefold()))
    sessions.jumps.update(ways)
    return sessions.found()


def _take(sessions: Sessions, line: int, path: str, options: Options) -> str:
    """Take a session up; gives why it is none."""
    spoken = options.get("protocol name", "SSH2")
    protocol = _PROTOCOLS.get(spoken.casefold())
    if protocol is None:
        return f"It speaks {shown(spoken, 20)}, which is not spoken here."
    folder, _slash, name = path.rpartition("/")
    values: dict[str, Any] = {"name": " ".join(name.split()), "protocol": protocol}
    remarks: list[str] = []
    if protocol is Protocol.SERIAL:
        values["address"] = options.get("com port", "")
        if (speed := number(options.get("baud rate", ""))) is not None:
            values["baud"] = speed
    else:
        values |= {"address": options.get("hostname", ""), "username": options.get("username", "")}
        port = options.get("port" if protocol is Protocol.TELNET else f"[{spoken.casefold()}] port", "")
        if (given := number(port)) is not None:
            values["port"] = given
        with_key(values, options.get("identity filename v2", "").partition("::")[0], remarks)
    if spoken.casefold() == "ssh1":
        remarks.append("it speaks SSH 1, which nobody should: SSH 2 is tried")
    firewall = options.get("firewall name", "")
    if firewall and firewall.casefold() != "none" and not firewall.casefold().startswith(_JUMP):
        remarks.append(f"its firewall “{shown(firewall, 30)}” is not taken along")
    if folder:
        values["tags"] = " ".join("-".join(part.casefold().split()) for part in folder.split("/") if part.strip())
    if note := options.get("description", "").strip():
        values["note"] = note
    if not values["address"]:
        return "It names no host."
    sessions.add(line, path, values, tuple(remarks))
    return ""
