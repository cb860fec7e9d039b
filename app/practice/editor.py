"""Line editing as devices do it: echo, erasing, history, completion and `?`."""

import asyncio
from collections.abc import Awaitable, Callable

from app.practice import grammar
from app.practice.box import Box
from app.practice.session import Session

CTRL_C, CTRL_U, CTRL_W, CTRL_Z = "\x03", "\x15", "\x17", "\x1a"
LOGGED = "*Mar  1 00:02:13.401: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan10, changed state to up"
_LOGGED_AT = 3
_ERASERS = {"\x7f", "\x08", CTRL_U, CTRL_W}


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
        line, self._recalled = "", len(self._session.seat.history)
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
                return line
            if key in {CTRL_C, CTRL_Z}:
                await self._write("^Z\n" if key == CTRL_Z else "\n")
                return None
            line = _edited(line, key) if is_hidden else await self._shown(line, key)

    async def _shown(self, line: str, key: str) -> str:
        """Give the line after one more key, which the screen shows."""
        if key == "\x1b":
            return await self._redrawn(line, self._recall(line, await self._arrow()))
        if key == "?":
            await self._help(line)
            return line
        if key == "\t":
            return await self._completed(line)
        return await self._redrawn(line, _edited(line, key))

    async def _arrow(self) -> int:
        """Read the rest of a cursor key: up is one back in the history, down one forward."""
        if await self._key() not in {"[", "O"}:
            return 0
        return {"A": -1, "B": 1}.get(await self._key(), 0)

    def _recall(self, line: str, step: int) -> str:
        history = self._session.seat.history
        self._recalled = max(0, min(len(history), self._recalled + step))
        if not step:
            return line
        return history[self._recalled] if self._recalled < len(history) else ""

    async def _redrawn(self, old: str, new: str) -> str:
        if new.startswith(old):
            await self._write(new[len(old) :])
        elif old.startswith(new):
            await self._write("\b \b" * (len(old) - len(new)))
        else:
            await self._write("\b \b" * len(old) + new)
        return new

    async def _help(self, line: str) -> None:
        words = grammar.next_words(line, self._session.commands())
        listing = "".join(f"  {word}\n" for word in words) or "% Unrecognized command\n"
        await self._write(f"?\n{listing}\n{self._session.prompt}{line}")

    async def _completed(self, line: str) -> str:
        words = [word for word in grammar.next_words(line, self._session.commands()) if word.islower()]
        if not line or line.endswith(" ") or len(words) != 1:
            return line
        more = words[0][len(line.rsplit(maxsplit=1)[-1]) :] + " "
        await self._write(more)
        return line + more


def _edited(line: str, key: str) -> str:
    if key == CTRL_U:
        return ""
    if key == CTRL_W:
        return line.rstrip().rpartition(" ")[0]
    if key in _ERASERS:
        return line[:-1]
    return line + key if key.isprintable() else line  # a key may be several letters that came at once
