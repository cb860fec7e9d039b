"""What the guard says of one line: its class, why, and the line spelled out."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.session import LineClass

_RANK = {LineClass.READ: 0, LineClass.CONFIG: 1, LineClass.DESTRUCTIVE: 2}


class Mode(StrEnum):
    """Where a line is typed, as the prompt before it says."""

    EXEC = "exec"
    CONFIG = "config"
    HIDDEN = "hidden"  # at a password prompt: nothing is echoed, nothing is read
    ANSWER = "answer"  # to what the device asked about the line before, which had to pass
    TEXT = "text"  # lines of a banner or a certificate, until the mark that ends it
    SHELL = "shell"  # of the system below the command line: bash, Python, Tcl
    UNREAD = "unread"  # the screen does not show it whole


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a line, the reason in words, and the line as the device understands it.

    `is_known` is False where no table has the command and the class is that of what is not known.
    """

    line_class: LineClass
    reason: str
    expanded: str
    is_known: bool = True

    @property
    def rank(self) -> int:
        """How bad it can get; a higher number is worse."""
        return _RANK[self.line_class]


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the worst; the first of equals."""
    return max(verdicts, key=lambda verdict: verdict.rank)
