"""A captured line finds its names, shows what it would record, and records exactly that."""

import pytest

from app.domain.customer import Contact
from app.domain.entity import new_id
from app.domain.errors import BadInput
from app.domain.interaction import Direction, Nature
from app.domain.issue import Issue
from app.services import capture, promises
from tests.halden import HOUR, NOW, Sample
from tests.stations import Station


def test_who_and_what_are_found_and_recorded(anna: Station, sample: Sample) -> None:
    reading = capture.read(anna.desk, "dana called, import again, update in 3h")
    assert reading.caller is not None
    assert reading.issue is not None
    assert (reading.caller.name, reading.issue.id) == ("Dana Whitfield", sample.issues["import"])
    assert (reading.nature, reading.is_ambiguous, reading.trouble) == (Nature.CHASER, False, "")
    capture.save_line(anna.desk, "dana called")
    logged = capture.record(anna.desk, reading)
    assert (logged.is_new_issue, logged.issue_id) == (False, sample.issues["import"])
    assert (logged.interaction.body, logged.interaction.nature) == ("import", Nature.CHASER)
    assert promises.of_issue(anna.desk, logged.issue_id)[0].due_at == NOW + 3 * HOUR
    assert capture.kept_line(anna.desk) == "", "the kept line goes with it"


@pytest.mark.parametrize(
    ("line", "caller", "issue"),
    [
        ("ingrid called about the page", "Ingrid Åsen", "page"),
        ("ingrid called, bridge", "Ingrid Åsen", "bridge"),
        ("0147 called again", "Dana Whitfield", "import"),
        ("told jonas about the export", "Jonas Weiß", "export"),
        ("jonas slow site again", "Jonas Weiß", "slow"),
        ("northgate called, import", "Northgate Rail", "import"),
        ("tom hale called, printer", "Tom Hale", None),
        ("somebody from nowhere called, wants a quote", None, None),
    ],
)
def test_what_a_line_points_at(anna: Station, sample: Sample, line: str, caller: str | None, issue: str | None) -> None:
    reading = capture.read(anna.desk, line)
    assert (reading.caller.name if reading.caller else None) == caller
    assert (reading.issue.id if reading.issue else None) == (sample.issues[issue] if issue else None)


def test_an_issues_number_finds_who_has_it(anna: Station, sample: Sample) -> None:
    number = anna.desk.need(Issue, sample.issues["slow"]).number
    reading = capture.read(anna.desk, f"called about {number}, still slow")
    assert reading.issue is not None
    assert reading.issue.id == sample.issues["slow"]


def test_two_of_one_name_are_shown_and_chosen_among(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        foods = sample.customers["Morrow Foods"]
        edit.insert(Contact(id=new_id(), customer_id=foods, name="Dana Frost", phone="+442079460019"))
    line = "dana called, import again"
    reading = capture.read(anna.desk, line)
    assert reading.is_ambiguous
    assert {one.name for one in reading.callers} == {"Dana Whitfield", "Dana Frost"}
    assert reading.callers[0].name == "Dana Whitfield", "who has most open comes first"
    other = capture.read(anna.desk, line, caller=1)
    assert other.caller is not None
    assert (other.caller.name, other.issue) == ("Dana Frost", None)
    assert other.nature is Nature.FIRST, "nothing is known that she could ask about again"
    assert capture.record(anna.desk, other).interaction.nature is Nature.FIRST


def test_what_it_is_about_can_be_chosen_too(anna: Station, sample: Sample) -> None:
    line = "ingrid called, it is broken"
    reading = capture.read(anna.desk, line)
    assert reading.issue is None
    by_arrow = capture.read(anna.desk, line, issue=0)
    assert by_arrow.issue == reading.issues[0]
    assert capture.read(anna.desk, "ingrid called, page", issue=-1).issue is None
    assert capture.record(anna.desk, by_arrow).issue_id == reading.issues[0].id
    assert reading.issues[0].id in {sample.issues["page"], sample.issues["bridge"]}


def test_a_stranger_is_recorded_as_typed(anna: Station) -> None:
    logged = capture.record(anna.desk, capture.read(anna.desk, "a Mr Zzyzx called, wants a quote"))
    assert logged.is_new_issue
    assert logged.interaction.body == "wants a quote\nCaller: a Mr Zzyzx"


def test_our_own_word_is_recorded_as_ours(anna: Station, sample: Sample) -> None:
    said = capture.record(anna.desk, capture.read(anna.desk, "called dana back about the import")).interaction
    assert (said.direction, said.nature, said.issue_id) == (Direction.OUT, Nature.NEWS, sample.issues["import"])


@pytest.mark.usefixtures("sample")
def test_a_time_that_is_over_is_said_and_nothing_is_recorded(anna: Station) -> None:
    before = anna.unsent()
    reading = capture.read(anna.desk, "dana called, update 2020-01-01 9:00")
    assert "over" in reading.trouble
    with pytest.raises(BadInput, match="Not recorded yet"):
        capture.record(anna.desk, reading)
    assert anna.unsent() == before


@pytest.mark.usefixtures("sample")
def test_no_line_breaks_the_reading(anna: Station) -> None:
    for line in (
        "",
        " , ",
        "\x00 called",
        '"; DROP TABLE issue',
        "called",
        "\u202e\u0664 rang, 4127",
        "x" * 100_000,
        "*",
    ):
        capture.read(anna.desk, line)
        capture.read(anna.desk, line, caller=-3, issue=99)


def test_the_line_is_kept_until_it_is_recorded(anna: Station) -> None:
    capture.save_line(anna.desk, "jane call")
    assert capture.kept_line(anna.desk) == "jane call"
    capture.save_line(anna.desk, " ")
    assert capture.kept_line(anna.desk) == ""
