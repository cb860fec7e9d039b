"""Releases and their files, on a real company database."""

import hashlib
from pathlib import Path

import pytest

from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.person import Role
from app.services import releases
from tests.stations import TestCompany

SUM = "ab" * 32


def test_releases_are_listed_newest_first_with_the_digest_of_their_files(company: TestCompany) -> None:
    anna, carl = company.station("anna", Role.MANAGER), company.station("carl", Role.ENGINEER)
    releases.add_release(anna.desk, "Build 39")
    new = releases.add_release(anna.desk, " Build 40 ", product="Switchboard", build="40")
    releases.put_artefact(anna.desk, new.id, name="app-40.tar.gz", size_bytes=212, sha256=SUM)
    anna.sync()
    carl.sync()
    first, second = releases.releases_known(carl.desk)
    assert (first.name, first.artefact_count, second.name, second.artefact_count) == ("Build 40", 1, "Build 39", 0)
    assert first.digest != second.digest
    releases.put_artefact(carl.desk, new.id, name="app-40.tar.gz", size_bytes=213, sha256=SUM)
    again, _second = releases.releases_known(carl.desk)
    assert again.artefact_count == 1
    assert again.digest != first.digest


@pytest.mark.parametrize(
    ("name", "size", "checksum"), [(" ", 1, SUM), ("a", -1, SUM), ("a", 1, "ab"), ("a", 1, "x" * 64)]
)
def test_a_file_without_name_size_or_checksum_is_refused(
    company: TestCompany, name: str, size: int, checksum: str
) -> None:
    anna = company.station("anna", Role.MANAGER)
    release = releases.add_release(anna.desk, "Build 40")
    with pytest.raises(BadInput):
        releases.put_artefact(anna.desk, release.id, name=name, size_bytes=size, sha256=checksum)
    with pytest.raises(BadInput):
        releases.add_release(anna.desk, "")


def test_support_may_not_make_releases(company: TestCompany) -> None:
    with pytest.raises(Refused, match="As support"):
        releases.add_release(company.station("ben").desk, "Build 40")


def test_a_file_is_summed_and_one_that_cannot_be_read_is_a_plain_message(tmp_path: Path) -> None:
    file = tmp_path / "app-40.tar.gz"
    file.write_bytes(b"x" * 3_000_000)
    found = releases.sum_of(file)
    assert (found.name, found.size_bytes) == ("app-40.tar.gz", 3_000_000)
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    for wrong in (tmp_path, tmp_path / "none"):
        with pytest.raises(EnvironmentFault, match="cannot be read"):
            releases.sum_of(wrong)
