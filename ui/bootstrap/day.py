"""The demo day: two consoles of one company, each with its own processes, doing what people do.

Ben is support staff, Mara the manager. Calls, conflicts and devices go through the panes and their keys; what a person
would type into a form of another pane goes through the verb behind it.
"""

from datetime import timedelta
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.device import Device
from app.domain.escalation import Escalation, Outcome, no_answer_for
from app.domain.interaction import Promise
from app.domain.issue import Issue, Note, NoteKind
from app.domain.procedure import EvidenceKind
from app.domain.release import Artefact
from app.services import conflicts, decisions, escalations, issues, procedures, releases, runs
from app.services.desk import Desk
from ui.bootstrap.declared import DEVICES, ESCALATIONS, QUEUE, RELEASES
from ui.bootstrap.device_day import DeviceDay
from ui.bootstrap.report import Report, check
from ui.bootstrap.stage import do, look_up, settle, type_into, wait_for
from ui.bootstrap.two_desks import IMPORT_ISSUE, there
from ui.kit.theme import Scheme

SUPPORT, MANAGER = "ben", "mara"
CALLER, CALLER_PHONE = "whitlock", "555-0147"
PAGE_ISSUE = 4131
STRANGER, CHANGED = "core-nyc-1", "core-nyc-2"
SAID = "Still broken, the morning report is empty again"


class Day(DeviceDay):
    """Plays the steps in order; a step that fails does not keep the others from being tried."""

    def play(self) -> Report:
        """Play everything and give the report."""
        step = self._report.step
        if not step("company_up", self.company_up) or not step("workstations_up", self.workstations_up):
            return self._report
        for name in (
            "caller_found", "call_logged", "seen_elsewhere", "offline_edits", "conflict_shown", "conflict_resolved",
            "escalated", "outcome_recorded", "host_key_accepted", "device_command", "table_parsed",
            "guard_held", "backup_taken", "window_opened", "config_changed", "change_shown", "changed_key_refused",
            "broadcast_asked", "audit_whole", "run_started", "critical_step_refused", "step_ticked", "signed_off",
            "reopened",
        ):  # fmt: skip
            step(name, getattr(self, name))
        if self._report.is_fine:
            self._keep_panes()
        return self._report

    def _keep_panes(self) -> None:
        for session, name in ((self.mara, "reopened"), (self.ben, "draft")):
            self.keep(session, name)
        for scheme in (Scheme.LIGHT, Scheme.DARK):
            for each in (QUEUE, ESCALATIONS, RELEASES, DEVICES):
                self.mara.window.show_pane(each)
                settle(300)
                self.keep(self.mara, each, [scheme])

    # Step 1

    def company_up(self) -> str:
        """Start PostgreSQL, the company in it and its devices."""
        self._ben = self._stage.open(SUPPORT)
        customers, devices = look_up(self.ben, lambda d: (len(d.cache.records(Issue)), len(d.cache.records(Device))))
        check(devices == 12, f"{devices} devices instead of 12")
        return f"PostgreSQL, {customers} issues, {devices} devices on SSH"

    def workstations_up(self) -> str:
        """Open a second console of the same company."""
        self._mara = self._stage.open(MANAGER)
        pids = {self.ben.workstation.sync_pid, self.mara.workstation.sync_pid}
        check(None not in pids and len(pids) == 2, f"sync processes: {pids}")
        names = [s.window.status.who for s in (self.ben, self.mara)]
        return f"{names[0]} and {names[1]}, two processes of sync"

    # Step 2

    def caller_found(self) -> str:
        """Find the caller by phone, then by name while typing."""
        form = self.queue(self.ben).call
        self.queue(self.ben).log_call()
        type_into(self.ben, form.caller, CALLER_PHONE)
        wait_for(lambda: "Jane Whitlock" in form.highlighted, f"Jane Whitlock to be found by {CALLER_PHONE}")
        form.caller.clear()
        type_into(self.ben, form.caller, CALLER)
        wait_for(lambda: "Jane Whitlock" in form.highlighted, f"Jane Whitlock to be found by {CALLER}")
        QTest.keyClick(form.caller, Qt.Key.Key_Return)
        wait_for(lambda: form.draft.contact_id is not None, "the caller to be taken")
        self.keep(self.ben, "call")
        return f"Jane Whitlock by “{CALLER_PHONE}” and by “{CALLER}”"

    def call_logged(self) -> str:
        """Log the call on the open issue and promise the next update."""
        issue, before = self.issue(self.ben, IMPORT_ISSUE), self.interactions(self.ben)
        form = self.queue(self.ben).call
        form.about.choose(issue.id)
        type_into(self.ben, form.body, SAID)
        type_into(self.ben, form.by.line, "in 2h")
        wait_for(lambda: form.draft.promise_by == "in 2h", "the draft to follow the keys")
        QTest.keyClick(form.by.line, Qt.Key.Key_Return)
        wait_for(lambda: self.interactions(self.ben) == before + 1, f"the call to be logged {form.refusal}")
        promises = look_up(self.ben, lambda d: d.cache.records(Promise, "issue_id = ? AND state = 'open'", (issue.id,)))
        check(len(promises) == 1, f"{len(promises)} open promises instead of 1")
        return f"on issue {issue.label}, next update promised by {promises[0].due_at:%H:%M} UTC"

    # Step 3

    def seen_elsewhere(self) -> str:
        """Mara's console shows the call without being asked."""
        wait_for(lambda: self.heard(self.mara, SAID), "the call to reach the other workstation")
        self.queue(self.mara).open_issue(self.issue(self.mara, IMPORT_ISSUE).id)
        shown = self.queue(self.mara).side
        wait_for(lambda: shown.issue and any(SAID in h.text for h in shown.issue.happened), "the screen to show it")
        self.keep(self.mara, "seen-elsewhere")
        return f"on {MANAGER}'s screen"

    def offline_edits(self) -> str:
        """Both lose the network, both go on working, both come back."""
        for session in (self.ben, self.mara):
            session.book.run("company.cut")
            wait_for(lambda s=session: "Offline" in s.window.status.sync[1], "the status to say offline")  # type: ignore[misc]
        page = self.issue(self.ben, PAGE_ISSUE)
        before = self.interactions(self.ben)
        self.queue(self.ben).open_issue(page.id)
        wait_for(lambda: self.shown(self.ben) == page.id, "the issue to be shown")
        self.ben.book.run("queue.called_again")
        wait_for(lambda: self.interactions(self.ben) == before + 1, "“called again” off line")
        issue = self.issue(self.ben, IMPORT_ISSUE)
        do(self.ben, lambda d: issues.set_workaround(d, issue.id, "import before 7:30"))
        do(self.mara, lambda d: issues.set_workaround(d, issue.id, "import by hand after 9:00"))
        do(self.mara, lambda d: issues.rename(d, page.id, "Page “AB” stays white"))
        self.keep(self.ben, "offline")
        unsent = [look_up(s, _unsent) for s in (self.ben, self.mara)]
        check(all(unsent), f"unsent edits: {unsent}")
        for session in (self.ben, self.mara):
            session.book.run("company.heal")
        for session in (self.ben, self.mara):
            wait_for(lambda s=session: look_up(s, _unsent) == 0, "the outbox to empty")  # type: ignore[misc]
        wait_for(lambda: self.issue(self.ben, PAGE_ISSUE).title == "Page “AB” stays white", "Mara's title at Ben's")
        wait_for(lambda: self.interactions(self.mara) == self.interactions(self.ben), "Ben's call at Mara's")
        return f"{unsent[0]} and {unsent[1]} edits made off line, all sent"

    def conflict_shown(self) -> str:
        """Two values of one field are shown side by side, at whoever came second."""
        wait_for(lambda: self.clashing() is not None, "the conflict")
        session = there(self.clashing())
        self.queue(session).open_issue(self.issue(session, IMPORT_ISSUE).id)
        clashes = self.queue(session).side.panel.clashes
        wait_for(lambda: clashes.first is not None, "the conflict on the screen")
        self.keep(session, "conflict")
        line = there(clashes.first).clash
        return f"{line.name}: “{line.base}”, mine “{line.mine}”, {line.theirs_by}'s “{line.theirs}”"

    def conflict_resolved(self) -> str:
        """One key keeps mine, and both workstations hold it."""
        session = there(self.clashing())
        mine = look_up(session, conflicts.open_conflicts)[0].mine
        session.book.run("queue.keep_mine")
        wait_for(lambda: self.clashing() is None, "the conflict to be resolved")
        for each in (self.ben, self.mara):
            wait_for(lambda s=each: self.issue(s, IMPORT_ISSUE).workaround == mine, "the value to be everywhere")  # type: ignore[misc]
        return f"both hold “{mine}”"

    # Step 4

    def escalated(self) -> str:
        """Ben tells Mara with one sentence; it is in her list at once."""
        issue, mara = self.issue(self.ben, IMPORT_ISSUE), self.mara.workstation.person_id
        sentence = "Northgate rings daily; the import needs a second machine"
        made = do(
            self.ben,
            lambda d: escalations.raise_escalation(d, issue.id, to_person_id=mara, sentence=sentence),
        )
        wait_for(lambda: look_up(self.mara, lambda d: d.cache.record(Escalation, made.id)), "the escalation at Mara's")
        self.mara.navigator.open_escalation(made.id)
        self.keep(self.mara, "escalated")
        return f"“{sentence}”"

    def outcome_recorded(self) -> str:
        """Mara asks the CFO for a decision; "no answer for" runs until the outcome is recorded."""
        mine = look_up(self.mara, lambda d: d.cache.records(Escalation, "state = 'raised' AND kind = 'hierarchical'"))
        check(mine, "no escalation waits for a question")
        escalation = max(mine, key=lambda e: e.raised_at)
        options = (
            decisions.OptionDraft("A second importer", Decimal(6000), Decimal(400), term_months=24),
            decisions.OptionDraft("Night imports only", risk="the morning report stays empty", term_months=24),
        )
        request = do(
            self.mara,
            lambda d: decisions.prepare(
                d,
                escalation.id,
                question="Fund a second importer this week?",
                owed_by="CFO",
                options=options,
                decide_by=d.now + timedelta(days=2),
                without_answer="We tell Northgate that imports stay at night.",
            ),
        )
        self.mara.navigator.open_escalation(escalation.id)
        settle(1100)
        silent = look_up(self.mara, lambda d: no_answer_for(request, (), d.now))
        check(silent is not None and silent.total_seconds() > 1, f"no answer for {silent}")
        self.keep(self.mara, "decision")
        self.must_refuse(
            lambda d: decisions.record_outcome(d, request.id, outcome=Outcome.FUND, decided_by="", heard_how="")
        )
        decided = do(
            self.mara,
            lambda d: decisions.record_outcome(
                d, request.id, outcome=Outcome.FUND, decided_by="Ines Roth, CFO", heard_how="mail of today"
            ),
        )
        check(look_up(self.mara, lambda d: no_answer_for(decided, (), d.now)) is None, "the clock did not stop")
        return f"fund, by {decided.decided_by}, heard by {decided.heard_how}"

    # Step 5

    def host_key_accepted(self) -> str:
        """From the issue to the customer's device: the first contact asks, and the key goes into the book."""
        pane = self.at_device(STRANGER)
        pane.connect_terminal()
        wait_for(lambda: pane.stage == "asking_key", f"the question for the key, not “{pane.stage}”")
        self.keep(self.mara, "first-contact")
        there(pane.doorstep).accept_key()
        wait_for(lambda: pane.stage == "open" and STRANGER in pane.screen_text, f"the terminal {pane.failure or ''}")
        self.keep(self.mara, "terminal")
        return f"{STRANGER} asked, is in the book, and shows its prompt"

    def device_command(self) -> str:
        """`show version` on a connection of its own, and a note with it in the issue."""
        pane, issue = self.devices(), self.issue(self.mara, IMPORT_ISSUE)
        pane.run_command("show version")
        wait_for(lambda: pane.last_output or pane.failure, "the output")
        check(pane.last_output and "IOS" in pane.last_output, f"{pane.failure or pane.last_output}")
        pane.note_to_issue(issue.id)
        outputs = "issue_id = ? AND kind = ?"
        wait_for(
            lambda: look_up(
                self.mara, lambda d: d.cache.records(Note, outputs, (issue.id, NoteKind.DEVICE_OUTPUT.value))
            ),
            "the note in the issue",
        )
        return f"{len(pane.last_output or '')} characters, noted on issue {issue.label}"

    def table_parsed(self) -> str:
        """See the same output as a table."""
        table = self.devices().last_table
        check(table is not None and table.rows, "no table")
        self.keep(self.mara, "command")
        found = there(table)
        return f"{len(found.headers)} columns, {len(found.rows)} row"

    def changed_key_refused(self) -> str:
        """Meet a device with another identity: a hard stop that says so."""
        there(self.mara.opened.host).change_host_key(CHANGED)
        pane = self.at_device(CHANGED)
        pane.connect_terminal()
        wait_for(lambda: pane.stage == "stopped", f"the hard stop, not “{pane.stage}”")
        self.keep(self.mara, "changed-key")
        return f"{CHANGED} came back with another key: stopped, no password sent"

    # Step 6

    def run_started(self) -> str:
        """Start the run "Build 40 is the release" from the published version."""
        procedure = next(p for p in look_up(self.mara, procedures.procedures) if p.name == "Release a build")
        version = procedure.versions[0]
        release = next(r for r in look_up(self.mara, releases.releases_known) if r.name == "Build 40")
        run = do(self.mara, lambda d: runs.start_run(d, version.id, release.id, "Build 40 is the release"))
        self._run_id = run.id
        self.mara.navigator.open_run(run.id)
        self.keep(self.mara, "run")
        return f"“{run.title}” from version {version.number}"

    def critical_step_refused(self) -> str:
        """Try a critical step without its evidence."""
        self.tick(self.step(1), "")
        second = self.step(2)
        check(second.is_critical, "step 2 is not critical")
        return self.must_refuse(lambda d: runs.tick(d, self._run_id, second.id, ""))

    def step_ticked(self) -> str:
        """With its evidence it is done, on both workstations."""
        self.tick(self.step(2), "orders 184,220 = 184,220\nusers 3,118 = 3,118")
        wait_for(lambda: self.run_at(self.ben).done == 2, "the tick at Ben's")
        return "step 2, with the row counts as evidence"

    def signed_off(self) -> str:
        """Sign what there is; when a file changes the sign-off is void for everybody."""
        for position in range(3, 8):
            step = self.step(position)
            is_sum = step.evidence is EvidenceKind.CHECKSUM
            self.tick(step, self.artefacts()[0].sha256 if is_sum else _EVIDENCE[step.evidence])
        do(self.mara, lambda d: runs.sign_off(d, self._run_id, "QA"))
        valid = next(s for s in self.run_at(self.mara).sign_offs if s.role == "QA")
        check(valid.is_valid, "the sign-off is not valid")
        wait_for(lambda: self.qa_at_bens().is_valid, "the sign-off at Ben's")
        self.mara.navigator.open_run(self._run_id)
        self.keep(self.mara, "signed")
        file = next(a for a in self.artefacts() if a.name.startswith("db-"))
        do(self.mara, lambda d: _change(d, file))
        wait_for(lambda: self.qa_at_bens().void, "the sign-off to be void at Ben's")
        self.keep(self.mara, "void")
        return f"QA by {valid.who}; void at {SUPPORT}'s too once {file.name} changed"

    # Step 7

    def reopened(self) -> str:
        """Close and reopen: everything is there, the window as it was."""
        self.mara.window.resize(1180, 760)
        self.mara.navigator.open_run(self._run_id)
        form = self.queue(self.ben).call
        self.queue(self.ben).log_call()
        type_into(self.ben, form.caller, "half a na")
        type_into(self.ben, form.body, "half a sentence")
        before = [self.everything(s) for s in (self.ben, self.mara)]
        size, pane = self.mara.window.size(), self.mara.window.current
        for session in (self.ben, self.mara):
            self._stage.close_session(session)
        self._ben, self._mara = self._stage.open(SUPPORT), self._stage.open(MANAGER)
        after = [self.everything(s) for s in (self.ben, self.mara)]
        check(before == after, f"rows before {before}, after {after}")
        check(self.mara.window.size() == size, f"window {self.mara.window.size()} instead of {size}")
        check(self.mara.window.current == pane, f"pane {self.mara.window.current} instead of {pane}")
        draft = self.queue(self.ben).call
        wait_for(lambda: draft.draft.body == "half a sentence", "the unfinished call")
        return f"{sum(before[0])} and {sum(before[1])} rows, the unfinished call, window {size.width()}x{size.height()}"


_EVIDENCE = {
    EvidenceKind.NONE: "",
    EvidenceKind.TEXT: "done, nothing to see",
    EvidenceKind.NUMBER: "12",
    EvidenceKind.OUTPUT: "equal",
    EvidenceKind.FILE: "app-40.tar.gz",
}


def _unsent(desk: Desk) -> int:
    return int(desk.cache.read("SELECT count(*) FROM outbox")[0][0])


def _change(desk: Desk, file: Artefact) -> None:
    releases.put_artefact(desk, file.release_id, name=file.name, size_bytes=file.size_bytes + 1, sha256="0" * 64)
