"""Commands as IOS reads them: any unambiguous beginning of each word will do."""

from collections.abc import Iterable
from dataclasses import dataclass

WORD = "WORD"
"""Stands for one word of the person's own."""
LINE = "LINE"
"""Stands for the rest of the line, at least one word."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a line means: the command spelled out, and the person's own words in it."""

    command: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misread:
    """Why a line means nothing; `column` is where it stopped making sense."""

    message: str
    column: int | None = None


INCOMPLETE = "% Incomplete command."
INVALID = "% Invalid input detected at '^' marker."


def read(line: str, commands: Iterable[str]) -> Understood | Misread:
    """Find the one command that the line abbreviates."""
    candidates = [(command, command.split()) for command in commands]
    column = 0
    words: list[str] = []
    typed = line.split()
    for index, token in enumerate(typed):
        column = line.index(token, column)
        keywords = [entry for entry in candidates if len(entry[1]) > index and entry[1][index] not in {WORD, LINE}]
        exact = [entry for entry in keywords if entry[1][index] == token.lower()]
        matching = exact or [entry for entry in keywords if entry[1][index].startswith(token.lower())]
        if len({entry[1][index] for entry in matching}) > 1:
            return Misread(f'% Ambiguous command:  "{line}"')
        if not matching:
            rest = [entry for entry in candidates if len(entry[1]) > index and entry[1][index] == LINE]
            if rest:
                return Understood(rest[0][0], (*words, line[column:].strip()))
            matching = [entry for entry in candidates if len(entry[1]) > index and entry[1][index] == WORD]
            words.append(token)
        if not matching:
            return Misread(INVALID, column)
        candidates = matching
        column += len(token)
    finished = [entry for entry in candidates if len(entry[1]) == len(typed)]
    if not finished:
        return Misread(INCOMPLETE)
    return Understood(finished[0][0], tuple(words))


def spelled(line: str, commands: Iterable[str]) -> str:
    """Give the line with each abbreviated word spelled out, as far as any command knows it."""
    candidates = [command.split() for command in commands]
    said: list[str] = []
    rest = line.split()
    while rest:
        token = rest[0].lower()
        keywords = [entry for entry in candidates if len(entry) > len(said) and entry[len(said)] not in {WORD, LINE}]
        exact = [entry for entry in keywords if entry[len(said)] == token]
        matching = exact or [entry for entry in keywords if entry[len(said)].startswith(token)]
        if len({entry[len(said)] for entry in matching}) != 1:
            matching = [entry for entry in candidates if len(entry) > len(said) and entry[len(said)] == WORD]
            if not matching:
                break
            said.append(rest.pop(0))
        else:
            rest.pop(0)
            said.append(matching[0][len(said)])
        candidates = matching
    return " ".join([*said, *rest])


def next_words(line: str, commands: Iterable[str]) -> list[str]:
    """Give what may stand next: the completions of a half word, or the words after a full stop."""
    typed = line.split()
    half = typed.pop().lower() if typed and not line.endswith(" ") else ""
    fitting = (command.split() for command in commands)
    found = {
        words[len(typed)] if len(words) > len(typed) else "<cr>"
        for words in fitting
        if len(words) >= len(typed)
        and all(
            word in {WORD, LINE} or word.startswith(token.lower()) for word, token in zip(words, typed, strict=False)
        )
    }
    return sorted(word for word in found if word.startswith(half) or (word in {WORD, LINE} and not half))
