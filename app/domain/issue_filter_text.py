"""The filter language as text: read into the tree, with where and why it cannot be read, and written from it."""

import difflib
import re
from collections.abc import Callable, Sequence
from datetime import date

from app.domain.errors import BadInput
from app.domain.issue_filter import (
    ALSO,
    FIELDS,
    ME,
    NONE,
    All,
    Either,
    Field,
    Name,
    Node,
    Not,
    Range,
    Relation,
    Sort,
    Span,
    Term,
    Unit,
    Value,
    Word,
    Words,
)

LONGEST = 2_000  # characters
DEEPEST = 20
MOST_TERMS = 100


class FilterError(BadInput):
    """A filter that cannot be read: `at` is the character (from 0) where, `expected` what could stand there."""

    def __init__(self, at: int, what: str, expected: str) -> None:
        super().__init__(f"{what} (column {at + 1})", expected)
        self.at, self.trouble, self.expected = at, what, expected

    def __reduce__(self) -> tuple[type["FilterError"], tuple[int, str, str]]:  # type: ignore[override]
        """Pickle by what it was made of."""
        return type(self), (self.at, self.trouble, self.expected)


def parse(text: str) -> Node:
    """Give the tree of a filter; raises FilterError, which says where it cannot be read."""
    if len(text) > LONGEST:
        raise FilterError(LONGEST, "The filter is too long", f"A filter has at most {LONGEST:,} characters.")
    return _Reader(text).whole()


# Reading

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r'[^\s()"]+')
_TERM = re.compile(r"([^\W\d]\w*)(>=|<=|[:<>=])")
_PLAIN = re.compile(r'[^\s()",]+')
_NUMBER = re.compile(r"[0-9]{1,15}")
_SPAN = re.compile(r"([0-9]{1,4})(bh|bd|m|h|d|w)", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at, self.terms = text, 0, 0

    def whole(self) -> Node:
        self._skip()
        if self._is_over():
            return All()
        node = self._either(0)
        if not self._is_over():
            raise FilterError(self.at, "This bracket closes nothing", "Take it away, or open one before it.")
        return node

    def _is_over(self) -> bool:
        return self.at >= len(self.text)

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _next_is(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _joint(self) -> str:
        """Give the `or` or `and` that stands here, or nothing."""
        found = _BARE.match(self.text, self.at)
        word = found.group().lower() if found else ""
        return word if word in {"or", "and"} else ""

    def _either(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._joint() == "or":
            self.at += 2
            self._skip()
            parts.append(self._all(depth))
        return _joined(Either, parts)

    def _all(self, depth: int) -> Node:
        parts: list[Node] = []
        while not self._is_over() and not self._next_is(")"):
            joint = self._joint()
            if joint and not parts:
                raise FilterError(self.at, f"There is nothing before “{joint}”", "Write a filter before it.")
            if joint == "or":
                break
            if joint:
                self.at += 3
                self._skip()
                if self._is_over() or self._next_is(")") or self._joint():
                    raise FilterError(self.at, "There is nothing after “and”", "Write a filter after it.")
            parts.append(self._one(depth))
            self._skip()
        if not parts:
            raise FilterError(self.at, "A filter is missing here", 'Write one, such as vip:yes or "exact words".')
        return _joined(All, parts)

    def _one(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FilterError(self.at, "This is nested too deeply", f"At most {DEEPEST} brackets or minus signs.")
        if self._next_is("-"):
            minus = self.at
            self.at += 1
            if self._is_over() or self.text[self.at].isspace() or self._next_is(")"):
                raise FilterError(minus, "There is nothing behind the minus", "Write what is not wanted: -tag:vpn.")
            return Not(self._one(depth + 1))
        if self._next_is("("):
            opened = self.at
            self.at += 1
            self._skip()
            node = self._either(depth + 1)
            if not self._next_is(")"):
                raise FilterError(opened, "This bracket is not closed", "Write ) where it ends.")
            self.at += 1
            return node
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise FilterError(self.at, "The filter has too many parts", f"At most {MOST_TERMS} can be read.")
        return self._words() if self._next_is('"') else self._term()

    def _words(self) -> Node:
        text = " ".join(self._quoted().split())
        return Words(text, is_exact=True) if text else All()

    def _quoted(self) -> str:
        end = self.text.find('"', self.at + 1)
        if end < 0:
            raise FilterError(self.at, "This quotation mark is not closed", 'Write " where the words end.')
        text, self.at = self.text[self.at + 1 : end], end + 1
        return text

    def _term(self) -> Node:
        start = self.at
        found = _TERM.match(self.text, start)
        if found is None:
            bare = _BARE.match(self.text, start)
            assert bare is not None, "neither space, bracket nor quote"
            self.at = bare.end()
            text = bare.group().rstrip("*")
            return Words(text) if text else All()
        named = found.group(1).lower()
        known = FIELDS.get(ALSO.get(named, named))
        if known is None:
            raise FilterError(
                start, f"“{found.group(1)}” is no field", _nearest(named, (*FIELDS, *ALSO), found.group())
            )
        self.at = found.end()
        relation = Relation(":" if found.group(2) == "=" else found.group(2))
        if relation is not Relation.IS and known.sort in {Sort.CHOICE, Sort.NAME}:
            raise FilterError(
                found.start(2), f"“{known.name}” is not more or less", f"Write {known.name}: and a value."
            )
        values = [self._value(known, relation)]
        while self._next_is(",") and relation is Relation.IS:
            self.at += 1
            values.append(self._value(known, relation))
        if not self._is_over() and not self.text[self.at].isspace() and self.text[self.at] not in "()":
            raise FilterError(self.at, "This value has no end here", "Write a space between two filters.")
        return Term(known.name, relation, tuple(values), start)

    def _value(self, known: Field, relation: Relation) -> Value:
        start = self.at
        if self._next_is('"'):
            text = " ".join(self._quoted().split())
            if known.sort is Sort.NAME and text:
                return Name(text)
            if known.sort is Sort.NAME:
                raise FilterError(start, f"“{known.name}” needs a value", _wanted(known, relation))
        else:
            found = _PLAIN.match(self.text, self.at)
            text = found.group() if found else ""
            self.at = found.end() if found else self.at
        if not text:
            raise FilterError(start, f"“{known.name}” needs a value", _wanted(known, relation))
        made = _READ[known.sort](known, relation, text)
        if made is None:
            raise FilterError(
                start, f"“{text}” is nothing that “{known.name}” can be", _near_value(known, relation, text)
            )
        return made


def _joined(kind: type[All] | type[Either], parts: Sequence[Node]) -> Node:
    """Give the parts as one node, the simplest one that means the same."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _choice(known: Field, _relation: Relation, text: str) -> Value | None:
    return Word(text.lower()) if text.lower() in known.words else None


def _name(known: Field, _relation: Relation, text: str) -> Value | None:
    if text.lower() in known.words:
        return Word(text.lower())
    beginning = text.rstrip("*")
    return Name(beginning, is_beginning=beginning != text) if beginning else None


def _number(_known: Field, relation: Relation, text: str) -> Value | None:
    low, dots, high = text.removeprefix("#").partition("..")
    if not dots:
        return int(low) if _NUMBER.fullmatch(low) else None
    if relation is Relation.IS and _NUMBER.fullmatch(low) and _NUMBER.fullmatch(high) and int(low) <= int(high):
        return Range(int(low), int(high))
    return None


def _time(known: Field, relation: Relation, text: str) -> Value | None:
    if relation is Relation.IS and text.lower() in known.words:
        return Word(text.lower())
    low, dots, high = text.partition("..")
    if dots:
        first, last = _day(low), _day(high)
        return Range(first, last) if relation is Relation.IS and first and last and first <= last else None
    span = _SPAN.fullmatch(text)
    if span and relation is not Relation.IS:
        return Span(int(span.group(1)), Unit(span.group(2).lower()))
    return _day(text)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None or not 1900 <= int(found.group(1)) <= 2200:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


_READ: dict[Sort, Callable[[Field, Relation, str], Value | None]] = {
    Sort.CHOICE: _choice,
    Sort.NAME: _name,
    Sort.NUMBER: _number,
    Sort.TIME: _time,
}


def _wanted(known: Field, relation: Relation) -> str:
    match known.sort:
        case Sort.CHOICE:
            return f"Write one of {', '.join(known.words)}."
        case Sort.NAME:
            return f'Write {known.name}:word or {known.name}:"several words".'
        case Sort.NUMBER:
            return f"Write {known.name}:2, {known.name}>=2 or {known.name}:1..3."
        case _:
            ways = f"{known.name}<2d, {known.name}>4h, {known.name}<2bd, {known.name}>2026-11-01"
            words = f" or {known.name}:{known.words[0]}" if known.words and relation is Relation.IS else ""
            return f"Write {ways}{words}."


def _near_value(known: Field, relation: Relation, text: str) -> str:
    near = difflib.get_close_matches(text.lower(), known.words, 1) if known.sort is Sort.CHOICE else []
    return f"Did you mean {known.name}:{near[0]}? {_wanted(known, relation)}" if near else _wanted(known, relation)


def _nearest(named: str, known: Sequence[str], written: str) -> str:
    near = difflib.get_close_matches(named, known, 1)
    hint = f"Did you mean {ALSO.get(near[0], near[0])}? " if near else ""
    return f'{hint}Fields are {", ".join(FIELDS)}; words with a colon stand in quotes, "{written}...".'


# Writing


def print_filter(node: Node) -> str:
    """Give the text of a tree; read again it gives the same tree."""
    match node:
        case Term():
            return f"{node.field}{node.relation.value}{','.join(_printed(v) for v in node.values)}"
        case Words():
            return f'"{node.text}"' if node.is_exact else node.text
        case Not():
            return f"-{_in_brackets(node.part, All, Either)}"
        case All():
            return " ".join(_in_brackets(part, Either) for part in node.parts) or '""'
        case Either():
            return " or ".join(print_filter(part) for part in node.parts)


def _in_brackets(node: Node, *kinds: type[Node]) -> str:
    text = print_filter(node)
    return f"({text})" if isinstance(node, kinds) and text != '""' else text


_NEEDS_QUOTES = re.compile(r"[\s(),]")


def _printed(value: Value) -> str:
    match value:
        case Name() if not value.is_beginning:
            is_own = value.text.lower() in {ME, NONE} or value.text.endswith("*")
            return f'"{value.text}"' if is_own or _NEEDS_QUOTES.search(value.text) else value.text
        case Word() | Name():
            return value.text + ("*" if isinstance(value, Name) else "")
        case Span():
            return f"{value.amount}{value.unit.value}"
        case Range():
            return f"{_printed(value.low)}..{_printed(value.high)}"
        case _:
            return str(value)  # a date as in ISO 8601
