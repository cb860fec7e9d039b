"""A typed line as it may be kept: without the secrets in it, however short the words before them were typed."""

import re

from app.domain.redaction import redact_line
from app.domain.redaction.words import short

# What announces a secret, and the fewest letters that the device takes for it.
_ANNOUNCES = (
    ("password", 3), ("key-string", 5), ("pre-shared-key", 5), ("community", 3), ("message-digest-key", 9),
    ("authentication-key", 16), ("encrypted-password", 11),
)  # fmt: skip
_SHORTENED = tuple(
    (re.compile(rf"(?<!\S){short(word, least)}(?!\S)", re.IGNORECASE), word) for word, least in _ANNOUNCES
)


def kept(line: str) -> str:
    """Give the line with a mark for each secret; a shortened word that announces one is spelled out for it."""
    for pattern, word in _SHORTENED:
        line = pattern.sub(word, line)
    return redact_line(line)
