"""The one set of tokens: colours, sizes, type; and how they reach Qt.

Nothing else in ui names a colour or a size. Widgets that paint themselves read `tokens()` at each paint;
the rest follows the palette and the short style sheet made here, so a change of scheme reaches everything.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ui.kit.stylesheet import style_sheet

XS, S, M, L, XL = 4, 8, 12, 16, 24  # spacing, px
SMALL, TEXT, ALOUD, HEADING, MONO = 11, 13, 15, 20, 12  # type, px
ROW, ROW_TWO_LINES = 33, 48
RADIUS, RADIUS_CARD = 6, 8
BUTTON_HEIGHT, FIELD_HEIGHT = 28, 28


class Scheme(StrEnum):
    """Which of the two colour sets is shown."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Kind(StrEnum):
    """What a colour means: broken, soon, fine, linked, or nothing."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    GREY = "grey"


class Tone(StrEnum):
    """How a text is coloured."""

    TEXT = "text"
    DIM = "dim"
    FAINT = "faint"
    ACCENT = "accent"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Face(StrEnum):
    """The sizes and weights in which text appears."""

    SMALL = "small"
    SMALL_BOLD = "small_bold"
    TEXT = "text"
    BOLD = "bold"
    ALOUD = "aloud"
    SUBHEADING = "subheading"
    HEADING = "heading"
    MONO = "mono"
    MONO_SMALL = "mono_small"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours as #rrggbb."""

    window: str
    panel: str
    line: str
    text: str
    dim: str
    faint: str
    accent: str
    accent_ground: str
    on_accent: str
    selection: str
    red: str
    red_ground: str
    amber: str
    amber_ground: str
    green: str
    green_ground: str
    code_ground: str
    cap_line: str
    # The same in both schemes: a bar that says PRODUCTION, a terminal and a priority look alike day and night.
    production: str = "#b3261e"
    on_production: str = "#ffffff"
    terminal: str = "#0f1218"
    terminal_text: str = "#d7dde8"
    bar_red: str = "#c8372d"
    bar_amber: str = "#a8650a"
    bar_grey: str = "#616b7b"
    bar_faint: str = "#98a1b0"

    def ink(self, kind: Kind) -> str:
        """Give the text colour of a kind."""
        return {
            Kind.RED: self.red,
            Kind.AMBER: self.amber,
            Kind.GREEN: self.green,
            Kind.BLUE: self.accent,
            Kind.GREY: self.dim,
        }[kind]

    def ground(self, kind: Kind) -> str:
        """Give the ground on which the kind's ink stands."""
        return {
            Kind.RED: self.red_ground,
            Kind.AMBER: self.amber_ground,
            Kind.GREEN: self.green_ground,
            Kind.BLUE: self.accent_ground,
            Kind.GREY: self.line,
        }[kind]

    def tone(self, tone: Tone) -> str:
        """Give the colour of a text."""
        return str(getattr(self, tone.value))

    def bar(self, kind: Kind | None) -> str:
        """Give the colour of the priority bar at the left of a row."""
        if kind is None:
            return self.bar_faint
        return {Kind.RED: self.bar_red, Kind.AMBER: self.bar_amber}.get(kind, self.bar_grey)


LIGHT = Tokens(
    window="#f6f7f9",
    panel="#ffffff",
    line="#e3e6ea",
    text="#1d2330",
    dim="#535d6d",
    faint="#616b7b",
    accent="#1f5fe0",
    accent_ground="#e4edff",
    on_accent="#ffffff",
    selection="#e6eefc",
    red="#b3261e",
    red_ground="#fdeceb",
    amber="#8a4f00",
    amber_ground="#fdf1dc",
    green="#1c6b41",
    green_ground="#e4f4ea",
    code_ground="#f1f3f6",
    cap_line="#d3d8df",
)
DARK = Tokens(
    window="#15181e",
    panel="#1b1f27",
    line="#2b313c",
    text="#e4e8ef",
    dim="#a3adbd",
    faint="#8f99a9",
    accent="#7aa8ff",
    accent_ground="#1f2c47",
    on_accent="#15181e",
    selection="#222c40",
    red="#ff9a91",
    red_ground="#3a201f",
    amber="#f0b65a",
    amber_ground="#362a17",
    green="#6fce9a",
    green_ground="#1a3326",
    code_ground="#222732",
    cap_line="#3a4250",
)

# The terminal's first sixteen colours, each readable on its ground; the other 240 follow the xterm cube.
TERMINAL_COLOURS = (
    *("#7d8798", "#ff9a91", "#6fce9a", "#f0b65a", "#7aa8ff", "#d7a6ff", "#6fd3e0", "#d7dde8"),
    *("#98a3b5", "#ffb4ad", "#94e2b6", "#ffd08a", "#a5c5ff", "#e6c8ff", "#9ce6ef", "#ffffff"),
)

_GROUNDS = ("window", "panel", "selection")
# Every pair of text and ground that a screen shows; a test holds each to 4.5:1 in both schemes.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("text", "dim", "faint", "accent", "red", "green") for ground in _GROUNDS),
    *(("amber", ground) for ground in _GROUNDS),
    *((ink, f"{ink}_ground") for ink in ("accent", "red", "amber", "green")),
    *((ink, f"{kind}_ground") for ink in ("text", "dim") for kind in ("accent", "red", "amber", "green")),
    ("dim", "line"),
    ("text", "line"),
    ("on_accent", "accent"),
    ("on_production", "production"),
    ("terminal_text", "terminal"),
    *((ink, "code_ground") for ink in ("text", "dim", "red", "green")),
)


class Theme(QObject):
    """Applies the tokens to the application and follows the system's scheme; GUI thread only."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._scheme = Scheme.SYSTEM
        self._tokens: Tokens | None = None
        app.setStyle("Fusion")
        app.setFont(font(Face.TEXT))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)
        self._follow(QGuiApplication.styleHints().colorScheme())

    @property
    def scheme(self) -> Scheme:
        """The scheme asked for; SYSTEM follows the desktop."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        """The colours shown now."""
        return self._tokens or LIGHT

    def use(self, scheme: Scheme) -> None:
        """Show this scheme from now on."""
        self._scheme = Scheme(scheme)
        forced = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}.get(self._scheme)
        hints = QGuiApplication.styleHints()
        if forced is None:
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(forced)
        self._follow(forced or hints.colorScheme())

    @Slot(Qt.ColorScheme)
    def _follow(self, system: Qt.ColorScheme) -> None:
        asked = {Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}.get(self._scheme, system)
        wanted = DARK if asked is Qt.ColorScheme.Dark else LIGHT
        if wanted is self._tokens:
            return
        self._tokens = wanted
        self._app.setPalette(palette(wanted))
        self._app.setStyleSheet(style_sheet({f.name: getattr(wanted, f.name) for f in fields(wanted)}))
        self.changed.emit()


def theme() -> Theme:
    """Give the application's theme; the first call applies it."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("There is no QApplication yet.")
    found = app.findChild(Theme, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return found or Theme(app)


def tokens() -> Tokens:
    """Give the colours shown now."""
    return theme().tokens


@cache
def colour(name: str) -> QColor:
    """Give the QColor of a token's #rrggbb; the same object each time, do not change it."""
    return QColor(name)


@cache
def families() -> tuple[str, str]:
    """Give the text and the mono family: ours when the system has them, else the system's own."""
    known = set(QFontDatabase.families())
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return ("Inter" if "Inter" in known else system, "JetBrains Mono" if "JetBrains Mono" in known else fixed)


_FACES: dict[Face, tuple[int, QFont.Weight]] = {
    Face.SMALL: (SMALL, QFont.Weight.Normal),
    Face.SMALL_BOLD: (SMALL, QFont.Weight.DemiBold),
    Face.TEXT: (TEXT, QFont.Weight.Normal),
    Face.BOLD: (TEXT, QFont.Weight.DemiBold),
    Face.ALOUD: (ALOUD, QFont.Weight.Normal),
    Face.SUBHEADING: (ALOUD, QFont.Weight.DemiBold),
    Face.HEADING: (HEADING, QFont.Weight.DemiBold),
    Face.MONO: (MONO, QFont.Weight.Normal),
    Face.MONO_SMALL: (SMALL, QFont.Weight.Normal),
}


def font(face: Face) -> QFont:
    """Give a copy of the font of a face, with numbers of equal width."""
    return QFont(_font(face))


@cache
def _font(face: Face) -> QFont:
    size, weight = _FACES[face]
    text, mono = families()
    is_mono = face in {Face.MONO, Face.MONO_SMALL}
    made = QFont(mono if is_mono else text)
    made.setPixelSize(size)
    made.setWeight(weight)
    if is_mono:
        made.setStyleHint(QFont.StyleHint.Monospace)
        made.setFeature(QFont.Tag("liga"), 0)
        made.setFeature(QFont.Tag("calt"), 0)
    else:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def palette(used: Tokens) -> QPalette:
    """Give the Qt palette of these tokens."""
    role = QPalette.ColorRole
    made = QPalette()
    for to, name in {
        role.Window: used.window,
        role.WindowText: used.text,
        role.Base: used.panel,
        role.AlternateBase: used.window,
        role.Text: used.text,
        role.PlaceholderText: used.faint,
        role.Button: used.panel,
        role.ButtonText: used.text,
        role.BrightText: used.on_production,
        role.Highlight: used.selection,
        role.HighlightedText: used.text,
        role.Accent: used.accent,
        role.Link: used.accent,
        role.LinkVisited: used.accent,
        role.ToolTipBase: used.panel,
        role.ToolTipText: used.text,
        role.Light: used.panel,
        role.Midlight: used.line,
        role.Mid: used.line,
        role.Dark: used.cap_line,
        role.Shadow: used.cap_line,
    }.items():
        made.setColor(to, QColor(name))
    for to in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, to, QColor(used.faint))
    return made


def contrast(ink: str, ground: str) -> float:
    """Give the contrast of two #rrggbb colours by WCAG 2, from 1 to 21."""
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(name: str) -> float:
    channels = [int(name[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
