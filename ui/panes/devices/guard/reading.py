"""What the line is that would be run: from the screen, checked against the keys. Decides when it can be told."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.guard import Kind, Mode, Prompted, read_prompt
from ui.kit.terminal_runs import is_wrapped
from ui.kit.terminal_screen import TerminalScreen
from ui.panes.devices.guard.keys import Typed

QUIET_S = 0.02  # nothing came for so long: the echo is complete
_SILENT_S = 0.25  # ... and a device that has not echoed until now does not echo
GIVE_UP_S = 1.0
_WRAPPED_ROWS = 40
_TEXT_ROWS = 60
_ASKS_FOR_TEXT = ("Enter TEXT message", "Type ^D at a new line", "End with a blank line", "End with the character")


class Told(StrEnum):
    """Whether the line is known."""

    WAIT = "wait"
    EMPTY = "empty"  # an empty line, or a key for a pager: nothing that is given to the device
    STILL_EMPTY = "still_empty"  # the device left its prompt empty; what it may put there late is erased first
    LINE = "line"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found out: the line, and the modes in which it may be run; the worst of them counts."""

    told: Told
    line: str = ""
    modes: tuple[Mode, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since the last output was shown, and since the line is held."""

    quiet_s: float
    held_s: float


def prompted(screen: TerminalScreen, platform: str) -> Prompted:
    """Read the line of the screen in which the cursor stands."""
    return read_prompt(platform, shown_line(screen))


def shown_line(screen: TerminalScreen) -> str:
    """Give the whole line in which the cursor stands, wrapped parts joined, also what stands right of the cursor."""
    row, _column, _is_shown = screen.cursor
    first = last = screen.scrolled_off + row
    while first > 0 and last - first < _WRAPPED_ROWS and _goes_on(screen, first - 1):
        first -= 1
    while last - first < _WRAPPED_ROWS and _goes_on(screen, last) and screen.line(last + 1) is not None:
        last += 1
    return screen.text((first, 0), (last, screen.size[0]))


def read(screen: TerminalScreen, platform: str, typed: Typed, clock: Clock) -> Reading:
    """Find out what would be run; WAIT while the echo is not complete."""
    found = prompted(screen, platform)
    is_quiet = clock.quiet_s >= QUIET_S
    has_given_up = clock.held_s >= GIVE_UP_S and clock.quiet_s >= _SILENT_S
    if found.kind is Kind.PAGER:
        return Reading(Told.EMPTY)
    if found.kind is Kind.COMMAND and not found.text.strip() and typed.is_unheard and not typed.has_text:
        # Arrows in an empty history: many devices answer nothing at all.
        return Reading(Told.STILL_EMPTY if clock.quiet_s >= _SILENT_S else Told.WAIT)
    if found.kind is Kind.PASSWORD and typed.known is not None:
        return Reading(Told.LINE, "", (Mode.HIDDEN,)) if typed.known else Reading(Told.EMPTY)
    if typed.known is None:
        told = _by_screen(found, typed, is_quiet=is_quiet)
    elif found.kind is Kind.UNREAD:
        told = _by_keys(screen, found.text, typed.known, is_quiet=is_quiet)
    else:
        told = _by_both(found, typed.known, clock)
    if told is None:
        return Reading(Told.UNREAD, found.text, (Mode.UNREAD,)) if has_given_up else Reading(Told.WAIT)
    return told


def _by_screen(found: Prompted, typed: Typed, *, is_quiet: bool) -> Reading | None:
    """Take what the device made of history, completion or editing, once it has answered."""
    if typed.is_unheard or not is_quiet or found.kind is Kind.UNREAD:
        return None
    if found.kind is Kind.PASSWORD:
        return Reading(Told.LINE, "", (Mode.HIDDEN,))
    return _line(found.text.strip(), (found.mode,))


def _by_both(found: Prompted, known: str, clock: Clock) -> Reading | None:
    """Take the echo of plain typing: it is complete when it is what was typed, or the end of it."""
    text, keys = found.text.strip(), known.strip()
    if text == keys:
        return _line(text, (found.mode,))
    if (
        text and keys.endswith(text) and clock.quiet_s >= QUIET_S
    ):  # what was typed before it went to a pager or question
        return _line(text, (found.mode,))
    if not keys and clock.quiet_s >= _SILENT_S:  # the device has put something there by itself
        return _line(text, (found.mode,))
    if found.kind is Kind.QUESTION and not text and clock.quiet_s >= _SILENT_S:
        return Reading(Told.LINE, "", (Mode.HIDDEN,))  # it asks and does not echo
    return None


def _by_keys(screen: TerminalScreen, shown: str, known: str, *, is_quiet: bool) -> Reading | None:
    """Take the keys where the prompt cannot be seen: a message came in between, or the device asks for a text."""
    keys, shown = known.strip(), shown.strip("$ ")  # the mark of a line that is longer than the screen
    if not keys:
        return Reading(Told.EMPTY)
    if not is_quiet or not shown or not (keys.endswith(shown) or shown.endswith(keys)):
        return None
    if _is_text(screen):
        return _line(keys, (Mode.TEXT,))
    return _line(keys, (Mode.EXEC, Mode.CONFIG))


def _line(text: str, modes: tuple[Mode, ...]) -> Reading:
    return Reading(Told.LINE, text, modes) if text else Reading(Told.EMPTY)


def _is_text(screen: TerminalScreen) -> bool:
    """Say whether the device has asked for lines of a text and has shown no prompt since."""
    at = screen.scrolled_off + screen.cursor[0]
    for number in range(at - 1, max(at - _TEXT_ROWS, -1), -1):
        line = screen.text((number, 0), (number, screen.size[0]))
        if any(words in line for words in _ASKS_FOR_TEXT):
            return True
        if read_prompt("", line).kind is Kind.COMMAND:
            return False
    return False


def _goes_on(screen: TerminalScreen, number: int) -> bool:
    line = screen.line(number)
    return line is not None and is_wrapped(line)
