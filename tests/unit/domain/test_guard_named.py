"""What a prompt may be taken for: pagers and password prompts end where they end, answers are those that were named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.guard import Kind, Mode, classify, is_named, read_prompt
from app.domain.session import LineClass

PAGERS = (
    "--More-- ",
    " --More--",
    "<--- More --->",
    "---(more 12%)---",
    "lines 1-24 ",
    "lines 1-24/99 (END) ",
    ":",
    "(END)",
)


@pytest.mark.parametrize("pager", PAGERS)
@given(line=st.from_regex(r"[a-z]{2,9}( [a-z]{1,9}){0,4}", fullmatch=True))
def test_what_stands_behind_a_pager_is_no_pager(pager: str, line: str) -> None:
    assert read_prompt("cisco_ios", pager).kind is Kind.PAGER
    assert read_prompt("cisco_ios", f"{pager.strip()} {line}").kind is not Kind.PAGER


def test_stars_behind_a_password_prompt_hide_it_and_words_do_not() -> None:
    assert read_prompt("cisco_asa", "Password: ******").kind is Kind.PASSWORD
    assert read_prompt("cisco_asa", "Password: wr er").kind is not Kind.PASSWORD


@pytest.mark.parametrize(
    ("question", "answer", "is_there"),
    [
        ("Save? [yes/no]:", "no", True),
        ("Proceed with reload? [confirm]", "", True),
        ("Proceed with reload? [confirm]", "Y", True),
        ("Destination filename [startup-config]?", "startup-config", True),
        ("(y/n)?  [n]", "y", True),
        ("[yes,no] (no)", "yes", True),
        ("R1?", "wr er", False),
        ("R1 [x]", "wr", False),
        ("Destination filename [backup.cfg]?", "nvram:startup-config", False),
        ("[yes/no]:", "yes/no", False),
    ],
)
def test_an_answer_is_yes_or_no_or_what_is_named(question: str, answer: str, is_there: bool) -> None:  # noqa: FBT001 - a table
    assert is_named(question, answer) is is_there


@pytest.mark.parametrize("line", ["set cli prompt --More--", 'set cli pr "lines 1-2 "'])
def test_whoever_changes_the_prompt_changes_how_lines_are_judged(line: str) -> None:
    assert classify("juniper_junos", line, Mode.EXEC).line_class is not LineClass.READ
    assert classify("juniper_junos", f"run {line}", Mode.CONFIG).line_class is not LineClass.READ
    assert classify("juniper_junos", "set cli screen-length 0", Mode.EXEC).line_class is LineClass.READ
