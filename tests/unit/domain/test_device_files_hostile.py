"""Whatever the bytes, a reader ends soon and gives devices or says what is wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.device_files import Found, FoundDevice, openssh, putty, rancid, securecrt, ssh_jumps, tables
from app.domain.device_files.found import LONGEST_LINE, MOST_DEVICES
from app.domain.errors import BadInput
from app.services.device_imports.matching import jumps_first

READERS: dict[str, Callable[[str], Found]] = {
    "csv": tables.read,
    "rancid": rancid.read,
    "openssh": lambda text: openssh.read(text, lambda pattern: [(pattern, text)] if len(pattern) < 3 else []),
    "registry": putty.read_registry,
    "putty": lambda text: putty.read_folder({"a": text, "b%zz": text}),
    "xml": securecrt.read_xml,
    "ini": lambda text: securecrt.read_folder({"a.ini": text, "d/b.ini": text}),
}
PIECES = st.sampled_from([
    "Host ", "HostName ", "ProxyJump a,b", "Include a\n", "Match all\n", "User %r", "\n", "\r\n", ";", ",", ":",
    '"', "=",
    "name,ip\n", "[HKEY_CURRENT_USER\\Software\\SimonTatham\\PuTTY\\Sessions\\", "]", '"HostName"="', "dword:ffffffff",
    '<key name="Sessions">', "</key>", '<string name="Hostname">', 'S:"Hostname"=', 'Z:"Description"=ffffffff', "\x00",
    "*", "!", "%", "\\", "\ufeff", "\u2028", "a", "1", " ", "\ud800", "10.0.0.1;cisco;up",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=30).map("".join)


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40, deadline=None)
@given(text=TEXTS)
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    try:
        found = READERS[kind](text)
    except BadInput:
        return
    assert len({one.key for one in found.devices}) == len(found.devices)
    keys = {one.key for one in found.devices}
    for one in found.devices:
        assert one.values.get("address"), one
        assert not one.jump or (one.jump in keys and one.jump != one.key)


@pytest.mark.parametrize("kind", ["csv", "rancid", "openssh", "registry", "putty", "ini"])
def test_huge_lines_and_binary_are_named_and_passed_over(kind: str) -> None:
    huge, binary = "x" * (LONGEST_LINE * 20), "a\x00b;cisco;up"
    good = {
        "csv": "name,ip\n{}\n{}\ngood,10.0.0.1\n",
        "rancid": "{}\n{}\ngood;cisco;up\n",
        "openssh": "{}\n{}\nHost good\n",
        "registry": '{}\n{}\n[HKEY_CURRENT_USER\\Software\\SimonTatham\\PuTTY\\Sessions\\good]\n"HostName"="h"\n',
        "putty": "{}\n{}\nHostName=good\n",
        "ini": '{}\n{}\nS:"Hostname"=good\n',
    }[kind]
    found = READERS[kind](good.format(huge, binary))
    assert any("good" in str(one.values) for one in found.devices)
    assert len(repr(found)) < 100_000


def test_very_many_hosts_and_patterns_end_soon() -> None:
    text = "".join(f"Host h{n} h{n}.x *{n}*\n Port {n % 60000 + 1}\n" for n in range(MOST_DEVICES + 5))
    found = openssh.read(text)
    assert len(found.devices) == MOST_DEVICES
    assert any("wildcards" in note for note in found.notes)


def test_long_chains_are_not_taken_along() -> None:
    found = openssh.read("Host a\n ProxyJump " + ",".join(f"j{n}" for n in range(500)) + "\n")
    (device,) = found.devices
    assert "more than 10 jump hosts" in device.remarks[0]
    chain = "".join(f"Host h{n}\n ProxyJump h{n + 1}\n" for n in range(3_000)) + "Host h3000\n ProxyJump h0\n"
    assert not any(one.jump for one in openssh.read(chain).devices), "one circle through all of them"


def test_deep_keys_of_an_export_end() -> None:
    deep = "<key name='k'>" * 900 + "<string name='Hostname'>x</string>" + "</key>" * 900
    assert securecrt.read_xml(f"<v><key name='Sessions'>{deep}</key></v>").devices == ()


KEYS = st.sampled_from("abcdefgh")


@given(st.dictionaries(KEYS, st.sampled_from("abcdefghz"), max_size=8), st.permutations("abcdefgh"))
def test_whatever_the_ways_none_leads_in_a_circle_and_jump_hosts_come_first(
    jumps: dict[str, str], order: list[str]
) -> None:
    devices = {key: FoundDevice(1, key, {"address": key}) for key in order}
    found = ssh_jumps.without_circles(devices, jumps)
    left = {one.key: one.jump for one in found if one.jump}
    assert {one.key for one in found} == set(order)
    for key in left:
        seen, at = set[str](), key
        while at in left:
            assert at not in seen
            seen.add(at)
            at = left[at]
    written = jumps_first([one.key for one in found], left)
    assert sorted(written) == sorted(order)
    assert all(written.index(jump) < written.index(key) for key, jump in left.items())
