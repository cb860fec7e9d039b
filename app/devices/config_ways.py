"""How each platform is configured: how to get in and out, whether it goes back by itself, and what an error looks like.

Sources: the vendors' command references (IOS "Configuration Replace and Rollback", IOS XR and Junos "commit confirmed",
EOS "configure session ... commit timer"). NX-OS and ASA have no timer.
"""

import re
from dataclasses import dataclass

from app.domain.errors import BadInput


@dataclass(frozen=True, slots=True)
class ConfigWay:
    """The lines to be typed; `{minutes}`, `{seconds}` and `{clock}` are those of the timer, `{name}` the session's own.

    Platforms with a `commit` collect lines and take them all or none; `undo` throws away what was not committed.
    """

    enter: str
    leave: str
    read_back: str
    enter_timed: str = ""
    commit: str = ""
    commit_timed: str = ""
    confirm: str = ""
    undo: str = ""
    go_back: str = ""
    save: str = ""
    read_inside: str = ""
    """Where the trial ends with the session: it is read back and confirmed before leaving."""
    config_sign: str = "(config"
    """Stands in the prompt as long as the session is in config mode."""

    @property
    def has_timer(self) -> bool:
        """Whether the device can go back by itself."""
        return bool(self.enter_timed or self.commit_timed)

    @property
    def own_lines(self) -> frozenset[str]:
        """The lines of this way, in which the words stand for something."""
        return frozenset((self.enter, self.enter_timed, self.commit_timed, self.confirm, self.go_back))


_IOS = ConfigWay(
    "configure terminal",
    "end",
    "show running-config",
    enter_timed="configure terminal revert timer {minutes}",
    confirm="configure confirm",
    go_back="configure revert now",
    save="write memory",
)
_WAYS = {
    "cisco_ios": _IOS,
    "cisco_xe": _IOS,
    "cisco_nxos": ConfigWay(
        "configure terminal", "end", "show running-config", save="copy running-config startup-config"
    ),
    "cisco_asa": ConfigWay("configure terminal", "end", "show running-config", save="write memory"),
    "arista_eos": ConfigWay(
        "configure session {name}",
        "end",
        "show running-config",
        commit="commit",
        commit_timed="commit timer {clock}",
        confirm="configure session {name} commit",
        undo="abort",
        go_back="configure session {name} abort",
        save="write memory",
    ),
    "cisco_xr": ConfigWay(
        "configure exclusive",
        "end",
        "show running-config",
        commit="commit",
        commit_timed="commit confirmed {seconds}",
        confirm="commit",
        undo="abort",
        read_inside="do show running-config",
    ),
    "juniper_junos": ConfigWay(
        "configure exclusive",
        "exit configuration-mode",
        "show configuration | display set",
        commit="commit",
        commit_timed="commit confirmed {minutes}",
        confirm="commit",
        undo="rollback 0",
        read_inside="run show configuration | display set",
        config_sign="#",
    ),
}
_ALIASES = {"juniper": "juniper_junos"}
MOST_MINUTES = 120

_LOG_LINE = re.compile(r"%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:")
_ERROR_LINE = re.compile(
    r"\s*(?:"
    r"% ?(?:invalid|incomplete|ambiguous|unrecogni[sz]ed|unknown|error|bad|cannot|can't|could not|failed|not |no such"
    r"|permission|authorization|insufficient|duplicate)"
    r"|error\b ?:?|command rejected|syntax error|unknown command|missing argument|invalid (?:value|argument|input)"
    r"|%.*\b(?:fail(?:ed|ure)?|rejected|denied|conflicts?|overlaps?|not (?:allowed|permitted|supported|enabled))\b"
    r"|.*\bno space left\b)",
    re.IGNORECASE,
)
_SAVE_ERROR = re.compile(r".*\b(?:failed|failure|denied|unable to|aborted)\b", re.IGNORECASE)


def way_for(platform: str, revert_minutes: int) -> ConfigWay:
    """Give the way of this platform. Raises BadInput when there is none, or none back."""
    way = _WAYS.get(_ALIASES.get(platform, platform))
    if way is None:
        raise BadInput(
            f"Baton cannot configure the platform “{platform}”.", "Do it in a terminal, inside the change window."
        )
    if revert_minutes and not way.has_timer:
        raise BadInput(
            f"A device of the platform “{platform}” cannot go back by itself: it has no revert timer.",
            "Apply without one, and have somebody at the console.",
        )
    if not 0 <= revert_minutes <= MOST_MINUTES:
        raise BadInput(f"A revert timer runs for 1 to {MOST_MINUTES} minutes.", "Choose another number.")
    return way


def error_in(answer: str) -> str:
    """Give the first line that says an error; empty when there is none. Log lines are no answer."""
    for line in answer.splitlines():
        if _ERROR_LINE.match(line) and not _LOG_LINE.search(line):
            return line.strip()
    return ""


def save_error_in(answer: str) -> str:
    """Give the first line of a save's output that says that it was not saved."""
    if found := error_in(answer):
        return found
    return next((line.strip() for line in answer.splitlines() if _SAVE_ERROR.match(line)), "")


def steps_of(lines: tuple[str, ...]) -> list[str]:
    """Give what is typed at one go: mostly a line; a banner with all its lines, between which there is no prompt.

    Empty lines and comments are left out. Raises BadInput for control characters and for a banner without an end.
    """
    if any(sign in line for line in lines for sign in "\r\n\x03\x1a\x1b\x00"):
        raise BadInput("A line of configuration has a control character in it.", "Take it out, and look at the rest.")
    steps: list[str] = []
    rest = iter(lines)
    for line in rest:
        text = line.rstrip()
        end = _banner_end(text)
        if end is None:
            if text.strip() and not text.lstrip().startswith("!"):
                steps.append(text)
            continue
        block = [text]
        for more in rest:
            block.append(more.rstrip())
            if (more.strip() == end) if len(end) > 1 else (end in more):
                break
        else:
            raise BadInput(f"“{text}” never ends.", f"It needs a last line with {end}.")
        steps.append("\n".join(block))
    return steps


def _banner_end(line: str) -> str | None:
    """Give the sign that ends the banner which this line begins; None when it ends itself, or is none."""
    found = re.fullmatch(r"\s*banner(?: (?:motd|login|exec|incoming|slip-ppp|prompt-timeout))?(?: (\^C|\S)(.*))?", line)
    if found is None:
        return None
    sign, more = found[1], found[2] or ""
    if not sign:
        return "EOF"
    return None if sign in more else sign
