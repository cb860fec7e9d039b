"""The reports as places on the left, and what their columns mean."""

from app.domain.report import TITLES, ReportName
from ui.kit.side_list import Place, Section
from ui.kit.theme import Kind

_GROUPS = {
    "Queue": (
        ReportName.BACKLOG,
        ReportName.LOAD,
        ReportName.FIRST_RESPONSE,
        ReportName.SILENCE,
        ReportName.BREACHES,
        ReportName.REOPENED,
    ),
    "Customers": (ReportName.CALLS, ReportName.PROMISES, ReportName.DEPLOYMENTS),
    "Imported": (ReportName.INCIDENTS, ReportName.HISTORY),
}
_SHORT = {ReportName.DEPLOYMENTS: "After deployments", ReportName.SILENCE: "Longest silence"}
_TIPS = {
    ReportName.BACKLOG: "What is open, and for how long",
    ReportName.LOAD: "Who has how much",
    ReportName.FIRST_RESPONSE: "How soon customers got a first word",
    ReportName.SILENCE: "How long customers once heard nothing",
    ReportName.BREACHES: "What came too late",
    ReportName.REOPENED: "What was over and came back",
    ReportName.CALLS: "What customers call about most",
    ReportName.PROMISES: "What was promised, and what became of it",
    ReportName.DEPLOYMENTS: "Who came back within a day",
    ReportName.INCIDENTS: "As their source judged them",
    ReportName.HISTORY: "Gaps, levels and teams in imported events",
}
# Without a kind a column is drawn in the accent; red ones are hatched too, so that the hue is never all there is.
KINDS: dict[str, Kind] = {
    "p1": Kind.RED,
    "p2": Kind.AMBER,
    "p3": Kind.BLUE,
    "p4": Kind.GREY,
    "kept": Kind.GREEN,
    "met": Kind.GREEN,
    "broken": Kind.RED,
    "missed": Kind.RED,
    "late": Kind.AMBER,
}


def sections() -> tuple[Section, ...]:
    """Give the places."""
    return tuple(
        Section(title, tuple(Place(name.value, _SHORT.get(name, TITLES[name]), tip=_TIPS[name]) for name in names))
        for title, names in _GROUPS.items()
    )
