import re

import pytest

from app.domain.command_text import Highlight
from app.domain.entity import new_id
from app.domain.errors import BadInput, Refused
from app.services import highlights
from app.services.highlights import HighlightKind
from tests.stations import Station, TestCompany

BAD, ODD, GOOD, NOTED = HighlightKind.BAD, HighlightKind.ODD, HighlightKind.GOOD, HighlightKind.NOTED


def kind_of(rules: tuple[highlights.Rule, ...], text: str) -> HighlightKind | None:
    return next((kind for pattern, kind in rules if re.search(pattern, text, re.IGNORECASE)), None)


@pytest.mark.parametrize(
    ("platform", "text", "kind"),
    [
        ("cisco_ios", "%LINK-3-UPDOWN: Interface", BAD),
        ("cisco_ios", "%SYS-4-CPUHOG", ODD),
        ("cisco_ios", "%SYS-5-CONFIG_I", None),
        ("cisco_nxos", "%ETHPORT-SLOT1-2-IF_DOWN", BAD),
        ("cisco_ios", "Gi0/1 err-disabled", BAD),
        ("cisco_ios", "is administratively down", ODD),
        ("cisco_ios", "line protocol is down", BAD),
        ("cisco_ios", "line protocol is up", GOOD),
        ("cisco_ios", "^ % Invalid input detected", BAD),
        ("cisco_ios", "uptime is 3 weeks", None),
        ("arista_eos", "Et1 notconnect", ODD),
        ("juniper_junos", "syntax error: unknown", BAD),
        ("juniper_junos", "Physical link is Down", BAD),
        ("linux", "Active: failed", BAD),
        ("hp_procurve", "Port 1 Down", BAD),
    ],
)
def test_what_stands_out_by_itself(platform: str, text: str, kind: HighlightKind | None) -> None:
    assert kind_of(highlights.defaults(platform), text) == kind


def test_mine_goes_before_everybodys_and_that_before_batons(anna: Station, company: TestCompany) -> None:
    highlights.write(anna.desk, "up", NOTED, is_mine=False)
    highlights.write(anna.desk, "up", BAD, platform="cisco_ios")
    highlights.write(anna.desk, "vlan", ODD, platform="cisco_nxos")
    rules = highlights.of_platform(anna.desk, "cisco_ios")
    assert rules[:2] == (("up", BAD), ("up", NOTED))
    assert rules[2:] == highlights.defaults("cisco_ios")
    anna.sync()
    ben = company.station("ben")
    ben.sync()
    assert highlights.of_platform(ben.desk, "cisco_ios")[:1] == (("up", NOTED),)


def test_they_are_changed_and_taken_away(anna: Station) -> None:
    mine = highlights.write(anna.desk, "flap", ODD)
    assert highlights.write(anna.desk, "flapping", BAD, platform="cisco_ios", highlight_id=mine) == mine
    (line,) = highlights.all_of(anna.desk)
    assert (line.pattern, line.kind, line.platform, line.is_mine, line.is_used) == (
        "flapping",
        BAD,
        "cisco_ios",
        True,
        True,
    )
    highlights.remove(anna.desk, mine)
    assert highlights.all_of(anna.desk) == ()


def test_what_could_take_for_ever_is_refused_and_from_elsewhere_not_used(anna: Station) -> None:
    with pytest.raises(BadInput):
        highlights.write(anna.desk, "(a+)+b")
    with anna.desk.edit() as edit:
        edit.insert(Highlight(id=new_id(), pattern="(a+)+b"))
    (line,) = highlights.all_of(anna.desk)
    assert not line.is_used
    assert highlights.of_platform(anna.desk, "cisco_ios") == highlights.defaults("cisco_ios")


def test_nobody_changes_somebody_elses_own(anna: Station, company: TestCompany) -> None:
    mine = highlights.write(anna.desk, "flap")
    anna.sync()
    ben = company.station("ben")
    ben.sync()
    with pytest.raises(Refused):
        highlights.remove(ben.desk, mine)
