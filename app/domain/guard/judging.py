"""What a line would do: its class with the reason.

Whatever cannot be read counts as destructive, and so does a command that nobody knows on a platform that nobody knows.
A command that the table of a known platform does not have changes something, unless another platform's table has it as
destructive: a device may be kept under the wrong platform.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.domain.guard import unjudged
from app.domain.guard.platforms import FAMILIES, Family, family_of
from app.domain.guard.rules import UNKNOWN, Table, destructive, read
from app.domain.guard.verdict import Mode, Verdict, worst
from app.domain.session import LineClass

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_SURE_LETTERS = 2  # of “watch”: one may be another command
_UNKNOWN_IN_CONFIG = "Changes the configuration."
_FIRST_WITH_OPTION = re.compile(r"([A-Za-z-]+)(/[A-Za-z-]+)")

# What parts commands, writes files or runs something within a line, on one platform or another.
_SIGNS = re.compile(r";|>|`|\$\(|&&")
_PARTING = re.compile(r";|`|\$\(|\)|&&")
_STARTED_BY_VARIABLE = re.compile(r"(?:^|[;`(]|&&)\s*\$\(")
_MOST_SIGNS = 40
_SIGN = "A sign in it parts commands, writes files or runs something on other platforms, if not on this one."
_RUN_UNSEEN = "Runs what a variable holds, which is not seen here."
_NOBODY_KNOWS = "Baton knows neither this command nor the platform, so it cannot be judged."
_PATH = "Names a menu of a platform that Baton does not know, so it cannot be judged."

_ANSWERS = Table(
    (
        read("Answers what the device asked about the line before, which had to pass.", "WORD", "y|n|ye|no|yes"),
        destructive("Names what the device starts with or runs by: that is overwritten.", "startup-config",
                    "running-config", "nvram:", "nvram:startup-config", "system:running-config"),
        destructive("Runs lines into the configuration that nobody sees here first.", "memory", "network",
                    "overwrite-network"),
    ),
)  # fmt: skip
_YES = "Says yes: where lines wait, leaving the configuration asks and this puts them all in force."
_ALWAYS = {
    Mode.SHELL: (LineClass.DESTRUCTIVE, "It is for a shell below the command line, which the guard cannot judge."),
    Mode.UNREAD: (LineClass.DESTRUCTIVE, "The screen does not show this line whole, so it cannot be judged."),
    Mode.TEXT: (LineClass.CONFIG, "A line of a text that the device is being given."),
    Mode.HIDDEN: (LineClass.READ, "An answer to a password prompt; it is not read."),
}


def classify(platform: str, line: str, mode: Mode) -> Verdict:
    """Judge a line typed on a platform (netmiko's name). A platform that is not known is judged by all of them."""
    if mode in _ALWAYS:
        line_class, reason = _ALWAYS[mode]
        return Verdict(line_class, reason, "" if mode is Mode.HIDDEN else line.strip())
    if _CONTROL.search(line):
        return Verdict(LineClass.DESTRUCTIVE, "Control characters stand in it, so it cannot be judged.", line.strip())
    if mode is Mode.ANSWER:
        return _answer(family_of(platform), line)
    if len(_SIGNS.findall(line)) > _MOST_SIGNS and line.lstrip()[:1] not in {"!", "#"}:
        return Verdict(LineClass.DESTRUCTIVE, "It has more parts than can be judged.", line.strip())
    family = family_of(platform)
    return _by_nobody(line, mode) if family is None else _by_one(family, line, mode)


def explain(verdict: Verdict, line: str) -> str:
    """Say in one or two sentences what the line would do: for whoever learns."""
    typed = " ".join(line.split())
    meant = verdict.expanded
    if not meant or meant.lower() == typed.lower():
        return verdict.reason
    return f"“{typed}” means “{meant}”. {verdict.reason}"


def _answer(family: Family | None, line: str) -> Verdict:
    words = line.lower().split()
    if not words:
        return Verdict(LineClass.READ, "Takes what the device offers.", "")
    if len(words) > 1 or _SIGNS.search(line):  # no answer to a question: the line may reach a prompt instead
        return worst([_ANSWERS.judge(line), *(_by_nobody(line, mode) for mode in (Mode.EXEC, Mode.CONFIG))])
    if "yes".startswith(words[0]) and (family is None or family.asks_to_commit):
        return Verdict(LineClass.DESTRUCTIVE, _YES, words[0])
    return _ANSWERS.judge(line)


def _by_nobody(line: str, mode: Mode) -> Verdict:
    """Judge a line on a platform that nobody knows: by the strictest of all."""
    if line.lstrip().startswith("/"):
        return Verdict(LineClass.DESTRUCTIVE, _PATH, line.strip())
    verdicts = list(_by_all(line, mode))
    if mode is Mode.EXEC and not all(verdict.is_known for verdict in verdicts):
        verdicts.append(Verdict(LineClass.DESTRUCTIVE, _NOBODY_KNOWS, verdicts[0].expanded, is_known=False))
    return worst(verdicts)


def _by_one(family: Family, line: str, mode: Mode) -> Verdict:
    """Judge a line on a platform that is known, and by all where that may be the wrong one."""
    verdict = _by(family, line, mode)
    if line.lstrip()[:1] in family.comments:
        return verdict
    known = "".join((family.separators, ">" if family.has_redirect else ""))
    if any(sign not in known for sign in _SIGNS.findall(line)):
        return worst([verdict, *_by_all(line, mode)])
    if not verdict.is_known:
        # The words of shells count only behind a sign: elsewhere they are arguments.
        others = _by_all(line, mode) if _SIGNS.search(line) else (_by(one, line, mode) for one in FAMILIES)
        return worst([verdict, *(one for one in others if one.line_class is LineClass.DESTRUCTIVE)])
    return verdict


def _by_all(line: str, mode: Mode) -> Iterator[Verdict]:
    """Give what a line and each part of it would do at worst on any platform."""
    yield _strictest(line, mode)
    if not _SIGNS.search(line):
        return
    yield Verdict(LineClass.CONFIG, _SIGN, line.strip())
    first, *others = _PARTING.split(line)
    for part, one in ((first, mode), *((part, one) for part in others for one in (Mode.EXEC, Mode.CONFIG))):
        if part.strip():
            yield _strictest(part, one)
    if _STARTED_BY_VARIABLE.search(line):
        yield Verdict(LineClass.DESTRUCTIVE, _RUN_UNSEEN, line.strip())


def _strictest(line: str, mode: Mode) -> Verdict:
    verdicts = [*(_by(one, line, mode) for one in FAMILIES), unjudged.LINES.judge(line), *_unjudged(line)]
    known = [verdict for verdict in verdicts if verdict.is_known]
    return worst(known or verdicts)


def _unjudged(line: str) -> Iterator[Verdict]:
    words = {rule_word for rule in unjudged.EXEC.rules for rule_word in rule.patterns}
    for word in re.split(r"[\s;|&()`$<>]+", line.lower()):
        if word.rpartition("/")[2] in words:
            yield replace(unjudged.EXEC.judge(word.rpartition("/")[2]), expanded=" ".join(line.split()))


def _by(family: Family, line: str, mode: Mode) -> Verdict:
    parts = [part.strip() for part in _parted(family, line)]
    # What stands before it in the line may have gone into configuration mode, or out of it.
    judged = [_one(family, parts[0], mode)]
    judged += [worst(_one(family, part, one) for one in (mode, Mode.EXEC, Mode.CONFIG)) for part in parts[1:]]
    return replace(
        worst(judged),
        expanded="; ".join(part.expanded for part in judged if part.expanded),
        is_known=all(part.is_known for part in judged),
    )


def _parted(family: Family, line: str) -> list[str]:
    if not family.separators or line.lstrip()[:1] in family.comments:
        return [line]
    return re.split(f"[{re.escape(family.separators)}]", line)


def _one(family: Family, line: str, mode: Mode) -> Verdict:
    if not line:
        return Verdict(LineClass.READ, "An empty line.", "")
    if line[0] in family.comments:
        return Verdict(LineClass.READ, "A remark; the device does nothing.", line)
    words = line.split()
    if (moved := _moved(family, words, mode)) < len(words):
        words = words[moved:]
        line = " ".join(words)
    escapes = 0
    while escapes < len(words) and words[escapes].lower() in family.escapes and _can_escape(family, mode):
        escapes, mode = escapes + 1, Mode.EXEC
    if escapes:
        inner = _one(family, " ".join(words[escapes:]), mode)
        return replace(inner, expanded=f"{'run' if family.name == 'junos' else 'do'} {inner.expanded}".strip())
    if (again := _repeated(family, words)) is not None:
        inner = _one(family, again or "show", Mode.EXEC)
        return replace(inner, expanded=f"watch {inner.expanded if again else ''}".strip())
    command, pipes = _piped(family, line)
    table, otherwise = (family.config, _UNKNOWN_IN_CONFIG) if mode is Mode.CONFIG else (family.exec, UNKNOWN)
    command = _FIRST_WITH_OPTION.sub(r"\1 \2", command, count=1) if "/" in command.split(maxsplit=1)[0] else command
    verdict = table.judge(command, otherwise=(LineClass.CONFIG, otherwise))
    shows = verdict.expanded.split(maxsplit=1)[0] in {"show", "more", "dir", "file"}
    if not pipes or (mode is Mode.CONFIG and not shows):
        return table.judge(line, otherwise=(LineClass.CONFIG, otherwise)) if pipes else verdict
    piped = [pipe if isinstance(pipe, Verdict) else family.pipes.judge(pipe) for pipe in pipes]
    expanded = " | ".join([verdict.expanded, *(one.expanded for one in piped)])
    return replace(
        worst([*piped, verdict] if worst(piped).rank > verdict.rank else [verdict, *piped]), expanded=expanded
    )


def _moved(family: Family, words: list[str], mode: Mode) -> int:
    """Count the words before the command that only say where in the configuration it holds."""
    at = 0
    while mode is Mode.CONFIG and at < len(words) and any(one.startswith(words[at].lower()) for one in family.moves):
        at += 1
        while at < len(words) and words[at].isdigit():
            at += 1
    return at


def _repeated(family: Family, words: list[str]) -> str | None:
    """Give the command that the device is to run again and again; None where it is not."""
    if not family.has_watch or not _is_watch(words[0]):
        return None
    at = 1
    while at < len(words) and (words[at][:1].isdigit() or words[at].lower() == "diff" or _is_watch(words[at])):
        at += 1
    return " ".join(words[at:])


def _is_watch(word: str) -> bool:
    return len(word) >= _SURE_LETTERS and "watch".startswith(word.lower())


def _can_escape(family: Family, mode: Mode) -> bool:
    # Junos has a command `run` in configuration mode only; elsewhere `do` is taken on both levels.
    return mode is Mode.CONFIG or family.name != "junos"


def _piped(family: Family, line: str) -> tuple[str, list["str | Verdict"]]:
    """Part a line into its command and what its output goes through or into."""
    hidden = _QUOTED.sub(lambda quoted: "q" * len(quoted[0]), line)
    pattern = r"\|" if family.reads_every_pipe else r"(?<=\s)\||^[^|]*?(\|)"
    cuts = [hit.end() - 1 for hit in re.finditer(pattern, hidden)]
    writes: list[str | Verdict] = []
    if family.has_redirect and ">" in hidden:
        at = hidden.index(">")
        where = line[at:].lstrip(">& ").split(maxsplit=1)
        writes.append(family.pipes.judge(f"redirect {where[0] if where else ''}"))
        cuts = [cut for cut in cuts if cut < at]
        line = line[:at]
    if not cuts:
        return line.strip() or "?", writes
    ends = [*cuts[1:], len(line)]
    pieces = [line[cut + 1 : end].strip() for cut, end in zip(cuts, ends, strict=True)]
    return line[: cuts[0]].strip() or "?", [*(piece for piece in pieces if piece), *writes]
