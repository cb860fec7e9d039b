"""Commands: run one after the other, shown raw and as a table, and cancelled."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.practice.device import Faults
from app.services import devices
from tests.ui.hands import press, write
from tests.ui.panes.devices.conftest import PASSWORD, Stage, card
from ui.panes.devices.output_view import View
from ui.panes.devices.questions import FirstContact, PasswordQuestion


def test_a_command_is_shown_raw_and_as_a_table_where_a_template_knows_it_and_copied_as_csv(stage: Stage) -> None:
    stage.log_in()
    stage.run("show ip interface brief")
    assert stage.pane.bench is not None
    page = stage.pane.bench.commands
    assert stage.pane.last_output is not None
    assert "Vlan1" in stage.pane.last_output
    assert stage.pane.last_table is not None
    assert page.output.raw.toPlainText().strip() == stage.pane.last_output.strip()
    grid = page.output.model
    assert (grid.rowCount(), grid.columnCount()) == (
        len(stage.pane.last_table.rows), len(stage.pane.last_table.headers),
    )  # fmt: skip
    assert page.output.raw.isVisible()
    assert page.output.grid.isVisible()
    stage.console.book.run("devices.view")
    assert (page.output.view, page.output.grid.isVisible()) == (View.RAW, False)
    stage.console.book.run("devices.filter")
    write(page.filter, "vlan1 UP")
    stage.until(lambda: page.output.raw.toPlainText().startswith("Vlan1"))
    assert 0 < page.output.model.rowCount() < len(stage.pane.last_table.rows)
    stage.console.book.run("devices.copy_csv")
    assert len(QGuiApplication.clipboard().text().splitlines()) == page.output.model.rowCount() + 1
    press(page.filter, Qt.Key.Key_Escape)
    stage.until(lambda: page.output.model.rowCount() == len(stage.pane.last_table.rows))  # type: ignore[union-attr]
    stage.console.book.run("devices.copy_csv")
    assert QGuiApplication.clipboard().text() == devices.as_csv(stage.pane.last_table)
    assert "on the clipboard as CSV" in stage.went.told[-1][0]
    stage.run("show clocks")
    assert "Invalid input" in page.output.raw.toPlainText()
    assert not page.output.grid.isVisible()
    assert not stage.console.book.can("devices.copy_csv")


def test_the_first_command_asks_for_key_and_password_itself(stage: Stage) -> None:
    stage.open("core-nyc-1")
    stage.pane.run_command("show version")
    stage.until(lambda: isinstance(card(stage), FirstContact))
    assert stage.pane.doorstep is not None
    stage.pane.doorstep.accept_key()
    stage.until(lambda: isinstance(card(stage), PasswordQuestion))
    stage.answer(PASSWORD)
    stage.until(lambda: stage.pane.last_table is not None)
    assert stage.pane.stage == "idle"


def test_a_command_that_hangs_is_cancelled_with_escape_and_says_so(stage: Stage) -> None:
    stage.log_in()
    stage.farm.set_faults("core-nyc-1", Faults(truncate_after=10))
    try:
        stage.pane.run_command("show version")
        assert stage.pane.bench is not None
        stage.until(lambda: stage.pane.bench is not None and stage.pane.bench.commands._request)
        stage.qtbot.wait(600)
        assert stage.pane.is_running
        press(stage.pane.bench.commands.field, Qt.Key.Key_Escape)
        stage.until(lambda: not stage.pane.is_running)
        assert stage.pane.failure is not None
        assert stage.pane.bench.commands.failure.isVisible()
    finally:
        stage.farm.set_faults("core-nyc-1", Faults())
    stage.run("show clock")
    assert "UTC" in (stage.pane.last_output or "")
    assert not stage.pane.bench.commands.failure.isVisible()


def test_commands_run_one_after_the_other_come_back_with_up_and_typing_suggests(stage: Stage) -> None:
    stage.log_in()
    for command in ("show version", "show vlan", "show clock"):
        stage.pane.run_command(command)
    stage.until(lambda: "UTC" in (stage.pane.last_output or "") and not stage.pane.is_running)
    assert stage.pane.bench is not None
    field = stage.pane.bench.commands.field
    field.setText("half typed")
    press(field, Qt.Key.Key_Up)
    assert field.text() == "show clock"
    press(field, Qt.Key.Key_Down)
    assert field.text() == "half typed"
    field.setFocus()
    field.clear()
    write(field, "ip int")
    assert field.completer().currentCompletion() == "show ip interface brief"
