"""Reports: which there are, and what one says. Its numbers stand for issues; its texts are what people read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

FEW = 5  # of fewer no percentage, half or tenth is told: it would sound like more than is known
FEWEST_PEOPLE = 3  # in a total of what people did: of two, each could tell what the other did


class ReportName(StrEnum):
    """The reports by the word that the command line takes."""

    BACKLOG = "backlog"
    FIRST_RESPONSE = "first-response"
    BREACHES = "breaches"
    REOPENED = "reopened"
    SILENCE = "silence"
    CALLS = "calls"
    PROMISES = "promises"
    LOAD = "load"
    DEPLOYMENTS = "deployments"
    INCIDENTS = "incidents"
    HISTORY = "history"


TITLES: Mapping[ReportName, str] = {
    ReportName.BACKLOG: "Backlog by age",
    ReportName.FIRST_RESPONSE: "First response",
    ReportName.BREACHES: "Breaches",
    ReportName.REOPENED: "Reopened",
    ReportName.SILENCE: "Longest time without update",
    ReportName.CALLS: "Calls per problem",
    ReportName.PROMISES: "Promises",
    ReportName.LOAD: "Load",
    ReportName.DEPLOYMENTS: "Contact rate after deployments",
    ReportName.INCIDENTS: "Imported incidents",
    ReportName.HISTORY: "Imported history",
}


class Unit(StrEnum):
    """How a number is written."""

    COUNT = "count"
    PERCENT = "percent"  # one decimal


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of numbers; the charted ones are drawn, on top of each other where there are several."""

    id: str
    title: str
    unit: Unit = Unit.COUNT
    is_charted: bool = False


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A line of the table: a number (None: not known) for each column. `key` names it to ask for the issues behind.

    `share` is the part and the whole that its percentage is of.
    """

    key: str
    label: str
    values: tuple[float | None, ...]
    is_charted: bool = True
    share: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says at a time. `figures` are by name, as the command line prints them.

    `sentence` is the most important thing in words; `limits` what the figures cannot know, above all back in time;
    `todo` what to do when there is nothing to report. `kept` are issues behind cells that take long to find again.
    """

    name: ReportName
    as_of: datetime
    sentence: str
    figures: Mapping[str, Any]
    columns: tuple[ReportColumn, ...] = ()
    rows: tuple[ReportRow, ...] = ()
    limits: str = ""
    todo: str = ""
    source: str | None = None
    is_now: bool = True
    kept: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict, repr=False)

    @property
    def title(self) -> str:
        """The report's name in words."""
        return TITLES[self.name]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for row in self.rows for value in row.values)

    def as_dict(self) -> dict[str, Any]:
        """Give it as the command line prints it."""
        return {
            "report": self.name.value,
            "as_of": self.as_of.isoformat(),
            **self.figures,
            "rows": [
                {"key": row.key, "label": row.label}
                | {column.id: value for column, value in zip(self.columns, row.values, strict=True)}
                for row in self.rows
            ],
        }


def percent(part: int, whole: int) -> float | None:
    """Give a share in percent with one decimal, half up; None of nothing."""
    return _rounded(Decimal(100 * part) / whole, "0.1") if whole else None


def share(part: int, whole: int) -> str:
    """Give a share as people read it: in percent, but of fewer than FEW as it is, "0 of 1"."""
    return f"{percent(part, whole):,.1f} %" if whole >= FEW else f"{part} of {whole}"


def mean(total: int, count: int) -> float | None:
    """Give a mean with two decimals, half up; None of nothing."""
    return _rounded(Decimal(total) / count, "0.01") if count else None


def hours(seconds: float | None) -> float | None:
    """Give hours with two decimals, half up."""
    return None if seconds is None else _rounded(Decimal(seconds) / 3600, "0.01")


def days(seconds: float | None) -> float | None:
    """Give days with two decimals, half up."""
    return None if seconds is None else _rounded(Decimal(seconds) / 86400, "0.01")


def _rounded(value: Decimal, step: str) -> float:
    return float(value.quantize(Decimal(step), ROUND_HALF_UP))
