"""The whole host-key book, searched and exported; and who may write into it at the company itself."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.customer import Customer
from app.domain.device import Device, HostKey
from app.domain.entity import new_id
from app.domain.errors import EnvironmentFault
from app.domain.person import Role
from app.services import host_key_book, host_keys
from tests.stations import Station, TestCompany

FIRST = ("ssh-ed25519", "SHA256:AAAAfirstAAAA")
OTHER = ("ssh-ed25519", "SHA256:BBBBotherBBBB")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def devices_of(station: Station) -> dict[str, Device]:
    with station.desk.edit() as edit:
        rail = edit.insert(Customer(id=new_id(), name="Northgate Rail"))
        return {
            name: edit.insert(Device(id=new_id(), customer_id=owner, name=name, address=f"10.20.0.{at}", port=port))
            for at, (name, owner, port) in enumerate(
                [("core", rail.id, 22), ("edge", rail.id, 2222), ("lab", None, 22)]
            )
        }


@pytest.fixture
def anna(company: TestCompany) -> Station:
    return company.station("anna", Role.MANAGER, clock=lambda: NOON)


@pytest.fixture
def devices(anna: Station) -> dict[str, Device]:
    made = devices_of(anna)
    for name in made:
        host_keys.accept(anna.desk, made[name].id, *FIRST)
    host_keys.replace(anna.desk, made["edge"].id, *OTHER, "RMA 77, new chassis")
    return made


def shown(station: Station, text: str = "") -> list[tuple[str, str, bool]]:
    return [
        (one.device, one.key.fingerprint[7:11], one.key.is_valid) for one in host_key_book.lines(station.desk, text)
    ]


def test_every_line_is_there_with_where_it_was_met(anna: Station, devices: dict[str, Device]) -> None:
    assert shown(anna) == [
        ("lab", "AAAA", True),
        ("core", "AAAA", True),
        ("edge", "BBBB", True),
        ("edge", "AAAA", False),
    ]
    edge = host_key_book.lines(anna.desk, "edge valid")[0]
    assert (edge.key.address, edge.key.accepted_by, edge.key.workstation) == ("10.20.0.1:2222", "Anna", "anna's desk")
    (row,) = anna.cache.records(HostKey, "device_id = ?", (devices["core"].id,))
    assert (row.address, row.port) == ("10.20.0.0", 22)


@pytest.mark.parametrize(
    ("text", "count"),
    [("northgate", 3), ("NEW chassis", 1), ("retired", 1), ("valid", 3), ("BBBBother", 1), ("2222", 2),
     ("anna core", 1), ("anna nobody", 0), ("contradicted", 0)],
)  # fmt: skip
def test_the_book_is_searched_by_words(anna: Station, devices: dict[str, Device], text: str, count: int) -> None:
    assert devices
    assert len(shown(anna, text)) == count


def test_contradictions_stand_at_the_top_and_removed_devices_stay(
    company: TestCompany, anna: Station, devices: dict[str, Device]
) -> None:
    anna.sync()
    ben = company.station("ben", Role.ENGINEER)
    with ben.desk.edit() as edit:
        line = ben.cache.records(HostKey, "device_id = ?", (devices["core"].id,))[0]
        edit.insert(line.but(id=new_id(), fingerprint=OTHER[1], rev=0, accepted_by=ben.person_id))
    ben.sync()
    anna.sync()
    with anna.desk.edit() as edit:
        edit.delete(devices["lab"])
    found = host_key_book.lines(anna.desk)
    assert [(one.device, one.is_contradicted) for one in found[:2]] == [("core", True), ("core", True)]
    assert [(one.device, one.is_removed) for one in found if one.is_removed] == [("lab", True)]


def test_the_book_is_exported_as_csv(anna: Station, devices: dict[str, Device], tmp_path: Path) -> None:
    assert devices
    path = tmp_path / "book.csv"
    assert host_key_book.export(anna.desk, path, "edge") == 2
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fingerprint"] for row in rows] == [OTHER[1], FIRST[1]]
    assert rows[1]["reason"] == "RMA 77, new chassis"
    assert rows[1]["retired at"] == "2026-03-03 12:00:00Z"
    with pytest.raises(EnvironmentFault):
        host_key_book.export(anna.desk, tmp_path / "nowhere" / "book.csv")
    assert [one.name for one in tmp_path.iterdir() if one.suffix == ".part"] == []


def test_the_company_refuses_a_key_that_support_replaces_whatever_their_workstation_thinks(
    company: TestCompany, anna: Station, devices: dict[str, Device]
) -> None:
    anna.sync()
    ben = company.station("ben", Role.SUPPORT)
    (line,) = ben.cache.records(HostKey, "device_id = ?", (devices["core"].id,))
    with ben.desk.edit() as edit:  # a program that asks nobody
        edit.update(line, fingerprint=OTHER[1])
    ben.sync()
    with ben.desk.edit() as edit:
        edit.update(
            ben.cache.record(HostKey, line.id) or line, retired_at=NOON, retired_by=ben.person_id, reason="mine"
        )
    ben.sync()
    anna.sync()
    (kept,) = anna.cache.records(HostKey, "device_id = ?", (devices["core"].id,))
    assert (kept.fingerprint, kept.retired_at, kept.reason) == (FIRST[1], None, "")
    assert host_keys.known(anna.desk, devices["core"].id)[0].fingerprint == FIRST[1]
