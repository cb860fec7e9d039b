"""One terminal line of a simulated device: keys in, echo and pages out. Carries the faults of the box."""

import asyncio
import codecs

import asyncssh

from app.practice.box import Box
from app.practice.editor import CTRL_C, LineEditor
from app.practice.ios import IosSession, Reply

BANNER = "\n*** Practice device: nothing here is real. ***\n\n"
MORE = " --More-- "
ESCAPES = "\x1b[31m\x1b[7m\x1b]0;practice\x07\x1b[6n\x1b[c\x1b[2;5H\x1b[0m\x07"
"""Colours, a title, questions about the cursor and the terminal, a jump, a bell."""

_TYPED_AHEAD = 4096
_INTERRUPTS = {CTRL_C, "\x1e"}


class Vty(asyncssh.SSHServerSession[bytes]):
    """A session of one person; all of it runs on the farm's loop."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._ios = IosSession(box)
        self._editor = LineEditor(box, self._ios, self._key, self._write)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._writable = asyncio.Event()
        self._writable.set()
        self._rows = 24
        self._sent_bytes = 0
        self._counted_for = box.faults
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._after_return = False

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel to write to."""
        self._channel = chan

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is running here."""
        self._writable.set()
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
        for key in self._decoder.decode(data):
            self._keys.put_nowait(key)
        if self._keys.qsize() > _TYPED_AHEAD and self._channel is not None:
            self._channel.pause_reading()

    def eof_received(self) -> bool:
        """Close when the other side has nothing more to say."""
        return False

    def break_received(self, msec: int) -> bool:
        """Take a break as Ctrl-C."""
        self._keys.put_nowait(CTRL_C)
        return True

    def pause_writing(self) -> None:
        """Stop printing: the reader is behind."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on printing."""
        self._writable.set()

    async def _serve(self) -> None:
        try:
            await self._write(BANNER)
            while True:
                await self._write(self._ios.prompt)
                line = await self._editor.read()
                if line is None:
                    continue
                reply = self._ios.obey(line)
                if self._box.faults.is_endless and reply.is_paged:
                    await self._endless()
                    continue
                await self._answer(reply)
                if reply.has_ended:
                    break
        except (OSError, asyncssh.Error):
            return  # the other side is gone, which connection_lost has been told
        if self._channel is not None:
            self._channel.exit(0)

    async def _key(self) -> str:
        """Wait for one key; CR LF counts once."""
        while True:
            key = await self._keys.get()
            if self._channel is not None and self._keys.empty():
                self._channel.resume_reading()
            was_return, self._after_return = self._after_return, key == "\r"
            if key == "\x00" or (key == "\n" and was_return):
                continue
            return "\r" if key == "\n" else key

    async def _answer(self, reply: Reply) -> None:
        if reply.wants_password:
            await self._enable()
            return
        text = reply.text
        if self._box.faults.has_escapes:
            text = "".join(f"{ESCAPES}{line}" for line in text.splitlines(keepends=True))
        cut = self._box.faults.truncate_after
        if cut is not None and len(text) > cut:
            await self._write(text[:cut])
            await asyncio.Event().wait()  # silent until the connection ends
        if reply.is_paged:
            await self._page(text)
        else:
            await self._write(text)

    async def _enable(self) -> None:
        for _ in range(3):
            await self._write("Password: ")
            password = await self._editor.read(is_hidden=True)
            if password is None:
                return
            if self._ios.password_given(password):
                return
        await self._write("% Bad secrets\n\n")

    async def _page(self, text: str) -> None:
        length = self._rows if self._ios.length is None else self._ios.length
        lines = text.splitlines(keepends=True)
        if not length:
            await self._write(text)
            return
        at, step = 0, max(1, length - 1)
        while True:
            await self._write("".join(lines[at : at + step]))
            at += step
            if at >= len(lines):
                return
            await self._write(MORE)
            key = await self._key()
            await self._write("\b" * len(MORE) + " " * len(MORE) + "\b" * len(MORE))
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
            while not self._keys.empty():
                if self._keys.get_nowait() in _INTERRUPTS:
                    await self._write("\n")
                    return

    async def _write(self, text: str) -> None:
        data = text.replace("\n", "\r\n").encode()
        if self._channel is None or self._channel.is_closing():
            raise BrokenPipeError
        if self._counted_for is not self._box.faults:
            self._counted_for, self._sent_bytes = self._box.faults, 0
        limit = self._box.faults.drop_after_bytes
        if limit is not None and self._sent_bytes + len(data) > limit:
            self._channel.write(data[: max(0, limit - self._sent_bytes)])
            await asyncio.sleep(0.05)  # lets what comes before the cut arrive
            self._channel.get_connection().abort()
            raise BrokenPipeError
        self._sent_bytes += len(data)
        self._channel.write(data)
        await self._writable.wait()
