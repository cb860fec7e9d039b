"""What can be typed next into a filter: fields, their own words, and names of what there is here."""

import re
from collections.abc import Callable

from app.domain.issue_filter import ALSO, FIELDS, Field, Sort
from app.services.desk import Desk

MOST = 9
_TOKEN = re.compile(r'-?(?:(?P<field>[^\W\d]\w*)(?P<relation>>=|<=|[:<>=]))?(?P<value>"[^"]*|[^\s()"]*)$')
_SPANS = ("1h", "4h", "1d", "2d", "2bd", "7d", "30d")
_NEWEST = 5_000  # issues whose words are offered


def completions(desk: Desk, before: str) -> tuple[str, ...]:
    """Give what could stand instead of the word at the end of `before` (the text up to the cursor), likely ones first.

    Nothing is offered for the word as a whole when nothing of it is typed.
    """
    found = _TOKEN.search(before)
    if found is None:
        return ()
    token = found.group()
    minus = "-" if token.startswith("-") else ""
    name = (found["field"] or "").lower()
    if not found["field"]:
        typed = found["value"].lower()
        return tuple(f"{minus}{f}:" for f in FIELDS if typed and f.startswith(typed))[:MOST]
    field = FIELDS.get(ALSO.get(name, name))
    if field is None:
        return ()
    beginning = found["value"].strip('"').lower()
    head = f"{minus}{found['field']}{found['relation']}"
    words = [
        w
        for w in (*_own(field, found["relation"]), *_names(desk, field.name, beginning))
        if w.lower().startswith(beginning)
    ]
    return tuple(head + _quoted(word) for word in dict.fromkeys(words) if word)[:MOST]


def _own(field: Field, relation: str) -> tuple[str, ...]:
    if field.sort is Sort.TIME:
        return field.words if relation == ":" else _SPANS
    return ("1", "2", "3", "4") if field.name == "p" else field.words


def _quoted(word: str) -> str:
    return f'"{word}"' if re.search(r'[\s(),"]', word) else word


def _names(desk: Desk, field: str, beginning: str) -> list[str]:
    look_up = _LOOK_UPS.get(field)
    return look_up(desk, beginning) if look_up is not None else []


def _named(table: str, where: str = "deleted = 0") -> Callable[[Desk, str], list[str]]:
    statement = (
        f"SELECT name FROM {table} WHERE {where} AND name >= ? COLLATE NOCASE AND name < ? COLLATE NOCASE "  # noqa: S608  our own words
        f"ORDER BY name COLLATE NOCASE LIMIT {MOST}"
    )
    return lambda desk, typed: [n for (n,) in desk.cache.read(statement, (typed, typed + "\U0010ffff"))]


def _lately(column: str) -> Callable[[Desk, str], list[str]]:
    newest = f"SELECT {column} AS word FROM issue WHERE deleted = 0 ORDER BY pk DESC LIMIT {_NEWEST}"  # noqa: S608  our own
    statement = f"SELECT word, count(*) AS n FROM ({newest}) WHERE word <> '' GROUP BY word ORDER BY n DESC LIMIT 200"  # noqa: S608  our own
    return lambda desk, _typed: [word for word, _n in desk.cache.read(statement)]


def _tags(desk: Desk, _typed: str) -> list[str]:
    newest = f"SELECT word FROM tag WHERE deleted = 0 ORDER BY pk DESC LIMIT {_NEWEST}"  # noqa: S608  our own
    return [w for w, _n in desk.cache.read(f"SELECT word, count(*) AS n FROM ({newest}) GROUP BY word ORDER BY n DESC")]  # noqa: S608  our own


_PEOPLE = _named("person", "is_active = 1")
_LOOK_UPS: dict[str, Callable[[Desk, str], list[str]]] = {
    "customer": _named("customer"),
    "contact": _named("contact"),
    "owner": _PEOPLE,
    "follower": _PEOPLE,
    "tag": _tags,
    **{name: _lately(name) for name in ("topic", "product", "build", "team", "source")},
    "waiting": _lately("waiting_on"),
}
