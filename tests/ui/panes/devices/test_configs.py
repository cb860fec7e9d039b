import pytest
from pytestqt.qtbot import QtBot

from tests.ui.panes.conftest import shoot
from tests.ui.panes.devices.configs_stage import Stage, stage_for
from ui.kit.console import Console


@pytest.fixture
def stage(console: Console, qtbot: QtBot) -> Stage:
    return stage_for(console, qtbot)


def test_what_changed_since_the_last_deployment_is_the_first_sentence(stage: Stage) -> None:
    stage.page.open_since_deployment(stage.devices["core-nyc-1"].id)
    stage.shows("since build 39 → 40 was deployed")
    assert stage.lead().startswith("6 lines changed in 3 interfaces")
    shoot(stage.page, "configs-since", stage.qtbot)
