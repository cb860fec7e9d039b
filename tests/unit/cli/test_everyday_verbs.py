"""The everyday verbs, each in a process of its own, on a profile of a real company or as a company of one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.person import Role
from app.runtime.company_host import remove
from app.runtime.profile import CompanyKind, Profile
from tests.stations import TestCompany
from tests.unit.cli.answers import refused, said
from tests.workstations import ROOT, Office, run_main

Verb = Callable[..., "subprocess.CompletedProcess[str]"]

SAMPLES, MAPS = ROOT / "resources" / "samples", ROOT / "resources" / "maps"
HEADER = "key,at,state,title,caller,team,handed,reopened,kept"
EVENTS = f"""\
{HEADER}
A-1,2026-01-01T08:00,New,Printer,ann,first,0,0,true
A-1,2026-01-02T08:00,Done,Printer,ann,first,2,1,false
A-2,2026-01-01T09:00,New,Mail,ann,first,0,0,true
A-3,2026-01-01T10:00,New,Door,bob,first,1,0,true
A-4,not a time,New,Door,bob,first,1,0,true
"""
EVENTS_MAP = """
kind = "events"
source = "log"
times = ["iso"]
[customer]
name = { is = "Imported" }
[contact]
name = "caller"
[issue]
key = "key"
title = "title"
state = "state"
[issue.facts]
made_sla = "kept"
reassignment_count = "handed"
reopen_count = "reopened"
[event]
at = "at"
team = "team"
[words.state]
New = "new"
Done = "solved"
"""


@pytest.fixture
def desk(company: TestCompany, tmp_path: Path) -> Iterator[Verb]:
    """Give what calls a verb on Anna's profile; she manages."""
    company.add("anna", Role.MANAGER)
    office = Office(tmp_path)
    folder = office.profile(company.address("anna")).folder

    def call(*arguments: str | Path, more: Sequence[tuple[str, str]] = ()) -> "subprocess.CompletedProcess[str]":
        return run_main("--profile", folder, *arguments, home=tmp_path, more=more)

    yield call
    office.close()


def test_an_issue_is_added_listed_and_shown(desk: Verb) -> None:
    assert said(desk("issue", "list", "--json")) == {"ok": True, "issues": []}
    assert desk("issue", "list").stdout == "No open issues.\n"
    added = desk("issue", "add", "Émile's page “AB” stays white", "--json")
    assert added.returncode == 0, added
    made = said(added)
    assert made["number"].isdecimal(), "the company gave it at once"
    (line,) = said(desk("issue", "list", "--json"))["issues"]
    assert line["title"] == "Émile's page “AB” stays white"
    assert (line["id"], line["number"], line["state"]) == (made["id"], made["number"], "new")
    shown = said(desk("issue", "show", made["number"], "--json"))
    assert shown["ok"] is True
    assert shown["title"] == line["title"]
    assert shown["you_may_say"]
    assert shown["happened"]
    assert "stays white" in desk("issue", "show", made["number"]).stdout
    assert "no issue 99999" in refused(desk("issue", "show", "99999", "--json"))


def test_letters_that_the_terminal_has_not_are_no_error(desk: Verb) -> None:
    plain = (("PYTHONIOENCODING", "ascii"),)
    desk("issue", "add", "Dvořáková page")
    assert [i["title"] for i in said(desk("issue", "list", "--json", more=plain))["issues"]] == ["Dvořáková page"]
    assert "Dvo\\u0159" in desk("issue", "list", more=plain).stdout
    refusal = desk("call", "1", "--json", more=plain)
    assert (refusal.returncode, said(refusal)["ok"]) == (1, False)


def test_an_empty_issue_is_refused(desk: Verb) -> None:
    assert "nothing to log" in refused(desk("issue", "add", "  ", "--json"))


def test_one_round_of_sync_says_its_counts(desk: Verb) -> None:
    desk("issue", "add", "One")
    done = desk("sync", "--once", "--json")
    assert said(done) == {"ok": True, "sent": 0, "unsent": 0, "tables_changed": 0, "conflicts": 0}
    assert desk("sync", "--once").stdout == "0 sent, 0 unsent, 0 conflicts\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C as a signal")
def test_sync_goes_on_until_it_is_ended(company: TestCompany, tmp_path: Path) -> None:
    company.add("anna", Role.MANAGER)
    folder = Office(tmp_path).profile(company.address("anna")).folder
    command = [sys.executable, str(ROOT / "main.py"), "--profile", str(folder), "sync"]
    # What a shell starts in the background ignores Ctrl+C, and so do its children: this one gets it back.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            assert process.stderr is not None
            assert "0 sent" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=15)
        finally:
            process.kill()
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("kind", "sample", "by"),
    [("issues", "issues.csv", "issues.toml"), ("issues", "history.csv", "history.toml"),
     ("customers", "customers.csv", "customers.toml")],
)  # fmt: skip
def test_the_samples_come_in_and_a_second_time_change_nothing(desk: Verb, kind: str, sample: str, by: str) -> None:
    arguments = ("import", kind, SAMPLES / sample, "--map", MAPS / by, "--json")
    first = desk(*arguments)
    assert first.returncode == 0, first
    told = said(first)
    assert told["ok"] is True
    assert told["rejected"] == 0
    assert told["inserted"] > 0
    assert told["sync"]["unsent"] == told["sync"]["conflicts"] == 0
    again = said(desk(*arguments))
    assert (again["inserted"], again["updated"], again["rejected"]) == (0, 0, 0)
    assert again["unchanged"] > 0
    assert again["sync"]["sent"] == 0


def test_figures_of_imported_incidents_and_bad_rows_beside_the_file(desk: Verb, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "events.toml").write_text(EVENTS_MAP)
    done = desk("import", "issues", tmp_path / "events.csv", "--map", tmp_path / "events.toml", "--json")
    told = said(done)
    assert (told["rows"], told["rejected"]) == (5, 1)
    assert "line 6" in done.stderr
    assert "not a time" in Path(told["rejected_file"]).read_text()
    figures = said(desk("report", "incidents", "--json"))
    assert figures.pop("report") == "incidents"
    assert figures.pop("as_of")
    assert [row["issues"] for row in figures.pop("rows")] == [1, 2, 1, 2]
    assert figures == {
        "incidents": 3, "callers": 2, "callers_with_more_than_one": 1, "most_per_caller": 2, "sla_missed_pct": 33.3,
        "reassignments_mean": 1.0, "reassignments_max": 2, "reopened": 1,
    }  # fmt: skip
    of_log = said(desk("report", "incidents", "--source", "log", "--json"))
    assert {name: of_log[name] for name in figures} == figures
    assert said(desk("report", "incidents", "--source", "another", "--json"))["incidents"] == 0
    assert "3 incidents of 2 callers; 1 of 3 missed their SLA." in desk("report", "incidents").stdout
    assert said(desk("report", "incidents", "--as-of", "2026-01-01T09:30Z", "--json"))["incidents"] == 2
    named = said(desk("report", "--json"))["reports"]
    assert {"name": "backlog", "title": "Backlog by age"} in named
    history = said(desk("report", "history", "--as-of", "2026-01-01", "--json"))
    assert (history["issues"], history["events"], history["longest_gap_median_h"]) == (3, 3, None)
    assert "is no time" in refused(desk("report", "backlog", "--as-of", "soon", "--json"))


def test_imports_that_cannot_be_are_refused_with_the_reason(desk: Verb, tmp_path: Path) -> None:
    sample, by = SAMPLES / "issues.csv", MAPS / "issues.toml"
    for arguments, words in (
        (("import", "issues", tmp_path / "none.csv", "--map", by), "none.csv"),
        (("import", "issues", sample, "--map", tmp_path / "none.toml"), "none.toml"),
        (("import", "customers", sample, "--map", by), "import issues"),
        (("import", "issues", sample, "--map", MAPS / "history.toml"), "column"),
        (("import", "issues", tmp_path, "--map", by), tmp_path.name),
    ):
        assert words in refused(desk(*arguments, "--json")), arguments
    assert said(desk("issue", "list", "--json"))["issues"] == []


def test_without_the_company_verbs_work_on_the_cache(company: TestCompany, desk: Verb, tmp_path: Path) -> None:
    desk("sync", "--once")
    folder = tmp_path / "anna"
    here = Profile.load(folder)
    assert here is not None
    away = Profile(
        folder, here.workstation_id, here.workstation_name, CompanyKind.SERVER, "anna", here.database, "/nowhere", 1
    )
    away.save()
    added = desk("issue", "add", "While away", "--json")
    assert added.returncode == 0, added
    assert said(added)["number"] == "new"
    assert "waits on this workstation" in added.stderr
    assert "cannot be reached" in refused(desk("sync", "--once", "--json"))
    brought = desk("import", "issues", SAMPLES / "issues.csv", "--map", MAPS / "issues.toml", "--json")
    assert (brought.returncode, said(brought)["rejected"]) == (0, 0)
    assert "waits on this workstation" in brought.stderr
    here.save()
    assert said(desk("sync", "--once", "--json"))["unsent"] == 0
    assert len(company.station("anna").cache.read("SELECT id FROM issue")) == 7


def test_a_call_needs_a_running_console(desk: Verb) -> None:
    for none in ("hello world", "baton:call?number=", "sip:dana"):
        assert f"no number in “{none}”" in refused(desk("call", none, "--json"))
    assert "No console is running" in refused(desk("call", "baton:call?number=+12125550147", "--json"))


def test_without_any_profile_it_is_said(tmp_path: Path) -> None:
    assert "no Baton profile yet" in refused(run_main("issue", "list", "--json", home=tmp_path))


def test_a_named_profile_that_is_not_there_becomes_a_company_of_one(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    try:
        added = run_main("--profile", folder, "issue", "add", "Mine alone", "--json", home=tmp_path)
        assert added.returncode == 0, added
        assert said(added)["number"].isdecimal()
        assert json.loads((folder / "profile.json").read_text())["kind"] == "embedded"
        listed = said(run_main("--profile", folder, "issue", "list", "--json", home=tmp_path))
        assert [i["title"] for i in listed["issues"]] == ["Mine alone"]
    finally:
        remove(folder / "company")


def test_a_damaged_profile_is_said(tmp_path: Path) -> None:
    (tmp_path / "profile.json").write_text("{")
    assert "cannot be read" in refused(run_main("--profile", tmp_path, "issue", "list", "--json", home=tmp_path))


def test_the_doctor_says_what_works(tmp_path: Path) -> None:
    done = run_main("doctor", "--json", home=tmp_path)
    told: dict[str, Any] = said(done)
    checks = {c["name"]: c for c in told["checks"]}
    assert list(checks) == ["python", "qt", "display", "keyring", "profile", "embedded database"]
    assert done.returncode == 0, done
    assert told["ok"] is True
    assert "asks at each start" in checks["keyring"]["todo"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_the_doctor_names_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    done = run_main("doctor", "--json", home=tmp_path)
    assert done.returncode == 1
    assert not {c["name"]: c for c in said(done)["checks"]}["profile"]["ok"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("company",),
        ("company", "init"),
        ("company", "person", "add", "zoe", "--role", "king", "--dsn", "x"),
        ("company", "person", "add", "--dsn", "x"),
        ("issue",),
        ("issue", "show", "many"),
        ("issue", "add"),
        ("import", "issues", "file.csv"),
        ("import", "weather", "file.csv", "--map", "x"),
        ("report", "weather"),
        ("--json",),
        ("shots", "out", "--theme", "pink"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_how(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    from app.cli import Screens, run  # noqa: PLC0415  one process is enough for thirteen of these

    def never(_arguments: object) -> int:
        raise AssertionError

    with pytest.raises(SystemExit) as ended:
        run(arguments, Screens(never, never, never))
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert not told.out
    assert "usage: main.py" in told.err


def test_help_names_the_verbs(tmp_path: Path) -> None:
    done = run_main("--help", home=tmp_path)
    assert done.returncode == 0
    assert {"company", "sync", "import", "report", "issue", "demo", "doctor"} <= set(done.stdout.split())
