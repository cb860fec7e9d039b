"""Keeping what a device said as a copy: good ones once, failed ones never in the place of a good one."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.devices.seal_key import SealKey
from app.domain.config_backup import BackupAttempt, BackupOutcome, ConfigBackup
from app.domain.config_text import cleaned, count_lines, is_suspiciously_short, settled, why_cut_short, why_not_good
from app.domain.device import Device
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.errors import EnvironmentFault
from app.domain.ports import Secrets
from app.domain.redaction import redact, without_hashes
from app.services.configs import bundle, keys
from app.services.desk import Desk
from app.services.people import need_right
from app.store import config_backups as rows
from app.store import contents
from app.store.contents import Taken

_MARK_DIGITS = 32
NOT_COMPARED = "secrets were not compared: the company's key is not open here"
WITHOUT_FULL_TEXT = "without the full text, because the company's key is not open here"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A configuration ready to be kept: its bundle, its mark and how many lines it has."""

    bundle: bundle.Bundle
    mark: str
    lines: int
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Judged:
    """What a device said, looked at and ready to be written: `trouble` says why it is no good copy.

    `is_short` says that it is one if a person confirms that so much was removed.
    """

    device: Device
    at: datetime
    trouble: str = ""
    prepared: Prepared | None = None
    is_short: bool = False


def keep(
    desk: Desk, device_id: str, raw: str, secrets: Secrets, *, is_confirmed: bool = False, at: datetime | None = None
) -> BackupAttempt:
    """Keep what the device said as a copy and note the attempt; gives the attempt.

    Its `outcome` is CHANGED with a new copy, SAME with the one that it equals, or FAILED with why it is no good copy.
    One with less than half the lines of the last good one, or that seems to be cut beside it, fails unless a person has
    confirmed it. Without the company's key (another role, or a keyring that forgets) only the redacted text is kept,
    with bare marks, and SAME says that the secrets were not compared. Raises Refused
    without the right, DiskFull. May wait for the keyring.
    """
    need_right(desk, Verb.INSERT, ConfigBackup, BackupAttempt)
    key = keys.sealing_key(desk, secrets)
    return put(desk, judge(desk, device_id, raw, key, is_confirmed=is_confirmed, at=at))


def judge(
    desk: Desk,
    device_id: str,
    raw: str,
    key: SealKey | None,
    *,
    is_confirmed: bool = False,
    at: datetime | None = None,
) -> Judged:
    """Look at what a device said, redact and seal it, and write nothing. Takes some tens of milliseconds."""
    device = desk.need(Device, device_id)
    text = cleaned(raw)
    when = at or desk.now
    trouble = why_not_good(device.platform, text)
    last = rows.newest_of(desk.cache, device_id)
    if trouble:
        return Judged(device, when, trouble)
    if last is not None and not is_confirmed and is_suspiciously_short(count_lines(text), last.lines):
        trouble = (
            f"It has {count_lines(text)} lines, the last good copy {last.lines}: confirm it if that much was removed."
        )
        return Judged(device, when, trouble, is_short=True)
    prepared = prepare(device_id, text, key)
    if last is not None and not is_confirmed:
        before = without_hashes(_redacted_of(desk, last))
        trouble = why_cut_short(device.platform, without_hashes(prepared.bundle.redacted), before)
    return Judged(device, when, trouble, is_short=True) if trouble else Judged(device, when, "", prepared)


def _redacted_of(desk: Desk, copy: ConfigBackup) -> str:
    """Give the redacted text of a copy; "" where it is not here, or damaged: no new copy waits for an old one."""
    if not contents.is_here(desk.cache, copy.sha256):
        return ""
    try:
        return bundle.read(desk.cache, copy.sha256).redacted
    except EnvironmentFault:
        return ""


def put(desk: Desk, judged: Judged) -> BackupAttempt:
    """Write what was looked at, as `keep` says; the last good copy is asked for now."""
    need_right(desk, Verb.INSERT, ConfigBackup, BackupAttempt)
    prepared = judged.prepared
    if prepared is None:
        return _note(desk, judged.device, judged.at, BackupOutcome.FAILED, None, judged.trouble)
    last = rows.newest_of(desk.cache, judged.device.id)
    if last is not None and is_same(prepared.mark, last.mark):
        words = "" if prepared.key_id else NOT_COMPARED
        return _note(desk, judged.device, judged.at, BackupOutcome.SAME, last.id, words)
    taken = contents.keep(desk.cache, bundle.pack(prepared.bundle))
    words = "" if prepared.key_id else WITHOUT_FULL_TEXT
    with desk.edit() as edit:
        copy = edit.insert(_copy(desk, judged.device, prepared, taken, new_id(), judged.at, edit.by))
        return edit.insert(
            _attempt(desk, judged.device, judged.at, edit.by, BackupOutcome.CHANGED, copy.id, words),
        )


@dataclass(frozen=True, slots=True)
class Older:
    """A copy of another system's history, ready to be written: its id, whence it is, from when and by whom."""

    prepared: Prepared
    id: str
    source: str
    source_key: str
    taken_at: datetime
    by_words: str


def keep_older(desk: Desk, device: Device, copies: Sequence[Older]) -> None:
    """Write copies of another system's history in one transaction. Raises Refused without the right, DiskFull."""
    need_right(desk, Verb.INSERT, ConfigBackup)
    if not copies:
        return
    kept = [(one, contents.keep(desk.cache, bundle.pack(one.prepared.bundle))) for one in copies]
    with desk.edit() as edit:
        for one, taken in kept:
            made = _copy(desk, device, one.prepared, taken, one.id, one.taken_at, edit.by)
            edit.insert(made.but(by_words=one.by_words, source=one.source, source_key=one.source_key))


def note_failure(desk: Desk, device_id: str, why: str) -> BackupAttempt:
    """Note that a backup failed, and why; the last good copy stays what it is."""
    return _note(desk, desk.need(Device, device_id), desk.now, BackupOutcome.FAILED, None, why)


def prepare(device_id: str, text: str, key: SealKey | None) -> Prepared:
    """Redact, seal and mark a cleaned text."""
    marking = None if key is None else key.marking
    redacted = redact(text, marking)
    mark = _mark_of(text, redacted, key)
    if key is None:
        return Prepared(bundle.Bundle(redacted), mark, count_lines(text), None)
    from app.devices import sealing  # noqa: PLC0415  loads libsodium

    sealed = sealing.seal(key, device_id, bundle.deflated(text))
    return Prepared(bundle.Bundle(redacted, sealed, key.marks_id), mark, count_lines(text), key.id)


def _mark_of(text: str, redacted: str, key: SealKey | None) -> str:
    """Give the mark of a configuration: which key, a keyed hash of all of it, and a hash of what everybody may see."""
    plain = hashlib.sha256(_bytes(settled(without_hashes(redacted)))).hexdigest()[:_MARK_DIGITS]
    if key is None:
        return f"::{plain}"
    keyed = hmac.new(key.marking, _bytes(settled(text)), hashlib.sha256).hexdigest()[:_MARK_DIGITS]
    return f"{key.marks_id}:{keyed}:{plain}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")


def is_same(mark: str, last: str) -> bool:
    """Say whether a configuration is the last one, as far as a new copy would tell no more than that one."""
    mine, theirs = mark.split(":"), last.split(":")
    if len(theirs) != 3 or mine[2] != theirs[2]:
        return False
    # Without the key the secrets cannot be compared, and the copy with them is the better one.
    return not mine[0] or mine[:2] == theirs[:2]


def _copy(
    desk: Desk, device: Device, prepared: Prepared, taken: Taken, row_id: str, taken_at: datetime, by: str
) -> ConfigBackup:
    return ConfigBackup(
        id=row_id,
        device_id=device.id,
        customer_id=device.customer_id,
        taken_at=taken_at,
        person_id=by,
        workstation=desk.workstation,
        size_bytes=taken.size_bytes,
        sha256=taken.sha256,
        lines=prepared.lines,
        mark=prepared.mark,
        key_id=prepared.key_id,
    )


def _note(
    desk: Desk, device: Device, at: datetime, outcome: BackupOutcome, backup_id: str | None, words: str
) -> BackupAttempt:
    need_right(desk, Verb.INSERT, BackupAttempt)
    with desk.edit() as edit:
        return edit.insert(_attempt(desk, device, at, edit.by, outcome, backup_id, words))


def _attempt(
    desk: Desk, device: Device, at: datetime, by: str, outcome: BackupOutcome, backup_id: str | None, words: str
) -> BackupAttempt:
    return BackupAttempt(
        id=new_id(),
        device_id=device.id,
        customer_id=device.customer_id,
        at=at,
        person_id=by,
        workstation=desk.workstation,
        outcome=outcome,
        backup_id=backup_id,
        words=words,
    )
