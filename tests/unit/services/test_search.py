import pytest

from app.domain.issue import Issue
from app.services.search import HitKind, search
from tests.halden import Sample
from tests.stations import Station


def found(station: Station, text: str) -> list[tuple[str, str]]:
    return [(str(hit.kind), hit.title) for hit in search(station.desk, text)]


def test_every_kind_is_found_by_the_beginnings_of_words(anna: Station, sample: Sample) -> None:
    number = anna.desk.need(Issue, sample.issues["import"]).number
    assert found(anna, "import night") == [("issue", f"{number} Import fails after the night deployment")]
    assert found(anna, "halden") == [("customer", "Halden Hotels")]
    assert found(anna, "priya") == [("contact", "Priya Raman")]
    assert found(anna, "ngr-core") == [("device", "ngr-core-1")]
    assert found(anna, "yard") == [("device", "ngr-core-1")]


def test_a_number_finds_its_issue_first_and_digits_find_a_phone(anna: Station, sample: Sample) -> None:
    issue = anna.desk.need(Issue, sample.issues["bridge"])
    first = search(anna.desk, f"#{issue.number}")[0]
    assert (first.kind, first.id, first.subtitle) == (HitKind.ISSUE, issue.id, "Halden Hotels")
    assert found(anna, "+47 21 89 55 00") == [("contact", "Ingrid Åsen")]


def test_a_change_is_found_by_its_new_words_at_once(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        edit.update(anna.desk.need(Issue, sample.issues["vlan"]), title="Wavelength plan is wrong")
    assert not found(anna, "inventory")
    assert [kind for kind, _title in found(anna, "wavel")] == ["issue"]


def test_what_was_removed_is_not_found(anna: Station, sample: Sample) -> None:
    with anna.desk.edit() as edit:
        edit.delete(anna.desk.need(Issue, sample.issues["vlan"]))
    assert not found(anna, "vlan")


@pytest.mark.usefixtures("sample")
def test_no_text_breaks_the_search(anna: Station) -> None:
    for text in ("", " ", '"', "NEAR(", "MATCH *", "{", "a" * 3000, "№", "\x00", "_", "²", "#²"):
        assert found(anna, text) == [], text
