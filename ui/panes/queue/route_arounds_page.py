"""Who rang somebody directly instead of their account rep: the rep's list, which empties as they give a word."""

from datetime import datetime

from app.services.route_arounds import RouteAround, route_arounds
from ui.kit.console import Console
from ui.kit.said_values import counted
from ui.kit.table import Cell, Column
from ui.kit.theme import Kind, Tone
from ui.kit.timephrase import exact, moment
from ui.panes.queue.lines_page import Lines, LinesPage


class RouteAroundsPage(LinesPage[RouteAround]):
    """Enter opens the issue of a call."""

    def __init__(self, console: Console) -> None:
        columns = (
            Column("at", "When", _at, 117, is_sortable=False),
            Column("said", "What was said", _said, is_sortable=False),
            Column("rang", "Rang", _rang, 130, is_sortable=False, yields=1),
            Column("state", "Stands", _stands, 112, is_sortable=False),
        )
        empty = ("Nobody rang past you", "When a VIP of yours rings somebody else, the call is listed here.")
        super().__init__(
            console,
            Lines(
                "Rang past me",
                "Calls past the account rep",
                columns,
                route_arounds,
                lambda line: line.interaction_id,
                lambda line: line.issue_id,
                lambda count: f"{counted(count, 'call')} in 30 days",
                empty,
            ),
        )


def _at(line: RouteAround, now: datetime) -> Cell:
    return Cell(moment(line.at, now), tip=exact(line.at))


def _said(line: RouteAround, _now: datetime) -> Cell:
    whose = " · ".join(part for part in (line.contact, line.customer, line.issue and f"on {line.issue}") if part)
    return Cell(line.said or line.title, second=whose, second_marks=(("VIP", Kind.BLUE),))


def _rang(line: RouteAround, _now: datetime) -> Cell:
    taken = "" if line.took == line.rang else f", logged by {line.took}"
    return Cell(line.rang, Tone.DIM, tip=f"{line.rang}{taken}")


def _stands(line: RouteAround, _now: datetime) -> Cell:
    if line.is_followed:
        return Cell("followed up", Tone.DIM, tip="You have given them a word since")
    return Cell("your turn", pill=Kind.AMBER, tip="Call them, or log that you did: then this is done")
