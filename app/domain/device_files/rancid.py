"""RANCID's router.db: `name;type;state;comment`, before version 3 with colons. Lines with # are comments."""

from app.domain.device_files.found import MOST_DEVICES, Found, FoundDevice, Unread, lines_of, shown

_PLATFORMS = {
    "cisco": "cisco_ios",
    "ios": "cisco_ios",
    "cat5": "cisco_ios",
    "cisco-xe": "cisco_xe",
    "cisco-nx": "cisco_nxos",
    "nxos": "cisco_nxos",
    "cisco-xr": "cisco_xr",
    "ios-xr": "cisco_xr",
    "ios-xr7": "cisco_xr",
    "cisco-asa": "cisco_asa",
    "asa": "cisco_asa",
    "arista": "arista_eos",
    "juniper": "juniper_junos",
    "junos": "juniper_junos",
    "hp": "hp_procurve",
    "fortigate": "fortinet",
    "mikrotik": "mikrotik_routeros",
    "paloalto": "paloalto_panos",
    "force10": "dell_force10",
    "foundry": "ruckus_fastiron",
    "extreme": "extreme",
    "huawei": "huawei",
    "netscaler": "netscaler",
    "f5": "f5_tmsh",
}


def read(text: str) -> Found:
    """Give the devices of a router.db; one that is not up comes too, and its note says so."""
    devices: dict[str, FoundDevice] = {}
    unread: list[Unread] = []
    for number, line in lines_of(text, unread):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        found = _device(number, words)
        if isinstance(found, Unread):
            unread.append(found)
        elif found.key in devices:
            unread.append(Unread(number, shown(words), f"It is in line {devices[found.key].line} already."))
        elif len(devices) >= MOST_DEVICES:
            unread.append(Unread(number, shown(words), f"Only the first {MOST_DEVICES:,} devices are read."))
            break
        else:
            devices[found.key] = found
    return Found(tuple(devices.values()), tuple(unread))


def _device(line: int, words: str) -> FoundDevice | Unread:
    # Addresses of IPv6 have colons of their own: where there is a semicolon, that is the separator.
    parts = [part.strip() for part in (words.split(";") if ";" in words else words.rsplit(":", 2))]
    if len(parts) < 3 or not parts[0]:
        return Unread(line, shown(words), "It is not “name;type;state”.")
    name, kind, state, *comment = parts
    platform = _PLATFORMS.get(kind.casefold(), "")
    values: dict[str, str] = {"name": name.split(".")[0] if not _is_ip(name) else name, "address": name}
    remarks = []
    if platform:
        values["platform"] = platform
    else:
        remarks.append(f"RANCID's type “{shown(kind, 20)}” is not known here")
    said = "; ".join(part for part in comment if part)
    note = said
    if state.casefold() != "up":
        note = f"RANCID says {shown(state, 20)}" + (f": {said}" if said else "")
        remarks.append(f"RANCID says {shown(state, 20)}")
    if note:
        values["note"] = note
    return FoundDevice(line, name.casefold(), values, remarks=tuple(remarks))


def _is_ip(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()
