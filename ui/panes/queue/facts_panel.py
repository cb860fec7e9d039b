"""The facts of one issue on the right: the sentence to read aloud first, then figures, promises and the story."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.interaction import PromiseState
from app.domain.plain_text import cut
from app.services.issues import IssueDetail
from app.services.presence import Looker
from app.services.promises import PromiseLine
from app.services.timeline import Lens
from ui.kit.buttons import KeyButton
from ui.kit.cards import Callout, EmptyState, FactsPanel
from ui.kit.clashes import ClashList
from ui.kit.commands import CommandBook
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList, Figure, FigureRow, one_line
from ui.kit.flow import FlowLayout, clear, flow
from ui.kit.labels import Label, Pill, SectionLabel
from ui.kit.theme import XS, Face, Kind, S, Tone
from ui.kit.timephrase import ago, due_phrase, exact, moment
from ui.kit.tips import tip_of
from ui.kit.unsent import UnsentMark
from ui.panes.queue.folding import FoldSection
from ui.panes.queue.issue_files import IssueFiles
from ui.panes.queue.issue_sections import IssueSections
from ui.panes.queue.story import Story
from ui.panes.queue.words import (
    PRIORITY_KINDS,
    aloud,
    day_words,
    in_line,
    lead,
    mood,
    shared_lead,
    shared_source,
    source,
    state_words,
)

NOTHING = "No issue chosen"
TODO = "Choose one on the left, or log a call with F2."


class ButtonOf(Protocol):
    """Gives the button of a command by its name."""

    def __call__(self, name: str, *, primary: bool = False) -> KeyButton:
        """Make the button."""


_LONGEST_STATE = 28  # letters, in a pill
_LONGEST_TITLE = 300  # letters of a title; the whole of it is kept, and a part of it in the tooltip
_MOST_LOOKERS = 4
STALE_S = 2 * 24 * 3600


class IssuePanel(FactsPanel):
    """Shows one issue; the buttons and forms below it are the pane's."""

    def __init__(self, console: Console, button: ButtonOf) -> None:
        super().__init__("Issue")
        self.files = IssueFiles(console, self)
        self._shown_id = ""
        self._issue: IssueDetail | None = None
        self._lookers: tuple[tuple[str, bool], ...] = ()
        self._top_shown: tuple[object, ...] = ()  # what stands above the callout
        self._unsent = console.unsent
        marks = QWidget()
        self._marks = FlowLayout(marks, S, XS)
        policy = marks.sizePolicy()
        policy.setHeightForWidth(True)
        marks.setSizePolicy(policy)
        self._change = button("change")
        self._top = QVBoxLayout()
        self._top.setSpacing(XS)
        self._later, self._withdraw = button("later"), button("withdraw")
        self.clashes = ClashList(console, lambda: _clash_keys(console.book))
        self._callout = Callout()
        self._figures = FigureRow()
        self._promises = FactList(unsent=console.unsent)
        self._promise_part = QWidget()
        part = QVBoxLayout(self._promise_part)
        part.setContentsMargins(0, 0, 0, 0)
        part.setSpacing(S)
        part.addWidget(SectionLabel("We promised"))
        part.addWidget(self._promises)
        part.addWidget(flow(button("done"), self._later, self._withdraw))
        self.sections = IssueSections(console, self.files, button)
        self.story = Story(console.unsent)
        self._story_part = FoldSection("What happened")
        self._story_part.body.addWidget(self.story)
        self._source_title = SectionLabel("As the source system says")
        self._source_facts = FactList()
        self._empty = EmptyState(NOTHING, TODO)
        first = QHBoxLayout()
        first.addWidget(marks, 1)
        first.addWidget(self._change, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(first)
        self.body.addLayout(self._top)
        self._parts: tuple[QWidget, ...] = (
            self._callout,
            self._figures,
            self._promise_part,
            self.sections,
            self._story_part,
            self._source_title,
            self._source_facts,
        )
        self.body.addWidget(self.clashes)
        for widget in self._parts:
            self.body.addWidget(widget)
        self.body.addWidget(self._empty)
        self.body.addStretch(1)
        self.show_nothing()

    def show_nothing(self, what: str = NOTHING, todo: str = TODO) -> None:
        """Say that there is nothing to show, and what to do."""
        self._issue = None
        self._shown_id, self._top_shown, self._lookers = "", (), ()
        clear(self._top)
        clear(self._marks)
        for widget in (*self._parts, self.clashes, self._change):
            widget.hide()
        self._empty.say(what, todo)
        self._empty.show()

    def show_lookers(self, lookers: Sequence[Looker]) -> None:
        """Say who else has this issue open."""
        self._lookers = tuple((one.name, one.is_typing) for one in lookers)
        if self._issue is not None:
            self._show_top(self._issue, datetime.now(UTC))

    def turn_story(self) -> None:
        """Look at the next kind of what happened."""
        lens = self.story.turn()
        self._story_part.say("" if lens is Lens.ALL else str(lens))
        self._story_part.set_open(is_open=True)

    def show_issue(self, issue: IssueDetail) -> None:
        """Show this issue as of now; what is typed in a conflict's field stays."""
        now = datetime.now(UTC)
        if issue.id != self._shown_id:
            self.story.show_few()
            self._story_part.say("")
            self._lookers = ()
        self._shown_id, self._issue = issue.id, issue
        self._empty.hide()
        self._show_top(issue, now)
        self.clashes.show_clashes(issue.conflicts, now)
        kind = mood(issue.last_promise, issue.calls, issue.next_update_at, now)
        if issue.is_shared:
            first = shared_lead(issue)
            kind = Kind.AMBER if any(one.told_at is None for one in issue.owed) else Kind.BLUE
        else:
            first = lead(issue, now) or "Nothing is promised."
        has_words = issue.say.is_agreed or not issue.is_shared  # a problem has nobody to call back
        said = (aloud(issue.say), source(issue.say, now)) if has_words else ("", shared_source(issue))
        self._callout.say(kind, first, *said)
        self._figures.show_figures(_figures(issue, now))
        self._promises.show_facts([_promise(p, now) for p in issue.open_promises])
        self.sections.show_issue(issue, now)
        self.story.tell(issue.happened, now)
        self._source_facts.show_facts([Fact(name.replace("_", " "), value) for name, value in issue.facts.items()])
        for widget in self._parts:
            widget.show()
        self._change.show()
        self._promise_part.setVisible(bool(issue.open_promises))
        can_move = bool(issue.open_promises) and issue.open_promises[0].state is PromiseState.OPEN
        for button in (self._later, self._withdraw):
            button.setVisible(can_move)
        for widget in (self._source_title, self._source_facts):
            widget.setVisible(bool(issue.facts))

    def _show_top(self, issue: IssueDetail, now: datetime) -> None:
        state = state_words(issue.state, issue.waiting_on, issue.watch_until, now)
        standing = _standing(issue, now)
        who = ", ".join(p for p in (issue.contact, issue.contact_role) if p) if issue.contact else ""
        shown = (issue.id, issue.label, issue.title, issue.priority, issue.customer, issue.is_vip)
        now_shown = (*shown, issue.kind, issue.tags, state, standing, who, self._lookers)
        if self._top_shown == now_shown:
            return
        self._top_shown = now_shown
        clear(self._top)
        clear(self._marks)
        number = Label(issue.label, tone=Tone.DIM)
        number.setToolTip("The company gives the number when it has heard of it" if issue.label == "new" else "")
        priority = Pill(f"P{issue.priority}", PRIORITY_KINDS.get(issue.priority, Kind.GREY))
        kinds = [Pill(str(issue.kind), Kind.BLUE)] if issue.is_shared else []
        for widget in (number, priority, *kinds, _state_pill(state), UnsentMark(self._unsent, issue.id)):
            self._marks.addWidget(widget)
        for name, is_typing in self._lookers[:_MOST_LOOKERS]:
            self._marks.addWidget(_looker_pill(name, is_typing=is_typing))
        title = Label(cut(issue.title, _LONGEST_TITLE) or "(no title)", face=Face.HEADING, wrap=True).selectable()
        title.setToolTip(tip_of(issue.title) if len(issue.title) > _LONGEST_TITLE else "")
        self._top.addWidget(title)
        whose: list[QWidget] = []
        if who:
            whose.append(one_line(f"{who} ·", tone=Tone.DIM))
        if not issue.is_shared:
            whose.append(one_line(issue.customer or "no customer", face=Face.BOLD))
        if issue.is_vip:
            whose.append(Pill("VIP", Kind.BLUE))
        self._top.addWidget(flow(*whose, gap=XS, row_gap=0))
        self._top.addWidget(Label(standing, tone=Tone.DIM, wrap=True).selectable())
        if issue.tags:
            words: list[QWidget] = []
            for word in issue.tags:
                words += [Pill(f"#{word}", Kind.BLUE), UnsentMark(self._unsent, f"{issue.id}/{word}")]
            self._top.addWidget(flow(*words, gap=XS, row_gap=XS))


def _looker_pill(name: str, *, is_typing: bool) -> Pill:
    """Give the mark of somebody else who has the issue open."""
    made = Pill(f"{in_line(name, _LONGEST_STATE)} is {'typing' if is_typing else 'looking'}",
                Kind.AMBER if is_typing else Kind.GREY)  # fmt: skip
    made.setToolTip("They have this issue open too")
    return made


def _state_pill(state: str) -> Pill:
    """Give the state's pill, cut where somebody with a long name is waited for."""
    made = Pill(state if len(state) <= _LONGEST_STATE else f"{state[: _LONGEST_STATE - 1].rstrip()}…")
    made.setToolTip(tip_of(state))
    made.setAccessibleName(state)
    return made


def _standing(issue: IssueDetail, now: datetime) -> str:
    parts = [
        issue.phone,
        there(issue.zone, now),
        f"{issue.plan} plan" if issue.plan else "",
        issue.installation,
        f"owner {issue.owner}" if issue.owner else "no owner",
    ]
    return " · ".join(part for part in parts if part)


def there(zone: tzinfo | None, now: datetime) -> str:
    """Give the customer's clock: "9:03 there"; "" when their zone is not known."""
    if zone is None:
        return ""
    clock = now.astimezone(zone)
    return f"{clock.hour}:{clock.minute:02} there"


def _figures(issue: IssueDetail, now: datetime) -> list[Figure]:
    found = []
    if issue.is_shared:
        for title, at in (("Opened", issue.opened_at), ("Fixed", issue.fixed_at)):
            found.append(Figure(title, ago(at, now) if at else "not yet", Tone.TEXT if at else Tone.DIM,
                                exact(at) if at else ""))  # fmt: skip
        return found
    if issue.next_update_at is not None:
        phrase = due_phrase(issue.next_update_at, now)
        found.append(Figure("Next update", phrase.text, phrase.tone, exact(issue.next_update_at)))
    else:
        found.append(Figure("Next update", "not promised", Tone.DIM))
    if issue.opened_at is not None:
        found.append(Figure("Opened", ago(issue.opened_at, now), Tone.TEXT, exact(issue.opened_at)))
    if issue.told_at is None:
        found.append(Figure("Customer last updated", "never", Tone.AMBER))
    else:
        is_stale = (now - issue.told_at).total_seconds() >= STALE_S
        tone = Tone.AMBER if is_stale else Tone.TEXT
        found.append(Figure("Customer last updated", ago(issue.told_at, now), tone, exact(issue.told_at)))
    return found


def _promise(promise: PromiseLine, now: datetime) -> Fact:
    phrase = due_phrase(promise.due_at, now)
    tip = f"promised by {promise.by} {day_words(promise.made_at, now)}, due {exact(promise.due_at)}"
    kind = {Tone.RED: Kind.RED, Tone.AMBER: Kind.AMBER}.get(phrase.tone, Kind.GREY)
    when = moment(promise.due_at, now)
    return Fact(when, promise.what, marks=((phrase.text, kind),), tip=tip, rows=(promise.id,))


def _clash_keys(book: CommandBook) -> tuple[str, str, str]:
    """Give the keys that answer a conflict, as the person has set them."""
    known = {c.id for c in book.all()}
    one, two, three = (
        next(iter(book.keys(f"queue.{name}")), "") if f"queue.{name}" in known else ""
        for name in ("keep_mine", "keep_theirs", "write_third")
    )
    return one, two, three
