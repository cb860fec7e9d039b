"""A terminal's line as runs of one style, read from the engine's debug form.

The engine gives a line as a list of cells, one object each; its debug form says the same in one text, twenty times as
fast. Knows nothing of Qt.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

# The package's front re-exports these without saying so to type checkers.
from avt._avt import Line, Vt

Rgb = tuple[int, int, int]


class Style(NamedTuple):
    """How a run of cells looks; a colour is an index of 256, an (r, g, b), or None for the default.

    A tuple: hundreds are made and looked up for one picture of a colourful screen.
    """

    foreground: int | Rgb | None = None
    background: int | Rgb | None = None
    is_bold: bool = False
    is_faint: bool = False
    is_italic: bool = False
    is_underlined: bool = False
    is_struck: bool = False
    is_inverse: bool = False


class Run(NamedTuple):
    """Cells of one style: where they start, how many columns they take, and (column, text) pieces to draw.

    Plain text is one piece; wide and other uneven characters are one piece each.
    """

    column: int
    columns: int
    style: Style
    pieces: tuple[tuple[int, str], ...]


PLAIN = Style()
_TOKEN = re.compile(r"\\u\{1b\}\[([\d;:]*)m|\\u\{([0-9a-f]+)\}|\\(.)|[^\\]+", re.DOTALL)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def fingerprint(line: Line) -> str:
    """Give a text that is equal for lines that look the same."""
    return repr(line)


def is_wrapped(line: Line) -> bool:
    """Say whether the line goes on in the next one; the engine shows it only in its debug form."""
    return repr(line).endswith('⏎")')


def runs(shown: str, expand: Callable[[str], str], is_even: Callable[[str], bool] = str.isascii) -> list[Run]:
    """Give the line of this fingerprint as runs of one style; blank default cells at its end are left out.

    `expand` gives what a stand-in means (see Clusters). A character is even when it is one cell wide in the face it is
    drawn in: then it need not be drawn by itself.
    """
    parts = _parts(shown)
    if parts and parts[-1][0] == PLAIN:
        parts[-1] = (PLAIN, parts[-1][1].rstrip(" "))
    found: list[Run] = []
    column = 0
    for looks, text in parts:
        if not text:
            continue
        if text.isascii():
            found.append(Run(column, len(text), looks, ((column, text),)))
            column += len(text)
            continue
        pieces, end = _pieces(text, column, expand, is_even)
        found.append(Run(column, end - column, looks, pieces))
        column = end
    return found


def _parts(shown: str) -> list[tuple[Style, str]]:
    # Line("...") or, when it goes on in the next line, Line("...⏎").
    inner = shown[6:-3] if shown.endswith('⏎")') else shown[6:-2]
    parts: list[tuple[Style, str]] = []
    looks, text = PLAIN, ""
    for token in _TOKEN.finditer(inner):
        pen, code, escaped = token.groups()
        if pen is not None:
            if text:
                parts.append((looks, text))
            looks, text = style(pen), ""
        elif code is not None:
            text += chr(int(code, 16))
        elif escaped is not None:
            text += _SHORT.get(escaped, escaped)
        else:
            text += token.group()
    if text:
        parts.append((looks, text))
    return parts


def _pieces(
    text: str, column: int, expand: Callable[[str], str], is_even: Callable[[str], bool]
) -> tuple[tuple[tuple[int, str], ...], int]:
    pieces: list[tuple[int, str]] = []
    even, even_at = "", column
    for char in text:
        if is_even(char):
            if not even:
                even_at = column
            even += char
            column += 1
            continue
        if even:
            pieces.append((even_at, even))
            even = ""
        pieces.append((column, expand(char)))
        column += width(char)
    if even:
        pieces.append((even_at, even))
    return tuple(pieces), column


@lru_cache(65536)
def width(char: str) -> int:
    """Give how many cells the engine gives a character: 1 or 2."""
    if char < "\u0300":
        return 1
    trial = Vt(4, 1, 0)
    trial.feed_str(char)
    return max(1, int(trial.cursor.col))


@lru_cache(4096)
def style(pen: str) -> Style:
    """Give the style of the engine's pen, written as it dumps one: "0;38:5:208;44;1"."""
    foreground: int | Rgb | None = None
    background: int | Rgb | None = None
    words = pen.split(";")
    for word in words:
        if len(word) < 2:
            continue
        if word[2:3] == ":":
            numbers = word.split(":")
            colour = int(numbers[2]) if numbers[1] == "5" else (int(numbers[2]), int(numbers[3]), int(numbers[4]))
            if word[0] == "3":
                foreground = colour
            else:
                background = colour
            continue
        number = int(word)
        if number < 40:
            foreground = number - 30
        elif number < 50:
            background = number - 40
        elif number < 100:
            foreground = number - 82
        else:
            background = number - 92
    return Style(
        foreground, background, "1" in words, "2" in words, "3" in words, "4" in words, "9" in words, "7" in words
    )
