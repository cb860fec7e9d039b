"""The call card, worked with few keys; what is typed never sets off a single-key command."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication

from app.domain.customer import Contact, Customer
from app.domain.escalation import Escalation
from app.domain.interaction import Channel, Direction, Interaction, Nature, Promise
from app.services import calls, deployments
from app.services.desk import Desk
from tests.halden import Sample
from tests.stations import TestCompany
from tests.ui.panes.queue.conftest import ALT, CTRL, ESCAPE, RETURN, Shown
from ui.bootstrap.calling import copied_number
from ui.kit.buttons import KeyButton
from ui.panes.queue.card_timer import CallTimer

NUMBER = "+1 (212) 555-0147"


class Keys:
    """Presses keys, and counts them as a person would: one with its modifiers is one."""

    def __init__(self, shown: Shown) -> None:
        self.shown, self.pressed = shown, 0

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.shown.key(key, modifier)
        self.pressed += 1


def words(shown: Shown, issue_id: str) -> list[Interaction]:
    look = shown.console.workstation.read(
        lambda desk: desk.cache.records(Interaction, "issue_id = ? ORDER BY at, id", (issue_id,))
    )
    return look.result(10)


def taken(shown: Shown) -> None:
    shown.wait(lambda: shown.pane.call.card is not None and shown.pane.call.issue is not None)


def ring(shown: Shown) -> None:
    """Let the softphone ring."""
    shown.pane.log_call(NUMBER)
    taken(shown)


def primary(shown: Shown) -> list[str]:
    """Give the primary buttons of form and card."""
    form = shown.pane.call
    found = [*form.sheet.findChildren(KeyButton), *form.panel.findChildren(KeyButton)]
    return [b.text() for b in found if b.is_primary]


def test_one_button_is_the_primary_one(shown: Shown) -> None:
    shown.key(Qt.Key.Key_F2)
    assert primary(shown) == ["Log it"]
    ring(shown)
    shown.wait(lambda: shown.pane.call.draft.issue_id is not None)
    assert primary(shown) == ["Called again"], "nothing is said yet"
    shown.pane.call.body.setFocus()
    shown.type("still broken")
    assert primary(shown) == ["Log it"]
    shown.key(Qt.Key.Key_N, ALT)
    assert primary(shown) == ["Log it"]


@pytest.mark.parametrize("way", ["softphone", "pasted", "into the field"])
def test_called_again_and_the_next_promise_take_under_five_keys(shown: Shown, sample: Sample, way: str) -> None:
    before, keys = words(shown, sample.issues["import"]), Keys(shown)
    if way == "softphone":
        shown.pane.log_call(NUMBER)
    elif way == "pasted":
        QGuiApplication.clipboard().setText(NUMBER)
        keys.press(Qt.Key.Key_V, CTRL)
    else:
        QGuiApplication.clipboard().setText(NUMBER)
        keys.press(Qt.Key.Key_F2)
        keys.press(Qt.Key.Key_V, CTRL)
    taken(shown)
    assert shown.pane.call.draft.issue_id == sample.issues["import"]
    assert primary(shown) == ["Called again"]
    keys.press(Qt.Key.Key_A, ALT)
    shown.wait(lambda: shown.pane.call.is_promising)
    now = words(shown, sample.issues["import"])
    assert len(now) == len(before) + 1, "the word is recorded by the one key, promise or not"
    assert now[-1].nature is Nature.CHASER
    assert shown.pane.call.step.lead.text().startswith("Logged: the 5th call about ")
    keys.press(RETURN)
    shown.wait(lambda: not shown.pane.is_logging)
    made = shown.console.workstation.read(
        lambda desk: desk.cache.records(Promise, "interaction_id = ?", (now[-1].id,))
    ).result(10)
    assert len(made) == 1
    assert timedelta(hours=1) < made[0].due_at - now[-1].at < timedelta(hours=3)
    assert keys.pressed == {"softphone": 2, "pasted": 3, "into the field": 4}[way]
    assert keys.pressed < 5
    assert shown.told[-1] == "Logged. The promise is noted."


def test_escape_goes_on_without_a_promise(shown: Shown, sample: Sample) -> None:
    ring(shown)
    shown.key(Qt.Key.Key_A, ALT)
    shown.wait(lambda: shown.pane.call.is_promising)
    shown.pane.log_call("anybody")
    assert shown.pane.call.is_promising, "who calls meanwhile is told of, and pushes nothing aside"
    shown.key(ESCAPE)
    shown.wait(lambda: not shown.pane.is_logging)
    assert words(shown, sample.issues["import"])[-1].nature is Nature.CHASER
    assert shown.told[-1] == "Logged."


def test_letters_are_words_while_somebody_types(shown: Shown, sample: Sample) -> None:
    before = words(shown, sample.issues["import"])
    ring(shown)
    shown.type("a b p n e c 3")
    assert shown.pane.call.draft.body == "a b p n e c 3"
    assert shown.pane.is_logging
    assert words(shown, sample.issues["import"]) == before


def test_the_timer_is_recorded_and_stops(shown: Shown, sample: Sample) -> None:
    ring(shown)
    timer = shown.pane.call.timer
    assert timer.is_running
    timer.reset(95)
    timer.start()
    shown.key(Qt.Key.Key_T, ALT)
    assert (timer.is_running, timer.text()) == (False, "1:35 stopped")
    shown.type("x")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: not shown.pane.is_logging)
    assert words(shown, sample.issues["import"])[-1].lasted_s == 95


def test_the_timer_goes_on_where_it_was() -> None:
    now = 100.0
    timer = CallTimer(lambda: now)
    assert timer.text() == ""
    timer.start()
    now = 161.0
    assert timer.seconds == 61
    timer.stop()
    now = 500.0
    assert timer.text() == "1:01 stopped"
    timer.start()
    now = 510.0
    assert timer.seconds == 71
    timer.reset()


def test_call_back_dials_and_reply_opens_the_mail(shown: Shown, sample: Sample) -> None:
    opened: list[QUrl] = []
    call = shown.pane.call

    def take(url: QUrl) -> bool:
        opened.append(url)
        return True

    call.open_url = take
    ring(shown)
    shown.key(Qt.Key.Key_R, ALT)
    assert call.refusal.startswith("No e-mail address of Dana Whitfield is known.")
    shown.key(Qt.Key.Key_B, ALT)
    assert opened == [QUrl("tel:+12125550147")]
    assert (call.draft.direction, call.draft.channel) == (Direction.OUT, Channel.CALL)
    shown.key(Qt.Key.Key_B, ALT)
    assert (call.draft.direction, call.draft.channel) == (Direction.IN, Channel.CALL)
    dana = sample.contacts["Dana Whitfield"]

    def give_address(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.update(desk.need(Contact, dana), email="dana@northgate.example")

    shown.console.workstation.write(give_address).result(10)
    call.refresh_card()
    shown.wait(lambda: call.card is not None and call.card.email)
    shown.key(Qt.Key.Key_R, ALT)
    assert call.body.toPlainText().startswith("The fix is in build 40."), "it begins with what may be said"
    shown.key(RETURN, CTRL)
    shown.wait(lambda: not shown.pane.is_logging)
    said = words(shown, sample.issues["import"])[-1]
    assert (said.channel, said.direction, said.nature) == (Channel.EMAIL, Direction.OUT, Nature.NEWS)
    assert said.subject.endswith("Import fails after the night deployment")
    assert opened[-1].scheme() == "mailto"
    assert opened[-1].path() == "dana@northgate.example"


def test_it_is_linked_and_handed_over_and_the_rep_is_named(shown: Shown, sample: Sample, company: TestCompany) -> None:
    ben = company.add("ben", team="Network")
    rail = sample.customers["Northgate Rail"]

    def prepare(desk: Desk) -> None:
        deployments.record(desk, rail, to_build="40", what="at night")
        with desk.edit() as edit:
            edit.update(desk.need(Customer, rail), account_rep_id=ben)

    shown.wait(
        lambda: shown.console.workstation.read(
            lambda d: d.cache.read("SELECT 1 FROM person WHERE id = ?", (ben,))
        ).result(5)
    )
    shown.console.workstation.write(prepare).result(10)
    ring(shown)
    call = shown.pane.call
    shown.wait(lambda: call.extras.can_link and call.extras.can_rang)
    assert call.panel.said("Lately")["Deployed"].endswith("build 40: at night · Anna")
    assert not call.extras.deployed.isChecked(), "nothing is ticked by itself"
    assert not call.extras.rang.isChecked()
    shown.key(Qt.Key.Key_D, ALT)
    shown.key(Qt.Key.Key_V, ALT)
    assert "not Ben" in call.extras.rang.text()
    shown.key(Qt.Key.Key_H, ALT)
    shown.wait(lambda: call.extras.hand_to.count() > 2)
    call.extras.hand_to.set_text("nobody like that")
    shown.key(RETURN, CTRL)
    shown.wait(lambda: call.refusal.startswith("Nobody is called"))
    call.extras.hand_to.set_text("Ben")
    call.extras.words.setFocus()
    shown.type("Look at the switch")
    shown.key(RETURN)
    shown.wait(lambda: not shown.pane.is_logging)
    said = words(shown, sample.issues["import"])[-1]
    assert (said.is_route_around, said.rang_id) == (True, said.person_id)
    linked, raised = shown.console.workstation.read(
        lambda desk: (deployments.of_issue(desk, sample.issues["import"]), desk.cache.records(Escalation))
    ).result(10)
    assert [(one.what, one.contacts) for one in linked] == [("build 40: at night", 1)]
    assert [(one.to_person_id, one.sentence) for one in raised] == [(ben, "Look at the switch")]


def test_who_else_has_it_open_is_on_the_card(shown: Shown, sample: Sample) -> None:
    call = shown.pane.call
    ring(shown)
    assert shown.console.workstation._open == ("issue", sample.issues["import"])
    call.panel.show_also(["Ben", "Chloe (typing)"])
    assert call.panel._also.text == "Ben and Chloe (typing) have it open"
    call.panel.show_also([])
    assert call.panel._also.isHidden()
    shown.key(ESCAPE)
    assert shown.console.workstation._open == ("issue", shown.pane.side.issue_id)


def test_two_with_one_number_are_offered_and_a_number_that_is_none_is_said(shown: Shown, sample: Sample) -> None:
    luis = sample.contacts["Luis Ortega"]

    def share(desk: Desk) -> None:
        with desk.edit() as edit:
            edit.update(desk.need(Contact, luis), phone="+12125550147")

    shown.console.workstation.write(share).result(10)
    call = shown.pane.call
    shown.pane.log_call(NUMBER)
    shown.wait(lambda: call.highlighted)
    assert call.draft.contact_id is None, "it is not decided for them"
    assert len(call.finder.matches.ids()) == 3
    call.finder.type("+44 20 7946 0018 999 999")
    shown.wait(lambda: call.highlighted.endswith("too long for a phone number: kept as text"))
    shown.wait(lambda: call.panel._empty.what.text() == "That is too long for a phone number")


def test_a_number_copied_opens_the_card_and_a_text_does_not(shown: Shown) -> None:
    for text, number in (
        ("tel:+1-212-555-0147", "+1-212-555-0147"),
        (" 020 7946 0018\n", "020 7946 0018"),
        ("4127", ""),
        ("import fails", ""),
        ("", ""),
    ):
        QGuiApplication.clipboard().setText(text)
        assert copied_number() == number
    QGuiApplication.clipboard().setText("import fails")
    shown.key(Qt.Key.Key_V, CTRL)
    assert shown.told[-1] == "There is no phone number to paste."
    QGuiApplication.clipboard().setText(NUMBER)
    shown.pane.list.filter.setFocus()
    shown.key(Qt.Key.Key_V, CTRL)
    assert shown.pane.list.filter.text() == NUMBER, "in a field it is pasted there"
    assert not shown.pane.is_logging


def test_the_whole_card_comes_back_after_a_restart(shown: Shown) -> None:
    ring(shown)
    shown.type("still")
    shown.key(Qt.Key.Key_H, ALT)
    call = shown.pane.call
    call.extras.words.setFocus()
    shown.type("Look")
    kept = call.draft
    shown.wait(
        lambda: (
            (found := shown.console.workstation.read(calls.kept_draft).result(5)) is not None
            and replace(found, lasted_s=0) == replace(kept, lasted_s=0)
        )
    )
    call.clear()
    shown.pane._show_list()
    shown.pane.log_call()
    shown.wait(lambda: call.draft.body == "still")
    assert (call.extras.words.text(), call.draft.hand_words) == ("Look", "Look")
