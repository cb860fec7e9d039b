"""The snippets page: kept, filled in and given to the device in sight."""

import os
from pathlib import Path

import pytest

from tests.ui.panes.devices.conftest import Stage
from ui.panes.devices.snippets import SnippetsPage

SHOTS = os.environ.get("BATON_SHOTS")


@pytest.fixture
def page(stage: Stage) -> SnippetsPage:
    stage.open("core-nyc-1")
    page = SnippetsPage(stage.console, lambda: stage.pane.device_id)
    stage.qtbot.addWidget(page)
    page.resize(1280, 760)
    page.show()
    stage.qtbot.waitExposed(page)
    page.focus_first()
    return page


def give(page: SnippetsPage, command: str) -> None:
    next(c for c in page.commands() if c.id == f"snippets.{command}").run()


def kept(stage: Stage, page: SnippetsPage, name: str, body: str) -> None:
    give(page, "add")
    assert page.form is not None
    page.form.name.setText(name)
    page.form.lines.setPlainText(body)
    page.form.sent.emit()
    stage.until(lambda: page.form is None and page.chosen is not None and page.chosen.name == name)


def test_a_snippet_is_kept_filled_in_and_used(stage: Stage, page: SnippetsPage) -> None:
    kept(stage, page, "Port", "show interfaces {{ port }}\nshow clock ! {{ device }}")
    used: list[tuple[str, ...]] = []
    page.used.connect(used.append)
    give(page, "use")
    assert not used
    assert "port" in page.wrong.text()
    page.fields["port"].setText("Gi0/1")
    if SHOTS:
        page.grab().save(str(Path(SHOTS) / "snippets.png"))
    give(page, "use")
    assert used == [("show interfaces Gi0/1", "show clock ! core-nyc-1")]


def test_a_snippet_without_a_name_is_not_kept_and_one_is_changed_and_removed(stage: Stage, page: SnippetsPage) -> None:
    kept(stage, page, "Clock", "show clock")
    give(page, "change")
    assert page.form is not None
    page.form.name.setText("")
    page.form.sent.emit()
    stage.until(lambda: page.form is not None and page.form.refusal)
    page.form.name.setText("Time")
    page.form.sent.emit()
    stage.until(lambda: page.form is None and page.chosen is not None and page.chosen.name == "Time")
    give(page, "remove")
    stage.until(lambda: page.chosen is None)
