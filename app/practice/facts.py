"""What a device says about itself: the words that its replies are filled with, made up from its name."""

import hashlib
from datetime import datetime, timedelta

from app.practice.device import SimulatedDevice

_MODELS = {
    "cisco_nxos": ("N9K-C93180YC-EX", "9.3(10)"),
    "cisco_asa": ("ASA5516", "9.16(4)"),
    "arista_eos": ("DCS-7050TX-64", "4.28.3M"),
}
_USUAL = ("WS-C2960X-24TS-L", "15.2(7)E8")


def address_of(device: SimulatedDevice) -> str:
    """Give the management address that the device reports."""
    seed = _seed(device)
    return device.address or f"10.{seed[3]}.{seed[4]}.{10 + seed[5] % 200}"


def first_booted_at(device: SimulatedDevice, now: datetime) -> datetime:
    """Give when a device that was just set up pretends to have been started: weeks ago."""
    seed = _seed(device)
    return now - timedelta(days=20 + seed[6], hours=seed[7] % 24, minutes=seed[8] % 60)


def facts(device: SimulatedDevice, hostname: str, booted_at: datetime, now: datetime) -> dict[str, str]:
    """Give the words that replies are filled with."""
    seed = _seed(device)
    mac = bytes([0x02, 0x00, 0x5E]) + seed[:3]
    address = address_of(device)
    octets = address.split(".")
    subnet = ".".join(octets[:3])
    model, version = _MODELS.get(device.platform, _USUAL)
    version = device.version or version
    up = now - booted_at
    hours, minutes = divmod(up.seconds // 60, 60)
    return {
        "hostname": hostname,
        "username": device.username,
        "address": address,
        "gateway": f"{subnet}.1",
        "host": f"{subnet}.250",
        "subnet": f"{subnet}.0",
        "network": f"{octets[0]}.0.0.0",
        "serial": device.serial or _serial("FOC", seed[9:16]),
        "psu_serial": _serial("DCA", seed[16:23]),
        "model": device.model or model,
        "version": version,
        "image": version.replace("(", "-").replace(")", "."),
        "image_dots": version.replace("(", ".").replace(")", ""),
        "mac_colons": mac.hex(":").upper(),
        "mac_dots": _dotted(mac),
        "neighbour_mac": _dotted(bytes([0x02, 0x00, 0x5E]) + seed[23:26]),
        "host_mac": _dotted(bytes([0x02, 0x00, 0x5E]) + seed[26:29]),
        "uptime": _uptime(up),
        "uptime_nxos": f"{up.days} day(s), {hours} hour(s), {minutes} minute(s), {up.seconds % 60} second(s)",
        "uptime_asa": f"{up.days} days {hours} hours",
        "restarted": f"{booted_at:%H:%M:%S} UTC {booted_at:%a %b} {booted_at.day} {booted_at.year}",
        "clock": f"{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now.year}",
        "now": f"{now:%H:%M:%S} UTC {now:%a %b} {now.day} {now.year}",
        "today": f"{now:%a %b} {now.day} {now:%H:%M:%S} {now.year}",
    }


def _seed(device: SimulatedDevice) -> bytes:
    return hashlib.sha256(device.name.encode()).digest()


def _serial(plant: str, seed: bytes) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    return f"{plant}{20 + seed[0] % 6}{1 + seed[1] % 52:02d}" + "".join(
        letters[byte % len(letters)] for byte in seed[2:6]
    )


def _dotted(mac: bytes) -> str:
    digits = mac.hex()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def _uptime(up: timedelta) -> str:
    weeks, days = divmod(up.days, 7)
    hours, minutes = divmod(up.seconds // 60, 60)
    parts = [(weeks, "week"), (days, "day"), (hours, "hour"), (minutes, "minute")]
    said = ", ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)
    return said or "0 minutes"
