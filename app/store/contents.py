"""The contents of files and config backups on this workstation: files by their SHA-256 in a folder beside the cache.

A file under its hash is whole: it is written elsewhere first. Everything is readable by this user only, and nothing
is ever executed. Any thread; two may work on different contents at once.
"""

import contextlib
import errno
import hashlib
import json
import math
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.domain.entities import WITH_CONTENT
from app.domain.errors import BadInput, DiskFull, EnvironmentFault
from app.store.cache import Cache

MOST_BYTES = 100 * 1024 * 1024
_BLOCK_BYTES = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_NEEDED_FOR_S = 86_400.0  # a file may come before its row, and a removal may be taken back
_SHOWN_FOR_S = 7 * 86_400.0
_START = 16  # characters of a hash that name the folder of a copy to be shown


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of a file that was taken in."""

    sha256: str
    size_bytes: int


def folder(cache: Cache) -> Path:
    """Give the folder of the contents; it need not be there."""
    return cache.path.parent / "contents"


def path_of(cache: Cache, sha256: str) -> Path:
    """Give where a content stands when it is here; raises BadInput for a hash that is none."""
    if not _HASH.fullmatch(sha256):
        raise BadInput("This attachment does not say which content it has.", "Ask whoever attached it to do it again.")
    return folder(cache) / sha256[:2] / sha256


def is_here(cache: Cache, sha256: str) -> bool:
    """Say whether a content is on this workstation; False also for a hash that is none."""
    return _HASH.fullmatch(sha256) is not None and path_of(cache, sha256).is_file()


def take_in(cache: Cache, source: Path) -> Taken:
    """Copy a file of this machine into the store; it is on the disk when this returns.

    Raises BadInput for what is no file or too long, EnvironmentFault for one that cannot be read, DiskFull.
    """
    fresh = folder(cache) / f"new-{secrets.token_hex(8)}"
    with _writing(folder(cache)):
        _make(folder(cache))
        try:
            with _opened(source) as file, _private(fresh) as copy:
                taken = _copy(file, copy, source)
                copy.flush()
                os.fsync(copy.fileno())
            _put(fresh, path_of(cache, taken.sha256))
        finally:
            fresh.unlink(missing_ok=True)
    return taken


def keep(cache: Cache, data: bytes) -> Taken:
    """Put a content that was made here into the store; it is on the disk when this returns. Raises DiskFull."""
    taken = Taken(hashlib.sha256(data).hexdigest(), len(data))
    fresh = folder(cache) / f"new-{secrets.token_hex(8)}"
    with _writing(folder(cache)):
        _make(folder(cache))
        try:
            with _private(fresh) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _put(fresh, path_of(cache, taken.sha256))
        finally:
            fresh.unlink(missing_ok=True)
    return taken


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[BinaryIO]:
    try:
        found = source.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe would never end, and a device is somebody else's matter
            raise BadInput(f"{source.name} is not a file.", "Attach files; pack a folder into an archive first.")
        if found.st_size > MOST_BYTES:
            raise _too_long(source)
        file = source.open("rb")
    except FileNotFoundError as e:
        raise BadInput(f"{source.name} is not there any more.", "Choose the file where it is now.") from e
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or str(e)
        raise EnvironmentFault(f"{source.name} cannot be read ({why}).", "Check its rights.") from e
    with file:
        yield file


def _copy(file: BinaryIO, copy: BinaryIO, source: Path) -> Taken:
    digest, size = hashlib.sha256(), 0
    while block := _read(file, source):
        size += len(block)
        if size > MOST_BYTES:  # it grows while we read
            raise _too_long(source)
        digest.update(block)
        copy.write(block)
    return Taken(digest.hexdigest(), size)


def _read(file: BinaryIO, source: Path) -> bytes:
    try:
        return file.read(_BLOCK_BYTES)
    except OSError as e:
        raise EnvironmentFault(
            f"{source.name} could not be read to its end ({e.strerror}).", "Copy it to this machine, and try again."
        ) from e


def _too_long(source: Path) -> BadInput:
    return BadInput(
        f"{source.name} is longer than {MOST_BYTES >> 20} MB, and a file that is attached goes through the database.",
        "Put it where both sides can fetch it, and write down where; or attach the part that matters.",
    )


# Coming from the company, in pieces


def arrived_bytes(cache: Cache, sha256: str) -> int:
    """Give how much of a content has come so far."""
    try:
        return _part(cache, sha256).stat().st_size
    except OSError:
        return 0


def add_piece(cache: Cache, sha256: str, at: int, piece: bytes) -> None:
    """Write a piece at its place in what has come; what stands behind it goes."""
    part = _part(cache, sha256)
    with _writing(part.parent):
        _make(part.parent)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | _BINARY, 0o600), "r+b") as file:
            file.truncate(at)
            file.seek(at)
            file.write(piece)


def finish(cache: Cache, sha256: str) -> None:
    """Put what has come in its place; raises EnvironmentFault when it is not what the hash says, and drops it."""
    part = _part(cache, sha256)
    with _writing(part.parent):
        if _hash_of(part) != sha256:
            part.unlink(missing_ok=True)
            raise EnvironmentFault(
                "What came from the company is not the file that was attached.",
                "Fetch it once more; if it stays so, ask whoever attached it to do it again.",
            )
        _put(part, path_of(cache, sha256))


def read_piece(cache: Cache, sha256: str, at: int, size: int) -> bytes:
    """Give so many bytes of a content; fewer at its end. Raises EnvironmentFault when it is gone from the disk."""
    try:
        with path_of(cache, sha256).open("rb") as file:
            file.seek(at)
            return file.read(size)
    except OSError as e:
        raise EnvironmentFault(
            f"The file of an attachment cannot be read on this workstation ({e.strerror}).", "Attach it again."
        ) from e


def drop(cache: Cache, sha256: str) -> None:
    """Let go of a content that turned out to be damaged."""
    with contextlib.suppress(OSError):
        path_of(cache, sha256).unlink()


# Going to the person


def checked(cache: Cache, sha256: str) -> Path:
    """Give the file of a content after reading it once; raises EnvironmentFault when it is gone or damaged.

    A damaged one is dropped, so that it is fetched again.
    """
    path = path_of(cache, sha256)
    with _writing(path.parent):
        if _hash_of(path) == sha256:
            return path
    is_damaged = path.exists()
    drop(cache, sha256)
    raise EnvironmentFault(
        "The copy on this workstation is damaged." if is_damaged else "This file is not on this workstation.",
        "Fetch it from the company.",
    )


def named_copy(cache: Cache, sha256: str, name: str) -> Path:
    """Give a copy under a name that other programs understand, to be looked at; it may not be written or executed."""
    source = checked(cache, sha256)
    place = folder(cache) / "shown" / sha256[:_START]
    with _writing(place):
        _make(place)
        path = place / name
        fresh = place / f"new-{secrets.token_hex(8)}"
        try:
            with source.open("rb") as file, _private(fresh) as copy:
                shutil.copyfileobj(file, copy, _BLOCK_BYTES)
            fresh.chmod(0o400)
            if path.exists():
                path.chmod(0o600)  # Windows replaces nothing that is read-only
            _put(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
    return path


# Letting go


def tidy(cache: Cache, needed_for_s: float = _NEEDED_FOR_S) -> int:
    """Remove files that nothing here points to any more, and old copies that were shown; gives how many."""
    if not folder(cache).is_dir():
        return 0
    needed: set[str] = set()
    typed: list[tuple[str]] = []
    for table in WITH_CONTENT:
        needed |= {i for (i,) in cache.read(f"SELECT sha256 FROM {table} WHERE deleted = 0")}
        typed += cache.read(
            "SELECT fields FROM outbox WHERE tbl = :t "
            "UNION ALL SELECT mine FROM conflict WHERE tbl = :t AND resolved_at IS NULL",
            {"t": table},
        )
    needed |= {str(said.get("sha256")) for (text,) in typed if isinstance(said := json.loads(text), dict)}
    now, gone = time.time(), 0
    starts = {i[:_START] for i in needed}
    for path in [p for p in folder(cache).rglob("*") if not p.is_dir()]:
        with contextlib.suppress(OSError):
            age_s = now - path.stat().st_mtime
            is_shown = path.parent.parent.name == "shown"
            is_needed = path.parent.name in starts if is_shown else path.name[:64] in needed
            kept_for_s = math.inf if is_needed and not is_shown else _SHOWN_FOR_S if is_needed else needed_for_s
            if age_s > kept_for_s:
                path.unlink()
                gone += 1
    return gone


_BINARY = getattr(os, "O_BINARY", 0)


def _part(cache: Cache, sha256: str) -> Path:
    path = path_of(cache, sha256)
    return path.with_name(f"{path.name}.part")


def _make(place: Path) -> None:
    """Make a folder for this user only; `parents` of mkdir would leave those above it open."""
    if not place.is_dir():
        _make(place.parent)
        place.mkdir(exist_ok=True, mode=0o700)


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600), "wb")


def _put(fresh: Path, path: Path) -> None:
    _make(path.parent)
    fresh.replace(path)


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as e:
        if e.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull("The disk of this workstation is full; the file was not kept.", "Free some space.") from e
        raise EnvironmentFault(
            f"Files cannot be kept in {place} ({e.strerror}).", "Check the rights of the profile folder."
        ) from e
