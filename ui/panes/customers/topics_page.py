"""Whom to ask first: the order of people for each topic, set by keys."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services import conflicts, people, topics
from app.services.desk import Desk
from app.services.people import PersonLine
from app.services.topics import AskLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.clashes import acts as clash_acts
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.facts import Fact
from ui.kit.flow import split
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.side_list import Place, Section, SideList
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.panes.customers.record_form import RecordForm
from ui.panes.customers.side import Side

_WIDTHS = (240, 640, 400)
_PREFIX = "topics"


def _who(line: AskLine, _now: datetime) -> Cell:
    marks = () if line.is_active else (("has left", Kind.AMBER),)
    return Cell(line.person, Tone.TEXT if line.is_active else Tone.DIM, second=line.words, second_marks=marks)


_COLUMNS = (
    Column[AskLine]("place", "#", lambda x, _n: Cell(str(x.place), Tone.DIM), 46, is_sortable=False),
    Column[AskLine]("who", "Ask", _who, 0, is_sortable=False),
)


class TopicsPage(Page):
    """Topics on the left, a topic's order in the middle. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.topics: dict[str, tuple[AskLine, ...]] = {}
        self._lines: dict[str, AskLine] = {}
        self._wanted = ""
        self._why_not = ""
        self._declared = self._declare()
        buttons = {c.id.removeprefix(f"{_PREFIX}."): KeyButton.of(console.book, c) for c in self._declared}
        self.places = SideList("Topics")
        self.header = PaneHeader("Whom to ask first")
        for name in ("add", "up", "down"):
            self.header.right.addWidget(buttons[name])
        empty = EmptyState("Nobody is named yet", "Add whom to ask about a topic with A.")
        self.table: RecordTable[AskLine] = RecordTable(
            "Whom to ask", _COLUMNS, Source(self._fetch, lambda line: line.id), console.mailbox, empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        nothing = EmptyState("Nobody chosen", "The first of a topic is asked first.")
        self.side = Side(console, "Whom to ask", [buttons["say"], buttons["remove"]], nothing)
        self._lay_out()
        self.places.chosen.connect(lambda _topic: self._show_topic())
        self.table.chosen.connect(lambda _one: self._show_line())
        self.table.opened.connect(lambda _one: self.say())
        self.side.forms.left.connect(self.table.setFocus)
        console.watch(self, ("ask_first", "person", "issue"), lambda _changes: self.load())
        self.setAccessibleName("Whom to ask first")
        self.load()

    def _lay_out(self) -> None:
        left, middle = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 14, 0, 0)
        column.addWidget(self.places)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.table, 1)
        parts = split(left, middle, self.side, sizes=_WIDTHS)
        for at, (part, stretch, least) in enumerate(((left, 0, 160), (middle, 2, 400), (self.side, 1, 340))):
            parts.setStretchFactor(at, stretch)
            part.setMinimumWidth(least)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(parts)

    def _declare(self) -> tuple[Command, ...]:
        may, on_one = self._may, self._may_change
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("add", "Add", "Somebody to ask, at the end of the order", "A", self.add, may),
            ("up", "Up", "Ask them earlier", "U", lambda: self.shift(-1), on_one),
            ("down", "Down", "Ask them later", "D", lambda: self.shift(1), on_one),
            ("say", "Change", "A word on when to ask them", "C", self.say, on_one),
            ("remove", "Remove", "Take them out of the order; Ctrl+Z puts them back", "Del", self.remove, on_one),
            *clash_acts(lambda: self.side.clashes.first),
        )  # fmt: skip
        return tuple(
            Command(f"{_PREFIX}.{name}", title, about, (key,), "Whom to ask", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the order, or to the topics."""
        (self.table if self.table.model.ids else self.places).setFocus()

    def _may(self) -> bool:
        return not self._why_not

    def _may_change(self) -> bool:
        return self._may() and self.table.chosen_id() in self._lines

    # What is shown

    def load(self) -> None:
        """Read the topics with their orders."""

        def look_up(desk: Desk) -> tuple[dict[str, tuple[AskLine, ...]], Sequence[str], str]:
            return topics.topics(desk), topics.known(desk), topics.why_not_set(desk)

        self._console.read(self, look_up, lambda found: self._came(*found))

    def _came(self, found: dict[str, tuple[AskLine, ...]], known: Sequence[str], may_not: str) -> None:
        have = {topic.casefold() for topic in found}
        self.topics = found | {topic: () for topic in known if topic.casefold() not in have}
        self._lines = {line.id: line for rows in found.values() for line in rows}
        self._why_not = may_not
        named = [
            Place(t, t, str(len(rows)), tip=counted(len(rows), "person")) for t, rows in self.topics.items() if rows
        ]
        others = [Place(t, t) for t, rows in self.topics.items() if not rows]
        sections = (Section("Topics", tuple(named)), Section("On issues, nobody named", tuple(others)))
        self.places.show_sections([section for section in sections if section.places])
        if self._wanted in self.topics:
            self.places.choose(self._wanted)
            self._wanted = ""
        elif not self.places.current() and self.topics:
            self.places.choose(next(iter(self.topics)))
        self.side.say_why_not(may_not)
        self._show_topic()

    def _show_topic(self) -> None:
        topic = self.places.current()
        rows = self.topics.get(topic, ())
        self.header.say(topic or "Whom to ask first", counted(len(rows), "person").replace("persons", "people"))
        self.table.show_ids([line.id for line in rows])
        self.table.refresh()
        self.table.choose_first()
        self._show_line()

    def _fetch(self, ids: Sequence[str]) -> "Future[Sequence[AskLine]]":
        found: Future[Sequence[AskLine]] = Future()
        found.set_result([self._lines[one] for one in ids if one in self._lines])
        return found

    def _show_line(self) -> None:
        one = self.table.chosen_id()

        def say(clashes: Sequence[conflicts.ConflictLine]) -> None:
            line = self._lines.get(one)
            if one != self.table.chosen_id():
                return
            if line is None:
                self.side.say("", "", ())
            else:
                order = "first" if line.place == 1 else f"as number {line.place}"
                facts = [Fact("Note", line.words, rows=(line.id,))] if line.words else []
                self.side.say(line.person, f"Asked {order} about {line.topic}.", facts, clashes)
            self._console.book.refresh()

        self._console.read(self, lambda desk: conflicts.of_row(desk, "ask_first", one), say)
        self._console.book.refresh()

    # What can be done

    def add(self) -> None:
        """Ask for a topic and a person."""
        self._console.read(self, people.people, self._ask)

    def _ask(self, found: Sequence[PersonLine]) -> None:
        topic = self.places.current()
        form = RecordForm("Whom to ask first", "Add them")
        if not topic:
            form.completed("topic", "Topic", "", list(self.topics), "import")
        form.whom("person_id", "Ask", found, "", "a name")
        form.line("words", "Note", "", "mornings only")
        if topic:
            form.completed("topic", "Topic", topic, list(self.topics))

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            about = values.get("topic", topic)
            made = topics.add(desk, about, values.get("person_id"), values.get("words", ""))
            self._console.mailbox.call(self, lambda: self._want(made.topic))
            return f"Added to {made.topic}."

        self.side.forms.open(form, f"ask_first/{topic or 'new'}", verb)

    def _want(self, topic: str) -> None:
        self._wanted = topic
        self.load()

    def say(self) -> None:
        """Change the note on the person that is chosen."""
        line = self._lines.get(self.table.chosen_id())
        if line is None or not self._may():
            return
        form = RecordForm(f"When to ask {line.person}")
        form.line("words", "Note", line.words, "mornings only")

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            topics.say(desk, line.id, values.get("words", line.words))
            return "Saved."

        self.side.forms.open(form, f"ask_first/words/{line.id}", verb)

    def shift(self, by: int) -> None:
        """Ask the person that is chosen so much later, or earlier."""
        one = self.table.chosen_id()
        self._console.write(self, lambda desk: topics.move(desk, one, by), lambda _none: self.load())

    def remove(self) -> None:
        """Take the person that is chosen out of the order."""
        one, tell = self.table.chosen_id(), self._console.navigator.tell
        self._console.write(
            self, lambda desk: topics.remove(desk, one), lambda _none: tell("Removed; Ctrl+Z puts them back.")
        )
