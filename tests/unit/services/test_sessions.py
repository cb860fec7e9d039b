"""Who was on which device, and what is kept of it in an issue."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.issue import Issue, Note
from app.domain.on_issue import Attachment
from app.domain.session import Session, SessionKind
from app.services import attachments, devices, sessions, transcripts
from tests.halden import NOW, Clock
from tests.stations import Station, TestCompany


@pytest.fixture
def device(anna: Station) -> Device:
    with anna.desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        edit.insert(Issue(id=new_id(), customer_id=rail.id, title="Port flaps", opened_at=NOW))
        return edit.insert(
            Device(id=new_id(), customer_id=rail.id, name="core-1", address="10.0.0.1", environment=Environment.LAB)
        )


def issue_of(anna: Station) -> Issue:
    return anna.desk.cache.records(Issue, "title = 'Port flaps'")[0]


def transcript(anna: Station, text: str = "2026-03-01 09:30:15Z core-1#show clock\n") -> Path:
    path = transcripts.begin(anna.desk)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_newest_session_is_the_last_login_for_everybody(
    anna: Station, device: Device, company: TestCompany, clock: Clock
) -> None:
    first = sessions.opened(anna.desk, device.id)
    later = timedelta(minutes=40)
    clock.now += later
    sessions.closed(anna.desk, first.id, "The device ended the session.")
    second = sessions.opened(anna.desk, device.id, SessionKind.CONFIG)
    anna.sync()
    ben = company.station("ben", clock=clock)
    ben.sync()
    shown = devices.detail(ben.desk, device.id).last_login
    assert shown is not None
    assert (shown.at, shown.by) == (NOW + later, anna.desk.me().name)
    kept = ben.desk.need(Session, first.id)
    assert (kept.closed_at, kept.words, kept.workstation) == (
        NOW + later,
        "The device ended the session.",
        anna.desk.workstation,
    )
    assert ben.desk.need(Session, second.id).closed_at is None


def test_a_session_ends_once(anna: Station, device: Device) -> None:
    made = sessions.opened(anna.desk, device.id)
    sessions.closed(anna.desk, made.id, "first")
    sessions.closed(anna.desk, made.id, "second")
    sessions.closed(anna.desk, "nowhere", "third")
    assert anna.desk.need(Session, made.id).words == "first"


def test_keeping_writes_the_note_attaches_the_transcript_and_links_the_session(anna: Station, device: Device) -> None:
    made, issue = sessions.opened(anna.desk, device.id), issue_of(anna)
    path = transcript(anna)
    assert sessions.keep(anna.desk, made.id, issue.id, " Reset the port. ", path) == issue.label
    (note,) = anna.desk.cache.records(Note, "issue_id = ?", (issue.id,))
    assert (note.body, note.device_id) == ("On core-1: Reset the port.", device.id)
    (file,) = anna.desk.cache.records(Attachment, "issue_id = ?", (issue.id,))
    assert file.name.startswith("core-1 ")
    assert file.name.endswith("Z.txt")
    shown = attachments.open_copy(anna.desk, file.id)
    assert shown is not None
    text = shown.read_text(encoding="utf-8")
    assert text.startswith("Transcript of core-1, ")
    assert text.endswith("core-1#show clock\n")
    assert anna.desk.need(Session, made.id).issue_id == issue.id
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no copy is left


def test_a_note_alone_or_a_transcript_alone_can_be_kept_but_not_nothing(anna: Station, device: Device) -> None:
    made, issue = sessions.opened(anna.desk, device.id), issue_of(anna)
    with pytest.raises(BadInput):
        sessions.keep(anna.desk, made.id, issue.id, "  ")
    sessions.keep(anna.desk, made.id, issue.id, "done")
    sessions.keep(anna.desk, made.id, issue.id, "", transcript(anna))
    assert len(anna.desk.cache.records(Note, "issue_id = ?", (issue.id,))) == 1
    assert len(anna.desk.cache.records(Attachment, "issue_id = ?", (issue.id,))) == 1


def test_what_one_customers_device_said_goes_into_no_other_customers_issue(anna: Station, device: Device) -> None:
    made = sessions.opened(anna.desk, device.id)
    with anna.desk.edit() as edit:
        other = edit.insert(Customer(id=new_id(), name="Halden"))
        issue = edit.insert(Issue(id=new_id(), customer_id=other.id, title="Other", opened_at=NOW))
    with pytest.raises(Refused):
        sessions.keep(anna.desk, made.id, issue.id, "done", transcript(anna))
    assert not anna.desk.cache.records(Attachment, "issue_id = ?", (issue.id,))


def test_a_transcript_that_is_gone_is_said_and_nothing_is_kept(anna: Station, device: Device) -> None:
    made, issue = sessions.opened(anna.desk, device.id), issue_of(anna)
    path = transcripts.begin(anna.desk)
    with pytest.raises(EnvironmentFault) as fault:
        sessions.keep(anna.desk, made.id, issue.id, "done", path)
    assert fault.value.todo
    assert not anna.desk.cache.records(Note, "issue_id = ?", (issue.id,))
