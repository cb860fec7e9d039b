from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ui.kit import theme as kit_theme
from ui.kit.labels import Label
from ui.kit.theme import DARK, LIGHT, TERMINAL_COLOURS, TEXT_PAIRS, Face, Kind, Scheme, Tone, contrast, font, theme


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS, ids=lambda name: name)
def test_every_text_reaches_the_contrast_on_every_ground(scheme: kit_theme.Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_pill_is_readable(scheme: kit_theme.Tokens, kind: Kind) -> None:
    assert contrast(scheme.ink(kind), scheme.ground(kind)) >= 4.5


@pytest.mark.parametrize("colour", TERMINAL_COLOURS)
def test_every_terminal_colour_is_readable(colour: str) -> None:
    assert contrast(colour, LIGHT.terminal) >= 4.5


def test_contrast_is_what_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_schemes_name_colours_only() -> None:
    for scheme in (LIGHT, DARK):
        assert all(QColor(getattr(scheme, f.name)).isValid() for f in fields(scheme))


def test_a_forced_scheme_reaches_palette_sheet_and_listeners(qtbot: QtBot, qapp: QApplication) -> None:
    with qtbot.waitSignal(theme().changed):
        theme().use(Scheme.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    assert DARK.dim in qapp.styleSheet()
    with qtbot.waitSignal(theme().changed):
        theme().use(Scheme.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window


def test_system_follows_the_desktop_live(qapp: QApplication) -> None:
    theme().use(Scheme.SYSTEM)
    said = qapp.styleHints().colorSchemeChanged  # off screen there is no desktop, so we say what it would say
    said.emit(Qt.ColorScheme.Dark)
    assert theme().tokens is DARK
    said.emit(Qt.ColorScheme.Light)
    assert theme().tokens is LIGHT
    theme().use(Scheme.LIGHT)
    said.emit(Qt.ColorScheme.Dark)
    assert theme().tokens is LIGHT


def test_a_label_takes_its_tone_from_the_tokens(qtbot: QtBot) -> None:
    label = Label("over", tone=Tone.RED)
    qtbot.addWidget(label)
    label.show()
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == LIGHT.red
    theme().use(Scheme.DARK)
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == DARK.red
    label.set_tone(Tone.DIM)
    assert label.palette().color(QPalette.ColorRole.WindowText).name() == DARK.dim
    assert isinstance(label, QLabel)


def test_fonts_are_ours_where_the_system_has_them() -> None:
    text, mono = kit_theme.families()
    assert font(Face.TEXT).family() == text
    assert font(Face.TEXT).pixelSize() == 13
    assert font(Face.MONO).family() == mono
    assert font(Face.MONO).pixelSize() == 12
