"""The guard's judgement: the table of lines, and what must hold for every rule of every platform."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.guard import Mode, classify, explain
from app.domain.guard.platforms import FAMILIES, Family
from app.domain.guard.rules import END, WORD, Rule, Table, spelled_out
from app.domain.session import LineClass
from tests.unit.domain.guard_lines import Given, lines, said

PLATFORMS = {
    "ios": "cisco_ios", "nxos": "cisco_nxos", "xr": "cisco_xr", "asa": "cisco_asa", "eos": "arista_eos",
    "junos": "juniper_junos",
}  # fmt: skip
MODES = (Mode.EXEC, Mode.CONFIG)
_CLASSES = list(LineClass)  # the worst last


@pytest.mark.parametrize("one", lines(), ids=lambda one: f"{one[0]}-{one[1]}-{one[2]}".replace(" ", "_"))
def test_each_line_has_its_class_and_a_reason(one: Given) -> None:
    verdict = said(one)
    assert verdict.line_class == one[3], verdict
    assert verdict.reason.endswith((".", "?"))


def test_the_table_has_two_hundred_lines_of_every_platform() -> None:
    assert len(lines()) >= 200
    assert {one[0] for one in lines()} >= set(PLATFORMS.values())


def tables() -> Iterator[tuple[Family, Mode, Table]]:
    for family in FAMILIES:
        yield family, Mode.EXEC, family.exec
        yield family, Mode.CONFIG, family.config


def worst_rules() -> list[tuple[str, Mode, tuple[str, ...], Table]]:
    """Give every destructive pattern of every platform with the words of one's own filled in."""
    return [
        (
            PLATFORMS[family.name],
            mode,
            tuple("own1.x" if word == WORD else word for word in words if word != END),
            table,
        )
        for family, mode, table in tables()
        for rule in table.rules
        if rule.line_class is LineClass.DESTRUCTIVE
        for words in spelled_out(rule)
    ]


WORST = worst_rules()


def whole(word: str) -> str:
    return word.replace("[", "").replace("]", "")


def fewest(word: str) -> int:
    """Give how many letters of a word must be there; an option after a dash is never shortened."""
    if word.startswith("-"):
        return len(word)
    return word.index("[") if "[" in word else 1


def keywords_beside(table: Table, words: tuple[str, ...], at: int) -> set[str]:
    """Give the keywords that may stand at this place after these words."""
    found = set()
    for rule in table.rules:
        for other in spelled_out(rule):
            if len(other) > at and tuple(whole(w) for w in other[:at]) == tuple(whole(w) for w in words[:at]):
                found.add(whole(other[at]))
    return found - {WORD, END}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(WORST), st.data())
def test_every_abbreviation_of_what_is_destructive_is_destructive(
    one: tuple[str, Mode, tuple[str, ...], Table], data: st.DataObject
) -> None:
    platform, mode, words, table = one
    typed = []
    for at, word in enumerate(words):
        length = data.draw(st.integers(fewest(word), len(whole(word))))
        short = whole(word)[:length] if word != "own1.x" else word
        # A word that is another keyword whole is that keyword, and one's own words want more than a letter beside them.
        is_other = short in keywords_beside(table, words, at) and short != whole(word)
        typed.append(whole(word) if is_other else short)
    spaced = data.draw(st.sampled_from([" ", "  ", "\t "]))
    case = data.draw(st.sampled_from([str.lower, str.upper, str.title]))
    line = data.draw(st.sampled_from(["", " "])) + spaced.join(case(word) for word in typed)
    assert classify(platform, line, mode).line_class is LineClass.DESTRUCTIVE, line


@settings(max_examples=75, deadline=None)
@given(st.sampled_from(WORST), st.data())
def test_fewer_letters_are_never_judged_milder(
    one: tuple[str, Mode, tuple[str, ...], Table], data: st.DataObject
) -> None:
    platform, mode, words, table = one
    at = data.draw(st.integers(0, len(words) - 1))
    full = whole(words[at])
    short = full[: data.draw(st.integers(fewest(words[at]), len(full)))]
    if words[at] == "own1.x" or short in keywords_beside(table, words, at):
        return
    line = [whole(word) for word in words]
    before = classify(platform, " ".join(line), mode)
    line[at] = short
    assert classify(platform, " ".join(line), mode).rank >= before.rank


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([*PLATFORMS.values(), "hp_procurve"]), st.sampled_from(list(Mode)), st.text(max_size=80))
def test_whatever_is_typed_is_judged_and_never_fails(platform: str, mode: Mode, line: str) -> None:
    verdict = classify(platform, line, mode)
    assert verdict.reason
    assert explain(verdict, line)
    assert classify(platform, f"  {line} ", mode).line_class is verdict.line_class


@pytest.mark.parametrize(
    "word", ["/", "a", "show", "copy", "|", ";", "no", "do", "r", "/x y", "a;b;", "$(", "watch", "top"]
)
def test_a_line_without_end_is_judged_too(word: str) -> None:
    for platform in ("cisco_ios", "cisco_nxos", "arista_eos", "juniper_junos", "hp_procurve"):
        for mode in MODES:
            assert classify(platform, " ".join([word] * 4000), mode).reason
        assert classify(platform, "copy " + " ".join([word] * 4000), Mode.EXEC).reason


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(lines()), st.sampled_from(lines()))
def test_a_line_in_company_is_never_milder_than_alone(one: Given, other: Given) -> None:
    for platform in ("cisco_nxos", "arista_eos", "juniper_junos", "hp_procurve"):
        for mode in MODES:
            alone = classify(platform, one[2], mode)
            # What follows a remark on its line is remark.
            if not other[2].startswith(("!", "#")):
                assert classify(platform, f"{other[2]};{one[2]}", mode).rank >= alone.rank


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(lines()))
def test_a_platform_that_nobody_knows_is_judged_by_the_strictest(one: Given) -> None:
    for mode in MODES:
        worst = max((classify(p, one[2], mode) for p in PLATFORMS.values()), key=lambda verdict: verdict.rank)
        if worst.line_class is LineClass.DESTRUCTIVE:
            assert classify("nobody_knows", one[2], mode).line_class is LineClass.DESTRUCTIVE


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_no_pattern_has_two_classes_and_every_reason_is_a_sentence(family: Family) -> None:
    for table in (family.exec, family.pipes):
        seen: dict[tuple[str, ...], Rule] = {}
        for rule in table.rules:
            assert rule.reason[0].isupper()
            assert rule.reason.endswith(".")
            for words in spelled_out(rule):
                first = seen.setdefault(words, rule)
                # Where a platform says otherwise than most do, it must not be milder.
                assert _CLASSES.index(first.line_class) >= _CLASSES.index(rule.line_class), words


def test_what_is_not_known_changes_something_and_says_so() -> None:
    verdict = classify("cisco_ios", "frobnicate all", Mode.EXEC)
    assert (verdict.line_class, verdict.is_known) == (LineClass.CONFIG, False)
    assert verdict.reason == "Baton does not know this command."


@pytest.mark.parametrize(
    ("mode", "line", "expected"),
    [
        (Mode.HIDDEN, "hush", LineClass.READ),
        (Mode.SHELL, "ls", LineClass.DESTRUCTIVE),
        (Mode.UNREAD, "sh ver", LineClass.DESTRUCTIVE),
        (Mode.TEXT, "Authorised people only", LineClass.CONFIG),
        (Mode.ANSWER, "", LineClass.READ),
        (Mode.ANSWER, "y", LineClass.READ),
        (Mode.ANSWER, "no", LineClass.READ),
        (Mode.ANSWER, "backup.cfg", LineClass.READ),
        (Mode.ANSWER, "startup-config", LineClass.DESTRUCTIVE),
        (Mode.ANSWER, "memory", LineClass.DESTRUCTIVE),
        (Mode.EXEC, "show version\x1b[A", LineClass.DESTRUCTIVE),
    ],
)
def test_a_line_is_judged_by_where_it_is_typed(mode: Mode, line: str, expected: LineClass) -> None:
    assert classify("cisco_ios", line, mode).line_class is expected


def test_it_explains_what_a_short_line_means() -> None:
    verdict = classify("cisco_ios", "wr er", Mode.EXEC)
    assert explain(verdict, "wr er").startswith("“wr er” means “write erase”. Erases the saved configuration")
    assert explain(classify("cisco_ios", "reload", Mode.EXEC), "reload").startswith("Restarts the device")
