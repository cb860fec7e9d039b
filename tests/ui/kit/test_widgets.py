import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QTreeView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.domain.errors import Refused
from tests.ui.hands import click, press, write
from ui.kit.accessible import nameless, unreachable
from ui.kit.banners import BannerArea
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, EmptyState, FactsPanel, ProductionBar
from ui.kit.code_block import CodeBlock
from ui.kit.facts import Fact, FactList, Figure, FigureRow, ProgressLine
from ui.kit.fields import Choice, Tick
from ui.kit.flow import flow
from ui.kit.forms import InlineForm
from ui.kit.labels import ElidedLabel, Label, Pill, SectionLabel
from ui.kit.side_list import Place, Section, SideList
from ui.kit.theme import DARK, LIGHT, Kind, Scheme, Tone, theme

SECTIONS = [
    Section("Mine", (Place("due", "Promises due", "3", Kind.RED), Place("again", "Called again", "5"))),
    Section("Saved", (Place("bridge", "Halden bridge"),)),
]


@pytest.fixture
def side(qtbot: QtBot) -> SideList:
    made = SideList("Places")
    qtbot.addWidget(made)
    made.show_sections(SECTIONS)
    made.resize(200, 300)
    made.show()
    return made


def test_keys_go_from_place_to_place_over_the_headings(qtbot: QtBot, side: SideList) -> None:
    assert side.choose("again")
    with qtbot.waitSignal(side.chosen) as said:
        press(side, Qt.Key.Key_Down)
    assert said.args == ["bridge"]
    with qtbot.waitSignal(side.chosen) as said:
        press(side, Qt.Key.Key_Up)
    assert said.args == ["again"]
    assert not side.choose("nowhere")


def test_new_counts_keep_the_choice_and_say_nothing(qtbot: QtBot, side: SideList) -> None:
    side.choose("again")
    with qtbot.assertNotEmitted(side.chosen):
        side.show_sections(
            [Section("Mine", (Place("due", "Promises due", "4", Kind.RED), Place("again", "Called again")))]
        )
        side.show_sections([Section("", (Place("new", "New"), Place("again", "Called again")))])
    assert side.current() == "again"
    side.show_sections([])
    assert side.current() == ""


def test_a_place_reads_out_its_count(side: SideList) -> None:
    role = Qt.ItemDataRole.AccessibleTextRole.value
    assert side.model().index(1, 0).data(role) == "Promises due 3"
    assert side.ids() == ["due", "again", "bridge"]


def test_a_long_label_is_cut_and_told_whole(qtbot: QtBot) -> None:
    label = ElidedLabel("A very long sentence that does not fit")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.toolTip() == label.whole == "A very long sentence that does not fit"
    label.resize(600, 20)
    assert (label.text(), label.toolTip()) == (label.whole, "")


def test_a_wrapped_label_takes_the_height_its_width_needs(qtbot: QtBot) -> None:
    label = Label("many words " * 20, wrap=True)
    qtbot.addWidget(label)
    assert label.heightForWidth(200) > label.heightForWidth(600)


def test_pills_say_their_word_and_hide_when_empty(qtbot: QtBot) -> None:
    pill = Pill("broken", Kind.RED)
    qtbot.addWidget(pill)
    pill.show()
    assert pill.grab().toImage().pixelColor(5, 3).name() == LIGHT.red_ground
    theme().use(Scheme.DARK)
    assert pill.grab().toImage().pixelColor(5, 3).name() == DARK.red_ground
    pill.show_as("", Kind.GREY)
    assert not pill.isVisible()
    assert SectionLabel("Ask first").text() == "ASK FIRST"


def test_facts_are_replaced_not_added(qtbot: QtBot) -> None:
    facts = FactList([Fact("Today 7:45", "Call", marks=(("broken", Kind.RED),)), Fact("Wed", "Mail")])
    figures = FigureRow([Figure("Next update", "2 h over", Tone.RED), Figure("Resolution", "1 d")])
    for widget in (facts, figures):
        qtbot.addWidget(widget)
        widget.show()
    facts.show_facts([Fact("CFO", "silent", dot=Kind.RED, right="18 Nov")])
    figures.show_figures([Figure("Resolution", "2 d")])

    def texts(widget: QWidget) -> list[str]:
        return [w.text() for w in widget.findChildren(Label) if w.isVisible()]

    qtbot.waitUntil(lambda: texts(facts) == ["CFO", "silent", "18 Nov"])
    qtbot.waitUntil(lambda: texts(figures) == ["RESOLUTION", "2 d"])


def test_progress_is_said_in_numbers(qtbot: QtBot) -> None:
    line = ProgressLine("Steps")
    qtbot.addWidget(line)
    line.show_progress(31, 42)
    assert line.accessibleName() == "Steps: 31 of 42"
    line.resize(100, 6)
    image = line.grab().toImage()
    assert (image.pixelColor(50, 3).name(), image.pixelColor(90, 3).name()) == (LIGHT.accent, LIGHT.line)


def test_the_callout_shows_only_what_is_said(qtbot: QtBot) -> None:
    callout = Callout()
    qtbot.addWidget(callout)
    callout.show()
    callout.say(Kind.RED, "4th call in 26 days.", "We call you by 16:00.", "valid until 15:30")
    assert callout.aloud == "We call you by 16:00."
    tall = callout.heightForWidth(300)
    callout.say(Kind.AMBER, "Nothing agreed yet.")
    assert callout.edge is Kind.AMBER
    assert callout.heightForWidth(300) < tall
    assert callout.accessibleName() == "Nothing agreed yet."
    callout.say(Kind.AMBER, "a long refusal " * 20, source="what to do " * 20)
    assert callout.minimumSizeHint().height() < 80, "a window must not grow beyond its screen with what is said"
    assert callout.sizeHint().height() == callout.heightForWidth(300)
    form = InlineForm("Keep it?", "Keep the review that was written", "Leave it as it is")
    qtbot.addWidget(form)
    form.resize(form.send.sizeHint().width() + 30, 300)
    form.show()
    assert form.send.width() >= form.send.sizeHint().width(), "no button is pressed together"
    assert form.leave.y() > form.send.y()


def test_production_is_a_solid_bar_with_the_word(qtbot: QtBot) -> None:
    bar = ProductionBar()
    qtbot.addWidget(bar)
    bar.say("core-nyc-1", "Northgate Rail", "window opens 20:00")
    bar.resize(600, 28)
    assert bar.accessibleName() == "PRODUCTION · core-nyc-1 · Northgate Rail · window opens 20:00"
    for scheme in (Scheme.LIGHT, Scheme.DARK):
        theme().use(scheme)
        assert bar.grab().toImage().pixelColor(3, 14).name() == LIGHT.production


def test_the_facts_panel_scrolls_only_when_it_must(qtbot: QtBot) -> None:
    panel = FactsPanel("Issue")
    qtbot.addWidget(panel)
    callout = Callout()
    callout.say(Kind.RED, "a lead " * 12, "words to say " * 12, "source " * 12)
    panel.body.addWidget(callout)
    panel.body.addStretch(1)
    panel.resize(380, 500)
    panel.show()
    assert not panel._area.verticalScrollBar().isVisible()
    panel.resize(380, 120)
    qtbot.waitUntil(panel._area.verticalScrollBar().isVisible)


def test_banners_by_key_with_an_action(qtbot: QtBot) -> None:
    area = BannerArea()
    qtbot.addWidget(area)
    ran: list[str] = []
    area.raise_banner("sync", Kind.AMBER, "Offline.", "Work goes on.")
    area.raise_banner("sync", Kind.RED, "Refused.", "Log in again.", action="Log in", run=lambda: ran.append("in"))
    area.raise_banner("schema", Kind.AMBER, "Newer server.", is_closable=False)
    shown = area.shown()
    assert [(b.kind, b.what) for b in shown.values()] == [(Kind.RED, "Refused."), (Kind.AMBER, "Newer server.")]
    assert [b.text() for b in shown["sync"].buttons] == ["Log in", "Close"]
    assert shown["schema"].buttons == []
    click(shown["sync"].buttons[0])
    click(shown["sync"].buttons[1])
    assert ran == ["in"]
    assert list(area.shown()) == ["schema"]
    area.drop("schema")
    area.drop("never there")
    assert not area.isVisible()


def test_a_form_sends_leaves_and_says_what_is_wrong(qtbot: QtBot) -> None:
    form = InlineForm("Hand it to whom?", "Escalate")
    to, why = QLineEdit(), QPlainTextEdit()
    form.add("To", to)
    form.add("One sentence", why, "What do you need?")
    qtbot.addWidget(form)
    form.show()
    assert nameless(form) == []
    write(why, "It is down")
    with qtbot.waitSignal(form.sent):
        press(why, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    form.refuse(Refused("Nobody is named.", "Write who has to answer."))
    assert form.refusal == "Nobody is named. Write who has to answer."
    assert why.toPlainText().strip() == "It is down"
    form.clear_refusal()
    assert form.refusal == ""
    with qtbot.waitSignal(form.left):
        press(to, Qt.Key.Key_Escape)
    with qtbot.waitSignal(form.sent):
        click(form.send)


def test_code_is_coloured_by_line_in_both_schemes(qtbot: QtBot) -> None:
    block = CodeBlock("Difference")
    qtbot.addWidget(block)
    block.show()
    block.show_diff("interface Gi0/1\n+ shutdown\n- no shutdown")

    def inks() -> list[str]:
        found = []
        for number in range(3):
            piece = block.document().findBlockByNumber(number).layout().formats()[0]
            found.append(piece.format.foreground().color().name())
        return found

    assert inks() == [LIGHT.dim, LIGHT.green, LIGHT.red]
    theme().use(Scheme.DARK)
    assert inks() == [DARK.dim, DARK.green, DARK.red]
    assert block.isReadOnly()


def test_buttons_flow_and_wrap(qtbot: QtBot) -> None:
    holder = flow(*(KeyButton(f"Button {n}", "B") for n in range(6)))
    qtbot.addWidget(holder)
    holder.resize(300, 200)
    holder.show()
    tops = {button.y() for button in holder.findChildren(KeyButton)}
    assert len(tops) > 1
    assert holder.heightForWidth(2000) < holder.heightForWidth(300)
    assert all(b.geometry().right() <= 300 for b in holder.findChildren(KeyButton))


def test_an_empty_state_says_what_to_do(qtbot: QtBot) -> None:
    ran: list[int] = []
    empty = EmptyState("No issues", "Log a call.", KeyButton("Log a call", "F2", run=lambda: ran.append(1)))
    qtbot.addWidget(empty)
    empty.show()
    click(empty.findChildren(KeyButton)[0])
    assert ran == [1]
    empty.say("Nothing found", "Try fewer letters.")
    assert (empty.what.text(), empty.todo.text()) == ("Nothing found", "Try fewer letters.")


def test_the_check_finds_what_has_no_name(qtbot: QtBot) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    for widget in (QLineEdit(), QTreeView(), QPushButton("Go"), QPushButton()):
        layout.addWidget(widget)
    qtbot.addWidget(window)
    assert nameless(window) == ["QLineEdit in QWidget", "QTreeView in QWidget", "QPushButton in QWidget"]
    button = QPushButton("mouse only")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    layout.addWidget(button)
    assert unreachable(window) == ["QPushButton mouse only"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_focused_button_once(qtbot: QtBot, key: Qt.Key) -> None:
    ran: list[int] = []
    button = KeyButton("Connect", "Ctrl+Shift+R", primary=True, run=lambda: ran.append(1))
    qtbot.addWidget(button)
    button.show()
    press(button, key)
    assert ran == [1]


def test_a_button_pressed_by_keyboard(qtbot: QtBot) -> None:
    ran: list[int] = []
    button = KeyButton("Call back", "B", primary=True, run=lambda: ran.append(1))
    qtbot.addWidget(button)
    button.show()
    button.setFocus()
    press(button, Qt.Key.Key_Space)
    assert ran == [1]
    assert button.grab().toImage().pixelColor(20, 4).name() in {LIGHT.accent, LIGHT.on_accent}


def test_a_tick_takes_click_and_key_and_is_seen(qtbot: QtBot) -> None:
    tick = Tick("Row counts are equal")
    qtbot.addWidget(tick)
    tick.show()
    assert not tick.isChecked()
    before = tick.grab().toImage()
    click(tick)
    assert tick.isChecked()
    assert tick.grab().toImage() != before
    tick.setFocus()
    press(tick, Qt.Key.Key_Space)
    assert not tick.isChecked()


def test_a_choice_shows_that_it_opens(qtbot: QtBot) -> None:
    choice = Choice("Impact")
    qtbot.addWidget(choice)
    choice.addItem("One person", "one")
    choice.addItem("Everybody", "all")
    choice.resize(200, 28)
    choice.show()
    choice.setFocus()
    press(choice, Qt.Key.Key_Down)
    assert choice.currentData() == "all"
    assert nameless(choice) == []
    image = choice.grab().toImage()
    assert any(image.pixelColor(184, y).name() != LIGHT.window for y in range(8, 20))
