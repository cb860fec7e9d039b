"""Secrets out of a line that somebody typed, before it is kept: what follows the words that announce one."""

import re

HIDDEN = "[secret]"
_TYPE = r"(?:(?:[0-9]|encrypted|clear|plain|nt-encrypted|ascii|hex)\s+)?"


def _word(whole: str, least: int) -> str:
    """Give a pattern for a word as the device takes it: whole, or any beginning of so many letters."""
    rest = "".join(f"(?:{re.escape(letter)}" for letter in whole[least:]) + ")?" * len(whole[least:])
    return re.escape(whole[:least]) + rest


def _words(*pairs: tuple[str, int]) -> str:
    return "|".join(_word(whole, least) for whole, least in pairs)


_TO_THE_END = _words(
    ("password", 2), ("passwd", 6), ("secret", 3), ("passphrase", 5), ("key-string", 5), ("pre-shared-key", 5),
    ("shared-secret", 8), ("encrypted-password", 5), ("plain-text-password-value", 20), ("authentication-key", 16),
    ("message-digest-key", 9), ("wpa-psk", 5), ("psk", 3), ("md5", 3), ("authentication-data", 16), ("sha1", 4),
)  # fmt: skip
_LINE = re.compile(rf"(?P<before>(?:^|[\s\"])(?:{_TO_THE_END})\s+{_TYPE})(?P<secret>\S.*)$", re.IGNORECASE)
_KEY = re.compile(
    rf"(?P<before>(?:^|(?<!\bcrypto)(?<!\bcry)(?<!\bcrypt)\s)key\s+{_TYPE})"
    r"(?!chain\b|(?:zero|gen|exp|imp|move|storage|config|\d+\s*$))(?P<secret>\S+)",
    re.IGNORECASE,
)
_COMMUNITY = re.compile(
    rf"(?P<before>\b{_word('snmp-server', 5)}\s+{_word('community', 3)}\s+{_TYPE})(?P<secret>\S+)", re.IGNORECASE
)
_SNMP = re.compile(
    r"(?P<before>\b(?:auth|priv)\s+(?:md5|sha\S*|aes(?:\s+\d+)?|des|3des)\s+)(?P<secret>\S+)", re.IGNORECASE
)
_TRAP_HOST = re.compile(
    rf"(?P<before>\b{_word('snmp-server', 5)}\s+host\s+\S+\s+(?:(?:traps|informs)\s+)?(?:vrf\s+\S+\s+)?"
    r"(?:version\s+\S+\s+)?)(?P<secret>\S+)",
    re.IGNORECASE,
)
_URL = re.compile(r"(?P<before>\b[a-z][a-z0-9+.-]{1,9}://[^\s/:@]*:)(?P<secret>[^\s@]+)(?=@)", re.IGNORECASE)
_SHOWS = re.compile(r"\s*(?:do\s+|run\s+)?sh(?:o(?:w)?)?\s", re.IGNORECASE)


def without_secrets(line: str) -> str:
    """Give the line with `[secret]` where one stands; rather too much is left out than too little."""
    patterns = (_URL,) if _SHOWS.match(line) else (_URL, _SNMP, _TRAP_HOST, _COMMUNITY, _KEY, _LINE)
    for pattern in patterns:
        line = pattern.sub(lambda found: found["before"] + HIDDEN, line)
    return line
