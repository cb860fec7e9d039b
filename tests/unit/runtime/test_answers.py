"""What is asked of the sync child is answered, or said to have no answer."""

import os
import signal

import pytest

from app.domain.errors import CompanyUnreachable
from app.runtime.answers import Answers
from app.runtime.secrets import MemorySecrets
from app.runtime.workstation import Workstation
from tests.stations import TestCompany
from tests.workstations import Office


def test_an_answer_goes_to_whoever_asked_and_only_once() -> None:
    answers = Answers()
    one, first = answers.expect()
    _two, second = answers.expect()
    answers.give(one, "yes", None)
    answers.give(one, "no", None)
    answers.give("nobody", "yes", None)
    assert first.result(1) == "yes"
    assert not second.done()
    answers.give_up(CompanyUnreachable("Gone."))
    with pytest.raises(CompanyUnreachable):
        second.result(1)


def test_without_a_sync_there_is_no_answer(company: TestCompany, office: Office) -> None:
    company.add("ben")
    workstation = Workstation(office.profile(company.address("ben")), MemorySecrets())
    try:
        for asked in (workstation.look_in_archive("zebra"), workstation.fetch_issue("x")):
            with pytest.raises(CompanyUnreachable):
                asked.result(1)
    finally:
        workstation.close()


def test_a_child_that_ends_leaves_nobody_waiting(company: TestCompany, office: Office) -> None:
    ben = office.at_work(company, "ben").workstation
    pid = ben.sync_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    asked = ben.look_in_archive("zebra")
    assert not asked.done()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(CompanyUnreachable):
        asked.result(15)
