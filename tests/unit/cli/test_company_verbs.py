"""company init, upgrade, check and person, as an administrator types them; each in a process of its own."""

import os
import re
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from app.company.schema_steps import known_steps
from app.domain.errors import LoginRefused
from tests.scram_company import scram_company
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import run_main

OURS = known_steps()[-1].number


@pytest.fixture
def empty(server: EmbeddedServer) -> Iterator[str]:
    """Give the DSN of an empty database."""
    name = f"empty_{uuid.uuid4().hex[:12]}"
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield server.dsn("postgres", name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_company_is_made_once_and_found_sound(empty: str, tmp_path: Path) -> None:
    before = run_main("company", "check", "--dsn", empty, "--json", home=tmp_path)
    assert before.returncode == 1
    assert said(before)["ok"] is False
    assert "company init" in before.stdout
    made = run_main("company", "init", "--dsn", empty, "--json", home=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert said(made) == {"ok": True, "version": OURS}
    assert "a Baton company already" in refused(run_main("company", "init", "--dsn", empty, "--json", home=tmp_path))
    assert "a Baton company already" in refused(run_main("company", "init", "--dsn", empty, home=tmp_path))
    again = run_main("company", "upgrade", "--dsn", empty, "--json", home=tmp_path)
    assert said(again) == {"ok": True, "version": OURS}
    sound = run_main("company", "check", "--dsn", empty, "--json", home=tmp_path)
    assert sound.returncode == 0, sound
    assert all(f["is_fine"] for f in said(sound)["findings"])


def test_two_who_make_the_same_company_at_once_make_one(empty: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _n: run_main("company", "init", "--dsn", empty, home=tmp_path), range(2)))
    assert 0 in {d.returncode for d in done}, done
    assert not any("Traceback" in d.stderr for d in done), done
    with open_dsn(empty) as connection:
        steps = [n for (n,) in connection.execute("SELECT number FROM sync.schema_step ORDER BY 1").fetchall()]
    assert steps == [s.number for s in known_steps()]


def test_a_company_of_a_newer_baton_is_left_alone(company: TestCompany, tmp_path: Path) -> None:
    with open_dsn(company.admin_dsn) as connection:
        connection.execute("INSERT INTO sync.schema_step (number, name) VALUES (9999, 'from the future')")
    reason = refused(run_main("company", "upgrade", "--dsn", company.admin_dsn, "--json", home=tmp_path))
    assert "9999" in reason
    assert "Install the newer Baton" in reason


def test_people_are_added_listed_and_disabled(company: TestCompany, tmp_path: Path) -> None:
    dsn = ("--dsn", company.admin_dsn, "--json")
    nobody = said(run_main("company", "person", "list", *dsn, home=tmp_path))
    assert nobody == {"ok": True, "people": []}
    added = run_main(
        "company", "person", "add", "zoe", "--name", "Zoë Park", "--role", "engineer", "--team", "Network", *dsn,
        home=tmp_path,
    )  # fmt: skip
    assert (added.returncode, added.stderr) == (0, "")
    zoe = said(added)
    assert re.fullmatch(r"[\w-]{12,}", zoe["first_password"])
    (line,) = said(run_main("company", "person", "list", *dsn, home=tmp_path))["people"]
    assert line == {
        "id": zoe["id"], "login": "zoe", "name": "Zoë Park", "role": "engineer", "team": "Network", "is_active": True,
    }  # fmt: skip
    assert "zoe" in run_main("company", "person", "list", "--dsn", company.admin_dsn, home=tmp_path).stdout
    reason = refused(run_main("company", "person", "add", "zoe", *dsn, home=tmp_path))
    assert "the login “zoe” already" in reason
    assert said(run_main("company", "person", "disable", "zoe", *dsn, home=tmp_path)) == {"ok": True, "login": "zoe"}
    (line,) = said(run_main("company", "person", "list", *dsn, home=tmp_path))["people"]
    assert line["is_active"] is False
    with pytest.raises(LoginRefused, match="disabled"):
        open_dsn(company.server.dsn("zoe", company.database))
    assert "Nobody has the login" in refused(run_main("company", "person", "disable", "yan", *dsn, home=tmp_path))


def test_a_role_is_changed(company: TestCompany, tmp_path: Path) -> None:
    company.add("zoe")
    dsn = ("--dsn", company.admin_dsn, "--json")
    changed = run_main("company", "person", "role", "zoe", "engineer", *dsn, home=tmp_path)
    assert said(changed) == {"ok": True, "login": "zoe", "role": "engineer"}
    (line,) = said(run_main("company", "person", "list", *dsn, home=tmp_path))["people"]
    assert line["role"] == "engineer"
    assert "Nobody has the login" in refused(
        run_main("company", "person", "role", "yan", "engineer", *dsn, home=tmp_path)
    )


def test_maintenance_says_what_went_and_who_holds_the_rest(company: TestCompany, tmp_path: Path) -> None:
    ben = company.station("ben")
    ben.engine.heartbeat()
    with open_dsn(company.admin_dsn) as connection:
        for xid in ("'5'", "pg_current_xact_id()"):  # one from before everybody, one that Ben has not seen
            connection.execute(
                f"INSERT INTO sync.feed (xid, tbl, row_id) VALUES ({xid}, 'issue', gen_random_uuid())".encode()
            )
        connection.execute("UPDATE sync.feed SET at = at - interval '20 days'")
        (before,) = connection.execute("SELECT count(*) FROM sync.feed").fetchone() or (0,)
    done = run_main("company", "maintain", "--dsn", company.admin_dsn, "--json", home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = said(done)
    assert (told["ok"], told["feed_lines"], told["edits"]) == (True, before - 1, 0)
    assert (told["held_by"]["name"], told["held_by"]["person"], told["held_by"]["lines"]) == ("ben's desk", "Ben", 1)
    text = run_main("company", "maintain", "--dsn", company.admin_dsn, home=tmp_path).stdout
    assert "Removed 0 feed lines and 0 edits" in text
    assert "Kept 1 old lines for “ben's desk” (Ben), last seen 20" in text
    wrong = run_main("company", "maintain", "--dsn", company.admin_dsn, "--keep-ops-days", "3", home=tmp_path)
    assert "applied twice" in refused(wrong)


@pytest.mark.parametrize("login", ["Zoe", "pg_read_all_data", "baton_manager", "postgres", "zoe park", "'; --", ""])
def test_what_cannot_be_a_login_is_refused(company: TestCompany, tmp_path: Path, login: str) -> None:
    reason = refused(
        run_main("company", "person", "add", "--dsn", company.admin_dsn, "--json", "--", login, home=tmp_path)
    )
    assert "cannot be a login" in reason


@pytest.mark.parametrize(
    ("dsn", "words"),
    [
        ("host=127.0.0.1 port=1 user=postgres dbname=x connect_timeout=2", "cannot be reached"),
        ("host=/nowhere user=postgres dbname=x", "cannot be reached"),
        ("nonsense", "nonsense"),
        ("postgresql://[", "company database"),
    ],
)
def test_a_wrong_dsn_is_said(tmp_path: Path, dsn: str, words: str) -> None:
    assert words in refused(run_main("company", "check", "--dsn", dsn, "--json", home=tmp_path))


def test_a_database_that_is_not_there_or_no_company_is_said(server: EmbeddedServer, empty: str, tmp_path: Path) -> None:
    missing = server.dsn("postgres", "no_such_database")
    assert "no such database" in refused(run_main("company", "init", "--dsn", missing, "--json", home=tmp_path))
    reason = refused(run_main("company", "person", "add", "anna", "--dsn", empty, "--json", home=tmp_path))
    assert "company init" in reason


def test_a_wrong_password_is_said_without_it(tmp_path: Path) -> None:
    with scram_company(tmp_path) as office:
        port = office.server.address.port
        dsn = f"host=127.0.0.1 port={port} user=postgres dbname=baton password=canary-7431"
        done = run_main("company", "check", "--dsn", dsn, "--json", home=tmp_path)
        assert "did not accept" in refused(done)
        assert "canary-7431" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="roles of sockets")
def test_somebody_who_is_no_administrator_is_refused(company: TestCompany, tmp_path: Path) -> None:
    company.add("ben")
    dsn = company.server.dsn("ben", company.database)
    reason = refused(run_main("company", "person", "add", "eve", "--dsn", dsn, "--json", home=tmp_path))
    assert "permission denied" in reason
