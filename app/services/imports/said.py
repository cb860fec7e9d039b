"""Counts what a file says and a map has no answer for: words of its own, owners unknown, times of two days."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.import_map import ImportMap, folded
from app.domain.issue import IssueKind, IssueState
from app.domain.source_values import flag_of, readings

_KINDS_KEPT = 1_000  # of different words; of more, only the number of cells goes on
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Unmapped:
    """Cells of one field for which the map has no word of ours: how many, and the most frequent of their words."""

    field: str
    cells: int
    words: tuple[tuple[str, int], ...]
    becomes: str

    def as_dict(self) -> dict[str, object]:
        """Give it as the command line prints it."""
        return {"field": self.field, "cells": self.cells, "words": dict(self.words), "becomes": self.becomes}


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Times that two writings of the map read as different instants: how many, one of them, and how each reads it."""

    cells: int
    example: str
    taken: str
    other: str

    def as_dict(self) -> dict[str, object]:
        """Give it as the command line prints it."""
        return {"cells": self.cells, "example": self.example, "taken": self.taken, "other": self.other}


REFUSED = frozenset({"state", "kind", "impact", "urgency", "level", "is_vip"})


class Said:
    """What one reading of a file came upon. Belongs to one thread."""

    def __init__(self, by: ImportMap) -> None:
        self._map = by
        self._words: dict[str, Counter[str]] = {}
        self._is_double: dict[str, bool] = {}
        self._doubles: Counter[str] = Counter()

    def word(self, name: str, text: str) -> None:
        """Take note of a cell whose field takes certain words only, or has words in the map."""
        words = self._map.words.get(name)
        if folded(text) not in (words or ()) and not _is_plain(name, text, has_words=words is not None):
            self._count(name, text)

    def stranger(self, text: str) -> None:
        """Take note of an owner whom we do not know."""
        self._count("owner", text)

    def _count(self, name: str, text: str) -> None:
        counted = self._words.setdefault(name, Counter())
        counted[text if text in counted or len(counted) < _KINDS_KEPT else "..."] += 1

    def time(self, text: str) -> None:
        """Take note of a cell that is a time."""
        if len(self._map.times) < 2:
            return
        is_double = self._is_double.get(text)
        if is_double is None:
            if len(self._is_double) > 50 * _KINDS_KEPT:
                self._is_double.clear()
            is_double = self._is_double[text] = len(readings(text, self._map.times, self._map.zone)) > 1
        if is_double:
            self._doubles[text if text in self._doubles or len(self._doubles) < _KINDS_KEPT else "..."] += 1

    @property
    def unmapped(self) -> tuple[Unmapped, ...]:
        """What the map has no word for, by field."""
        return tuple(
            Unmapped(name, counted.total(), tuple(counted.most_common(_SHOWN)), _becomes(name))
            for name, counted in sorted(self._words.items())
        )

    @property
    def ambiguous(self) -> Ambiguous | None:
        """Times that could mean another instant; None when every one is plain."""
        example = next((text for text, _ in self._doubles.most_common() if text != "..."), None)
        if example is None:
            return None
        ways: Mapping[str, object] = {
            written: f"{at:%Y-%m-%d %H:%M} UTC by {written}"
            for written, at in readings(example, self._map.times, self._map.zone).items()
        }
        taken, other = [str(way) for way in ways.values()][:2]
        return Ambiguous(self._doubles.total(), example, taken, other)


def _is_plain(name: str, text: str, *, has_words: bool) -> bool:
    """Say whether a field takes the text without a word of the map."""
    word = folded(text)
    match name:
        case "state":
            is_plain = not has_words and word in set(IssueState)
        case "impact" | "urgency":
            is_plain = not has_words and word in {"1", "2", "3"}
        case "kind":
            is_plain = word in set(IssueKind)
        case "is_vip":
            is_plain = flag_of(text) is not None
        case "level":
            is_plain = word.isascii() and word.isdigit() and len(word) <= 2
        case _:
            is_plain = name == "owner"  # told of by `stranger`, when nobody of ours has that name
    return is_plain


def _becomes(name: str) -> str:
    if name in REFUSED:
        return "rejected"
    return "nobody" if name == "owner" else "kept as it is"
