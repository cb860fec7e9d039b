"""Equal answers folded into one: what many devices said, side by side, the most common first."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fold:
    """One answer and everybody who gave it, in the order in which they were asked."""

    text: str
    keys: tuple[str, ...]


def fold(answers: Iterable[tuple[str, str]]) -> tuple[Fold, ...]:
    """Give the different answers of (key, text), the one that most gave first, then as they came.

    Blanks at the end of lines and empty lines around the text make no difference; everything else does.
    """
    groups: dict[str, list[str]] = {}
    for key, text in answers:
        groups.setdefault(_plain(text), []).append(key)
    folds = [Fold(text, tuple(keys)) for text, keys in groups.items()]
    return tuple(sorted(folds, key=lambda one: -len(one.keys)))


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")
