"""The content of one copy: the redacted text, which all may read, and the full text, sealed.

Version 1: a line of JSON, then the redacted text deflated, then the sealed full text (deflated before it was sealed).
"""

import json
import zlib
from dataclasses import dataclass

from app.domain.errors import EnvironmentFault
from app.store import contents
from app.store.cache import Cache

MOST_TEXT_BYTES = 64 * 1024 * 1024
_START = b"baton-config 1 "


@dataclass(frozen=True, slots=True)
class Bundle:
    """A copy's content, read. `marks_id` names what its marks were made with, "" for bare ones."""

    redacted: str
    sealed: bytes = b""
    marks_id: str = ""


def pack(bundle: Bundle) -> bytes:
    """Give the bytes of a bundle."""
    redacted = zlib.compress(_bytes(bundle.redacted))
    header = {"redacted": len(redacted), "sealed": len(bundle.sealed), "marks": bundle.marks_id}
    return _START + json.dumps(header).encode() + b"\n" + redacted + bundle.sealed


def unpack(data: bytes) -> Bundle:
    """Read a bundle; raises EnvironmentFault for what is none, damaged, or longer than any configuration."""
    try:
        head, line_end, rest = data.partition(b"\n")
        if not line_end or not head.startswith(_START):
            raise _unreadable()
        header = json.loads(head[len(_START) :])
        size, sealed_size = int(header["redacted"]), int(header["sealed"])
        if min(size, sealed_size) < 0 or size + sealed_size != len(rest):
            raise _unreadable()
        return Bundle(inflated(rest[:size]), rest[size:], str(header["marks"]))
    except (ValueError, KeyError, TypeError, zlib.error) as e:
        raise _unreadable() from e


def deflated(text: str) -> bytes:
    """Give a text as it is sealed."""
    return zlib.compress(_bytes(text))


def inflated(data: bytes) -> str:
    """Give a deflated text back; raises EnvironmentFault or zlib.error for what is none."""
    reader = zlib.decompressobj()
    text = reader.decompress(data, MOST_TEXT_BYTES)
    if not reader.eof:
        raise _unreadable()
    return text.decode(errors="surrogateescape")


def read(cache: Cache, sha256: str) -> Bundle:
    """Read the content of a copy that is here; raises EnvironmentFault when it is not, or damaged."""
    return unpack(contents.checked(cache, sha256).read_bytes())


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def _unreadable() -> EnvironmentFault:
    return EnvironmentFault(
        "This copy of a configuration cannot be read.", "Use another copy; a newer Baton may have written it."
    )
