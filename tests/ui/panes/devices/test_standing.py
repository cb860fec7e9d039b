"""The pane comes back as it was after a restart, and is worked by keyboard and read aloud."""

from pytestqt.qtbot import QtBot

from tests.ui.panes.devices.conftest import PASSWORD, Stage
from ui.kit.accessible import nameless, unreachable
from ui.panes.devices import DevicesPane


def test_the_pane_comes_back_as_it_was_connects_to_nothing_and_kept_no_password(stage: Stage, qtbot: QtBot) -> None:
    stage.log_in()
    stage.run("show clock")
    stage.run("ping 10.9.8.7")
    stage.console.book.run("devices.view")
    kept = stage.pane.save_state()
    before = len(stage.farm.attempts("core-nyc-1"))
    stage.console.book.remove(*(command.id for command in stage.pane.commands()))
    again = DevicesPane(stage.console)
    qtbot.addWidget(again)
    stage.console.book.add(*again.commands())
    again.restore_state(kept)
    qtbot.waitUntil(lambda: again.card is not None, timeout=5000)
    assert again.device_id == stage.devices["core-nyc-1"].id
    assert again.stage == "idle"
    assert again.save_state()["history"] == ["show clock"]
    assert len(stage.farm.attempts("core-nyc-1")) == before
    files = [file for file in stage.console.workstation.profile.folder.rglob("*") if file.is_file()]
    assert files
    assert not [file for file in files if PASSWORD.encode() in file.read_bytes()]
    assert PASSWORD not in str(kept)
    again.restore_state({"device": 7, "widths": "wide", "view": "sideways", "history": None})


def test_every_widget_has_a_name_and_every_button_is_reached_by_tab(stage: Stage) -> None:
    stage.log_in()
    stage.run("show ip interface brief")
    stage.console.book.run("devices.note")
    assert nameless(stage.pane) == []
    # Of tabs that exclude each other Tab reaches the chosen one and arrows the rest; Escape empties the find field.
    assert [one for one in unreachable(stage.pane) if not one.startswith(("TabButton", "QToolButton"))] == []
    assert stage.console.book.clashes() == []
