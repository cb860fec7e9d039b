"""Line editing as devices do it: echo, a cursor that moves, erasing, history, completion and `?`."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.practice import grammar
from app.practice.box import Box
from app.practice.session import Session

CTRL_C, CTRL_Z = "\x03", "\x1a"
LOGGED = "*Mar  1 00:02:13.401: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan10, changed state to up"
_LOGGED_AT = 3
_UP, _DOWN = "\x10", "\x0e"  # Ctrl-P and Ctrl-N do the same
_ARROWS = {"A": _UP, "B": _DOWN, "C": "\x06", "D": "\x02", "H": "\x01", "F": "\x05"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands on the line, and where the cursor is in it."""

    text: str = ""
    at: int = 0

    def after(self, key: str) -> "Typed":
        """Give the line after a key, or after several letters that came at once."""
        before, behind = self.text[: self.at], self.text[self.at :]
        match key:
            case "\x01":  # Ctrl-A
                return Typed(self.text)
            case "\x05":  # Ctrl-E
                return Typed(self.text, len(self.text))
            case "\x02":  # Ctrl-B
                return Typed(self.text, max(0, self.at - 1))
            case "\x06":  # Ctrl-F
                return Typed(self.text, min(len(self.text), self.at + 1))
        kept = self._erased(key, before, behind)
        if kept is not None:
            return Typed(kept[0] + kept[1], len(kept[0]))
        return Typed(before + key + behind, self.at + len(key)) if key.isprintable() else self

    @staticmethod
    def _erased(key: str, before: str, behind: str) -> tuple[str, str] | None:
        """Give what stays before and behind the cursor when the key erases something."""
        match key:
            case "\x7f" | "\x08":
                return before[:-1], behind
            case "\x04":  # Ctrl-D
                return before, behind[1:]
            case "\x0b":  # Ctrl-K
                return before, ""
            case "\x15" | "\x18":  # Ctrl-U, Ctrl-X
                return "", "" if key == "\x15" else behind
            case "\x17":  # Ctrl-W
                return before.rstrip()[: before.rstrip().rfind(" ") + 1], behind
        return None


class LineEditor:
    """Reads lines key by key and echoes them."""

    def __init__(
        self,
        box: Box,
        session: Session,
        key: Callable[[], Awaitable[str]],
        write: Callable[[str], Awaitable[None]],
    ) -> None:
        self._box, self._session, self._key, self._write = box, session, key, write
        self._recalled = 0

    async def read(self, *, is_hidden: bool = False) -> str | None:
        """Read a line; None when it was given up with Ctrl-C or Ctrl-Z."""
        line, self._recalled = Typed(), len(self._session.seat.history)
        keys = 0
        while True:
            key = await self._key()
            keys += 1
            if keys == _LOGGED_AT and self._box.faults.logs_while_typing and not is_hidden:
                await self._write(f"\n{LOGGED}\n")
            if key == "\r":
                if self._box.faults.latency_s:
                    await asyncio.sleep(self._box.faults.latency_s)
                await self._write("\n")
                return line.text
            if key in {CTRL_C, CTRL_Z}:
                await self._write("^Z\n" if key == CTRL_Z else "\n")
                return None
            line = line.after(key) if is_hidden else await self._shown(line, key)

    async def _shown(self, line: Typed, key: str) -> Typed:
        """Give the line after one more key, which the screen shows."""
        if key == "\x1b":
            key = await self._arrow()
        match key:
            case "?":
                await self._help(line)
                return line
            case "\x12" | "\x0c":  # Ctrl-R, Ctrl-L
                await self._write(f"\n{self._session.prompt}")
                return await self._redrawn(Typed(), line)
            case "\t":
                return await self._redrawn(line, self._completed(line))
            case "\x10" | "\x0e":
                return await self._redrawn(line, self._recall(line, -1 if key == _UP else 1))
        return await self._redrawn(line, line.after(key))

    async def _arrow(self) -> str:
        """Read the rest of a cursor key and give the control key that does the same."""
        if await self._key() not in {"[", "O"}:
            return ""
        return _ARROWS.get(await self._key(), "")

    def _recall(self, line: Typed, step: int) -> Typed:
        history = self._session.seat.history
        self._recalled = max(0, min(len(history), self._recalled + step))
        found = history[self._recalled] if self._recalled < len(history) else ""
        return Typed(found, len(found))

    async def _redrawn(self, old: Typed, new: Typed) -> Typed:
        """Write as little as turns the old line into the new one."""
        same = next((at for at, (a, b) in enumerate(zip(old.text, new.text, strict=False)) if a != b), None)
        if same is None:
            same = min(len(old.text), len(new.text))
        if old.text == new.text:
            same = min(old.at, new.at)
            await self._write("\b" * (old.at - same) + new.text[old.at : new.at])
            return new
        begin = min(same, old.at)
        blanks = max(0, len(old.text) - len(new.text))
        await self._write(
            "\b" * (old.at - begin) + new.text[begin:] + " " * blanks + "\b" * (blanks + len(new.text) - new.at)
        )
        return new

    async def _help(self, line: Typed) -> None:
        words = grammar.next_words(line.text, self._session.commands())
        listing = "".join(f"  {word}\n" for word in words) or "% Unrecognized command\n"
        await self._write(f"?\n{listing}\n{self._session.prompt}{line.text}" + "\b" * (len(line.text) - line.at))

    def _completed(self, line: Typed) -> Typed:
        words = [word for word in grammar.next_words(line.text, self._session.commands()) if word.islower()]
        if not line.text or line.text.endswith(" ") or len(words) != 1:
            return line
        whole = f"{line.text}{words[0][len(line.text.rsplit(maxsplit=1)[-1]) :]} "
        return Typed(whole, len(whole))
