"""What several widgets and the table's delegate draw alike: lines of text, pills, key caps, dots, bars."""

from functools import cache, lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from ui.kit import theme
from ui.kit.theme import Face, Kind, colour, font

PILL_HEIGHT = 16
CAP_HEIGHT = 16
_PILL_PADDING = 6
_CAP_PADDING = 5
CENTRE = Qt.AlignmentFlag.AlignCenter
RING = 8  # px, the mark of what was not sent yet
_KEPT = 8_192  # texts whose width is remembered: lists paint the same ones again and again


@cache
def _metrics(face: Face) -> QFontMetrics:
    return QFontMetrics(font(face))


@lru_cache(_KEPT)
def width_of(face: Face, text: str) -> int:
    """Give the width in px of one line of text."""
    return _metrics(face).horizontalAdvance(text)


@lru_cache(_KEPT)
def elided(face: Face, text: str, width: int) -> str:
    """Give the text as far as it fits into so many px, cut with an ellipsis."""
    return _metrics(face).elidedText(text, Qt.TextElideMode.ElideRight, width)


def pill_width(text: str) -> int:
    """Give the width in px of a pill with this text."""
    return max(width_of(Face.SMALL, text) + 2 * _PILL_PADDING, PILL_HEIGHT + 2)


def draw_pill(painter: QPainter, left: int, middle: int, kind: Kind, text: str, *, is_bold: bool = False) -> int:
    """Draw a pill whose left edge and vertical middle are given; give its width in px."""
    used = theme.tokens()
    width = pill_width(text)
    box = QRectF(left, middle - PILL_HEIGHT / 2, width, PILL_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(used.ground(kind)))
    painter.drawRoundedRect(box, PILL_HEIGHT / 2, PILL_HEIGHT / 2)
    painter.setPen(colour(used.ink(kind)))
    painter.setFont(font(Face.SMALL_BOLD if is_bold else Face.SMALL))
    painter.drawText(box, CENTRE, text)
    return width


def cap_width(keys: str) -> int:
    """Give the width in px of a key cap with these keys."""
    metrics = QFontMetrics(font(Face.MONO_SMALL))
    return max(metrics.horizontalAdvance(keys) + 2 * _CAP_PADDING, CAP_HEIGHT)


def draw_cap(painter: QPainter, box: QRect, keys: str, ink: str, edge: str, ground: str) -> None:
    """Draw a key cap filling the box, in #rrggbb colours."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(edge), 1))
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(colour(ink))
    painter.setFont(font(Face.MONO_SMALL))
    painter.drawText(box, CENTRE, keys)


def draw_dot(painter: QPainter, left: int, middle: int, ink: str, *, is_hollow: bool = False) -> None:
    """Draw the dot of 10 px that says how something is; hollow: not yet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink), 1.2) if is_hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else colour(ink))
    radius = 4.0 if is_hollow else 4.5
    painter.drawEllipse(QPointF(left + 5, middle + 0.5), radius, radius)


def draw_ring(painter: QPainter, left: int, middle: int, ink: str) -> None:
    """Draw the ring of 8 px that marks what was not sent yet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(ink), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(left + RING / 2, middle + 0.5), RING / 2 - 1, RING / 2 - 1)


def draw_elided(painter: QPainter, box: QRect, text: str, alignment: Qt.AlignmentFlag) -> None:
    """Draw one line of text in the painter's font and pen, cut with an ellipsis where it does not fit."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, alignment | Qt.AlignmentFlag.AlignVCenter, shown)


def draw_line(painter: QPainter, box: QRect, face: Face, text: str, *, is_right: bool = False) -> None:
    """Draw one line of text in the middle of the box, in the painter's pen, cut where it does not fit.

    What it measures is remembered; for lists, which draw hundreds of texts at once.
    """
    shown = elided(face, text, box.width())
    metrics = _metrics(face)
    left = box.right() + 1 - width_of(face, shown) if is_right else box.left()
    painter.setFont(font(face))
    painter.drawText(left, box.top() + (box.height() - metrics.height()) // 2 + metrics.ascent(), shown)
