"""What a device printed as plain lines with the time of each: what somebody saw, without how it came to be drawn.

A line is as it stood when it was left: what was typed over or taken back is gone, control sequences too. What a program
draws on the other screen, such as an editor or a pager, is left out and noted. Texts only; knows no file and no clock.
"""

import codecs
import re
from collections.abc import Callable
from datetime import UTC, datetime

MOST_COLUMNS = 4096
"""A line that is longer is cut there: a device may send one that never ends."""
OTHER_SCREEN = "[a full-screen program was shown here; it is left out]"

_TAB = 8
_STRING_END = re.compile(r"\x07|\x1b\\|(?=\x1b[^\\])|[\x18\x1a]")
_LONGEST_STRING = 8192
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")
_KEY_END = re.compile(r"-----END [A-Z ]*PRIVATE KEY")
_KEY_LINE = "<secret>"
_LONGEST_SEQUENCE = 64
# Everything that is no printable character: a control sequence, the begin of a string, a plain control character.
_CONTROL = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])"  # a control sequence: parameters, final
    r"|(\x1b[\]PX^_])"  # the begin of a string that says nothing to the reader
    r"|\x1b[ -/]*([0-OQ-WYZ\\`-~])"  # a short escape
    r"|([\x00-\x1f\x7f\x80-\x9f])"  # a control character
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[ -/]*)?\Z")
_C1 = re.compile(r"[\x80-\x9f]")
_SCREENS = frozenset({"47", "1047", "1049"})


class Line:
    """One line with a cursor in it."""

    def __init__(self) -> None:
        self.text = ""
        self.at = 0

    def write(self, text: str) -> None:
        """Write over what stands at the cursor."""
        if self.at == len(self.text):
            self.text = (self.text + text)[:MOST_COLUMNS]
        else:
            whole = self.text.ljust(self.at)
            self.text = (whole[: self.at] + text + whole[self.at + len(text) :])[:MOST_COLUMNS]
        self.at = min(self.at + len(text), MOST_COLUMNS)

    def go(self, column: int) -> None:
        """Put the cursor there."""
        self.at = max(0, min(column, MOST_COLUMNS))

    def edit(self, final: str, count: int, *, has_count: bool) -> None:
        """Do what a control sequence does within the line."""
        low, high = self.at, self.at + count
        match final:
            case "C" | "a":
                self.go(high)
            case "D":
                self.go(low - count)
            case "G" | "`":
                self.go(count - 1)
            case "K":
                self._erase(count if has_count else 0)
            case "P":
                self.text = self.text[:low] + self.text[high:]
            case "@":
                if low < len(self.text):
                    self.text = (self.text[:low] + " " * min(count, MOST_COLUMNS) + self.text[low:])[:MOST_COLUMNS]
            case "X":
                self.text = self.text[:low] + " " * (min(high, len(self.text)) - low) + self.text[high:]
            case _:
                pass

    def _erase(self, what: int) -> None:
        if what == 0:
            self.text = self.text[: self.at]
        elif what == 1:
            self.text = " " * min(self.at + 1, len(self.text)) + self.text[self.at + 1 :]
        elif what == 2:
            self.text = ""


class Transcript:
    """Takes what a device sends, cut anywhere, and gives the finished lines.

    Each begins with the time at which its first character came, in UTC to the second. `redact` is given every line
    before anybody sees it, once and in their order; `redact_open` the one that still stands open, any number of times
    (without it `redact` is). Neither must raise.
    """

    def __init__(
        self, redact: Callable[[str], str] = lambda line: line, redact_open: Callable[[str], str] | None = None
    ) -> None:
        self._redact, self._redact_open = redact, redact_open or redact
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._line = Line()
        self._began_at: datetime | None = None
        self._open = ""  # a control sequence that is not whole yet
        self._in_string = 0  # 1 and how long it is already; 0 outside of a string
        self._is_elsewhere = self._is_in_key = False

    def take(self, data: bytes, at: datetime) -> str:
        """Give the lines that these bytes finished, each with its newline; `at` is when they came."""
        text = self._open + self._decoder.decode(data)
        self._open = ""
        if not text.isascii():
            text = _C1.sub(lambda found: f"\x1b{chr(ord(found.group()) - 0x40)}", text)
        out: list[str] = []
        place = 0
        while place < len(text):
            if self._in_string:
                place = self._skip_string(text, place)
                continue
            found = _CONTROL.search(text, place)
            end = len(text) if found is None else found.start()
            if end > place:
                self._print(text[place:end], at)
            if found is None:
                break
            place = found.end()
            if found.group(5) == "\x1b":
                rest = text[found.start() :]
                if len(rest) <= _LONGEST_SEQUENCE and _UNFINISHED.match(rest):
                    self._open = rest
                    break
            self._control(found, at, out)
        return "".join(out)

    def unfinished(self) -> str:
        """Give the line that still stands open, as it is now, without a newline; "" when there is none."""
        if self._began_at is None or self._is_elsewhere or self._is_in_key:
            return ""
        return f"{_stamp(self._began_at)} {self._redact_open(self._line.text.rstrip())}".rstrip()

    def end(self) -> str:
        """Give what is left, as a line."""
        said = self.unfinished()
        self._leave()
        return f"{said}\n" if said else ""

    def _print(self, text: str, at: datetime) -> None:
        if not self._is_elsewhere:
            if self._began_at is None:
                self._began_at = at
            self._line.write(text)

    def _control(self, found: re.Match[str], at: datetime, out: list[str]) -> None:
        parameters, final, string, short, control = found.groups()
        if string is not None:
            self._in_string = 1
        elif final is not None:
            self._sequence(parameters, final, at, out)
        elif short in {"D", "E"}:
            self._newline(at, out)
        elif short == "c":
            self._is_elsewhere = False
            self._jump(out)
        elif control is not None and not self._is_elsewhere:
            self._character(control, at, out)

    def _character(self, control: str, at: datetime, out: list[str]) -> None:
        match control:
            case "\n" | "\x0b" | "\x0c":
                self._newline(at, out)
            case "\r":
                self._line.go(0)
            case "\b":
                self._line.go(self._line.at - 1)
            case "\t":
                self._line.go(self._line.at + _TAB - self._line.at % _TAB)
            case _:
                pass

    def _sequence(self, parameters: str, final: str, at: datetime, out: list[str]) -> None:
        if parameters.startswith("?"):
            if final in "hl" and _SCREENS & set(parameters[1:].split(";")):
                self._change_screen(at, out, is_other=final == "h")
            return
        if self._is_elsewhere:
            return
        first = parameters.split(";", maxsplit=1)[0]
        number = int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 0
        if final in "HfABEFdJST":
            # The cursor goes to another line: what stood in this one is done.
            if final != "J" or number in {2, 3}:
                self._jump(out)
        else:
            self._line.edit(final, number or (0 if final == "K" else 1), has_count=bool(first))

    def _change_screen(self, at: datetime, out: list[str], *, is_other: bool) -> None:
        if is_other and not self._is_elsewhere:
            self._jump(out)
            out.append(f"{_stamp(at)} {OTHER_SCREEN}\n")
        self._is_elsewhere = is_other

    def _newline(self, at: datetime, out: list[str]) -> None:
        if not self._is_elsewhere:
            out.append(f"{self._said(self._began_at or at)}\n")
            self._leave()

    def _jump(self, out: list[str]) -> None:
        if self._line.text.strip() and self._began_at is not None:
            out.append(f"{self._said(self._began_at)}\n")
        self._leave()

    def _leave(self) -> None:
        self._line, self._began_at = Line(), None

    def _said(self, at: datetime) -> str:
        line = self._line.text.rstrip()
        if self._is_in_key or _KEY_BEGIN.search(line):
            self._is_in_key = _KEY_END.search(line) is None
            line = _KEY_LINE
        return f"{_stamp(at)} {self._redact(line)}".rstrip()

    def _skip_string(self, text: str, place: int) -> int:
        end = _STRING_END.search(text, place)
        if end is not None:
            self._in_string = 0
            return end.end()
        room = _LONGEST_STRING - self._in_string
        if len(text) - place > room:
            # Nobody means that: without an end all that follows would be lost.
            self._in_string = 0
            return place + room
        if text.endswith("\x1b"):
            self._open = "\x1b"
        self._in_string += len(text) - place
        return len(text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
