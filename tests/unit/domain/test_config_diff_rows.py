from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.config_diff_rows import (
    Compared,
    Row,
    RowKind,
    change_starts,
    hunks,
    one_below_the_other,
    side_by_side,
    unified_text,
)
from app.domain.config_diff_summary import Summary, summary
from app.domain.config_diff_words import Spans, altered_words
from tests.unit.domain.config_texts import a_configuration, edited

LINES = st.lists(st.sampled_from(("interface Gi0/1", " shutdown", " no shutdown", "!", " mtu 9000")), max_size=30)
CONTEXTS = st.one_of(st.none(), st.integers(0, 4))

BEFORE = [
    "hostname core-nyc-1",
    "!",
    "interface Gi0/1",
    " description uplink",
    " ip address 10.20.0.1 255.255.255.0",
    " no shutdown",
    "!",
    "interface Gi0/2",
    " description spare",
    " ip address 10.20.1.1 255.255.255.0",
    " duplex auto",
    " speed auto",
    " no shutdown",
    "!",
    "snmp-server community <secret 3f9a1c> RO",
    "ntp server 10.0.0.9",
    "end",
]


def after(**lines: str) -> list[str]:
    """Give the configuration with lines replaced: "at_5" is the line before which five others stand."""
    changed = {int(at.removeprefix("at_")): line for at, line in lines.items()}
    return [changed.get(at, line) for at, line in enumerate(BEFORE)]


def shown(rows: list[Row], left: list[str], right: list[str]) -> list[str]:
    signs = {RowKind.GONE: "-", RowKind.NEW: "+", RowKind.EQUAL: " "}
    return [
        f"@{row.hidden} {row.heading}".rstrip()
        if row.kind is RowKind.FOLD
        else signs[row.kind] + (right[row.right] if row.kind is RowKind.NEW else left[row.left])
        for row in rows
    ]


@given(LINES, LINES, CONTEXTS)
def test_every_line_is_shown_once_or_folded(left: list[str], right: list[str], context: int | None) -> None:
    compared = Compared(left, right)
    beside, below = side_by_side(compared, context), one_below_the_other(compared, context)
    for rows_left, rows_right in (
        (beside, beside),
        ([r for r in below if r.kind is not RowKind.NEW], [r for r in below if r.kind is not RowKind.GONE]),
    ):
        lefts = [_covered(row, row.left) for row in rows_left if row.left >= 0]
        rights = [_covered(row, row.right) for row in rows_right if row.right >= 0]
        assert list(chain.from_iterable(lefts)) == list(range(len(left)))
        assert list(chain.from_iterable(rights)) == list(range(len(right)))
    assert context is not None or all(row.kind is not RowKind.FOLD for row in (*beside, *below))


def _covered(row: Row, start: int) -> range:
    return range(start, start + (row.hidden or 1))


@given(LINES, LINES, st.integers(0, 4))
def test_a_change_has_its_context_and_no_more(left: list[str], right: list[str], context: int) -> None:
    rows = one_below_the_other(Compared(left, right), context)
    changed = [at for at, row in enumerate(rows) if row.kind in {RowKind.GONE, RowKind.NEW}]
    for at, row in enumerate(rows):
        if row.kind is RowKind.EQUAL:
            assert min(abs(at - other) for other in changed) <= context + 1


@given(LINES, LINES)
def test_a_patch_of_it_gives_the_right_text(left: list[str], right: list[str]) -> None:
    text = unified_text(Compared(left, right), "a", "b")
    assert (text == "") is (left == right)
    assert patched(left, text) == right


def patched(left: list[str], text: str) -> list[str]:
    """Apply a unified diff as patch does."""
    made: list[str] = []
    at = 0
    for line in text.split("\n")[2:-1]:
        if line.startswith("@@"):
            start, _, size = line.split()[1].removeprefix("-").partition(",")
            begin = int(start) - (size != "0")
            made += left[at:begin]
            at = begin
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert left[at] == line[1:]
            at += 1
            if line[0] == " ":
                made.append(line[1:])
    return made + left[at:]


def test_a_fold_says_in_which_section_the_change_below_it_stands() -> None:
    right = after(at_11=" speed 1000")
    rows = one_below_the_other(Compared(BEFORE, right), 1)
    assert shown(rows, BEFORE, right) == [
        "@10 interface Gi0/2",
        "  duplex auto",
        "- speed auto",
        "+ speed 1000",
        "  no shutdown",
        "@4",
    ]


def test_a_heading_in_sight_is_not_said_twice() -> None:
    right = after(at_8=" description guests")
    rows = side_by_side(Compared(BEFORE, right), 3)
    assert rows[0] == Row(RowKind.FOLD, 0, 0, 5, "")


def test_lines_that_have_nothing_in_common_stand_beside_each_other() -> None:
    compared = Compared(["a 1", "same"], ["b 2", "c 3", "same"])
    assert side_by_side(compared, None) == [
        Row(RowKind.REPLACED, 0, 0),
        Row(RowKind.NEW, -1, 1),
        Row(RowKind.EQUAL, 1, 2),
    ]


def test_an_altered_line_knows_the_other_side_when_it_is_shown_twice() -> None:
    compared = Compared(["hostname a"], ["hostname b"])
    assert one_below_the_other(compared, None) == [Row(RowKind.GONE, 0, 0), Row(RowKind.NEW, 0, 0)]


def test_where_the_changes_begin() -> None:
    right = after(at_4=" ip address 10.20.0.2 255.255.255.0", at_15="ntp server 10.0.0.8")
    rows = side_by_side(Compared(BEFORE, right), 1)
    assert [rows[at].left for at in change_starts(rows)] == [4, 15]
    assert change_starts([]) == []


def test_everything_is_one_hunk() -> None:
    assert len(hunks(Compared(BEFORE, BEFORE).comparison, None)) == 1
    assert hunks(Compared(BEFORE, BEFORE).comparison, 3) == []
    assert hunks(Compared([], []).comparison, None) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({}, "Nothing changed"),
        ({"at_4": " ip address 10.20.0.2 255.255.255.0"}, "1 line changed in interface Gi0/1"),
        ({"at_4": " mtu 9000", "at_11": " speed 1000"}, "3 lines changed in 2 interfaces"),
        ({"at_15": "ntp server 10.0.0.8"}, "1 line changed in the global part"),
        ({"at_5": " shutdown", "at_0": "hostname a"}, "2 lines changed in interface Gi0/1 and the global part"),
    ],
)
def test_what_changed_in_words(lines: dict[str, str], words: str) -> None:
    assert str(summary(Compared(BEFORE, after(**lines)))) == words


def test_moved_lines_count_once() -> None:
    right = [*BEFORE[:2], *BEFORE[7:14], *BEFORE[2:7], *BEFORE[14:]]
    found = summary(Compared(BEFORE, right))
    assert (found.gone, found.new, found.moved) == (5, 5, 5)
    assert str(found) == "5 lines changed in interface Gi0/1"


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        (("interface a", "interface b", "vlan 20"), "2 interfaces and vlan 20"),
        (("interface a", "banner motd", "router bgp 1"), "interface a, router bgp 1 and banner motd"),
        (("interface a", "vlan 1", "router bgp 1", "class-map a"), "4 sections"),
        (("ip access-list extended A", "ip access-list extended B"), "2 access lists"),
        ((), ""),
    ],
)
def test_sections_of_several_kinds_in_words(sections: tuple[str, ...], words: str) -> None:
    assert Summary(sections=sections).where == words


def said(line: str, spans: Spans) -> list[str]:
    return [line[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("left", "right", "gone", "new"),
    [
        (" ip address 10.0.0.1 255.0.0.0", " ip address 10.0.0.2 255.0.0.0", ["10.0.0.1"], ["10.0.0.2"]),
        ("community <secret 3f9a1c> RO", "community <secret 77b012> RO", ["<secret 3f9a1c>"], ["<secret 77b012>"]),
        (" shutdown", " no shutdown", [], ["no"]),
        (" allowed vlan 10,20,30", " allowed vlan 10,30,40", ["20,"], [",40"]),
        (" description old link", " description new uplink", ["old link"], ["new uplink"]),
        ("same", "same", [], []),
    ],
)
def test_the_words_that_changed(left: str, right: str, gone: list[str], new: list[str]) -> None:
    spans = altered_words(left, right)
    assert (said(left, spans[0]), said(right, spans[1])) == (gone, new)


@given(st.text(alphabet="ab ,<>\t\r\x00é", max_size=30), st.text(alphabet="ab ,<>\t\r\x00é", max_size=30))
def test_without_the_words_that_changed_both_lines_say_the_same(left: str, right: str) -> None:
    gone, new = altered_words(left, right)
    # But for blanks, which belong to the words beside them.
    assert _without(left, gone).split() == _without(right, new).split()
    for line, spans in ((left, gone), (right, new)):
        assert all(0 <= start < end <= len(line) for start, end in spans)


def _without(line: str, spans: Spans) -> str:
    gone = {at for start, end in spans for at in range(start, end)}
    return "".join(character for at, character in enumerate(line) if at not in gone)


def test_a_line_of_a_megabyte_has_its_words_at_once() -> None:
    left = "a" * 1_000_000
    spans = altered_words(left + " one " + left, left + " two " + left)
    assert spans == (((1_000_001, 1_000_004),), ((1_000_001, 1_000_004),))


def test_ten_thousand_lines_become_rows() -> None:
    left = a_configuration(10_000)
    compared = Compared(left, edited(left, 500))
    assert len(side_by_side(compared, None)) > 10_000
    assert change_starts(side_by_side(compared, 3))
