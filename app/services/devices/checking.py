"""What can be a device: its address, port, names and way in, whoever says so, a person or a file."""

import ipaddress
import re

from app.domain.customer import Environment
from app.domain.device import Device, LoginWith, Protocol
from app.domain.errors import BadInput

PLATFORMS: tuple[tuple[str, str], ...] = (
    ("cisco_ios", "Cisco IOS"),
    ("cisco_xe", "Cisco IOS XE"),
    ("cisco_nxos", "Cisco NX-OS"),
    ("cisco_xr", "Cisco IOS XR"),
    ("cisco_asa", "Cisco ASA"),
    ("arista_eos", "Arista EOS"),
    ("juniper_junos", "Juniper Junos"),
    ("hp_procurve", "HPE ProCurve"),
    ("linux", "Linux"),
)
"""netmiko's names for the platforms most often met, and what people call them; others may be typed."""

USUAL_PORTS = {Protocol.SSH: 22, Protocol.TELNET: 23, Protocol.SERIAL: 22}
"""A serial line has no port; the number is not looked at."""

_PLATFORM = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?")
_LINE = re.compile(r"COM[0-9]{1,3}|/dev/[A-Za-z0-9._/-]{1,100}")
_USER = re.compile(r"[^\s\x00-\x1f\x7f]{0,64}")
_TAG = re.compile(r'[^\s",:\x00-\x1f\x7f]{1,40}')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST = {"name": 120, "site": 120, "software": 200, "model": 200, "serial": 200, "key_file": 400, "note": 20_000}


def checked(device: Device) -> Device:
    """Give the device as it is kept, blanks trimmed; raises BadInput for what cannot be."""
    address, platform, username = device.address.strip(), device.platform.strip(), device.username.strip()
    if device.protocol is Protocol.SERIAL:
        if not _LINE.fullmatch(address):
            raise BadInput(
                f"“{address}” is no serial line.", "Write this machine's name for it, such as /dev/ttyUSB0 or COM3."
            )
    elif not is_address(address):
        raise BadInput(f"“{address}” cannot be a device's address.", "Write a host name or an IP address.")
    if not _PLATFORM.fullmatch(platform):
        raise BadInput(f"“{platform}” is no platform.", "Write netmiko's name for it, such as cisco_ios.")
    if not _USER.fullmatch(username):
        raise BadInput("A user name has no blanks and at most 64 characters.", "Correct it.")
    if not 75 <= device.baud <= 4_000_000:
        raise BadInput(f"{device.baud} is no speed of a serial line.", "Most devices speak at 9600, some at 115200.")
    found = device.but(
        address=address,
        platform=platform,
        username=username,
        name=_one_line(device.name) or address,
        site=_one_line(device.site),
        environment=Environment(device.environment),
        protocol=Protocol(device.protocol),
        login_with=LoginWith(device.login_with),
        key_file=device.key_file.strip(),
        tags=tags(device.tags),
        software=_one_line(device.software),
        model=_one_line(device.model),
        serial=_one_line(device.serial),
        note=_CONTROL.sub("", device.note.replace("\r\n", "\n")).strip(),
    )
    _check_way_in(found)
    for field, most in _LONGEST.items():
        if len(getattr(found, field)) > most:
            raise BadInput(f"The {field.replace('_', ' ')} has more than {most:,} characters.", "Shorten it.")
    return found


def is_address(text: str) -> bool:
    """Say whether the text can be a host name or an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # Digits and dots that are no address would be looked up as a name and never found.
        return len(text) <= 253 and bool(_HOST.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def port(given: int | str) -> int:
    """Give the port that was written; raises BadInput for anything else."""
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise BadInput(f"“{text}” is no port.", "A port is a number from 1 to 65535; SSH is usually 22.")
    return int(text)


def speed(given: int | str) -> int:
    """Give the baud that were written; raises BadInput for anything else."""
    text = str(given).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 7):
        raise BadInput(f"“{text}” is no speed of a serial line.", "Most devices speak at 9600, some at 115200.")
    return int(text)


def tags(text: str) -> str:
    """Give the tags in small letters, each once, one blank between two; raises BadInput for what is none."""
    words = list(dict.fromkeys(text.casefold().replace(",", " ").split()))
    wrong = next((word for word in words if not _TAG.fullmatch(word)), None)
    if wrong is not None:
        raise BadInput(f"“{wrong}” is no tag.", "A tag is a word of at most 40 characters, without quotes and colons.")
    if len(words) > 40:
        raise BadInput("A device has at most 40 tags.", "Leave some out.")
    return " ".join(words)


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _check_way_in(device: Device) -> None:
    if device.protocol is not Protocol.SSH:
        word = "A serial line" if device.protocol is Protocol.SERIAL else "Telnet"
        if device.login_with is not LoginWith.PASSWORD:
            raise BadInput(f"{word} knows no keys.", "Log in with a password, or speak SSH.")
        if device.jump_id is not None:
            raise BadInput(f"{word} does not go through a jump host.", "Take the jump host away, or speak SSH.")
    if device.login_with is LoginWith.KEY and not device.key_file:
        raise BadInput(
            "It is not said which key to log in with.", "Give the private key's file, such as ~/.ssh/id_ed25519."
        )
    if _CONTROL.search(device.key_file) or "\n" in device.key_file:
        raise BadInput("A file's name has no control characters.", "Correct the key's file.")
