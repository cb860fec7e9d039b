"""What a profile keeps, and what is said when its file or folder is no good."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from app.domain.errors import BadInput, EnvironmentFault
from app.runtime.profile import CompanyKind, Profile, login_of_user, named_profile


def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    made = Profile.new(tmp_path / "desk", CompanyKind.SERVER, "anna", host="db.example", port=5433, database="firm")
    made.save()
    assert Profile.load(made.folder) == made
    assert made.address_at(made.host, made.port).secret_name == "company/anna@db.example:5433/firm"
    assert [f.name for f in made.folder.iterdir()] == ["profile.json"]


def test_two_profiles_are_two_workstations(tmp_path: Path) -> None:
    first, second = (Profile.new(tmp_path / name, CompanyKind.EMBEDDED, "anna") for name in "ab")
    assert first.workstation_id != second.workstation_id


def test_a_folder_without_a_profile_has_none(tmp_path: Path) -> None:
    assert Profile.load(tmp_path / "nowhere") is None


def test_a_named_profile_is_made_once_as_a_company_of_one(tmp_path: Path) -> None:
    made = named_profile(tmp_path / "mine")
    assert made.kind is CompanyKind.EMBEDDED
    assert made.login == login_of_user()
    assert made.company_home == tmp_path / "mine" / "company"
    assert named_profile(tmp_path / "mine") == made


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_the_folder_is_its_owners_alone(tmp_path: Path) -> None:
    named_profile(tmp_path / "mine")
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"kind": "server"}',
        '{"kind": "moon", "login": "anna", "workstation_id": "x", "workstation_name": "y"}',
        '{"kind": "server", "login": "anna", "workstation_id": "x", "workstation_name": "y", "newer": 1}',
        "\udcff\udcfe",
    ],
)
def test_a_damaged_profile_says_what_to_do_and_is_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "profile.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    before = file.read_bytes()
    with pytest.raises(EnvironmentFault, match="cannot be read") as told:
        Profile.load(tmp_path)
    assert str(file) in told.value.what
    assert "aside" in told.value.todo
    with pytest.raises(EnvironmentFault):
        named_profile(tmp_path)
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentFault, match="cannot be written") as told:
        Profile.new(tmp_path / "file" / "desk", CompanyKind.EMBEDDED, "anna").save()
    assert "rights" in told.value.todo, "the disk is not full"
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        named_profile(tmp_path / "file" / "desk")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(EnvironmentFault, match="cannot be written") as told:
            named_profile(tmp_path / "desk")
    finally:
        tmp_path.chmod(0o700)
    assert "space" not in told.value.todo


def test_a_save_that_fails_leaves_the_old_profile(tmp_path: Path) -> None:
    made = named_profile(tmp_path / "mine")
    (made.folder / "profile.json.new").mkdir()
    with pytest.raises(EnvironmentFault):
        made.save()
    assert Profile.load(made.folder) == made
    said = json.loads((made.folder / "profile.json").read_text())
    assert "password" not in said


def test_a_company_on_a_server_has_no_folder_here(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        _ = Profile.new(tmp_path, CompanyKind.SERVER, "anna").company_home
