"""Maps: what they may say, and that every complaint names its place."""

import pytest

from app.domain.errors import BadInput
from app.domain.import_map import MapKind, parse_map
from app.domain.issue import IssueState

WHOLE = """
kind = "events"
source = "tracker"
unknown = ["?"]
delimiter = ";"
encoding = "cp1252"
zone = "Europe/Prague"
region = "CZ"
times = ["%d.%m.%Y %H:%M", "iso"]

[customer]
name = { is = "Imported" }

[contact]
name = "caller"

[issue]
key = "number"
title = { join = ["category", "symptom"], with = " - " }
state = "status"

[issue.facts]
made_sla = "in time"

[event]
at = "changed"
person = ["assigned", "opened by"]

[words.state]
"With user" = { state = "waiting", waiting_on = "the user" }
Active = "open"
"""


def test_a_whole_map_is_read() -> None:
    by = parse_map(WHOLE)
    assert by.kind is MapKind.EVENTS
    assert by.columns == (
        "caller",
        "number",
        "category",
        "symptom",
        "status",
        "changed",
        "assigned",
        "opened by",
        "in time",
    )
    assert by.tables == ("customer", "contact", "issue", "issue_event")
    assert by.cells["customer", "name"].constant == "Imported"
    assert by.cells["issue", "title"].joined_by == " - "
    assert by.words["state"] == {"with user": (IssueState.WAITING, "the user"), "active": (IssueState.OPEN, "")}
    assert by.unknown == {"", "?"}
    assert (by.region, by.zone.key, by.times) == ("CZ", "Europe/Prague", ("%d.%m.%Y %H:%M", "iso"))


def test_a_map_needs_little() -> None:
    by = parse_map('kind = "issues"\nsource = "x"\n[issue]\nkey = "id"')
    assert (by.delimiter, by.encoding, by.times, by.region) == ("", "", ("iso",), None)
    assert by.tables == ("issue",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind = ", "kind ", "line 2"),
        ('kind = "events"', 'kind = "tickets"', "line 2: kind must be one of issues, events, customers"),
        ('source = "tracker"', 'source = ""', "line 3: source must name"),
        ('source = "tracker"', "source = 3", "line 3: source must be a text"),
        ('unknown = ["?"]', 'unknown = "?"', "line 4: unknown must be a list"),
        ('delimiter = ";"', 'delimiter = ";;"', "line 5: delimiter must be one character"),
        ('encoding = "cp1252"', 'encoding = "latin-99"', "line 6: encoding 'latin-99' is not known"),
        ('encoding = "cp1252"', 'encoding = "utf-16"', "line 6: encoding 'utf-16' cannot be read line by line"),
        ('encoding = "cp1252"', 'encoding = "hex"', "line 6: encoding 'hex' is not known"),
        ("Europe/Prague", "Europe/Nowhere", "line 7: zone 'Europe/Nowhere' is no time zone"),
        ('region = "CZ"', 'region = "Czechia"', "line 8: region must be the two capital letters"),
        ("%d.%m.%Y %H:%M", "%H:%M", "line 9: times '%H:%M' must hold day, month and year"),
        ("%d.%m.%Y %H:%M", "%Q", "line 9: times '%Q' must hold"),
        ("unknown", "unknwon", "line 4: unknwon is not known in a map of events"),
        ('name = "caller"', 'nmae = "caller"', "line 15: contact.nmae is not known; [contact] has key, name"),
        ('name = "caller"', 'role = "caller"', "contact.name is missing"),
        ('key = "number"', 'topic = "number"', "issue.key is missing"),
        ('at = "changed"', 'team = "changed"', "event.at is missing"),
        ('[customer]\nname = { is = "Imported" }', "", "customer.name is missing"),
        ('{ is = "Imported" }', "{ was = 1 }", "line 12: customer.name must be"),
        ('["assigned", "opened by"]', "[]", "line 27: event.person must be"),
        ('made_sla = "in time"', "made_sla = 1", "line 22: issue.facts must be lines such as"),
        ('Active = "open"', 'Active = "lost"', "line 31: words.state.Active must be one of new, open"),
        ("[words.state]", "[words.stat]", "line 29: words.stat belongs to no field"),
        ("[words.state]", "[wrods.state]", "wrods is not known"),
    ],
)
def test_a_wrong_map_is_refused_with_line_and_key(old: str, new: str, said: str) -> None:
    assert old in WHOLE
    with pytest.raises(BadInput) as refused:
        parse_map(WHOLE.replace(old, new, 1), "my.toml")
    assert said in refused.value.what
    assert "my.toml" in refused.value.what
    assert refused.value.todo


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [
        ("impact", "4", "must be 1 (high), 2 or 3 (low)"),
        ("impact", '"high"', "must be 1 (high), 2 or 3 (low)"),
        ("kind", '"bug"', "must be one of incident, request, question"),
    ],
)
def test_our_words_are_checked_up_front(name: str, word: str, said: str) -> None:
    text = f'kind = "issues"\nsource = "x"\n[issue]\nkey = "id"\n{name} = "c"\n[words.{name}]\n"A b" = {word}\n'
    with pytest.raises(BadInput, match="line 7") as refused:
        parse_map(text)
    assert said in refused.value.what


def test_customers_take_no_issue() -> None:
    with pytest.raises(BadInput, match="issue is not known in a map of customers"):
        parse_map('kind = "customers"\nsource = "x"\n[customer]\nname = "n"\n[issue]\nkey = "id"\n')
