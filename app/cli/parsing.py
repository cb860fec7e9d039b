"""The verbs of main.py and their arguments.

A module of verbs is imported when its verb is called: a console starts without the importers.
"""

import importlib
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli import saying
from app.domain.customer import Environment
from app.domain.device import Protocol
from app.domain.device_files import FileKind
from app.domain.errors import BatonError
from app.domain.person import Role
from app.domain.report import ReportName


@dataclass(frozen=True, slots=True)
class Screens:
    """What only ui can do: each is given the parsed arguments and gives an exit code."""

    open_console: Callable[[Namespace], int]
    shots: Callable[[Namespace], int]
    play_demo: Callable[[Namespace], int]


def run(argv: Sequence[str], screens: Screens) -> int:
    """Do what the command line says; gives the exit code."""
    saying.take_any_text()
    if argv[:1] == ["_host"]:  # consoles start it; people have no use for it
        return int(importlib.import_module("app.cli.hosting").host(argv[1:]))
    arguments = parser().parse_args(with_verb(argv))
    try:
        return _dispatch(arguments, screens)
    except BatonError as e:
        return saying.failure(arguments, e)
    except KeyboardInterrupt:
        return 1
    except BrokenPipeError:  # whoever read our output has had enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def with_verb(argv: Sequence[str]) -> list[str]:
    """Give the arguments with the verb that a URL stands for: systems start us with nothing but baton:call?..."""
    found = list(argv)
    for at, one in enumerate(found):
        before = found[at - 1] if at else ""
        if one.lower().startswith("baton:") and before != "call":
            return [*found[:at], "call", *found[at:]]
    return found


def _dispatch(arguments: Namespace, screens: Screens) -> int:
    match arguments.does:
        case "console":
            return screens.open_console(arguments)
        case "shots":
            return screens.shots(arguments)
        case "demo":
            return _demo(arguments, screens)
        case str() as verb:
            module, _, function = verb.partition(":")
            return int(getattr(importlib.import_module(f"app.cli.{module}"), function)(arguments))
    raise AssertionError(arguments.does)


def _demo(arguments: Namespace, screens: Screens) -> int:
    display = importlib.import_module("app.cli.display")
    if arguments.person is not None:
        importlib.import_module("app.runtime.demo_profiles").find_person(arguments.person)
    if arguments.no_window or not display.has_display():
        return screens.play_demo(arguments)
    return screens.open_console(arguments)


def parser() -> ArgumentParser:
    """Give the parser with every verb."""
    top = ArgumentParser(prog="main.py", description="Baton: a console for support-and-operations teams.")
    top.add_argument("--profile", type=Path, metavar="DIR", help="the workstation's folder; made when missing")
    top.set_defaults(does="console", json=False, number=None)
    verbs = top.add_subparsers(metavar="VERB", title="verbs")
    _company(verbs)
    _everyday(verbs)
    _devices(verbs)
    _demo_verbs(verbs)
    return top


def _verb(verbs: Any, name: str, does: str, about: str, *, has_json: bool = True) -> ArgumentParser:
    made: ArgumentParser = verbs.add_parser(name, help=about, description=about)
    made.set_defaults(does=does)
    if has_json:
        made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def _company(verbs: Any) -> None:
    company = verbs.add_parser("company", help="the company database, for its administrator")
    acts = company.add_subparsers(metavar="ACT", required=True)
    restore = _verb(acts, "restore", "everything:restore", "fill an empty company with what `export` wrote")
    restore.add_argument("file", type=Path, help="the JSON file, or the folder of CSV files")
    restore.add_argument("--dsn", required=True)
    save = _verb(acts, "export", "everything:write_company", "everything of the company, to be restored elsewhere")
    save.add_argument("--format", choices=["json", "csv"], default="json")
    save.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file for JSON, a folder for CSV")
    save.add_argument("--dsn", required=True)
    for name, about in (
        ("init", "make an empty database a company"),
        ("upgrade", "bring the company to this version"),
        ("check", "say whether the company database is sound"),
    ):
        function = "examine" if name == "check" else name
        _verb(acts, name, f"company:{function}", about).add_argument("--dsn", required=True)
    maintain = _verb(acts, "maintain", "company:maintain", "let go of what no live workstation needs; run it nightly")
    maintain.add_argument("--dsn", required=True)
    for name, days, about in (
        ("--keep-feed-days", 14, "keep the changes of so many days in any case"),
        ("--keep-ops-days", 730, "keep pushed edits for so many days, as the audit trail"),
        ("--live-days", 30, "a workstation that was not seen for so long holds nothing back"),
    ):
        maintain.add_argument(name, type=int, default=days, metavar="DAYS", help=f"{about} ({days})")
    person = acts.add_parser("person", help="people and their logins").add_subparsers(metavar="ACT", required=True)
    add = _verb(person, "add", "company:person_add", "make a person with a login; prints the first password once")
    add.add_argument("login")
    add.add_argument("--name", default="")
    add.add_argument("--role", default=Role.SUPPORT.value, choices=[r.value for r in Role])
    add.add_argument("--team", default="")
    add.add_argument("--email", default="")
    add.add_argument("--dsn", required=True)
    _verb(person, "list", "company:person_list", "show everybody").add_argument("--dsn", required=True)
    role = _verb(person, "role", "company:person_role", "give a person another role")
    role.add_argument("login")
    role.add_argument("role", choices=[r.value for r in Role])
    role.add_argument("--dsn", required=True)
    disable = _verb(person, "disable", "company:person_disable", "take a login away and end its connections")
    disable.add_argument("login")
    disable.add_argument("--dsn", required=True)


def _everyday(verbs: Any) -> None:
    sync = _verb(verbs, "sync", "everyday:sync", "send and fetch, without a screen")
    sync.add_argument("--once", action="store_true", help="one round, then end")
    bring = verbs.add_parser("import", help="bring in what you have").add_subparsers(metavar="KIND", required=True)
    for kind, about in (
        ("issues", "issues or their history from CSV"),
        ("customers", "customers and contacts from CSV"),
    ):
        verb = _verb(bring, kind, "bringing:bring_in", about)
        verb.add_argument("file", type=Path)
        verb.add_argument("--map", type=Path, required=True, help="TOML that says which column is what")
        verb.add_argument("--preview", action="store_true", help="say what would come of it, and write nothing")
        verb.set_defaults(kind=kind)
    contacts = _verb(bring, "contacts", "contacts:bring_in", "contacts from a vCard or CSV file")
    contacts.add_argument("file", type=Path)
    contacts.add_argument("--customer", metavar="NAME", help="all in it are at this customer")
    contacts.add_argument("--preview", action="store_true", help="say what would come of it and write nothing")
    everything = _verb(bring, "all", "everything:bring_in", "what `export all` wrote, into an empty company of one")
    everything.add_argument("file", type=Path, help="the JSON file, or the folder of CSV files")
    _exports(verbs)
    _reports(verbs)
    issue = verbs.add_parser("issue", help="issues").add_subparsers(metavar="ACT", required=True)
    _verb(issue, "list", "everyday:issue_list", "open issues")
    _verb(issue, "show", "everyday:issue_show", "one issue with what happened").add_argument("number", type=int)
    add = _verb(issue, "add", "everyday:issue_add", "a new issue")
    add.add_argument("title")
    _device(verbs)
    outbox = verbs.add_parser("outbox", help="edits that have not reached the company")
    acts = outbox.add_subparsers(metavar="ACT", required=True)
    _verb(acts, "list", "outbox:show", "what waits, how long, and why")
    unsent = _verb(acts, "export", "outbox:export", "write all of them into a JSON file")
    unsent.add_argument("file", type=Path, metavar="FILE")
    call = _verb(verbs, "call", "everyday:call", "open the call card for a number in the running console")
    call.add_argument("number", nargs="+", help="in any writing, or a softphone's URL: baton:call?number=...")
    _verb(verbs, "doctor", "doctor:examine", "what works on this machine, and what to do about what does not")


def _device(verbs: Any) -> None:
    acts = verbs.add_parser("device", help="the inventory").add_subparsers(metavar="ACT", required=True)
    listed = _verb(acts, "list", "inventory:show_list", "the devices, or those that a selector finds")
    listed.add_argument("--on", default="", metavar="SELECTOR", help="such as 'customer:northgate tag:core -env:lab'")
    _verb(acts, "show", "inventory:show", "one device").add_argument("name", help="its name or id")
    add = _verb(acts, "add", "inventory:add", "a new device")
    add.add_argument("address")
    for name, about in (
        ("--name", "as people call it"),
        ("--site", "where it stands"),
        ("--user", "as whom to log in"),
        ("--port", "22, or the protocol's own"),
        ("--tags", "words to find it by"),
        ("--key", "log in with this private key"),
        ("--jump", "the device through which it is reached"),
    ):
        add.add_argument(name, default="", metavar=name.removeprefix("--").upper(), help=about)
    add.add_argument("--customer", metavar="NAME")
    add.add_argument("--platform", default="cisco_ios", help="netmiko's name for it")
    add.add_argument("--env", default=Environment.PRODUCTION.value, choices=[e.value for e in Environment])
    add.add_argument("--protocol", default=Protocol.SSH.value, choices=[p.value for p in Protocol])
    add.add_argument("--agent", action="store_true", help="log in with the SSH agent")
    add.add_argument("--legacy", action="store_true", help="allow old SSH algorithms: SHA-1 and CBC")
    bring = _verb(acts, "import", "inventory:bring_in", "devices of another program's file")
    bring.add_argument("file", type=Path, help="a file, or the folder of PuTTY's or SecureCRT's sessions")
    bring.add_argument("--kind", choices=[k.value for k in FileKind], help="guessed when left out")
    bring.add_argument("--customer", metavar="NAME", help="all in it are this customer's")
    bring.add_argument("--platform", default="cisco_ios", help="where the file says none (cisco_ios)")
    bring.add_argument("--source", default="", metavar="KEY", help="the import key: the same one knows its rows again")
    bring.add_argument("--column", action="append", default=[], metavar="HEADING=FIELD", help="what a CSV column is")
    bring.add_argument("--dry-run", action="store_true", help="say what would come of it and write nothing")


def _devices(verbs: Any) -> None:
    acts = verbs.add_parser("devices", help="managed devices").add_subparsers(metavar="ACT", required=True)
    backup = _verb(acts, "backup", "devices_backup:back_up", "keep a copy of what devices are configured to do")
    backup.add_argument("which", nargs="*", metavar="DEVICE", help="names, or words of a filter; all when left out")
    backup.add_argument("--shorter", action="store_true", help="keep also what has less than half the lines of before")
    diff = _verb(acts, "diff", "devices_diff:show", "what changed in a device's configuration, with secrets marked")
    diff.add_argument("device", metavar="DEVICE", help="its name or address")
    diff.add_argument("--from", dest="from_at", metavar="TIME", help="from the copy that held then")
    diff.add_argument("--to", dest="to_at", metavar="TIME", help="to the copy that held then; the newest when left out")
    diff.add_argument("--since-deployment", action="store_true", help="since the last deployment at its customer")
    oxidized = _verb(acts, "import-oxidized", "devices_backup:bring_in", "copies with their history from Oxidized")
    oxidized.add_argument("repository", type=Path, metavar="REPO", help="its git repository, bare or not")
    oxidized.add_argument("--preview", action="store_true", help="say what would come of it, and write nothing")
    audit = _verb(acts, "audit", "devices_audit:show", "the lines you gave to devices, and whether the log is whole")
    audit.add_argument("--verify", action="store_true", help="check every chain of the log; 1 when one is broken")
    run = _verb(acts, "run", "devices_run:run", "one command on many devices: devices run --on SELECTOR -- COMMAND")
    run.add_argument("--on", required=True, metavar="SELECTOR", help="such as 'tag:core env:prod', or a part of a name")
    run.add_argument("--window", metavar="WORDS", help="the open change window, for a command that changes something")
    run.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds that one device may take")
    run.add_argument("command", nargs="+", metavar="COMMAND", help="after --")
    change = _verb(acts, "configure", "devices_configure:run", "lines of configuration for one device, read back after")
    change.add_argument("device", metavar="DEVICE", help="its name or address")
    change.add_argument("--file", required=True, metavar="LINES", help="a file with the lines, or - for what is piped")
    change.add_argument("--issue", type=int, metavar="NUMBER", help="the issue that the change is for")
    change.add_argument("--revert", type=int, default=0, metavar="MIN", help="the device goes back unless read back")
    change.add_argument("--name", default="", help="the device's name once more, for lines that destroy something")
    change.add_argument("--no-save", action="store_true", help="leave what the device starts with as it is")
    change.add_argument("--dry-run", action="store_true", help="say what would be sent and what is missing for it")


def _exports(verbs: Any) -> None:
    export = verbs.add_parser("export", help="write down what is here").add_subparsers(metavar="KIND", required=True)
    out = _verb(export, "all", "everything:write", "everything of this workstation, to be imported again")
    out.add_argument("--format", choices=["json", "csv"], default="json")
    out.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file for JSON, a folder for CSV")
    people = _verb(export, "contacts", "contacts:write", "contacts as CSV or vCards")
    people.add_argument("file", type=Path, metavar="FILE")
    people.add_argument(
        "--format", choices=["csv", "vcard", "vcard3"], required=True, help="vcard is 4.0, vcard3 is 3.0"
    )
    people.add_argument("--customer", metavar="NAME", help="of this customer only")


def _reports(verbs: Any) -> None:
    report = _verb(verbs, "report", "figures:report", "figures; without a name, the list of reports")
    report.add_argument(
        "name", nargs="?", choices=[n.value for n in ReportName], metavar="NAME", help="; ".join(ReportName)
    )
    report.add_argument(
        "--as-of", metavar="TIME", help="figures as they were then: 2026-11-30 or 2026-11-30T16:00+01:00"
    )
    report.add_argument("--source", help="of incidents and history: only what came from this source")


def _demo_verbs(verbs: Any) -> None:
    demo = _verb(verbs, "demo", "demo", "a whole company on this machine, with devices and sample data")
    demo.add_argument("--no-window", action="store_true", help="play the demo day off screen and say what happened")
    demo.add_argument("--out", type=Path, metavar="DIR", help="where the pictures of the panes go")
    demo.add_argument("--as", dest="person", metavar="PERSON", help="work as this person, beside others")
    shots = _verb(verbs, "shots", "shots", "a picture of every pane from the demo company")
    shots.add_argument("out", type=Path, metavar="DIR")
    shots.add_argument("--theme", choices=["light", "dark"], default=None, help="both when left out")
