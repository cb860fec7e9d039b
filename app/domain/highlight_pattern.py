"""Which patterns may stand out in a terminal: such as never take long, whatever a device sends.

A pattern runs on the text of a device, which is untrusted, each time a line is painted. What could take longer than in
proportion to the square of a line is refused: repeats inside repeats, references, more than two open repeats.
"""

import re

from app.domain.errors import BadInput

LONGEST = 200
_REPEATS_MOST = 2
_UNCLEAR = ("[[", "--", "&&", "~~", "||")  # Python warns of them in a set
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<look>\(\?(?!:))|(?P<open>\((?:\?:)?)"
    r"|(?P<close>\))|(?P<repeat>[*+]\??|\{\d*,\d*\}\??|\{\d+\}\??|\?)|(?P<either>\|)|(?P<other>.)",
    re.DOTALL,
)


def checked(pattern: str) -> str:
    """Give the pattern when it may be used; raises BadInput with what is wrong."""
    if not pattern or not pattern.strip():
        raise BadInput("Nothing is written that could stand out.", "Write a word, such as: down")
    if len(pattern) > LONGEST:
        raise BadInput(f"The pattern is longer than {LONGEST} characters.", "Make two of it.")
    if any(pair in pattern for pair in _UNCLEAR):
        raise BadInput("[[, --, &&, ~~ and || may mean something else one day.", "Put \\ before the second character.")
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as e:
        raise BadInput(f"This is no pattern: {e}.", "Put \\ before a character that means itself: \\( \\[ \\+") from e
    if found.match(""):
        raise BadInput("The pattern fits everywhere, also where nothing is.", "Write what must be there.")
    _refuse_slow(pattern)
    return pattern


def is_fine(pattern: str) -> bool:
    """Say whether the pattern may be used."""
    try:
        checked(pattern)
    except BadInput:
        return False
    return True


def _refuse_slow(pattern: str) -> None:
    """Refuse what can take long; `groups` says of each open group whether it holds a repeat or a choice."""
    groups: list[bool] = [False]
    last = False  # whether what a repeat would follow holds a repeat or a choice itself
    repeats = 0
    for token in _TOKEN.finditer(pattern):
        kind, text = token.lastgroup, token.group()
        if kind == "look" or (kind == "escape" and text[1:].isdigit() and text != "\\0"):
            raise BadInput("References and looks around are not taken here.", "Write it plainly.")
        if kind == "open":
            groups.append(False)
            last = False
        elif kind == "close":
            inner = groups.pop() if len(groups) > 1 else False
            groups[-1] = groups[-1] or inner
            last = inner
        elif kind == "either":
            groups[-1], last = True, False
        elif kind == "repeat":
            if text != "?" and last:
                raise BadInput("A repeat around a repeat or a choice can take for ever.", "Write it plainly.")
            if text != "?":
                groups[-1] = True
                repeats += 1
            last = False
        else:
            last = False
    if repeats > _REPEATS_MOST:
        raise BadInput(f"More than {_REPEATS_MOST} repeats can take long.", "Make two patterns of it.")
