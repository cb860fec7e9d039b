"""Oxidized's copies: its git repository comes in with its history, redacted and sealed as our own copies are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.devices.seal_key import SealKey
from app.domain.config_backup import ConfigBackup
from app.domain.config_text import cleaned, why_not_good
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.entities import Verb
from app.domain.entity import source_id
from app.domain.plain_text import cut
from app.domain.ports import Secrets
from app.services.configs import keeping, keys
from app.services.configs.git_history import GitHistory, Version
from app.services.desk import Desk
from app.services.people import need_right

SOURCE = "oxidized"
MOST_TEXT_BYTES = 16 * 1024 * 1024
_AT_ONCE = 20  # copies in one transaction, so that somebody who types beside an import does not wait
_LONGEST_WORDS = 120


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file that is a device's: how many versions it has, and how many of them were not looked at yet."""

    path: str
    device_id: str
    device: str
    versions: int
    new: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no device's, and why."""

    path: str
    versions: int
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a repository would bring."""

    repository: Path
    files: tuple[FileLine, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def words(self) -> str:
        """Give it in a sentence."""
        versions, new = sum(f.versions for f in self.files), sum(f.new for f in self.files)
        return (
            f"{len(self.files)} devices with {versions:,} versions, {new:,} of them new; "
            f"{len(self.left_out)} files are no device's."
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return {
            "files": [
                {
                    "path": shown(f.path),
                    "device": f.device,
                    "versions": f.versions,
                    "new": f.new,
                    "first_at": f.first_at.isoformat(),
                    "last_at": f.last_at.isoformat(),
                }
                for f in self.files
            ],
            "left_out": [{"path": f.path, "versions": f.versions, "reason": f.reason} for f in self.left_out],
        }


@dataclass(slots=True)
class Brought:
    """What an import brought: versions that are copies now, as the copy before them, or no good copies; those there."""

    devices: int = 0
    added: int = 0
    same: int = 0
    bad: int = 0
    there: int = 0

    @property
    def words(self) -> str:
        """Give it in a sentence."""
        return (
            f"{self.added:,} copies of {self.devices} devices added; {self.there:,} were here, {self.same:,} are as "
            f"the one before, {self.bad:,} are no good copies."
        )

    def as_dict(self) -> dict[str, int]:
        """Give it for JSON."""
        return {
            "devices": self.devices,
            "added": self.added,
            "same": self.same,
            "bad": self.bad,
            "there": self.there,
        }


def preview(desk: Desk, repository: Path) -> Preview:
    """Say what a repository would bring; reads its log only, and writes nothing.

    Raises BadInput for what is no repository, EnvironmentFault without git.
    """
    there = _there(desk)
    with GitHistory(repository) as git:
        by_path = _by_path(git)
    finder = _Finder(desk)
    files: list[FileLine] = []
    left_out: list[LeftOut] = []
    for path, versions in sorted(by_path.items()):
        device, reason = finder.device_of(path)
        if device is None:
            left_out.append(LeftOut(shown(path), len(versions), reason))
            continue
        new = sum(_id_of(version) not in there for version in versions)
        at = sorted(version.at for version in versions)
        files.append(FileLine(path, device.id, device.name, len(versions), new, at[0], at[-1]))
    return Preview(repository, tuple(files), tuple(left_out))


def bring_in(
    desk: Desk, seen: Preview, secrets: Secrets, *, on_progress: Callable[[str], None] = lambda _words: None
) -> Brought:
    """Keep every version that is not here yet, at the time and with the author of its commit; for a thread of its own.

    May be broken off and called again: a version is kept once. Raises Refused without the right, DiskFull, and as
    `preview` does.
    """
    need_right(desk, Verb.INSERT, ConfigBackup)
    key = keys.sealing_key(desk, secrets)
    there, brought = _there(desk), Brought()
    with GitHistory(seen.repository) as git:
        by_path = _by_path(git)
        for number, file in enumerate(seen.files, 1):
            device = desk.need(Device, file.device_id)
            _bring_file(desk, git, device, by_path.get(file.path, []), there, key, brought)
            brought.devices += 1
            on_progress(f"{number}/{len(seen.files)} {file.device}")
    return brought


def shown(path: str) -> str:
    """Give a file's name such that it can be printed."""
    return cut("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path), 200)


def _bring_file(
    desk: Desk,
    git: GitHistory,
    device: Device,
    versions: list[Version],
    there: dict[str, str],
    key: SealKey | None,
    brought: Brought,
) -> None:
    last = ""
    waiting: list[keeping.Older] = []
    for version in versions:
        if (known := there.get(_id_of(version))) is not None:
            last, brought.there = known, brought.there + 1
            continue
        text = git.text(version.blob, MOST_TEXT_BYTES)
        prepared = None if text is None else _prepared(device, text, key)
        if prepared is None:
            brought.bad += 1
        elif last and keeping.is_same(prepared.mark, last):
            brought.same += 1
        else:
            last, brought.added = prepared.mark, brought.added + 1
            by = cut(f"{version.author}: {version.subject}" if version.subject else version.author, _LONGEST_WORDS)
            waiting.append(keeping.Older(prepared, _id_of(version), SOURCE, _key_of(version), version.at, by))
        if len(waiting) == _AT_ONCE:
            keeping.keep_older(desk, device, waiting)
            waiting = []
    keeping.keep_older(desk, device, waiting)


def _prepared(device: Device, raw: str, key: SealKey | None) -> keeping.Prepared | None:
    """Look at a version. What Oxidized writes before and behind a configuration hides the platform's end mark."""
    text = cleaned(raw.replace("\0", ""))
    return None if why_not_good("", text) else keeping.prepare(device.id, text, key)


def _by_path(git: GitHistory) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for version in git.versions():
        found.setdefault(version.path, []).append(version)
    return found


def _there(desk: Desk) -> dict[str, str]:
    """Give the marks of what was brought in before, by id."""
    return dict(desk.cache.read("SELECT id, mark FROM config_backup WHERE source = ?", (SOURCE,)))


def _key_of(version: Version) -> str:
    return f"{version.commit}:{shown(version.path)}"


def _id_of(version: Version) -> str:
    return source_id(SOURCE, f"{version.commit}:{version.path.encode(errors='surrogateescape').hex()}")


class _Finder:
    """Finds the device of a file: "node" or "group/node", where a node is a name or an address."""

    def __init__(self, desk: Desk) -> None:
        self._by_name: dict[str, list[Device]] = {}
        for device in desk.cache.records(Device):
            for name in {device.name.casefold(), device.address.casefold()}:
                self._by_name.setdefault(name, []).append(device)
        self._customers = {c.id: c.name.casefold() for c in desk.cache.records(Customer)}

    def device_of(self, path: str) -> tuple[Device | None, str]:
        """Give the device, or why there is none."""
        *groups, node = path.split("/")
        name = node.casefold()
        found = self._by_name.get(name) or self._by_name.get(name.partition(".")[0], [])
        if len(found) > 1:
            group = groups[-1].casefold() if groups else ""
            theirs = [d for d in found if self._customers.get(d.customer_id or "", "") == group]
            found = theirs if len(theirs) == 1 else found
        if not found:
            return None, "No device has this name or address."
        if len(found) > 1:
            return None, f"It is {len(found)} devices: " + ", ".join(
                f"{d.name} at {d.address}" for d in found[:4]
            ) + "."
        return found[0], ""
