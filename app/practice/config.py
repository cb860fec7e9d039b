"""A device's configuration as a tree of lines: what it began with and what was typed since."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from app.practice.platform import Platform

_TAIL = ("end", ": end", "!", "")


@dataclass(slots=True)
class Line:
    """One line and those below it."""

    text: str
    below: list["Line"] = field(default_factory=list)

    def copy(self) -> "Line":
        """Give the same lines, to be changed by themselves."""
        return Line(self.text, [line.copy() for line in self.below])


class Configuration:
    """Sections of a header and indented lines, to any depth."""

    def __init__(self, platform: Platform, text: str) -> None:
        self._platform = platform
        self._top = Line("")
        self._written: str | None = None
        self._read(text)

    def copy(self) -> Self:
        """Give one that changes by itself."""
        other = copy.copy(self)
        other._top = self._top.copy()  # noqa: SLF001 - of our own kind
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Configuration) and self.text() == other.text()

    __hash__ = None  # type: ignore[assignment] # it changes

    def text(self) -> str:
        """Give all lines, indented as the platform does."""
        if self._written is None:
            self._written = "".join(f"{line}\n" for line in self._lines(self._top.below, 0))
        return self._written

    def section(self, header: str) -> str:
        """Give one section, empty when there is none."""
        found = self._child(self._top, header)
        return "".join(f"{line}\n" for line in self._lines([found], 0)) if found is not None else ""

    def headers(self, kind: str) -> list[str]:
        """Give the names of all sections of a kind, such as interface."""
        return [line.text.removeprefix(f"{kind} ") for line in self._top.below if line.text.startswith(f"{kind} ")]

    def value(self, setting: str) -> str | None:
        """Give what stands behind a setting at the top."""
        return next(iter(self.headers(setting)), None)

    def put(self, line: str, path: Iterable[str] = ()) -> None:
        """Take a line that was typed in config mode, in the section that the headers of `path` lead to."""
        self._written = None
        section = self._top
        for header in path:
            found = self._child(section, header)
            section = found if found is not None else self._insert(section, header, is_section=True)
        if not line:
            return
        is_removal = line.startswith("no ")
        wanted = line.removeprefix("no ")
        hits = [one for one in section.below if _is_of(one.text, self._setting(wanted, is_removal=is_removal))]
        if is_removal:
            self._remove(section, hits)
            self._remove(section, [one for one in section.below if one.text == line])
            if wanted in self._platform.kept_no:
                self._insert(section, line)
            return
        self._remove(section, [one for one in section.below if one.text == f"no {wanted}" or _is_no(one.text, wanted)])
        if hits:
            hits[0].text = wanted
        else:
            self._insert(section, wanted)

    def _remove(self, section: Line, hits: list[Line]) -> None:
        for hit in hits:
            at = next(at for at, one in enumerate(section.below) if one is hit)
            separator = self._platform.separator
            around = [
                section.below[at - 1].text if at else separator,
                *(one.text for one in section.below[at + 1 :][:1]),
            ]
            is_between = section is self._top and around == [separator, separator]
            del section.below[at : at + (2 if is_between else 1)]

    def _insert(self, section: Line, text: str, *, is_section: bool = False) -> Line:
        """Put a new line where its like stands, else at the end."""
        made = Line(text)
        first = text.split(maxsplit=1)[0]
        like = [at for at, one in enumerate(section.below) if one.text.split()[:1] == [first]]
        at = like[-1] + 1 if like else self._tail(section)
        separators = [Line(self._platform.separator)] if is_section and section is self._top else []
        if separators and like and section.below[at : at + 1] == separators:
            at += 1
        section.below[at:at] = [made, *separators]
        return made

    def _tail(self, section: Line) -> int:
        at = len(section.below)
        while at and section is self._top and (_is_tail(section.below[at - 1].text)):
            at -= 1
        return at

    def _setting(self, line: str, *, is_removal: bool) -> str:
        """Give the part that names the setting: a second value of it replaces the first."""
        if is_removal:
            return line
        return next((name for name in self._platform.single if _is_of(line, name)), line)

    @staticmethod
    def _child(section: Line, header: str) -> Line | None:
        wanted = header.lower()
        return next((one for one in section.below if one.text.lower() == wanted), None)

    def _lines(self, lines: list[Line], depth: int) -> Iterator[str]:
        margin = " " * (self._platform.indent * depth)
        for line in lines:
            yield f"{margin}{line.text}"
            yield from self._lines(line.below, depth + 1)

    def _read(self, text: str) -> None:
        stack: list[tuple[int, Line]] = [(-1, self._top)]
        for raw in text.splitlines():
            line = raw.strip()
            margin = len(raw) - len(raw.lstrip())
            while stack[-1][0] >= margin:
                stack.pop()
            made = Line(line)
            stack[-1][1].below.append(made)
            if line:
                stack.append((margin, made))


def _is_of(line: str, setting: str) -> bool:
    return line == setting or line.startswith(f"{setting} ")


def _is_no(line: str, wanted: str) -> bool:
    """Whether the line says that there is none of what is wanted now."""
    return line.startswith("no ") and _is_of(wanted, line.removeprefix("no "))


def _is_tail(text: str) -> bool:
    return text in _TAIL or text.startswith("Cryptochecksum")
