"""Service levels: the policies, and the calendars in whose hours their time passes."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from app.domain.business_minutes import minutes_of, minutes_shown
from app.domain.calendar import Calendar
from app.domain.entities import Verb
from app.domain.entity import new_id
from app.domain.sla import SlaPolicy
from app.services import conflicts, customers, sla_policies
from app.services.conflicts import ConflictLine
from app.services.customers import Words
from app.services.desk import Desk
from app.services.rights import why_not
from app.services.sla_policies import PolicyLine
from ui.kit.buttons import KeyButton
from ui.kit.cards import EmptyState, PaneHeader
from ui.kit.clashes import acts as clash_acts
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.facts import Fact
from ui.kit.page import Page
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.theme import Kind, Tone
from ui.panes.customers.record_form import RecordForm
from ui.panes.customers.side import Side

_TIMES = (
    ("first_response_m", "First response"),
    ("next_update_m", "Next update"),
    ("resolution_m", "Resolution"),
)
_PRIORITIES = (("0", "Any"), ("1", "P1"), ("2", "P2"), ("3", "P3"), ("4", "P4"))
_WIDTHS = (860, 420)
_PREFIX = "levels"


def _time(name: str) -> Callable[[PolicyLine, datetime], Cell]:
    def cell(line: PolicyLine, _now: datetime) -> Cell:
        minutes: int = getattr(line.policy, name)
        return Cell(minutes_shown(minutes), Tone.TEXT) if minutes else Cell("none", Tone.DIM)

    return cell


def _priority(policy: SlaPolicy) -> str:
    return f"P{policy.priority}" if policy.priority else "any"


def _policy(line: PolicyLine, _now: datetime) -> Cell:
    marks = (("cannot be reckoned", Kind.RED),) if line.fault else ()
    return Cell(line.policy.name, second=line.calendar, second_marks=marks, tip=line.fault)


_POLICIES = (
    Column[PolicyLine]("name", "Policy", _policy, 0, is_sortable=False),
    Column[PolicyLine]("plan", "Plan", lambda p, _n: Cell(p.policy.plan or "any"), 128, is_sortable=False),
    Column[PolicyLine]("priority", "For", lambda p, _n: Cell(_priority(p.policy)), 56, is_sortable=False),
    *(Column[PolicyLine](name, title, _time(name), 112, is_sortable=False) for name, title in _TIMES),
)  # fmt: skip
_CALENDARS = (
    Column[Calendar]("name", "Calendar", lambda c, _n: Cell(c.name, second=c.time_zone), 0, is_sortable=False),
    Column[Calendar]("periods", "Open", lambda c, _n: Cell(c.periods, tip=c.periods), 330, is_sortable=False),
    Column[Calendar]("region", "Holidays of", lambda c, _n: Cell(c.holiday_region or "–"), 104,  # noqa: RUF001  dash
                     is_sortable=False),
)  # fmt: skip


class LevelsPage(Page):
    """Two tables and the facts of what is chosen in the one that was looked at last. GUI thread only."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.policies: dict[str, PolicyLine] = {}
        self.calendars: dict[str, Calendar] = {}
        self._is_on_policies = True
        self._why_not = ""
        self._declared = self._declare()
        buttons = {c.id.removeprefix(f"{_PREFIX}."): KeyButton.of(console.book, c) for c in self._declared}
        self.header = PaneHeader("Service levels")
        for name in ("add_policy", "add_calendar", "first"):
            self.header.right.addWidget(buttons[name])
        empty = EmptyState("No policy yet", "Add one with P, or begin with the usual ones with U.")
        self.policy_table: RecordTable[PolicyLine] = RecordTable(
            "Policies", _POLICIES, Source(self._fetch_policies, lambda line: line.policy.id), console.mailbox, empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        empty = EmptyState("No calendar yet", "Add one with K: it says in which hours time passes.")
        self.calendar_table: RecordTable[Calendar] = RecordTable(
            "Calendars", _CALENDARS, Source(self._fetch_calendars, lambda one: one.id), console.mailbox, empty,
            has_two_lines=True, unsent=console.unsent,
        )  # fmt: skip
        nothing = EmptyState("Nothing chosen", "Choose a policy or a calendar.")
        self.side = Side(console, "Service level", [buttons["change"], buttons["remove"]], nothing)
        lists = ((self.header, 0), (self.policy_table, 3), (self.calendar_table, 2))
        self.lay_beside(lists, self.side, sizes=_WIDTHS, least=(520, 360))
        for table, is_policies in ((self.policy_table, True), (self.calendar_table, False)):
            table.chosen.connect(lambda one, on=is_policies: self._look_at(on) if one else None)
            table.view.clicked.connect(lambda _index, on=is_policies: self._look_at(on))
            table.opened.connect(lambda _id: self.change())
        self.side.forms.left.connect(self._form_left)
        console.watch(self, ("sla_policy", "calendar"), lambda _changes: self.load())
        self.setAccessibleName("Service levels")
        self.load()

    def _declare(self) -> tuple[Command, ...]:
        may = self._may
        rows: tuple[tuple[str, str, str, str, Callable[[], None], Callable[[], bool]], ...] = (
            ("add_policy", "Add a policy", "How much time there is for what", "P", self.add_policy, may),
            ("add_calendar", "Add a calendar", "In which hours time passes", "K", self.add_calendar, may),
            ("first", "Begin with the usual", "Office hours and a policy for each priority", "U", self.add_first,
             lambda: may() and not self.policies),
            ("change", "Change", "What is chosen", "C", self.change, lambda: may() and bool(self._chosen())),
            ("remove", "Remove", "Take away what is chosen; Ctrl+Z puts it back", "Del", self.remove,
             lambda: may() and bool(self._chosen())),
            *clash_acts(lambda: self.side.clashes.first),
        )  # fmt: skip
        return tuple(
            Command(f"{_PREFIX}.{name}", title, about, (key,), "Service levels", run, can, single_key=True)
            for name, title, about, key, run, can in rows
        )

    def commands(self) -> tuple[Command, ...]:
        """Give what can be done here."""
        return self._declared

    def focus_first(self) -> None:
        """Go to the policies."""
        self.policy_table.setFocus()

    def _may(self) -> bool:
        return not self._why_not

    # What is shown

    def load(self) -> None:
        """Read policies and calendars."""

        def look_up(desk: Desk) -> tuple[Sequence[PolicyLine], Sequence[Calendar], str]:
            may_not = why_not(desk, Verb.UPDATE, SlaPolicy, Calendar)
            return sla_policies.policies(desk), sla_policies.calendars(desk), may_not

        self._console.read(self, look_up, lambda found: self._came(*found))

    def _came(self, policies: Sequence[PolicyLine], calendars: Sequence[Calendar], may_not: str) -> None:
        self.policies = {line.policy.id: line for line in policies}
        self.calendars = {one.id: one for one in calendars}
        self._why_not = may_not
        self.policy_table.show_ids(list(self.policies))
        self.calendar_table.show_ids(list(self.calendars))
        self.policy_table.refresh()
        self.calendar_table.refresh()
        self.side.say_why_not(may_not)
        self.policy_table.choose_first()
        self._show()

    def _fetch_policies(self, ids: Sequence[str]) -> "Future[Sequence[PolicyLine]]":
        found: Future[Sequence[PolicyLine]] = Future()
        found.set_result([self.policies[one] for one in ids if one in self.policies])
        return found

    def _fetch_calendars(self, ids: Sequence[str]) -> "Future[Sequence[Calendar]]":
        found: Future[Sequence[Calendar]] = Future()
        found.set_result([self.calendars[one] for one in ids if one in self.calendars])
        return found

    def _look_at(self, on_policies: bool) -> None:  # noqa: FBT001  which of the two tables
        self._is_on_policies = on_policies
        self.side.forms.leave()
        self._show()

    def _chosen(self) -> str:
        return (self.policy_table if self._is_on_policies else self.calendar_table).chosen_id()

    def _show(self) -> None:
        one = self._chosen()
        table = "sla_policy" if self._is_on_policies else "calendar"
        self._console.read(self, lambda desk: conflicts.of_row(desk, table, one), lambda found: self._say(one, found))
        self._console.book.refresh()

    def _say(self, one: str, clashes: Sequence[ConflictLine]) -> None:
        if one != self._chosen():
            return
        if self._is_on_policies and one in self.policies:
            line = self.policies[one]
            self.side.say(line.policy.name, _sentence(line), _policy_facts(line), clashes, line.fault)
        elif not self._is_on_policies and one in self.calendars:
            calendar = self.calendars[one]
            self.side.say(calendar.name, _hours(calendar), _calendar_facts(calendar), clashes)
        else:
            self.side.say("", "", ())
        self._console.book.refresh()

    def _form_left(self) -> None:
        (self.policy_table if self._is_on_policies else self.calendar_table).setFocus()
        self._show()

    # What can be done

    def add_first(self) -> None:
        """Add office hours and a policy for each priority, to be changed."""
        self._console.write(self, sla_policies.add_first)

    def add_policy(self) -> None:
        """Ask for a policy."""
        self._is_on_policies = True
        self._with_words(lambda words: self._policy_form(None, words))

    def add_calendar(self) -> None:
        """Ask for a calendar."""
        self._is_on_policies = False
        self._with_words(lambda words: self._calendar_form(None, words))

    def change(self) -> None:
        """Change what is chosen."""
        one = self._chosen()
        if not one or not self._may():
            return
        if self._is_on_policies:
            self._with_words(lambda words: self._policy_form(self.policies[one].policy, words))
        else:
            self._with_words(lambda words: self._calendar_form(self.calendars[one], words))

    def remove(self) -> None:
        """Take away what is chosen."""
        one, is_policy, tell = self._chosen(), self._is_on_policies, self._console.navigator.tell

        def remove(desk: Desk) -> None:
            (sla_policies.remove_policy if is_policy else sla_policies.remove_calendar)(desk, one)

        self._console.write(self, remove, lambda _none: tell("Removed; Ctrl+Z puts it back."))

    def _with_words(self, then: Callable[[Words], None]) -> None:
        self._console.read(self, customers.words, then)

    def _policy_form(self, policy: SlaPolicy | None, words: Words) -> None:
        one = policy or SlaPolicy(id=new_id(), name="", calendar_id=next(iter(self.calendars), ""))
        form = RecordForm(
            "Add a policy" if policy is None else f"Edit {one.name}", "Add it" if policy is None else "Save"
        )
        form.line("name", "Name", one.name)
        form.completed("plan", "Plan", one.plan, words.plans, "any")
        form.choice("priority", "Priority", _PRIORITIES, str(one.priority))
        options = [(each.id, each.name) for each in self.calendars.values()] or [("", "no calendar yet")]
        form.choice("calendar_id", "Calendar", options, one.calendar_id)
        for name, title in _TIMES:
            form.line(name, title, minutes_shown(getattr(one, name)), "30 min, 4 h; empty: none", "Business time")
        form.line("rank", "Rank", str(one.rank), help_text="Of two that fit equally well, the lower holds")

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            present = desk.cache.record(SlaPolicy, one.id) or one
            made = present.but(**_policy_values(values))
            sla_policies.save_policy(desk, made)
            return f"{made.name}: saved."

        self.side.forms.open(form, f"sla_policy/{policy.id if policy else 'new'}", verb)

    def _calendar_form(self, calendar: Calendar | None, words: Words) -> None:
        one = calendar or Calendar(id=new_id(), name="")
        title = "Add a calendar" if calendar is None else f"Edit {one.name}"
        form = RecordForm(title, "Add it" if calendar is None else "Save")
        form.line("name", "Name", one.name)
        form.completed("time_zone", "Time zone", one.time_zone, words.time_zones)
        form.text("periods", "Open", one.periods, "mon-fri 09:00-12:30 13:30-17:30; sat 22:00-06:00, or always")
        form.line("holiday_region", "Holidays of", one.holiday_region, "GB-ENG; empty: none")
        form.text("closed_days", "Also closed", one.closed_days, "2026-12-24 Christmas Eve")

        def verb(desk: Desk, values: dict[str, Any]) -> str:
            present = desk.cache.record(Calendar, one.id) or one
            if "time_zone" in values:
                values["time_zone"] = customers.time_zone_named(values["time_zone"])
            made = present.but(**{name: value.strip() for name, value in values.items()})
            sla_policies.save_calendar(desk, made)
            return f"{made.name}: saved."

        self.side.forms.open(form, f"calendar/{calendar.id if calendar else 'new'}", verb)


def _policy_values(values: dict[str, Any]) -> dict[str, Any]:
    made = {name: value.strip() for name, value in values.items()}
    made |= {name: minutes_of(made[name]) for name, _title in _TIMES if name in made}
    return made | {name: minutes_of(made[name]) for name in ("priority", "rank") if name in made}


def _sentence(line: PolicyLine) -> str:
    one = line.policy
    what = " ".join(part for part in (f"P{one.priority}" if one.priority else "Every priority",
                                      f"on {one.plan}" if one.plan else "on any plan") if part)  # fmt: skip
    times = [f"{title.lower()} in {minutes_shown(getattr(one, name))}" for name, title in _TIMES if getattr(one, name)]
    return f"{what}: {', '.join(times) or 'no time is promised'}."


def _policy_facts(line: PolicyLine) -> list[Fact]:
    one = line.policy
    return [Fact("Hours", line.calendar, rows=(one.id,)), Fact("Rank", str(one.rank))]


def _hours(calendar: Calendar) -> str:
    return f"Open {calendar.periods}, time of {calendar.time_zone}."


def _calendar_facts(calendar: Calendar) -> list[Fact]:
    facts = [Fact("Holidays", calendar.holiday_region or "none", rows=(calendar.id,))]
    return facts + ([Fact("Also closed", calendar.closed_days)] if calendar.closed_days else [])
