"""The ring on what was not sent: in every list, card and panel, until it is sent."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QWidget
from pytestqt.qtbot import QtBot

from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.escalation import AskKind
from app.domain.issue import Issue
from app.services import calls, decisions, devices, escalations, host_keys, issues, procedures, releases, runs, tags
from app.services.decisions import OptionDraft
from app.services.desk import Desk
from app.services.procedures import StepDraft
from tests.stations import TestCompany
from tests.ui.hands import press, write
from tests.ui.panes.conftest import House, OpenConsole, come_back, go_off_line, until
from ui.kit.console import Console
from ui.kit.labels import Pill
from ui.kit.unsent import NOT_SENT, Unsent, UnsentMark
from ui.panes.devices import DevicesPane
from ui.panes.escalations import EscalationsPane
from ui.panes.queue import QueuePane
from ui.panes.releases import ReleasesPane
from ui.panes.releases.step_row import StepRow

ACCESSIBLE = 11


@pytest.fixture
def house(company: TestCompany, open_console: OpenConsole) -> House:
    return House(company, open_console())


def off_line(house: House) -> Console:
    """End the sync once everything made so far is sent."""
    until(lambda: house.act(lambda desk: desk.cache.read("SELECT count(*) FROM outbox")[0][0]) == 0)
    go_off_line(house.console)
    return house.console


def marks(widget: QWidget) -> int:
    """Count the rings in sight."""
    return sum(mark.isVisible() for mark in widget.findChildren(UnsentMark))


def marked(view: QAbstractItemView) -> list[str]:
    """Give what a list says of its marked rows."""
    model = view.model()
    columns = model.columnCount() if isinstance(model, QAbstractTableModel) else 1
    cells = [model.index(row, column) for row in range(model.rowCount()) for column in range(columns)]
    return [str(cell.data(0)) for cell in cells if NOT_SENT in str(cell.data(ACCESSIBLE))]


def sees(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=15_000)


def test_the_queue(house: House, qtbot: QtBot) -> None:
    issue: Issue = house.act(lambda desk: _issue(desk, "Import fails"))
    _other = house.act(lambda desk: _issue(desk, "Printer is empty"))
    console = off_line(house)
    pane = QueuePane(console)
    house.show(qtbot, pane, "queue")
    pane.open_issue(issue.id)
    sees(qtbot, lambda: pane.side.issue is not None)
    assert marked(pane.list.table.view) == []
    assert marks(pane.side) == 0
    house.act(lambda desk: issues.rename(desk, issue.id, "Import fails at night"))
    sees(qtbot, lambda: marked(pane.list.table.view) == ["Import fails at night"])
    sees(qtbot, lambda: marks(pane.side) == 2)  # the issue, and the change in what happened
    house.act(lambda desk: calls.log_call(desk, calls.CallDraft(issue_id=issue.id, body="Again", promise_by="in 2h")))
    house.act(lambda desk: tags.add(desk, issue.id, "vpn"))
    # The issue, its tag, the promise above; in the story the promise, the call, and three changes.
    sees(qtbot, lambda: marks(pane.side) == 8)
    index = pane.list.table.model.index(0, 1)
    assert NOT_SENT in str(index.data(Qt.ItemDataRole.ToolTipRole))
    pane.list.table.view.grab()  # painted too
    come_back(console)
    sees(qtbot, lambda: not marked(pane.list.table.view))
    sees(qtbot, lambda: marks(pane.side) == 0)


def _issue(desk: Desk, title: str) -> Issue:
    with desk.edit() as edit:
        return edit.insert(Issue(id=new_id(), title=title, opened_at=edit.at))


def test_words_are_put_on_an_issue_and_taken_off_it(house: House, qtbot: QtBot) -> None:
    issue = house.act(lambda desk: _issue(desk, "Import fails"))
    pane = QueuePane(house.console)
    house.show(qtbot, pane, "queue")
    pane.open_issue(issue.id)
    sees(qtbot, lambda: pane.side.issue is not None)
    for typed, there in (("VPN night-import", ("night-import", "vpn")), ("-vpn", ("night-import",))):
        press(pane.list.table.view, Qt.Key.Key_G)
        sees(qtbot, lambda: pane.side.form is not None)
        form = pane.side.form
        assert form is not None
        field = form.fields()["words"]
        write(field, typed)
        press(field, Qt.Key.Key_Return)
        sees(qtbot, lambda: house.act(lambda desk: tags.of_issue(desk, issue.id)) == there)  # noqa: B023  at once
        sees(qtbot, lambda: pane.side.form is None)
    sees(qtbot, lambda: [p.text for p in _pills(pane.side) if p.text.startswith("#")] == ["#night-import"])


def _pills(widget: QWidget) -> list[Pill]:
    return [pill for pill in widget.findChildren(Pill) if pill.isVisible()]


def test_escalations(house: House, qtbot: QtBot) -> None:
    asked = house.act(
        lambda desk: escalations.raise_escalation(desk, None, sentence="Nobody answers", to_person_id=desk.person_id)
    )
    handed = house.act(
        lambda desk: escalations.raise_escalation(desk, None, sentence="Look at the bridge", to_team="Net")
    )
    console = off_line(house)
    pane = EscalationsPane(console)
    house.show(qtbot, pane, "escalations")
    sees(qtbot, lambda: pane.handed.model.ids)
    assert marked(pane.owed.view) == marked(pane.handed.view) == []
    house.act(lambda desk: escalations.take(desk, handed.id))
    sees(qtbot, lambda: len(marked(pane.handed.view)) == 1)
    request = house.act(
        lambda desk: decisions.prepare(
            desk, asked.id, question="Fund it?", owed_by="CFO", options=(OptionDraft("Yes"), OptionDraft("No"))
        )
    )
    sees(qtbot, lambda: marked(pane.owed.view) == ["Fund it?"])
    pane.open_escalation(asked.id)
    house.act(lambda desk: decisions.record_ask(desk, request.id, kind=AskKind.ASKED, whom="CFO"))
    # The question, both options, and the CFO who was asked.
    sees(qtbot, lambda: marks(pane.detail) == 4)
    come_back(console)
    sees(qtbot, lambda: marks(pane.detail) == 0)
    sees(qtbot, lambda: not marked(pane.owed.view))


def test_releases(house: House, qtbot: QtBot) -> None:
    steps = (StepDraft("Build it"), StepDraft("QA compares", sign_off_role="QA"), StepDraft("Tell them"))
    version = house.act(lambda desk: procedures.publish(desk, "Release a build", steps))
    release = house.act(lambda desk: releases.add_release(desk, "Build 40"))
    run = house.act(lambda desk: runs.start_run(desk, version.id, release.id, "Build 40"))
    first, _second, _third = house.act(lambda desk: procedures.steps(desk, version.id))
    console = off_line(house)
    pane = ReleasesPane(console)
    house.show(qtbot, pane, "releases")
    sees(qtbot, lambda: pane.run.run is not None)

    def steps_marked() -> list[str]:
        rows = pane.widget.findChildren(StepRow)
        return [row.step.step.title for row in rows if row.step and NOT_SENT in row.accessibleName()]

    assert steps_marked() == []
    assert marked(pane.places) == []
    house.act(lambda desk: runs.tick(desk, run.id, first.id, ""))
    sees(qtbot, lambda: steps_marked() == ["Build it"])
    house.act(lambda desk: releases.put_artefact(desk, release.id, name="app.tar.gz", size_bytes=12, sha256="ab" * 32))
    sees(qtbot, lambda: marks(pane.facts) == 1)
    house.act(lambda desk: runs.sign_off(desk, run.id, "QA"))
    sees(qtbot, lambda: marks(pane.facts) == 2)
    house.act(lambda desk: runs.start_run(desk, version.id, release.id, "Build 40 again"))
    sees(qtbot, lambda: marked(pane.places) == ["Build 40 again"])
    pane.widget.grab()  # painted too
    come_back(console)
    sees(qtbot, lambda: not steps_marked() and marks(pane.facts) == 0 and not marked(pane.places))


def test_devices(house: House, qtbot: QtBot) -> None:
    device: Device = house.act(lambda desk: devices.add(desk, name="core-1", address="192.0.2.1"))
    house.act(lambda desk: devices.add(desk, name="core-2", address="192.0.2.2"))
    console = off_line(house)
    pane = DevicesPane(console)
    house.show(qtbot, pane, "devices")
    pane.open_device(device.id)
    sees(qtbot, lambda: pane.card is not None)
    assert marked(pane.inventory.list) == []
    house.act(lambda desk: host_keys.accept(desk, device.id, "ssh-ed25519", "SHA256:abc"))
    sees(qtbot, lambda: marks(pane.facts) == 1)
    assert marked(pane.inventory.list) == [], "the key waits, not the device"
    added = house.act(lambda desk: devices.add(desk, name="edge-1", address="192.0.2.3"))
    sees(qtbot, lambda: marked(pane.inventory.list) == ["edge-1"])
    assert added.id
    pane.inventory.list.grab()  # painted too
    come_back(console)
    sees(qtbot, lambda: not marked(pane.inventory.list) and marks(pane.facts) == 0)


def test_a_mark_without_a_place_does_not_come_up_as_a_window(qtbot: QtBot) -> None:
    unsent = Unsent()
    unsent.show(frozenset({"a"}))
    mark = UnsentMark(unsent, "a")
    assert not mark.isVisible()
    unsent.show(frozenset({"a", "b"}))
    assert not mark.isVisible()
    qtbot.addWidget(mark)
    assert unsent.has("x", "a")
    assert not unsent.has("x")
    mark.grab()
