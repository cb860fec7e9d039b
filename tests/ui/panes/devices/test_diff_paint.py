import pytest

from ui.kit.theme import DARK, LIGHT, Kind, Tokens, contrast
from ui.panes.devices.configs.diff_paint import sign_of, word_ground
from ui.panes.devices.configs.shown import visible


@pytest.mark.parametrize("used", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", [Kind.RED, Kind.GREEN, Kind.BLUE])
def test_a_changed_word_is_readable_on_its_ground(used: Tokens, kind: Kind) -> None:
    assert contrast(used.text, word_ground(used, kind).name()) >= 4.5
    assert contrast(used.ink(kind), used.ground(kind)) >= 3


def test_every_change_has_a_sign_of_its_own() -> None:
    signs = [sign_of(kind) for kind in (Kind.RED, Kind.GREEN, Kind.BLUE)]
    assert len(set(signs)) == 3
    assert all(signs)
    assert not sign_of(None)


def test_what_cannot_be_seen_is_shown_as_a_mark() -> None:
    assert visible("banner motd \x03C") == "banner motd ·C"
    assert visible("\tmtu 9000") == "    mtu 9000"
    assert visible(" plain") == " plain"
