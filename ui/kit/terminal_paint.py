"""How a terminal's lines are painted: into a picture of the view that is moved, not redrawn, on a scroll."""

from functools import cache

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from ui.kit.terminal_screen import Run, Style, TerminalScreen, fingerprint, runs
from ui.kit.theme import LIGHT, TERMINAL_COLOURS, Face, contrast, font

ROW_HEIGHT = 19
_GROUND = LIGHT.terminal
_TEXT = LIGHT.terminal_text
_LEAST_CONTRAST = 3.0
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


@cache
def _indexed(index: int) -> QColor:
    if index < 16:
        return QColor(TERMINAL_COLOURS[index])
    if index < 232:
        red, rest = divmod(index - 16, 36)
        return QColor(_CUBE[red], _CUBE[rest // 6], _CUBE[rest % 6])
    grey = 8 + (index - 232) * 10
    return QColor(grey, grey, grey)


def _colour(given: int | tuple[int, int, int] | None, default: str) -> QColor:
    if given is None:
        return QColor(default)
    return _indexed(given) if isinstance(given, int) else QColor(*given)


_inks: dict[Style, tuple[QColor, QColor | None, QFont]] = {}


def ink(style: Style) -> tuple[QColor, QColor | None, QFont]:
    """Give text colour, ground (None: the terminal's own) and font of a style."""
    known = _inks.get(style)
    if known is not None:
        return known
    if len(_inks) > 4096:
        _inks.clear()
    foreground = _colour(style.foreground, _TEXT)
    background = _colour(style.background, _GROUND) if style.background is not None else None
    if style.is_inverse:
        foreground, background = background or QColor(_GROUND), foreground
    if style.is_faint:
        ground = background or QColor(_GROUND)
        foreground = QColor(*((2 * a + b) // 3 for a, b in zip(_rgb(foreground), _rgb(ground), strict=True)))
    ground = background or QColor(_GROUND)
    if contrast(foreground.name(), ground.name()) < _LEAST_CONTRAST:
        # What a device colours to stand out must stay readable on our ground.
        foreground = max((QColor(_TEXT), QColor(_GROUND)), key=lambda c: contrast(c.name(), ground.name()))
    made = QFont(terminal_font(is_bold=style.is_bold, is_italic=style.is_italic))
    made.setUnderline(style.is_underlined)
    made.setStrikeOut(style.is_struck)
    known = _inks[style] = (foreground, background, made)
    return known


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


class Picture:
    """The view as last painted, and which line is where in it."""

    def __init__(self) -> None:
        self._pixmap = QPixmap()
        self._prints: list[str] = []
        self._first = 0
        self.repainted = 0  # lines painted at the last update

    def update(self, screen: TerminalScreen, first: int, rows: int, size: QSize, scale: float) -> QPixmap:
        """Bring the picture to show `rows` lines from the absolute number `first`; give it."""
        wanted = size * scale
        if self._pixmap.size() != wanted:
            self._pixmap = QPixmap(wanted)
            self._pixmap.setDevicePixelRatio(scale)
            self._pixmap.fill(QColor(_GROUND))
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
            line = screen.line(first + row)
            seen = fingerprint(line) if line is not None else ""
            if seen != old[row]:
                self.repainted += 1
                _draw_line(painter, row, size.width(), runs(line) if line is not None else [])
            self._prints.append(seen)
        painter.end()
        return self._pixmap


def _draw_line(painter: QPainter, row: int, width: int, line: list[Run]) -> None:
    top = row * ROW_HEIGHT
    cell = cell_width()
    painter.fillRect(0, top, width, ROW_HEIGHT, QColor(_GROUND))
    baseline = top + 14.0
    for run in line:
        foreground, background, face = ink(run.style)
        if background is not None:
            painter.fillRect(QRectF(run.column * cell, top, run.columns * cell, ROW_HEIGHT), background)
        painter.setPen(foreground)
        painter.setFont(face)
        for column, text in run.pieces:
            if not text.isspace() or face.underline():
                painter.drawText(QPointF(column * cell, baseline), text)
