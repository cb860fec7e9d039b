"""The lines of a change as they would be typed, each with what it would do, and those that Baton types around them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.devices.config_ways import ConfigWay
from app.domain.guard import Mode, Verdict, classify, explain, worst

_LEAVES = ("end", "exit", "quit", "return", "abort", "commit", "logout", "disconnect")
_ENTERS = re.compile(
    r"\s*(?:configure(?: (?:terminal|exclusive|private))?|conf(?:ig)?(?: t(?:erminal)?)?)\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that would be typed: how it is judged, what it means, and the line above that it belongs to, if any.

    Not `is_wanted`: Baton types it to get in, to put the lines in force, or to save.
    """

    text: str
    mode: Mode
    verdict: Verdict
    meaning: str
    section: str = ""
    is_wanted: bool = True


def without_frame(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the lines from those around them that get into config mode and out again, as in a pasted session."""
    inner, before, behind = [line.rstrip() for line in lines], list[str](), list[str]()
    while inner and (not inner[0].strip() or _ENTERS.fullmatch(inner[0])):
        before.append(inner.pop(0))
    while inner and inner[-1].strip().casefold() in {"", "end"}:
        behind.insert(0, inner.pop())
    return tuple(inner), tuple(line.strip() for line in (*before, *behind) if line.strip())


def judged(platform: str, steps: Sequence[str]) -> Iterator[PlannedLine]:
    """Judge each line; behind one that may have left config mode also as what it would do outside."""
    parents: list[tuple[int, str]] = []
    may_be_out = False
    for step in steps:
        first, *more = step.split("\n")
        depth = len(first) - len(first.lstrip())
        while parents and parents[-1][0] >= depth:
            parents.pop()
        section = parents[-1][1] if parents else ""
        parents.append((depth, first.strip()))
        modes = (Mode.CONFIG, Mode.EXEC) if may_be_out else (Mode.CONFIG,)
        yield _worst_of(platform, first, modes, section)
        for text in more:
            yield _worst_of(platform, text, (Mode.TEXT,), first.strip())
        word = first.split(maxsplit=1)[0].casefold()
        may_be_out = may_be_out or any(leaving.startswith(word) for leaving in _LEAVES)


def _worst_of(platform: str, text: str, modes: Sequence[Mode], section: str) -> PlannedLine:
    judged = {mode: classify(platform, text, mode) for mode in modes}
    verdict = worst(judged.values())
    mode = next(mode for mode, one in judged.items() if one is verdict)
    return PlannedLine(text, mode, verdict, explain(verdict, text), section)


def own(platform: str, *typed: tuple[str, Mode]) -> Iterator[PlannedLine]:
    """Give lines that Baton types itself, judged too."""
    for text, mode in typed:
        verdict = classify(platform, text, mode)
        yield PlannedLine(text, mode, verdict, explain(verdict, text), is_wanted=False)


def before(way: ConfigWay, minutes: int) -> Iterator[tuple[str, Mode]]:
    """Give what gets into config mode, with its mode; `minutes` as of the timer, 0 for none."""
    yield _filled(way.enter_timed if minutes and way.enter_timed else way.enter, minutes), Mode.EXEC


def after(way: ConfigWay, minutes: int, *, saves: bool) -> Iterator[tuple[str, Mode]]:
    """Give what puts the lines in force, confirms and saves them, each with its mode."""
    if way.commit:
        yield _filled(way.commit_timed if minutes else way.commit, minutes), Mode.CONFIG
    if minutes and way.confirm:
        yield _filled(way.confirm, minutes), Mode.CONFIG if way.read_inside else Mode.EXEC
    if saves:
        yield way.save, Mode.EXEC


def _filled(line: str, minutes: int) -> str:
    """Give a line of the way as it is typed; the session's own name is made up only then."""
    clock = f"{minutes // 60:02d}:{minutes % 60:02d}:00"
    return line.format(minutes=minutes, seconds=minutes * 60, clock=clock, name="baton")
