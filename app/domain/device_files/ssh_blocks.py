"""An OpenSSH client configuration as blocks of options, its Includes in their place (ssh_config(5))."""

import fnmatch
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.device_files.found import Unread, lines_of, shown

DEEPEST = 16
"""Includes within Includes, as OpenSSH has it."""
MOST_FILES = 300
MOST_WILD = 100
"""Blocks that may hold for any host: each is tried with every host."""

Include = Callable[[str], Sequence[tuple[str, str]]]
"""Gives name and text of the files that an Include names."""

Patterns = tuple[str, ...]
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')
_LINE = re.compile(r"\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*)")


@dataclass(slots=True)
class Block:
    """The options below one `Host` line; `within` are those of the lines around an Include, which must hold too."""

    patterns: Patterns
    within: tuple[Patterns, ...]
    line: int
    is_never: bool = False  # a Match, or what is inside one
    options: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_wild(self) -> bool:
        """Whether it may hold for a host that it does not name."""
        return any("*" in one or "?" in one for one in self.patterns)

    def may_hold(self) -> Callable[[str], object]:
        """Give a quick look at a host in small letters: false where the block certainly does not hold."""
        named = (one.casefold().replace("[", "[[]") for one in self.patterns if not one.startswith("!"))
        return re.compile("|".join(fnmatch.translate(one) for one in named) or "(?!)").match

    def holds(self, host: str) -> bool:
        """Say whether its options are the host's."""
        return not self.is_never and all(_matches(host, patterns) for patterns in (*self.within, self.patterns))


@dataclass(slots=True)
class Blocks:
    """All of a configuration in order, and what was met in reading it."""

    blocks: list[Block] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    files: int = 0


def blocks_of(text: str, include: Include) -> Blocks:
    """Give the blocks of a configuration and of what it includes."""
    found = Blocks()
    _read(text, include, found, Block(("*",), (), 0), ())
    if sum(block.is_wild for block in found.blocks) > MOST_WILD:
        found.notes[f"Only the first {MOST_WILD} blocks with wildcards give values to hosts that they do not name."] = (
            None
        )
    return found


def words_of(text: str) -> list[str]:
    """Give the arguments of an option; quotes keep blanks together, a comment ends them."""
    words = []
    for match in _WORD.finditer(text):
        if match[2] is not None and match[2].startswith("#"):
            break
        words.append(match[1] if match[1] is not None else match[2])
    return words


def _read(text: str, include: Include, found: Blocks, around: Block, names: tuple[str, ...]) -> None:
    block = Block(around.patterns, around.within, 0, around.is_never)
    found.blocks.append(block)
    for number, option, rest in _options(text, found.unread):
        if option == "host":
            within = (*around.within, around.patterns) if names else ()
            block = Block(tuple(words_of(rest)), within, number, around.is_never)
            found.blocks.append(block)
        elif option == "match":
            found.notes["Match lines are left out: what they hold depends on who connects from where."] = None
            block = Block((), (), number, is_never=True)
            found.blocks.append(block)
        elif option == "include":
            for pattern in words_of(rest):
                _include(pattern, include, found, block, names, number)
            # What follows belongs to the block again, after what was included.
            block = Block(block.patterns, block.within, block.line, block.is_never)
            found.blocks.append(block)
        else:
            block.options.append((option, rest))


def _include(pattern: str, include: Include, found: Blocks, block: Block, names: tuple[str, ...], number: int) -> None:
    if len(names) >= DEEPEST:
        found.unread.append(Unread(number, shown(pattern), "Includes lead deeper than OpenSSH follows."))
        return
    files = include(pattern)
    if not files:
        found.notes[f"“Include {shown(pattern)}” was not read: only files beside this one, or below it, are."] = None
    for name, text in files:
        if name in names:
            found.unread.append(Unread(number, shown(pattern), "The file includes itself."))
        elif found.files >= MOST_FILES:
            found.notes[f"Only the first {MOST_FILES} files are read."] = None
        else:
            found.files += 1
            _read(text, include, found, block, (*names, name))


def _options(text: str, unread: list[Unread]) -> Iterator[tuple[int, str, str]]:
    for number, line in lines_of(text, unread):
        words = line.strip().removeprefix("\ufeff")
        if not words or words.startswith("#"):
            continue
        match = _LINE.fullmatch(words)
        if match is None:
            unread.append(Unread(number, shown(words), "It is no option of OpenSSH's."))
        else:
            yield number, match[1].casefold(), match[2].strip()


def _matches(host: str, patterns: Patterns) -> bool:
    """Say whether a host is named by the patterns of a Host line: one with ! that fits rules it out."""
    is_named = False
    for pattern in patterns:
        if fnmatch.fnmatchcase(host.casefold(), pattern.removeprefix("!").casefold().replace("[", "[[]")):
            if pattern.startswith("!"):
                return False
            is_named = True
    return is_named
