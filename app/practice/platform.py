"""What tells one platform's command line from another's, read from resources/practice/PLATFORM/platform.toml."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.practice.grammar import LINE

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "practice"
_SAME_AS = {"cisco_xe": "cisco_ios"}
_FIELD = re.compile(r"\{\{(\w+)(?::(\d+))?\}\}")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the configuration with lines of its own: how one enters it, and what its prompt says."""

    command: str
    mode: str
    """What stands in the prompt; `{name}` is the section's own name, shortened."""
    words: str
    """Under this name stand the words that may be typed in it."""
    inside: str = ""
    """The words of the section in which it stands; nothing for one that stands by itself."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: grammar, texts and the replies of its `show` commands."""

    name: str
    indent: int
    prompt_end: str
    more: str
    separator: str
    hostname: str
    """What a device without a hostname calls itself."""
    kinds: tuple[str, ...]
    """The interfaces' names without their numbers."""
    has_user_mode: bool
    has_do: bool
    """Commands of the privileged mode need `do` in config mode; elsewhere they may be given there as they are."""
    texts: dict[str, str]
    user: dict[str, str]
    """Each command's act."""
    privileged: dict[str, str]
    pipes: dict[str, str]
    sections: tuple[Section, ...]
    words: dict[str, tuple[str, ...]]
    single: tuple[str, ...]
    """Settings of which a second value replaces the first."""
    kept_no: tuple[str, ...]
    """Settings whose `no` form is written down."""
    masked: tuple[str, ...]
    """Patterns of secrets that `show running-config` hides behind stars."""
    replies: dict[str, str] = field(repr=False)
    config: str = field(repr=False)
    ports: str = field(repr=False)


@cache
def platform_named(name: str) -> Platform:
    """Give the platform of this netmiko name; raises ValueError for one that cannot be simulated."""
    folder = RESOURCES / _SAME_AS.get(name, name)
    if not (folder / "platform.toml").is_file():
        known = ", ".join(sorted(place.parent.name for place in RESOURCES.glob("*/platform.toml")))
        raise ValueError(f"No replies for the platform {name!r}; there are {known}.")
    said: dict[str, Any] = tomllib.loads((folder / "platform.toml").read_text(encoding="utf-8"))
    replies = {
        path.stem.replace("_", " "): path.read_text(encoding="utf-8") for path in sorted(folder.glob("show_*.txt"))
    }
    shows = dict.fromkeys(replies, "reply")
    hidden = set(said.get("privileged_shows", ()))
    return Platform(
        name=name,
        indent=said["indent"],
        prompt_end=said.get("prompt_end", ""),
        more=said["more"],
        separator=said["separator"],
        hostname=said["hostname"],
        kinds=tuple(said["kinds"]),
        has_user_mode=said.get("has_user_mode", True),
        has_do=said.get("has_do", False),
        texts=said["texts"],
        user=said["user"] | {show: act for show, act in shows.items() if show not in hidden},
        privileged=said["user"] | said["privileged"] | shows,
        pipes=said["pipes"],
        sections=tuple(Section(**one) for one in said["sections"]),
        words={where: tuple(_typed(words)) for where, words in said["words"].items()},
        single=tuple(said["single"]),
        kept_no=tuple(said["kept_no"]),
        masked=tuple(said.get("masked", ())),
        replies=replies,
        config=(folder / "running-config.txt").read_text(encoding="utf-8"),
        ports=said["ports"],
    )


def fill(template: str, words: dict[str, str]) -> str:
    """Put the words into `{{word}}` and `{{word:15}}`, the latter padded to 15 characters."""
    return _FIELD.sub(lambda match: words[match[1]].ljust(int(match[2] or 0)), template)


def _typed(words: list[str]) -> list[str]:
    """Give commands for a list of words: `shutdown.` stands alone, all that has no word of its own takes a line."""
    found: list[str] = []
    for word in words:
        if word.endswith("."):
            found.append(word[:-1])
        elif word.split()[-1].isupper():
            found.append(word)
        else:
            found.append(f"{word} {LINE}")
    return found
