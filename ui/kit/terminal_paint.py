"""How a terminal's lines are painted: into a picture of the view that is moved, not redrawn, on a scroll."""

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QStaticText, QTextLayout, QTransform

from ui.kit.terminal_marks import Marks, marked
from ui.kit.terminal_runs import Run, Style, fingerprint, runs
from ui.kit.terminal_screen import TerminalScreen
from ui.kit.theme import LIGHT, TERMINAL_COLOURS, Face, font

ROW_HEIGHT = 19
BASELINE = 14.0
_GROUND = LIGHT.terminal
_TEXT = LIGHT.terminal_text
_GROUND_COLOUR, _TEXT_COLOUR = QColor(_GROUND), QColor(_TEXT)
_LEAST_CONTRAST = 3.0
Rgb = tuple[int, int, int]
_CUBE = (0, 95, 135, 175, 215, 255)


@cache
def terminal_font(*, is_bold: bool, is_italic: bool) -> QFont:
    """Give the terminal's font; unhinted, so that a run of text is as wide as its cells."""
    made = font(Face.MONO)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setBold(is_bold)
    made.setItalic(is_italic)
    made.setKerning(False)
    return made


@cache
def cell_width() -> float:
    """Give the width in px of one cell."""
    return QFontMetricsF(terminal_font(is_bold=False, is_italic=False)).horizontalAdvance("M" * 100) / 100


@lru_cache(8192)
def is_even(char: str) -> bool:
    """Say whether the character is one cell wide as it is drawn, so that it can be drawn with its neighbours."""
    if char.isascii():
        return True
    measured = QFontMetricsF(terminal_font(is_bold=False, is_italic=False)).horizontalAdvance(char)
    return abs(measured - cell_width()) < 0.01 and char.isprintable()


@cache
def _face(is_bold: bool, is_italic: bool, is_underlined: bool, is_struck: bool) -> QFont:  # noqa: FBT001 - of a style
    made = QFont(terminal_font(is_bold=is_bold, is_italic=is_italic))
    made.setUnderline(is_underlined)
    made.setStrikeOut(is_struck)
    return made


def _rgb(name: str) -> Rgb:
    return int(name[1:3], 16), int(name[3:5], 16), int(name[5:7], 16)


_GROUND_RGB, _TEXT_RGB = _rgb(_GROUND), _rgb(_TEXT)
_FIRST = tuple(_rgb(name) for name in TERMINAL_COLOURS)


def _colour(given: int | Rgb | None, default: Rgb) -> Rgb:
    if given is None:
        return default
    if not isinstance(given, int):
        return given
    if given < 16:
        return _FIRST[given]
    if given < 232:
        red, rest = divmod(given - 16, 36)
        return _CUBE[red], _CUBE[rest // 6], _CUBE[rest % 6]
    grey = 8 + (given - 232) * 10
    return grey, grey, grey


def _linear(channel: int) -> float:
    part = channel / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


_LINEAR = tuple(_linear(channel) for channel in range(256))


def _light(colour: Rgb) -> float:
    """Give the relative luminance as WCAG 2 has it, and its 0.05 for the glare."""
    return 0.2126 * _LINEAR[colour[0]] + 0.7152 * _LINEAR[colour[1]] + 0.0722 * _LINEAR[colour[2]] + 0.05


def _contrast(one: Rgb, other: Rgb) -> float:
    low, high = sorted((_light(one), _light(other)))
    return high / low


@lru_cache(4096)
def ink(style: Style) -> tuple[QColor, QColor | None, QFont]:
    """Give text colour, ground (None: the terminal's own) and font of a style."""
    foreground, ground = _colour(style.foreground, _TEXT_RGB), _colour(style.background, _GROUND_RGB)
    if style.is_inverse:
        foreground, ground = ground, foreground
    if style.is_faint:
        foreground = tuple((2 * a + b) // 3 for a, b in zip(foreground, ground, strict=True))  # type: ignore[assignment]
    if _contrast(foreground, ground) < _LEAST_CONTRAST:
        # What a device colours to stand out must stay readable on our ground.
        foreground = max((_TEXT_RGB, _GROUND_RGB), key=lambda one: _contrast(one, ground))
    face = _face(style.is_bold, style.is_italic, style.is_underlined, style.is_struck)
    has_ground = style.background is not None or style.is_inverse
    return QColor(*foreground), QColor(*ground) if has_ground else None, face


@lru_cache(2048)
def _uneven(text: str, is_bold: bool, is_italic: bool) -> tuple[QStaticText, float]:  # noqa: FBT001 - of a font
    """Give a character laid out, and its ascent: to find the face that has it costs more than to draw it."""
    face = terminal_font(is_bold=is_bold, is_italic=is_italic)
    layout = QTextLayout(text, face)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1000)
    layout.endLayout()
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.prepare(QTransform(), face)
    return made, line.ascent()


class Picture:
    """The view as last painted, and which line is where in it."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._prints: list[str] = []
        self._first = 0
        self.marks: Marks | None = None
        self.repainted = 0  # lines painted at the last update

    def mark(self, marks: Marks | None) -> None:
        """Let these words stand out from the next update on; None: no words do."""
        self.marks = marks
        self._prints = []

    def update(
        self, screen: TerminalScreen, first: int, rows: int, size: QSize, scale: float, only: range | None = None
    ) -> QPixmap:
        """Bring the picture to show `rows` lines from the absolute number `first`; give it.

        With `only` the other rows are known to be as they were, and are not looked at.
        """
        wanted = size * scale
        if self._pixmap.size() != wanted:
            self._pixmap = QPixmap(wanted)
            self._pixmap.setDevicePixelRatio(scale)
            self._pixmap.fill(_GROUND_COLOUR)
            self._prints = []
        shift = first - self._first
        if 0 < abs(shift) < len(self._prints) and (shift * ROW_HEIGHT * scale).is_integer():
            self._pixmap.scroll(0, int(-shift * ROW_HEIGHT * scale), self._pixmap.rect())
            blank = ["\0"] * abs(shift)
            self._prints = self._prints[shift:] + blank if shift > 0 else blank + self._prints[:shift]
        self._first = first
        old = self._prints + ["\0"] * (rows - len(self._prints))
        self._prints = []
        self.repainted = 0
        painter = QPainter(self._pixmap)
        for row in range(rows):
            if only is not None and row not in only and old[row] != "\0":
                self._prints.append(old[row])
                continue
            line = screen.line(first + row)
            seen = fingerprint(line) if line is not None else ""
            if seen != old[row]:
                self.repainted += 1
                found = runs(seen, screen.clusters.expand, is_even) if seen else []
                _draw_line(painter, row, size.width(), marked(found, self.marks) if self.marks else found)
            self._prints.append(seen)
        painter.end()
        return self._pixmap


def _draw_line(painter: QPainter, row: int, width: int, line: list[Run]) -> None:
    top = row * ROW_HEIGHT
    cell = cell_width()
    # A character from another face may reach beyond its row, where a moved picture would keep it.
    painter.setClipRect(0, top, width, ROW_HEIGHT)
    painter.fillRect(0, top, width, ROW_HEIGHT, _GROUND_COLOUR)
    baseline = top + BASELINE
    face: QFont | None = None
    for run in line:
        foreground, background, wanted = ink(run.style)
        if background is not None:
            painter.fillRect(QRectF(run.column * cell, top, run.columns * cell, ROW_HEIGHT), background)
        painter.setPen(foreground)
        if wanted is not face:
            painter.setFont(wanted)
            face = wanted
        has_line = run.style.is_underlined or run.style.is_struck
        for column, text in run.pieces:
            if has_line or is_even(text[0]):
                if has_line or not text.isspace():
                    painter.drawText(QPointF(column * cell, baseline), text)
            else:
                laid_out, ascent = _uneven(text, run.style.is_bold, run.style.is_italic)
                painter.drawStaticText(QPointF(column * cell, baseline - ascent), laid_out)


def draw_cursor(painter: QPainter, screen: TerminalScreen, back: int, *, is_solid: bool) -> None:
    """Draw the cursor in a view scrolled back by so many lines: a block, or hollow where nothing can be typed."""
    at, column, is_shown = screen.cursor
    row = at + back
    if not is_shown or row >= screen.size[1]:
        return
    box = QRectF(column * cell_width(), row * ROW_HEIGHT + 1, cell_width(), ROW_HEIGHT - 2)
    if not is_solid:
        painter.setPen(_TEXT_COLOUR)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(box, _TEXT_COLOUR)
    line = screen.line(screen.scrolled_off + at)
    if line is not None and column < len(line):
        painter.setPen(_GROUND_COLOUR)
        painter.setFont(terminal_font(is_bold=False, is_italic=False))
        text = screen.clusters.expand(line[column].char)
        painter.drawText(QPointF(box.left(), row * ROW_HEIGHT + BASELINE), text)
