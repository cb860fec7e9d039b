"""devices backup, diff and import-oxidized, each in a process of its own, on a simulated device."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.device import Device
from app.domain.person import Role
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, new_host_key
from app.runtime.profile import Profile
from app.services import configs, devices, host_keys
from app.sync.messages import ContentFetched, FetchContent
from tests.keyring_daemon import run_with_keyring
from tests.stations import Station, TestCompany
from tests.unit.cli.answers import refused, said
from tests.unit.services.test_configs_copies import carry, config
from tests.unit.services.test_configs_oxidized import Repository
from tests.workstations import ROOT, Office, run_main

BOX = SimulatedDevice("core", username="ops", password="right horse", is_privileged=True, host_key=new_host_key())
Verb = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def profile(company: TestCompany, tmp_path: Path) -> Iterator[Profile]:
    if "anna" not in company.people:
        company.add("anna", Role.MANAGER)
    office = Office(tmp_path)
    yield office.profile(company.address("anna"))
    office.close()


@pytest.fixture
def call(profile: Profile, tmp_path: Path) -> Verb:
    def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        return run_main("--profile", profile.folder, "devices", *arguments, home=tmp_path)

    return run


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER)


def a_device(station: Station, name: str = "core", port: int = 22, fingerprint: str = "") -> Device:
    device = devices.add(station.desk, name=name, address="127.0.0.1", port=port, username="ops")
    if fingerprint:
        host_keys.accept(station.desk, device.id, "ssh-ed25519", fingerprint)
    station.sync()
    return device


def with_keyring(folder: Path, secrets: dict[str, str], *commands: list[str]) -> list[Any]:
    """Run main.py so many times on one real keyring that holds these secrets; gives what each printed."""
    codes = [f"import keyring\nfor n, s in {secrets!r}.items(): keyring.set_password('Baton', n, s)"]
    codes += [
        f"import subprocess, sys\ndone = subprocess.run([sys.executable, *{command!r}])\n"
        "print(done.returncode, flush=True)"
        for command in commands
    ]
    done = run_with_keyring(folder, *codes)
    assert done.returncode == 0, done
    lines = done.stdout.splitlines()
    assert len(lines) == 2 * len(commands), done
    return [(json.loads(text), int(code)) for text, code in zip(lines[::2], lines[1::2], strict=True)]


def test_a_backup_then_a_change_then_what_changed(
    anna: Station, profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    main = [str(ROOT / "main.py"), "--profile", str(profile.folder), "devices"]
    with Farm([BOX]) as farm:
        device = a_device(anna, port=farm.ports["core"], fingerprint=farm.fingerprints["core"])
        first, again = with_keyring(
            tmp_path / "keyring",
            {device.secret_name: "right horse"},
            [*main, "backup", "core", "--json"],
            [*main, "backup", "platform:ios", "--json"],
        )
    (line,) = first[0]["devices"]
    assert (first[1], first[0]["changed"], line["device"], line["outcome"], line["words"]) == (
        0,
        1,
        "core",
        "changed",
        "",
    )
    assert (again[1], again[0]["same"], again[0]["devices"][0]["copy"]) == (0, 1, line["copy"])
    anna.sync()
    (copy,) = configs.history(anna.desk, device.id)
    assert copy.has_full_text
    said_to: list[object] = []
    anna.engine.contents.say = said_to.append
    anna.engine.contents.ask(FetchContent("r", copy.id))
    carry(anna)
    assert any(isinstance(one, ContentFetched) and one.trouble is None for one in said_to)
    assert "hostname core" in configs.text(anna.desk, copy.id)


def test_without_a_password_no_device_is_asked(anna: Station, call: Verb) -> None:
    with Farm([replace(BOX, host_key=new_host_key())]) as farm:
        a_device(anna, port=farm.ports["core"], fingerprint=farm.fingerprints["core"])
        done = call("backup", "--json")
        assert farm.attempts("core") == ()
    assert done.returncode == 1
    answer = said(done)
    assert (answer["ok"], answer["failed"]) == (False, 1)
    assert "No password is kept" in answer["devices"][0]["words"]
    assert "1/1 FAILED" in done.stderr


def test_which_devices(anna: Station, call: Verb) -> None:
    assert "no devices here" in refused(call("backup", "--json"))
    a_device(anna)
    assert "“edge”" in refused(call("backup", "edge", "--json"))
    assert refused(call("backup", "colour:red"))


def test_what_changed_as_a_unified_diff(anna: Station, call: Verb, tmp_path: Path) -> None:
    device = a_device(anna, "core-1")
    assert "no copy of core-1" in refused(call("diff", "core-1", "--json"))
    repository = Repository(tmp_path / "oxidized")
    repository.commit("core-1", config().replace("\r", ""))
    repository.commit("other", "nothing\n")
    looked = said(call("import-oxidized", repository.folder, "--preview", "--json"))
    assert ([f["device"] for f in looked["files"]], [f["path"] for f in looked["left_out"]]) == (["core-1"], ["other"])
    assert said(call("import-oxidized", repository.folder, "--json"))["added"] == 1
    assert "one copy" in refused(call("diff", "core-1"))
    repository.commit("core-1", config(more=" shutdown\n").replace("\r", ""))
    assert said(call("import-oxidized", repository.folder, "--json")) | {"ok": True} == {
        "ok": True, "devices": 1, "added": 1, "same": 0, "bad": 0, "there": 1,
    }  # fmt: skip
    shown = said(call("diff", "127.0.0.1", "--json"))
    assert [line for line in shown["lines"][2:] if line[0] in "+-"] == ["+ shutdown"]
    assert shown["device"] == "core-1"
    text = call("diff", "core-1", "--from", "2026-03-01", "--to", "2026-03-09").stdout
    assert "\n+ shutdown\n" in text
    assert "k3yOfTheRing" not in text
    assert "as it was" in call("diff", "core-1", "--from", "2026-03-09").stdout
    assert "The oldest is of 2026-03-01" in refused(call("diff", "core-1", "--from", "2026-01-01"))
    assert refused(call("diff", "core-1", "--since-deployment"))
    assert "no device edge" in refused(call("diff", "edge"))
    anna.sync()
    assert len(configs.history(anna.desk, device.id)) == 2
