"""Texts with variables: "Hello {{ contact }}, about {{ number }}". A name without a value is said, never left out.

The language is Jinja's, of which only names, a few filters and `if` are let in: no loop and no call, so that a text
that somebody wrote can neither run for ever nor reach anything but the values it is given.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.domain.errors import BadInput

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

LONGEST_TEXT = 20_000  # characters
LONGEST_FILLED = 100_000
_FILTERS = ("capitalize", "default", "lower", "title", "trim", "upper")
_DEEPEST = 30
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_GAP = re.compile(r"⟨(\w+)\?⟩")
_IN_BRACES = re.compile(r"(\{+)\s*(\w+)\s*\}+")
_NAMES_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """A name for which there is no value here; line and column, from 1, say where it stands in the text."""

    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values put in; where one is missing it holds the name as ⟨name?⟩."""

    text: str
    gaps: tuple[Gap, ...]


def check(text: str, known: Mapping[str, str] | None = None) -> None:
    """Raise BadInput, with the line, for a text that is not of the language or uses a name that is not `known`."""
    tree = _parsed(text)
    unknown = [gap for gap in _places(text, _names(tree)) if known is not None and gap.name not in known]
    if unknown:
        first = unknown[0]
        raise BadInput(
            f"“{first.name}” on line {first.line}, column {first.column}, is no name that Baton knows.",
            f"Use one of: {', '.join(known or ())}.",
        )


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Give the text with these values; an empty value is none. Raises BadInput for what is not of the language."""
    _parsed(text)
    from jinja2 import TemplateError, UndefinedError  # noqa: PLC0415  loaded with the first reply, not at the start

    given = {name: value for name, value in values.items() if value}
    missing: list[str] = []
    try:
        template = _environment().from_string(text)
        while True:
            try:
                filled = _rendered(template, {**given, **{name: f"⟨{name}?⟩" for name in missing}})
                return Filled(filled, _places(text, missing))
            except UndefinedError as e:
                found = _UNDEFINED.search(str(e))
                if found is None or found[1] in missing or len(missing) >= _NAMES_AT_MOST:
                    raise BadInput(f"This text cannot be filled in: {e}.", "Look at its names in {{ }}.") from e
                missing.append(found[1])
    except (TemplateError, SyntaxError, RecursionError) as e:
        raise BadInput("This text is nested too deeply.", "Make it simpler.") from e


def gaps(text: str) -> tuple[Gap, ...]:
    """Give what is still missing in a text that was filled in, where it stands."""
    return tuple(Gap(found[1], *_position(text, found.start())) for found in _GAP.finditer(text))


def unfilled(text: str, known: Iterable[str], braces: int = 2) -> str:
    """Give the first known name that stands in braces, at most so many, and so is sent as it is; "" for none."""
    names = set(known)
    found = (f for f in _IN_BRACES.finditer(text) if f[2] in names and len(f[1]) <= braces)
    return next((f[0] for f in found), "")


@functools.cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined  # noqa: PLC0415  0.1 s: loaded with the first reply, not at the start
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415  same

    class Missing(StrictUndefined):
        """May be asked for ({% if contact %}); everything else with it is an error."""

        __slots__ = ()

        def __bool__(self) -> bool:  # type: ignore[override]  # Jinja's raises
            return False

    made = SandboxedEnvironment(undefined=Missing, keep_trailing_newline=True, cache_size=0)
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.globals.clear()
    return made


def _parsed(text: str) -> "nodes.Template":
    from jinja2 import TemplateSyntaxError, nodes  # noqa: PLC0415  as above

    if len(text) > LONGEST_TEXT:
        raise BadInput(
            f"That is {len(text):,} characters, more than a reply holds ({LONGEST_TEXT:,}).", "Make it shorter."
        )
    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as e:
        raise BadInput(f"Line {e.lineno} is not understood: {e.message}.", "Write names as {{ contact }}.") from e
    except RecursionError as e:
        raise BadInput("This text is nested too deeply.", "Make it simpler.") from e
    plain = (
        *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter, nodes.If),
        *(nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Test),
    )
    _look_through(tree, plain, 0)
    return tree


def _look_through(node: "nodes.Node", plain: tuple[type[Any], ...], depth: int) -> None:
    if depth > _DEEPEST:
        raise BadInput(f"Line {node.lineno} is nested too deeply.", "Make it simpler.")
    name = str(getattr(node, "name", ""))
    kind = type(node).__name__
    is_strange = (kind == "Filter" and name not in _FILTERS) or (kind == "Test" and name != "defined")
    if not isinstance(node, plain) or is_strange:
        raise BadInput(
            f"Line {node.lineno} has something that a reply may not: {name or kind.lower()}.",
            f"Use names, if and these filters: {', '.join(_FILTERS)}.",
        )
    for child in node.iter_child_nodes():
        _look_through(child, plain, depth + 1)


def _names(tree: "nodes.Template") -> list[str]:
    from jinja2 import nodes  # noqa: PLC0415  as above

    return list(dict.fromkeys(node.name for node in tree.find_all(nodes.Name)))


def _rendered(template: "Template", values: Mapping[str, str]) -> str:
    made: list[str] = []
    length = 0
    for piece in template.generate(values):
        made.append(piece)
        length += len(piece)
        if length > LONGEST_FILLED:
            raise BadInput(f"The text becomes longer than {LONGEST_FILLED:,} characters.", "Leave long values out.")
    return "".join(made)


def _places(text: str, names: list[str]) -> tuple[Gap, ...]:
    """Give where each name is first used, in the order of the text."""
    wanted, found, at, before = set(names), [], 0, ""
    source = "\n".join(text.splitlines()) if "\r" in text else text
    for _line, kind, value in _environment().lex(source):
        if kind == "name" and value in wanted and before != "|":
            wanted.discard(value)
            found.append(Gap(value, *_position(source, at)))
        if kind != "whitespace":
            before = value
        at += len(value)
    return tuple(found)


def _position(text: str, at: int) -> tuple[int, int]:
    line_start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - line_start + 1
