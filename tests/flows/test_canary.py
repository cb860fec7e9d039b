"""A password goes to the company and to a device, and is then nowhere: no file, no log, no row, no output."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from app.company.connection import open_dsn
from app.domain.person import Role
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm
from app.runtime.profile import CompanyKind, Profile
from tests.scram_company import ScramCompany, scram_company
from tests.workstations import ROOT

COMPANY, DEVICE, WRONG = "canary-company-8c1f", "canary-device-5b2e", "canary-wrong-77d0"
BODY = "Port 7 is down"

# The session runs in a process of its own, so that all that it and its children print is seen.
SESSION = textwrap.dedent(
    """
    import queue, shutil, sys, time
    from pathlib import Path
    from app.domain.device import Device
    from app.domain.entity import new_id
    from app.domain.errors import BatonError
    from app.runtime.profile import Profile
    from app.runtime.secrets import MemorySecrets
    from app.runtime.workstation import Contact, Workstation
    from app.services import calls, devices, host_keys, terminals

    if __name__ == "__main__":
        folder, port, company, device_password, wrong, body = sys.argv[1:]
        profile = Profile.load(Path(folder))
        secrets = MemorySecrets()
        workstation = Workstation(profile, secrets)
        exchange = terminals.Exchange(workstation.to_devices, lambda text: print("crash", text))
        workstation.on_device_message = exchange.on_message

        def until(condition):
            end = time.monotonic() + 30
            while not condition():
                assert time.monotonic() < end, workstation.sync_state
                time.sleep(0.02)

        def do(verb):
            return workstation.write(verb).result(20)

        workstation.start_sync(profile.address_at(profile.host, profile.port), wrong)
        until(lambda: workstation.sync_state.contact is Contact.REFUSED)
        print(workstation.sync_state)
        secrets.put(workstation.address.secret_name, company)
        workstation.unlock(company)
        until(lambda: workstation.sync_state.contact is Contact.SYNCED)
        device = do(lambda d: devices.add(d, address="127.0.0.1", port=port, username="support", name="sw-1"))
        logged = do(lambda d: calls.log_call(d, calls.CallDraft(body=body)))
        answers = queue.Queue()

        def ask(password, command="show version"):
            to = do(lambda d: terminals.target(d, device, password))
            exchange.run(to, command, answers.put)
            return answers.get(timeout=40)

        first = ask("")
        assert isinstance(first, terminals.HostKeyUnknown), first
        do(lambda d: host_keys.accept(d, device.id, first.key_type, first.fingerprint))
        refused = ask(wrong)
        assert isinstance(refused, terminals.CommandFailed), refused
        print(refused, repr(refused.error), refused.error)
        secrets.put(device.secret_name, device_password)
        done = ask(device_password)
        assert isinstance(done, terminals.CommandDone), done
        print(done)
        do(lambda d: devices.note_output(d, logged.issue_id, device.id, "show version", done.raw, done.table))

        way = workstation.read(lambda d: terminals.way_in(d, device.id, secrets)).result(20)
        print(way)
        shown, ended = bytearray(), []

        def on_terminal(message):
            if isinstance(message, terminals.TerminalOutput):
                shown.extend(message.data)
            elif isinstance(message, terminals.TerminalClosed):
                ended.append(message)

        to = do(lambda d: terminals.target(d, device, way.password))
        print(to)
        session = exchange.open_terminal(to, 80, 24, on_terminal)
        until(lambda: b"sw-1" in shown or ended)
        exchange.type(session, b"show clock\\r")
        until(lambda: b"UTC" in shown or ended)
        exchange.close(session)
        until(lambda: ended)
        until(lambda: workstation.sync_state.unsent == 0)
        shutil.copytree(folder, Path(sys.argv[1]).with_name("while-open"))  # with the write-ahead log
        workstation.close()
        print(shown.decode(), ended)
        print("the day is over")
    """
)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScramCompany]:
    with scram_company(tmp_path_factory.mktemp("office")) as company:
        yield company


def canaries_in(text: bytes | str) -> set[str]:
    raw = text.encode() if isinstance(text, str) else text
    wide = {c for c in (COMPANY, DEVICE, WRONG) if c.encode("utf-16-le") in raw}
    return wide | {c for c in (COMPANY, DEVICE, WRONG) if c.encode() in raw}


def files_below(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def rows_of(company: ScramCompany) -> Iterable[tuple[str, str]]:
    """Give every row of every table that Baton made, as text, and what the server keeps of roles' names."""
    with open_dsn(company.admin_dsn) as connection:
        tables = connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables "
            "WHERE table_schema IN ('baton', 'sync') AND table_type = 'BASE TABLE' ORDER BY 1, 2"
        ).fetchall()
        for schema, table in tables:
            for (row,) in connection.execute(f"SELECT t::text FROM {schema}.{table} t".encode()).fetchall():
                yield f"{schema}.{table}", row
        yield "pg_stat_activity", str(connection.execute("SELECT query FROM pg_stat_activity").fetchall())


def test_passwords_are_nowhere_after_a_day_with_company_and_device(office: ScramCompany, tmp_path: Path) -> None:
    address, _first_password = office.add(Role.MANAGER, is_first=False)
    office.run(f"ALTER ROLE {address.login} PASSWORD '{COMPANY}'")
    profile = Profile.new(
        tmp_path / "desk", CompanyKind.SERVER, address.login, database="baton", host=address.host, port=address.port
    )
    profile.save()
    home = tmp_path / "home"
    home.mkdir()
    with Farm([SimulatedDevice("sw-1", password=DEVICE)]) as farm:
        script = tmp_path / "session.py"
        script.write_text(SESSION)
        done = subprocess.run(
            [sys.executable, str(script), str(profile.folder), str(farm.ports["sw-1"]), COMPANY, DEVICE, WRONG, BODY],
            capture_output=True,
            timeout=110,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(home), "TMPDIR": str(home), "PYTHONDEVMODE": "1"},
        )
        tries = [a.is_accepted for a in farm.attempts("sw-1")]
    assert done.stdout.rstrip().endswith(b"the day is over"), done.stdout[-3000:] + done.stderr[-3000:]
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    assert tries == [False, True, True], "one wrong try is one try"
    assert canaries_in(done.stdout + done.stderr) == set()
    with_body = set()
    for file in files_below(profile.folder, tmp_path / "while-open", home):
        said = file.read_bytes()
        assert canaries_in(said) == set(), file
        if BODY.encode() in said:
            with_body.add(file.name)
    assert {"cache.sqlite3", "cache.sqlite3-wal"} <= with_body, "what was typed is found, so a password would be"
    tables: dict[str, bool] = {}
    for table, row in rows_of(office):
        tables[table] = tables.get(table, False) or BODY in row
        assert canaries_in(row) == set(), (table, row)
    assert {"baton.device", "baton.note", "baton.host_key", "sync.feed"} <= set(tables)
    assert tables["baton.interaction"]
    assert tables["sync.op"]
    for log in _logs(office):
        assert canaries_in(log.read_bytes()) == set(), log


def _logs(office: ScramCompany) -> list[Path]:
    with open_dsn(office.admin_dsn) as connection:
        row = connection.execute("SELECT current_setting('log_directory')").fetchone()
    assert row is not None
    logs = list(Path(row[0]).glob("*.log"))
    assert logs, "the server keeps a log"
    return logs
