"""Files on an issue: attaching one, what is known of it, having its content here, and looking at it."""

import contextlib
import mimetypes
import os
import secrets
import shutil
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import EnvironmentFault
from app.domain.issue import Issue
from app.domain.on_issue import Attachment
from app.services.desk import Desk
from app.services.people import OUTSIDE, name_of, names, need_right
from app.store import contents
from app.store.contents import MOST_BYTES
from app.sync.messages import ContentMoved

__all__ = [
    "MOST_BYTES",
    "AttachmentLine",
    "Moving",
    "Progress",
    "add",
    "line",
    "of_issue",
    "open_copy",
    "remove",
    "safe_name",
    "save_as",
]

_LONGEST_NAME = 120  # bytes: many file systems take 255, and folders come before it
_UNNAMED = "file"
# Not allowed on one system or another, or of a meaning there.
_SPECIAL = frozenset('<>:"/\\|?*')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """A file on an issue. `name` is safe to be shown and to be a file's name; `by` is a name.

    `is_here` says that it can be looked at without the network. `is_unsent`: the row is still in the outbox.
    """

    id: str
    issue_id: str
    name: str
    size_bytes: int
    sha256: str
    media_type: str
    by: str
    at: datetime
    is_here: bool
    is_unsent: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a content is on its way."""

    done_bytes: int
    size_bytes: int
    is_upload: bool


class Moving:
    """Contents that are on their way now, in the console's memory. Any thread, the GUI's too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Progress] = {}

    def of(self, sha256: str) -> Progress | None:
        """Give how far this content is; None when it is not on its way."""
        with self._lock:
            return self._known.get(sha256)

    def take(self, moved: ContentMoved) -> None:
        """Take what the sync says of one."""
        with self._lock:
            if moved.done_bytes >= moved.size_bytes:
                self._known.pop(moved.sha256, None)
            else:
                self._known[moved.sha256] = Progress(moved.done_bytes, moved.size_bytes, moved.is_upload)

    def end(self, sha256: str) -> None:
        """Take it that this one moves no more."""
        with self._lock:
            self._known.pop(sha256, None)

    def stop(self) -> frozenset[str]:
        """Take it that nothing moves any more; gives what did."""
        with self._lock:
            known, self._known = frozenset(self._known), {}
        return known


def add(desk: Desk, issue_id: str, path: Path) -> Attachment:
    """Attach a copy of a file of this machine; it goes to the company with the next contact.

    Reads and copies the file on the calling thread, some tenths of a second for the longest. Raises Refused without
    the right, BadInput for what is no file or longer than 100 MB, EnvironmentFault or DiskFull.
    """
    need_right(desk, Verb.INSERT, Attachment)
    issue = desk.need(Issue, issue_id)
    name = safe_name(path.name)
    taken = contents.take_in(desk.cache, path)
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    with desk.edit() as edit:
        return edit.insert(
            Attachment(
                id=new_id(),
                issue_id=issue.id,
                customer_id=issue.customer_id,
                name=name,
                size_bytes=taken.size_bytes,
                sha256=taken.sha256,
                media_type=media_type,
                person_id=edit.by,
                at=edit.at,
            )
        )


def remove(desk: Desk, attachment_id: str) -> None:
    """Take a file off its issue; the content goes later, when nothing else has it."""
    need_right(desk, Verb.DELETE, Attachment)
    attachment = desk.need(Attachment, attachment_id)
    with desk.edit() as edit:
        edit.delete(attachment)


def of_issue(desk: Desk, issue_id: str) -> tuple[AttachmentLine, ...]:
    """Give the files on an issue, the newest first."""
    who = names(desk)
    found = desk.cache.records(Attachment, "issue_id = ? ORDER BY at DESC, id DESC", (issue_id,))
    return tuple(_line(desk, one, who.get(one.person_id, OUTSIDE)) for one in found)


def line(desk: Desk, attachment_id: str) -> AttachmentLine:
    """Give one file; raises Refused when it was removed."""
    one = desk.need(Attachment, attachment_id)
    return _line(desk, one, name_of(desk, one.person_id))


def _line(desk: Desk, one: Attachment, by: str) -> AttachmentLine:
    is_here = contents.is_here(desk.cache, one.sha256)
    return AttachmentLine(
        *(one.id, one.issue_id, safe_name(one.name), one.size_bytes, one.sha256, one.media_type, by, one.at),
        is_here=is_here,
        is_unsent=one.rev == 0,
    )


def open_copy(desk: Desk, attachment_id: str) -> Path | None:
    """Give a copy to be opened by another program, read-only and under its own name; None when it must be fetched.

    For fetching see Workstation.fetch_content. The content is checked against its hash; raises EnvironmentFault when
    the copy on this workstation is damaged: then it is dropped, and fetching it brings it again.
    """
    one = desk.need(Attachment, attachment_id)
    if not contents.is_here(desk.cache, one.sha256):
        contents.path_of(desk.cache, one.sha256)  # refuses a hash that is none
        return None
    return contents.named_copy(desk.cache, one.sha256, safe_name(one.name))


def save_as(desk: Desk, attachment_id: str, path: Path) -> bool:
    """Write the content where the person wants it, whole or not at all; False when it must be fetched first."""
    one = desk.need(Attachment, attachment_id)
    if not contents.is_here(desk.cache, one.sha256):
        return False
    source = contents.checked(desk.cache, one.sha256)
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(4)}")
    try:
        with source.open("rb") as file, os.fdopen(os.open(part, _NEW, 0o600), "wb") as copy:
            shutil.copyfileobj(file, copy, 1 << 20)
        part.replace(path)
    except OSError as e:
        raise EnvironmentFault(f"{path} cannot be written ({e.strerror}).", "Choose another folder.") from e
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return True


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def safe_name(name: str) -> str:
    """Give a name that is one file's everywhere and reads as what it is.

    Without separators, controls and marks that turn the direction of writing round: those make "exe.pdf" of "fdp.exe".
    Not hidden, no device of Windows, and cut before its ending where it is too long.
    """
    shown = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    shown = "".join("_" if c in _SPECIAL else c for c in unicodedata.normalize("NFC", shown))
    shown = " ".join(shown.split()).strip(". ")
    stem, dot, ending = shown.rpartition(".")
    if not dot or not stem or len(ending) > 10:
        stem, ending = shown, ""
    if stem.partition(".")[0].strip().lower() in _RESERVED:
        stem = f"_{stem}"
    ending = f".{ending}" if ending else ""
    room = _LONGEST_NAME - len(ending.encode())
    stem = stem.encode()[:room].decode(errors="ignore").strip()
    return f"{stem}{ending}" if stem else f"{_UNNAMED}{ending}"
