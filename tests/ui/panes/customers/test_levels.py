"""Service levels: policies and calendars are made and mended in place, by whom that is allowed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from app.domain.person import Role
from app.services import sla_policies
from tests.ui.hands import press, write
from tests.ui.panes.conftest import OpenConsole, shoot, until
from tests.ui.panes.customers.conftest import Scene
from ui.panes.customers.levels_page import LevelsPage
from ui.panes.customers.record_form import RecordForm

CTRL = Qt.KeyboardModifier.ControlModifier


def form_of(scene: Scene, page: LevelsPage, title: str) -> RecordForm:
    scene.until(lambda: page.side.forms.form is not None and page.side.forms.form.title.text() == title)
    assert page.side.forms.form is not None
    return page.side.forms.form


def put(form: RecordForm, name: str, text: str) -> None:
    field = form.field(name)
    if isinstance(field, QPlainTextEdit):
        field.setPlainText(text)
    else:
        assert isinstance(field, QLineEdit)
        field.setText(text)


def shown(scene: Scene) -> LevelsPage:
    page = scene.show(LevelsPage(scene.console), "levels")
    scene.qtbot.wait(100)
    return page


def key(page: LevelsPage, one: Qt.Key) -> None:
    press(QApplication.focusWidget() or page, one)


def test_a_calendar_and_a_policy_are_made_and_errors_stand_beside_them(scene: Scene) -> None:
    page = shown(scene)
    key(page, Qt.Key.Key_K)
    form = form_of(scene, page, "Add a calendar")
    write(form.first, "Oslo office")
    put(form, "time_zone", "oslo")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: form.refusal)
    assert "Oslo office" in form.refusal or "open" in form.refusal
    put(form, "periods", "mon-fri 09:00-17:00")
    put(form, "holiday_region", "XX-YY")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "XX" in form.refusal)
    put(form, "holiday_region", "NO")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.side.forms.form is None and len(page.calendars) == 1)
    page.policy_table.setFocus()
    key(page, Qt.Key.Key_P)
    form = form_of(scene, page, "Add a policy")
    write(form.first, "Gold, urgent")
    put(form, "plan", "Gold")
    put(form, "first_response_m", "half an hour")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "no length of business time" in form.refusal)
    put(form, "first_response_m", "30 min")
    put(form, "resolution_m", "1 h 30 min")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: page.side.forms.form is None and len(page.policies) == 1)
    (line,) = page.policies.values()
    assert (line.policy.first_response_m, line.policy.resolution_m, line.calendar) == (30, 90, "Oslo office")
    scene.until(lambda: page.side.title.text() == "Gold, urgent")
    assert page.side.sentence.text() == ("Every priority on Gold: first response in 30 min, resolution in 1 h 30 min.")
    page.policy_table.setFocus()
    key(page, Qt.Key.Key_Delete)
    scene.until(lambda: not page.policies)
    assert scene.console.book.run("edit.undo")
    scene.until(lambda: len(page.policies) == 1)


def test_a_policy_without_open_hours_is_refused_with_the_reason(scene: Scene) -> None:
    page = shown(scene)
    key(page, Qt.Key.Key_P)
    form = form_of(scene, page, "Add a policy")
    write(form.first, "Never")
    put(form, "first_response_m", "1 h")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: "without open hours" in form.refusal)
    assert form.typed()["name"] == "Never"


def test_the_usual_ones_are_there_by_a_key_and_can_be_changed(scene: Scene) -> None:
    page = shown(scene)
    key(page, Qt.Key.Key_U)
    scene.until(lambda: len(page.policies) == 4 and page.policy_table.chosen_row() is not None)
    page.policy_table.setFocus()
    key(page, Qt.Key.Key_Return)
    form = form_of(scene, page, "Edit P1")
    put(form, "first_response_m", "15")
    press(form.first, Qt.Key.Key_Return, CTRL)
    scene.until(lambda: any(line.policy.first_response_m == 15 for line in page.policies.values()))
    page.calendar_table.setFocus()
    page.calendar_table.choose_first()
    scene.until(lambda: page.side.title.text() == "Office hours")
    key(page, Qt.Key.Key_Delete)
    scene.qtbot.wait(300)
    assert len(page.calendars) == 1
    page.policy_table.setFocus()
    shoot(page, "levels", scene.qtbot)
    page.change()
    shoot(page, "levels-edit", scene.qtbot)


def test_support_reads_them_and_is_told_why_no_more(open_console: OpenConsole, scene: Scene) -> None:
    scene.do(sla_policies.add_first)
    ben = Scene(open_console("ben", Role.SUPPORT), scene.sample, scene.qtbot)
    until(lambda: len(ben.console.workstation.read(sla_policies.policies).result(10)) == 4)
    page = ben.show(LevelsPage(ben.console), "levels")
    ben.until(lambda: page.side.title.text() == "P1")
    assert "As support you may not update" in page.side.why_not.text()
    key(page, Qt.Key.Key_Return)
    key(page, Qt.Key.Key_P)
    ben.qtbot.wait(100)
    assert page.side.forms.form is None
    assert not ben.console.book.can("levels.change")
