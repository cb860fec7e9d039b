"""The page of a device's configurations: what changed, how it is shown, and what leaves it."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.domain.config_diff_rows import RowKind
from app.domain.issue import Note
from tests.ui.hands import click, press, write
from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.configs_stage import Stage, a_configuration, stage_for
from ui.kit.console import Console
from ui.panes.devices.configs.saving import save_to
from ui.panes.devices.configs.shown import Layout

MINUS = "\N{MINUS SIGN}"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def stage(console: Console, qtbot: QtBot) -> Stage:
    return stage_for(console, qtbot)


def opened(stage: Stage, name: str = "core-nyc-1") -> None:
    stage.page.open_device(stage.devices[name].id)
    stage.until(lambda: stage.page.area.is_change)


def lines(stage: Stage) -> list[str]:
    """Give what is shown, as it would be copied."""
    view = stage.page.area.view
    view.go_to(0)
    view.go_to(len(view.rows), is_extending=True)
    return view.selected_text().split("\n")


def column(stage: Stage, name: str) -> Sequence[str]:
    model = stage.page.side.table.model
    at = [c.id for c in model.columns].index(name)
    return [cells[at].text for row in range(len(model.ids)) if (cells := model.cells(row)) is not None]


def test_what_changed_since_the_last_deployment_is_the_first_sentence(stage: Stage) -> None:
    stage.page.open_since_deployment(stage.devices["core-nyc-1"].id)
    stage.shows("since build 39 → 40 was deployed")
    assert stage.lead().startswith("6 lines changed in 3 interfaces, ip access-list extended GATE and the global part")
    assert "by Anna" in stage.lead()
    stage.until(stage.page.side.table.chosen_id)
    shoot(stage.page, "configs-since", stage.qtbot)


def test_the_newest_copy_is_compared_with_the_one_before_it(stage: Stage) -> None:
    opened(stage)
    assert "+ ip mtu 1400" in lines(stage)
    gone, new = (line for line in lines(stage) if "<secret" in line)
    assert gone[0] + new[0] == "-+"
    assert gone[1:] != new[1:]
    stage.until(lambda: "" not in column(stage, "changed"))
    assert column(stage, "changed") == [f"+6 {MINUS}4", f"+1 {MINUS}1", f"+2 {MINUS}2", "first"]


def test_an_older_copy_is_chosen_by_key_and_the_first_one_stands_alone(stage: Stage) -> None:
    opened(stage)
    stage.page.focus_first()
    press(stage.page.side.table.view, Qt.Key.Key_Down)
    stage.shows("1 line changed in the global part between")
    press(stage.page.side.table.view, Qt.Key.Key_End)
    stage.shows("core-nyc-1 as it was")
    assert "interface GigabitEthernet0/1" in lines(stage)
    press(stage.page.side.table.view, Qt.Key.Key_Home)
    stage.shows("6 lines changed")


def test_each_layout_has_its_key_and_shows_the_same_change(stage: Stage) -> None:
    opened(stage)
    view, beside = stage.page.area.view, lines(stage)
    stage.console.book.run("configs.layout")
    stage.until(lambda: view.shown is not None and view.shown.layout is Layout.BELOW)
    assert sorted(lines(stage)) == sorted(beside)
    shoot(stage.page, "configs-unified", stage.qtbot)
    stage.console.book.run("configs.everything")
    stage.until(lambda: all(row.kind is not RowKind.FOLD for row in view.rows))
    assert len(view.rows) > 100
    shoot(stage.page, "configs-everything", stage.qtbot)
    stage.console.book.run("configs.text")
    stage.shows("core-nyc-1 as it was")
    assert not stage.console.book.can("configs.next")
    stage.console.book.run("configs.copy")
    assert QGuiApplication.clipboard().text().startswith("version 15.2\n")
    shoot(stage.page, "configs-text", stage.qtbot)
    click(stage.page.area.layouts[Layout.BESIDE])
    stage.until(lambda: view.shown is not None and view.shown.layout is Layout.BESIDE)
    stage.page.side.table.choose(stage.page.side.table.model.ids[-1])
    stage.shows("core-nyc-1 as it was")
    stage.console.book.run("configs.layout")
    stage.qtbot.wait(50)
    assert stage.lead().startswith("core-nyc-1 as it was")


def test_changes_are_walked_through_by_key(stage: Stage) -> None:
    opened(stage)
    view = stage.page.area.view
    assert view.change == 0
    assert stage.page.area.place.text() == "1 of 6"
    for number in (2, 3, 4, 5, 6):
        stage.console.book.run("configs.next")
        assert stage.page.area.place.text() == f"{number} of 6"
    stage.console.book.run("configs.next")
    assert "last change" in stage.went.told[-1][0]
    stage.console.book.run("configs.previous")
    assert view.change == 4
    press(view, Qt.Key.Key_Home)
    assert stage.page.area.place.text() == "6 changes"


def test_a_fold_opens_where_it_is(stage: Stage) -> None:
    opened(stage)
    view = stage.page.area.view
    press(view, Qt.Key.Key_Home)
    assert view.rows[0].kind is RowKind.FOLD
    press(view, Qt.Key.Key_Return)
    stage.until(lambda: all(row.kind is not RowKind.FOLD for row in view.rows))
    assert view.current == 0


def test_other_copies_are_compared_with_one_that_was_chosen_for_it(stage: Stage) -> None:
    opened(stage)
    stage.page.side.table.choose(stage.page.side.table.model.ids[2])
    stage.shows("2 lines changed")
    stage.console.book.run("configs.base")
    stage.page.side.table.choose(stage.page.side.table.model.ids[0])
    stage.shows("6 lines changed")
    assert "Compared with core-nyc-1" in stage.page.side.base.text()
    stage.console.book.run("configs.base")
    stage.until(lambda: stage.page.side.base.isHidden() or not stage.page.side.base.isVisible())


def test_two_devices_are_compared(stage: Stage) -> None:
    opened(stage)
    stage.console.book.run("configs.other")
    write(stage.page.side.other, "nyc-2")
    press(stage.page.side.other, Qt.Key.Key_Return)
    stage.shows("lines differ between core-nyc-2 and core-nyc-1")
    shoot(stage.page, "configs-two-devices", stage.qtbot)
    assert "-hostname core-nyc-2" in lines(stage)


def test_another_device_is_found_by_a_few_letters(stage: Stage) -> None:
    opened(stage)
    stage.console.book.run("configs.find")
    write(stage.page.side.field, "lobby")
    press(stage.page.side.field, Qt.Key.Key_Return)
    stage.shows("sw-lobby-3 as it was")
    assert stage.page.side.name.whole == "sw-lobby-3"


def test_the_change_is_copied_as_a_patch_and_rows_as_text(stage: Stage) -> None:
    opened(stage)
    stage.console.book.run("configs.copy")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("--- core-nyc-1 ")
    assert "\n@@ -12,7 +12,7 @@" in copied
    view = stage.page.area.view
    stage.page.go_to_change(1)
    press(view, Qt.Key.Key_Down, SHIFT)
    press(view, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().startswith("- description link 4")


def test_the_change_is_written_into_a_file(stage: Stage, tmp_path: Path) -> None:
    opened(stage)
    save_to(stage.console, stage.page, tmp_path / "night.diff", "--- a\n+++ b\n")
    stage.until(lambda: stage.went.told and "night.diff" in stage.went.told[-1][0])
    assert (tmp_path / "night.diff").read_text(encoding="utf-8") == "--- a\n+++ b\n"


def test_the_change_is_noted_in_an_issue_of_the_customer(stage: Stage) -> None:
    stage.page.open_since_deployment(stage.devices["core-nyc-1"].id)
    stage.shows("6 lines changed")
    stage.until(lambda: stage.page.card is not None)
    stage.console.book.run("configs.note")
    question = stage.page.noting.question
    assert question is not None
    shoot(stage.page, "configs-noting", stage.qtbot)
    question.issue.setCurrentIndex(0)
    question.sent.emit()
    stage.until(lambda: stage.page.noting.question is None)
    (note,) = stage.console.workstation.read(lambda desk: desk.cache.records(Note, "1")).result(10)
    assert note.device_id == stage.devices["core-nyc-1"].id
    assert note.body.startswith("6 lines changed in 3 interfaces")
    assert "+ ip mtu 1400" in note.body


def test_opened_from_an_issue_the_change_is_noted_there(stage: Stage) -> None:
    stage.page.open_since_deployment(stage.devices["core-nyc-1"].id, stage.issue.id)
    stage.shows("6 lines changed")
    stage.until(lambda: stage.page.card is not None)
    stage.console.book.run("configs.note")
    stage.until(lambda: any("Noted what changed" in told for told, _todo in stage.went.told))
    assert stage.page.noting.question is None


def test_what_another_customers_device_says_is_not_noted(stage: Stage) -> None:
    opened(stage, "sw-lobby-3")
    stage.page.set_base()
    opened(stage)
    stage.shows("lines differ between sw-lobby-3 and core-nyc-1")
    stage.console.book.run("configs.note")
    question = stage.page.noting.question
    assert question is not None
    question.issue.setCurrentIndex(0)
    question.sent.emit()
    stage.until(lambda: "another customer's device" in question.refusal)


def test_a_device_without_a_copy_says_what_to_do(stage: Stage) -> None:
    stage.page.open_device(stage.devices["edge-bos-1"].id)
    stage.until(lambda: stage.page.area.empty.what.text() == "No copy of edge-bos-1 yet")
    assert stage.console.book.can("configs.back_up")
    assert not stage.console.book.can("configs.note")
    shoot(stage.page, "configs-none", stage.qtbot)
    stage.page.open_since_deployment(stage.devices["sw-lobby-3"].id)
    stage.until(lambda: "written down" in stage.page.area.empty.what.text())
    assert stage.page.area._take_one.isHidden()


def test_a_device_that_was_not_looked_at_since_says_so(stage: Stage) -> None:
    stage.keep("edge-bos-1", a_configuration("edge-bos-1"), timedelta(days=3))
    stage.page.open_since_deployment(stage.devices["edge-bos-1"].id)
    stage.until(lambda: "was not backed up since" in stage.page.area.empty.what.text())
    assert not stage.page.area._take_one.isHidden(), "taking one is what is to be done"
    stage.keep("edge-bos-1", a_configuration("edge-bos-1"), timedelta(hours=1))
    stage.page.open_since_deployment(stage.devices["edge-bos-1"].id)
    stage.shows("Nothing changed since build 39 → 40 was deployed")
    assert "last looked at" in stage.lead()


def test_without_a_device_it_says_where_one_is_found(stage: Stage) -> None:
    opened(stage)
    stage.page.open_since_deployment("")
    assert stage.page.area.empty.what.text() == "No device is chosen"
    stage.page.open_device("")
    assert stage.page.area.empty.what.text() == "No device is chosen"
    assert not stage.console.book.can("configs.since")


def test_a_new_copy_comes_into_the_history_by_itself(stage: Stage) -> None:
    opened(stage)
    assert len(stage.page.side.table.model.ids) == 4
    stage.keep("core-nyc-1", a_configuration(secret="yetAnother"), timedelta(minutes=1))
    stage.until(lambda: len(stage.page.side.table.model.ids) == 5)


def test_no_two_commands_have_one_key(stage: Stage) -> None:
    assert stage.console.book.clashes() == []


def test_escape_leaves_the_page(stage: Stage) -> None:
    opened(stage)
    with stage.qtbot.waitSignal(stage.page.left):
        press(stage.page.area.view, Qt.Key.Key_Escape)
