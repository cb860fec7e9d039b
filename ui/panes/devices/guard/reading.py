"""What the line is that would be run: from the screen, checked against the keys. Decides when it can be told."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.guard import Kind, Mode, Prompted, classify, is_named, read_prompt, worst
from app.domain.session import LineClass
from ui.kit.terminal_runs import is_wrapped
from ui.kit.terminal_screen import TerminalScreen
from ui.panes.devices.guard.keys import Typed
from ui.panes.devices.guard.pace import GIVE_UP_S, SILENT_S, Clock

_EITHER = (Mode.EXEC, Mode.CONFIG)
_ANSWER_KEYS = 3  # as many keys at most may have gone to a pager or a question before the line
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
    """Find out what would be run; WAIT while the echo is not complete, or while only what is old is shown."""
    found = prompted(screen, platform)
    if typed.is_empty and (found.kind in {Kind.PAGER, Kind.PASSWORD} or not clock.has_spoken):
        return Reading(Told.EMPTY)
    is_bare = found.kind is Kind.COMMAND and not found.text.strip() and typed.known is None and not typed.has_text
    if clock.has_spoken and is_bare and typed.is_unheard:  # arrows in an empty history: many devices answer nothing
        return Reading(Told.STILL_EMPTY if clock.is_silent else Told.WAIT)
    told = _told(screen, platform, found, typed, clock) if clock.has_spoken else None
    if told is not None:
        return told
    if clock.held_s < GIVE_UP_S or clock.quiet_s < SILENT_S:
        return Reading(Told.WAIT)
    return Reading(Told.UNREAD, found.text if clock.has_spoken else "", (Mode.UNREAD,))


def _told(screen: TerminalScreen, platform: str, found: Prompted, typed: Typed, clock: Clock) -> Reading | None:
    """Take what the device shows since it was given something the last time; None while it cannot be told."""
    if found.kind is Kind.PASSWORD:  # were it echoed, it would stand there, and this would be no such prompt
        return Reading(Told.LINE, "", (Mode.HIDDEN,)) if clock.is_silent else None
    if found.kind is Kind.PAGER:  # one takes single keys: more than that is meant for what comes after it
        keys = typed.known if clock.is_answered else None
        return _line(keys.strip(), _EITHER) if keys is not None else None
    if typed.known is None:
        return _by_screen(found, _modes(platform, found), typed, clock)
    if found.kind is Kind.UNREAD:
        return _by_keys(screen, found.text, typed.known, is_quiet=clock.is_quiet)
    return _by_both(found.text.strip(), _modes(platform, found), typed, clock)


def _by_screen(found: Prompted, modes: tuple[Mode, ...], typed: Typed, clock: Clock) -> Reading | None:
    """Take what the device made of history, completion or editing, once it has answered all of it."""
    text = found.text.strip()
    if typed.is_unheard or not clock.is_answered or found.kind is Kind.UNREAD or typed.tail.strip() not in text:
        return None
    return _line(text, modes)


def _by_both(text: str, modes: tuple[Mode, ...], typed: Typed, clock: Clock) -> Reading | None:
    """Take the echo of plain typing: it is complete when it is what was typed, or all but an answer before it."""
    keys = (typed.known or "").strip()
    if typed.is_erased and (typed.is_unheard or not clock.is_answered):  # what was erased may still be there
        return None
    if text == keys:
        return _line(text, modes)
    is_rest = bool(text) and keys.endswith(text) and len(keys) - len(text) <= _ANSWER_KEYS
    if is_rest and clock.is_answered:  # what was typed before it went to a pager or question
        return _line(text, modes)
    if text and not keys and clock.is_silent:  # the device has put something there by itself
        return _line(text, modes)
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
    return _line(keys, _EITHER)


def _modes(platform: str, found: Prompted) -> tuple[Mode, ...]:
    """Say where the line may be run: an answer may be a command where a prompt is made to look like a question."""
    if found.kind is not Kind.QUESTION:
        return (found.mode,)
    as_command = worst(classify(platform, found.text, mode) for mode in _EITHER)
    is_answer = is_named(found.prompt, found.text) and as_command.line_class is not LineClass.DESTRUCTIVE
    return (found.mode,) if is_answer else (found.mode, *_EITHER)


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
