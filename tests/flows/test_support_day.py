"""A support day without a screen: Ben takes calls, Mara decides; two workstations with processes of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.errors import Refused
from app.domain.escalation import Escalation, Outcome
from app.domain.interaction import Interaction, Nature, Promise
from app.domain.issue import Issue, IssueState, NoteKind
from app.domain.person import Role
from app.domain.procedure import EvidenceKind
from app.domain.run import StepEventKind
from app.practice.relay import Relay
from app.runtime.workstation import Contact
from app.services import (
    agreed_lines,
    callers,
    calls,
    conflicts,
    decisions,
    escalation_lists,
    escalations,
    issue_details,
    issues,
    procedures,
    releases,
    run_lists,
    runs,
)
from app.services.desk import Desk
from app.services.procedures import StepDraft
from tests.halden import Sample, furnish
from tests.stations import TestCompany
from tests.workstations import Office, Worker, relayed, until

STEPS = (
    StepDraft("Freeze the build", minutes=2),
    StepDraft("Compare row counts", is_critical=True, evidence=EvidenceKind.NUMBER, low=Decimal(0), high=Decimal(0)),
    StepDraft("QA signs", sign_off_role="QA"),
)
SUM = "9f2c" * 16


@dataclass
class Day:
    """Mara, who manages, and Ben, who takes calls; each behind a network of their own."""

    mara: Worker
    ben: Worker
    networks: tuple[Relay, Relay]
    sample: Sample

    def cut(self) -> None:
        for network, who in zip(self.networks, (self.mara, self.ben), strict=True):
            network.cut()
            who.reaches(Contact.OFFLINE)

    def heal(self, *whose: Worker) -> None:
        for network, who in zip(self.networks, (self.mara, self.ben), strict=True):
            if not whose or who in whose:
                network.heal()
                who.workstation.retry()
                who.reaches(Contact.SYNCED)
                until(lambda w=who: w.unsent() == 0, "the outbox to empty")  # type: ignore[misc]

    def issue(self, key: str, of: Worker) -> Issue:
        found = of.look(lambda d: d.cache.record(Issue, self.sample.issues[key]))
        assert found is not None
        return found


def owed(desk: Desk, escalation_id: str) -> escalation_lists.OwedLine:
    assert escalation_id in escalation_lists.decisions_owed(desk)
    (line,) = escalation_lists.owed_lines(desk, [escalation_id])
    return line


@pytest.fixture
def day(company: TestCompany, office: Office) -> Iterator[Day]:
    with ExitStack() as ending:
        workers, networks = [], []
        for login, role in (("mara", Role.MANAGER), ("ben", Role.SUPPORT)):
            company.add(login, role)
            address = company.address(login)
            network, way = ending.enter_context(relayed(address))
            networks.append(network)
            workers.append(office.sit_down(address, through=way))
            workers[-1].reaches(Contact.SYNCED)
        mara, ben = workers
        sample = mara.do(furnish)
        last = list(sample.issues.values())[-1]
        ben.sees(lambda d: d.cache.record(Issue, last), "the sample at Ben's")
        until(lambda: mara.unsent() == 0, "the sample to be sent")
        yield Day(mara, ben, (networks[0], networks[1]), sample)
        office.close()


def test_a_call_from_voice_to_the_other_screen(day: Day) -> None:
    ben, mara = day.ben, day.mara
    for typed in ("ing", "+47 2189", "halden"):
        assert "Ingrid Åsen" in [c.name for c in ben.look(lambda d, t=typed: callers.find(d, t))]  # type: ignore[misc]
    caller = ben.look(lambda d: callers.find(d, "ingrid"))[0]
    card = ben.look(lambda d: calls.call_card(d, contact_id=caller.contact_id))
    assert card.customer == "Halden Hotels"
    assert {i.title for i in card.issues} == {"Cannot open page “AB”", "Ticket bridge drops attachments"}
    about = next(i for i in card.issues if "page" in i.title)
    draft = calls.CallDraft(
        contact_id=caller.contact_id, issue_id=about.id, body="Still white", promise_by="in 2h", promise_what="we call"
    )
    ben.do(lambda d: calls.save_draft(d, draft))
    assert ben.look(calls.kept_draft) == draft
    logged = ben.do(lambda d: calls.log_call(d, draft))
    assert (logged.issue_id, logged.is_new_issue, logged.interaction.nature) == (about.id, False, Nature.CHASER)
    assert ben.look(calls.kept_draft) in {None, calls.CallDraft()}
    mara.sees(lambda d: d.cache.record(Interaction, logged.interaction.id), "the call at Mara's")
    promise = mara.look(lambda d: d.cache.record(Promise, logged.promise_id))
    assert promise is not None
    assert promise.what == "we call"
    mara.sees(lambda d: d.cache.record(Issue, about.id).next_update_at == promise.due_at, "when he calls back")  # type: ignore[union-attr]
    detail = mara.look(lambda d: issue_details.detail(d, about.id))
    assert any("Still white" in h.text and h.by == "Ben" for h in detail.happened)
    again = ben.do(lambda d: calls.called_again(d, about.id))
    mara.sees(lambda d: d.cache.record(Interaction, again.id), "the second call at Mara's")
    mara.do(lambda d: agreed_lines.agree(d, about.id, "We call you by six.", d.now + timedelta(hours=2)))
    ben.sees(lambda d: issue_details.detail(d, about.id).say.sentence == "We call you by six.", "what he may say")


def test_both_lose_the_network_and_nothing_is_lost_or_swallowed(day: Day) -> None:
    ben, mara = day.ben, day.mara
    day.cut()
    issue, other = day.issue("import", ben), day.issue("page", mara)
    said = ben.do(lambda d: calls.called_again(d, issue.id, "every day now"))
    new = ben.do(lambda d: calls.log_call(d, calls.CallDraft(caller="a Mr Nobody", body="Is anybody there?")))
    assert ben.look(lambda d: issue_details.detail(d, new.issue_id or "")).label == "new"
    ben.do(lambda d: issues.set_workaround(d, issue.id, "import before 7:30"))
    mara.do(lambda d: issues.set_workaround(d, issue.id, "import by hand"))
    mara.do(lambda d: issues.set_state(d, other.id, IssueState.WAITING, waiting_on="Engineering"))
    ben.do(lambda d: issues.rate(d, other.id, 1, 3))
    assert ben.unsent() >= 4
    assert mara.unsent() >= 2
    day.heal(mara)
    day.heal(ben)
    mara.sees(lambda d: d.cache.record(Interaction, said.id), "Ben's call at Mara's")
    mara.sees(lambda d: d.cache.record(Issue, new.issue_id), "Ben's new issue at Mara's")
    number = mara.look(lambda d: d.cache.record(Issue, new.issue_id)).number  # type: ignore[union-attr]
    ben.sees(lambda d: d.cache.record(Issue, new.issue_id).number == number, "its number at Ben's")  # type: ignore[union-attr]
    for who in (ben, mara):
        who.sees(lambda d: d.cache.record(Issue, other.id).waiting_on == "Engineering", "fields merge in silence")  # type: ignore[union-attr]
        assert day.issue("page", who).urgency == 3
        assert day.issue("import", who).workaround == "import by hand", "the first to come stands until somebody says"
    assert not mara.look(conflicts.open_conflicts)
    (clash,) = ben.look(conflicts.open_conflicts)
    assert (clash.base, clash.mine, clash.theirs, clash.theirs_by) == (
        "import before 8:00", "import before 7:30", "import by hand", "Mara",
    )  # fmt: skip
    ben.do(lambda d: conflicts.keep_mine(d, clash.id))
    mara.sees(lambda d: d.cache.record(Issue, issue.id).workaround == "import before 7:30", "Ben's word at Mara's")  # type: ignore[union-attr]
    assert not ben.look(conflicts.open_conflicts)
    until(lambda: ben.state.conflicts == 0, "the count in the status line")


def test_an_escalation_gets_its_decision_and_its_outcome(day: Day) -> None:
    ben, mara = day.ben, day.mara
    issue = day.issue("import", ben)
    made = ben.do(
        lambda d: escalations.raise_escalation(
            d, issue.id, to_person_id=mara.person_id, sentence="Northgate rings daily"
        )
    )
    mara.sees(lambda d: d.cache.record(Escalation, made.id), "the escalation at Mara's")
    request = mara.do(
        lambda d: decisions.prepare(
            d,
            made.id,
            question="Fund a second importer?",
            owed_by="CFO",
            options=(decisions.OptionDraft("Yes", Decimal(6000), Decimal(400)), decisions.OptionDraft("No")),
            decide_by=d.now + timedelta(days=2),
            without_answer="Imports stay at night.",
        )
    )
    ben.sees(lambda d: owed(d, made.id).is_prepared, "the open question at Ben's")
    line = ben.look(lambda d: owed(d, made.id))
    assert (line.owed_by, line.question, line.outcome) == ("CFO", "Fund a second importer?", "")
    assert line.silent_since == request.asked_at, "no answer since it was asked"
    with pytest.raises(Refused, match="who decided"):
        mara.do(
            lambda d: decisions.record_outcome(d, request.id, outcome=Outcome.FUND, decided_by=" ", heard_how="mail")
        )
    mara.do(
        lambda d: decisions.record_outcome(
            d, request.id, outcome=Outcome.FUND, decided_by="Ines Roth, CFO", heard_how="mail of 9:12"
        )
    )
    ben.sees(lambda d: owed(d, made.id).outcome == "fund", "the end of the question at Ben's")
    detail = ben.look(lambda d: escalation_lists.detail(d, made.id))
    assert detail.request is not None
    assert detail.request.outcome is not None
    assert (detail.request.outcome.decided_by, detail.request.outcome.heard_how) == ("Ines Roth, CFO", "mail of 9:12")
    with pytest.raises(Refused, match="This is decided"):
        mara.do(
            lambda d: decisions.record_outcome(d, request.id, outcome=Outcome.DECLINE, decided_by="x", heard_how="y")
        )


def test_a_run_with_evidence_and_a_sign_off_that_is_void_for_everybody(day: Day) -> None:
    ben, mara = day.ben, day.mara
    version = mara.do(lambda d: procedures.publish(d, "Release a build", STEPS))
    release = mara.do(lambda d: releases.add_release(d, "Build 40", build="40"))
    mara.do(lambda d: releases.put_artefact(d, release.id, name="app.tar.gz", size_bytes=1, sha256=SUM))
    run = mara.do(lambda d: runs.start_run(d, version.id, release.id, "Build 40 is the release"))
    first, second, _third = mara.look(lambda d: procedures.steps(d, version.id))
    mara.do(lambda d: runs.tick(d, run.id, first.id))
    with pytest.raises(Refused, match="needs its evidence"):
        mara.do(lambda d: runs.tick(d, run.id, second.id))
    mara.do(lambda d: runs.tick(d, run.id, second.id, "0"))
    ben.sees(lambda d: run.id in {r.id for r in run_lists.runs_known(d)}, "the run at Ben's")
    ben.sees(lambda d: run_lists.run_detail(d, run.id).done == 2, "the ticks at Ben's")
    seen = ben.look(lambda d: run_lists.run_detail(d, run.id)).steps[1]
    assert (seen.state, seen.happenings[-1].evidence) == (StepEventKind.DONE, "0")
    mara.do(lambda d: runs.sign_off(d, run.id, "QA"))
    ben.sees(lambda d: run_lists.run_detail(d, run.id).sign_offs[0].is_valid, "the sign-off at Ben's")
    ben.sees(lambda d: run_lists.run_detail(d, run.id).done == 3, "the finished run at Ben's")
    mara.do(lambda d: releases.put_artefact(d, release.id, name="app.tar.gz", size_bytes=2, sha256=SUM[::-1]))
    assert mara.look(lambda d: run_lists.run_detail(d, run.id)).sign_offs[0].void
    ben.sees(lambda d: run_lists.run_detail(d, run.id).sign_offs[0].void, "the void sign-off at Ben's")
    assert ben.look(lambda d: run_lists.run_detail(d, run.id)).done == 2


def test_everything_is_there_when_the_day_begins_again(day: Day, company: TestCompany, office: Office) -> None:
    ben = day.ben
    issue = day.issue("import", ben)
    note = ben.do(lambda d: issues.add_note(d, issue.id, "Ask Dana for the log"))
    ben.do(lambda d: calls.save_draft(d, calls.CallDraft(caller="half a na")))
    before = ben.look(lambda d: {t: d.cache.read(f"SELECT count(*) FROM {t}")[0][0] for t in d.cache.tables})
    office.close()
    again = office.at_work(company, "ben")
    after = again.look(lambda d: {t: d.cache.read(f"SELECT count(*) FROM {t}")[0][0] for t in d.cache.tables})
    assert after == before
    kept = again.look(calls.kept_draft)
    assert kept is not None
    assert kept.caller == "half a na"
    happened = again.look(lambda d: issue_details.detail(d, issue.id)).happened
    assert any("Ask Dana" in h.text for h in happened)
    assert note.kind is NoteKind.TEXT
    assert (Path(again.workstation.profile.folder) / "cache.sqlite3").stat().st_size > 0
