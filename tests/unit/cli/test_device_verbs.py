"""device list, show, add and import, each in a process of its own."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.domain.device import Device
from app.domain.person import Role
from app.services import customers
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import Office, run_main

Verb = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def verb(company: TestCompany, tmp_path: Path) -> Iterator[Verb]:
    """Give what calls a verb on Anna's profile; her company has one customer."""
    anna = company.station("anna", Role.MANAGER)
    customers.add(anna.desk, name="Northgate Rail")
    anna.sync()
    office = Office(tmp_path)
    folder = office.profile(company.address("anna")).folder

    def call(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return run_main("--profile", folder, *arguments, home=tmp_path)

    call("sync", "--once")
    yield call
    office.close()


def test_a_device_is_added_listed_and_shown(verb: Verb, company: TestCompany) -> None:
    made = said(verb("device", "add", "192.0.2.1", "--name", "bastion", "--platform", "linux", "--json"))
    assert made["name"] == "bastion"
    added = verb(
        *("device", "add", "10.0.0.1", "--name", "core", "--customer", "northgate rail", "--tags", "Core,uplink"),
        *("--jump", "bastion", "--user", "ops", "--agent"),
    )
    assert added.stdout == "Added core.\n"
    found = said(verb("device", "list", "--on", "tag:core customer:northgate", "--json"))["devices"]
    assert [(one["name"], one["customer"]) for one in found] == [("core", "Northgate Rail")]
    shown = said(verb("device", "show", "CORE", "--json"))
    assert (shown["through"], shown["tags"], shown["login_with"]) == (["bastion"], ["core", "uplink"], "agent")
    assert "through          bastion" in verb("device", "show", "core").stdout
    assert {one.name for one in company.station("ben").cache.records(Device)} == {"core", "bastion"}
    assert "colour:" in refused(verb("device", "list", "--on", "colour:red", "--json"))
    assert "no device called" in refused(verb("device", "show", "nowhere"))


def test_devices_come_out_of_files(verb: Verb, company: TestCompany, tmp_path: Path) -> None:
    file = tmp_path / "router.db"
    file.write_text("core.example.net;cisco;up\nold;toaster;down\nnonsense\n")
    shown = verb("device", "import", file, "--customer", "Northgate Rail", "--dry-run", "--json")
    found = said(shown)
    assert (found["kind"], found["new"], found["left_out"]) == ("rancid", 2, 1)
    assert "line 2, old: RANCID says down" in shown.stderr
    assert "line 3, nonsense: It is not “name;type;state”." in shown.stderr
    assert said(verb("device", "list", "--json"))["devices"] == []
    done = said(verb("device", "import", file, "--kind", "rancid", "--customer", "Northgate Rail", "--json"))
    assert (done["new"], done["sync"]["unsent"]) == (2, 0)
    assert {one.name for one in company.station("ben").cache.records(Device)} == {"core", "old"}
    assert verb("device", "import", file, "--customer", "Northgate Rail").stdout == (
        "router.db: 2 the same already, 1 left out.\n"
    )
    table = tmp_path / "boxes.csv"
    table.write_text("Box,Where it is\nsw-1,10.0.0.9\n")
    columns = ("--column", "Box=name", "--column", "Where it is=address")
    assert verb("device", "import", table, *columns, "--dry-run").stdout == "boxes.csv: 1 new.\n"
    assert "No column" in refused(verb("device", "import", table, "--json"))
    assert "no one customer" in refused(verb("device", "import", table, "--customer", "Nobody Ltd"))
