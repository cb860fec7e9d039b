"""Line merges: clean ones hold both changes, all others are left to people."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.line_merge import merge_lines

LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=6).map("\n".join)


def test_changes_of_lines_apart_are_both_there() -> None:
    assert merge_lines("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n") == "A\nb\nc\nD\n"


def test_a_line_added_at_either_end_is_clean() -> None:
    assert merge_lines("a\nb\nc\n", "first\na\nb\nc\n", "a\nb\nc\nlast\n") == "first\na\nb\nc\nlast\n"


def test_the_same_line_and_neighbouring_lines_are_for_people() -> None:
    assert merge_lines("a\nb\n", "x\nb\n", "y\nb\n") is None
    assert merge_lines("a\nb\n", "x\nb\n", "a\ny\n") is None
    assert merge_lines("import before 8:00", "import before 7:30", "import by hand after 9:00") is None


@given(LINES, LINES)
def test_one_sided_changes_win_and_equal_ones_are_one(base: str, changed: str) -> None:
    assert merge_lines(base, changed, base) == changed
    assert merge_lines(base, base, changed) == changed
    assert merge_lines(base, changed, changed) == changed


@given(LINES, LINES, LINES)
def test_who_is_mine_does_not_matter(base: str, one: str, other: str) -> None:
    assert merge_lines(base, one, other) == merge_lines(base, other, one)


@given(LINES, LINES, LINES)
def test_no_line_comes_from_nowhere(base: str, one: str, other: str) -> None:
    merged = merge_lines(base, one, other)
    if merged is not None:
        assert set(merged.splitlines()) <= {*base.splitlines(), *one.splitlines(), *other.splitlines()}


def test_a_long_text_of_equal_lines_is_merged_at_once() -> None:
    base = "-\n" * 20_000
    assert merge_lines(base, "head\n" + base, base + "tail\n") == "head\n" + base + "tail\n"


def test_what_would_take_long_to_compare_is_for_people() -> None:
    base = "a\n" + "-\n" * 1000 + "z\n"
    mine = "b\n" + "- \n-\n" * 1000 + "y\n"
    assert merge_lines(base, mine, base + "tail\n") is None
    assert merge_lines(base, mine, base) == mine
