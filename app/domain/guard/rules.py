"""The tables' form, and how a line is read by one: any beginning of a word may stand for it, as on the device.

A pattern is a line of words: a keyword, `a|b` for either, `shu[n]` where fewer letters than `shu` mean another word to
the device, WORD for a word of one's own, `... x` at its end for x anywhere behind, and `$` when nothing may follow. A
rule holds for its patterns and whatever follows them, until a longer pattern says otherwise.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from app.domain.guard.verdict import Verdict, worst
from app.domain.session import LineClass

WORD, ANYWHERE, END = "WORD", "...", "$"
UNKNOWN = "Baton does not know this command."
_LEAST = re.compile(r"([a-z-]+)\[([a-z-]+)\]")
_GLUED = re.compile(r"([a-z][a-z-]*)(\d.*)")
_MOST_OPTIONS = 8
_SURE_LETTERS = 2  # fewer do not make a line harmless that would not be without the word


@dataclass(frozen=True, slots=True)
class Rule:
    """Lines of one class for one reason."""

    line_class: LineClass
    reason: str
    patterns: tuple[str, ...]


def read(reason: str, *patterns: str) -> Rule:
    """Give a rule for lines that change nothing."""
    return Rule(LineClass.READ, reason, patterns)


def config(reason: str, *patterns: str) -> Rule:
    """Give a rule for lines that change something and cut nobody off by themselves."""
    return Rule(LineClass.CONFIG, reason, patterns)


def destructive(reason: str, *patterns: str) -> Rule:
    """Give a rule for lines that cut people off, lose something for good, or cannot be judged."""
    return Rule(LineClass.DESTRUCTIVE, reason, patterns)


Ruling = tuple[LineClass, str]


@dataclass(slots=True)
class _Node:
    words: "dict[str, _Node]" = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)  # letters, where one is not enough
    own_word: "_Node | None" = None
    ruling: Ruling | None = None  # for the line up to here and whatever follows
    at_end: Ruling | None = None  # when the line ends here
    anywhere: "dict[str, tuple[int, Ruling]]" = field(default_factory=dict)  # letters needed, for a word further on

    def below(self, word: str) -> "_Node":
        if word == WORD:
            self.own_word = self.own_word or _Node()
            return self.own_word
        if shortened := _LEAST.fullmatch(word):
            word = shortened[1] + shortened[2]
            self.least[word] = len(shortened[1])
        return self.words.setdefault(word, _Node())

    def begun_by(self, letters: str) -> "list[tuple[str, _Node]]":
        """Give the keywords that these letters can stand for; a whole one stands for itself only."""
        if letters in self.words:
            return [(letters, self.words[letters])]
        return [(w, n) for w, n in self.words.items() if w.startswith(letters) and len(letters) >= self.least.get(w, 1)]


@dataclass(frozen=True, slots=True)
class _Reading:
    verdict: Verdict
    is_accepted: bool  # False: the device would refuse it, as far as the table tells


class Table:
    """Rules, ready to read lines by. Where two rules have one pattern, the first holds."""

    def __init__(self, *groups: Iterable[Rule]) -> None:
        self.rules = tuple(rule for group in groups for rule in group)
        self._root = _Node()
        for rule in self.rules:
            for words in spelled_out(rule):
                self._add(words, (rule.line_class, rule.reason))

    def _add(self, words: tuple[str, ...], ruling: Ruling) -> None:
        node = self._root
        for at, word in enumerate(words):
            if word == END:
                node.at_end = node.at_end or ruling
                return
            if word == ANYWHERE:
                shortened = _LEAST.fullmatch(words[at + 1])
                whole = "".join(shortened.groups()) if shortened else words[at + 1]
                node.anywhere.setdefault(whole, (len(shortened[1]) if shortened else 1, ruling))
                return
            node = node.below(word)
        node.ruling = node.ruling or ruling

    def judge(self, line: str, *, otherwise: Ruling = (LineClass.CONFIG, UNKNOWN)) -> Verdict:
        """Give the worst of what the line can mean; `otherwise` is said of what the table does not know."""
        words = line.split()
        if sum(word.startswith("/") for word in words) > _MOST_OPTIONS:
            return Verdict(LineClass.DESTRUCTIVE, "It has more options than can be judged.", " ".join(words))
        readings = list(_read(self._root, words, (), None, otherwise))
        accepted = [one.verdict for one in readings if one.is_accepted]
        return worst(accepted or [one.verdict for one in readings])


def spelled_out(rule: Rule) -> Iterator[tuple[str, ...]]:
    """Give each of the rule's patterns as words, one for each of its alternatives."""
    for pattern in rule.patterns:
        yield from product(*(token.split("|") for token in pattern.split()))


def _read(
    node: _Node, left: list[str], said: tuple[str, ...], above: Ruling | None, otherwise: Ruling
) -> Iterator[_Reading]:
    """Go down the tree in every way that the line's words allow."""
    ruling = node.ruling or above
    if not left:
        yield _reading(node.at_end or ruling, said, otherwise)
        return
    for word, (least, further) in node.anywhere.items():
        if any(_is_meant(word, least, one.lower()) for one in left):
            yield _reading(further, (*said, *left), otherwise)
    token, rest = left[0], left[1:]
    found = _meant(node, token, is_first=not said)
    if not found:
        is_accepted = node.ruling is not None or (above is not None and node.at_end is None)
        yield _reading(ruling or node.at_end, (*said, *left), otherwise, is_accepted=is_accepted)
        return
    for word, below, more in found:
        yield from _read(below, [*more, *rest], (*said, word), ruling, otherwise)
    is_sure = node.own_word is None or len(token) >= _SURE_LETTERS or found[-1][1] is node.own_word
    if ruling is not None and not is_sure:
        yield _reading(ruling, (*said, *left), otherwise)


def _is_meant(word: str, least: int, letters: str) -> bool:
    if word.startswith("-"):  # one letter after a dash stands among others and before its value: -nw x, -wx
        return letters.startswith("-") and word[1:] in letters
    return len(letters) >= least and word.startswith(letters)


def _meant(node: _Node, token: str, *, is_first: bool) -> list[tuple[str, _Node, list[str]]]:
    """Give what a word can stand for: the keyword, where it goes on, and what is left of the word."""
    letters = token.lower()
    found: list[tuple[str, _Node, list[str]]] = [(word, below, []) for word, below in node.begun_by(letters)]
    if not found and (glued := _GLUED.fullmatch(letters)):  # vlan10
        found = [(word, below, [glued[2]]) for word, below in node.begun_by(glued[1])]
    if not found and not is_first and letters.startswith("/"):  # an option may stand anywhere: copy /noconfirm ...
        found = [(token, node, [])]
    if (not found or letters.startswith("/")) and node.own_word is not None:
        found = [*found, (token, node.own_word, [])]
    return found


def _reading(ruling: Ruling | None, words: tuple[str, ...], otherwise: Ruling, *, is_accepted: bool = True) -> _Reading:
    line_class, reason = ruling or otherwise
    return _Reading(Verdict(line_class, reason, " ".join(words), is_known=ruling is not None), is_accepted)
