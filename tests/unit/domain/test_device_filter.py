import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.device_filter import KEYS, LONGEST, DeviceFacts, parse
from app.domain.errors import BadInput

SWITCH = DeviceFacts(
    name="sw-nyc-1",
    address="10.20.0.1",
    customer="Northgate Rail",
    site="NYC Depot",
    platform="cisco_ios",
    environment="production",
    tags="core uplink",
    model="WS-C3750X",
    software="15.2(4)M",
)
FIREWALL = DeviceFacts(
    name="fw-bos-1",
    address="2001:db8::7",
    customer="Halden Hotels",
    site="",
    platform="cisco_asa",
    environment="lab",
    tags="",
    model="ASA5516",
    software="9.12(4)",
)


def finds(text: str) -> str:
    """Tell which of the two a filter finds."""
    found = parse(text)
    return " ".join(word for word, one in (("switch", SWITCH), ("firewall", FIREWALL)) if found.matches(one))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "switch firewall"),
        ("   ", "switch firewall"),
        ("-", "switch firewall"),
        ("customer:northgate", "switch"),
        ("customer:north", ""),
        ("customer:north*", "switch"),
        ('customer:"Northgate Rail"', "switch"),
        ('customer:"northgate  rail",halden', "switch firewall"),
        ("site:nyc", "switch"),
        ('site:""', "firewall"),
        ('-site:""', "switch"),
        ("platform:ios,nxos", "switch"),
        ("platform:cisco", "switch firewall"),
        ("platform:cisco_asa", "firewall"),
        ("env:prod", "switch"),
        ("environment:production", "switch"),
        ("env:lab,prod", "switch firewall"),
        ("-env:prod", "firewall"),
        ("tag:core", "switch"),
        ("tag:cor", ""),
        ("tag:core tag:uplink", "switch"),
        ("tag:core tag:lab", ""),
        ("tag:lab,up*", "switch"),
        ("-tag:core", "firewall"),
        ("-tag:lab,core", "firewall"),
        ('tag:""', "firewall"),
        ("name:sw-*", "switch"),
        ("name:nyc", "switch"),
        ("name:ny", ""),
        ("name:??-nyc-?", "switch"),
        ("name:[s]w-*", ""),
        ("address:10.20", "switch"),
        ("address:10.2", ""),
        ("address:10.20.", "switch"),
        ("address:10.20.0.0/16", "switch"),
        ("address:10.21.0.0/16", ""),
        ("address:2001:db8::/32", "firewall"),
        ("address:2001:db8", "firewall"),
        ("model:asa5516", "firewall"),
        ("software:15.2*", "switch"),
        ("nyc", "switch"),
        ("NYC DEPOT", "switch"),
        ("2001:db8::7", "firewall"),
        ("orthga", "switch"),
        ("core", ""),
        ("sw,fw", "switch firewall"),
        ("-sw", "firewall"),
        ('"gate rail"', "switch"),
        ("customer:northgate -tag:lab env:prod sw", "switch"),
    ],
)
def test_a_filter_finds_what_its_words_say(text: str, found: str) -> None:
    assert finds(text) == found


def test_ios_means_ios_xe_too_but_the_full_name_means_itself() -> None:
    router = DeviceFacts(name="r", address="h", platform="cisco_xe")
    assert parse("platform:ios").matches(router)
    assert parse("platform:xe").matches(router)
    assert not parse("platform:cisco_ios").matches(router)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour:red", "colour:"),
        ("nyc -farbe:rot", "farbe:"),
        ("env:moon", "moon"),
        ('site:"new york', "new"),
        ("tag:", "tag:"),
        ("-tag: nyc", "-tag:"),
        ("x" * (LONGEST + 1), str(LONGEST)),
    ],
)
def test_what_cannot_be_understood_is_named(text: str, named: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text)
    assert named in caught.value.what
    assert caught.value.todo


def test_only_an_empty_filter_asks_for_nothing() -> None:
    assert parse(" ").is_empty
    assert not parse("-tag:lab").is_empty


@given(st.text(st.sampled_from('ab -:,"*?[]/.\\\u00e4\u0130\u00df\x00\n1tag') | st.characters(), max_size=60))
def test_any_text_is_a_filter_or_bad_input(text: str) -> None:
    try:
        found = parse(text)
    except BadInput:
        return
    assert found.matches(SWITCH) in {True, False}


@given(st.sampled_from(KEYS[:3] + KEYS[5:6]), st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12))
def test_a_word_and_its_opposite_share_the_devices(key: str, value: str) -> None:
    for facts in (SWITCH, FIREWALL):
        assert parse(f"{key}:{value}").matches(facts) is not parse(f"-{key}:{value}").matches(facts)


def test_many_stars_end_soon() -> None:
    assert not parse("name:" + "*a" * 200).matches(DeviceFacts(name="a" * 190, address="h"))
