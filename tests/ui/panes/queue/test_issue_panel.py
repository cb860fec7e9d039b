"""What the facts of an issue show besides its own fields: others who look, changes, timers, odd texts, what is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.domain.entity import new_id
from app.domain.issue import Issue
from app.domain.on_issue import Attachment
from app.domain.person import Role
from app.services import ask_first, external_refs, issues, later_words, sla
from app.services.timeline import Happening
from tests.halden import Sample
from tests.ui.panes.conftest import OpenConsole, shoot
from tests.ui.panes.queue.conftest import Shown
from ui.kit.labels import Pill
from ui.kit.timephrase import exact
from ui.panes.queue.issue_sections import readout
from ui.panes.queue.to_send_page import ToSendPage


def do(shown: Shown, what: Any) -> Any:
    return shown.console.workstation.write(what).result(10)


def pills(widget: QWidget) -> list[str]:
    return [pill.text for pill in widget.findChildren(Pill) if pill.isVisible()]


def labels(widget: QWidget) -> list[QLabel]:
    return [label for label in widget.findChildren(QLabel) if label.isVisible()]


def test_who_else_looks_or_types_is_said(shown: Shown, open_console: OpenConsole) -> None:
    assert shown.pane.side.issue is not None
    issue_id = shown.pane.side.issue.id
    ben = open_console("ben", Role.SUPPORT)
    ben.workstation.look_at("issue", issue_id)
    panel = shown.pane.side.panel
    shown.wait(lambda: "Ben is looking" in pills(panel))
    ben.workstation.look_at("issue", issue_id, is_typing=True)
    shown.wait(lambda: "Ben is typing" in pills(panel))
    shoot(shown.pane, "issue-presence", shown.qtbot)
    shown.type("n")
    shown.wait(lambda: shown.pane.side.form is not None)
    shown.type("a")
    shown.wait(lambda: [one.is_typing for one in ben.workstation.presence.others(issue_id)] == [True])
    ben.workstation.look_at("issue", None)
    shown.wait(lambda: not [p for p in pills(panel) if p.startswith("Ben")])


def test_what_others_changed_stands_in_the_story_with_who_and_where(shown: Shown, open_console: OpenConsole) -> None:
    side = shown.pane.side
    assert side.issue is not None
    issue_id = side.issue.id
    ben = open_console("ben", Role.SUPPORT)
    shown.wait(lambda: ben.workstation.read(lambda d: d.cache.record(Issue, issue_id)).result(10) is not None)
    ben.workstation.write(lambda d: issues.rate(d, issue_id, 2, 1)).result(10)
    shown.wait(lambda: side.issue is not None and side.issue.impact == 2)
    side._ask_company()
    shown.wait(lambda: side.issue is not None and "Impact: 1 → 2" in [h.text for h in side.issue.happened])
    assert side.issue is not None
    one = next(h for h in side.issue.happened if h.text == "Impact: 1 → 2")
    assert (one.kind, one.by) == (Happening.CHANGE, "Ben")
    assert one.where
    shown.wait(lambda: any(label.text() == f"Impact: 1 → 2 · Ben · {one.where}" for label in labels(side.panel.story)))


def test_timers_tell_all_that_is_known_of_them(shown: Shown) -> None:
    do(shown, sla.add_first)
    section, lines = shown.pane.side.panel.sections.timers
    shown.wait(section.isVisible)
    assert "over" in section.summary or "left" in section.summary
    section.set_open(is_open=True)
    assert [line.split()[0] for line in lines.said] == ["First", "SLA", "Resolution"]
    shoot(shown.pane, "issue-timers", shown.qtbot)
    assert shown.pane.side.issue is not None
    timers = shown.pane.side.issue.timers.timers
    for word in ("started", "due", "elapsed", "business time"):
        assert word in readout(timers[0])
    assert exact(timers[0].started_at) in readout(timers[0])
    assert "cycles" in readout(timers[1])


def test_whom_to_ask_first_and_other_systems_are_shown(shown: Shown) -> None:
    assert shown.pane.side.issue is not None
    issue_id, me = shown.pane.side.issue.id, shown.console.workstation.person_id

    def prepare(desk: Any) -> None:
        issues.describe(desk, issue_id, topic="import")
        ask_first.put(desk, "import", me, "wrote the parser")
        external_refs.write(desk, issue_id, "Jira", "OPS-12", url="https://example.com/12", status="open")

    do(shown, prepare)
    sections = shown.pane.side.panel.sections
    shown.wait(lambda: sections.ask[1].said == ["Anna wrote the parser"])
    shown.wait(lambda: sections.references.said == ["Jira OPS-12"] or sections.references._shown[0].text == "OPS-12")


def test_a_section_stays_folded_as_the_person_left_it(shown: Shown) -> None:
    sections = shown.pane.side.panel.sections
    assert not any(section.is_open for section in (sections.about,))
    sections.about._heading.setFocus()
    shown.key(Qt.Key.Key_Return)
    assert sections.about.is_open
    kept = shown.pane.save_state()["folds"]
    sections.about.set_open(is_open=False)
    sections.restore(kept)
    assert sections.about.is_open
    sections.restore({"About": "nonsense"})
    sections.restore(None)


def test_words_whose_time_has_come_stand_in_a_list_of_their_writer(shown: Shown) -> None:
    assert shown.pane.side.issue is not None
    issue_id = shown.pane.side.issue.id

    def keep(desk: Any) -> None:
        past = replace(desk, clock=lambda: datetime.now(UTC) - timedelta(hours=2))
        later_words.keep(past, issue_id, "How is it today?", past.now + timedelta(hours=1))
        later_words.keep(desk, issue_id, "And tomorrow?", desk.now + timedelta(days=1))

    do(shown, keep)
    shown.wait(lambda: shown.pane.pages._counts.to_send == 1)
    shown.key(Qt.Key.Key_F6)
    assert shown.pane.pages.shown == "to_send"
    page = shown.pane.pages._pages["to_send"][0]
    assert isinstance(page, ToSendPage)
    shown.wait(lambda: len(page.table.model.ids) == 1)
    shoot(shown.pane, "to-send", shown.qtbot)
    shown.wait(page.table.view.hasFocus)
    shown.key(Qt.Key.Key_Return)
    shown.wait(lambda: ("issue", issue_id) in shown.went)
    shown.key(Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    shown.wait(lambda: shown.pane.side.form is not None)
    shown.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    shown.wait(lambda: shown.pane.pages._counts.to_send == 0)
    assert shown.pane.pages.shown == "to_send"


def test_a_title_of_100_kb_and_markup_are_text_and_bounded(shown: Shown) -> None:
    side = shown.pane.side
    assert side.issue is not None
    issue_id = side.issue.id
    long = "<b>bold</b> " + "x" * 100_000
    do(shown, lambda d: issues.rename(d, issue_id, long))
    do(shown, lambda d: issues.add_note(d, issue_id, "<img src=x> " + "y" * 50_000 + "\n<script>z</script>"))
    shown.wait(lambda: side.issue is not None and side.issue.title == long)
    shown.wait(lambda: any("<script>" in label.text() for label in labels(side.panel.story)))
    shoot(shown.pane, "issue-odd", shown.qtbot)
    for label in labels(side.panel):
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert len(label.text()) <= 8_100
        assert len(label.toolTip()) <= 5_100
        assert "<b>" not in label.toolTip()
        assert "<img" not in label.toolTip()
    inner = side.panel.body.parentWidget()
    assert inner is not None
    assert inner.width() <= side.width()


def test_text_of_the_other_direction_is_closed_in(shown: Shown, sample: Sample) -> None:
    side = shown.pane.side
    assert side.issue is not None
    issue_id = side.issue.id
    odd = "\u05d0\u05d1 \u202eevil \u2067 \U0001f468\u200d\U0001f469 \U000e0041\U0010fffd"
    do(shown, lambda d: issues.add_note(d, issue_id, odd))
    do(shown, lambda d: external_refs.write(d, issue_id, odd, odd, status=odd))
    shown.wait(lambda: side.issue is not None and any(one.text.endswith(odd) for one in side.issue.happened))

    def note() -> str:
        found = (label.text() for label in labels(side.panel.story))
        return next((text for text in found if "evil" in text and "Note: " in text), "")

    shown.wait(note)
    assert note().startswith("\u2068Note: ")
    assert note().count("\u2069") == note().count("\u2068") + note().count("\u2067")
    assert sample.issues


def test_a_file_whose_content_is_gone_says_so(shown: Shown) -> None:
    side = shown.pane.side
    assert side.issue is not None
    issue_id = side.issue.id

    def put(desk: Any) -> str:
        with desk.edit() as edit:
            made = Attachment(
                id=new_id(), issue_id=issue_id, name="lost.log", size_bytes=12, sha256="ab" * 32,
                person_id=edit.by, at=edit.at,
            )  # fmt: skip
            return str(edit.insert(made).id)

    file_id = do(shown, put)
    shown.wait(lambda: side.issue is not None and len(side.issue.files) == 1)
    side.files.open(file_id)
    shown.wait(lambda: "gone" in " ".join(side.panel.sections.files[1].said))
    assert shown.told
