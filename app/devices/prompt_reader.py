"""Where a command's output begins and ends, told from the bytes alone: whatever the chunking, the text is the same.

The output begins after the echo of the command. Where it ends cannot be told from a prompt: an output may contain one,
and the network may pause right behind it. So whatever looks like the prompt is answered with a fence: a comment that
no device obeys, of a length made up anew each time. The prompt that shows the fence is the one that ended the output.

Knows no connection and no clock: it is given what came, and told when nothing came for a while.
"""

import re
import secrets
from collections.abc import Mapping

from app.devices.reading import SaidTooMuch, plain_text

QUIET_S = 0.3
"""After so long without a byte, less is enough: a prompt that nobody knew, a device that echoes nothing."""

_TAIL_BYTES = 768
_HEAD_BYTES = 8192
_MORE = r"(?:-- ?more ?--|<--- more --->|---\(more(?: ?\d+ ?%)?\)---|--more-- *\(\d+%\))"
_STYLE = r"(?:\x1b\[[\d;]*m)*"
_ASKS_FOR_MORE = re.compile(rf"{_MORE}\s*\Z", re.IGNORECASE)
_MORE_WIPED = re.compile(
    rf" ?{_STYLE}{_MORE} ?{_STYLE} ?(?:\x08+ *\x08*|\r {{2,}}\r|\r?{_STYLE}\x1b\[\d*K\r?)+", re.IGNORECASE
)
_LOG_LINE = r"\n[^\n]*%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:[^\n]*\n+"
_ANY_PROMPT = re.compile(r"\S{1,100}[>#$%] ?\Z")
_MOST_FENCES = 2


class PromptReader:
    """Reads one command's answer. `take` and `quiet` give what is to be typed now, mostly nothing."""

    def __init__(
        self,
        command: str,
        prompt: str,
        *,
        most_bytes: int,
        comment: str = "!",
        returns: str = "\n",
        answers: Mapping[str, str] | None = None,
        has_paged: bool = False,
    ) -> None:
        """`prompt` is a regular expression for what the device shows before the cursor.

        `answers` are regular expressions for questions that it may ask, each with what is typed then. Where the device
        `has_paged` before, a pager may take the fence for its answer: it is typed only after a silence.
        """
        self._command = command.strip()
        self._echo = self._command.encode()
        self._most_bytes = most_bytes
        self._raw = bytearray()
        self._is_echoed = not self._echo
        self._prompt = re.compile(rf"(?:{prompt})\s*\Z")
        self._comment, self._returns = comment, returns
        self._answers = [(re.compile(rf"(?:{ask})\s*\Z", re.IGNORECASE), says) for ask, says in (answers or {}).items()]
        self._fences: list[str] = []
        self._fenced_at = -1
        self._read: tuple[str, str] | None = None
        self.has_paged = has_paged
        self.is_done = False
        self.is_doubtful = False
        """A pager took a fence for its answer: what it did then nobody knows."""

    def take(self, data: bytes) -> bytes:
        """Take what came. Raises SaidTooMuch."""
        self._raw += data
        if len(self._raw) > self._most_bytes:
            raise SaidTooMuch
        if not self._is_echoed and not self._look_for_echo():
            return b""
        tail = self._tail()
        if _ASKS_FOR_MORE.search(tail):
            self.has_paged = True
            self.is_doubtful |= bool(self._fences)
            return b" "
        if self._prompt.search(tail) is None:
            return self._answer_to(tail)
        if not self._fences:
            return b"" if self.has_paged else self._fence()
        self.is_done = self._is_fence_answered()
        return b""

    def quiet(self) -> bytes:
        """Take notice that nothing came for QUIET_S."""
        if not self._is_echoed:
            self._is_echoed = _found(self._head(), self._command) is not None
        tail = self._tail()
        is_prompt = bool(self._prompt.search(tail) or _ANY_PROMPT.fullmatch(tail.strip(" ")))
        if not is_prompt or len(self._raw) <= self._fenced_at:
            return b""
        last = self._last_bytes()
        is_shown = bool(self._fences) and _found(last, self._fences[-1], is_last=True) is not None
        if not is_shown and len(self._fences) < _MOST_FENCES:  # a pager may have taken the first for an answer
            return self._fence()
        self.is_done = is_shown or not self._is_echoed
        return b""

    @property
    def answer(self) -> str:
        """Give the output without echo and prompt, lines ended by one newline."""
        return self._parts()[0]

    @property
    def prompt(self) -> str:
        """Give the prompt that ended the output, as the device showed it."""
        return self._parts()[1]

    def _answer_to(self, tail: str) -> bytes:
        says = next((says for ask, says in self._answers if ask.search(tail)), None)
        return b"" if says is None else (says + self._returns).encode()

    def _look_for_echo(self) -> bool:
        head = self._raw[:_HEAD_BYTES]
        at = head.find(self._echo)
        self._is_echoed = at >= 0 and b"\n" in self._raw[at + len(self._echo) :]
        return self._is_echoed

    def _head(self) -> str:
        return plain_text(self._raw[:_HEAD_BYTES].decode("utf-8", "replace"))

    def _last_bytes(self) -> str:
        return plain_text(self._raw[-_TAIL_BYTES:].decode("utf-8", "replace"))

    def _tail(self) -> str:
        """Give the line that has not ended yet."""
        return self._last_bytes().rpartition("\n")[2]

    def _fence(self) -> bytes:
        self._fenced_at = len(self._raw)
        # Of comment signs alone: should a pager take some for its answer, what is left of it is a comment still.
        length = (len(self._fences[-1]) if self._fences else 1) + secrets.choice((1, 2, 3))
        self._fences.append(self._comment * length)
        return (self._fences[-1] + self._returns).encode()

    def _is_fence_answered(self) -> bool:
        """Whether prompt, fence and prompt stand at the end: in front of a rest of the output it was no prompt."""
        lines = self._last_bytes().split("\n")
        at = next((at for at in range(len(lines) - 2, -1, -1) if lines[at].strip()), -1)
        shown, fence, rest = lines[at].rpartition(self._fences[-1]) if at >= 0 else ("", "", "")
        return bool(fence) and not rest.strip() and self._prompt.search(shown) is not None

    def _parts(self) -> tuple[str, str]:
        if self._read is None:
            self._read = self._cut()
        return self._read

    def _cut(self) -> tuple[str, str]:
        text = self._raw.decode("utf-8", "replace")
        if b"more" in self._raw.lower():
            text = _MORE_WIPED.sub("", text)
        text = plain_text(text)
        end, prompt = self._end(text)
        begin = 0
        echo = _found(text[:_HEAD_BYTES], self._command) if self._command else None
        if echo is not None and echo[1] <= end:
            begin = text.find("\n", echo[1]) + 1
        return text[begin : max(begin, end)].removesuffix("\n"), prompt

    def _end(self, text: str) -> tuple[int, str]:
        """Find where the last prompt before the fences begins, and what it says."""
        shown = _found(text, self._fences[-1], is_last=True) if self._fences else None
        found = self._prompt_before(text, shown[0]) if shown is not None else None
        if found is None:
            return self._end_unshown(text)
        for _lost in self._fences[:-1]:  # what a pager left of them stands above
            line_at = text.rfind("\n", 0, max(0, found[0] - 1)) + 1
            above = text[line_at : found[0]].rstrip()
            left = self._prompt.search(above.rstrip(self._comment))
            if left is None:
                break
            found = line_at + left.start(), found[1]
        return found

    def _prompt_before(self, text: str, at: int) -> tuple[int, str] | None:
        """Give the prompt behind which a fence stands, or the one above when a log line came in between."""
        line_at = text.rfind("\n", 0, at) + 1
        shown = text[line_at:at]
        found = self._prompt.search(shown)
        if found:
            return line_at + found.start(), found[0].strip()
        if _ANY_PROMPT.fullmatch(shown.strip()):
            return line_at, shown.strip()
        for line in reversed(text[:line_at].split("\n")[:-1]):
            line_at -= len(line) + 1
            found = self._prompt.search(line)
            if found:
                return line_at + found.start(), found[0].strip()
        return None

    def _end_unshown(self, text: str) -> tuple[int, str]:
        """Find the prompt where the device does not show what is typed: each fence has brought one more."""
        at = end = len(text)
        prompt = ""
        left = len(self._fences) + 1
        for line in reversed(text.split("\n")):
            at -= len(line)
            found = self._prompt.search(line) or _ANY_PROMPT.fullmatch(line.strip())
            if found:
                end, prompt, left = at + (found.start() if found.re is self._prompt else 0), found[0].strip(), left - 1
            if not left or (line.strip() and not found):
                break
            at -= 1
        return end, prompt


def _found(text: str, typed: str, *, is_last: bool = False) -> tuple[int, int] | None:
    """Give where the device shows what was typed, the first or the last time; a log line may have torn it in two."""
    at = text.rfind(typed) if is_last else text.find(typed)
    if at >= 0:
        return at, at + len(typed)
    offset = max(0, len(text) - _TAIL_BYTES) if is_last else 0
    torn = (f"{re.escape(typed[:cut])}{_LOG_LINE}{re.escape(typed[cut:])}" for cut in range(1, len(typed)))
    found = next((found for pattern in torn if (found := re.search(pattern, text[offset:]))), None)
    return (found.start() + offset, found.end() + offset) if found is not None else None
