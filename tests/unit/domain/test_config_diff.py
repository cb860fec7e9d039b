from collections.abc import Sequence
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.config_diff import Change, Comparison, compare, lines_of
from tests.unit.domain.config_texts import a_configuration, edited, reordered, repetitive

SAID = (
    "interface Gi0/1",
    "interface Gi0/2",
    " shutdown",
    " no shutdown",
    "!",
    "",
    " ip address 10.0.0.1",
    "\tmtu 9000",
)
LINES = st.lists(st.one_of(st.sampled_from(SAID), st.text(max_size=12)), max_size=30)
BIG = a_configuration(2000)


def applied(comparison: Comparison, left: Sequence[str], right: Sequence[str]) -> list[str]:
    """Give the right text, taking from it only what the comparison says is new there."""
    made: list[str] = []
    at_left = at_right = 0
    for one in comparison.stretches:
        assert (one.left, one.right) == (at_left, at_right)
        made += left[one.left : one.left_end] if one.change is Change.EQUAL else right[one.right : one.right_end]
        at_left, at_right = one.left_end, one.right_end
    assert (at_left, at_right) == (len(left), len(right))
    return made


def equal_lines(comparison: Comparison) -> int:
    return sum(one.left_end - one.left for one in comparison.stretches if one.change is Change.EQUAL)


def changed_lines(comparison: Comparison, of: Change) -> int:
    return sum(max(s.left_end - s.left, s.right_end - s.right) for s in comparison.stretches if s.change is of)


@given(LINES, LINES)
def test_applied_to_the_left_it_gives_the_right(left: list[str], right: list[str]) -> None:
    for in_pairs in (False, True):
        assert applied(compare(left, right, in_pairs=in_pairs), left, right) == right


@given(LINES, LINES)
def test_each_stretch_is_what_it_says(left: list[str], right: list[str]) -> None:
    found = compare(left, right)
    for one in found.stretches:
        sizes = one.left_end - one.left, one.right_end - one.right
        match one.change:
            case Change.EQUAL | Change.ALTERED:
                assert sizes[0] == sizes[1] > 0
                pairs = zip(left[one.left : one.left_end], right[one.right : one.right_end], strict=True)
                assert all((a == b) is (one.change is Change.EQUAL) for a, b in pairs)
            case Change.GONE:
                assert sizes[0] > 0 == sizes[1]
            case Change.NEW:
                assert sizes[1] > 0 == sizes[0]
    neighbours = list(zip(found.stretches, found.stretches[1:], strict=False))
    assert all(one.change is not other.change for one, other in neighbours)
    assert not any(one.change is Change.NEW and other.change is Change.GONE for one, other in neighbours)


@given(LINES, LINES)
def test_the_other_way_round_it_is_mirrored(left: list[str], right: list[str]) -> None:
    one, other = compare(left, right), compare(right, left)
    for change in (Change.EQUAL, Change.ALTERED):
        here = [(s.left, s.left_end, s.right, s.right_end) for s in one.stretches if s.change is change]
        there = [(s.right, s.right_end, s.left, s.left_end) for s in other.stretches if s.change is change]
        assert here == there
    assert (one.moved_left, one.moved_right) == (other.moved_right, other.moved_left)


@given(LINES)
def test_the_same_text_has_no_change(lines: list[str]) -> None:
    assert compare(lines, list(lines)).is_same


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(left: str, right: str) -> None:
    lefts, rights = lines_of(left), lines_of(right)
    assert applied(compare(lefts, rights), lefts, rights) == rights


def test_line_ends_of_devices() -> None:
    assert lines_of("a\r\nb\rc\n\nd") == ["a", "b", "c", "", "d"]
    assert lines_of("a\n") == lines_of("a") == ["a"]
    assert lines_of("") == []
    assert lines_of("one\x0bline\x85of\u2028all") == ["one\x0bline\x85of\u2028all"]


@pytest.mark.parametrize(
    "right",
    [edited(BIG, 20), edited(BIG, 400), repetitive(2000), a_configuration(2000, seed=9)],
    ids=["few", "many", "repeated", "another"],
)
def test_it_finds_about_as_much_equal_as_difflib(right: list[str]) -> None:
    found = compare(BIG, right)
    theirs = SequenceMatcher(None, BIG, right).get_opcodes()
    assert applied(found, BIG, right) == right
    assert equal_lines(found) >= 0.98 * sum(end - start for tag, start, end, _, _ in theirs if tag == "equal")


def test_moved_sections_are_told_from_new_ones() -> None:
    right = reordered(BIG)
    found = compare(BIG, right)
    assert applied(found, BIG, right) == right
    gone = [s for s in found.stretches if s.change is Change.GONE]
    lines = {at for s in gone for at in range(s.left, s.left_end)}
    assert len(lines) > 50
    assert not any(s.change is Change.ALTERED for s in found.stretches)
    assert found.moved_left == lines
    assert sorted(BIG[at] for at in found.moved_left) == sorted(right[at] for at in found.moved_right)


def test_a_line_of_one_interface_is_not_taken_for_that_of_another() -> None:
    left = ["interface Gi0/1", " no shutdown", "!", "interface Gi0/2", " mtu 9000", " no shutdown", "!"]
    right = ["interface Gi0/1", "!", "interface Gi0/2", " mtu 9000", " no shutdown", "!"]
    found = compare(left, right)
    assert [(s.change, s.left, s.left_end) for s in found.stretches if s.change is not Change.EQUAL] == [
        (Change.GONE, 1, 2)
    ]


def test_a_new_section_is_new_as_a_whole() -> None:
    left = ["interface Gi0/1", " mtu 9000", "!", "interface Gi0/3", " mtu 9000", "!"]
    right = [*left[:3], "interface Gi0/2", " mtu 9000", "!", *left[3:]]
    (new,) = [s for s in compare(left, right).stretches if s.change is not Change.EQUAL]
    assert (new.change, new.right, new.right_end) == (Change.NEW, 3, 6)


def test_a_closing_line_alone_does_not_tie_two_texts_together() -> None:
    left = ["router ospf 1", " network 10.0.0.0", "!", "snmp-server location A"]
    right = ["vlan 20", " name guests", "!", "ntp server 10.0.0.9"]
    assert equal_lines(compare(left, right)) == 0


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("hostname core-1", "hostname core-2"),
        (" shutdown", " no shutdown"),
        ("snmp-server community <secret 3f9a1c> RO", "snmp-server community <secret 77b012> RO"),
        (" ip address 10.0.0.1 255.255.255.0", " ip address 10.0.0.2 255.255.255.0"),
        ("\tset mtu 1500 ", "\tset mtu 9000"),
    ],
)
def test_a_line_that_begins_alike_is_one_altered_line(left: str, right: str) -> None:
    found = compare(["!", left, "end"], ["!", right, "end"])
    assert changed_lines(found, Change.ALTERED) == 1


def test_lines_of_one_family_that_say_other_things_are_not_one_line() -> None:
    found = compare(["ip name-server 10.0.0.9"], ["ip ssh version 2"])
    assert changed_lines(found, Change.ALTERED) == 0


def test_a_hundred_thousand_equal_lines_and_a_line_of_a_megabyte() -> None:
    many = [" no shutdown"] * 100_000
    found = compare(many, [*many[:70_000], "!", *many[70_000:]])
    assert equal_lines(found) == 100_000
    long = ["x " * 500_000, "end"]
    assert changed_lines(compare(long, [long[0] + "y", "end"]), Change.ALTERED) == 1
