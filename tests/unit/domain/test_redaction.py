"""Redaction: no secret is left, a changed one shows, and all else stays as it is."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.redaction import LineRedactor, marks_in, redact, redact_line, without_hashes
from tests.unit.domain.redaction_forms import LINES, PLAIN

KEY, OTHER_KEY = b"k" * 32, b"o" * 32

SECRETS = st.text(string.ascii_letters + string.digits + "./$_-+!@%^*=~", min_size=8, max_size=30).map(
    lambda text: f"q{text}Z9"
)


@pytest.mark.parametrize("form", LINES)
@settings(max_examples=15, deadline=None)
@given(secret=SECRETS)
def test_no_secret_is_left(form: str, secret: str) -> None:
    line = form.format(secret.replace("/", "").replace("@", "") if "://" in form else secret)
    if " pin " in form:
        line, secret = form.format("83726455"), "83726455"
    out = redact_line(line, KEY)
    assert secret not in out
    assert marks_in(out)
    assert redact_line(out, KEY) == out
    assert redact_line(out) == out
    before, _, behind = form.partition("{0}")
    if not any(other in form for other in ("other1", "0x9988", "0102")):
        assert out.startswith(before)
        assert out.endswith(behind)
    assert without_hashes(out) == redact_line(line)


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact_line(line, KEY) == line
    assert redact(f"{line}\n", KEY) == f"{line}\n"


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_redacted_once(text: str) -> None:
    once = redact(text, KEY)
    assert redact(once, KEY) == once
    assert without_hashes(once) == redact(once) if not marks_in(once) else True


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*LINES, *PLAIN]), max_size=30),
    st.lists(SECRETS, min_size=30, max_size=30),
    st.data(),
)
def test_a_whole_configuration(forms: list[str], secrets: list[str], data: st.DataObject) -> None:
    forms = [form for form in forms if "://" not in form and " pin " not in form]
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    text = ending.join(form.replace("{0}", secret) for form, secret in zip(forms, secrets, strict=False))
    out = redact(text, KEY)
    used = [secret for form, secret in zip(forms, secrets, strict=False) if "{0}" in form]
    assert not [secret for secret in used if secret in out]
    assert redact(out, KEY) == out
    assert out.count(ending) == text.count(ending)


def test_the_same_secret_has_the_same_mark_and_another_another() -> None:
    one = redact("enable secret S3cretOne\nsnmp-server community S3cretOne RO\n", KEY)
    first, second = marks_in(one)
    assert first == second
    assert marks_in(redact("enable secret S3cretTwo\n", KEY)) != [first]
    assert marks_in(redact("enable secret S3cretOne\n", OTHER_KEY)) != [first]
    assert redact("enable secret S3cretOne\n") == "enable secret <secret>\n"


def test_one_password_in_the_two_writings_of_type_7_is_one() -> None:
    # Both are "cisco"; the type says how it is written, not what it is.
    lines = ("password 7 094F471A1A0A", "password 7 02050D480809", "password 0 cisco", 'key 7 "094F471A1A0A"')
    assert len({mark for line in lines for mark in marks_in(redact_line(line, KEY))}) == 1


def test_a_password_with_blanks_is_hidden_whole() -> None:
    assert redact_line("enable password my dog has fleas", KEY).count(" ") == 3
    assert without_hashes(redact_line('username x password "two words" role ops', KEY)) == (
        'username x password "<secret>" role ops'
    )


def test_a_key_of_digits_is_told_from_the_number_of_a_key() -> None:
    text = "key chain OSPF\n key 1\n  key-string abcDEF99\n!\ntacacs server ONE\n address ipv4 10.0.0.1\n key 123\n"
    assert without_hashes(redact(text, KEY)) == text.replace("abcDEF99", "<secret>").replace("key 123", "key <secret>")


def test_communities_in_braces() -> None:
    text = (
        "snmp {\n    location here;\n    community hush {\n        authorization read-only;\n    }\n"
        '    community "quiet";\n}\npolicy-options {\n    community CUSTOMERS members 65000:1;\n}\n'
    )
    assert without_hashes(redact(text, KEY)) == text.replace("hush", "<secret>").replace("quiet", "<secret>")


def test_private_keys_and_packs_are_one_secret_and_certificates_stay() -> None:
    certificate = "crypto pki certificate chain SELF\n certificate self-signed 01\n  30820321 30820209\n  quit\n"
    private = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----\n"
    pack = "crypto ca import TP pkcs12 Hunter2Hunter\nMIIJ5w\nIBAzCC\nquit\n"
    out = redact(certificate + private + pack, KEY)
    assert without_hashes(out) == (
        f"{certificate}-----BEGIN RSA PRIVATE KEY-----\n<secret>\n-----END RSA PRIVATE KEY-----\n"
        "crypto ca import TP pkcs12 <secret>\n<secret>\nquit\n"
    )
    assert redact(out, KEY) == out
    assert redact(private.replace("IBAAKC", "IBAAKD"), KEY) != redact(private, KEY)


def test_a_private_key_without_an_end_hides_the_rest() -> None:
    assert "MIIEow" not in redact("-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAAKC\n", KEY)


def test_prose_in_a_banner_stays_and_an_open_banner_hides_nothing() -> None:
    banner = "banner motd ^C\nAsk for the password at the desk. key 7 turns right.\n^C\n"
    assert redact(banner, KEY) == banner
    assert "Hunter2Hunter" not in redact("banner motd ^C\nhello\nenable secret Hunter2Hunter\n", KEY)
    eos = "banner login\nno password here\nEOF\nenable secret Hunter2Hunter\n"
    assert without_hashes(redact(eos, KEY)) == eos.replace("Hunter2Hunter", "<secret>")
    one_line = "banner exec #the password is needed#\nenable secret Hunter2Hunter\n"
    assert without_hashes(redact(one_line, KEY)) == one_line.replace("Hunter2Hunter", "<secret>")


def test_a_strong_secret_is_hidden_wherever_it_stands_again() -> None:
    text = 'username bob secret 0 Hunter2Hunter\nevent manager x\n action 1 cli command "login Hunter2Hunter"\n'
    assert "Hunter2Hunter" not in redact(text, KEY)
    weak = "enable password cisco\nhostname cisco\n"
    assert redact(weak, KEY).endswith("\nhostname cisco\n")


def test_a_private_key_in_one_line_hides_itself_only() -> None:
    text = 'certificate "-----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY-----\\n";\nhostname x\n'
    out = redact(text, KEY)
    assert "MIIEow" not in out
    assert out.endswith("\nhostname x\n")
    assert redact(out, KEY) == out


def test_line_by_line_what_stood_before_counts() -> None:
    text = (
        "key chain OSPF\n key 1\n  key-string abcDEF99\n!\ntacacs server ONE\n key 123\n!\n"
        "-----BEGIN PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END PRIVATE KEY-----\nhostname x\n"
        "crypto pki import TP pkcs12 Hunter2Hunter\nMIIJ5w\nquit\nhostname x\n"
    )
    reader = LineRedactor(KEY)
    out = [reader.line(line) for line in text.split("\n")]
    assert without_hashes("\n".join(out)) == (
        "key chain OSPF\n key 1\n  key-string <secret>\n!\ntacacs server ONE\n key <secret>\n!\n"
        "-----BEGIN PRIVATE KEY-----\n<secret>\n<secret>\n-----END PRIVATE KEY-----\nhostname x\n"
        "crypto pki import TP pkcs12 <secret>\n<secret>\nquit\nhostname x\n"
    )
    again = LineRedactor(KEY)
    assert [again.line(line) for line in out] == out
