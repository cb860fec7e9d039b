"""Which devices a verb is about: named, or chosen by the words of a filter."""

from collections.abc import Sequence

from app.domain.device import Device
from app.domain.errors import Refused
from app.services import devices
from app.services.desk import Desk


def chosen(desk: Desk, words: Sequence[str]) -> tuple[Device, ...]:
    """Give the devices that are called so, all of the words as names; else those that the words as a filter find.

    Raises Refused when none is, BadInput for a word that no filter knows.
    """
    known = devices.select(desk, "")
    names = {word.casefold() for word in words}
    if names and names <= {device.name.casefold() for device in known}:
        return tuple(device for device in known if device.name.casefold() in names)
    found = devices.select(desk, " ".join(words))
    if not found:
        raise Refused(f"No device is found by “{' '.join(words)}”." if words else "There are no devices here.", _LOOK)
    return found


def one(desk: Desk, word: str) -> Device:
    """Give the one device of this name or address; raises Refused when it is none or several."""
    folded = word.casefold()
    known = [d for d in devices.select(desk, "") if folded in {d.name.casefold(), d.address.casefold()}]
    if not known:
        raise Refused(f"There is no device {word} here.", _LOOK)
    if len(known) > 1:
        which = ", ".join(f"{device.name} ({device.address}:{device.port})" for device in known)
        raise Refused(f"“{word}” is several devices: {which}.", "Name one of them by its address.")
    return known[0]


_LOOK = "`sync --once` fetches what is new."
