"""The line on the screen is the line that is obeyed, whatever was typed to get there."""

import asyncio
from collections import deque

from hypothesis import example, given
from hypothesis import strategies as st

from app.practice.box import Box
from app.practice.device import SimulatedDevice
from app.practice.editor import LineEditor
from app.practice.session import Session

_KEYS = ["show", " ", "v", "x", "\x7f", "\x15", "\x17", "\x01", "\x05", "\x02", "\x06", "\x0b", "\x04", "\x18", "\x12"]
_ARROWS = ["\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\t", "\x10", "\x0e"]


def typed(keys: list[str]) -> tuple[str | None, str]:
    """Type the keys and give what was read, and the last line as a screen shows it."""
    waiting = deque(part for key in keys for part in ([key] if not key.startswith("\x1b") else list(key)))
    box = Box(SimulatedDevice("sw-1", is_privileged=True))
    session = Session(box)
    session.seat.history = ["show clock", "show version"]
    shown: list[str] = []

    async def key() -> str:
        return waiting.popleft() if waiting else "\r"

    async def write(text: str) -> None:
        shown.append(text)

    line = asyncio.run(LineEditor(box, session, key, write).read())
    return line, screen("".join(shown))


def screen(text: str) -> str:
    cells: list[str] = []
    lines: list[str] = []
    at = 0
    for letter in text:
        if letter == "\n":
            lines.append("".join(cells))
            cells, at = [], 0
        elif letter == "\b":
            at -= 1
            assert at >= 0, "the cursor left the line"
        else:
            cells[at : at + 1] = [letter]
            at += 1
    return lines[-1].rstrip().removeprefix("sw-1#")


@given(st.lists(st.sampled_from(_KEYS + _ARROWS), max_size=25))
@example(["show", " ", "x", "\x01", "v", "\x05", "v"])
@example(["\x1b[A", "\x1b[D", "\x1b[D", "\x7f"])
def test_what_is_shown_is_what_is_obeyed(keys: list[str]) -> None:
    line, shown = typed(keys)
    assert line is not None
    assert shown == line.rstrip()


def test_the_cursor_moves_and_history_comes_back() -> None:
    assert typed(["how ver", "\x01", "s", "\x05", "sion"])[0] == "show version"
    assert typed(["\x1b[A"])[0] == "show version"
    assert typed(["\x1b[A", "\x1b[A"])[0] == "show clock"
    assert typed(["\x1b[A", "\x1b[A", "\x1b[B"])[0] == "show version"
    assert typed(["show versionnn", "\x1b[D", "\x04", "\x7f"])[0] == "show version"
    assert typed(["show ip route", "\x17", "\x17", "ver"])[0] == "show ver"
    assert typed(["show run", "\x02\x02\x02"[0], "\x0b"])[0] == "show ru"
