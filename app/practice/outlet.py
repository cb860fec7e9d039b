"""What a session sends: as much at a time as the reader takes, cut to pieces and cut off as the faults say."""

import asyncio
import random
from collections.abc import Iterator

import asyncssh

from app.practice.box import Box

_SETTLE_S = 0.05
"""What comes before a cut arrives within this."""


class Outlet:
    """The way out of one session; on the farm's loop."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self.channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._sent_bytes = 0
        self._counted_for = box.faults
        self._chance = random.Random(box.device.name)  # noqa: S311 - pieces of output, the same at each run

    def pause(self) -> None:
        """Wait: the reader is behind."""
        self._writable.clear()

    def resume(self) -> None:
        """Go on."""
        self._writable.set()

    async def settle(self) -> None:
        """Let what was written arrive."""
        await asyncio.sleep(_SETTLE_S)

    async def write(self, data: bytes) -> None:
        """Send the bytes; raises BrokenPipeError when nobody is there, and when a fault cuts the connection."""
        faults = self._box.faults
        if self._counted_for is not faults:
            self._counted_for, self._sent_bytes = faults, 0
        if not faults.chunk_bytes:
            await self._send(data)
            return
        for piece in self._pieces(data, faults.chunk_bytes):
            await self._send(piece)
            if faults.chunk_delay_s:
                await asyncio.sleep(self._chance.uniform(0, faults.chunk_delay_s))

    def _pieces(self, data: bytes, most: int) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            size = self._chance.randint(1, most)
            yield data[at : at + size]
            at += size

    async def _send(self, data: bytes) -> None:
        channel = self.channel
        if channel is None or channel.is_closing():
            raise BrokenPipeError
        faults = self._box.faults
        limits = [limit for limit in (faults.drop_after_bytes, faults.reboot_after_bytes) if limit is not None]
        if limits and self._sent_bytes + len(data) > min(limits):
            channel.write(data[: max(0, min(limits) - self._sent_bytes)])
            await self.settle()
            if faults.reboot_after_bytes is not None:
                self._box.reboot()
            channel.get_connection().abort()
            raise BrokenPipeError
        self._sent_bytes += len(data)
        channel.write(data)
        await self._writable.wait()
