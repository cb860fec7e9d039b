"""What is asked of a bench."""

from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Wish:
    """How often (None: as the bench thinks right), at full size or quick, and whether to say where the time goes."""

    n: int | None = None
    is_quick: bool = False
    is_profiled: bool = False

    def runs(self, usual: int) -> int:
        """Give how many runs there are; a quick bench has one unless told otherwise."""
        return self.n or (1 if self.is_quick else usual)

    def size(self, full: T, quick: T) -> T:
        """Give the size that is wanted."""
        return quick if self.is_quick else full
