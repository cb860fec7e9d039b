"""report: the figures that the console shows, for scripts."""

from argparse import Namespace
from typing import Any

from app.cli import saying
from app.cli.profiles import headless
from app.domain.as_of import as_of
from app.domain.errors import BadInput
from app.domain.report import TITLES, Report, ReportName
from app.services import reports


def report(arguments: Namespace) -> int:
    """Give a report's figures; without a name, the reports that there are."""
    if arguments.name is None:
        named = [{"name": name.value, "title": title} for name, title in TITLES.items()]
        text = "\n".join(f"{one['name']:16} {one['title']}" for one in named)
        return saying.result(arguments, {"ok": True, "reports": named}, text)
    with headless(arguments) as workstation:
        made = reports.make(
            workstation.desk,
            ReportName(arguments.name),
            as_of(arguments.as_of) if arguments.as_of else None,
            arguments.source,
        )
    if made is None:
        raise BadInput("The report was cancelled.", "Ask again.")
    return saying.result(arguments, made.as_dict(), _text(made))


def _text(made: Report) -> str:
    lines = [f"{made.title}, as of {made.as_of:%Y-%m-%d %H:%M} UTC", made.sentence, ""]
    lines += [f"{name.replace('_', ' '):32} {_plain(value)}" for name, value in made.figures.items()]
    if made.rows:
        width = max(len(row.label) for row in made.rows)
        lines += ["", " " * width + "".join(f"  {column.title:>16}" for column in made.columns)]
        lines += [
            f"{row.label:{width}}" + "".join(f"  {_plain(value):>16}" for value in row.values) for row in made.rows
        ]
    return "\n".join([*lines, "", made.limits])


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(one)}" for key, one in value.items()) or "-"
    return "-" if value is None else str(value)
