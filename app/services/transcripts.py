"""Transcripts of sessions on this workstation: where they stand, for how long, and how one goes to somebody else."""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from app.domain.entity import new_id
from app.domain.errors import EnvironmentFault
from app.services.attachments import safe_name
from app.services.desk import Desk

KEPT_DAYS = 30
KEPT_BYTES = 1024 * 1024 * 1024
"""All of them together; the oldest go first."""
_ENDING = ".txt"
_DAY_S = 86_400.0


def folder(desk: Desk) -> Path:
    """Give where they stand; it need not be there."""
    return desk.cache.path.parent / "transcripts"


def begin(desk: Desk) -> Path:
    """Give where a new one is to be written, and let those go that are too old or too many.

    Raises EnvironmentFault when the folder cannot be made; the session need not wait for that.
    """
    place = folder(desk)
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        _tidy(place)
    except OSError as e:
        raise EnvironmentFault(
            f"The folder {place} cannot be used ({e.strerror}), so the session is not recorded.", "Check its rights."
        ) from e
    return place / f"{new_id()}{_ENDING}"


def size_bytes(path: Path) -> int:
    """Give how long a transcript is; 0 when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextmanager
def to_hand_on(desk: Desk, path: Path, device: str, opened_at: datetime, who: str) -> Iterator[Path]:
    """Give a copy, under a name that says what it is, with a heading, while the block lasts.

    Raises EnvironmentFault when the transcript is not there any more.
    """
    opened = f"{opened_at.astimezone(UTC):%Y-%m-%d %H.%M}Z"
    with tempfile.TemporaryDirectory(dir=folder(desk)) as aside:
        copy = Path(aside) / safe_name(f"{device} {opened}{_ENDING}")
        try:
            text = path.read_bytes()
        except OSError as e:
            raise EnvironmentFault(
                f"The transcript is not there ({e.strerror}).", "Keep the note without it, or select and copy the text."
            ) from e
        head = f"Transcript of {device}, {who}, from {opened}. Times are UTC; known forms of secrets are hidden.\n\n"
        copy.write_bytes(head.encode() + text)
        yield copy


def _tidy(place: Path) -> None:
    found: list[tuple[float, int, Path]] = []
    for path in place.glob(f"*{_ENDING}"):
        with contextlib.suppress(OSError):  # another console may be faster
            stat = path.stat()
            found.append((stat.st_mtime, stat.st_size, path))
    oldest, room = time.time() - KEPT_DAYS * _DAY_S, KEPT_BYTES
    for changed_at, size, path in sorted(found, reverse=True):
        room -= size
        if changed_at < oldest or room < 0:
            with contextlib.suppress(OSError):
                path.unlink()
