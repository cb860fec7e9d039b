"""OpenSSH's client configuration: every host that is named in full, with what the blocks together say of it."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain.device import LoginWith
from app.domain.device_files import ssh_jumps
from app.domain.device_files.found import MOST_DEVICES, Found, FoundDevice, number
from app.domain.device_files.ssh_blocks import MOST_WILD, Block, Blocks, Include, blocks_of, words_of

_ALGORITHMS = {
    *("kexalgorithms", "hostkeyalgorithms", "ciphers", "macs"),
    *("pubkeyacceptedalgorithms", "pubkeyacceptedkeytypes", "hostbasedacceptedalgorithms"),
}
_LEGACY = re.compile(r"(?:sha1\b|ssh-rsa\b|ssh-dss\b|-cbc\b|3des|arcfour|hmac-md5)")
_TOKEN = re.compile(r"%(.)")


def read(text: str, include: Include = lambda _pattern: ()) -> Found:
    """Give the hosts of a configuration; patterns give values to hosts, and are none themselves."""
    blocks = blocks_of(text, include)
    index = _Index(blocks)
    hosts: dict[str, FoundDevice] = {}
    chains: dict[str, tuple[str, ...]] = {}
    also: dict[str, str] = {}  # another name of a host -> its key
    for line, names in _named(blocks):
        first: dict[tuple[Any, ...], str] = {}
        for name in names:
            key = name.casefold()
            if key in hosts or key in also:
                continue
            if len(hosts) >= MOST_DEVICES:
                blocks.notes[f"Only the first {MOST_DEVICES:,} hosts are read."] = None
                break
            options = index.options_of(name)
            device, chain = _device(line, name, options)
            place = (device.values["address"], device.values.get("port"), device.values.get("username"))
            if place in first:
                also[key] = first[place]
            else:
                first[place] = key
                hosts[key], chains[key] = device, chain
    devices = ssh_jumps.linked(hosts, chains, also)
    return Found(devices, tuple(blocks.unread), tuple(blocks.notes))


class _Index:
    """Finds the blocks of a host without trying those that name others."""

    def __init__(self, blocks: Blocks) -> None:
        self._wild: list[tuple[int, Block, Callable[[str], object]]] = []
        self._named: dict[str, list[tuple[int, Block]]] = {}
        for at, block in enumerate(blocks.blocks):
            if not block.options or block.is_never:
                continue
            if block.is_wild and len(self._wild) < MOST_WILD:
                self._wild.append((at, block, block.may_hold()))
            else:
                for name in dict.fromkeys(one.casefold() for one in block.patterns):
                    self._named.setdefault(name, []).append((at, block))

    def options_of(self, host: str) -> dict[str, str]:
        """Give each option's first value, as OpenSSH takes it."""
        found: dict[str, str] = {}
        small = host.casefold()
        mine = [(at, block) for at, block, may_hold in self._wild if may_hold(small) and block.holds(host)]
        mine += [one for one in self._named.get(small, []) if one[1].holds(host)]
        for _at, block in sorted(mine, key=lambda one: one[0]):
            for option, rest in block.options:
                found.setdefault(option, rest)
        return found


def _named(blocks: Blocks) -> Iterator[tuple[int, list[str]]]:
    """Give the hosts that are named in full, line by line."""
    for block in blocks.blocks:
        if block.is_never or not block.line:
            continue
        whole = (one for one in block.patterns if one and not any(c in one for c in "!*?"))
        # Inside an Include that stands below another Host line it never holds.
        names = [one for one in whole if not block.within or block.holds(one)]
        if names and all(any(c.isprintable() for c in one) for one in names):
            yield block.line, names


def _device(line: int, name: str, options: Mapping[str, str]) -> tuple[FoundDevice, tuple[str, ...]]:
    remarks: list[str] = []
    host = _expanded(_first(options, "hostname"), {"h": name}, remarks) or name
    values: dict[str, Any] = {"name": name, "address": host}
    if (port := number(_first(options, "port"))) is not None:
        values["port"] = port
    if user := _first(options, "user"):
        values["username"] = user
    key_file = _first(options, "identityfile")
    if key_file and key_file.casefold() != "none":
        path = _expanded(key_file, {"d": "~", "h": host, "n": name, "r": user, "u": ""}, remarks)
        if path:
            values |= {"login_with": LoginWith.KEY, "key_file": path}
    if any(_is_legacy(options.get(option, "")) for option in _ALGORITHMS):
        values["allows_legacy"] = True
    chain = ssh_jumps.chain_of(_first(options, "proxyjump"))
    command = options.get("proxycommand", "")
    if command and command.casefold() != "none" and not chain:
        remarks.append("it is reached by a ProxyCommand, which is not taken along")
    if len(chain) > ssh_jumps.LONGEST:
        remarks.append(f"its way has more than {ssh_jumps.LONGEST} jump hosts, which are not taken along")
        chain = ()
    return FoundDevice(line, name.casefold(), values, remarks=tuple(remarks)), chain


def _first(options: Mapping[str, str], name: str) -> str:
    return next(iter(words_of(options.get(name, ""))), "")


def _is_legacy(algorithms: str) -> bool:
    """Say whether a list asks for what only old boxes need; one that takes some away does not."""
    return not algorithms.startswith("-") and bool(_LEGACY.search(algorithms.casefold()))


def _expanded(text: str, tokens: Mapping[str, str], remarks: list[str]) -> str:
    """Give the text with its tokens put in; "" with a remark where one is not known here."""
    wrong = [one for one in _TOKEN.findall(text) if one != "%" and one not in tokens]
    if wrong:
        remarks.append(f"“{text[:60]}” depends on who connects, and is not taken along")
        return ""
    return _TOKEN.sub(lambda match: "%" if match[1] == "%" else tokens[match[1]], text)
