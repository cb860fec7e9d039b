"""Words that stand out in terminals, by platform: Baton's own, everybody's of the company, and one's own."""

from dataclasses import dataclass

from app.domain.command_text import Highlight, HighlightKind
from app.domain.highlight_pattern import checked, is_fine
from app.services import kept_by_name
from app.services.desk import Desk

__all__ = ["HighlightKind", "HighlightLine", "Rule", "all_of", "defaults", "is_fine", "of_platform", "remove", "write"]

Rule = tuple[str, HighlightKind]

_BAD, _ODD, _GOOD = HighlightKind.BAD, HighlightKind.ODD, HighlightKind.GOOD
_CISCO: tuple[Rule, ...] = (
    (r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-[0-3]-[A-Z0-9_]+", _BAD),
    (r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-4-[A-Z0-9_]+", _ODD),
    (r"% ?(?:Invalid|Incomplete|Ambiguous|Unknown|Bad|Error|Authorization failed)\b", _BAD),
    (r"\berr-?disabled\b", _BAD),
    (r"\b(?:administratively down|half-duplex|a-half|suspended|notconnect|disabled|stale)\b", _ODD),
    (r"\b(?:down|failed|failure|faulty|unreachable|inaccessible)\b", _BAD),
    (r"\b(?:up|connected|established|full/dr|full/bdr)\b", _GOOD),
)
_JUNOS: tuple[Rule, ...] = (
    (r"\b(?:syntax error|unknown command|error):", _BAD),
    (r"\b(?:down|failed|failure|faulty|unreachable|major)\b", _BAD),
    (r"\b(?:minor|disabled|inactive)\b", _ODD),
    (r"\b(?:up|establ|full|online)\b", _GOOD),
)
_LINUX: tuple[Rule, ...] = (
    (r"\b(?:failed|failure|fatal|critical|panic|denied|error)\b", _BAD),
    (r"\b(?:warning|degraded|inactive|timeout)\b", _ODD),
    (r"\b(?:active|running|enabled)\b", _GOOD),
)
_OTHER: tuple[Rule, ...] = (
    (r"\b(?:down|failed|failure|error)\b", _BAD),
    (r"\bup\b", _GOOD),
)


@dataclass(frozen=True, slots=True)
class HighlightLine:
    """One that somebody keeps. `is_used` is False for a pattern that could take too long: then it does nothing."""

    id: str
    platform: str
    pattern: str
    kind: HighlightKind
    is_mine: bool
    is_used: bool


def defaults(platform: str) -> tuple[Rule, ...]:
    """Give Baton's own for the family that a platform of netmiko's belongs to."""
    if platform.startswith(("cisco", "arista")):
        return _CISCO
    if platform.startswith("juniper"):
        return _JUNOS
    return _LINUX if platform.startswith("linux") else _OTHER


def of_platform(desk: Desk, platform: str) -> tuple[Rule, ...]:
    """Give what stands out on a platform; one's own goes before everybody's, that before Baton's."""
    kept = [line for line in all_of(desk) if line.platform in {"", platform} and line.is_used]
    kept.sort(key=lambda line: not line.is_mine)
    return (*((line.pattern, line.kind) for line in kept), *defaults(platform))


def all_of(desk: Desk) -> tuple[HighlightLine, ...]:
    """Give mine and everybody's, by platform and pattern."""
    found = kept_by_name.all_of(desk, Highlight, "platform, pattern COLLATE NOCASE, id")
    return tuple(
        HighlightLine(h.id, h.platform, h.pattern, _kind(h.kind), h.person_id is not None, is_fine(h.pattern))
        for h in found
    )


def write(
    desk: Desk,
    pattern: str,
    kind: HighlightKind = HighlightKind.NOTED,
    *,
    platform: str = "",
    is_mine: bool = True,
    highlight_id: str = "",
) -> str:
    """Keep a new one, or give the one with this id other words; gives its id. Raises BadInput, Refused."""
    return kept_by_name.keep(
        desk, Highlight, highlight_id, is_mine=is_mine, pattern=checked(pattern.strip()), kind=kind, platform=platform
    )


def remove(desk: Desk, highlight_id: str) -> None:
    """Take one away; raises Refused for somebody else's own."""
    kept_by_name.remove(desk, Highlight, highlight_id)


def _kind(kind: HighlightKind) -> HighlightKind:
    # A kind that only a newer version knows stands out all the same.
    return kind if kind in set(HighlightKind) else HighlightKind.NOTED
