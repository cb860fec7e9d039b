"""Trying a company and replacing the first password, on a server that asks for passwords over TCP."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.company.connection import open_company, open_dsn
from app.company.schema_steps import known_steps
from app.domain.entity import new_id
from app.domain.errors import BadInput, CompanyUnreachable, EnvironmentFault, LoginRefused, Refused, SchemaMismatch
from app.domain.person import Person, Role
from app.services.joining import check_new_password, name_myself, replace_first_password, try_company
from tests.scram_company import ScramCompany, scram_company
from tests.stations import TestCompany

NEW = "four words in a row"
OURS = known_steps()[-1].number


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    with scram_company(tmp_path_factory.mktemp("office")) as company:
        yield company


@pytest.fixture
def step(office: ScramCompany) -> Iterator[None]:
    yield
    office.run(f"DELETE FROM sync.schema_step WHERE number > {OURS}")


def test_the_company_says_who_we_are(office: ScramCompany) -> None:
    address, password = office.add(Role.ENGINEER)
    tried = try_company(address, password)
    assert (tried.name, tried.role, tried.must_replace_password) == ("Ben Okafor", Role.ENGINEER, True)
    assert tried.schema_version == OURS


def test_a_password_of_ones_own_need_not_be_replaced(office: ScramCompany) -> None:
    address, password = office.add(is_first=False)
    assert not try_company(address, password).must_replace_password


def test_trying_several_times_leaves_one_workstation(office: ScramCompany) -> None:
    address, password = office.add()
    workstation_id = new_id()
    for _ in range(3):
        try_company(address, password, workstation_id=workstation_id, workstation="ben's desk")
    assert office.workstations(address.login) == 1


def test_a_wrong_password_is_refused_with_what_to_do(office: ScramCompany) -> None:
    address, _password = office.add()
    with pytest.raises(LoginRefused, match="did not accept this login and password") as refused:
        try_company(address, "wrong")
    assert "Type the password again" in refused.value.todo
    assert "wrong" not in str(refused.value)


def test_an_unknown_login_is_refused_like_a_wrong_password(office: ScramCompany) -> None:
    with pytest.raises(LoginRefused):
        try_company(office.address("nobody"), "whatever")


def test_a_password_left_out_is_refused(office: ScramCompany) -> None:
    address, _password = office.add()
    with pytest.raises(LoginRefused):
        try_company(address, "")


def test_a_disabled_person_is_told_so(office: ScramCompany) -> None:
    address, password = office.add()
    office.disable(address.login)
    with pytest.raises(LoginRefused, match="disabled") as refused:
        try_company(address, password)
    assert "Ask your manager" in refused.value.todo


def test_a_port_where_nothing_listens_is_named(office: ScramCompany) -> None:
    address, password = office.add()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(CompanyUnreachable, match=f"no database answers on port {port}") as lost:
        try_company(replace(address, port=port), password)
    assert "Check the port" in lost.value.todo
    assert "goes on" not in str(lost.value)  # nothing does, before one has joined


def test_a_host_that_does_not_exist_is_named(office: ScramCompany) -> None:
    address, password = office.add()
    with pytest.raises(CompanyUnreachable, match=r"No machine named “no-such-host\.invalid”") as lost:
        try_company(replace(address, host="no-such-host.invalid"), password)
    assert "spelling" in lost.value.todo


def test_a_host_that_says_nothing_is_given_up_after_a_while(office: ScramCompany) -> None:
    address, password = office.add()
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(CompanyUnreachable, match="within 5 s"):
        try_company(replace(address, port=silent.getsockname()[1]), password)


def test_a_database_that_is_not_there_is_named(office: ScramCompany) -> None:
    address, password = office.add()
    with pytest.raises(EnvironmentFault, match="no such database") as lost:
        try_company(replace(address, database="batton"), password)
    assert lost.value.todo


def test_a_database_that_is_no_company_is_told_apart(office: ScramCompany) -> None:
    address, password = office.add()
    with pytest.raises(EnvironmentFault, match="not a Baton company"):
        try_company(replace(address, database="postgres"), password)


@pytest.mark.usefixtures("step")
def test_a_newer_company_asks_for_a_newer_baton(office: ScramCompany) -> None:
    address, password = office.add()
    office.run(f"INSERT INTO sync.schema_step (number, name) VALUES ({OURS + 1}, 'later')")
    with pytest.raises(SchemaMismatch, match=f"at version {OURS + 1}; this Baton knows {OURS}") as newer:
        try_company(address, password)
    assert "Install the newer Baton" in newer.value.todo


def test_an_older_company_asks_for_an_upgrade(office: ScramCompany) -> None:
    address, password = office.add()
    office.run(f"UPDATE sync.schema_step SET number = -number WHERE number = {OURS}")
    try:
        with pytest.raises(SchemaMismatch, match=f"this Baton needs {OURS}") as older:
            try_company(address, password)
    finally:
        office.run(f"UPDATE sync.schema_step SET number = -number WHERE number = -{OURS}")
    assert "company upgrade" in older.value.todo


def test_the_first_password_is_over_once_it_was_replaced(office: ScramCompany) -> None:
    address, first = office.add()
    replace_first_password(address, first, NEW)
    with pytest.raises(LoginRefused):
        try_company(address, first)
    assert not try_company(address, NEW).must_replace_password


def test_replacing_again_after_it_was_cut_off_in_the_middle_settles_it(office: ScramCompany) -> None:
    address, first = office.add()
    with open_company(address, first) as connection:
        verifier = connection.pgconn.encrypt_password(NEW.encode(), address.login.encode(), b"scram-sha-256").decode()
        connection.execute(f"ALTER ROLE {address.login} PASSWORD '{verifier}'".encode())
    assert try_company(address, NEW).must_replace_password
    replace_first_password(address, first, NEW)
    assert not try_company(address, NEW).must_replace_password


def test_with_neither_password_nothing_is_replaced(office: ScramCompany) -> None:
    address, _first = office.add()
    with pytest.raises(LoginRefused):
        replace_first_password(address, "not the first one", NEW)


@pytest.mark.parametrize("new", ["", "short", "eleven-char"])
def test_a_short_password_is_not_taken(office: ScramCompany, new: str) -> None:
    address, first = office.add()
    with pytest.raises(BadInput, match="at least 12"):
        replace_first_password(address, first, new)
    assert try_company(address, first).must_replace_password


def test_the_first_password_is_not_taken_again() -> None:
    with pytest.raises(BadInput, match="the first one again"):
        check_new_password("the-first-password", "the-first-password")
    check_new_password("the-first-password", "twelve chars")


def test_the_server_never_sees_a_password(office: ScramCompany) -> None:
    address, first = office.add()
    replace_first_password(address, first, NEW)
    with open_dsn(office.admin_dsn) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (address.login,)).fetchone()
    assert kept is not None
    assert kept[0].startswith("SCRAM-SHA-256$")


def test_a_person_can_be_called_by_their_name(company: TestCompany) -> None:
    station = company.station("anna", Role.MANAGER)
    name_myself(station.desk, "Anna Lindqvist")
    station.sync()
    other = company.station("ben")
    found = other.cache.record(Person, station.person_id)
    assert found is not None
    assert found.name == "Anna Lindqvist"
    name_myself(station.desk, "Anna Lindqvist")
    assert station.unsent() == 0


def test_nobody_has_a_name_before_the_first_contact(company: TestCompany) -> None:
    station = company.station("anna", Role.MANAGER)
    station.person_id = ""
    with pytest.raises(Refused, match="not met the company yet"):
        name_myself(station.desk, "Anna")
