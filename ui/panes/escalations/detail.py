"""The panel on the right: one escalation, the question with its options, who was asked, and how it ended."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from app.domain.business_time import WorkingHours
from app.domain.escalation import AskKind, EscalationKind, EscalationState
from app.services.escalation_lists import EscalationDetail, OutcomeLine, RequestDetail
from ui.kit.cards import Callout, FactsPanel
from ui.kit.facts import Fact, FactList
from ui.kit.flow import row
from ui.kit.labels import ElidedLabel, Label, Pill, SectionLabel
from ui.kit.theme import Face, Kind, S, Tone
from ui.kit.timephrase import exact, moment, span
from ui.kit.unsent import Unsent, UnsentMark
from ui.panes.escalations.options_table import OptionsTable
from ui.panes.escalations.words import asked_phrase, calls, kind_of, silence, within


class DetailPanel(FactsPanel):
    """One escalation in full. `retime` says everything anew from what is here: time has passed."""

    def __init__(self, hours: WorkingHours, unsent: Unsent) -> None:
        super().__init__("Escalation")
        self._hours = hours
        self.unsent = UnsentMark(unsent)
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.detail: EscalationDetail | None = None
        self.state = Pill("", Kind.GREY)
        self.where = ElidedLabel(tone=Tone.DIM)
        self.title = Label(face=Face.HEADING, wrap=True)
        self.story = Label(tone=Tone.DIM, wrap=True)
        self.options = OptionsTable(unsent)
        self.silent = Label(wrap=True)
        self.clash = Callout(Kind.RED)
        self.without = Callout(Kind.AMBER)
        self.outcome_title, self.outcome = SectionLabel("Outcome"), FactList()
        self.asked_title, self.asked = SectionLabel("Who was asked"), FactList(unsent=unsent)
        self.said_title, self.said = SectionLabel("What was said"), FactList(unsent=unsent)
        head = row(self.state, self.where, self.unsent, gap=S)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        for widget in self._parts():
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.empty()

    def _parts(self) -> tuple[QWidget, ...]:
        return (
            self.title,
            self.story,
            self.clash,
            self.silent,
            self.options,
            self.without,
            self.outcome_title,
            self.outcome,
            self.asked_title,
            self.asked,
            self.said_title,
            self.said,
        )

    def empty(self) -> None:
        """Show that nothing is chosen."""
        self.detail = None
        self.unsent.stand_for()
        for widget in (self.state, self.where, *self._parts()):
            widget.hide()
        self.title.setText("Nothing is chosen")
        self.title.show()

    def show_detail(self, detail: EscalationDetail) -> None:
        """Show this one."""
        self.detail = detail
        self.retime()

    def retime(self) -> None:
        """Say everything anew, from what is here."""
        detail = self.detail
        if detail is None:
            return
        now, request = self.clock(), detail.request
        self._show_head(detail, now)
        self.options.show_options(request.options if request else ())
        self._show_without(detail, now)
        self._show_outcome(request.outcome if request else None, now)
        self._show_asked(request, now)
        clashes = [*(request.clashes if request else ())]
        self.clash.say(
            Kind.RED, "Two people recorded different values. Resolve it before anybody acts on it.", "\n".join(clashes)
        )
        self.clash.setVisible(bool(clashes))

    def _show_head(self, detail: EscalationDetail, now: datetime) -> None:
        text, kind = self._state_words(detail, now)
        self.state.show_as(text, kind)
        self.unsent.stand_for(detail.id)
        issue = f"issue {detail.issue_label}" if detail.issue_label else "about no issue"
        vip = "VIP" if detail.is_vip else ""
        self.where.set_whole(" · ".join(p for p in (issue, detail.customer, vip) if p))
        self.where.show()
        self.title.setText(detail.request.question if detail.request else detail.sentence)
        told = f"{detail.raised_by} to {detail.to}, {within(detail.raised_at, now)}"
        if detail.request:
            told = f"“{detail.sentence}” {told}"
        if detail.issue_title:
            told = f"{detail.issue_title}\n{told}"
        if detail.taken_by:
            told = f"{told}\nTaken by {detail.taken_by}, {within(detail.taken_at or now, now)}"
        self.story.setText(told)
        self.story.setToolTip(exact(detail.raised_at))
        self._show_silence(detail, now)
        self.title.show()
        self.story.show()

    def _state_words(self, detail: EscalationDetail, now: datetime) -> tuple[str, Kind]:
        request = detail.request
        if request is not None and request.outcome is not None:
            return f"decided: {request.outcome.outcome}", Kind.GREEN
        if detail.state is EscalationState.DONE:
            return "closed", Kind.GREEN
        if request is not None:
            since = request.silent_since or request.asked_at
            has_word = any(a.is_owing and a.last.kind in {AskKind.SAID, AskKind.ACKNOWLEDGED} for a in request.asked)
            tone = silence(since, now, self._hours).tone
            return ("no answer yet" if has_word else "no answer"), kind_of(tone)
        if detail.kind is EscalationKind.HIERARCHICAL:
            return "to prepare", Kind.AMBER
        return ("taken", Kind.GREEN) if detail.taken_by else ("nobody yet", Kind.AMBER)

    def _show_silence(self, detail: EscalationDetail, now: datetime) -> None:
        request = detail.request
        since = request.silent_since if request else None
        if request is None or since is None:
            self.silent.hide()
            return
        said = silence(since, now, self._hours)
        calendar = span((now - since).total_seconds())
        self.silent.setText(f"No answer from {request.owed_by} for {said.text} business, {calendar} by the calendar")
        self.silent.set_tone(said.tone)
        self.silent.setToolTip(said.tip)
        self.silent.show()

    def _show_without(self, detail: EscalationDetail, now: datetime) -> None:
        request = detail.request
        if request is None or request.outcome is not None or not (request.decide_by or request.without_answer):
            self.without.hide()
            return
        by = request.decide_by
        is_late = by is not None and by <= now
        when = f" by {within(by, now)}" if by else ""
        lead = f"The time to decide was {within(by, now)}" if is_late and by else f"Without an answer{when}"
        cost = f"{calls(detail.waiting_calls)} since it was asked. " if detail.waiting_calls else ""
        draft = "A draft; nothing is sent by itself." if request.without_answer else "Nothing happens by itself."
        self.without.say(Kind.RED if is_late else Kind.AMBER, lead, request.without_answer, cost + draft)
        self.without.setToolTip(exact(by) if by else "")
        self.without.show()

    def _show_outcome(self, outcome: OutcomeLine | None, now: datetime) -> None:
        self.outcome_title.setVisible(outcome is not None)
        self.outcome.setVisible(outcome is not None)
        if outcome is None:
            return
        facts = [
            Fact("Decided", outcome.outcome + (f": {outcome.words}" if outcome.words else "")),
            Fact("By", outcome.decided_by),
            Fact("Heard", outcome.heard_how),
        ]
        if outcome.decided_at:
            when = moment(outcome.decided_at, now)
            facts.append(Fact("Recorded", f"{when} by {outcome.recorded_by}", tip=exact(outcome.decided_at)))
        if outcome.review_at:
            facts.append(Fact("Review", moment(outcome.review_at, now), tip=exact(outcome.review_at)))
        self.outcome.show_facts(facts)

    def _show_asked(self, request: RequestDetail | None, now: datetime) -> None:
        asked = request.asked if request else ()
        facts = []
        for one in asked:
            phrase, kind = asked_phrase(one)
            right = moment(one.last.at, now)
            tip = exact(one.last.at)
            facts.append(Fact(one.whom, phrase, dot=kind, right=right, tip=tip, rows=_rows(request, one.whom)))
        self.asked.show_facts(facts)
        self.asked_title.setVisible(bool(facts))
        self.asked.setVisible(bool(facts))
        words = [a for a in (request.said if request else ()) if a.words]
        elsewhere = request.asked_elsewhere if request else ()
        told = [
            Fact(moment(a.at, now), f"{a.whom}: {a.words}", tip=exact(a.at), rows=_rows(request, a.whom)) for a in words
        ]
        told += [Fact("Also asked", question) for question in elsewhere]
        self.said.show_facts(told)
        self.said_title.setVisible(bool(told))
        self.said.setVisible(bool(told))


def _rows(request: RequestDetail | None, whom: str) -> tuple[str, ...]:
    """Give the name under which the asks of one person are marked."""
    return (f"{request.id}/{whom}",) if request is not None else ()
