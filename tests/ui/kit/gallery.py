"""Four screens like those we aim at, made of kit and shell alone: for looking at, and for the checks on them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton, TabButton
from ui.kit.cards import Callout, Card, EmptyState, FactsPanel, PaneHeader, ProductionBar
from ui.kit.code_block import CodeBlock
from ui.kit.commands import Command, CommandBook
from ui.kit.facts import Fact, FactList, Figure, FigureRow, ProgressLine
from ui.kit.flow import flow, row, split
from ui.kit.forms import InlineForm
from ui.kit.labels import Dot, Label, Pill, SectionLabel
from ui.kit.mailbox import Mailbox
from ui.kit.palette import Hit
from ui.kit.side_list import Place, Section, SideList
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.terminal import Terminal
from ui.kit.theme import XL, Face, Kind, L, M, S, Tone
from ui.shell.pane import Pane, PaneSpec, SetBadge
from ui.shell.window import ConsoleWindow

NOW = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sample:
    id: str
    title: str
    customer: str
    is_vip: bool
    bar: Kind | None
    calls: int
    calls_kind: Kind | None
    waiting: str
    due: str
    due_tone: Tone
    updated: str


SAMPLES = [
    Sample("4127", "Import fails after the night deployment", "Northgate Rail", True, Kind.RED, 4, Kind.RED,
           "Engineering", "2 h 10 min over", Tone.RED, "6 d"),
    Sample("4131", "Cannot open page “AB”", "Halden Hotels", True, Kind.RED, 2, Kind.AMBER, "us", "38 min",
           Tone.AMBER, "1 h"),
    Sample("4098", "Site slow between 9 and 9:20", "Corvus Logistics", False, Kind.AMBER, 3, Kind.AMBER,
           "watch to Fri", "Tomorrow 11:00", Tone.TEXT, "2 d"),
    Sample("4140", "Ticket bridge drops attachments", "Halden Hotels", True, Kind.AMBER, 1, None, "Halden IT",
           "paused", Tone.DIM, "4 h"),
    Sample("4136", "New VLAN not in inventory", "Brightwater Labs", False, Kind.GREY, 1, None, "us", "5 h",
           Tone.TEXT, "3 h"),
    Sample("4101", "A very long title that does not fit the column in which it has to stand and is cut",
           "Brightwater Laboratories of the Northern Counties", True, None, 1, None, "customer", "paused",
           Tone.DIM, "2 d"),
]  # fmt: skip


def done(value: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(value)
    return future


def issue_columns() -> list[Column[Sample]]:
    return [
        Column("number", "No.", lambda r, _now: Cell(r.id, Tone.DIM), 64),
        Column(
            "title",
            "Issue",
            lambda r, _now: Cell(r.title, second=r.customer, second_marks=(("VIP", Kind.BLUE),) if r.is_vip else ()),
        ),
        Column(
            "calls",
            "Calls",
            lambda r, _now: Cell(f"{r.calls} calls" if r.calls_kind else str(r.calls), pill=r.calls_kind),
            62,
        ),
        Column("waiting", "Waiting on", lambda r, _now: Cell(r.waiting, Tone.DIM), 108),
        Column("due", "Next update", lambda r, _now: Cell(r.due, r.due_tone), 117),
        Column("updated", "Updated", lambda r, _now: Cell(r.updated, Tone.DIM), 60),
    ]


def issue_source(samples: Sequence[Sample] = SAMPLES) -> Source[Sample]:
    known = {s.id: s for s in samples}
    return Source(lambda ids: done([known[i] for i in ids if i in known]), lambda r: r.id, lambda r: r.bar)


class SamplePane:
    def __init__(self, widget: QWidget, commands: tuple[Command, ...], first: QWidget) -> None:
        self._widget, self._commands, self._first = widget, commands, first
        self.state: dict[str, Any] = {}

    @property
    def widget(self) -> QWidget:
        return self._widget

    def commands(self) -> tuple[Command, ...]:
        return self._commands

    def focus_first(self) -> None:
        self._first.setFocus()

    def save_state(self) -> dict[str, Any]:
        return self.state

    def restore_state(self, state: dict[str, Any]) -> None:
        self.state = dict(state)


def padded(widget: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 14, 0, 0)
    layout.addWidget(widget)
    return holder


def queue(mailbox: Mailbox) -> Pane:
    keys = {"Call back": "B", "Called again": "A", "Reply": "R", "Promise": "P", "Ask": "Q", "Escalate": "E"}
    side = SideList("Places")
    side.show_sections([
        Section("Mine", (Place("due", "Promises due", "3", Kind.RED), Place("again", "Called again", "5"),
                         Place("me", "Waiting on me", "8"))),
        Section("Team", (Place("un", "Unassigned", "12"), Place("vip", "VIP open", "4"),
                         Place("late", "Not updated 2 days", "7", Kind.AMBER), Place("all", "All open", "214"))),
        Section("Saved", (Place("h", "Halden bridge"), Place("i", "Imports, build 39+"))),
    ])  # fmt: skip
    side.choose("due")
    table = RecordTable("Issues", issue_columns(), issue_source(), mailbox, EmptyState("No issues"), has_two_lines=True)
    table.show_ids([s.id for s in SAMPLES])
    table.choose("4127")
    header = PaneHeader("")
    header.say("Promises due", "8 issues")
    header.right.addWidget(KeyButton("Log a call", "F2"))
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(header)
    column.addWidget(table, 1)
    facts = FactsPanel("Issue")
    body = facts.body
    number = Label("4127", face=Face.TEXT, tone=Tone.DIM)
    body.addLayout(
        row(number, Pill("P1", Kind.RED), Pill("waiting on Engineering"), None, Pill("Support C is looking"))
    )
    body.addWidget(Label("Import fails after the night deployment", face=Face.HEADING, wrap=True))
    body.addWidget(
        Label(
            "Contact 1, operations lead · Northgate Rail · +1 212 555 0147 · 9:03 there · build 39",
            tone=Tone.DIM,
            wrap=True,
        )
    )
    callout = Callout()
    callout.say(
        Kind.RED,
        "4th call in 26 days. Promised on Tuesday: a fix in build 40 by Friday. It slipped.",
        "“The fix is in build 40. The release is at step 31 of 42, and we call you by 16:00 today.”",
        "Agreed line by Engineer B, valid until 15:30 · workaround: import before 8:00",
    )
    body.addWidget(callout)
    body.addWidget(
        FigureRow(
            [
                Figure("Next update", "2 h 10 min over", Tone.RED),
                Figure("Resolution", "1 d 4 h left"),
                Figure("Customer last updated", "6 d ago", Tone.AMBER),
            ]
        )
    )
    body.addWidget(SectionLabel("Ask first"))
    body.addWidget(flow(Pill("Support C · solo · here", Kind.GREEN), Pill("Engineer B · on call")))
    body.addWidget(SectionLabel("What happened"))
    body.addWidget(
        FactList(
            [
                Fact("Today 7:45", "Call, chaser: still broken, critical"),
                Fact("Today 0:12", "Deployment of build 39", marks=(("linked", Kind.BLUE),)),
                Fact("Wed 11:30", "Mail out: we are on it"),
                Fact("Tue 16:20", "Promise: fix by Friday", marks=(("broken", Kind.RED),)),
                Fact("Mon 9:02", "Decision asked of the CFO", marks=(("no answer for 6 d", Kind.AMBER),)),
            ]
        )
    )
    body.addStretch(1)
    commands = tuple(
        Command(f"queue.{title}", title, f"{title} now", (key,), "Issue", single_key=True)
        for title, key in keys.items()
    )
    for_buttons = CommandBook()
    for_buttons.add(*commands)
    for_buttons.setParent(facts)
    buttons = [
        KeyButton.of(for_buttons, for_buttons.get(f"queue.{title}"), primary=title == "Call back") for title in keys
    ]
    facts.foot.addWidget(flow(*buttons))
    return SamplePane(split(padded(side), middle, facts, sizes=(195, 692, 391)), commands, table)


def escalations(mailbox: Mailbox) -> Pane:
    rows = [
        Sample(str(i), t, o, False, None, s, None, d, n, tone, by)
        for i, (t, o, n, tone, s, d, by) in enumerate([
            ("Fund a second importer for Northgate?", "CFO", "2 d 7 h", Tone.RED, 3, "4 calls, 19 h", "Fri 12:00"),
            ("Move hosting to a provider: $96k or $1,005k over all", "CEO", "1 d 2 h", Tone.AMBER, 2, "-", "30 Nov"),
            ("Accept the slow report until build 42?", "Product", "5 h", Tone.TEXT, 1, "1 call, 2 h", "Mon"),
        ])
    ]  # fmt: skip
    table = RecordTable(
        "Decisions owed",
        [
            Column[Sample]("q", "Question", lambda r, _n: Cell(r.title, is_bold=True)),
            Column("o", "Owed by", lambda r, _n: Cell(r.customer), 74),
            Column("n", "No answer for", lambda r, _n: Cell(r.due, r.due_tone, is_bold=True, suffix="business"), 126),
            Column("s", "Step", lambda r, _n: Cell(steps=(r.calls, 4), text=f"{r.calls} of 4"), 108),
            Column("c", "Waiting cost", lambda r, _n: Cell(r.waiting), 98),
            Column("d", "Decide by", lambda r, _n: Cell(r.updated, Tone.DIM), 96),
        ],
        Source(lambda ids: done([rows[int(i)] for i in ids]), lambda r: r.id),
        mailbox,
        EmptyState("Nobody owes an answer", "Escalate an issue from the Queue with E."),
    )
    table.show_ids(["0", "1", "2"])
    table.choose_first()
    header = PaneHeader("Decisions owed")
    header.say("Decisions owed", "4 open · 2 past their step")
    header.right.addWidget(KeyButton("Escalate", "N"))
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(header)
    column.addWidget(table, 1)
    form_holder = QVBoxLayout()
    form_holder.setContentsMargins(M, M, M, M)
    form = InlineForm("Hand it to whom?", "Escalate")
    form.add("To", QLineEdit())
    form.add("One sentence", QPlainTextEdit()).setFixedHeight(60)
    form.refuse("Nobody is named. Write who has to answer.")
    form_holder.addWidget(form)
    column.addLayout(form_holder)
    facts = FactsPanel("Decision")
    facts.body.addLayout(
        row(Pill("no answer", Kind.RED), Label("issue 4127 · Northgate Rail · VIP", tone=Tone.DIM), None)
    )
    facts.body.addWidget(Label("Fund a second importer for Northgate?", face=Face.HEADING, wrap=True))
    callout = Callout()
    callout.say(Kind.AMBER, "Without an answer by Friday 12:00 we tell Northgate that imports stay at night.")
    facts.body.addWidget(callout)
    facts.body.addWidget(SectionLabel("Who was asked"))
    facts.body.addWidget(
        FactList(
            [
                Fact("Engineering", "asked Mon 9:02 by mail, seen", dot=Kind.GREEN, right="16 Nov"),
                Fact("VP", "acknowledged, expired", dot=Kind.AMBER, right="17 Nov"),
                Fact("CFO", "asked twice, silent", dot=Kind.RED, right="18 Nov"),
                Fact("CEO", "next, in 1 h 12 min", dot=Kind.GREY, is_pending=True, right="today"),
            ]
        )
    )
    facts.body.addStretch(1)
    facts.foot.addWidget(
        flow(
            KeyButton("Chase the CFO…", "C", primary=True),
            KeyButton("Record outcome…", "O"),
            KeyButton("One page", "1"),
        )
    )
    return SamplePane(split(left, facts, sizes=(840, 440)), (), table)


def releases(_mailbox: Mailbox) -> Pane:
    side = SideList("Runs and procedures")
    side.show_sections([
        Section("Runs", (Place("r", "Release build 40", "31/42"), Place("c", "Convert Morrow DB", "3/18"),
                         Place("w", "Weekly restore test", "done", Kind.GREEN))),
        Section("Procedures", (Place("p", "Release a build", "only 1", Kind.AMBER),
                               Place("q", "Convert a customer database", "only 1", Kind.AMBER))),
    ])  # fmt: skip
    side.choose("r")
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(28, 20, 28, 20)
    column.setSpacing(S)
    column.addLayout(row(
        Label("Build 40 is the release", face=Face.SUBHEADING), Pill("version 7 of Release a build"), None,
        Label("Support C, supervised by the manager · 1 h 48 of 1 h 55", tone=Tone.DIM)))  # fmt: skip
    progress = ProgressLine("Steps")
    progress.show_progress(31, 42)
    column.addWidget(progress)
    card = Card(Kind.BLUE, width=2)
    card.body.setContentsMargins(22, 20, 22, 20)
    card.body.addLayout(row(Pill("READ, THEN DO", Kind.BLUE), Pill("critical step", Kind.RED), None,
                            Label("03:12 of 05:00", tone=Tone.DIM)))  # fmt: skip
    card.body.addWidget(
        Label("31 · Compare row counts between the old and the new database", face=Face.HEADING, wrap=True)
    )
    card.body.addWidget(Label("Done needs equal counts. Why: in build 37 two customers lost the orders of a day.",
                              tone=Tone.DIM, wrap=True))  # fmt: skip
    code = CodeBlock("Output")
    code.show_lines(
        [
            ("$ compare --source old --target new --tables orders,users,devices", Tone.TEXT),
            ("orders 184,220 = 184,220   users 3,118 = 3,118", Tone.GREEN),
            ("devices 9,402 ≠ 9,400", Tone.RED),
        ]
    )
    card.body.addWidget(code)
    blocked = KeyButton("Done", "Return")
    blocked.setEnabled(False)
    card.body.addLayout(row(KeyButton("Fail and note", "F", primary=True), KeyButton("Run again", "R"), blocked, None,
                            KeyButton("Hand over"), KeyButton("Back out…")))  # fmt: skip
    column.addWidget(card)
    column.addStretch(1)
    facts = FactsPanel("Run")
    facts.body.addWidget(SectionLabel("Who has done this step"))
    facts.body.addWidget(
        FactList([Fact("The manager", "11 times solo"), Fact("Support C", "2 times supervised")], name_tone=Tone.TEXT)
    )
    facts.body.addWidget(flow(Pill("only one person", Kind.AMBER)))
    facts.body.addWidget(SectionLabel("Sign-offs"))
    facts.body.addWidget(
        FactList(
            [Fact("QA", "void: db-40.sql changed", Tone.RED), Fact("Operations", "waits", Tone.DIM)],
            name_tone=Tone.TEXT,
        )
    )
    facts.body.addStretch(1)
    return SamplePane(split(padded(side), middle, facts, sizes=(219, 768, 291)), (), side)


def devices(_mailbox: Mailbox) -> Pane:
    side = SideList("Devices")
    side.show_sections([
        Section("Northgate Rail · VIP", (Place("a", "core-nyc-1", "prod", Kind.RED, Kind.GREEN),
                                         Place("b", "edge-bos-1", "prod", Kind.RED, Kind.GREY))),
        Section("Halden Hotels", (Place("c", "rtr-lab-1", "lab", Kind.GREY, Kind.AMBER),)),
        Section("Practice", (Place("d", "practice-ios-1", "practice", Kind.GREEN, Kind.GREEN),)),
    ])  # fmt: skip
    side.choose("a")
    find = QLineEdit()
    find.setPlaceholderText("Find a device")
    find.setAccessibleName("Find a device")
    left = QWidget()
    column = QVBoxLayout(left)
    column.setContentsMargins(0, M, 0, 0)
    holder = QHBoxLayout()
    holder.setContentsMargins(S, 0, S, 0)
    holder.addWidget(find)
    column.addLayout(holder)
    column.addWidget(side)
    terminal = Terminal("Terminal of core-nyc-1")
    terminal.feed(
        b"core-nyc-1#show ip interface brief\r\n"
        b"Interface              IP-Address      OK? Method Status                Protocol\r\n"
        b"GigabitEthernet0/0     10.20.0.1       YES NVRAM  up                    up\r\n"
        b"GigabitEthernet0/1     10.20.4.1       YES NVRAM  \x1b[31madministratively down down\x1b[0m\r\n"
        b"\x1b[1mbold\x1b[0m \x1b[2mfaint\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munder\x1b[0m \x1b[7minverse\x1b[0m "
        + "wide 漢字 é ┌─┐".encode()
        + b" \x1b[38;5;208m256\x1b[0m \x1b[38;2;120;220;180mtrue\x1b[0m \x1b[44mground\x1b[0m\r\n"
        b"core-nyc-1#conf t"
    )
    bar = ProductionBar()
    bar.say("core-nyc-1", "Northgate Rail · you are engineer-b", "window opens 20:00")
    tabs = [TabButton("Terminal"), TabButton("Commands"), TabButton("Backups")]
    tabs[0].setChecked(True)
    held = Card(Kind.RED)
    held.body.addLayout(row(Pill("held back", Kind.RED), Label("conf t", face=Face.BOLD),
                            Label("configuration on production waits", tone=Tone.DIM), None))  # fmt: skip
    held.body.addLayout(
        row(
            KeyButton("Leave it", "Esc"),
            KeyButton("Add to tonight", "P"),
            KeyButton("Emergency, with a reason…", "!"),
            None,
        )
    )
    middle = QWidget()
    stack = QVBoxLayout(middle)
    stack.setContentsMargins(0, 0, 0, 0)
    stack.setSpacing(S)
    stack.addWidget(bar)
    inner = QVBoxLayout()
    inner.setContentsMargins(S, 0, S, XL)
    inner.addLayout(row(*tabs, None, Label("recorded · secrets hidden", tone=Tone.DIM)))
    inner.addWidget(terminal, 1)
    inner.addWidget(held)
    stack.addLayout(inner, 1)
    facts = FactsPanel("Device")
    facts.body.addWidget(Label("10.20.0.1 · IOS 15.2(4)M", face=Face.BOLD))
    facts.body.addLayout(row(Dot(Kind.GREEN), Label("New York · last seen now", tone=Tone.DIM), None))
    facts.body.addWidget(SectionLabel("Host key"))
    facts.body.addWidget(Label("SHA256:pQ3…x9A", face=Face.MONO))
    facts.body.addSpacing(L)
    facts.body.addStretch(1)
    return SamplePane(split(left, middle, facts, sizes=(231, 718, 329)), (), terminal)


def gallery(mailbox: Mailbox, state: Any, book: CommandBook) -> ConsoleWindow:
    def spec(pane_id: str, title: str, make: Callable[[Mailbox], Pane], badge: str, kind: Kind) -> PaneSpec:
        def build(set_badge: SetBadge) -> Pane:
            set_badge(badge, kind)
            return make(mailbox)

        return PaneSpec(pane_id, title, build)

    window = ConsoleWindow(
        [
            spec("queue", "Queue", queue, "3", Kind.RED),
            spec("escalations", "Escalations", escalations, "2", Kind.AMBER),
            spec("releases", "Releases", releases, "", Kind.GREY),
            spec("devices", "Devices", devices, "", Kind.GREY),
        ],
        book,
        mailbox,
        state,
        search=lambda text: done([Hit("Issue", "4127", f"Import fails: {text}", "Northgate Rail")]),
    )
    window.resize(1280, 800)
    window.status.set_synced(NOW)
    window.status.set_unsent(2)
    window.status.set_facts(["On call: Engineer B until Mon 08:00", "Change window tonight 20:00-22:00"])
    window.status.set_who("Support A")
    return window
