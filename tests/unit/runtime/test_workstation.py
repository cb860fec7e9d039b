"""Two workstations with their own children on one real company: what one types, the other sees."""

import os
import signal
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from app.domain.errors import EnvironmentFault, Refused
from app.domain.issue import Issue
from app.domain.person import Role
from app.domain.ports import Origin
from app.runtime.company_host import remove
from app.runtime.demo_profiles import demo_profile
from app.runtime.opening import OpenedProfile
from app.runtime.profile import CompanyKind, Profile
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Contact, Workstation
from app.services import calls, conflicts, issues
from app.services.desk import Desk
from app.store.cache import Cache
from app.store.edits import pending
from tests.stations import TestCompany
from tests.workstations import Office, Worker, log, relayed, until


def titles(desk: Desk) -> set[str]:
    return {i.title for i in desk.cache.records(Issue)}


def test_what_one_logs_the_other_sees_without_asking(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    ben.heard.clear()
    issue_id = log(anna, "Import fails")
    until(lambda: ben.heard_of("issue"), "news at Ben's screens", 5)
    ben.sees(lambda d: issue_id in {i.id for i in d.cache.records(Issue)}, "the issue at Ben's")
    anna.sees(lambda d: (i := d.cache.record(Issue, issue_id)) and i.number, "its number at Anna's")
    assert {c.origin for c in ben.heard} == {Origin.SYNC}
    assert ben.look(lambda d: d.cache.record(Issue, issue_id)) == anna.look(lambda d: d.cache.record(Issue, issue_id))


def test_the_latency_from_desk_to_desk_is_far_below_what_a_person_notices(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    began = time.monotonic()
    for n in range(5):
        issue_id = log(anna, f"Call {n}")
        ben.sees(lambda d, i=issue_id: d.cache.record(Issue, i), "the issue at Ben's")  # type: ignore[misc]
    assert time.monotonic() - began < 10, "news come by themselves, not with the pull of every 30 s"


def test_a_killed_sync_child_comes_back_and_nothing_is_lost(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    first = anna.workstation.sync_pid
    assert first is not None
    made = {log(anna, "before")}
    for n in range(20):
        made.add(log(anna, f"edit {n}"))
        if n == 5:
            os.kill(first, signal.SIGKILL)
    until(lambda: anna.workstation.sync_pid not in {None, first}, "another sync child")
    ben.sees(lambda d: made <= {i.id for i in d.cache.records(Issue)}, "everything at Ben's")
    until(lambda: anna.unsent() == 0, "Anna's outbox to empty")
    assert len(ben.look(lambda d: d.cache.records(Issue))) == len(made), "each op was applied once"
    assert not anna.look(conflicts.open_conflicts)


def test_a_child_that_is_killed_again_and_again_still_comes_back(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    killed: set[int] = set()
    for _ in range(3):
        until(lambda: anna.workstation.sync_pid not in {None, *killed}, "a sync child")
        pid = anna.workstation.sync_pid
        assert pid is not None
        killed.add(pid)
        os.kill(pid, signal.SIGKILL)  # the later ones while they still load
    log(anna, "after it all")
    until(lambda: anna.unsent() == 0, "the outbox to empty")


def test_closing_finishes_what_was_typed_and_sends_it(company: TestCompany, office: Office) -> None:
    anna, ben = office.at_work(company, "anna", Role.MANAGER), office.at_work(company, "ben")
    waiting = [
        anna.workstation.write(lambda d, n=n: calls.log_call(d, calls.CallDraft(body=f"late {n}")))  # type: ignore[misc]
        for n in range(60)
    ]
    anna.workstation.close()
    assert all(w.done() and w.exception() is None for w in waiting)
    cache = Cache(anna.workstation.profile.cache_path)
    assert not pending(cache), "the outbox was sent before the end"
    cache.close()
    ben.sees(lambda d: len(d.cache.records(Issue)) == 60, "all at Ben's")
    with pytest.raises(CancelledError):
        anna.do(titles)


def test_closing_twice_and_before_the_sync_started_is_nothing(company: TestCompany, tmp_path: Path) -> None:
    company.add("anna")
    profile = Profile.new(tmp_path / "desk", CompanyKind.SERVER, "anna")
    workstation = Workstation(profile, MemorySecrets())
    workstation.close()
    workstation.close()
    workstation.start_sync(company.address("anna"))
    assert workstation.sync_pid is None


def test_before_the_first_contact_an_edit_is_refused_with_the_reason(tmp_path: Path) -> None:
    workstation = Workstation(Profile.new(tmp_path / "desk", CompanyKind.SERVER, "anna"), MemorySecrets())
    try:
        with pytest.raises(Refused, match="not met the company yet"):
            workstation.write(lambda d: calls.log_call(d, calls.CallDraft(body="x"))).result(10)
    finally:
        workstation.close()


def test_a_reopened_workstation_knows_who_it_is_and_what_was_there(company: TestCompany, office: Office) -> None:
    anna = office.at_work(company, "anna", Role.MANAGER)
    issue_id = log(anna, "Import fails")
    until(lambda: anna.unsent() == 0, "the edit to be sent")
    anna.workstation.close()
    again = Workstation(office.profile(company.address("anna")), MemorySecrets())
    try:
        assert again.person_id == anna.person_id
        assert again.read(lambda d: d.cache.record(Issue, issue_id)).result(10) is not None
        again.write(lambda d: issues.rename(d, issue_id, "Import fails at night")).result(10)
    finally:
        again.close()


def test_two_of_the_demo_lose_the_network_and_both_come_back(tmp_path: Path) -> None:
    secrets = MemorySecrets()
    home = demo_profile(tmp_path, "mara").company_home
    try:
        with (
            OpenedProfile.open(demo_profile(tmp_path, "mara"), secrets) as at_maras,
            OpenedProfile.open(demo_profile(tmp_path, "ben"), secrets) as at_bens,
        ):
            mara, ben = Worker(at_maras.workstation), Worker(at_bens.workstation)
            for worker in (mara, ben):
                worker.reaches(Contact.SYNCED)
            issue = mara.look(lambda d: d.cache.records(Issue, "number = 4127"))[0]
            for opened, worker in ((at_maras, mara), (at_bens, ben)):
                opened.cut_network()
                assert opened.is_cut
                assert worker.reaches(Contact.OFFLINE).trouble is not None
            marys = log(mara, "typed by Mara without the network")
            bens = log(ben, "typed by Ben without the network")
            mara.do(lambda d: issues.rename(d, issue.id, "Mara's title"))
            ben.do(lambda d: issues.rename(d, issue.id, "Ben's title"))
            assert mara.unsent()
            assert ben.unsent()
            at_maras.heal_network()
            mara.reaches(Contact.SYNCED)
            until(lambda: mara.unsent() == 0, "Mara's outbox to empty")
            at_bens.heal_network()
            for worker in (mara, ben):
                worker.sees(lambda d: all(d.cache.record(Issue, i) for i in (marys, bens)), "both calls")
            until(lambda: ben.look(conflicts.open_conflicts), "the clash at Ben's, who came second")
            (clash,) = ben.look(conflicts.open_conflicts)
            assert (clash.mine, clash.theirs, clash.theirs_by) == ("Ben's title", "Mara's title", "Mara Voss")
            assert not mara.look(conflicts.open_conflicts)
            until(lambda: ben.state.conflicts == 1, "the count in the status line")
    finally:
        remove(home)


def test_only_the_demo_can_be_cut_off(company: TestCompany, office: Office) -> None:
    company.add("anna")
    address = company.address("anna")
    with OpenedProfile.open(office.profile(address), MemorySecrets()) as opened:
        assert not opened.is_cut
        with pytest.raises(Refused, match="Only a workstation of the demo"):
            opened.cut_network()
        Worker(opened.workstation).reaches(Contact.SYNCED)


def test_a_profile_that_cannot_reach_its_embedded_company_opens_its_cache_all_the_same(tmp_path: Path) -> None:
    profile = Profile.new(tmp_path / "desk", CompanyKind.EMBEDDED, "anna")
    profile.save()
    profile.company_home.write_text("a file where the company should be")
    opened = OpenedProfile(profile, MemorySecrets())
    try:
        with pytest.raises(EnvironmentFault) as told:
            opened.connect()
        assert told.value.todo
        assert opened.workstation.read(titles).result(10) == set()
    finally:
        opened.close()


def test_edits_made_off_line_are_counted_at_once_whatever_the_back_off(company: TestCompany, office: Office) -> None:
    company.add("ben", Role.SUPPORT)
    with relayed(company.address("ben")) as (relay, through):
        ben = office.sit_down(through)
        ben.reaches(Contact.SYNCED)
        relay.cut()
        ben.reaches(Contact.OFFLINE)
        for _ in range(3):
            before = ben.state.unsent
            log(ben, "off line")
            until(lambda shown=before: ben.state.unsent > shown, "the edit to be counted", 2.0)  # type: ignore[misc]
            assert ben.state.contact is not Contact.SYNCED
