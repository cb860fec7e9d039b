"""What stands behind a `|`: parts of an output, its lines counted, or all of it written to a file."""

import re
from collections.abc import Callable

from app.practice import grammar
from app.practice.platform import Platform
from app.practice.seat import Reply


def narrowed(platform: Platform, text: str, narrowing: str) -> Reply:
    """Give what the pipe leaves of the text."""
    read = grammar.read(narrowing, platform.pipes)
    if isinstance(read, grammar.Misread):
        return Reply(f"{platform.texts['invalid_pipe']}\n")
    wanted = read.words[0].strip().strip('"') if read.words else ""
    try:
        pattern = re.compile(wanted)
    except re.error:
        pattern = re.compile(re.escape(wanted))
    lines = text.splitlines(keepends=True)
    return Reply("".join(_ACTS[platform.pipes[read.command]](lines, pattern)), is_paged=True)


def _include(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    return [line for line in lines if wanted.search(line)]


def _exclude(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    return [line for line in lines if not wanted.search(line)]


def _begin(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    at = next((at for at, line in enumerate(lines) if wanted.search(line)), len(lines))
    return lines[at:]


def _section(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    kept: list[str] = []
    is_in = False
    for line in lines:
        if not line.startswith(" "):
            is_in = wanted.search(line) is not None
        if is_in:
            kept.append(line)
    return kept


def _count(lines: list[str], wanted: re.Pattern[str]) -> list[str]:
    return [f"Number of lines which match regexp = {len(_include(lines, wanted))}\n"]


_ACTS: dict[str, Callable[[list[str], re.Pattern[str]], list[str]]] = {
    "include": _include,
    "exclude": _exclude,
    "begin": _begin,
    "section": _section,
    "count": _count,
    "all": lambda lines, _wanted: lines,
    "none": lambda _lines, _wanted: [],  # it went into a file
}
