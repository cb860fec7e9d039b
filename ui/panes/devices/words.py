"""How the pane says environments, platforms, keys and times."""

from datetime import UTC, datetime

from app.domain.customer import Environment
from app.domain.device import Protocol
from app.services.devices import PLATFORMS
from ui.kit.theme import Kind
from ui.kit.timephrase import moment

ENVIRONMENTS: dict[Environment, tuple[str, Kind]] = {
    Environment.PRODUCTION: ("prod", Kind.RED),
    Environment.STAGING: ("staging", Kind.AMBER),
    Environment.LAB: ("lab", Kind.GREY),
    Environment.PRACTICE: ("practice", Kind.GREEN),
}
_PLATFORMS = dict(PLATFORMS)
_LINES = {Protocol.SSH: "SSH", Protocol.TELNET: "telnet", Protocol.SERIAL: "serial line"}


def platform_word(platform: str) -> str:
    """Give the platform as people call it."""
    return _PLATFORMS.get(platform, platform)


def plain_word(protocol: Protocol) -> str:
    """Give what marks a line that is not encrypted: "telnet: not encrypted"."""
    return f"{_LINES[protocol]}: not encrypted"


def plain_warning(protocol: Protocol) -> str:
    """Say what such a line means for whoever types on it."""
    if protocol is Protocol.SERIAL:
        return "Whoever has access to the line can read what is typed, the password too, and nothing proves the device."
    return "Everybody on the way can read what is typed, the password too, and nothing proves that it is the device."


def key_type_word(key_type: str) -> str:
    """Give "ssh-ed25519" as "ED25519"."""
    return key_type.removeprefix("ssh-").removeprefix("ecdsa-sha2-").upper()


def short_fingerprint(fingerprint: str) -> str:
    """Give the fingerprint's ends, as the mind compares them; whoever compares in earnest takes the whole."""
    return fingerprint if len(fingerprint) <= 20 else f"{fingerprint[:10]}…{fingerprint[-4:]}"


def when(at: datetime) -> str:
    """Give an instant on the clock, in the middle of a sentence."""
    said = moment(at, datetime.now(UTC))
    return said[0].lower() + said[1:] if said.startswith(("Today", "Yesterday", "Tomorrow")) else said
