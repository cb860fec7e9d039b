"""The protocols that a floor is given instead of importing the one that fulfils it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Origin(StrEnum):
    """Who changed a row that a screen shows."""

    HERE = "here"  # this console's own edit
    SYNC = "sync"  # pulled from the company database
    VERB = "verb"  # another process on this workstation, such as the command line


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows of one table that changed; an empty `ids` means: too many to name, read again."""

    table: str
    ids: frozenset[str]
    origin: Origin


class Touches(Protocol):
    """Is told which rows changed, from any thread."""

    def touched(self, changes: Iterable[Touched]) -> None:
        """Pass the changes on to whoever shows these rows; returns at once."""


class Secrets(Protocol):
    """Passwords by name. Never writes a file of its own; from any thread but the GUI's."""

    @property
    def lasts(self) -> bool:
        """Say whether what is put here is still there at the next start."""

    def get(self, name: str) -> str | None:
        """Give the secret, or None when there is none under this name."""

    def put(self, name: str, secret: str) -> None:
        """Keep the secret under this name, replacing what was there."""

    def forget(self, name: str) -> None:
        """Remove the secret; nothing happens when there is none."""


class Pipe(Protocol):
    """The way to one child process; messages are the frozen dataclasses of that child's messages.py."""

    def send(self, message: Any) -> None:
        """Queue the message and return at once, from any thread; a dead child leaves it to the next."""
