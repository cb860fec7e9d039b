"""devices run as scripts see it: who answered, who was left out and why, and 1 when not everybody answered."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.device import Device
from app.domain.person import Role
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.runtime.profile import Profile
from app.services import devices, host_keys
from app.services.desk import Desk
from tests.keyring_daemon import run_with_keyring
from tests.stations import TestCompany
from tests.unit.devices.mailbox import threads_end
from tests.workstations import ROOT, Office, run_main

NAMES = ("core-1", "core-2")
PASSWORD = "right horse"


@pytest.fixture
def farm() -> Iterator[Farm]:
    before = set(threading.enumerate())
    with Farm([SimulatedDevice(n, username="ops", password=PASSWORD, host_key=new_host_key()) for n in NAMES]) as farm:
        yield farm
    threads_end(before)


@pytest.fixture
def placed(company: TestCompany, tmp_path: Path, farm: Farm) -> tuple[Profile, dict[str, Device]]:
    """Anna's profile, closed again, with two devices that are known and one that nobody has met."""
    office = Office(tmp_path)
    anna = office.at_work(company, "anna", Role.MANAGER)

    def work(desk: Desk) -> dict[str, Device]:
        made = {
            name: devices.add(desk, name=name, address="127.0.0.1", port=farm.ports[name], username="ops")
            for name in NAMES
        }
        for name, device in made.items():
            host_keys.accept(desk, device.id, "ssh-ed25519", farm.fingerprints[name])
        devices.add(desk, name="core-3", address="127.0.0.1", port=1, username="ops")
        return made

    made = anna.do(work)
    kept = anna.workstation.profile
    office.close()
    return kept, made


def test_equal_answers_are_printed_once_and_who_is_left_out_is_named(
    placed: tuple[Profile, dict[str, Device]], tmp_path: Path
) -> None:
    profile, made = placed
    put = "".join(f"KeyringSecrets().put({d.secret_name!r}, {PASSWORD!r});" for d in made.values())
    verb = f"'--profile', {str(profile.folder)!r}, 'devices', 'run', '--on', 'name:core-*'"
    main = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from app.runtime.secrets import KeyringSecrets; "
    code = (
        f"{main}{put} from app.cli.parsing import run\n"
        f"run([{verb}, '--json', '--', 'show', 'clock'], None)\n"
        f"run([{verb}, '--', 'show', 'users'], None)\n"
    )
    ran = run_with_keyring(tmp_path / "keyring", code)
    assert ran.returncode == 0, ran.stderr
    as_json, *text = ran.stdout.splitlines()
    said = {one["device"]: one for one in json.loads(as_json)["devices"]}
    assert not json.loads(as_json)["ok"], "one was left out"
    assert [said[name]["standing"] for name in NAMES] == ["done", "done"]
    assert "UTC" in said["core-1"]["output"]
    assert said["core-3"]["why_not"] == "nobody has accepted the key of core-3 yet"
    assert text[0] == "== core-1, core-2"
    assert text[-1] == "-- core-3: nobody has accepted the key of core-3 yet"


def test_without_a_kept_password_nobody_is_asked_and_what_changes_needs_a_window(
    placed: tuple[Profile, dict[str, Device]], tmp_path: Path, farm: Farm
) -> None:
    verb = ("--profile", placed[0].folder, "devices", "run", "--on", "core", "--json", "--")
    left_out = run_main(*verb, "show", "clock", home=tmp_path)
    assert left_out.returncode == 1, left_out
    assert {one["standing"] for one in json.loads(left_out.stdout)["devices"]} == {"left out"}
    assert "no password is kept" in left_out.stdout
    changes = run_main(*verb, "clear", "counters", home=tmp_path)
    assert changes.returncode == 1, changes
    assert "change window" in json.loads(changes.stdout)["todo"]
    nobody = run_main(*verb[:4], "--on", "tag:none", "--", "show", "clock", home=tmp_path)
    assert "No device is found" in nobody.stderr
    assert not farm.attempts("core-1")
