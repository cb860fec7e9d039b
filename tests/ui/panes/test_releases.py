"""The Releases pane on a real workstation."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.domain.person import Role
from app.domain.procedure import EvidenceKind, Step
from app.domain.release import Release
from app.domain.run import Run, StepEventKind
from app.services import drafts, escalations, procedures, releases, run_lists, runs
from app.services.procedures import StepDraft
from tests.stations import TestCompany
from tests.ui.hands import click, press, write
from tests.ui.panes.conftest import House, OpenConsole, Went, line_of, shoot, until
from ui.kit.accessible import nameless, unreachable
from ui.kit.console import Console
from ui.panes.escalations import EscalationsPane
from ui.panes.releases import ReleasesPane
from ui.panes.releases.step_card import Mode
from ui.panes.releases.words import alone, size
from ui.shell.pane import Pane, PaneSpec, SetBadge
from ui.shell.window import ConsoleWindow

SUM = "9f2c" * 16
STEPS = (
    StepDraft("Freeze build 40, record its digest", minutes=2),
    StepDraft("Build the installer package", minutes=14, evidence=EvidenceKind.TEXT),
    StepDraft("Run the database scripts on a copy", minutes=9, evidence=EvidenceKind.OUTPUT),
    StepDraft(
        "Compare row counts between the old and the new database",
        body="Done needs equal counts. Why: in build 37 two customers lost the orders of a day; the counts showed it, "
        "nobody looked.",
        is_critical=True,
        evidence=EvidenceKind.NUMBER,
        low=Decimal(0),
        high=Decimal(0),
        minutes=5,
    ),
    StepDraft("Sign the package", is_critical=True, evidence=EvidenceKind.CHECKSUM, minutes=5),
    StepDraft("QA compares the digests", sign_off_role="QA", minutes=3),
    StepDraft("Engineering agrees", sign_off_role="Engineering", minutes=3),
    StepDraft("Put on the download area", minutes=4, evidence=EvidenceKind.FILE),
    StepDraft("Tell stage 1 customers", minutes=6),
)


class RunHouse(House):
    """Anna's console with a procedure, a release and a run."""

    def __init__(self, company: TestCompany, console: Console) -> None:
        super().__init__(company, console)
        version = self.act(lambda desk: procedures.publish(desk, "Release a build", STEPS))
        self.release: Release = self.act(lambda desk: releases.add_release(desk, "Build 40"))
        self.file("app-40.tar.gz", 212_300_000, SUM)
        self.run: Run = self.act(
            lambda desk: runs.start_run(desk, version.id, self.release.id, "Build 40 is the release"),
            timedelta(minutes=108),
        )
        self.steps: tuple[Step, ...] = self.act(lambda desk: procedures.steps(desk, version.id))

    def file(self, name: str, size_bytes: int, sha256: str) -> None:
        self.act(
            lambda desk: releases.put_artefact(desk, self.release.id, name=name, size_bytes=size_bytes, sha256=sha256)
        )

    def tick(self, *numbers: int, evidence: str = "") -> None:
        for number in numbers:
            step = self.steps[number - 1].id
            self.act(lambda desk, one=step: runs.tick(desk, self.run.id, one, evidence))  # type: ignore[misc]

    def detail(self) -> run_lists.RunDetail:
        return self.act(lambda desk: run_lists.run_detail(desk, self.run.id))

    def pane(self, qtbot: QtBot) -> ReleasesPane:
        pane = ReleasesPane(self.console, self.badge)
        self.show(qtbot, pane, "releases")
        return pane

    def at(self, qtbot: QtBot, number: int) -> ReleasesPane:
        """Give the pane with this step as the current one, the focus in its card."""
        pane = self.pane(qtbot)
        pane.open_run(self.run.id)
        self.see(qtbot, pane, number)
        pane.focus_first()
        return pane

    def see(self, qtbot: QtBot, pane: ReleasesPane, number: int) -> None:
        qtbot.waitUntil(lambda: pane.run.step_id == self.steps[number - 1].id)
        qtbot.waitUntil(lambda: pane.work.is_settled)  # as long as anybody takes to look


@pytest.fixture
def house(company: TestCompany, open_console: OpenConsole) -> RunHouse:
    return RunHouse(company, open_console())


def test_a_run_is_worked_by_keys_alone(house: RunHouse, qtbot: QtBot) -> None:
    pane = house.at(qtbot, 1)
    press(focused(pane), Qt.Key.Key_Return)
    house.see(qtbot, pane, 2)
    qtbot.waitUntil(lambda: focused(pane) is pane.card.evidence.line)
    write(pane.card.evidence.line, "installer-40.msi built at 9:12")
    press(pane.card.evidence.line, Qt.Key.Key_Return)
    house.see(qtbot, pane, 3)
    qtbot.waitUntil(lambda: focused(pane) is pane.card.evidence.text)
    write(pane.card.evidence.text, "ALTER TABLE")
    press(pane.card.evidence.text, Qt.Key.Key_Return)
    write(pane.card.evidence.text, "184220 rows")
    press(pane.card.evidence.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    house.see(qtbot, pane, 4)
    detail = house.detail()
    assert [s.happenings[0].evidence for s in detail.steps[:3]] == [
        "", "installer-40.msi built at 9:12", "ALTER TABLE\n184220 rows",
    ]  # fmt: skip
    assert nameless(pane.widget) == []
    assert unreachable(pane.widget) == []


def test_a_press_too_many_ticks_no_second_step(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1, 2, 3)
    house.tick(4, evidence="0")
    house.tick(5, evidence=SUM)
    house.act(lambda desk: runs.fail(desk, house.run.id, house.steps[6].id, "Not yet"))
    pane = house.at(qtbot, 6)
    press(pane.card, Qt.Key.Key_S)
    first, again = pane.card.confirm, Qt.KeyboardModifier.ControlModifier
    press(first, Qt.Key.Key_Return, again)
    press(first, Qt.Key.Key_Return, again)  # before it is written
    qtbot.waitUntil(lambda: pane.run.step_id == house.steps[6].id)
    press(focused(pane), Qt.Key.Key_Return, again)
    press(focused(pane), Qt.Key.Key_Return)
    qtbot.wait(300)
    assert [s.state for s in house.detail().steps[6:]] == [StepEventKind.FAILED, None, None]
    assert pane.card.refusal == ""
    pane.work.go_to(house.steps[8].id)
    house.see(qtbot, pane, 9)
    press(focused(pane), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: house.detail().steps[8].is_done)


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier])
def test_enter_held_down_ticks_one_step(house: RunHouse, qtbot: QtBot, modifier: Qt.KeyboardModifier) -> None:
    house.tick(1, 2, 3)
    house.tick(4, evidence="0")
    pane = house.at(qtbot, 5)
    pane.work.go_to(house.steps[7].id)
    house.see(qtbot, pane, 8)
    assert pane.card.evidence.name.text().startswith("Evidence, optional:")
    for _each in range(30):  # for longer than a card has to stand
        hold(pane.card.evidence.line, Qt.Key.Key_Return, modifier)
        qtbot.wait(30)
    assert house.detail().done == 4
    press(pane.card.evidence.line, Qt.Key.Key_Return, modifier)
    qtbot.waitUntil(lambda: house.detail().done == 5)


def hold(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Repeat a key that is held down, as a window's system does: first to the shortcuts, then to the widget."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        event = QKeyEvent(kind, key, modifier, "\r", True)
        event.ignore()
        QApplication.sendEvent(widget, event)
        if kind is QEvent.Type.ShortcutOverride and modifier is Qt.KeyboardModifier.NoModifier:
            assert event.isAccepted()  # so that no command is run


def test_a_refusal_stands_at_the_step_and_nothing_typed_is_lost(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1, 2, 3)
    pane = house.at(qtbot, 4)
    press(pane.card.evidence.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "needs its evidence" in pane.card.refusal)
    write(pane.card.evidence.line, "2")
    assert pane.card.refusal == ""
    press(pane.card.evidence.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "must be 0, and 2 is not" in pane.card.refusal)
    assert pane.card.evidence.value() == "2"
    shoot(pane.widget, "releases-refused", qtbot)
    assert house.detail().steps[3].state is None


def test_what_is_typed_survives_other_people_s_work_and_a_restart(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1)
    pane = house.at(qtbot, 2)
    write(pane.card.evidence.line, "installer-40")
    until(lambda: house.console.workstation.read(lambda desk: desk.cache.read("SELECT count(*) FROM outbox")).result(10)
          == [(0,)])  # fmt: skip
    carl = house.company.station("carl", Role.ENGINEER)
    runs.tick(carl.desk, house.run.id, house.steps[8].id)
    carl.sync()
    qtbot.waitUntil(lambda: bool(pane.run.run and pane.run.run.steps[8].is_done), timeout=15_000)
    assert pane.card.evidence.value() == "installer-40"
    pane.work.go_to(house.steps[0].id)
    assert pane.card.evidence.value() == ""
    pane.work.go_to(house.steps[1].id)
    qtbot.waitUntil(lambda: pane.card.evidence.value() == "installer-40")
    house.console.book.remove(*(c.id for c in pane.commands()))
    again = house.at(qtbot, 2)
    qtbot.waitUntil(lambda: again.card.evidence.value() == "installer-40")
    press(again.card.evidence.line, Qt.Key.Key_Return)
    house.see(qtbot, again, 3)
    name = f"step/{house.run.id}/{house.steps[1].id}"
    assert house.act(lambda desk: drafts.load(desk, name)) is None


def test_a_step_fails_with_a_note(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1, 2, 3)
    pane = house.at(qtbot, 4)
    pane.work.button("fail").click()
    assert pane.card.mode is Mode.NOTE
    assert focused(pane) is pane.card.note
    pane.card.confirmed.emit()
    qtbot.waitUntil(lambda: "needs a note" in pane.card.refusal)
    write(pane.card.note, "devices 9,402 and 9,400")
    press(pane.card.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: pane.card.state.text == "failed")
    assert "failed by Anna" in pane.card.history.text()
    assert "devices 9,402 and 9,400" in pane.card.history.text()
    qtbot.waitUntil(lambda: house.badges[-1] == "1")
    press(pane.card.evidence.line, Qt.Key.Key_Escape)  # out of the field, so that letters are keys again
    press(pane.card, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: pane.card.state.text == "")


def test_the_note_is_left_with_escape_and_stays(house: RunHouse, qtbot: QtBot) -> None:
    pane = house.at(qtbot, 1)
    press(pane.card, Qt.Key.Key_F)
    write(pane.card.note, "half a th")
    press(pane.card.note, Qt.Key.Key_Escape)
    assert pane.card.mode is Mode.WORK
    press(pane.card, Qt.Key.Key_F)
    assert pane.card.note.toPlainText() == "half a th"


def test_signing_shows_what_is_signed_and_asks_once_more(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1, 2, 3)
    house.tick(4, evidence="0")
    house.tick(5, evidence=SUM)
    pane = house.at(qtbot, 6)
    assert not house.console.book.can("releases.done")
    press(pane.card, Qt.Key.Key_S)
    assert pane.card.mode is Mode.SIGN
    assert "app-40.tar.gz 212 MB (sha256 9f2c…9f2c)" in pane.card.signing.text()
    assert house.detail().sign_offs[0].who == ""
    shoot(pane.widget, "releases-signing", qtbot)
    press(pane.card.confirm, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    house.see(qtbot, pane, 7)
    assert house.detail().sign_offs[0].is_valid
    press(pane.card, Qt.Key.Key_S)
    pane.card.confirmed.emit()
    qtbot.waitUntil(lambda: "second person" in pane.card.refusal)


def test_a_changed_artefact_is_seen_as_void_at_once(house: RunHouse, qtbot: QtBot) -> None:
    house.act(lambda desk: runs.sign_off(desk, house.run.id, "QA"))
    house.tick(1, 2, 3)
    house.act(lambda desk: runs.fail(desk, house.run.id, house.steps[3].id, "devices 9,402 and 9,400"))
    other = house.act(lambda desk: procedures.publish(desk, "Rotate certificates", STEPS[:1]))
    house.act(lambda desk: runs.start_run(desk, other.id, None, "Certificates of November"))
    pane = house.at(qtbot, 4)
    house.file("db-40.sql", 1_400_000, "03bd" * 16)
    qtbot.waitUntil(lambda: bool(pane.run.run and len(pane.run.run.artefacts) == 2))
    run = pane.run.run
    assert run is not None
    assert (run.sign_offs[0].is_valid, run.sign_offs[0].void) == (False, "db-40.sql changed")
    shoot(pane.widget, "releases", qtbot)


def test_a_file_is_added_with_its_size_and_checksum(house: RunHouse, qtbot: QtBot, tmp_path: Path) -> None:
    pane = house.at(qtbot, 1)
    file = tmp_path / "db-40.sql"
    file.write_bytes(b"x" * 5000)
    pane.add_file(file)
    qtbot.waitUntil(lambda: bool(pane.run.run and len(pane.run.run.artefacts) == 2))
    added = house.detail().artefacts[1]
    assert (added.name, added.size_bytes) == ("db-40.sql", 5000)
    assert added.sha256 == hashlib.sha256(b"x" * 5000).hexdigest()
    pane.add_file(tmp_path / "none")
    went = house.console.navigator
    assert isinstance(went, Went)
    qtbot.waitUntil(lambda: bool(went.told))
    assert "cannot be read" in went.told[0][0]


def test_a_file_is_evidence_by_its_checksum(house: RunHouse, qtbot: QtBot, tmp_path: Path) -> None:
    pane = house.at(qtbot, 1)
    pane.work.go_to(house.steps[7].id)
    file = tmp_path / "app-40.tar.gz"
    file.write_bytes(b"x")
    pane.card.take_file(tmp_path / "none")
    qtbot.waitUntil(lambda: "cannot be read" in pane.card.refusal)
    pane.card.take_file(file)
    qtbot.waitUntil(lambda: pane.card.evidence.value().startswith("app-40.tar.gz · 1 bytes · sha256 2d711642"))
    pane.work.go_to(house.steps[4].id)
    pane.card.take_file(file)
    qtbot.waitUntil(lambda: len(pane.card.evidence.value()) == 64)


def test_a_run_is_started_from_a_procedure_for_a_new_release(house: RunHouse, qtbot: QtBot) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: len(pane.places.ids()) == 2)
    pane.places.choose(pane.places.ids()[1])
    qtbot.waitUntil(lambda: house.console.book.can("releases.start"))
    shoot(pane.widget, "releases-procedure", qtbot)
    press(pane.places, Qt.Key.Key_N)
    form = pane.procedure.form
    form.sent.emit()
    assert "needs a title" in form.refusal
    write(form.run_title, "Build 41 is the release")
    form.sent.emit()
    qtbot.waitUntil(lambda: "bound to a release" in form.refusal)
    write(line_of(form.release), "Build 41")
    shoot(pane.widget, "releases-start", qtbot)
    press(line_of(form.release), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(pane.run.run and pane.run.run.title == "Build 41 is the release"))
    run = pane.run.run
    assert run is not None
    assert (run.release, run.version, run.artefacts) == ("Build 41", 1, ())
    assert pane.places.current() == f"run:{run.id}"


def test_enter_elsewhere_ticks_nothing(house: RunHouse, qtbot: QtBot) -> None:
    pane = house.at(qtbot, 1)
    pane.places.setFocus()
    press(pane.places, Qt.Key.Key_Return)
    assert pane.card.isAncestorOf(focused(pane)) or focused(pane) is pane.card
    qtbot.wait(100)
    assert house.detail().steps[0].state is None
    pane.work.button("fail").setFocus()
    press(pane.work.button("fail"), Qt.Key.Key_Return)
    assert pane.card.mode is Mode.NOTE
    assert house.detail().steps[0].state is None


def test_steps_are_looked_at_by_keys_and_mouse(house: RunHouse, qtbot: QtBot) -> None:
    house.tick(1)
    pane = house.at(qtbot, 2)
    pane.places.setFocus()
    press(pane.places, Qt.Key.Key_K)
    house.see(qtbot, pane, 1)
    assert pane.card.state.text == "done"
    assert house.console.book.can("releases.reopen")
    pane.places.setFocus()
    press(pane.places, Qt.Key.Key_J)
    house.see(qtbot, pane, 2)
    rows = [
        w for w in pane.run.findChildren(QWidget) if w.accessibleName().startswith("Step 9,") and w is not pane.card
    ]
    click(rows[0])
    house.see(qtbot, pane, 9)


def test_midnight_passes_without_a_look_up(house: RunHouse, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    house.tick(1)
    house.act(lambda desk: runs.sign_off(desk, house.run.id, "QA"))
    pane = house.at(qtbot, 2)
    pane.work.go_to(house.steps[0].id)
    house.see(qtbot, pane, 1)
    qtbot.wait(100)
    looked: list[object] = []
    monkeypatch.setattr(house.console.workstation, "read", looked.append)
    later = datetime.now(UTC) + timedelta(days=1)
    pane.run.clock = pane.facts.clock = lambda: later
    pane.retime()
    told = " ".join(label.text() for label in pane.facts.signed.findChildren(QLabel))
    assert "Anna, yesterday" in told
    assert "done by Anna, yesterday" in pane.card.history.text()
    assert looked == []


@pytest.mark.parametrize("width", [950, 980, 1600])
def test_the_title_of_a_run_is_whole_when_the_window_is_narrow(house: RunHouse, qtbot: QtBot, width: int) -> None:
    pane = house.at(qtbot, 1)
    pane.widget.resize(width, 700)
    qtbot.wait(50)
    assert pane.widget.width() == width
    assert pane.run.title.text() == house.run.title
    assert pane.run.version.isVisible() == (width == 1600)


def test_who_alone_has_done_a_step_is_said_for_each() -> None:
    assert alone(("Chloe Park", "Mara Voss")) == "Some steps: only Chloe Park; only Mara Voss."
    assert alone(()) == ""


def test_a_finished_run_says_so(house: RunHouse, qtbot: QtBot) -> None:
    version = house.act(lambda desk: procedures.publish(desk, "Rotate certificates", STEPS[:1]))
    made = house.act(lambda desk: runs.start_run(desk, version.id, None, "Certificates of November"))
    pane = house.pane(qtbot)
    pane.open_run(made.id)
    qtbot.waitUntil(lambda: bool(pane.run.run and pane.run.run.id == made.id and pane.run.step_id))
    assert not house.console.book.can("releases.add_file")
    qtbot.waitUntil(lambda: pane.work.is_settled)
    pane.focus_first()
    press(focused(pane), Qt.Key.Key_Return)
    qtbot.waitUntil(pane.run.finished.isVisible)
    assert not pane.card.isVisible()
    shoot(pane.widget, "releases-finished", qtbot)


def test_both_panes_stand_in_the_window_with_their_keys_and_badges(house: RunHouse, qtbot: QtBot) -> None:
    made = house.act(
        lambda desk: escalations.raise_escalation(desk, None, to_team="Network", sentence="New VLAN not in inventory.")
    )
    console, panes = house.console, {}

    def make(kind: type[EscalationsPane] | type[ReleasesPane]) -> Callable[[SetBadge], Pane]:
        def make_one(set_badge: SetBadge) -> Pane:
            panes[kind] = kind(console, set_badge)
            return panes[kind]

        return make_one

    specs = [
        PaneSpec("escalations", "Escalations", make(EscalationsPane)),
        PaneSpec("releases", "Releases", make(ReleasesPane)),
    ]
    window = ConsoleWindow(specs, console.book, console.mailbox, QSettings(str(house.company.folder / "w.ini"),
                           QSettings.Format.IniFormat))  # fmt: skip
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.tabs.badge("escalations") == "1")
    window.show_pane("releases")
    qtbot.waitUntil(lambda: window.book.can("releases.done"))
    assert window.book.clashes() == []
    assert not window.book.can("escalations.new")
    shown = window.show_pane("escalations")
    assert isinstance(shown, EscalationsPane)
    shown.open_escalation(made.id)
    qtbot.waitUntil(lambda: window.book.can("escalations.take"))
    window.close()


def test_the_place_is_kept_over_a_restart(house: RunHouse, qtbot: QtBot) -> None:
    pane = house.pane(qtbot)
    qtbot.waitUntil(lambda: len(pane.places.ids()) == 2)
    pane.places.choose(pane.places.ids()[1])
    qtbot.waitUntil(lambda: house.console.book.can("releases.start"))
    state = pane.save_state()
    house.console.book.remove(*(c.id for c in pane.commands()))
    again = house.pane(qtbot)
    again.restore_state(state)
    qtbot.waitUntil(lambda: house.console.book.can("releases.start"))
    again.restore_state({"version": 2, "place": 5})
    again.restore_state({"version": 1, "place": "run:gone", "sizes": [0, "x"]})


def test_without_procedures_it_says_what_is_missing(open_console: OpenConsole, qtbot: QtBot) -> None:
    console = open_console()
    pane = ReleasesPane(console)
    qtbot.addWidget(pane.widget)
    pane.widget.resize(1280, 730)
    pane.widget.show()
    qtbot.waitUntil(pane.empty.isVisible)
    assert "No procedure" in pane.empty.what.text()
    shoot(pane.widget, "releases-empty", qtbot)


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1_400_000, "1.4 MB"), (212_300_000, "212 MB"), (999_999, "1 MB")],
)
def test_sizes_are_said_in_one_unit(size_bytes: int, words: str) -> None:
    assert size(size_bytes) == words


def test_a_trainee_sees_why_signing_is_not_theirs(
    house: RunHouse, company: TestCompany, open_console: OpenConsole, qtbot: QtBot
) -> None:
    tom = open_console("tom", Role.TRAINEE)
    until(lambda: tom.workstation.read(lambda desk: desk.cache.record(Run, house.run.id)).result(10) is not None)
    pane = ReleasesPane(tom)
    House(company, tom).show(qtbot, pane, "releases")
    pane.open_run(house.run.id)
    qtbot.waitUntil(lambda: bool(pane.run.run and len(pane.run.run.steps) == len(STEPS)))
    pane.work.go_to(house.steps[5].id)
    sign = pane.work.button("sign")
    qtbot.waitUntil(lambda: sign.isVisible() and not sign.isEnabled())
    assert "As trainee you may not insert a sign off." in sign.toolTip()
    assert not tom.book.can("releases.add_file")


def focused(pane: ReleasesPane) -> QWidget:
    return pane.widget.focusWidget() or pane.widget
