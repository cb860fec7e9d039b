"""Two copies of configurations side by side: their texts, what must be fetched first, and noting what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.config_backup import ConfigBackup
from app.domain.config_diff import Comparison
from app.domain.config_diff_rows import Compared
from app.domain.config_diff_summary import Summary, summary
from app.domain.config_text import settled
from app.domain.device import Device
from app.domain.errors import EnvironmentFault, Refused
from app.domain.issue import Note
from app.services import configs, devices
from app.services.desk import Desk
from app.store import config_backups as rows
from app.store import contents

WHAT = "what changed"


@dataclass(frozen=True, slots=True)
class Missing:
    """A copy whose text is not on this workstation; Workstation.fetch_content brings it."""

    backup_id: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A device that has a copy, and its newest one."""

    device_id: str
    device: str
    customer: str
    backup_id: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Two redacted texts without the lines that change by themselves, and what each line's number is with them.

    Not `has_marks`: secrets cannot be told apart, so one that changed does not show.
    """

    left: str = field(repr=False)
    right: str = field(repr=False)
    left_numbers: Sequence[int] = field(repr=False)
    right_numbers: Sequence[int] = field(repr=False)
    has_marks: bool = True


@dataclass(frozen=True, slots=True)
class Changed:
    """Two texts compared, and what changed between them in figures."""

    texts: Texts
    compared: Compared = field(repr=False)
    summary: Summary


def missing(desk: Desk, backup_ids: Sequence[str]) -> tuple[Missing, ...]:
    """Give those of these copies whose text is not here, each once; raises Refused when one was removed."""
    found = [desk.need(ConfigBackup, one) for one in dict.fromkeys(backup_ids)]
    return tuple(
        Missing(one.id, one.sha256, one.size_bytes) for one in found if not contents.is_here(desk.cache, one.sha256)
    )


def choices(desk: Desk) -> tuple[DeviceChoice, ...]:
    """Give the devices that have a copy, by customer and name."""
    return tuple(DeviceChoice(one.device_id, one.device, one.customer, one.id) for one in rows.newest(desk.cache))


def texts(desk: Desk, before_id: str, now_id: str) -> Texts:
    """Give the texts of two copies; raises Refused while one is not here, EnvironmentFault when it is damaged."""
    pair = configs.pair(desk, before_id, now_id)
    left, right = (_numbers(configs.text(desk, one)) for one in (before_id, now_id))
    return Texts(pair.before, pair.now, left, right, pair.has_marks)


def whole_text(desk: Desk, backup_id: str) -> Texts:
    """Give one copy's text on both sides, with all its lines; raises as `texts` does."""
    text = configs.text(desk, backup_id)
    numbers = range(1, text.count("\n") + 2)
    return Texts(text, text, numbers, numbers)


def changed(found: Texts, comparison: Comparison | None = None) -> Changed:
    """Give what changed; without a comparison it is made here and now."""
    compared = Compared.of_texts(found.left, found.right, comparison)
    return Changed(found, compared, summary(compared))


def note(desk: Desk, issue_id: str, device_ids: Sequence[str], words: str) -> Note:
    """Keep what changed as a note on an issue.

    Raises Refused when one of the devices is another customer's than the issue: what one customer's device says is
    nobody else's business.
    """
    *others, device_id = device_ids
    customer_id = desk.need(Device, device_id).customer_id
    for other_id in others:
        other = desk.need(Device, other_id)
        if other.customer_id != customer_id:
            raise Refused(f"{other.name} is another customer's device.", "Note only what may be seen by this customer.")
    return devices.note_output(desk, issue_id, device_id, WHAT, words)


def export(path: Path, text: str) -> None:
    """Write a text into a file; raises EnvironmentFault when it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    except OSError as e:
        raise EnvironmentFault(f"{path.name} could not be written: {e.strerror}.", "Choose another place.") from e


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(at for at, line in enumerate(text.split("\n"), 1) if settled(line) == line)
