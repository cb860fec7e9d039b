"""The log of typed lines: what is left out of one, and which way of touching the chain is found where."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.guard.chain import Flaw, check, sealed
from app.domain.guard.kept import kept as as_kept
from app.domain.session import AuditLine, LineClass, Passage

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def a_chain(length: int = 5) -> list[AuditLine]:
    made: list[AuditLine] = []
    for seq in range(1, length + 1):
        made.append(
            sealed(
                AuditLine(
                    id=f"id-{seq}", device_id="d", person_id="p", workstation="w", seq=seq,
                    at=NOON + timedelta(seconds=seq), line=f"show {seq}", line_class=LineClass.READ,
                    passage=Passage.SENT, before=made[-1].hash if made else "", hash="",
                )
            )
        )  # fmt: skip
    return made


def flaws(lines: list[AuditLine]) -> list[tuple[Flaw, int]]:
    return [(found.flaw, found.line.seq) for found in check(lines)]


Change = Callable[[list[AuditLine]], list[AuditLine]]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: c, []),
        (lambda c: c[::-1], []),
        (lambda c: [c[0], c[1].but(line="reload"), *c[2:]], [(Flaw.ALTERED, 2)]),
        (lambda c: [c[0], c[1].but(reason="why"), *c[2:]], [(Flaw.ALTERED, 2)]),
        (lambda c: [c[0], c[1].but(at=NOON), *c[2:]], [(Flaw.ALTERED, 2)]),
        (lambda c: [c[0], c[1].but(person_id="q"), *c[2:]], [(Flaw.ALTERED, 2)]),
        (lambda c: [c[0], c[1].but(customer_id="moved", rev=7), *c[2:]], []),
        (lambda c: [c[0], sealed(c[1].but(line="reload")), *c[2:]], [(Flaw.GAP, 3)]),
        (lambda c: [c[0], c[1].but(hash=c[0].hash), *c[2:]], [(Flaw.ALTERED, 2), (Flaw.GAP, 3)]),
        (lambda c: [c[0], *c[2:]], [(Flaw.GAP, 3)]),
        (lambda c: c[1:], [(Flaw.GAP, 2)]),
        (lambda c: [*c[:4], sealed(c[4].but(seq=9))], [(Flaw.MISNUMBERED, 9)]),
        (lambda c: [*c[1:], sealed(c[0].but(seq=3))], [(Flaw.GAP, 2), (Flaw.MISNUMBERED, 3)]),
        (lambda c: [*c, sealed(c[2].but(id="other", line="reload"))], [(Flaw.FORK, 3)]),
        (lambda c: [*c, sealed(c[0].but(id="other", line="reload", at=NOON + timedelta(days=1)))], [(Flaw.ANEW, 1)]),
    ],
)
def test_whatever_is_done_to_a_line_is_found_at_that_line(change: Change, expected: list[tuple[Flaw, int]]) -> None:
    assert flaws(change(a_chain())) == expected


@given(st.text(max_size=60), st.integers(0, 4), st.sampled_from(["line", "reason", "workstation", "before", "hash"]))
def test_no_change_of_a_text_stays_unseen(text: str, at: int, name: str) -> None:
    lines = a_chain()
    if text.encode("utf-8", "replace").decode().replace("\0", "\ufffd") != getattr(lines[at], name):
        lines[at] = lines[at].but(**{name: text})
        assert flaws(lines)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("username bob privilege 15 secret s3cr3t", "username bob privilege 15 secret <secret>"),
        ("user bob pass 0 two words", "user bob password 0 <secret>"),
        ("enable sec 5 $1$x$y", "enable sec 5 <secret>"),
        ("snmp-server community publ1c RO 10", "snmp-server community <secret> RO 10"),
        ("snmp-s com publ1c", "snmp-s community <secret>"),
        ("snmp-server host 10.0.0.1 version 2c publ1c", "snmp-server host 10.0.0.1 version 2c <secret>"),
        ("tacacs-server key 7 0822455D0A16", "tacacs-server key 7 <secret>"),
        ("crypto isakmp key hush address 1.2.3.4", "crypto isakmp key <secret> address 1.2.3.4"),
        ("snmp-server user u g v3 auth sha a1 priv aes 128 p1",
         "snmp-server user u g v3 auth sha <secret> priv aes 128 <secret>"),
        ('set system root-authentication encrypted-password "$6$x"',
         'set system root-authentication encrypted-password "<secret>"'),
        ("ip ospf message-digest-key 1 md5 hush", "ip ospf message-digest-key 1 md5 <secret>"),
        ("copy scp://bob:hush@10.0.0.1/x flash:", "copy scp://bob:<secret>@10.0.0.1/x flash:"),
        ("neighbor 10.0.0.1 password hush", "neighbor 10.0.0.1 password <secret>"),
        ("crypto key zeroize rsa", "crypto key zeroize rsa"),
        ("crypto key generate rsa", "crypto key generate rsa"),
        ("key chain OSPF", "key chain OSPF"),
        ("service password-encryption", "service password-encryption"),
        ("sh run | i secret 5", "sh run | i secret <secret>"),
        ("ena pas hush", "ena password <secret>"),
        ("key-str hush", "key-string <secret>"),
    ],
)  # fmt: skip
def test_secrets_are_left_out_of_what_was_typed(typed: str, kept: str) -> None:
    assert as_kept(typed) == kept
