"""The Escalations pane on a real workstation."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.customer import Customer
from app.domain.entity import new_id
from app.domain.escalation import AskKind, Escalation, Outcome
from app.domain.interaction import Interaction
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import decisions, drafts, escalation_lists, escalations
from app.services.decisions import OptionDraft
from app.services.desk import Desk
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import House, OpenConsole, Went, line_of, shoot, until
from ui.kit.accessible import nameless, unreachable
from ui.kit.buttons import KeyButton
from ui.kit.fields import Choice
from ui.kit.theme import Kind
from ui.panes.escalations import EscalationsPane
from ui.panes.escalations.forms import EscalateForm, OutcomeForm, WordForm
from ui.panes.escalations.prepare_form import PrepareForm


class EscalationHouse(House):
    """Anna's console with the pane, and colleagues whose acts are written into her cache."""

    def issue(self, title: str, customer: str, *, is_vip: bool = False) -> Issue:
        def make(desk: Desk) -> Issue:
            with desk.edit() as edit:
                row = edit.insert(Customer(id=new_id(), name=customer, is_vip=is_vip))
                return edit.insert(Issue(id=new_id(), customer_id=row.id, title=title, opened_at=edit.at))

        return self.act(make)

    def to_me(self, sentence: str, issue: Issue | None = None, ago: timedelta = timedelta()) -> Escalation:
        me = self.company.people["anna"]
        return self.act(
            lambda desk: escalations.raise_escalation(
                desk, issue.id if issue else None, to_person_id=me, sentence=sentence
            ),
            ago,
        )

    def to_team(self, team: str, issue: Issue, ago: timedelta = timedelta()) -> Escalation:
        return self.act(
            lambda desk: escalations.raise_escalation(desk, issue.id, to_team=team, sentence="Please look at it."), ago
        )

    def asked(self, made: Escalation, question: str, owed_by: str, ago: timedelta, **more: Any) -> str:
        return self.act(
            lambda desk: decisions.prepare(desk, made.id, question=question, owed_by=owed_by, **more), ago
        ).id

    def pane(self, qtbot: QtBot) -> EscalationsPane:
        pane = EscalationsPane(self.console, self.badge)
        self.show(qtbot, pane, "escalations")
        return pane


@pytest.fixture
def house(company: TestCompany, open_console: OpenConsole) -> EscalationHouse:
    company.add("dora", Role.ENGINEER, team="Integration")
    company.add("ben", Role.SUPPORT)
    return EscalationHouse(company, open_console())


TWO = (
    OptionDraft("A second importer", Decimal(6000), Decimal(400), term_months=24),
    OptionDraft("Night imports only", term_months=24, risk="a failed night costs a day"),
)


def a_day_of_work(house: EscalationHouse) -> str:
    """Put a realistic day in place; gives the escalation about the importer."""
    importer = house.issue("Import fails after the night deployment", "Northgate Rail", is_vip=True)
    first = house.to_me("Northgate rings every day. Nobody answers.", importer, timedelta(days=9))
    request_id = house.asked(
        first, "Fund a second importer for Northgate?", "CFO", timedelta(days=8), options=TWO,
        decide_by=datetime.now(UTC) + timedelta(days=2, hours=3), channel="mail",
        without_answer="We tell Northgate that imports stay at night.",
    )  # fmt: skip
    for ago, kind, whom, words in (
        (7, AskKind.SEEN, "Engineering", ""),
        (6, AskKind.ACKNOWLEDGED, "VP", ""),
        (5, AskKind.SAID, "Product", "Not before build 42."),
        (2, AskKind.ASKED, "CFO", ""),
    ):
        told = {"kind": kind, "whom": whom, "words": words}
        house.act(partial(decisions.record_ask, request_id=request_id, **told), timedelta(days=ago))  # type: ignore[arg-type]
    for ago in (7, 5, 3, 1):
        house.act(lambda desk: a_call(desk, importer.id), timedelta(days=ago))
    hosting = house.to_me("The offer expires at the end of the month.", None, timedelta(days=5))
    house.asked(hosting, "Move hosting to a provider: $96k or $1,005k over two years?", "CEO", timedelta(days=4),
                decide_by=datetime.now(UTC) + timedelta(days=9))  # fmt: skip
    slow = house.issue("The stock report is slow", "Corvus Logistics")
    late = house.to_me("They ask whether it will be repaired at all.", slow, timedelta(hours=30))
    house.asked(late, "Accept the slow report until build 42?", "Product", timedelta(hours=29),
                decide_by=datetime.now(UTC) - timedelta(hours=2))  # fmt: skip
    house.to_me("Who answers for the Halden bridge?", None, timedelta(hours=1))
    done = house.to_me("Morrow Foods wants a credit.", house.issue("Orders of a day lost", "Morrow Foods"))
    done_id = house.asked(done, "Grant Morrow Foods a month free?", "CEO", timedelta(hours=1))
    house.act(
        lambda desk: decisions.record_outcome(
            desk, done_id, outcome=Outcome.DECLINE, decided_by="P. Okafor", heard_how="mail of 9:12"
        )
    )
    bridge = house.issue("Ticket bridge drops attachments", "Halden Hotels", is_vip=True)
    house.to_team("Integration", bridge, timedelta(hours=3))
    house.to_team("Network", house.issue("New VLAN not in inventory", "Brightwater Labs"), timedelta(hours=5))
    site = house.to_team("Hosting", house.issue("Site slow between 9 and 9:20", "Corvus Logistics"), timedelta(days=1))
    house.act(lambda desk: escalations.take(desk, site.id), timedelta(hours=20))
    return first.id


def a_call(desk: Desk, issue_id: str) -> None:
    with desk.edit() as edit:
        edit.insert(Interaction(id=new_id(), issue_id=issue_id, at=edit.at, person_id=edit.by))


def shown(pane: EscalationsPane, question: str) -> bool:
    detail = pane.detail.detail
    return detail is not None and question in {detail.sentence, detail.request.question if detail.request else ""}


def test_the_lists_and_the_detail_say_what_waits(house: EscalationHouse, qtbot: QtBot) -> None:
    first = a_day_of_work(house)
    pane = house.pane(qtbot)
    pane.open_escalation(first)
    qtbot.waitUntil(lambda: shown(pane, "Fund a second importer for Northgate?"))
    qtbot.waitUntil(lambda: len(pane.owed.model.ids) == 5 and pane.owed.chosen_row() is not None)
    assert len(pane.handed.model.ids) == 3
    cells = pane.owed.model.cells(0)
    assert cells is not None
    assert cells[0].text == "Fund a second importer for Northgate?"
    assert (cells[1].text, cells[3].text) == ("CFO", "4 calls")
    assert cells[2].suffix == "business"
    assert house.badges[-1] == "3"  # one decision past its time, two things nobody has taken
    told = " ".join(label.text() for label in pane.detail.without.findChildren(QLabel))
    assert "4 calls since it was asked." in told
    assert pane.detail.without.aloud == "We tell Northgate that imports stay at night."
    assert nameless(pane.widget) == []
    assert unreachable(pane.widget) == []
    shoot(pane.widget, "escalations", qtbot)


def test_empty_lists_say_what_to_do(house: EscalationHouse, qtbot: QtBot) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: pane.owed.empty.isVisible() and pane.handed.empty.isVisible())
    assert "Press N" in pane.owed.empty.todo.text()
    assert house.badges[-1] == ""
    assert not house.console.book.can("escalations.outcome")
    shoot(pane.widget, "escalations-empty", qtbot)


def test_escalating_takes_a_recipient_and_a_sentence_and_no_mouse(house: EscalationHouse, qtbot: QtBot) -> None:
    issue = house.issue("Import fails", "Northgate Rail")
    until(lambda: house.act(lambda desk: desk.need(Issue, issue.id)).number is not None)
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: house.badges != [])
    press(pane.owed.empty.parentWidget() or pane.widget, Qt.Key.Key_N)
    form = pane.form
    assert isinstance(form, EscalateForm)
    write(line_of(form.to), "Anna")
    write(form.sentence, "Nobody answers.")
    write(form.issue, "1001")
    press(form.issue, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(pane, "Nobody answers."))
    detail = pane.detail.detail
    assert detail is not None
    assert (detail.to, detail.issue_label, detail.customer) == ("Anna", "1001", "Northgate Rail")
    assert pane.form is None
    qtbot.waitUntil(lambda: pane.owed.chosen_id() == detail.id)


@pytest.mark.parametrize(
    ("to", "sentence", "issue", "words"),
    [
        ("", "Help.", "", "one person or one team"),
        ("Nobody Known", "Help.", "", "Nobody is called"),
        ("Team Integration", " ", "", "needs its sentence"),
        ("Team Integration", "Help.", "77", "no issue 77"),
    ],
)
def test_what_is_refused_stays_in_the_form(
    house: EscalationHouse, qtbot: QtBot, to: str, sentence: str, issue: str, words: str
) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: house.badges != [])
    pane.escalate()
    form = pane.form
    assert isinstance(form, EscalateForm)
    form.to.setEditText(to)
    form.sentence.setPlainText(sentence)
    form.issue.setText(issue)
    form.sent.emit()
    qtbot.waitUntil(lambda: words in form.refusal)
    assert (form.to.text(), form.sentence.toPlainText(), form.issue.text()) == (to, sentence, issue)
    assert pane.form is form


def test_what_is_typed_is_a_draft_until_it_is_recorded(house: EscalationHouse, qtbot: QtBot) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: house.badges != [])
    pane.escalate()
    assert isinstance(pane.form, EscalateForm)
    qtbot.wait(50)
    write(pane.form.sentence, "Nobody ans")
    press(pane.form.sentence, Qt.Key.Key_Escape)
    assert form_of(pane) is None
    kept = house.act(lambda desk: drafts.load(desk, "escalate"))
    assert kept is not None
    assert kept["sentence"] == "Nobody ans"
    pane.escalate()
    again = pane.form
    assert isinstance(again, EscalateForm)
    qtbot.waitUntil(lambda: again.sentence.toPlainText() == "Nobody ans")
    again.to.setEditText("Team Integration")
    again.sent.emit()
    qtbot.waitUntil(lambda: pane.form is None)
    assert house.act(lambda desk: drafts.load(desk, "escalate")) is None


def test_the_manager_prepares_chases_and_records_the_outcome_in_place(house: EscalationHouse, qtbot: QtBot) -> None:
    made = house.to_me("Nobody answers.", house.issue("Import fails", "Northgate Rail"), timedelta(days=3))
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, "Nobody answers."))
    assert pane.detail.state.text == "to prepare"
    press(pane.owed.view, Qt.Key.Key_P)
    form = pane.form
    assert isinstance(form, PrepareForm)
    qtbot.wait(50)
    write(form.question, "Fund a second importer?")
    form.owes.setEditText("CFO")
    form.decide_by.set_text("in 3 d")
    form.without_answer.setPlainText("Imports stay at night.")
    for field, text in {"label": "A second importer", "one_off": "6k", "monthly": "400", "term_months": "24"}.items():
        form.options[0].fields[field].setText(text)
    assert form.options[0].total.text() == "= $15,600"
    form.options[1].fields["label"].setText("Night imports only")
    shoot(pane.widget, "escalations-prepare", qtbot)
    form.sent.emit()
    qtbot.waitUntil(lambda: shown(pane, "Fund a second importer?"))
    qtbot.waitUntil(lambda: form_of(pane) is None)  # the list may hear of it before the form does
    qtbot.waitUntil(lambda: house.console.book.can("escalations.chase"))
    press(pane.owed.view, Qt.Key.Key_C)
    chase = form_of(pane)
    assert isinstance(chase, WordForm)
    chase.channel.setEditText("call")
    shoot(pane.widget, "escalations-chase", qtbot)
    chase.sent.emit()
    qtbot.waitUntil(lambda: asks(pane) == 2)
    press(pane.owed.view, Qt.Key.Key_W)
    word = form_of(pane)
    assert isinstance(word, WordForm)
    word.words.setPlainText("I will read it on Monday.")
    word.sent.emit()
    qtbot.waitUntil(lambda: asks(pane) == 3)
    press(pane.owed.view, Qt.Key.Key_O)
    outcome = form_of(pane)
    assert isinstance(outcome, OutcomeForm)
    outcome.sent.emit()
    assert "Choose the outcome" in outcome.refusal
    outcome.outcome.choose("fund")
    outcome.sent.emit()
    qtbot.waitUntil(lambda: "who decided" in outcome.refusal)
    outcome.decided_by.setEditText("M. Lindqvist")
    outcome.heard_how.setText("call on Friday")
    outcome.option.setCurrentIndex(1)
    shoot(pane.widget, "escalations-outcome", qtbot)
    outcome.sent.emit()
    qtbot.waitUntil(lambda: pane.detail.state.text == "decided: fund")
    assert not house.console.book.can("escalations.outcome")
    detail = house.act(lambda desk: escalation_lists.detail(desk, made.id)).request
    assert detail is not None
    assert detail.outcome is not None
    assert (detail.outcome.decided_by, detail.options[0].is_chosen) == ("M. Lindqvist", True)
    shoot(pane.widget, "escalations-decided", qtbot)


def test_tab_goes_through_the_question_as_the_eye_does(house: EscalationHouse, qtbot: QtBot) -> None:
    made = house.to_me("Nobody answers.")
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, made.sentence))
    pane.prepare()
    form = pane.form
    assert isinstance(form, PrepareForm)
    form.add_option.click()
    qtbot.wait(50)
    form.currency.setFocus()
    names = []
    for _each in range(24):
        press(focused(pane), Qt.Key.Key_Tab)
        names.append(focused(pane).accessibleName())
    each = ["name", "one off", "monthly", "yearly", "term months", "risk"]
    wanted = [[*(f"Option {n}, {field}" for field in each), f"Take out option {n}"] for n in (1, 2, 3)]
    assert names == [*wanted[0], *wanted[1], *wanted[2], "Another option", "Ask for the decision", "Leave it"]
    form.options[0].remove.click()
    form.currency.setFocus()
    press(focused(pane), Qt.Key.Key_Tab)
    assert focused(pane) is form.options[0].fields["label"]


def focused(pane: EscalationsPane) -> QWidget:
    return pane.widget.window().focusWidget() or pane.widget


def form_of(pane: EscalationsPane) -> object:
    return pane.form  # a method's property changes under mypy's feet


def asks(pane: EscalationsPane) -> int:
    request = pane.detail.detail.request if pane.detail.detail else None
    return len(request.said) if request else 0


def test_a_question_is_changed_without_losing_its_time_or_options(house: EscalationHouse, qtbot: QtBot) -> None:
    made = house.to_me("Nobody answers.")
    by = datetime(2031, 5, 6, 12, 0, 42, tzinfo=UTC)
    house.asked(made, "Fund it?", "CFO", timedelta(), options=TWO, decide_by=by)
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, "Fund it?"))
    pane.prepare()
    form = pane.form
    assert isinstance(form, PrepareForm)
    form.question.setPlainText("Fund it at last?")
    form.options[1].remove.click()
    form.sent.emit()
    qtbot.waitUntil(lambda: shown(pane, "Fund it at last?"))
    request = pane.detail.detail.request if pane.detail.detail else None
    assert request is not None
    assert request.decide_by == by
    assert [(o.label, o.total) for o in request.options] == [("A second importer", Decimal(15600))]


def test_what_is_handed_on_is_taken_and_done_by_one_key_each(house: EscalationHouse, qtbot: QtBot) -> None:
    house.to_team("Integration", house.issue("Bridge drops attachments", "Halden Hotels"))
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: pane.detail.state.text == "nobody yet")
    assert house.badges[-1] == "1"
    press(pane.handed.view, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: pane.detail.state.text == "taken")
    assert house.badges[-1] == ""
    press(pane.handed.view, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: not pane.handed.model.ids)
    qtbot.waitUntil(lambda: pane.detail.state.text == "closed")


def test_the_other_workstation_is_seen_without_being_asked(house: EscalationHouse, qtbot: QtBot) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: house.badges != [])
    ben = house.company.station("ben")
    escalations.raise_escalation(
        ben.desk, None, to_person_id=house.company.people["anna"], sentence="Nobody answers at all."
    )
    ben.sync()
    qtbot.waitUntil(lambda: shown(pane, "Nobody answers at all."), timeout=15_000)
    qtbot.waitUntil(lambda: bool(pane.detail.detail and pane.detail.detail.raised_by == "Ben"))


def test_minutes_pass_without_a_look_up(house: EscalationHouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    made = house.to_me("Nobody answers.")
    house.asked(made, "Fund it?", "CFO", timedelta())
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, "Fund it?") and pane.owed.chosen_row() is not None)
    qtbot.wait(100)
    looked: list[object] = []
    monkeypatch.setattr(house.console.workstation, "read", looked.append)
    later = datetime.now(UTC) + timedelta(days=14)
    pane.detail.clock = pane.owed.model.clock = lambda: later
    before = pane.detail.silent.text()
    pane.retime()
    assert pane.detail.silent.text() != before
    cells = pane.owed.model.cells(0)
    assert cells is not None
    assert cells[2].text.startswith("10 d")
    assert looked == []


def test_one_choice_at_a_time_and_it_is_kept_over_a_restart(house: EscalationHouse, qtbot: QtBot) -> None:
    made = house.to_me("Nobody answers.")
    other = house.to_team("Integration", house.issue("Bridge drops attachments", "Halden Hotels"))
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: pane.owed.chosen_id() == made.id)
    qtbot.waitUntil(lambda: bool(pane.handed.model.ids))
    pane.handed.choose(other.id)
    assert pane.owed.chosen_id() == ""
    pane.owed.choose(made.id)
    assert pane.handed.chosen_id() == ""
    pane.handed.choose(other.id)
    state = pane.save_state()
    house.console.book.remove(*(c.id for c in pane.commands()))
    again = house.pane(qtbot)
    again.restore_state(state)
    qtbot.waitUntil(lambda: again.handed.chosen_id() == other.id)
    qtbot.waitUntil(lambda: shown(again, "Please look at it."))
    again.restore_state({"version": 99, "sizes": "?"})
    press(again.handed.view, Qt.Key.Key_I)
    assert isinstance(house.console.navigator, Went)
    assert house.console.navigator.to == [("issue", other.issue_id)]


def test_letters_typed_in_a_form_are_no_commands(house: EscalationHouse, qtbot: QtBot) -> None:
    house.to_team("Integration", house.issue("Bridge drops attachments", "Halden Hotels"))
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: pane.detail.state.text == "nobody yet")
    pane.escalate()
    assert isinstance(pane.form, EscalateForm)
    write(pane.form.sentence, "TTT nothing is taken")
    assert pane.form.sentence.toPlainText() == "TTT nothing is taken"
    qtbot.wait(100)
    assert pane.detail.state.text == "nobody yet"
    assert nameless(pane.widget) == []
    assert pane.detail.state.kind is Kind.AMBER


def test_every_choice_says_that_it_opens(house: EscalationHouse, qtbot: QtBot) -> None:
    made = house.to_me("Nobody answers.")
    house.asked(made, "Fund it?", "CFO", timedelta(), options=TWO)
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, "Fund it?"))
    for opens in (pane.escalate, pane.chase, pane.hear, pane.end, pane.prepare):
        opens()
        boxes = pane.form.findChildren(QComboBox) if pane.form else []
        assert boxes
        assert all(isinstance(box, Choice) for box in boxes)


def test_a_trainee_sees_why_a_question_is_not_theirs(
    company: TestCompany, open_console: OpenConsole, qtbot: QtBot
) -> None:
    anna = company.station("anna", Role.MANAGER)
    made = escalations.raise_escalation(
        anna.desk, None, to_person_id=company.people["anna"], sentence="Nobody answers."
    )
    anna.sync()
    tom = EscalationHouse(company, open_console("tom", Role.TRAINEE))
    pane = tom.pane(qtbot)
    qtbot.waitUntil(lambda: shown(pane, made.sentence))
    button = next(b for b in pane.widget.findChildren(KeyButton) if b.text() == "Prepare decision…")
    qtbot.waitUntil(lambda: button.isVisible() and not button.isEnabled())
    assert "As trainee you may not insert a decision request." in button.toolTip()
    press(pane.owed.view, Qt.Key.Key_P)
    assert pane.form is None
    assert tom.console.book.can("escalations.new")
