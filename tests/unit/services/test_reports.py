"""The incident report: figures of what was imported, as its source said it."""

from pathlib import Path

from app.domain.entity import new_id
from app.domain.import_map import parse_map
from app.domain.issue import Issue, IssueKind
from app.services import imports, reports
from tests.importing import EVENTS_HEADER, EVENTS_MAP, a_desk, a_file, closed_desks, event_line

__all__ = ["closed_desks"]

EVENTS = parse_map(EVENTS_MAP)
KEYS = [
    *("incidents", "callers", "callers_with_more_than_one", "most_per_caller"),
    *("sla_missed_pct", "reassignments_mean", "reassignments_max", "reopened"),
]


def test_the_last_event_in_file_order_counts(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    lines = [
        EVENTS_HEADER,
        event_line("A", 9, "New", made_sla="FALSE", handed="7", reopened="1", caller="Ada"),
        event_line(
            "A", 1, "Done", made_sla="TRUE", handed="1", caller="Ada"
        ),  # earlier by its clock, later in the file
        event_line("B", 2, "Done", made_sla="FALSE", handed="4", reopened="2", caller="Ada"),
        event_line("C", 3, "Done", made_sla="TRUE", handed="0", caller="Ben"),
        event_line("D", 4, "Done", made_sla="?", handed="?", caller="?"),
        event_line("E", 5, "Done", made_sla="perhaps", handed="many", caller="Ada"),
        event_line("F", 6, "Active", made_sla="no", handed="0", caller="Cy"),
    ]
    imports.run(desk, a_file(tmp_path, lines), EVENTS)
    figures = reports.incidents(desk).as_dict()
    assert list(figures) == KEYS
    assert list(figures.values()) == [6, 3, 1, 3, 50.0, 1.25, 4, 1]


def test_percentages_have_one_decimal_and_means_two_rounded_half_up(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    missed = [event_line(str(n), n, "Done", made_sla="FALSE" if n < 1 else "TRUE", handed="0") for n in range(8)]
    missed[0] = event_line("0", 0, "Done", made_sla="FALSE", handed="1")
    imports.run(desk, a_file(tmp_path, [EVENTS_HEADER, *missed]), EVENTS)
    figures = reports.incidents(desk)
    assert (figures.sla_missed_pct, figures.reassignments_mean) == (12.5, 0.13)
    assert figures.reopened == 0


def test_nothing_is_said_where_nothing_is_known(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    assert list(reports.incidents(desk).as_dict().values()) == [0, 0, 0, 0, None, None, None, None]
    with desk.edit() as edit:
        edit.insert(Issue(id=new_id(), title="Ours"))
        edit.insert(Issue(id=new_id(), title="A wish", kind=IssueKind.REQUEST))
        edit.delete(edit.insert(Issue(id=new_id(), title="A slip")))
    assert list(reports.incidents(desk).as_dict().values()) == [0, 0, 0, 0, None, None, None, None], "none was imported"


def test_one_source_can_be_reported_alone(tmp_path: Path) -> None:
    desk = a_desk(tmp_path)
    with desk.edit() as edit:
        edit.insert(Issue(id=new_id(), title="Ours"))
    imports.run(desk, a_file(tmp_path, [EVENTS_HEADER, event_line("A", 0, "Done")]), EVENTS)
    assert reports.incidents(desk).incidents == 1
    assert reports.incidents(desk, "log").incidents == 1
    assert reports.incidents(desk, "elsewhere").incidents == 0
