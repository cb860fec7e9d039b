"""What a configuration's text tells about itself: whether it is whole, which lines change by themselves, its sections.

Pure. The end marks and the lines that change by themselves are those of the platforms' own `show running-config`.
"""

import re
from collections.abc import Iterator, Sequence

from app.domain.redaction.text import end_of_banner

LEAST_LINES = 3
"""Lines of configuration below which nobody believes that it is one."""

_IOS = ("show running-config",)
_COMMANDS: dict[str, tuple[str, ...]] = {
    "cisco_asa": ("more system:running-config", "show running-config"),  # the second hides keys as *****
    "juniper_junos": ("show configuration",),
    "hp_procurve": ("show running-config",),
    "linux": (),
}
_END = {
    "cisco_ios": "end",
    "cisco_xe": "end",
    "cisco_xr": "end",
    "cisco_asa": ": end",
    "arista_eos": "end",
}
# What a device answers instead of a configuration, or between its lines,
_REFUSALS = re.compile(
    r"\s*(?:%\s*(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|Bad|Permission|Authorization|This command|Access|"
    r"Error|Not enough|Cannot|Unable)|%Error|ERROR:\s*%|\^\s*$)",
)
# and what it says only before or behind one: further in these are somebody's words.
_SAID = re.compile(
    r"\s*(?:Command authorization failed|Authorization failed|(?:error|syntax error|unknown command)\b.*[.:]\s*\S*$|"
    r"Cmd exec error)"
)
_AT_EDGES = 3  # lines
_LAST_LINES = 3
_PAGED = re.compile(r"-+ ?\(?more(?: \d+%)?\)? ?-+", re.IGNORECASE)
_PREAMBLE = re.compile(
    r"\s*(?:Building configuration\.\.\.|Using \d+ out of \d+ bytes.*|(?:\S*[>#]\s*)?(?:show|more)\s.*|)"
)
_VOLATILE = re.compile(
    r"\s*(?:"
    r"ntp clock-period \d+"
    r"|Current configuration\s*: \d+ bytes"
    r"|Using \d+ out of \d+ bytes.*"
    r"|Building configuration\.\.\."
    r"|!+\s*(?:Last configuration change|NVRAM config last updated|No configuration change since|Time:|Command:|"
    r"Running configuration last done|device:|boot system|!? *Last commit).*"
    r"|!! (?:IOS XR Configuration|Last configuration change).*"
    r"|: (?:Written by|Saved|Serial Number|Hardware).*"
    r"|Cryptochecksum:.*"
    r"|## Last (?:commit|changed).*"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d+ \d\d:\d\d:\d\d.*"
    r"|\S+ uptime is .*"
    r")"
)


def commands_for(platform: str) -> tuple[str, ...]:
    """Give the commands that show a platform's whole configuration, the best first; none where none is known."""
    return _COMMANDS.get(platform, _IOS)


def cleaned(raw: str) -> str:
    """Give a configuration as it is kept: a line feed ends each line, no blanks behind, nothing before its first."""
    lines = [line.rstrip() for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    start = 0
    while start < len(lines) and _PREAMBLE.fullmatch(lines[start]):
        start += 1
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join([*lines[start:], ""]) if len(lines) > start else ""


def settled(text: str) -> str:
    """Give a cleaned text without the lines that change by themselves: equal ones are one configuration."""
    return "\n".join(line for line in text.split("\n") if not _VOLATILE.fullmatch(line))


def count_lines(text: str) -> int:
    """Give how many lines a cleaned text has."""
    return text.count("\n")


def why_not_good(platform: str, text: str) -> str:
    """Say why a cleaned text is no good copy of a device's configuration; "" when it is one."""
    lines = text.split("\n")
    for line in _answers(lines):
        return f"The device said: {line.strip()[:120]}"
    for line in lines:
        if _PAGED.search(line):
            return "It was shown page by page, so parts of it may be missing."
    told = [line for line in lines if line.strip() and line.lstrip()[0] not in "!#:"]
    if len(told) < LEAST_LINES:
        return f"It has {len(told)} lines of configuration, which no device has."
    end = _END.get(platform)
    last = next((line for line in reversed(lines) if line.strip()), "")
    if end is not None and last.strip() != end:
        return f"It does not end with “{end}”, so the end of it is missing."
    if platform == "juniper_junos" and not _is_closed(lines):
        return "Not every section is closed, so the end of it is missing."
    return ""


def why_cut_short(platform: str, text: str, before: str) -> str:
    """Say why a cleaned text seems to be cut, beside the last good copy `before`; "" when it does not.

    Only for platforms whose configurations have no end that could be missing, such as NX-OS: it ends inside a line that
    the last copy has whole, it is that copy up to where it ends, or none of that copy's last lines without an indent is
    in it. What is cut less, or where there is no copy before, cannot be told from a configuration that is so. Both
    texts have bare marks.
    """
    if platform in _END or platform == "juniper_junos":
        return ""
    now, was = _solid(text), _solid(before)
    if not now or not was:
        return ""
    known, last = set(was), now[-1]
    if last not in known and any(line.startswith(last) for line in was):
        return f"It ends inside of a line, “{last.strip()[:60]}”: confirm it if that line was made shorter."
    if len(now) < len(was) and now == was[: len(now)]:
        return f"It ends where the last good copy goes on: confirm it if “{was[len(now)].strip()[:60]}” was removed."
    ends = [line for line in was if not line[0].isspace()][-_LAST_LINES:]
    if len(ends) == _LAST_LINES and not set(ends) & set(now):
        return f"The end of the last good copy is missing in it: confirm it if “{ends[-1][:60]}” was removed."
    return ""


def is_suspiciously_short(lines: int, before: int) -> bool:
    """Say whether a copy has less than half the lines of the last good one: a person says whether that is right."""
    return lines * 2 < before


def headings(lines: Sequence[str], at: int) -> tuple[str, ...]:
    """Give the lines that the one at this index stands below, the outermost first."""
    found: list[str] = []
    indent = _indent(lines[at])
    for number in range(at - 1, -1, -1):
        if indent == 0:
            break
        line = lines[number]
        if line.strip() and line.strip() not in {"!", "}"} and _indent(line) < indent:
            found.append(line.strip())
            indent = _indent(line)
    return tuple(reversed(found))


def _answers(lines: Sequence[str]) -> Iterator[str]:
    """Give the lines that are a device's refusal. What a banner says is no answer."""
    told = [number for number, line in enumerate(lines) if line.strip()]
    edges = {*told[:_AT_EDGES], *told[-_AT_EDGES:]}
    at = 0
    while at < len(lines):
        end = end_of_banner(lines, at)
        if end is None and lines[at].count("^C") % 2:  # a menu, or what is said at a login
            end = next((number for number in range(at + 1, len(lines)) if "^C" in lines[number]), None)
        if end is not None:
            at = end + 1
            continue
        if _REFUSALS.match(lines[at]) or (at in edges and _SAID.match(lines[at])):
            yield lines[at]
        at += 1


def _solid(text: str) -> list[str]:
    return [line for line in settled(text).split("\n") if line.strip() and line.lstrip()[0] != "!"]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _is_closed(lines: Sequence[str]) -> bool:
    depth = 0
    for line in lines:
        text = line.split("##")[0].rstrip()
        depth += text.endswith("{")
        depth -= text.lstrip().startswith("}")
    return depth == 0
