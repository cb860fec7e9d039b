"""Where one person's session stands on a device, and what a typed line brings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from app.practice.config import Configuration
from app.practice.platform import Section


class Mode(Enum):
    """What may be typed."""

    USER = auto()
    PRIVILEGED = auto()
    CONFIG = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """What the device asks before it goes on."""

    prompt: str
    answered: Callable[[str], "Reply"]
    is_hidden: bool = False
    is_one_key: bool = False
    """Takes the first key as the answer, as `[confirm]` does."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a line brought: text to print, and whether something special follows."""

    text: str = ""
    is_paged: bool = False
    has_ended: bool = False
    asks: Question | None = None
    after: Callable[[], None] | None = None
    """Done when the text is on its way."""
    log: str = ""
    """Comes by itself a moment later."""


@dataclass(frozen=True, slots=True)
class Open:
    """A section of the configuration that is being edited; several headers at once with `interface range`."""

    section: Section
    headers: tuple[str, ...]
    shown: str


@dataclass(slots=True)
class Seat:
    """One person's session: mode, open sections, and settings of the terminal."""

    mode: Mode
    path: list[Open] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    length: int | None = None
    """Rows per page; 0 never pages, None: the window's height."""
    draft: Configuration | None = None
    """What a configuration session of EOS changes instead of the running configuration."""
    draft_name: str = ""

    def leave_config(self) -> None:
        """Go back to privileged mode."""
        if self.mode is Mode.CONFIG:
            self.mode = Mode.PRIVILEGED
        self.path.clear()
        self.draft, self.draft_name = None, ""
