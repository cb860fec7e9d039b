"""What a line of the screen is: a command behind its prompt, a password prompt, a pager, a question, or unread."""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.domain.guard.platforms import Family, family_of
from app.domain.guard.verdict import Mode


class Kind(StrEnum):
    """What the device waits for."""

    COMMAND = "command"
    PASSWORD = "password"  # noqa: S105 - the name of a prompt
    PAGER = "pager"
    QUESTION = "question"
    SHELL = "shell"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Prompted:
    """What the device waits for, where the line is given, and the text that stands behind the prompt."""

    kind: Kind
    mode: Mode
    text: str = ""
    prompt: str = ""


# Nothing may stand behind it but what pagers themselves write there: what is typed behind it is a line.
_PAGER = re.compile(
    r"^\s*(?:<?-{2,5}\s*\(?more(?: \d+%)?\)?\s*-{2,5}>?(?:\s*\(\d+%\))?(?: or \(q\)uit)?(?:,? next page:.*)?|"
    r"lines? \d+-\d+(?:/\d+)?(?: \d+%)?(?: \(END\))?|\(END\)|:|"
    r"press any key(?: to continue)?(?: \([^)]{0,40}\))?)[ .]*$",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"^.{0,120}\b(?:password|passphrase|passcode|pass phrase|secret|pin|token|verification code|otp)\b"
    r"(?: for [^:]{1,60}| \([^)]{0,40}\))?[^:#>]{0,20}[:?]\s?\**$",  # some show a star for each key
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^(?P<prompt>.{1,200}(?:\?|\[[^\]\[]{0,60}\][ \t]?[:?]?|\((?:y/n|yes/no|y or n|no)\)[ \t]?[:?]?)|"
    r".{0,100}\b(?:user ?name|login|user):)[ \t]*(?P<text>[^\[\]?]*)$",
    re.IGNORECASE,
)
_SHELL = re.compile(
    r"^(?:>>>|\.\.\.|(?:[\w.@~:/()+-]{0,60} ?|\[[^\]]{1,60}\])[$%])(?: (?P<text>.*))?$|"
    r"^(?:ba|z|k)?sh-[\d.]+[#$] ?(?P<after>.*)$"
)
_HOST = r"[A-Za-z0-9_][A-Za-z0-9_.:/@~+-]{0,80}"
_BRACKETS = r"(?:\([A-Za-z0-9_.:/@~+ -]{0,60}\)){0,3}"
_COMMAND = re.compile(rf"^(?P<prompt>{_HOST}(?P<brackets>{_BRACKETS})(?P<end>[>#]))[ ]?(?P<text>.*)$")
_YES_OR_NO = frozenset({"y", "yes", "n", "no"})
_NAMED = re.compile(r"[\[(]([^\[\]()]{1,60})[\])]")
_CONFIG_WORD = re.compile(r"\(\s*(?:config|conf|acl|admin-config|cfg)", re.IGNORECASE)


def read_prompt(platform: str, line: str) -> Prompted:
    """Read a logical line of the screen, wrapped parts joined, from its start to its last character.

    What is shown is not trusted: a line that does not begin with a prompt, or only in part, is UNREAD.
    """
    shown = line.rstrip()
    if _PAGER.match(shown):
        return Prompted(Kind.PAGER, Mode.ANSWER)
    found = _COMMAND.match(shown)
    if found is not None:
        return _command(family_of(platform), found)
    if _PASSWORD.match(shown):
        return Prompted(Kind.PASSWORD, Mode.HIDDEN, prompt=shown)
    shell = _SHELL.match(shown)
    if shell is not None:
        return Prompted(Kind.SHELL, Mode.SHELL, shell["text"] or shell["after"] or "")
    question = _QUESTION.match(shown)
    if question is not None:
        return Prompted(Kind.QUESTION, Mode.ANSWER, question["text"].strip(), question["prompt"])
    return Prompted(Kind.UNREAD, Mode.UNREAD, shown.strip())


def is_named(question: str, answer: str) -> bool:
    """Say whether an answer is yes, no, nothing, or one of those that the question shows in its brackets."""
    given = answer.strip().lower()
    named = {word for found in _NAMED.findall(question.lower()) for word in re.split(r"[/,|\s]+", found)}
    return not given or given in _YES_OR_NO | named


def _command(family: Family | None, found: "re.Match[str]") -> Prompted:
    prompt, text = found["prompt"], found["text"]
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    # A mark within the first word may be the prompt's real end; "$" stands where the device hides a part of the line.
    if any(mark in first for mark in "#>") or text.startswith("$") or text.endswith("$"):
        return Prompted(Kind.UNREAD, Mode.UNREAD, text.strip(), prompt)
    return Prompted(Kind.COMMAND, _mode(family, found["brackets"], found["end"]), text, prompt)


def _mode(family: Family | None, brackets: str, end: str) -> Mode:
    if _CONFIG_WORD.search(brackets):
        return Mode.CONFIG
    if family is not None and not family.config_prompt_has_brackets and end == "#":
        return Mode.CONFIG
    return Mode.EXEC
