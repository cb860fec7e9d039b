"""Tables out of command output, by the TextFSM templates of ntc-templates. Only in the child: parsing holds the GIL."""

import textfsm
from ntc_templates.parse import ParsingException, parse_output

from app.devices.messages import Table

PARSED_CHARS = 2_000_000
"""More is left as text: a template takes minutes on what no table view can show."""


def table_of(platform: str, command: str, raw: str) -> Table | None:
    """Give the output as a table; None when no template knows the command or its output."""
    if len(raw) > PARSED_CHARS:
        return None
    try:
        found = parse_output(platform=platform, command=command.strip(), data=raw)
    except (ParsingException, textfsm.TextFSMError):
        return None
    if not found:
        return None
    headers = tuple(found[0])
    return Table(headers, tuple(tuple(_cell(row[name]) for name in headers) for row in found))


def _cell(value: str | list[str]) -> str:
    return (value if isinstance(value, str) else ", ".join(value)).strip()
