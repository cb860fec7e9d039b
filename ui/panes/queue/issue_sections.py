"""What folds away below the first sentence: words owed and to be sent, timers, links, files, what it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.services.deployments import Aftermath
from app.services.issues import IssueDetail
from app.services.later_words import LaterLine
from app.services.problems import Affected, OwedWord
from app.services.sla import Goal, TimerReadout, TimerState
from ui.kit.buttons import KeyButton, TextButton
from ui.kit.console import Console
from ui.kit.facts import Fact, FactList
from ui.kit.flow import clear, flow
from ui.kit.labels import Label, Pill
from ui.kit.said_values import counted
from ui.kit.theme import Kind, S, Tone
from ui.kit.timephrase import exact, moment, span
from ui.kit.tips import tip_of
from ui.panes.queue.folding import FoldSection
from ui.panes.queue.issue_files import IssueFiles
from ui.panes.queue.words import in_line, owed_words

_MOST = 12  # lines of a section; the rest is counted
_NAME_WIDTH = 84
_LINE_HEIGHT = 22
_LONGEST_NAME = 60
GOALS = {
    Goal.FIRST_RESPONSE: "First response",
    Goal.NEXT_UPDATE: "SLA next update",
    Goal.RESOLUTION: "Resolution",
}
_TIMER_KINDS = {
    TimerState.BREACHED: Kind.RED,
    TimerState.PAUSED: Kind.AMBER,
    TimerState.MET: Kind.GREEN,
    TimerState.STOPPED: Kind.GREY,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a section: what it is to the issue, the words (a way to it, with `goes`), a mark, a tooltip."""

    name: str
    text: str
    mark: str = ""
    kind: Kind = Kind.GREY
    goes: str = ""
    tip: str = ""


class LineList(QWidget):
    """Lines below each other; those that lead somewhere can be pressed."""

    def __init__(self, go: Callable[[str], None]) -> None:
        super().__init__()
        self._go = go
        self._shown: tuple[Line, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(S)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)

    @property
    def said(self) -> list[str]:
        """What is shown, line by line."""
        return [" ".join(part for part in (one.name, one.text, one.mark) if part) for one in self._shown]

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these instead; nothing happens when they are shown already."""
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        clear(self._grid)
        before = ""
        for at, one in enumerate(lines[:_MOST]):
            if one.name and one.name != before:
                name = Label(one.name, tone=Tone.DIM)
                name.setMinimumSize(_NAME_WIDTH, _LINE_HEIGHT if one.goes else 0)
                self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            before = one.name
            self._grid.addWidget(self._words(one), at, 1)
            if one.mark:
                self._grid.addWidget(Pill(one.mark, one.kind), at, 2)
        if len(lines) > _MOST:
            self._grid.addWidget(Label(f"and {len(lines) - _MOST} more", tone=Tone.DIM), _MOST, 1)

    def _words(self, one: Line) -> QWidget:
        if one.goes:
            button = TextButton(one.text, lambda: self._go(one.goes))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setToolTip(one.tip)
            return button
        label = Label(one.text, wrap=True)
        label.setToolTip(one.tip)
        return label


class IssueSections(QWidget):
    """All the sections of one issue, in their order; those with nothing in them are not there."""

    def __init__(self, console: Console, files: IssueFiles, button: Callable[[str], KeyButton]) -> None:
        super().__init__()
        self._files = files
        go = console.navigator.open_issue
        self.owed = self._section("Owed a word", LineList(go))
        self.owed[0].body.addWidget(button("tell_next"))
        self.affected = self._section("Affected", LineList(go))
        self.to_send = self._section("To send", LineList(go))
        self.to_send[0].body.addWidget(button("send_later"))
        self.ask = self._section("Ask first", LineList(go))
        self.timers = self._section("Timers", LineList(go), is_open=False)
        self.deployments = self._section("Deployments", LineList(go))
        self._after = button("after")
        self.deployments[0].body.addWidget(flow(self._after))
        self.links = self._section("Links", LineList(go))
        self.files = self._section("Files", LineList(files.open))
        self.about = FoldSection("About", is_open=False)
        self.facts = FactList(unsent=console.unsent)
        self.references = LineList(_open_address)
        self.about.body.addWidget(self.facts)
        self.about.body.addWidget(self.references)
        self.about.body.addWidget(flow(button("about"), button("hand_over"), button("devices")))
        whole = QGridLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setVerticalSpacing(S)
        for at, section in enumerate(self.all()):
            whole.addWidget(section, at, 0)

    def _section(self, title: str, lines: LineList, *, is_open: bool = True) -> tuple[FoldSection, LineList]:
        made = FoldSection(title, is_open=is_open)
        made.body.addWidget(lines)
        return made, lines

    def all(self) -> tuple[FoldSection, ...]:
        """Give every section in its order."""
        first = (self.owed, self.affected, self.to_send, self.ask, self.deployments)
        pairs = (*first, self.timers, self.links, self.files)
        return (*(section for section, _lines in pairs), self.about)

    def show_issue(self, issue: IssueDetail, now: datetime) -> None:
        """Show what belongs to this issue."""
        owed = [one for one in issue.owed if one.told_at is None]
        self._fill(self.owed, [_owed_line(one, now) for one in issue.owed], owed_words(issue))
        if not owed:
            self.owed[0].setVisible(bool(issue.owed))
        self._fill(self.affected, [_affected_line(one, now) for one in issue.affected], _affected_words(issue))
        self._fill(self.to_send, [_later_line(one, now) for one in issue.to_send], _to_send_words(issue))
        asked = [Line(one.name, one.words or "knows this", tip=one.phone) for one in issue.ask_first if one.is_active]
        self._fill(self.ask, asked, asked[0].name if asked else "")
        timers = [_timer_line(one, now) for one in issue.timers.timers]
        if issue.timers.fault:
            timers.append(Line("", issue.timers.fault, "cannot be reckoned", Kind.RED))
        self._fill(self.timers, timers, _timers_words(issue.timers.timers, now))
        deployed = [_deployment_line(one, now) for one in issue.deployments]
        self._fill(self.deployments, deployed, deployment_words(issue.deployments[0]) if issue.deployments else "")
        self._after.setVisible(issue.offered is not None)
        links = [
            Line(
                str(one.relation),
                f"{one.other.label}  {in_line(one.other.title)}",
                "" if one.other.is_open else str(one.other.state),
                goes=one.other.id if one.other.label != "?" else "",
                tip=tip_of(" · ".join(p for p in (one.other.title, one.other.customer) if p)),
            )
            for one in issue.links
            if not (issue.affected and one.other.id in {a.issue.id for a in issue.affected})
        ]
        self._fill(self.links, links, counted(len(links), "link"))
        places = [self._files.place(one) for one in issue.files]
        files = [Line("", place.title, place.count, place.kind, place.id, tip_of(place.tip)) for place in places]
        self._fill(self.files, files, counted(len(files), "file"))
        self._show_about(issue, now)

    def _fill(self, pair: tuple[FoldSection, LineList], lines: list[Line], summary: str) -> None:
        section, shown = pair
        shown.show_lines(lines)
        section.say(summary)
        section.setVisible(bool(lines))

    def _show_about(self, issue: IssueDetail, now: datetime) -> None:
        words = {1: "high", 2: "medium", 3: "low"}
        said = {
            "Kind": str(issue.kind),
            "Topic": issue.topic,
            "Product": " · ".join(p for p in (issue.product, f"build {issue.build}" if issue.build else "") if p),
            "Team": " · ".join(p for p in (issue.team, f"level {issue.level}" if issue.level else "") if p),
            "Impact": f"{words.get(issue.impact, issue.impact)}, urgency {words.get(issue.urgency, issue.urgency)}",
            "Cause": issue.cause,
            "Followed by": ", ".join(name for _id, name in issue.followers),
            "Devices": ", ".join(name for _id, name in issue.on_devices),
        }
        self.facts.show_facts([Fact(name, in_line(value, 1_000)) for name, value in said.items() if value])
        self.references.show_lines(
            [
                Line(
                    in_line(one.system, _LONGEST_NAME),
                    in_line(one.key, _LONGEST_NAME),
                    in_line(one.status, _LONGEST_NAME),
                    goes=one.url,
                    tip=tip_of(f"{one.url or 'no address'}" + (f" · {exact(one.status_at)}" if one.status_at else "")),
                )
                for one in issue.references
            ]
        )
        self.references.setVisible(bool(issue.references))
        short = [str(issue.kind), issue.topic, f"build {issue.build}" if issue.build else "", said["Team"]]
        self.about.say(in_line(" · ".join(p for p in short if p), 120))

    def state(self) -> dict[str, bool]:
        """Give which sections are open."""
        return {section.title: section.is_open for section in self.all()}

    def restore(self, state: object) -> None:
        """Open and close them as they were."""
        for section in self.all():
            if isinstance(state, dict) and isinstance(state.get(section.title), bool):
                section.set_open(is_open=state[section.title])


def _open_address(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))


def _owed_line(one: OwedWord, now: datetime) -> Line:
    who = " · ".join(p for p in (one.contact or "whoever reported it", one.customer) if p)
    mark, kind = ("told", Kind.GREEN) if one.told_at else ("owed", Kind.AMBER)
    tip = f"{one.label} {one.title}" + (f" · told {moment(one.told_at, now)}" if one.told_at else "")
    return Line("", in_line(who), mark, kind, one.issue_id, tip_of(tip))


def _affected_line(one: Affected, now: datetime) -> Line:
    calls = counted(one.calls, "call") if one.calls else ""
    kind = Kind.RED if one.calls >= 4 else Kind.AMBER if one.calls > 1 else Kind.GREY
    words = f"{one.issue.label}  {in_line(one.issue.title, 120)}"
    since = f" · since {moment(one.first_call_at, now)}" if one.first_call_at else ""
    tip = " · ".join(p for p in (one.issue.title, one.issue.customer, one.contact) if p) + since
    return Line(in_line(one.issue.customer, 40), words, calls, kind, one.issue.id, tip_of(tip))


def _affected_words(issue: IssueDetail) -> str:
    houses = {one.issue.customer for one in issue.affected if one.issue.customer}
    calls = sum(one.calls for one in issue.affected)
    return " · ".join((counted(len(issue.affected), "issue"), counted(len(houses), "customer"), counted(calls, "call")))


def _later_line(one: LaterLine, now: datetime) -> Line:
    when = "now" if one.is_due else moment(one.due_at, now)
    kind = Kind.AMBER if one.is_due else Kind.GREY
    words = in_line(one.subject or one.body, 120)
    tip = f"by {one.by}, to {one.to or 'nobody by name'}: {one.body}"
    return Line("", words, when, kind, "", tip_of(tip))


def _to_send_words(issue: IssueDetail) -> str:
    now = sum(one.is_due for one in issue.to_send)
    return f"{counted(now, 'word')} now" if now else counted(len(issue.to_send), "word")


def deployment_words(one: Aftermath) -> str:
    """Give what was deployed, and how long before their word: "build 38 → 39, 9 h before"."""
    before = f", {span(one.before.total_seconds())} before" if one.before is not None else ""
    return in_line(one.deployment.what, 80) + before


def _deployment_line(one: Aftermath, now: datetime) -> Line:
    deployed = one.deployment
    tip = f"{deployed.what}, deployed {moment(deployed.at, now)} by {deployed.by}"
    mark, kind = ("", Kind.GREY) if one.is_linked else ("not linked", Kind.AMBER)
    return Line("After" if one.is_linked else "After this?", deployment_words(one), mark, kind, "", tip_of(tip))


def _timer_line(one: TimerReadout, now: datetime) -> Line:
    left = one.left.total_seconds()
    mark = {
        TimerState.BREACHED: f"{span(-left)} over" if left < 0 else "late",
        TimerState.PAUSED: "paused",
        TimerState.MET: "met",
        TimerState.STOPPED: "over in time",
    }.get(one.state, f"{span(left)} left")
    is_soon = one.state is TimerState.RUNNING and left < one.allowed.total_seconds() / 5
    kind = _TIMER_KINDS.get(one.state, Kind.AMBER if is_soon else Kind.GREY)
    if one.paused_because:
        words = in_line(one.paused_because, 120)
    elif one.due_at is not None:
        words = f"due {moment(one.due_at, now)}"
    else:
        words = ""
    return Line(GOALS[one.goal], words, mark, kind, "", readout(one))


def readout(one: TimerReadout) -> str:
    """Give all that a timer tells: started, due, elapsed, left, paused-because, cycles."""
    parts = [
        f"{GOALS[one.goal]}: {one.state}",
        f"started {exact(one.started_at)}",
        f"due {exact(one.due_at)}" if one.due_at else "due when the pause is over",
        f"elapsed {span(one.elapsed.total_seconds())} of {span(one.allowed.total_seconds())} business time",
        f"left {span(one.left.total_seconds())}" if one.left.total_seconds() >= 0 else
        f"over {span(-one.left.total_seconds())}",
        f"paused because: {one.paused_because}" if one.paused_because else "",
        f"ended {exact(one.ended_at)}" if one.ended_at else "",
        f"cycles {one.cycles}, {one.late_cycles} late" if one.goal is Goal.NEXT_UPDATE else "",
    ]  # fmt: skip
    return tip_of("\n".join(part for part in parts if part))


def _timers_words(timers: Sequence[TimerReadout], now: datetime) -> str:
    """Give the timer that matters most: one that is over, else the next one due."""
    over = [one for one in timers if one.state is TimerState.BREACHED and one.ended_at is None]
    running = sorted((one for one in timers if one.state is TimerState.RUNNING), key=lambda one: one.left)
    first = (over or running or [*timers])[:1]
    if not first:
        return ""
    line = _timer_line(first[0], now)
    return f"{line.name}: {line.mark}"
