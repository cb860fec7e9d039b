"""netmiko's names for platforms, out of what people and other programs call them."""

import re

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_CALLED = {
    "ios": "cisco_ios",
    "cisco": "cisco_ios",
    "cisco ios": "cisco_ios",
    "ios xe": "cisco_xe",
    "iosxe": "cisco_xe",
    "cisco ios xe": "cisco_xe",
    "nxos": "cisco_nxos",
    "nx os": "cisco_nxos",
    "nexus": "cisco_nxos",
    "cisco nx os": "cisco_nxos",
    "cisco nxos": "cisco_nxos",
    "xr": "cisco_xr",
    "iosxr": "cisco_xr",
    "ios xr": "cisco_xr",
    "cisco ios xr": "cisco_xr",
    "asa": "cisco_asa",
    "cisco asa": "cisco_asa",
    "eos": "arista_eos",
    "arista": "arista_eos",
    "arista eos": "arista_eos",
    "junos": "juniper_junos",
    "juniper": "juniper_junos",
    "juniper junos": "juniper_junos",
    "procurve": "hp_procurve",
    "hp procurve": "hp_procurve",
    "hpe procurve": "hp_procurve",
    "linux": "linux",
    "ubuntu": "linux",
    "debian": "linux",
}


def platform_of(text: str) -> str:
    """Give netmiko's name for a platform as people write it; "" when it is not known."""
    plain = text.strip().casefold()
    if _NAME.fullmatch(plain):
        return plain
    return _CALLED.get(" ".join(re.split(r"[^a-z0-9]+", plain)).strip(), "")
