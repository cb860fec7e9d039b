"""What is typed, and who or when is meant by it."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.errors import BadInput
from app.domain.person import Role
from app.services.people import PersonLine
from tests.ui.hands import write
from ui.kit.accessible import nameless
from ui.kit.forms import InlineForm
from ui.kit.typed_fields import OwnChoice, WhenField, WhomField

NOW = datetime(2026, 11, 20, 13, 3, tzinfo=UTC)
PEOPLE = (
    PersonLine("1", "Anna Berg", Role.SUPPORT, "Hosting"),
    PersonLine("2", "Anna Holm", Role.ENGINEER, ""),
    PersonLine("3", "Mara Berger", Role.MANAGER, ""),
    PersonLine("4", "Integra Lund", Role.SUPPORT, ""),
)


@pytest.fixture
def whom(qtbot: QtBot) -> WhomField:
    field = WhomField("To", "a person, or a team")
    qtbot.addWidget(field)
    field.offer(PEOPLE, ["Integration", "Network"])
    return field


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", (None, "")),
        (" anna berg ", ("1", "")),
        ("holm", ("2", "")),
        ("mar", ("3", "")),
        ("Team Network", (None, "Network")),
        ("network", (None, "Network")),
        ("integration", (None, "Integration")),
        ("team int", (None, "Integration")),
    ],
)
def test_somebody_is_meant_by_any_of_their_names(whom: WhomField, typed: str, meant: tuple[str | None, str]) -> None:
    whom.set_text(typed)
    assert whom.meant() == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [("nobody", "Nobody is"), ("anna", "Several are"), ("integ", "Several are"), ("erg", "Nobody is")],
)
def test_a_stranger_and_two_of_a_name_are_not_guessed(whom: WhomField, typed: str, said: str) -> None:
    whom.set_text(typed)
    with pytest.raises(BadInput, match=f"{said} called “{typed}”") as refused:
        whom.meant()
    assert refused.value.todo == "Choose from the list."


def test_two_of_one_name_are_told_apart_by_choosing(whom: WhomField) -> None:
    whom.offer([*PEOPLE, PersonLine("5", "Anna Berg", Role.ENGINEER, "")])
    whom.set_text("Anna Berg")
    assert whom.person_id() is None
    with pytest.raises(BadInput, match="Several are"):
        whom.meant()
    whom.setCurrentIndex(whom.count() - 1)
    assert (whom.meant(), whom.person_id()) == (("5", ""), "5")


def test_where_a_name_of_ones_own_will_do_only_a_whole_name_is_a_person(whom: WhomField) -> None:
    for typed, person_id in (("Mara Berger", "3"), ("mara", None), ("CFO", None), ("Network", None), ("", None)):
        whom.set_text(typed)
        assert whom.person_id() == person_id, typed


def test_offering_anew_keeps_what_is_typed_and_says_nothing(whom: WhomField, qtbot: QtBot) -> None:
    whom.set_text("Mar")
    with qtbot.assertNotEmitted(whom.edited):
        whom.offer(PEOPLE[:3])
    assert (whom.text(), whom.itemText(0), whom.count()) == ("Mar", "Mara Berger", 3)
    with qtbot.waitSignal(whom.edited):
        whom.set_text("Mara")


def test_a_usual_word_or_ones_own(qtbot: QtBot) -> None:
    form = InlineForm("Ask", "Record")
    qtbot.addWidget(form)
    field = OwnChoice("How", "mail, call ...", ("mail", "call"))
    form.add("How", field)
    assert (field.text(), nameless(form)) == ("", [])
    line = field.findChild(QLineEdit)
    assert line is not None
    write(line, "in the lift")
    assert field.text() == "in the lift"


def test_a_time_says_below_how_it_is_understood(qtbot: QtBot) -> None:
    field = WhenField("By")
    qtbot.addWidget(field)
    field.clock = lambda: NOW
    assert (field.value(), field.meaning) == (None, "")
    field.set_text("in 2h")
    assert field.value() == NOW + timedelta(hours=2)
    assert field.meaning.startswith("Today ")
    field.set_text("30 nov")
    assert "2026-11-30 17:00" in field.meaning
    field.set_text("whenever")
    assert field.meaning == "“whenever” is no time that Baton understands."
    with pytest.raises(BadInput):
        field.value()
    assert field.text() == "whenever"
