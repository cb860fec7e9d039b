"""What a simulated device is, and what can be wrong with it. Knows neither SSH nor the farm it stands in."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class LoginForm(StrEnum):
    """How the device asks for the password: devices with central accounts often ask a question instead."""

    PASSWORD = "password"  # noqa: S105 - the name of an SSH method
    QUESTION = "keyboard-interactive"


@dataclass(frozen=True, slots=True)
class SimulatedDevice:
    """One device as it leaves the box; what is left empty is made up from its name, always the same."""

    name: str
    username: str = "support"
    password: str = field(default="practice", repr=False)
    enable_password: str = field(default="", repr=False)
    """Empty: `enable` asks for nothing."""
    port: int = 0
    """On 127.0.0.1; 0 takes any free one."""
    platform: str = "cisco_ios"
    """The folder of replies to speak from, by its netmiko name."""
    host_key: str = field(default="", repr=False)
    """Private key as text; empty makes a new one at the start of the farm."""
    second_host_key: str = field(default="", repr=False)
    """A key of another type that the device shows to whoever asks for that type."""
    hostname: str = ""
    address: str = ""
    """The management address it reports, which is not the one it listens on."""
    serial: str = ""
    model: str = "WS-C2960X-24TS-L"
    version: str = "15.2(7)E8"
    login_form: LoginForm = LoginForm.PASSWORD
    is_privileged: bool = False
    """The login lands in privileged mode."""
    interfaces: int = 0
    """Access ports besides the few that every device has: 125 make `show running-config` 43 kB long."""
    has_only_old_ssh: bool = False
    """Offers only key exchanges with SHA-1, as boxes of before 2015 do."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a device just now; the default is a healthy one."""

    latency_s: float = 0.0
    """Before anything typed is answered."""
    is_unplugged: bool = False
    """Refuses connections and has dropped those it had."""
    banner_delay_s: float = 0.0
    """Before the first byte of a new connection."""
    drop_after_bytes: int | None = None
    """Cuts the connection after this many bytes of output, counted per session from now on."""
    truncate_after: int | None = None
    """Stops each reply after this many bytes and says nothing more."""
    prompt: str | None = None
    """Shows this instead of its prompt."""
    has_escapes: bool = False
    """Colours, cursor jumps, titles and questions to the terminal between the lines."""
    is_endless: bool = False
    """Each `show` goes on until Ctrl-C."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """One password that reached the device; the password itself is not kept."""

    username: str
    is_accepted: bool
    tried_at: datetime


def facts(device: SimulatedDevice, hostname: str, started_at: datetime, now: datetime) -> dict[str, str]:
    """Give the words that replies are filled with."""
    seed = hashlib.sha256(device.name.encode()).digest()
    mac = bytes([0x02, 0x00, 0x5E]) + seed[:3]
    address = device.address or f"10.{seed[3]}.{seed[4]}.{10 + seed[5] % 200}"
    octets = address.split(".")
    subnet = ".".join(octets[:3])
    up = timedelta(days=20 + seed[6], hours=seed[7] % 24, minutes=seed[8] % 60) + (now - started_at)
    restarted_at = now - up
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
        "model": device.model,
        "version": device.version,
        "image": device.version.replace("(", "-").replace(")", "."),
        "mac_colons": mac.hex(":").upper(),
        "mac_dots": _dotted(mac),
        "neighbour_mac": _dotted(bytes([0x02, 0x00, 0x5E]) + seed[23:26]),
        "host_mac": _dotted(bytes([0x02, 0x00, 0x5E]) + seed[26:29]),
        "uptime": _uptime(up),
        "restarted": f"{restarted_at:%H:%M:%S} UTC {restarted_at:%a %b} {restarted_at.day} {restarted_at.year}",
        "clock": f"{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now.year}",
    }


def utc_now() -> datetime:
    """Give the time as devices show it."""
    return datetime.now(UTC)


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
    return ", ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)
