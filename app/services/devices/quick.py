"""What somebody means who types where to connect: `ops@10.0.0.1:2222`, an address, or a part of a name."""

from dataclasses import dataclass

from app.domain.device import Protocol
from app.services.desk import Desk
from app.services.devices.checking import USUAL_PORTS, is_address, port
from app.services.devices.tree import DeviceLine, tree

MOST = 8
_NO = 9


@dataclass(frozen=True, slots=True)
class Typed:
    """Where to, as typed: `port` is 0 when none was. `host` need not be an address; a part of a name is none."""

    username: str
    host: str
    port: int

    @property
    def can_be_new(self) -> bool:
        """Whether a device that nobody has written down could be there."""
        return is_address(self.host)


@dataclass(frozen=True, slots=True)
class QuickMatch:
    """The devices that may be meant, the likeliest first; with `is_sure` the first is exactly what was typed."""

    typed: Typed
    lines: tuple[DeviceLine, ...]
    is_sure: bool


def read(text: str) -> Typed:
    """Take what was typed apart; raises BadInput for a port that is none."""
    words = text.strip().removeprefix("ssh://").rstrip("/")
    username, _at, place = words.rpartition("@")
    host, number = place, ""
    if place.startswith("[") and "]" in place:
        host, _bracket, rest = place[1:].partition("]")
        number = rest.removeprefix(":")
    elif place.count(":") == 1:
        host, _colon, number = place.partition(":")
    return Typed(username.strip(), host.strip(), port(number) if number.strip() else 0)


def quick(desk: Desk, text: str) -> QuickMatch:
    """Give the devices that may be meant; raises BadInput for a port that is none."""
    typed = read(text)
    if not typed.host:
        return QuickMatch(typed, (), is_sure=False)
    wanted = typed.host.casefold()
    ranked = sorted(
        ((rank, line.name.casefold(), line) for line in tree(desk).lines if (rank := _rank(line, wanted, typed)) < _NO),
        key=lambda one: one[:2],
    )
    lines = tuple(line for _rank, _name, line in ranked[:MOST])
    return QuickMatch(typed, lines, is_sure=bool(ranked) and ranked[0][0] == 0)


def _rank(line: DeviceLine, wanted: str, typed: Typed) -> int:
    """Give how likely the device is meant: 0 it is exactly that, _NO it is not."""
    name, shown = line.name.casefold(), line.address.casefold()
    if shown == _address(wanted, typed.port) or (name == wanted and not typed.port):
        return 0
    if typed.port:
        return _NO
    if name.startswith(wanted):
        return 1
    if wanted in name:
        return 2
    return 3 if shown.startswith(wanted) else _NO


def _address(host: str, number: int) -> str:
    """Give the address as the tree shows it."""
    if number in {0, USUAL_PORTS[Protocol.SSH]}:
        return host
    return f"[{host}]:{number}" if ":" in host else f"{host}:{number}"
