"""One terminal line of a simulated device: keys in, echo and pages out. Carries the faults of the box."""

import asyncio
import codecs
from collections import deque

import asyncssh

from app.practice.box import Box
from app.practice.editor import CTRL_C, LOGGED, LineEditor
from app.practice.outlet import Outlet
from app.practice.seat import Question, Reply
from app.practice.session import Session

BANNER = "\n*** Practice device: nothing here is real. ***\n\n"
ESCAPES = "\x1b[31m\x1b[7m\x1b]0;practice\x07\x1b[6n\x1b[c\x1b[2;5H\x1b[0m\x07"
"""Colours, a title, questions about the cursor and the terminal, a jump, a bell."""

_TYPED_AHEAD = 4096
_INTERRUPTS = {CTRL_C, "\x1e"}


class Vty(asyncssh.SSHServerSession[bytes]):
    """A session of one person; all of it runs on the farm's loop."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._session = Session(box)
        self._outlet = Outlet(box)
        self._editor = LineEditor(box, self._session, self._key, self._write)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._keys: deque[str] = deque()
        self._typed = asyncio.Event()
        self._rows = 24
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._after_return = False
        self._of_arrow = 0  # keys that still belong to a cursor key

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel to write to."""
        self._channel = self._outlet.channel = chan

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is running here."""
        self._outlet.resume()
        if self._task is not None:
            self._task.cancel()

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: object) -> bool:
        """Take the window's size."""
        self._rows = term_size[1] or 24
        return True

    def terminal_size_changed(self, width: int, height: int, pixwidth: int, pixheight: int) -> None:
        """Take the window's new size; it counts from the next page."""
        self._rows = height or 24

    def shell_requested(self) -> bool:
        """Give a command line; there is no other way in."""
        return True

    def session_started(self) -> None:
        """Greet and prompt."""
        self._task = asyncio.get_running_loop().create_task(self._serve(), name=f"vty {self._box.device.name}")

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Queue what was typed."""
        self._keys.extend(self._decoder.decode(data))
        self._typed.set()
        if len(self._keys) > _TYPED_AHEAD and self._channel is not None:
            self._channel.pause_reading()

    def eof_received(self) -> bool:
        """Close when the other side has nothing more to say."""
        return False

    def break_received(self, msec: int) -> bool:
        """Take a break as Ctrl-C."""
        self._keys.append(CTRL_C)
        self._typed.set()
        return True

    def pause_writing(self) -> None:
        """Stop printing: the reader is behind."""
        self._outlet.pause()

    def resume_writing(self) -> None:
        """Go on printing."""
        self._outlet.resume()

    async def _serve(self) -> None:
        try:
            banner = self._box.faults.banner
            await self._write((self._box.banner or BANNER) if banner is None else banner)
            while await self._serve_line():
                pass
        except (OSError, asyncssh.Error):
            return  # the other side is gone, which connection_lost has been told
        if self._channel is not None and not self._channel.is_closing():
            self._channel.exit(0)

    async def _serve_line(self) -> bool:
        """Prompt, read, answer; False when the session has ended."""
        await self._write(self._session.prompt)
        line = await self._editor.read()
        reply = self._session.obey(line) if line is not None else self._session.leave_config()
        if self._box.faults.is_endless and reply.is_paged:
            await self._endless()
            return True
        return await self._answer(reply)

    async def _key(self) -> str:
        """Wait for one key, or several letters that came at once; CR LF counts once."""
        while True:
            while not self._keys:
                self._typed.clear()
                await self._typed.wait()
            key = self._keys.popleft()
            if self._channel is not None and not self._keys:
                self._channel.resume_reading()
            was_return, self._after_return = self._after_return, key == "\r"
            if key == "\x00" or (key == "\n" and was_return):
                continue
            if key == "\n":
                return "\r"
            is_of_arrow, self._of_arrow = self._of_arrow > 0, 2 if key == "\x1b" else max(0, self._of_arrow - 1)
            return key + self._more_letters() if _is_letter(key) and not is_of_arrow else key

    def _more_letters(self) -> str:
        """Take the letters that have come behind one: their echo goes out in one piece, as on real devices."""
        if self._box.faults.logs_while_typing:
            return ""
        found = []
        while self._keys and _is_letter(self._keys[0]):
            found.append(self._keys.popleft())
        return "".join(found)

    async def _answer(self, reply: Reply) -> bool:
        """Print the reply with what follows from it; False when the session has ended."""
        faults = self._box.faults
        if faults.answer_after_s and (reply.text or reply.asks):
            await asyncio.sleep(faults.answer_after_s)
        text = self._spoilt(reply.text) if reply.is_paged else reply.text
        if faults.has_escapes:
            text = "".join(f"{ESCAPES}{line}" for line in text.splitlines(keepends=True))
        cut = faults.truncate_after
        if cut is not None and len(text) > cut:
            await self._write(text[:cut])
            await asyncio.Event().wait()  # silent until the connection ends
        if reply.is_paged:
            await self._page(text)
        else:
            await self._write(text)
        if reply.after is not None:
            await self._outlet.settle()
            reply.after()
        if reply.log and faults.logs_in_output:
            await self._write(f"{self._session.prompt}\n{reply.log}\n")
        if reply.asks is not None:
            return await self._ask(reply.asks)
        return not reply.has_ended

    async def _ask(self, question: Question) -> bool:
        await self._write(question.prompt)
        if question.is_one_key:
            answer: str | None = (await self._key())[:1]
            await self._write("\n" if answer == "\r" else f"{answer}\n")
            answer = None if answer == CTRL_C else answer
        else:
            answer = await self._editor.read(is_hidden=question.is_hidden)
        return True if answer is None else await self._answer(question.answered(answer))

    def _spoilt(self, text: str) -> str:
        """Put into the middle of an output what a fault wants there."""
        faults, lines = self._box.faults, text.splitlines(keepends=True)
        middle = len(lines) // 2
        if faults.has_prompt_in_output:
            prompt = self._session.prompt
            lines[middle:middle] = [f"{prompt}show version\n", f"{prompt}\n"]
        if faults.logs_in_output:
            lines.insert(middle, f"{LOGGED}\n")
        return "".join(lines)

    async def _page(self, text: str) -> None:
        seat, is_stubborn = self._session.seat, self._box.faults.pages_anyway
        length = self._rows if seat.length is None else seat.length
        if is_stubborn:
            length = min(self._rows, 24)
        lines = text.splitlines(keepends=True)
        if not length:
            await self._write(text)
            return
        at, step = 0, max(1, length - 1)
        more = self._box.platform.more
        while True:
            await self._write("".join(lines[at : at + step]))
            at += step
            if at >= len(lines):
                return
            await self._write(more)
            key = (await self._key())[:1]
            await self._write("\b" * len(more) + " " * len(more) + "\b" * len(more))
            if key not in {" ", "\r"}:
                return
            step = 1 if key == "\r" else max(1, length - 1)

    async def _endless(self) -> None:
        """Print until Ctrl-C or Ctrl-^; never faster than the reader takes it."""
        count = 0
        while self._box.faults.is_endless:
            block = "".join(f"{count + at:010d}: the practice device goes on and on\n" for at in range(200))
            count += 200
            await self._write(ESCAPES + block if self._box.faults.has_escapes else block)
            await asyncio.sleep(0.001)
            while self._keys:
                if self._keys.popleft() in _INTERRUPTS:
                    await self._write("\n")
                    return

    async def _write(self, text: str) -> None:
        await self._outlet.write(text.replace("\n", "\r\n").encode())


def _is_letter(key: str) -> bool:
    return key.isprintable() and key != "?"
