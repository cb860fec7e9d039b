"""Finding by a few letters: pure rules."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> int | None:
    """Give how well the letters of the query, in their order, fit the text; None when they do not.

    Letters at the start of a word and letters in a row count more, skipped ones less.
    """
    wanted, lowered = query.casefold().replace(" ", ""), text.casefold()
    if not wanted:
        return 0
    words = query.casefold().split()
    starts = sum(1 for word in words if lowered.startswith(word) or f" {word}" in lowered)
    if starts == len(words) or (len(wanted) > 2 and all(word in lowered for word in words)):
        return 1000 + 100 * starts + (200 if lowered.startswith(words[0]) else 0) - len(text)
    total, at, previous = 0, 0, -2
    for letter in wanted:
        found = lowered.find(letter, at)
        if found < 0:
            return None
        is_start = found == 0 or not lowered[found - 1].isalnum()
        total += 10 if is_start else 5 if found == previous + 1 else -(found - at)
        previous, at = found, found + 1
    # Letters strewn over a long text are no match in anybody's eyes.
    return total if total > 0 else None


def best(query: str, choices: Iterable[T], text: Callable[[T], str]) -> list[T]:
    """Give the choices that fit, the best first, equal ones in the order given."""
    scored = [(found, choice) for choice in choices if (found := score(query, text(choice))) is not None]
    return [choice for _score, choice in sorted(scored, key=lambda pair: -pair[0])]
