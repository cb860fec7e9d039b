"""Equal answers folded: nobody is lost, the most common first."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.fold import fold


def test_equal_answers_stand_once_the_most_common_first() -> None:
    folds = fold([("a", "up  \r\n"), ("b", "down"), ("c", "\nup"), ("d", "up\n\n")])
    assert [(one.text, one.keys) for one in folds] == [("up", ("a", "c", "d")), ("down", ("b",))]


def test_blanks_within_a_line_and_empty_lines_within_a_text_make_a_difference() -> None:
    assert len(fold([("a", "x  y"), ("b", "x y"), ("c", "x\n\ny"), ("d", "x\ny")])) == 4


@given(st.lists(st.tuples(st.uuids().map(str), st.sampled_from(["", "up", "up ", "down", "a\nb", "a \nb\n"]))))
def test_everybody_stands_in_exactly_one_fold(answers: list[tuple[str, str]]) -> None:
    folds = fold(answers)
    assert sorted(key for one in folds for key in one.keys) == sorted(key for key, _text in answers)
    sizes = [len(one.keys) for one in folds]
    assert sizes == sorted(sizes, reverse=True)
    assert len({one.text for one in folds}) == len(folds)
