"""import contacts and export contacts, each in a process of its own."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.customer import Contact
from app.domain.person import Role
from app.services import customers
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import Office, run_main

Verb = Callable[..., "subprocess.CompletedProcess[str]"]
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Bell\nN:Bell;Ada\nORG:{}\nTEL:020 7946 0018\nEND:VCARD\n"


@pytest.fixture
def verb(company: TestCompany, tmp_path: Path) -> Iterator[Verb]:
    """Give what calls a verb on Anna's profile; her company has two customers."""
    anna = company.station("anna", Role.MANAGER)
    customers.add(anna.desk, name="Morrow Foods", region="GB")
    customers.add(anna.desk, name="Halden Hotels", region="NO")
    anna.sync()
    office = Office(tmp_path)
    folder = office.profile(company.address("anna")).folder

    def call(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return run_main("--profile", folder, *arguments, home=tmp_path)

    call("sync", "--once")
    yield call
    office.close()


def test_contacts_go_in_and_out(verb: Verb, company: TestCompany, tmp_path: Path) -> None:
    file = tmp_path / "people.vcf"
    file.write_text(CARD.format("Morrow Foods") + CARD.format("Nobody Ltd") + "BEGIN:VCARD\nFN broken\nEND:VCARD\n")
    shown = verb("import", "contacts", file, "--preview", "--json")
    found = said(shown)
    assert (found["add"], found["left_out"]) == (1, 2)
    assert found["lines"][0]["values"]["phone"] == "+442079460018"
    assert "line 8, Ada Bell: There is no customer called “Nobody Ltd” here." in shown.stderr
    assert "\nline 16: this cannot be read: FN broken" in shown.stderr
    assert said(verb("import", "contacts", file, "--json"))["sync"]["unsent"] == 0
    ben = company.station("ben")
    assert [c.phone for c in ben.cache.records(Contact)] == ["+442079460018"]
    assert said(verb("import", "contacts", file, "--json"))["same"] == 1
    file.write_text(CARD.format("Morrow Foods").replace("7946 0018", "7946 0019"))
    changing = verb("import", "contacts", file, "--preview").stdout
    assert "Ada Bell: phone: +44 20 7946 0018 -> +44 20 7946 0019\n" in changing
    for form in ("csv", "vcard"):
        out = tmp_path / f"out.{form}"
        assert said(verb("export", "contacts", out, "--format", form, "--json"))["contacts"] == 1
        assert verb("import", "contacts", out).stdout == "0 added, 0 changed, 1 the same already, 0 left out.\n"
    none = verb("export", "contacts", tmp_path / "none.csv", "--format", "csv", "--customer", "halden hotels")
    assert none.stdout.startswith("0 contacts in")


def test_what_is_wrong_is_said(verb: Verb, tmp_path: Path) -> None:
    assert "There is no file" in refused(verb("import", "contacts", tmp_path / "none.vcf", "--json"))
    file = tmp_path / "people.vcf"
    file.write_text(CARD.format("Morrow Foods"))
    assert "no one customer called “Morrow”" in refused(verb("import", "contacts", file, "--customer", "Morrow"))
