"""Ways over jump hosts: who stands before whom, each a device of its own, and none in a circle."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.device_files.found import FoundDevice, number

LONGEST = 10
"""Hops of one way; nobody has more."""


def chain_of(proxy_jump: str) -> tuple[str, ...]:
    """Give the hops of a ProxyJump, the nearest to us first; none for "none"."""
    if proxy_jump.casefold() in {"", "none"}:
        return ()
    return tuple(hop for hop in (part.strip().removeprefix("ssh://") for part in proxy_jump.split(",")) if hop)


def linked(
    hosts: Mapping[str, FoundDevice], chains: Mapping[str, tuple[str, ...]], also: Mapping[str, str]
) -> tuple[FoundDevice, ...]:
    """Give the hosts with what each is reached through, and the jump hosts that only ways name."""
    ways = _Ways(hosts, chains, also)
    for key, chain in chains.items():
        if chain:
            ways.jumps[key] = ways.key_of(chain)
    return without_circles(ways.devices, ways.jumps)


def without_circles(devices: Mapping[str, FoundDevice], jumps: Mapping[str, str]) -> tuple[FoundDevice, ...]:
    """Give the devices with their jumps; whose way leads in a circle has none, and says so."""
    known = {key: jump for key, jump in jumps.items() if jump in devices}
    bad = _in_circles(known)
    found = []
    for key, device in devices.items():
        remarks = device.remarks
        if key in bad:
            remarks = (*remarks, "its jump hosts lead in a circle, and are not taken along")
        elif key in jumps and key not in known:
            remarks = (*remarks, f"its jump host “{jumps[key][:60]}” is not in the file")
        found.append(replace(device, jump="" if key in bad else known.get(key, ""), remarks=remarks))
    return tuple(found)


def _in_circles(jumps: Mapping[str, str]) -> set[str]:
    """Give those from which the way comes back to itself."""
    done: set[str] = set()
    bad: set[str] = set()
    for start in jumps:
        path: dict[str, int] = {}
        at = start
        while at in jumps and at not in done and at not in path:
            path[at] = len(path)
            at = jumps[at]
        if at in path:
            bad |= {key for key, place in path.items() if place >= path[at]}
        done |= path.keys()
    return bad


class _Ways:
    """Makes a device of each hop: a host of the file where it is the same one, else one of its own."""

    def __init__(
        self, hosts: Mapping[str, FoundDevice], chains: Mapping[str, tuple[str, ...]], also: Mapping[str, str]
    ) -> None:
        self.devices = dict(hosts)
        self.jumps: dict[str, str] = {}
        self._chains, self._also = chains, also

    def key_of(self, chain: tuple[str, ...]) -> str:
        """Give the key of the last hop of a chain, reached over those before it."""
        hop = chain[-1].casefold()
        own = self._also.get(hop, hop)
        # The first hop is reached as its own block says; a later one over the hop before it, whatever its block says.
        if own in self._chains and (len(chain) == 1 or self._chains[own] == chain[:-1]):
            return own
        key = "jump:" + ",".join(chain).casefold()
        if key not in self.devices:
            self.devices[key] = self._made(key, chain, own)
            if len(chain) > 1:
                self.jumps[key] = self.key_of(chain[:-1])
        return key

    def _made(self, key: str, chain: tuple[str, ...], own: str) -> FoundDevice:
        if own in self._chains:
            values = dict(self.devices[own].values)
        else:
            user, _at, place = chain[-1].rpartition("@")
            host, port = split_port(place)
            known = self.devices.get(self._also.get(host.casefold(), host.casefold()))
            values = dict(known.values) if known is not None else {"address": host, "platform": "linux"}
            values |= {"name": chain[-1]}
            if user:
                values["username"] = user
            if port is not None:
                values["port"] = port
        if len(chain) > 1:
            values["name"] = f"{chain[-1]} via {chain[-2]}"
        return FoundDevice(0, key, values, remarks=("a jump host of others in the file",))


def split_port(place: str) -> tuple[str, int | None]:
    """Take "host:port" and "[address]:port" apart."""
    if place.startswith("["):
        host, _bracket, rest = place[1:].partition("]")
        return host, number(rest.removeprefix(":"))
    if place.count(":") == 1:
        host, _colon, rest = place.partition(":")
        return host, number(rest)
    return place, None
