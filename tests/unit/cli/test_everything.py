"""export all and import all, company export and company restore, each in a process of its own."""

import json
from pathlib import Path

from app.domain.person import Role
from app.runtime.company_host import remove
from app.services import exports
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import ROOT, Office, run_main

SAMPLES, MAPS = ROOT / "resources" / "samples", ROOT / "resources" / "maps"


def rows_in(path: Path) -> dict[str, list[exports.Wire]]:
    return {t.name: sorted(rows, key=lambda r: str(r["id"])) for t, rows in exports.read(path).rows}


def test_a_company_of_one_becomes_another_with_the_same_rows(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"

    def call(profile: Path, *arguments: str | Path) -> object:
        done = run_main("--profile", profile, *arguments, "--json", home=tmp_path)
        assert done.returncode == 0, done
        return said(done)

    try:
        call(one, "import", "issues", SAMPLES / "history.csv", "--map", MAPS / "history.toml")
        call(one, "issue", "add", "Émile's page “AB” stays white")
        told = call(one, "export", "all", "--format", "csv", "--out", tmp_path / "all")
        assert isinstance(told, dict)
        assert told["scope"] == "the whole company"
        came = call(other, "import", "all", tmp_path / "all")
        assert isinstance(came, dict)
        assert came["rows"] == told["rows"]
        assert came["rows"]["issue"] == 4
        call(other, "export", "all", "--out", tmp_path / "again")
        assert rows_in(tmp_path / "again") == rows_in(tmp_path / "all")
        listed = call(other, "issue", "list")
        assert isinstance(listed, dict)
        assert "Émile's page “AB” stays white" in [i["title"] for i in listed["issues"]]
        twice = run_main("--profile", other, "import", "all", tmp_path / "all", "--json", home=tmp_path)
        assert "not empty" in refused(twice)
    finally:
        for profile in (one, other):
            remove(profile / "company")


def test_the_administrator_writes_a_company_down_and_a_person_what_they_have(
    company: TestCompany, tmp_path: Path
) -> None:
    company.add("anna", Role.MANAGER)
    folder = Office(tmp_path).profile(company.address("anna")).folder
    run_main("--profile", folder, "issue", "add", "One", home=tmp_path)
    saved = run_main(
        "company", "export", "--dsn", company.admin_dsn, "--out", tmp_path / "a.json", "--json", home=tmp_path
    )
    assert said(saved)["rows"]["issue"] == 1
    mine = run_main("--profile", folder, "export", "all", "--out", tmp_path / "b.json", "--json", home=tmp_path)
    assert "what this workstation has" in said(mine)["scope"]
    assert rows_in(tmp_path / "a.json") == rows_in(tmp_path / "b.json")
    again = run_main("company", "restore", tmp_path / "a.json", "--dsn", company.admin_dsn, "--json", home=tmp_path)
    assert "not empty" in refused(again)
    person = run_main("--profile", folder, "import", "all", tmp_path / "a.json", "--json", home=tmp_path)
    assert "company restore FILE --dsn" in refused(person)
    (tmp_path / "c.json").write_text("{}")
    broken = run_main("company", "restore", tmp_path / "c.json", "--dsn", company.admin_dsn, "--json", home=tmp_path)
    assert "no export of Baton" in refused(broken)


def test_a_preview_writes_nothing(company: TestCompany, tmp_path: Path) -> None:
    company.add("anna", Role.MANAGER)
    folder = Office(tmp_path).profile(company.address("anna")).folder
    arguments = ("import", "issues", SAMPLES / "history.csv", "--map", MAPS / "history.toml", "--preview")
    seen = said(run_main("--profile", folder, *arguments, "--json", home=tmp_path))
    assert (seen["good"], seen["bad"], seen["left_out"], seen["unmapped"], seen["ambiguous"]) == (10, 0, [], [], None)
    assert len(seen["rows"]) == 10
    text = run_main("--profile", folder, *arguments, home=tmp_path).stdout
    assert "10 good, 0 bad." in text
    assert "issue.key: H-201" in text
    assert json.loads(run_main("--profile", folder, "issue", "list", "--json", home=tmp_path).stdout)["issues"] == []
