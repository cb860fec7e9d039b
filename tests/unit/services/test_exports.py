"""Everything written down and brought into an empty company: the same rows, table by table."""

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.company import restoring
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.domain.customer import Customer
from app.domain.entities import TABLES
from app.domain.entity import new_id
from app.domain.errors import BadInput, DiskFull, EnvironmentFault, Refused
from app.domain.escalation import DecisionOption, DecisionRequest
from app.domain.issue import Issue
from app.domain.person import Role
from app.services import exports
from tests.conftest import TEMPLATE
from tests.stations import Station, TestCompany
from tests.unit.company.firm import Firm, found_firm

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLANES = "a\u00e9\u4e2d\U0001f600\U000e0061\U0010fffd \u202eright\u2069 \ufeff\u2028 \t\r\n\r x"
TEXTS = ["", " ", "\\N", "\\", "\\\\N", '"', 'a "b", c', "=1+1", "true", "null", PLANES, "x" * 150_000]

Empty = Callable[[], TestCompany]


@pytest.fixture
def empty(server: EmbeddedServer, tmp_path: Path) -> Iterator[Empty]:
    """Give what makes a fresh company beside the first."""
    made: list[TestCompany] = []

    def make() -> TestCompany:
        name = f"other_{uuid.uuid4().hex[:12]}"
        folder = tmp_path / name
        folder.mkdir()
        with open_dsn(server.dsn("postgres", "postgres")) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
        made.append(TestCompany(server, name, folder))
        return made[-1]

    yield make
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        for one in made:
            one.close()
            connection.execute(f"DROP DATABASE {one.database} WITH (FORCE)".encode())


@pytest.fixture
def firm(company: TestCompany) -> Firm:
    """A row of every table, and rows with everything that a file can lose."""
    made = found_firm(company)
    manager = company.station(made.logins[Role.MANAGER])
    with manager.desk.edit() as edit:
        for at, text in enumerate(TEXTS):
            one = edit.insert(Customer(id=new_id(), name=text, contract=text, time_zone=""))
            edit.insert(
                Issue(
                    id=new_id(),
                    customer_id=one.id if at % 2 else None,
                    title=text,
                    opened_at=datetime(1999 + at, 2, 28, 23, 59, 59, at, tzinfo=UTC),
                    facts={text or "k": text, "other": "1"},
                    source="log",
                    source_key=str(at),
                )
            )
        request = manager.cache.records(DecisionRequest)[0]
        for money in ("0", "0.10", "12345678901234.50", "-3.1415"):
            edit.insert(
                DecisionOption(id=new_id(), request_id=request.id, position=1, label=money, one_off=Decimal(money))
            )
        edit.delete(manager.cache.records(Customer, "name = '=1+1'")[0])
    manager.sync()
    assert manager.unsent() == 0
    return made


def write(company: TestCompany, out: Path, kind: str) -> dict[str, int]:
    with open_dsn(company.admin_dsn) as connection:
        return exports.write(out, kind, restoring.everything(connection), "test", NOW)


def restore(company: TestCompany, saved: Path) -> tuple[dict[str, int], dict[str, str]]:
    with open_dsn(company.admin_dsn) as connection:
        return restoring.restore(connection, exports.read(saved).rows)


def rows_of(company: TestCompany) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table with its database's own types, as the administrator sees it."""
    with open_dsn(company.admin_dsn) as connection:
        return {
            t.name: connection.execute(f"SELECT * FROM baton.{t.name} ORDER BY id".encode()).fetchall() for t in TABLES
        }


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_an_empty_company_filled_with_an_export_holds_the_same_rows(
    firm: Firm, empty: Empty, tmp_path: Path, kind: str
) -> None:
    counts = write(firm.company, tmp_path / "out", kind)
    before = rows_of(firm.company)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert all(counts.values())
    other = empty()
    came, passwords = restore(other, tmp_path / "out")
    assert came == counts
    assert passwords == {}, "the server knows these logins already, and their passwords stay"
    after = rows_of(other)
    for name, rows in before.items():
        assert after[name] == rows, name


def test_a_restored_company_is_worked_with_and_numbers_go_on(firm: Firm, empty: Empty, tmp_path: Path) -> None:
    write(firm.company, tmp_path / "out.json", "json")
    other = empty()
    restore(other, tmp_path / "out.json")
    other.people.update(firm.company.people)
    ann = other.station(firm.logins[Role.SUPPORT])
    most = max(issue.number or 0 for issue in ann.cache.records(Issue))
    with ann.desk.edit() as edit:
        made = edit.insert(Issue(id=new_id(), title="Next"))
    ann.sync()
    issue = ann.cache.record(Issue, made.id)
    assert issue is not None
    assert (issue.number or 0) > most
    assert not ann.cache.records(Customer, "is_restricted = 1"), "who sees what is as it was"


def test_the_export_of_a_workstation_fills_a_company_too(firm: Firm, empty: Empty, tmp_path: Path) -> None:
    manager = firm.company.station(firm.logins[Role.MANAGER])
    exports.write(tmp_path / "out.json", "json", exports.here(manager.desk), "here", NOW)
    other = empty()
    restore(other, tmp_path / "out.json")
    assert rows_of(other) == rows_of(firm.company)


def test_only_an_empty_company_is_filled(firm: Firm, tmp_path: Path) -> None:
    write(firm.company, tmp_path / "out.json", "json")
    before = rows_of(firm.company)
    with pytest.raises(Refused) as refused:
        restore(firm.company, tmp_path / "out.json")
    assert "not empty" in refused.value.what
    assert rows_of(firm.company) == before


def test_an_export_that_does_not_fit_together_changes_nothing(firm: Firm, empty: Empty, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    write(firm.company, out, "json")
    lines = out.read_bytes().split(b"\n")
    at = lines.index(b',"site": [')
    site = json.loads(lines[at + 1])
    lines[at + 1] = json.dumps(site | {"customer_id": new_id()}).encode()
    out.write_bytes(b"\n".join(lines))
    other = empty()
    with pytest.raises(BadInput) as refused:
        restore(other, out)
    assert "Rows 1 to" in refused.value.what
    assert "of site do not fit" in refused.value.what
    assert not any(rows_of(other).values())


@pytest.fixture
def written(company: TestCompany, tmp_path: Path) -> tuple[Station, Path, Path]:
    """A small export in both forms."""
    anna = company.station("anna", Role.MANAGER)
    with anna.desk.edit() as edit:
        edit.insert(Customer(id=new_id(), name="Northgate"))
    for kind in ("json", "csv"):
        exports.write(tmp_path / kind, kind, exports.here(anna.desk), "here", NOW)
    return anna, tmp_path / "json", tmp_path / "csv"


def all_rows(path: Path) -> list[Any]:
    return [(table.name, row) for table, rows in exports.read(path).rows for row in rows]


def test_both_forms_say_the_same(written: tuple[Station, Path, Path]) -> None:
    _, as_json, as_csv = written
    assert all_rows(as_json) == all_rows(as_csv)
    assert exports.read(as_json).about["scope"] == "here"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"name": "Northgate"', b'"name": 7', "Row 1 of customer (line 6): name is 7, which is not a text"),
        (b'"name": "Northgate"', b'"name": null', "name is None, which is not a text and may not be empty"),
        (b'"name": "Northgate", ', b"", "has no name"),
        (b'"is_vip": false', b'"is_vip": 0', "is_vip is 0, which is not true or false"),
        (b'"name": "Northgate"', b'"name": "Nort', "is no JSON"),
        (b'"format": 1', b'"format": 2', "another version"),
        (b'"baton": "export"', b'"baton": "x"', "is no export of Baton"),
        (b',"customer": [', b',"weather": [', "does not know"),
        (b"]\n}}\n", b"", "ends"),
        (b"}}\n", b"}}\nmore\n", "after the end"),
        (b'"role": "manager"', b'"role": "king"', "which is not one of manager"),
    ],
)
def test_a_damaged_file_says_which_row(written: tuple[Station, Path, Path], old: bytes, new: bytes, said: str) -> None:
    path = written[1]
    text = path.read_bytes()
    assert old in text
    path.write_bytes(text.replace(old, new))
    with pytest.raises(BadInput) as refused:
        all_rows(path)
    assert said in refused.value.what
    assert refused.value.todo


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b",Northgate,", b",Northgate,extra,", "Row 1 of customer.csv (line 2) has"),
        (b",Northgate,", b',"Northgate,', "customer.csv cannot be read after row 0"),
        (b",Northgate,", b",North\xffgate,", "customer.csv cannot be read"),
        (b",false,", b",maybe,", "cannot be 'maybe'"),
    ],
)
def test_a_damaged_folder_says_which_row(
    written: tuple[Station, Path, Path], old: bytes, new: bytes, said: str
) -> None:
    path = written[2] / "customer.csv"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    with pytest.raises(BadInput) as refused:
        all_rows(written[2])
    assert said in refused.value.what


def test_a_table_that_is_missing_or_shorter_is_said(written: tuple[Station, Path, Path]) -> None:
    path = written[2] / "customer.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    with pytest.raises(BadInput, match="has 0 rows where the export had 1"):
        all_rows(written[2])
    path.unlink()
    with pytest.raises(BadInput, match=r"customer\.csv is missing"):
        all_rows(written[2])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(max_size=200), at=st.floats(0, 1), kind=st.sampled_from(["json", "csv"]))
def test_arbitrary_bytes_are_refused_or_read_and_never_crash(
    written: tuple[Station, Path, Path], noise: bytes, at: float, kind: str
) -> None:
    source = written[1] if kind == "json" else written[2] / "person.csv"
    whole = source.read_bytes()
    place = int(at * len(whole))
    try:
        source.write_bytes(whole[:place] + noise + whole[place + len(noise) // 2 :])
        with contextlib.suppress(BadInput):
            all_rows(written[1] if kind == "json" else written[2])
    finally:
        source.write_bytes(whole)


def test_what_is_there_is_not_written_over_by_half(written: tuple[Station, Path, Path], tmp_path: Path) -> None:
    anna, as_json, as_csv = written
    with pytest.raises(BadInput, match="is there already"):
        exports.write(as_csv, "csv", exports.here(anna.desk), "here", NOW)
    with pytest.raises(BadInput, match="is a folder"):
        exports.write(as_csv, "json", exports.here(anna.desk), "here", NOW)

    def broken() -> Iterator[Any]:
        yield TABLES[0], []
        raise OSError(28, "No space left on device")

    before = as_json.read_bytes()
    for out, kind in ((as_json, "json"), (tmp_path / "new", "csv")):
        with pytest.raises(DiskFull):
            exports.write(out, kind, broken(), "here", NOW)
    assert as_json.read_bytes() == before
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".*.part"))
    with pytest.raises(EnvironmentFault, match="cannot be written"):
        exports.write(tmp_path / "no" / "such" / "out.json", "json", exports.here(anna.desk), "here", NOW)
    with pytest.raises(BadInput, match="There is no export"):
        exports.read(tmp_path / "none.json")
