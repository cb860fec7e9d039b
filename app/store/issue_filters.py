"""A filter's tree as SQL: conditions on `s`, an issue's sums, and `i`, the issue. Values are always bound."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.issue_filter import (
    AHEAD,
    ANY,
    JUST_OPEN,
    LATE,
    ME,
    NONE,
    All,
    Either,
    Name,
    Node,
    Not,
    Range,
    Relation,
    Span,
    Term,
    Value,
    Word,
    Words,
)
from app.domain.issue_filter_times import Business, day_begins, moved, working_week
from app.store.codec import instant_cell
from app.store.deployments import after_one
from app.store.issue_words import FAR
from app.store.search import begins, words_of


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and when: views and filters depend on it."""

    person_id: str
    name: str
    now: datetime
    business: Business = field(default=working_week)


@dataclass(frozen=True, slots=True)
class Condition:
    """A SQL condition with its values; `is_plain`: it needs no more than the row of sums."""

    sql: str
    values: tuple[Any, ...] = ()
    needs_issue: bool = False


EVERYTHING = Condition("1")


def joined(word: str, parts: Sequence[Condition]) -> Condition:
    """Give the conditions with AND or OR between them."""
    told = [part for part in parts if part != EVERYTHING] if word == "AND" else list(parts)
    if len(told) < 2:
        return told[0] if told else EVERYTHING
    return Condition(
        f" {word} ".join(part.sql if word == "AND" else f"({part.sql})" for part in told),
        tuple(value for part in told for value in part.values),
        any(part.needs_issue for part in told),
    )


def condition(node: Node, asker: Asker) -> Condition:
    """Give what a tree asks for."""
    match node:
        case All():
            # Words together are one look-up: of each alone there may be a million.
            words = [part for part in node.parts if isinstance(part, Words)]
            others = [part for part in node.parts if not isinstance(part, Words)]
            inner = [(part, condition(part, asker)) for part in others]
            told = [_bracketed(c) if isinstance(part, Either) else c for part, c in inner]
            return joined("AND", [*told, _worded(words)])
        case Either():
            return joined("OR", [condition(part, asker) for part in node.parts])
        case Not():
            # What is not known does not hold, and then its contrary does.
            inner_one = condition(node.part, asker)
            return Condition(f"NOT coalesce(({inner_one.sql}), 0)", inner_one.values, inner_one.needs_issue)
        case Words():
            return _worded([node])
        case Term():
            return _term(node, asker)


def _bracketed(one: Condition) -> Condition:
    return Condition(f"({one.sql})", one.values, one.needs_issue)


def _term(term: Term, asker: Asker) -> Condition:
    compiled = [_COMPILERS[term.field](term, value, asker) for value in term.values]
    return compiled[0] if len(compiled) == 1 else _bracketed(joined("OR", compiled))


# Words


def _worded(parts: Sequence[Words]) -> Condition:
    """Keep issues in which each part is in their own text, or in the name of their customer or caller."""
    told = [(words_of(part.text), part.is_exact) for part in parts]
    asked = [_phrase(words) if is_exact else begins(words) for words, is_exact in told if words]
    if not asked:
        return EVERYTHING
    own = "SELECT rowid FROM issue_search WHERE issue_search MATCH ?"
    by_name = f"customer_id IN ({_searched('customer')}) OR contact_id IN ({_searched('contact')})"
    if len(asked) == 1:
        customers = f"SELECT pk FROM issue WHERE customer_id IN ({_searched('customer')})"
        contacts = f"SELECT pk FROM issue WHERE contact_id IN ({_searched('contact')})"
        return Condition(f"s.pk IN ({own} UNION ALL {customers} UNION ALL {contacts})", (*asked,) * 3)
    each = " AND ".join(f"({by_name} OR pk IN ({own}))" for _ in asked)
    values = (" AND ".join(f"({one})" for one in asked), *(" OR ".join(f"({one})" for one in asked),) * 2)
    return Condition(
        f"s.pk IN ({own} UNION ALL SELECT pk FROM issue WHERE ({by_name}) AND {each})",
        (*values, *(one for one in asked for _ in range(3))),
    )


def _phrase(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"'


def _searched(table: str) -> str:
    return (
        f"SELECT id FROM {table} WHERE deleted = 0 AND pk IN "
        f"(SELECT rowid FROM {table}_search WHERE {table}_search MATCH ?)"
    )


# Choices

_Compiler = Callable[[Term, Value, Asker], Condition]
_HANGS = "s.id IN (SELECT issue_id FROM {} WHERE deleted = 0)"
_HAS = {
    "conflict": Condition("s.id IN (SELECT row_id FROM conflict WHERE tbl = 'issue' AND resolved_at IS NULL)"),
    "promise": Condition("s.promise_due_at IS NOT NULL"),
    "tag": Condition(_HANGS.format("tag")),
    "note": Condition(_HANGS.format("note")),
    "follower": Condition(_HANGS.format("follower")),
    "file": Condition(_HANGS.format("attachment")),
    "problem": Condition("s.id IN (SELECT issue_id FROM issue_link WHERE deleted = 0 AND kind = 'problem')"),
    "workaround": Condition("i.workaround != ''", needs_issue=True),
    "cause": Condition("i.cause != ''", needs_issue=True),
}


def _text(value: Value) -> str:
    assert isinstance(value, Name | Word)
    return value.text


def _state(_term: Term, value: Value, _asker: Asker) -> Condition:
    match _text(value):
        case "open":
            return Condition("s.is_open = 1")
        case wanted if wanted == ANY:
            return Condition("s.state != 'deleted'")
        case wanted:
            return Condition("s.state = ?", ("open" if wanted == JUST_OPEN else wanted,))


def _kind(_term: Term, value: Value, _asker: Asker) -> Condition:
    return Condition("i.kind = ?", (_text(value),), needs_issue=True)


def _vip(_term: Term, value: Value, _asker: Asker) -> Condition:
    return Condition("s.is_vip = 1" if _text(value) == "yes" else "s.is_vip = 0")


def _snoozed(_term: Term, value: Value, asker: Asker) -> Condition:
    wanted = "IN" if _text(value) == "yes" else "NOT IN"
    mine = "SELECT issue_id FROM snooze WHERE deleted = 0 AND person_id = ? AND until_at > ?"
    return Condition(f"s.id {wanted} ({mine})", (asker.person_id, instant_cell(asker.now)))


def _has(_term: Term, value: Value, asker: Asker) -> Condition:
    return after_deployment(asker) if _text(value) == "deployment" else _HAS[_text(value)]


def after_deployment(asker: Asker) -> Condition:
    """Keep issues tied to a deployment, and those about which the customer said something soon after a late one."""
    sql, values = after_one(asker.now)
    return Condition(f"s.pk IN (SELECT pk FROM issue WHERE id IN ({sql}))", values)


# Names


def _like(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\%_" else c for c in text) + "%"


def _named(column: str, value: Value) -> tuple[str, tuple[Any, ...]]:
    """Give the SQL for a column that is the name, or begins with it; `none` is the empty one."""
    if isinstance(value, Word):
        return f"{column} = ''", ()
    if isinstance(value, Name) and value.is_beginning:
        return f"{column} LIKE ? ESCAPE '\\'", (_like(value.text),)
    return f"{column} = ? COLLATE NOCASE", (_text(value),)


def _column(column: str, longest: int = 0) -> _Compiler:
    def compiled(_term: Term, value: Value, _asker: Asker) -> Condition:
        short = Name(value.text[:longest], value.is_beginning) if isinstance(value, Name) and longest else value
        return Condition(*_named(column, short), needs_issue=column.startswith("i."))

    return compiled


def _installed(column: str) -> _Compiler:
    """Look at what the issue says, or else its installation."""
    there = f"(SELECT {column} FROM installation WHERE id = i.installation_id)"
    said = f"coalesce(nullif(i.{column}, ''), {there}, '')"
    return lambda _term, value, _asker: Condition(*_named(said, value), needs_issue=True)


def _of(table: str) -> _Compiler:
    """Look for the customer or contact by the beginnings of the words of its name."""

    def compiled(_term: Term, value: Value, _asker: Asker) -> Condition:
        if isinstance(value, Word):
            return Condition(f"i.{table}_id IS NULL", needs_issue=True)
        words = words_of(_text(value))
        if not words:
            return Condition("0")
        asked = "name : (" + " AND ".join(f'"{word}"*' for word in words) + ")"
        return Condition(f"s.pk IN (SELECT pk FROM issue WHERE {table}_id IN ({_searched(table)}))", (asked,))

    return compiled


def _people(value: Value, asker: Asker) -> tuple[str, tuple[Any, ...]]:
    if isinstance(value, Word):
        return "SELECT ?", (asker.person_id,)
    like = _like(_text(value))
    return "SELECT id FROM person WHERE name LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\'", (like, f"% {like}")


def _owner(_term: Term, value: Value, asker: Asker) -> Condition:
    if value == Word(NONE):
        return Condition("s.owner = ''")
    sql, values = _people(value, asker)
    return Condition(f"s.pk IN (SELECT pk FROM issue WHERE owner_id IN ({sql}))", values)


def _follower(_term: Term, value: Value, asker: Asker) -> Condition:
    if value == Word(NONE):
        return Condition("s.id NOT IN (SELECT issue_id FROM follower WHERE deleted = 0)")
    sql, values = _people(value, asker)
    return Condition(f"s.id IN (SELECT issue_id FROM follower WHERE deleted = 0 AND person_id IN ({sql}))", values)


def _waiting(_term: Term, value: Value, asker: Asker) -> Condition:
    if value == Word(NONE):
        return Condition("s.state = 'waiting' AND s.waiting = 'waiting'")
    whom = Name(asker.name) if value == Word(ME) else value
    assert isinstance(whom, Name)
    sql, values = _named("s.waiting", Name("waiting" + whom.text[:40], whom.is_beginning))
    return Condition(f"s.state = 'waiting' AND {sql}", values)


def _tag(_term: Term, value: Value, _asker: Asker) -> Condition:
    if isinstance(value, Word):
        return Condition("s.id NOT IN (SELECT issue_id FROM tag WHERE deleted = 0)")
    sql, values = _named("word", value)
    return Condition(f"s.id IN (SELECT issue_id FROM tag WHERE deleted = 0 AND {sql})", values)


# Numbers and times

_MIRRORED = {Relation.OVER: "<", Relation.FROM: "<=", Relation.UNDER: ">", Relation.TO: ">="}


def _number(column: str) -> _Compiler:
    def compiled(term: Term, value: Value, _asker: Asker) -> Condition:
        needs_issue = column.startswith("i.")
        if isinstance(value, Range):
            return Condition(f"{column} BETWEEN ? AND ?", (value.low, value.high), needs_issue)
        sign = "=" if term.relation is Relation.IS else term.relation.value
        return Condition(f"{column} {sign} ?", (value,), needs_issue)

    return compiled


def _time(column: str, older: str = "") -> _Compiler:
    """Compare a time; `older` is the column that says since when nothing happened, where that is another.

    A plus before a column keeps SQLite from going along its index, which costs more than it saves when much is found.
    """

    def compiled(term: Term, value: Value, asker: Asker) -> Condition:
        sql, values = _when(term, value, asker, column, older or column)
        return Condition(sql, values, column.startswith("i."))

    return compiled


def _when(term: Term, value: Value, asker: Asker, column: str, older: str) -> tuple[str, tuple[int, ...]]:
    if isinstance(value, Word):
        late = (f"{column} < ?", (instant_cell(asker.now),))
        return late if value.text == LATE else (f"{column} IS NULL", ())
    if isinstance(value, Span):
        is_back = term.field not in AHEAD
        at = instant_cell(moved(asker.now, value, asker.business, is_back=is_back))
        sign = _MIRRORED[term.relation] if is_back else term.relation.value
        is_older = term.relation in {Relation.OVER, Relation.FROM}
        return f"{older if is_older else column} {sign} ?", (at,)
    first, last = (value.low, value.high) if isinstance(value, Range) else (value, value)
    assert isinstance(first, date)
    assert isinstance(last, date)
    begins_at, ends_at = instant_cell(day_begins(first)), instant_cell(day_begins(last + timedelta(days=1)))
    match term.relation:
        case Relation.IS:
            return f"{column} >= ? AND {column} < ?", (begins_at, ends_at)
        case Relation.OVER | Relation.TO:
            return f"{column} {'>=' if term.relation is Relation.OVER else '<'} ?", (ends_at,)
        case _:
            return f"{column} {term.relation.value} ?", (begins_at,)


_COMPILERS: dict[str, _Compiler] = {
    "state": _state,
    "kind": _kind,
    "vip": _vip,
    "snoozed": _snoozed,
    "has": _has,
    "p": _number("s.priority"),
    "calls": _number("s.calls"),
    "chasers": _number("s.chasers"),
    "number": _number("s.number"),
    "level": _number("i.level"),
    "customer": _of("customer"),
    "contact": _of("contact"),
    "owner": _owner,
    "follower": _follower,
    "waiting": _waiting,
    "topic": _column("s.topic", 40),
    "tag": _tag,
    "product": _installed("product"),
    "build": _installed("build"),
    "team": _column("i.team"),
    "source": _column("i.source"),
    "updated": _time("+s.told_at", "+s.quiet_at"),
    "heard": _time("+s.words_at"),
    "called": _time("+s.last_call_at"),
    "opened": _time("nullif(s.opened_at, 0)"),
    "closed": _time("i.closed_at"),
    "changed": _time("i.changed_at"),
    "promise": _time("+s.promise_due_at"),
    "due": _time(f"nullif(s.due_at, {FAR})"),
}
