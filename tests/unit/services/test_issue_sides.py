"""What an issue is about and who has to do with it: fields, followers, devices, other systems, whom to ask first."""

from datetime import UTC

import pytest

from app.domain.customer import Installation
from app.domain.device import Device
from app.domain.errors import BadInput
from app.domain.escalation import EscalationKind
from app.domain.issue import Issue, IssueKind
from app.domain.person import Role
from app.services import ask_first, external_refs, followers, issue_devices, issues
from app.services.escalations import raise_escalation
from app.services.timeline import Happening, Lens, as_text, through
from tests.halden import HOUR, NOW, Clock, Sample
from tests.stations import Station, TestCompany


def installation(station: Station, build: str) -> str:
    return station.desk.cache.records(Installation, "build = ?", (build,))[0].id


def test_an_installation_brings_its_product_and_build(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["import"]
    issues.describe(anna.desk, issue_id, installation_id=installation(anna, "39"), topic="  night   import ", level=2)
    got = issues.detail(anna.desk, issue_id)
    assert (got.product, got.build, got.topic, got.level) == ("Console", "39", "night import", 2)
    issues.describe(anna.desk, issue_id, build="40", team="Engineering")
    assert issues.detail(anna.desk, issue_id).build == "40"
    with pytest.raises(BadInput, match="another customer"):
        issues.describe(anna.desk, issue_id, installation_id=installation(anna, "38"))
    with pytest.raises(BadInput, match="another customer"):
        issues.describe(anna.desk, issue_id, contact_id=sample.contacts["Ingrid Åsen"])
    with pytest.raises(BadInput, match="too long"):
        issues.describe(anna.desk, issue_id, topic="x" * 201)
    with pytest.raises(BadInput, match="level"):
        issues.describe(anna.desk, issue_id, level=100)


def test_another_customer_takes_the_first_ones_contact_away(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["import"]
    issues.describe(anna.desk, issue_id, customer_id=sample.customers["Halden Hotels"])
    got = anna.desk.need(Issue, issue_id)
    assert (got.contact_id, got.installation_id) == (None, None)
    issues.set_kind(anna.desk, issue_id, IssueKind.QUESTION)
    assert anna.desk.need(Issue, issue_id).kind is IssueKind.QUESTION


def test_words_are_completed_from_what_was_used(anna: Station, sample: Sample) -> None:
    issues.describe(anna.desk, sample.issues["import"], topic="import", team="Night crew")
    ask_first.put(anna.desk, "vpn", anna.person_id)
    assert issues.used(anna.desk, "topic") == ("import", "vpn")
    assert issues.used(anna.desk, "product") == ("Console",)
    assert issues.used(anna.desk, "team") == ("Night crew",)
    got = issues.waited_on(anna.desk, sample.issues["import"])
    assert got[:3] == ("Dana Whitfield", "Luis Ortega", "Northgate Rail")
    assert {"Engineering", "Halden IT", "customer", "Anna"} < set(got)
    assert "Ingrid Åsen" not in got


def test_handing_over_names_one_with_a_word(anna: Station, sample: Sample, company: TestCompany) -> None:
    ben = company.add("ben", Role.ENGINEER, "Engineering")
    anna.sync()
    issue_id = sample.issues["import"]
    issues.hand_over(anna.desk, issue_id, person_id=ben, word="the log is attached")
    got = issues.detail(anna.desk, issue_id)
    assert (got.owner, got.team, got.happened[0].text) == ("Ben", "Engineering", "Note: the log is attached")
    issues.hand_over(anna.desk, issue_id, team="Hosting")
    assert (issues.detail(anna.desk, issue_id).owner, issues.detail(anna.desk, issue_id).team) == ("", "Hosting")
    for person_id, team in ((None, " "), (ben, "Hosting")):
        with pytest.raises(BadInput):
            issues.hand_over(anna.desk, issue_id, person_id=person_id, team=team)


def test_a_functional_escalation_moves_the_issue(anna: Station, sample: Sample, company: TestCompany) -> None:
    ben = company.add("ben", Role.ENGINEER, "Engineering")
    anna.sync()
    issue_id = sample.issues["import"]
    made = raise_escalation(anna.desk, issue_id, to_level=2, sentence="Needs the database.")
    assert (made.kind, made.to_team) == (EscalationKind.FUNCTIONAL, "Level 2")
    assert anna.desk.need(Issue, issue_id).level == 2
    raise_escalation(anna.desk, issue_id, to_team="Hosting", sentence="Please look.")
    assert (anna.desk.need(Issue, issue_id).team, anna.desk.need(Issue, issue_id).level) == ("Hosting", 2)
    raise_escalation(anna.desk, issue_id, to_person_id=ben, sentence="Please look.")
    assert anna.desk.need(Issue, issue_id).team == "Engineering"
    raise_escalation(anna.desk, issue_id, to_person_id=anna.person_id, sentence="Please decide.")
    assert anna.desk.need(Issue, issue_id).team == "Engineering"
    told = [h.text for h in issues.detail(anna.desk, issue_id).happened if h.kind is Happening.ESCALATION]
    assert "Escalated to Level 2: Needs the database." in told
    raise_escalation(anna.desk, None, to_team="Hosting", sentence="About no issue.")


def test_following_once_is_enough(anna: Station, sample: Sample, company: TestCompany) -> None:
    ben = company.add("ben")
    anna.sync()
    issue_id = sample.issues["page"]
    for _ in range(2):
        followers.follow(anna.desk, issue_id)
        followers.follow(anna.desk, issue_id, ben)
    assert [name for _id, name in followers.of_issue(anna.desk, issue_id)] == ["Anna", "Ben"]
    assert issues.detail(anna.desk, issue_id).is_followed
    followers.unfollow(anna.desk, issue_id)
    assert not followers.follows(anna.desk, issue_id)
    anna.sync()
    assert anna.conflicts() == []


def test_an_issue_is_about_devices(anna: Station, sample: Sample) -> None:
    device = anna.desk.cache.records(Device)[0]
    for _ in range(2):
        issue_devices.put(anna.desk, sample.issues["import"], device.id)
    assert issue_devices.of_issue(anna.desk, sample.issues["import"]) == ((device.id, "ngr-core-1"),)
    issue_devices.take_off(anna.desk, sample.issues["import"], device.id)
    assert issue_devices.of_issue(anna.desk, sample.issues["import"]) == ()


def test_the_same_matter_in_another_system(anna: Station, sample: Sample, clock: Clock) -> None:
    issue_id = sample.issues["bridge"]
    external_refs.write(anna.desk, issue_id, "Halden desk", "HD-7", url="https://desk.example.com/7")
    clock.now += HOUR
    made = external_refs.write(anna.desk, issue_id, "Halden desk", "HD-7", status="in progress")
    assert len(external_refs.of_issue(anna.desk, issue_id)) == 1
    assert (made.url, made.status, made.status_at) == ("https://desk.example.com/7", "in progress", NOW + HOUR)
    for system, key, url in (
        ("", "1", ""),
        ("a", "", ""),
        ("a", "1", "javascript:alert(1)"),
        ("a", "1", "file:///etc"),
    ):
        with pytest.raises(BadInput):
            external_refs.write(anna.desk, issue_id, system, key, url=url)
    external_refs.remove(anna.desk, made.id)
    assert external_refs.of_issue(anna.desk, issue_id) == ()


def test_whom_to_ask_first_has_an_order(anna: Station, sample: Sample, company: TestCompany) -> None:
    ben, cleo = company.add("ben"), company.add("cleo")
    anna.sync()
    ask_first.put(anna.desk, "import", ben, "knows the parser")
    ask_first.put(anna.desk, "Import", anna.person_id)
    ask_first.put(anna.desk, "import", cleo, place=0)
    ask_first.put(anna.desk, "import", ben, place=99)
    issues.describe(anna.desk, sample.issues["import"], topic="IMPORT")
    got = issues.detail(anna.desk, sample.issues["import"]).ask_first
    assert [(a.name, a.words) for a in got] == [("Cleo", ""), ("Anna", ""), ("Ben", "knows the parser")]
    ask_first.remove(anna.desk, got[0].id)
    assert [a.name for a in ask_first.of_topic(anna.desk, "import")] == ["Anna", "Ben"]
    assert ask_first.of_topic(anna.desk, "") == ()
    with pytest.raises(BadInput):
        ask_first.put(anna.desk, " ", ben)


def test_the_timeline_is_looked_at_through_a_lens_and_copied(anna: Station, sample: Sample) -> None:
    issue_id = sample.issues["import"]
    issues.add_note(anna.desk, issue_id, "<b>bold</b>\n<script>x</script>")
    told = issues.detail(anna.desk, issue_id).happened
    assert {h.kind for h in through(Lens.WORDS, told)} == {Happening.INTERACTION}
    assert [h.text for h in through(Lens.NOTES, told)] == ["Note: <b>bold</b>"]
    assert {h.kind for h in through(Lens.OWED, told)} == {Happening.PROMISE}
    assert through(Lens.ALL, told) == told
    seen = [kind for lens in Lens if lens is not Lens.ALL for kind in {h.kind for h in through(lens, told)}]
    assert sorted(seen) == sorted({h.kind for h in told})
    text = as_text(told, UTC)
    assert text.splitlines()[0] == "2026-10-25 13:03 Opened"
    assert "2026-11-20 13:03 Note: <b>bold</b> · Anna\n    <b>bold</b>\n    <script>x</script>" in text


def test_odd_titles_are_kept_whole(anna: Station, sample: Sample) -> None:
    for title in (
        "x" * 100_000,
        "<img src=x onerror=alert(1)>",
        "שלום \u202e gnp.exe \u2066 \U0001f468\u200d\U0001f469\u200d\U0001f467 \U000e0041 \U0010fffd é",
    ):
        issues.rename(anna.desk, sample.issues["page"], title)
        assert issues.detail(anna.desk, sample.issues["page"]).title == title
    anna.sync()
    assert anna.conflicts() == []
