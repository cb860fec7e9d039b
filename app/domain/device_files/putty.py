"""PuTTY's saved sessions: the registry of Windows as it is exported, and the folder of PuTTY on Unix."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from app.domain.device import Protocol
from app.domain.device_files.found import Found, Unread, lines_of, number, shown
from app.domain.device_files.sessions import Sessions, with_key

_SECTION = re.compile(r"\[(.*)\]")
_IN_SESSIONS = re.compile(r".*\\SimonTatham\\PuTTY\\Sessions\\(.+)", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"=(?:"((?:[^"\\]|\\.)*)"|dword:([0-9a-fA-F]{1,8})|(.*))')
_DEFAULTS = "default settings"
_PROTOCOLS = {"ssh": Protocol.SSH, "telnet": Protocol.TELNET, "serial": Protocol.SERIAL, "": Protocol.SSH}
_OVER_SSH = 6  # PuTTY's ProxyMethod for port forwarding by SSH
_WANTED = {
    *("hostname", "portnumber", "protocol", "username", "publickeyfile", "serialline", "serialspeed"),
    *("proxymethod", "proxyhost", "proxyport", "proxyusername"),
}

Options = dict[str, str]


def read_registry(text: str) -> Found:
    """Give the sessions of a .reg file. Passwords of proxies, which stand there in plain text, are not looked at."""
    unread: list[Unread] = []
    found: list[tuple[int, str, Options]] = []
    options: Options | None = None
    for line, words in lines_of(text, unread):
        if section := _SECTION.fullmatch(words.strip()):
            session = _IN_SESSIONS.fullmatch(section[1])
            options = {} if session else None
            if session and options is not None:
                found.append((line, unquote(session[1], errors="replace"), options))
        elif options is not None and (value := _VALUE.fullmatch(words.strip())):
            name = value[1].casefold()
            if name in _WANTED:
                text_of = re.sub(r"\\(.)", r"\1", value[2]) if value[2] is not None else ""
                options[name] = str(int(value[3], 16)) if value[3] else text_of
    return _found(found, unread)


def read_folder(files: Mapping[str, str]) -> Found:
    """Give the sessions of a folder by the files' names, each `Name=value` in a line."""
    unread: list[Unread] = []
    found: list[tuple[int, str, Options]] = []
    for file, text in sorted(files.items()):
        options: Options = {}
        for _line, words in lines_of(text, unread):
            name, is_one, value = words.partition("=")
            if is_one and name.strip().casefold() in _WANTED:
                options[name.strip().casefold()] = value.strip()
        found.append((0, unquote(file, errors="replace"), options))
    return _found(found, unread)


def _found(found: list[tuple[int, str, Options]], unread: list[Unread]) -> Found:
    sessions = Sessions()
    sessions.unread += unread
    ways: list[tuple[str, Options]] = []
    for line, name, options in found:
        if name.strip().casefold() == _DEFAULTS:
            continue
        trouble = _take(sessions, line, name, options)
        if trouble:
            sessions.unread.append(Unread(line, shown(name), trouble))
        elif number(options.get("proxymethod", "")) == _OVER_SSH and options.get("proxyhost"):
            ways.append((name.casefold(), options))
    for key, options in ways:
        port = number(options.get("proxyport", ""))
        sessions.jumps[key] = sessions.jump_at(options["proxyhost"], port, options.get("proxyusername", ""))
    return sessions.found()


def _take(sessions: Sessions, line: int, name: str, options: Options) -> str:
    """Take a session up; gives why it is none."""
    protocol = _PROTOCOLS.get(options.get("protocol", "").casefold())
    if protocol is None:
        return f"It speaks {shown(options['protocol'], 20)}, which is not spoken here."
    values: dict[str, Any] = {"name": " ".join(name.split()), "protocol": protocol}
    remarks: list[str] = []
    if protocol is Protocol.SERIAL:
        values["address"] = options.get("serialline", "")
        if (speed := number(options.get("serialspeed", ""))) is not None:
            values["baud"] = speed
    else:
        user, _at, host = options.get("hostname", "").strip().rpartition("@")
        values |= {"address": host, "username": options.get("username", "") or user}
        if (port := number(options.get("portnumber", ""))) is not None:
            values["port"] = port
        with_key(values, options.get("publickeyfile", ""), remarks)
        if (method := number(options.get("proxymethod", "")) or 0) not in {0, _OVER_SSH}:
            remarks.append(f"its proxy is not by SSH (PuTTY's kind {method}), and is not taken along")
    if not values["address"]:
        return "It names no host."
    sessions.add(line, name, values, tuple(remarks))
    return ""
