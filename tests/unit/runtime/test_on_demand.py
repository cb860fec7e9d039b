"""Whole workstations: who else has an issue open, its history, and files that go from desk to desk."""

import os
import secrets
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.domain.errors import CompanyUnreachable, Refused, SchemaMismatch
from app.domain.issue import Issue
from app.domain.person import Role
from app.runtime.workstation import Contact
from app.services import attachments, history
from tests.stations import TestCompany
from tests.workstations import Office, Worker, log, relayed, until


def shared_issue(anna: Worker, *others: Worker) -> str:
    issue_id = log(anna, "Import fails")
    for other in others:
        other.sees(lambda d: d.cache.record(Issue, issue_id), "the issue")
    return issue_id


def others(worker: Worker, row_id: str) -> list[tuple[str, bool]]:
    return [(one.name, one.is_typing) for one in worker.workstation.presence.others(row_id)]


def shows(worker: Worker, row_id: str, wanted: list[tuple[str, bool]], timeout_s: float = 5.0) -> float:
    began = time.monotonic()
    until(lambda: others(worker, row_id) == wanted, lambda: f"{wanted}, not {others(worker, row_id)}", timeout_s)
    return time.monotonic() - began


def test_who_looks_and_who_types_is_seen_at_once_and_gone_with_them(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    issue_id = shared_issue(anna, ben)
    anna.workstation.look_at("issue", issue_id)
    ben.workstation.look_at("issue", issue_id)
    assert shows(anna, issue_id, [("Ben", False)]) < 1.5
    shows(ben, issue_id, [("Anna", False)])
    assert anna.heard_of("presence")
    assert anna.workstation.presence.others("another") == ()
    for _ in range(30):
        ben.workstation.look_at("issue", issue_id, is_typing=True)
    assert shows(anna, issue_id, [("Ben", True)]) < 1.5
    shows(anna, issue_id, [("Ben", False)], 8)  # some seconds after the last key
    ben.workstation.look_at("issue", None)
    shows(anna, issue_id, [])
    ben.workstation.look_at("issue", issue_id)
    shows(anna, issue_id, [("Ben", False)])
    ben.workstation.close()
    assert shows(anna, issue_id, []) < 3


def test_a_killed_child_and_a_cut_line_show_nobody_and_then_somebody_again(
    company: TestCompany, office: Office
) -> None:
    company.add("ben")
    with relayed(company.address("ben")) as (relay, through):
        anna = office.at_work(company, "anna", Role.MANAGER)
        ben = office.sit_down(company.address("ben"), through=through)
        ben.reaches(Contact.SYNCED)
        issue_id = shared_issue(anna, ben)
        for one in (anna, ben):
            one.workstation.look_at("issue", issue_id)
        shows(ben, issue_id, [("Anna", False)])
        relay.cut()
        ben.reaches(Contact.OFFLINE)
        shows(ben, issue_id, [])
        shows(anna, issue_id, [], 14)  # the next time that Anna's look is renewed
        relay.heal()
        ben.workstation.retry()
        ben.reaches(Contact.SYNCED)
        shows(ben, issue_id, [("Anna", False)])
        shows(anna, issue_id, [("Ben", False)])
        pid = ben.workstation.sync_pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        shows(ben, issue_id, [("Anna", False)], 15)
        until(lambda: ben.workstation.sync_pid not in {None, pid}, "another child")


def test_a_history_comes_when_it_is_asked_for_and_not_without_the_company(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    issue_id = shared_issue(anna, ben)
    ben.workstation.fetch_history("issue", issue_id).result(10)
    until(lambda: ben.heard_of("history"), "news of it", 5)
    changes = ben.look(lambda d: history.changes(d, issue_id))
    assert ("Anna", "opened") in {(c.by, c.text) for c in changes}
    assert {c.workstation for c in changes} == {anna.workstation.profile.workstation_name}
    away = office.sit_down(replace(company.address("ben"), port=1), name="away")
    away.reaches(Contact.OFFLINE)
    with pytest.raises(CompanyUnreachable):
        away.workstation.fetch_history("issue", issue_id).result(10)
    with pytest.raises(CompanyUnreachable):
        away.workstation.fetch_history("issue", issue_id).result(10)


def test_a_file_goes_from_desk_to_desk_while_edits_go_on(company: TestCompany, office: Office, tmp_path: Path) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    issue_id = shared_issue(anna, ben)
    path = tmp_path / "dump.bin"
    path.write_bytes(secrets.token_bytes(12_000_000))
    made = anna.do(lambda d: attachments.add(d, issue_id, path))
    until(lambda: anna.workstation.moving.of(made.sha256), "the upload to begin")
    later = log(anna, "typed during the upload")
    ben.sees(lambda d: d.cache.record(Issue, later), "the call")
    pid = anna.workstation.sync_pid
    if anna.workstation.moving.of(made.sha256) is not None and pid is not None:
        os.kill(pid, signal.SIGKILL)  # in the middle of it
    ben.sees(lambda d: attachments.of_issue(d, issue_id), "the attachment")
    end = time.monotonic() + 20
    while True:
        try:
            assert ben.workstation.fetch_content(made.id).result(20)
            break
        except Refused:  # not there yet
            assert time.monotonic() < end
            time.sleep(0.1)
    shown = ben.look(lambda d: attachments.open_copy(d, made.id))
    assert shown is not None
    assert shown.read_bytes() == path.read_bytes()
    assert ben.heard_of("content")
    assert ben.workstation.moving.of(made.sha256) is None


def test_a_fetch_is_cancelled_cut_and_taken_up_again(company: TestCompany, office: Office, tmp_path: Path) -> None:
    company.add("ben")
    with relayed(company.address("ben")) as (relay, through):
        anna = office.at_work(company, "anna", Role.MANAGER)
        ben = office.sit_down(company.address("ben"), through=through)
        ben.reaches(Contact.SYNCED)
        issue_id = shared_issue(anna, ben)
        path = tmp_path / "dump.bin"
        path.write_bytes(secrets.token_bytes(6_000_000))
        made = anna.do(lambda d: attachments.add(d, issue_id, path))
        ben.sees(lambda d: attachments.of_issue(d, issue_id), "the attachment")
        until(lambda: _is_there(anna, made.sha256), "the upload to end")
        relay.delay_s = 0.05
        waiting = ben.workstation.fetch_content(made.id)
        until(lambda: ben.workstation.moving.of(made.sha256), "the first pieces")
        ben.workstation.cancel_content(made.id)
        assert waiting.result(10) is False
        waiting = ben.workstation.fetch_content(made.id)
        until(lambda: ben.workstation.moving.of(made.sha256), "more pieces")
        relay.cut()
        with pytest.raises(CompanyUnreachable):
            waiting.result(10)
        relay.delay_s = 0.0
        relay.heal()
        ben.workstation.retry()
        ben.reaches(Contact.SYNCED)
        assert ben.workstation.fetch_content(made.id).result(20)
        shown = ben.look(lambda d: attachments.open_copy(d, made.id))
        assert shown is not None
        assert shown.read_bytes() == path.read_bytes()


def _is_there(worker: Worker, sha256: str) -> object:
    return worker.look(lambda d: d.cache.read("SELECT 1 FROM sync_meta WHERE name = ?", (f"content:{sha256}",)))


def test_with_an_older_company_everything_else_goes_on(company: TestCompany, office: Office, tmp_path: Path) -> None:
    with open_dsn(company.admin_dsn) as admin:
        admin.execute("DELETE FROM sync.schema_step WHERE number >= 9")
        for function in ("look(jsonb)", "history(text, uuid)", "unbrought(text[])", "content_size(text)"):
            admin.execute(f"DROP FUNCTION sync.{function}".encode())
    company.add("anna", Role.MANAGER)
    anna = office.sit_down(company.address("anna"))
    anna.reaches(Contact.TOO_OLD)
    issue_id = log(anna, "Import fails")
    path = tmp_path / "log.txt"
    path.write_text("x")
    made = anna.do(lambda d: attachments.add(d, issue_id, path))
    anna.workstation.look_at("issue", issue_id)
    with pytest.raises(SchemaMismatch, match="older than this Baton"):
        anna.workstation.fetch_history("issue", issue_id).result(10)
    assert anna.workstation.fetch_content(made.id).result(10), "what was taken in here is here"
    shown = anna.look(lambda d: attachments.open_copy(d, made.id))
    assert shown is not None
    assert anna.workstation.presence.others(issue_id) == ()
    assert anna.state.contact is Contact.TOO_OLD
    assert anna.unsent() == 3, "the call, its issue and the file wait"
