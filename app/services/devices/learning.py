"""What a device says of itself: its software, model and serial number, out of a `show version` that somebody ran."""

from app.devices.messages import Table
from app.domain.device import Device
from app.domain.entities import Verb, table_of
from app.services.desk import Desk

# The columns of the templates of ntc-templates, by what they tell; the first that says something counts.
_SOFTWARE = ("version", "os", "image", "junos_version")
_MODEL = ("model", "platform", "hardware")
_SERIAL = ("serial", "serial_number")
_SAYS_VERSION = ({"uptime", "version"}, {"uptime", "os"}, {"uptime", "image"}, {"hostname", "junos_version"})
_WORDS = {
    "cisco_ios": "IOS",
    "cisco_xe": "IOS XE",
    "cisco_nxos": "NX-OS",
    "cisco_xr": "IOS XR",
    "cisco_asa": "ASA",
    "arista_eos": "EOS",
    "juniper_junos": "Junos",
}
_LONGEST = 200


def tells_of_itself(table: Table) -> bool:
    """Say whether this is what `show version` gives, so that `learn` has a use for it."""
    return bool(table.rows) and any(wanted <= set(table.headers) for wanted in _SAYS_VERSION)


def learn(desk: Desk, device_id: str, table: Table) -> Device | None:
    """Write down what a `show version` tells that was not known; gives the device, None where nothing is new.

    It is an edit of the person who ran the command. Who may not change devices changes nothing, and is not told:
    they only looked.
    """
    device = desk.cache.record(Device, device_id)
    may = desk.me().role in table_of(Device).may(Verb.UPDATE)
    if device is None or device.deleted or not may or not tells_of_itself(table):
        return None
    told = {name: text for name, text in _told(device, table).items() if text and text != getattr(device, name)}
    if not told:
        return None
    with desk.edit() as edit:
        edit.update(device, **told)
    return device.but(**told)


def _told(device: Device, table: Table) -> dict[str, str]:
    row = dict(zip(table.headers, table.rows[0], strict=True))

    def first(names: tuple[str, ...]) -> str:
        said = next((row[name] for name in names if row.get(name, "").strip()), "")
        return " ".join(said.split())[:_LONGEST]

    software = first(_SOFTWARE)
    word = _WORDS.get(device.platform, "")
    return {
        "software": f"{word} {software}".strip() if software else "",
        "model": first(_MODEL),
        "serial": first(_SERIAL),
    }
