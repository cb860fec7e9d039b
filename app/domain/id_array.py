"""Ids of many rows in little memory: 16 bytes each instead of a string of 85."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from mmap import mmap
from typing import Self, overload

_SIZE = 16
_WORTH_PAGES = 1 << 20


class IdArray(Sequence[str]):
    """A sequence of UUIDs as texts that keeps only their bytes. Immutable; two with the same ids are equal."""

    __slots__ = ("packed",)

    def __init__(self, packed: bytes | mmap = b"") -> None:
        """Take the ids one after the other; a mapping is the array's own from here on and goes with it."""
        self.packed = packed

    @classmethod
    def of(cls, ids: Iterable[str]) -> Self:
        """Give an array of these; raises ValueError for one that is no UUID."""
        return cls(packed_ids(ids))

    @classmethod
    def joined(cls, parts: Iterable[bytes]) -> Self:
        """Give an array of parts. A long one has pages of its own: a heap seldom gives back what has gone from it."""
        blocks: list[mmap] = []
        room = size = 0
        for part in parts:
            if len(part) > room or not blocks:
                blocks.append(mmap(-1, max(_WORTH_PAGES, len(part))))
                room = len(blocks[-1])
            blocks[-1].write(part)
            room, size = room - len(part), size + len(part)
        if size < _WORTH_PAGES:
            return cls(b"".join(block[: block.tell()] for block in blocks))
        pages = mmap(-1, size)
        for block in blocks:
            pages.write(block[: block.tell()])
        return cls(pages)

    def __len__(self) -> int:
        return len(self.packed) // _SIZE

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> "IdArray": ...

    def __getitem__(self, at: int | slice) -> "str | IdArray":
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            if step == 1:
                return IdArray(self.packed[first * _SIZE : max(first, last) * _SIZE])
            return IdArray.of(self[n] for n in range(first, last, step))
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        return _text(self.packed[place * _SIZE : (place + 1) * _SIZE])

    def __iter__(self) -> Iterator[str]:
        for at in range(0, len(self.packed), _SIZE):
            yield _text(self.packed[at : at + _SIZE])

    def __contains__(self, one: object) -> bool:
        return isinstance(one, str) and self._find(one) >= 0

    def __eq__(self, other: object) -> bool:
        if isinstance(other, IdArray):
            size = len(self.packed)
            return size == len(other.packed) and all(
                self.packed[at : at + _WORTH_PAGES] == other.packed[at : at + _WORTH_PAGES]
                for at in range(0, size, _WORTH_PAGES)
            )
        if isinstance(other, list | tuple):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __hash__(self) -> int:
        return hash((len(self.packed), self.packed[:_SIZE]))

    def __repr__(self) -> str:
        return f"IdArray({len(self):,} ids)"

    def index(self, one: str, start: int = 0, stop: int | None = None) -> int:
        """Give where it stands; raises ValueError when it does not."""
        at = self._find(one, start, len(self) if stop is None else stop)
        if at < 0:
            raise ValueError(one)
        return at

    def with_one(self, at: int, one: str) -> "IdArray":
        """Give a copy with one more id at this place."""
        return IdArray.joined([self.packed[: at * _SIZE], packed_ids([one]), self.packed[at * _SIZE :]])

    def _find(self, one: str, start: int = 0, stop: int | None = None) -> int:
        try:
            wanted = uuid.UUID(one).bytes
        except ValueError:
            return -1
        end = len(self.packed) if stop is None else stop * _SIZE
        found = self.packed.find(wanted, start * _SIZE, end)
        while found >= 0 and found % _SIZE:  # the end of one id and the beginning of the next
            found = self.packed.find(wanted, found + 1, end)
        return found // _SIZE if found >= 0 else -1


def packed_ids(ids: Iterable[str]) -> bytes:
    """Give the ids as bytes, one after the other; raises ValueError for one that is no UUID."""
    return bytes.fromhex("".join(ids).replace("-", ""))


def _text(packed: bytes) -> str:
    text = packed.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
