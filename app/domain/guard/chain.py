"""The chain of the audit log: each line carries a hash over itself and over the line before it."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

from app.domain.entity import storable
from app.domain.session import AuditLine


class Flaw(StrEnum):
    """What can be wrong with a line's place in its chain."""

    ALTERED = "altered"  # it does not say what its hash was made of
    GAP = "gap"  # the line before it is not there
    FORK = "fork"  # another line follows the same one: two copies of a cache were at work
    MISNUMBERED = "misnumbered"  # its number does not follow that of the line before it
    ANEW = "anew"  # the chain begins once more: the cache was new and had not met the company yet


BROKEN = frozenset(Flaw) - {Flaw.ANEW}


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw and the line where it shows."""

    flaw: Flaw
    line: AuditLine


def digest(line: AuditLine) -> str:
    """Give the SHA-256 over what the line says and the hash of the one before, as 64 hexadecimal digits.

    What the company database sets, and whose device it is by now, is not a part of it.
    """
    said = {
        "id": line.id,
        "device_id": line.device_id,
        "issue_id": line.issue_id,
        "person_id": line.person_id,
        "workstation": storable(line.workstation),
        "seq": line.seq,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "line": storable(line.line),
        "line_class": str(line.line_class),
        "passage": str(line.passage),
        "reason": storable(line.reason),
        "window_id": line.window_id,
        "run_id": line.run_id,
        "before": line.before,
    }
    canonical = json.dumps(said, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sealed(line: AuditLine) -> AuditLine:
    """Give the line with its hash."""
    return line.but(hash=digest(line))


def check(lines: Iterable[AuditLine]) -> tuple[Finding, ...]:
    """Check one chain, its lines in any order; gives what is wrong by number and time."""
    ordered = sorted(lines, key=lambda line: (line.seq, line.at, line.id))
    by_hash: dict[str, AuditLine] = {}
    for line in ordered:
        by_hash.setdefault(line.hash, line)
    followed: set[str] = set()
    found: list[Finding] = []
    for line in ordered:
        if digest(line) != line.hash:
            found.append(Finding(Flaw.ALTERED, line))
        flaw = _place(line, by_hash, followed, ordered)
        if flaw is not None:
            found.append(Finding(flaw, line))
        followed.add(line.before)
    return tuple(found)


def _place(
    line: AuditLine, by_hash: dict[str, AuditLine], followed: set[str], ordered: Sequence[AuditLine]
) -> Flaw | None:
    if not line.before:
        return Flaw.MISNUMBERED if line.seq != 1 else Flaw.ANEW if line is not ordered[0] else None
    before = by_hash.get(line.before)
    if before is None:
        return Flaw.GAP
    if before.seq != line.seq - 1:
        return Flaw.MISNUMBERED
    return Flaw.FORK if line.before in followed else None
