"""Redacts the lines of a session one by one: what a device prints, and what a person types at its prompts."""

import re
from copy import copy

from app.domain.redaction.marks import is_hidden, mark_of
from app.domain.redaction.text import (
    KEY_NUMBER,
    LONGEST_PACK,
    PKCS12,
    PRIVATE_BEGIN,
    PRIVATE_END,
    QUIT,
    Reader,
)
from app.domain.redaction.typed import HIDDEN, awaits_secret, redact_typed

_NAME = r"[\w.@:/~+-]"
_PROMPT = re.compile(
    rf"\s{{0,4}}(?:{_NAME}{{1,80}}(?:\([^()]{{0,60}}\){_NAME}{{0,40}}){{0,3}}(?:[#>]|[$%](?= ))|"
    r"\[[^\]\s]{1,60}(?: [^\]\s]{1,60})?\][$#]?|<[\w.~*-]{1,60}>) ?"
)
_TYPED_PACK = re.compile(r"\s*(?:do\s+)?cr\w*\s+(?:ca|pki?)\s+i\w*\s+\S+\s+pk\w*(?:\s|$)", re.IGNORECASE)
# An answer of the device, and no rest of a typed line.
_SAID = re.compile(r"\s*(?:%\s+\w|%[A-Z]\w+[ :-]|\^?\s*$)|.*(?:<secret|%[A-Z]+-\d)")
_LEAST_ROW = 40  # columns: no terminal breaks a line before


class LineRedactor:
    """Redacts lines one by one, as a session brings them; what only the lines before tell is remembered.

    What stands behind a prompt is read as typed: abbreviated, perhaps scrolled to the left by the device ("$" stands
    for what is not shown, and all behind it is hidden) or broken into rows. A row that a secret may go on in is hidden
    whole. One thread uses it. Unlike `redact` it cannot mark a secret that stood somewhere before it was known as one,
    and a row that a device draws again in the middle of a broken line is read as a line of its own.
    """

    def __init__(self, key: bytes | None = None) -> None:
        """Give marks under the company's `key`, or bare ones; what was typed has bare ones always."""
        self._reader = Reader(key)
        self._ends: re.Pattern[str] | None = None
        self._left = 0
        self._typed = ""  # what stands behind the prompt in the row before this one
        self._is_long = False

    def line(self, line: str) -> str:
        """Give the next line with a mark for each secret; each line of a private key is one."""
        found = _PROMPT.match(line) if any(mark in line for mark in "#>$%]") else None
        if found is not None:
            self._ends = None
            return self._behind_prompt(line[: found.end()], line[found.end() :])
        typed, self._typed = self._typed, ""
        if typed and self._goes_on(typed, line):
            self._typed, self._is_long = (f"{typed}{line}", True) if len(line) >= _LEAST_ROW else ("", False)
            self._printed(line)  # whatever it begins
            return HIDDEN
        return self._printed(line)

    def peek(self, line: str) -> str:
        """Give the line that still stands open as it would be now; the next line stays the next."""
        other = copy(self)
        other._reader = self._reader.copy()  # noqa: SLF001  another of the same class
        return other.line(line)

    def _behind_prompt(self, prompt: str, text: str) -> str:
        self._typed, self._is_long = text.strip(), len(prompt) + len(text) >= _LEAST_ROW
        if text.startswith("$"):
            return f"{prompt}${HIDDEN}" if text.strip("$ ") else f"{prompt}{text}"
        if _TYPED_PACK.match(text):
            self._ends, self._left = QUIT, LONGEST_PACK
        if KEY_NUMBER.fullmatch(text) and "(" in prompt and "key" not in prompt:
            return f"{prompt}key {HIDDEN}"  # a server's key of digits, not the number of a key in a chain
        return f"{prompt}{redact_typed(text)}"

    def _goes_on(self, typed: str, row: str) -> bool:
        """Say whether a secret that began in the row before may go on in this one."""
        if _SAID.match(row) or self._ends is not None:
            return False
        if not self._is_long and (HIDDEN in redact_typed(typed) or not awaits_secret(typed)):
            return False
        text = row.strip()
        return not all(redact_typed(whole).endswith(text) for whole in (f"{typed}{text}", f"{typed} {text}"))

    def _printed(self, line: str) -> str:
        if self._ends is not None:
            self._left -= 1
            if self._ends.search(line) or not self._left:
                self._ends = None
                return line
            text = line.strip()
            return line if not text or is_hidden(text) else mark_of(text, self._reader.key)
        if PRIVATE_BEGIN.search(line) and not PRIVATE_END.search(line):
            self._ends, self._left = PRIVATE_END, LONGEST_PACK
        elif PKCS12.match(line):
            self._ends, self._left = QUIT, LONGEST_PACK
        return self._reader.next(line)
