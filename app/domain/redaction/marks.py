"""The mark that stands where a secret stood: "<secret 3f9a1c20>", the same for the same secret everywhere.

The eight digits are the start of an HMAC-SHA-256 under a key of the company's, so that nobody without that key can try
words against it. Without the key the mark is a bare "<secret>", which hides that a secret changed.
"""

import hashlib
import hmac
import re

MARK = r"<secret(?: [0-9a-f]{8})?>"
_MARK = re.compile(MARK)
_HASHED = re.compile(r"<secret [0-9a-f]{8}>")
_NO_SECRET = re.compile(rf"(?:{MARK}|\*+|<(?:removed|hidden)>)")  # what a device or we have hidden already
_TYPE_7 = re.compile(r"(?:0\d|1[0-5])(?:[0-9A-Fa-f]{2})+")
_TYPE_7_KEY = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"  # public since 1995: it hides nothing
_MARK_DIGITS = 8


def mark_of(secret: str, key: bytes | None, *, is_type_7: bool = False) -> str:
    """Give the mark of a secret. Cisco's reversible type 7 is read first: it writes one password in 16 ways."""
    if key is None:
        return "<secret>"
    plain = (_read_type_7(secret) if is_type_7 else None) or secret
    return f"<secret {hmac.new(key, plain.encode(errors='surrogatepass'), hashlib.sha256).hexdigest()[:_MARK_DIGITS]}>"


def is_hidden(text: str) -> bool:
    """Say whether this is no secret any more: a mark of ours, or what a device writes instead of one."""
    return _NO_SECRET.fullmatch(text) is not None


def without_hashes(text: str) -> str:
    """Give a redacted text with bare marks, to be compared with one that was redacted without the key."""
    return _HASHED.sub("<secret>", text)


def marks_in(text: str) -> list[str]:
    """Give the marks of a redacted text in their order."""
    return _MARK.findall(text)


def _read_type_7(secret: str) -> str | None:
    if not _TYPE_7.fullmatch(secret):
        return None
    start, data = int(secret[:2]), bytes.fromhex(secret[2:])
    return bytes(b ^ _TYPE_7_KEY[(start + at) % len(_TYPE_7_KEY)] for at, b in enumerate(data)).decode("latin-1")
