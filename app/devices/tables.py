"""Tables out of command output, by the TextFSM templates of ntc-templates. Only in the child: parsing holds the GIL."""

import threading
from functools import lru_cache
from pathlib import Path

import ntc_templates
import textfsm
from textfsm import clitable

from app.devices.messages import Table

PARSED_CHARS = 2_000_000
"""More is left as text: a template takes minutes on what no table view can show."""

_FOLDER = Path(ntc_templates.__file__).parent / "templates"
_INDEX = clitable.CliTable("index", str(_FOLDER)).index
"""A quarter of a second, which the first command is not to wait for."""
_KEPT = 256
_parsing = threading.Lock()
"""A template is a machine with a state; it would not parse faster in two threads."""


def table_of(platform: str, command: str, raw: str) -> Table | None:
    """Give the output as a table; None when no template knows the command or its output."""
    if len(raw) > PARSED_CHARS:
        return None
    with _parsing:
        template = _template(platform, command.strip())
        if template is None:
            return None
        try:
            template.Reset()
            rows = template.ParseText(raw)
        except textfsm.TextFSMError:
            return None
        headers = tuple(name.lower() for name in template.header)
    return Table(headers, tuple(tuple(map(_cell, row)) for row in rows)) if rows else None


@lru_cache(maxsize=_KEPT)
def _template(platform: str, command: str) -> textfsm.TextFSM | None:
    """Give the template for a command; ntc_templates itself looks through its thousand lines for each output anew."""
    row = _INDEX.GetRowMatch({"Command": command, "Platform": platform})
    if not row:
        return None
    # Where several templates share a command, the first one stands for the whole.
    name = _INDEX.index[row]["Template"].split(":")[0]
    with (_FOLDER / name).open(encoding="utf-8") as file:
        return textfsm.TextFSM(file)


def _cell(value: str | list[str]) -> str:
    return (value if isinstance(value, str) else ", ".join(value)).strip()
