"""devices configure as scripts see it: refused with the reason, applied in a window, stopped at an error."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.issue import Issue, IssueState
from app.domain.person import Role
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.runtime.profile import Profile
from app.services import change_windows, devices, host_keys
from app.services.desk import Desk
from tests.keyring_daemon import run_with_keyring
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import ROOT, Office, run_main

PASSWORD = "right horse"
BOX = SimulatedDevice("core-1", username="ops", password=PASSWORD, is_privileged=True, host_key=new_host_key())


@pytest.fixture
def farm() -> Iterator[Farm]:
    with Farm([BOX]) as farm:
        yield farm


def furnished(desk: Desk, farm: Farm, *, has_window: bool) -> Device:
    with desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        issue = edit.insert(
            Issue(id=new_id(), customer_id=rail.id, title="Uplink", state=IssueState.OPEN, opened_at=edit.at)
        )
    device = devices.add(
        desk, name="core-1", address="127.0.0.1", port=farm.ports["core-1"], username="ops", customer_id=rail.id,
        environment=Environment.PRODUCTION,
    )  # fmt: skip
    host_keys.accept(desk, device.id, "ssh-ed25519", farm.fingerprints["core-1"])
    if has_window:
        ends = desk.now + timedelta(hours=1)
        change_windows.make(desk, rail.id, "Uplink", ends, agreed_with="Dana", issue_id=issue.id)
    return device


def placed(company: TestCompany, folder: Path, farm: Farm, *, has_window: bool) -> tuple[Profile, Device]:
    """Anna's profile, closed again, with a known production device."""
    office = Office(folder)
    anna = office.at_work(company, "anna", Role.MANAGER)
    device = anna.do(lambda desk: furnished(desk, farm, has_window=has_window))
    profile = anna.workstation.profile
    office.close()
    return profile, device


def test_without_a_window_it_is_refused_with_the_reason_and_nobody_is_asked(
    company: TestCompany, tmp_path: Path, farm: Farm
) -> None:
    profile, _device = placed(company, tmp_path, farm, has_window=False)
    lines = tmp_path / "lines"
    lines.write_text("conf t\nip domain-name example.net\nend\n")
    verb = ("--profile", profile.folder, "devices", "configure", "core-1", "--file", lines)
    looked = run_main(*verb, "--dry-run", "--json", home=tmp_path)
    assert looked.returncode == 1, looked
    told = said(looked)
    assert told["missing"]["way"] == "needs_window"
    assert told["left_out"] == ["conf t", "end"]
    classes = [(one["line"], one["class"]) for one in told["lines"] if one["is_wanted"]]
    assert classes == [("ip domain-name example.net", "config")]
    assert "No password is kept" in refused(run_main(*verb, home=tmp_path))
    assert "core-2" in refused(run_main(*verb[:4], "core-2", *verb[5:], home=tmp_path))
    assert "cannot be read" in refused(run_main(*verb[:-1], tmp_path / "none", "--json", home=tmp_path))
    assert not farm.attempts("core-1")


def test_in_a_window_the_lines_are_applied_and_an_error_gives_1(
    company: TestCompany, tmp_path: Path, farm: Farm
) -> None:
    profile, device = placed(company, tmp_path, farm, has_window=True)
    good, bad, off = tmp_path / "good", tmp_path / "bad", tmp_path / "off"
    good.write_text("ip domain-name example.net\n")
    bad.write_text("frobnicate\nip domain-name never.net\n")
    off.write_text("interface Vlan1\n shutdown\n")
    verb = f"'--profile', {str(profile.folder)!r}, 'devices', 'configure', 'core-1', '--json', '--file'"
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app.runtime.secrets import KeyringSecrets\n"
        f"KeyringSecrets().put({device.secret_name!r}, {PASSWORD!r})\n"
        "from app.cli.parsing import run\n"
        "if __name__ == '__main__':\n"
        f"    print(run([{verb}, {str(good)!r}, '--revert', '2'], None))\n"
        f"    print(run([{verb}, {str(bad)!r}], None))\n"
        f"    print(run([{verb}, {str(off)!r}], None))\n"
        f"    print(run(['--profile', {str(profile.folder)!r}, 'devices', 'audit'], None))\n"
    )
    ran = run_with_keyring(tmp_path / "keyring", code)
    assert ran.returncode == 0, ran.stderr
    done, code_done, failed, code_failed, held, code_held, *log, _code = ran.stdout.splitlines()
    assert (code_done, code_failed, code_held) == ("0", "1", "1"), ran.stderr
    assert "[OK]" in json.loads(done)["save_output"]
    assert json.loads(done)["copies"]["before"] != json.loads(done)["copies"]["after"]
    assert "refused “frobnicate”" in json.loads(failed)["error"]
    assert "never.net" not in json.loads(failed)["transcript"]
    assert "Type core-1" in json.loads(held)["todo"]
    assert [" ".join(line.split()[4:]) for line in log][:4] == [
        "sent configure terminal revert timer 2", "sent ip domain-name example.net", "sent configure confirm",
        "sent write memory",
    ]  # fmt: skip
