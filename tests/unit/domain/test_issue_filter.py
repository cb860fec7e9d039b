"""The filter language: every text is a tree or an error that says where, and a tree's text is that tree again."""

import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.issue_filter import (
    FIELDS,
    All,
    Either,
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
    mentions,
)
from app.domain.issue_filter_text import FilterError, parse, print_filter

_PIECES = st.sampled_from(
    [
        *FIELDS,
        *':<>=-(),"* ',
        ">=",
        " or ",
        " and ",
        "open",
        "yes",
        "2d",
        "2bd",
        "1..2",
        "me",
        "none",
        "word",
        "2026-11-01",
    ]
)


def test_the_parts_of_a_filter() -> None:
    said = 'state:open vip:yes updated>2d -tag:vpn customer:"Northgate Rail" p:1..2 owner:me,none due<2bd wor* "a  b"'
    assert parse(said) == All(
        (
            Term("state", Relation.IS, (Word("open"),)),
            Term("vip", Relation.IS, (Word("yes"),)),
            Term("updated", Relation.OVER, (Span(2, Unit.DAYS),)),
            Not(Term("tag", Relation.IS, (Name("vpn"),))),
            Term("customer", Relation.IS, (Name("Northgate Rail"),)),
            Term("p", Relation.IS, (Range(1, 2),)),
            Term("owner", Relation.IS, (Word("me"), Word("none"))),
            Term("due", Relation.UNDER, (Span(2, Unit.BUSINESS_DAYS),)),
            Words("wor"),
            Words("a b", is_exact=True),
        )
    )
    assert parse("opened>2026-11-01") == Term("opened", Relation.OVER, (date(2026, 11, 1),))
    assert parse("build:39*") == Term("build", Relation.IS, (Name("39", is_beginning=True),))
    assert parse("PRIORITY=1") == Term("p", Relation.IS, (1,))
    assert mentions(parse("a or -(b state:any)"), "state")
    assert not mentions(parse('a "state:any"'), "state")


def test_and_binds_before_or_and_brackets_before_both() -> None:
    a, b, c = Words("a"), Words("b"), Words("c")
    assert parse("a b or c") == Either((All((a, b)), c))
    assert parse("a and (b or c)") == All((a, Either((b, c))))
    assert parse("-(a or b) -c") == All((Not(Either((a, b))), Not(c)))
    assert print_filter(parse("a  and (b OR c)")) == "a (b or c)"


def test_nothing_typed_is_everything() -> None:
    assert parse("") == parse("  ") == parse('""') == All()


def test_created_is_when_it_was_opened() -> None:
    assert parse("created<2d") == parse("opened<2d")


@pytest.mark.parametrize(
    ("said", "at", "expected"),
    [
        ("vip:yes statte:open", 8, "Did you mean state?"),
        ("vip:maybe", 4, "Write one of yes, no"),
        ("state:opn", 6, "Did you mean state:open?"),
        ("state:", 6, "Write one of open"),
        ("p:1 customer:", 13, "customer:word"),
        ("p:x", 2, "p:1..3"),
        ("p:3..1", 2, "p:1..3"),
        ("updated:2d", 8, "updated<2d"),
        ("opened>2026-02-30", 7, "opened>2026-11-01"),
        ("vip>yes", 3, "vip:"),
        ("a or", 4, "Write one"),
        ("or a", 0, "before it"),
        ("a and", 5, "after it"),
        ("(a b", 0, "Write )"),
        ("a b)", 3, "Take it away"),
        ("()", 1, "Write one"),
        ("a - b", 2, "-tag:vpn"),
        ('tag:a"b"', 5, "space"),
        ('"half a sen', 0, 'Write "'),
        ('vip:yes customer:"Halden Ho', 17, 'Write "'),
        ('"', 0, 'Write "'),
        ("-" * 30 + "a", 21, "At most 20"),
        ("(" * 30 + "a", 21, "At most 20"),
        ("a " * 101, 200, "At most 100"),
        ("a" * 2001, 2000, "2,000"),
        ("http://x", 0, "in quotes"),
    ],
)
def test_an_error_says_where_it_is_and_what_to_write(said: str, at: int, expected: str) -> None:
    with pytest.raises(FilterError) as told:
        parse(said)
    assert told.value.at == at
    assert expected in told.value.todo
    assert f"column {at + 1}" in told.value.what
    again = pickle.loads(pickle.dumps(told.value))
    assert (again.at, again.what, again.todo) == (told.value.at, told.value.what, told.value.todo)


def _same_again(text: str) -> None:
    try:
        tree = parse(text)
    except FilterError as e:
        told = e
    else:
        assert parse(print_filter(tree)) == tree
        return
    assert 0 <= told.at <= len(text)
    assert told.todo


@given(st.text(max_size=80))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    _same_again(text)


@given(st.lists(_PIECES | st.text(max_size=3), max_size=14).map("".join))
def test_any_heap_of_pieces_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    _same_again(text)


_TEXT = st.text(st.characters(exclude_characters='"', exclude_categories=["Cs"]), min_size=1, max_size=8).map(
    lambda text: " ".join(text.split())
)
_DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
_COUNTS = st.integers(0, 10**14)


def _values(name: str) -> st.SearchStrategy[tuple[Relation, tuple[Value, ...]]]:
    known = FIELDS[name]
    own = [Word(word) for word in known.words]
    alike: st.SearchStrategy[Value]
    match known.sort:
        case Sort.CHOICE:
            alike = st.sampled_from(own)
        case Sort.NAME:
            alike = st.sampled_from(own) | _TEXT.filter(bool).map(Name)
        case Sort.NUMBER:
            alike = _COUNTS | st.tuples(_COUNTS, _COUNTS).map(lambda two: Range(*sorted(two)))
        case _:
            alike = _DAYS | st.tuples(_DAYS, _DAYS).map(lambda two: Range(*sorted(two)))
    one = st.lists(alike, min_size=1, max_size=3).map(lambda values: (Relation.IS, tuple(values)))
    if known.sort in {Sort.CHOICE, Sort.NAME}:
        return one
    spans = st.builds(Span, st.integers(0, 9999), st.sampled_from(list(Unit)))
    compared = st.tuples(
        st.sampled_from([r for r in Relation if r is not Relation.IS]),
        (_COUNTS if known.sort is Sort.NUMBER else _DAYS | spans).map(lambda value: (value,)),
    )
    return one | compared


_TERMS = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: _values(name).map(lambda found: Term(name, *found)))
_TREES: st.SearchStrategy[Node] = st.recursive(
    _TERMS | _TEXT.filter(bool).map(lambda text: Words(text, is_exact=True)) | st.just(Words("plain")),
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: _flat(All, parts))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: _flat(Either, parts))
    ),
    max_leaves=8,
)


def _flat(kind: type[All] | type[Either], parts: list[Node]) -> Node:
    return kind(tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))))


@given(_TREES)
def test_a_tree_comes_back_from_its_text(tree: Node) -> None:
    assert parse(print_filter(tree)) == tree
