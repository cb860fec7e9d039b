"""How the rows of a diff are painted: a bar, a number, a sign, and the words that changed underlined.

A change is never told by its colour alone: the bar and the sign say it too, and changed words have a line below them.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from app.domain.config_diff_rows import Row, RowKind
from app.domain.config_diff_words import Spans, altered_words
from ui.kit.paint import draw_line, width_of
from ui.kit.said_values import counted
from ui.kit.terminal_paint import cell_width, terminal_font
from ui.kit.theme import Face, Kind, M, S, Tokens, colour
from ui.panes.devices.configs.shown import Layout, Shown, visible

ROW = 19
BAR = 3
SIGN = 16
_BASELINE = 14
_LEFT, _RIGHT = (0,), (1,)
_RIGHT_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_GONE = {RowKind.GONE, RowKind.ALTERED, RowKind.REPLACED}
_NEW = {RowKind.NEW, RowKind.ALTERED, RowKind.REPLACED}
_WORD_SHARE = 0.24
"""How much of its ink the ground of a changed word has; the test of the theme's contrast holds with it."""


@dataclass(frozen=True, slots=True)
class Half:
    """One side of a row: where it is painted and how far its text is scrolled, in px."""

    box: QRect
    numbers: int  # width of one column of line numbers
    scrolled: int


def word_ground(used: Tokens, kind: Kind) -> QColor:
    """Give the ground of a changed word."""
    return _mixed(used.ground(kind), used.ink(kind))


def draw_row(painter: QPainter, shown: Shown, at: int, halves: tuple[Half, ...], used: Tokens) -> None:
    """Draw one row; two halves side by side, else one."""
    row = shown.rows[at]
    if row.kind is RowKind.FOLD:
        whole = QRect(halves[0].box)
        whole.setRight(halves[-1].box.right())
        _draw_fold(painter, row, whole, used)
    elif shown.layout is Layout.BESIDE:
        _draw_half(painter, shown, row, halves[0], used, sides=_LEFT)
        _draw_half(painter, shown, row, halves[1], used, sides=_RIGHT)
    else:
        sides = _LEFT + _RIGHT if shown.layout is Layout.BELOW else _RIGHT
        _draw_half(painter, shown, row, halves[0], used, sides=sides)


def kind_of(shown: Shown, row: Row, *, is_left: bool) -> Kind | None:
    """Give what happened to a row's line on one side; None: nothing."""
    at = row.left if is_left else row.right
    moved = shown.compared.comparison.moved_left if is_left else shown.compared.comparison.moved_right
    if at < 0 or row.kind not in (_GONE if is_left else _NEW):
        return None
    if at in moved:
        return Kind.BLUE
    return Kind.RED if is_left else Kind.GREEN


def sign_of(kind: Kind | None, *, is_left: bool) -> str:
    """Give the sign before a line: gone, new, or moved away and moved here."""
    if kind is Kind.BLUE:
        return "\N{UPWARDS ARROW}" if is_left else "\N{DOWNWARDS ARROW}"
    return {Kind.RED: "\N{MINUS SIGN}", Kind.GREEN: "+"}.get(kind, "") if kind is not None else ""


def words_of(shown: Shown, row: Row, *, is_left: bool) -> Spans:
    """Give the words of a line that changed; none where the line is gone or new as a whole."""
    is_pair = row.kind is RowKind.ALTERED or (row.kind in {RowKind.GONE, RowKind.NEW} and min(row.left, row.right) >= 0)
    if not is_pair:
        return ()
    return _words(shown.line(row, is_left=True), shown.line(row, is_left=False))[0 if is_left else 1]


@lru_cache(4096)
def _words(left: str, right: str) -> tuple[Spans, Spans]:
    return altered_words(left, right)


def _draw_half(painter: QPainter, shown: Shown, row: Row, half: Half, used: Tokens, *, sides: tuple[int, ...]) -> None:
    is_left = sides == _LEFT or (len(sides) == 2 and row.kind is RowKind.GONE)
    kind = kind_of(shown, row, is_left=is_left)
    box = half.box
    if (row.left if is_left else row.right) < 0:
        painter.fillRect(box, colour(used.window))
        return
    if kind is not None:
        painter.fillRect(box, colour(used.ground(kind)))
        painter.fillRect(box.left(), box.top(), BAR, box.height(), colour(used.ink(kind)))
    painter.setFont(terminal_font(is_bold=False, is_italic=False))
    painter.setPen(colour(used.dim if kind else used.faint))
    left = box.left() + BAR
    for side in sides:
        is_here = row.kind is RowKind.EQUAL or len(sides) == 1 or (side == 0) is is_left
        if is_here:
            number = shown.number(row, is_left=side == 0)
            room = QRect(left, box.top(), half.numbers - S, ROW)
            painter.drawText(room, _RIGHT_MIDDLE, number)
        left += half.numbers
    sign = sign_of(kind, is_left=is_left)
    if sign:
        painter.setPen(colour(used.ink(kind or Kind.GREY)))
        painter.drawText(QPointF(left + 2, box.top() + _BASELINE), sign)
    left += SIGN
    room = QRect(left, box.top(), box.right() + 1 - left, ROW)
    _draw_text(painter, room, shown.line(row, is_left=is_left), words_of(shown, row, is_left=is_left), kind, half, used)


def _draw_text(
    painter: QPainter, room: QRect, line: str, words: Spans, kind: Kind | None, half: Half, used: Tokens
) -> None:
    cell = cell_width()
    painter.save()
    painter.setClipRect(room)
    start = room.left() - half.scrolled
    if kind is not None:
        for first, last in words:
            from_x = start + len(visible(line[:first])) * cell
            wide = len(visible(line[:last])) * cell - (from_x - start)
            painter.fillRect(int(from_x), room.top() + 2, max(int(wide + 0.5), 2), ROW - 4, word_ground(used, kind))
            painter.fillRect(int(from_x), room.top() + ROW - 3, max(int(wide + 0.5), 2), 2, colour(used.ink(kind)))
    # Of a line of a megabyte only what is in sight is given to the font.
    first_column = max(int(half.scrolled / cell) - 1, 0)
    text = visible(line[: first_column + 4 * room.width()])[first_column : first_column + int(room.width() / cell) + 3]
    painter.setPen(colour(used.text if kind is not None else used.dim))
    painter.drawText(QPointF(start + first_column * cell, room.top() + _BASELINE), text)
    painter.restore()


def _draw_fold(painter: QPainter, row: Row, box: QRect, used: Tokens) -> None:
    painter.fillRect(box, colour(used.code_ground))
    words = f"\N{MIDLINE HORIZONTAL ELLIPSIS}  {counted(row.hidden, 'equal line')}"
    painter.setPen(colour(used.dim))
    room = box.adjusted(M, 0, -M, 0)
    draw_line(painter, room, Face.SMALL, words)
    if row.heading:
        room.setLeft(room.left() + width_of(Face.SMALL, words) + M)
        draw_line(painter, room, Face.SMALL_BOLD, row.heading)


@cache
def _mixed(ground: str, ink: str) -> QColor:
    one, other = QColor(ground), QColor(ink)
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(a + (b - a) * _WORD_SHARE) for a, b in pairs))
