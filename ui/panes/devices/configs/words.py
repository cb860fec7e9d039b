"""How copies and changes are said: the sentence above a diff, the titles of its halves, the figures of a history."""

from dataclasses import dataclass

from app.domain.config_backup import BackupOutcome
from app.domain.config_diff import Change, Comparison
from app.domain.config_diff_summary import Summary
from app.services.configs import Copy, DeploymentLine
from ui.kit.said_values import counted
from ui.kit.theme import Kind
from ui.panes.devices.words import when

_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Said:
    """The sentence above a diff: what it means, its words, and in small what one should know about it."""

    kind: Kind
    lead: str
    rest: str = ""


def title(copy: Copy, *, has_device: bool = False) -> str:
    """Give what stands above a copy's lines."""
    words = f"{when(copy.taken_at)} by {copy.by}"
    words = words[0].upper() + words[1:]
    return f"{copy.device} · {words}" if has_device else words


def of_pair(
    found: Summary, before: Copy, now: Copy, deployment: DeploymentLine | None = None, *, has_marks: bool = True
) -> Said:
    """Say what changed from one copy to the other, or what differs between two devices."""
    if before.device_id != now.device_id:
        lead = _differing(found, before.device, now.device)
    elif deployment is not None:
        lead = f"{found} since {deployment.what} was deployed {when(deployment.at)} by {deployment.by}"
    else:
        lead = f"{found} between {when(before.taken_at)} and {when(now.taken_at)}"
    notes = [_figures(found)] if found.lines else []
    if deployment is not None and now.checked is not None and now.checked.outcome is BackupOutcome.SAME:
        notes.append(f"last looked at {when(now.checked.at)}")
    if not has_marks:
        notes.append("secrets cannot be compared: these copies have no common marks; new ones with the key will")
    kind = Kind.AMBER if not has_marks else Kind.BLUE if found.lines else Kind.GREEN
    return Said(kind, f"{lead}.", " · ".join(notes))


def of_one(copy: Copy) -> Said:
    """Say which copy is shown alone."""
    return Said(
        Kind.BLUE, f"{copy.device} as it was {when(copy.taken_at)}.", f"{counted(copy.lines, 'line')} · by {copy.by}"
    )


def gone_and_new(comparison: Comparison) -> tuple[int, int]:
    """Give how many lines a history shows as gone and as new; an altered one is both."""
    gone = new = 0
    for one in comparison.stretches:
        if one.change is not Change.EQUAL:
            gone += one.left_end - one.left
            new += one.right_end - one.right
    moved = len(comparison.moved_left)
    return gone - moved, new - moved


def figures(gone: int, new: int) -> str:
    """Give "+3 -2", as short as it can be."""
    return f"+{new} {_MINUS}{gone}"


def size_words(size_bytes: int) -> str:
    """Give a size in kB."""
    return f"{max(size_bytes / 1000, 0.1):.1f} kB"


def _differing(found: Summary, one: str, other: str) -> str:
    if not found.lines:
        return f"{one} and {other} are alike"
    differ = "line differs" if found.lines == 1 else "lines differ"
    return f"{found.lines} {differ} between {one} and {other}, in {found.where}"


def _figures(found: Summary) -> str:
    parts = ((found.altered, "altered"), (found.new - found.moved, "new"), (found.gone - found.moved, "gone"))
    said = [f"{count} {word}" for count, word in (*parts, (found.moved, "only moved")) if count]
    return ", ".join(said)
