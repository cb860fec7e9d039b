"""The host of an embedded company: one for all consoles, gone some seconds after the last, whatever happens to it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from app.company.connection import open_company
from app.company.embedded import EmbeddedServer
from app.domain.company import CompanyAddress
from app.domain.errors import EnvironmentFault
from app.runtime import program
from app.runtime.children.host import LINGER_S
from app.runtime.company_host import CompanyHost, meeting_place, remove
from app.runtime.host_messages import EndIfUnneeded
from tests.workstations import until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets and signals of POSIX")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Give a company folder; its host ends and its cluster goes at the end."""
    folder = tmp_path / "company"
    yield folder
    if folder.is_dir():
        remove(folder)
    for process in started(folder):
        process.wait(20)


def started(home: Path) -> "list[subprocess.Popen[bytes]]":
    return [p for p in program._started if isinstance(p.args, list) and str(home) in p.args]


def attach(home: Path, login: str = "anna") -> CompanyHost:
    return CompanyHost.attach(home, login, is_demo=False)


def runs(home: Path) -> bool:
    return EmbeddedServer(home / "pg").is_running


def asked_to_end(home: Path) -> bool:
    """Ask the host to end when nobody is attached; gives whether it still answered."""
    try:
        with Client(meeting_place(home)) as pipe:
            pipe.send(EndIfUnneeded())
            pipe.recv()
    except (EOFError, OSError):
        return False
    return True


def works(host: CompanyHost, login: str = "anna") -> bool:
    address = CompanyAddress(host.ready.host, host.ready.port, "baton", login)
    with open_company(address, host.ready.password) as connection:
        return connection.execute("SELECT count(*) FROM baton.person").fetchone() is not None


def test_two_consoles_share_one_host_that_ends_after_the_last(home: Path) -> None:
    said: list[str] = []
    with CompanyHost.attach(home, "anna", is_demo=False, on_progress=said.append) as anna:
        assert "Making the company" in said
        (process,) = started(home)
        with attach(home, "ben") as ben:
            assert ben.ready == anna.ready
            assert works(ben, "ben")
        time.sleep(0.5)
        assert works(anna), "the other one still needs it"
    assert len(started(home)) == 1
    assert runs(home), "it lingers for whoever comes back at once"
    process.wait(LINGER_S + 15)
    assert process.returncode == 0
    assert not runs(home)
    assert not Path(meeting_place(home)).exists()
    assert (home / "host.log").read_text() == ""


def test_who_comes_back_while_it_lingers_finds_the_same_host(home: Path) -> None:
    attach(home).close()
    began = time.monotonic()
    with attach(home) as again:
        assert time.monotonic() - began < 2
        assert works(again)
    assert len(started(home)) == 1


def test_many_starts_at_once_make_one_company(home: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        hosts = list(pool.map(lambda n: attach(home, f"person{n}"), range(4)))
    try:
        assert len({(h.ready.host, h.ready.port) for h in hosts}) == 1
        assert all(works(h, f"person{n}") for n, h in enumerate(hosts))
        until(lambda: sum(p.poll() is None for p in started(home)) == 1, "the hosts that came second to leave")
        assert all(p.poll() in {None, 0} for p in started(home))
    finally:
        for host in hosts:
            host.close()


def test_after_a_killed_host_the_next_console_starts_another_one(home: Path) -> None:
    with attach(home):
        (process,) = started(home)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert Path(meeting_place(home)).exists(), "a killed host leaves its socket behind"
    with attach(home) as again:
        assert works(again)
    assert len(started(home)) == 2


def test_a_console_that_comes_while_the_host_ends_gets_a_company_that_stays(home: Path) -> None:
    attach(home).close()
    for _ in range(3):
        ending = started(home)[-1]
        until(lambda: not asked_to_end(home), "the host to close its door; its server still runs")
        with attach(home) as host:
            ending.wait(20)
            assert works(host), "the host before this one must not stop its server"


def test_a_stale_socket_and_a_file_in_its_place_are_no_hindrance(home: Path) -> None:
    place = Path(meeting_place(home))
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(place))
    with attach(home) as host:
        assert works(host)


def test_a_console_that_dies_gives_its_reference_back(home: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from app.runtime.company_host import CompanyHost\n"
        "CompanyHost.attach(Path(sys.argv[1]), 'anna', is_demo=False); print('here', flush=True); os._exit(9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, timeout=60, check=False,
        cwd=program.ROOT,
    )  # fmt: skip
    assert done.stdout == "here\n", done.stderr
    until(lambda: not asked_to_end(home), "the host to notice that nobody is attached")
    until(lambda: not runs(home), "the server to stop")


def test_a_guest_who_talks_nonsense_harms_nobody(home: Path) -> None:
    with attach(home) as host:
        for words in (b"", b"\x00\x00\x00\x04junk", b"GET / HTTP/1.0\r\n\r\n"):
            with socket.socket(socket.AF_UNIX) as guest:
                guest.connect(meeting_place(home))
                guest.sendall(words)
        with Client(meeting_place(home)) as guest:
            guest.send({"not": "a message"})
        with attach(home, "ben") as other:
            assert works(other, "ben")
        assert works(host)


def test_the_folder_of_somebody_else_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    foreign = tmp_path / "t" / f"baton-{os.getuid()}"
    foreign.mkdir(mode=0o755)
    foreign.chmod(0o755)
    with pytest.raises(EnvironmentFault, match="open to others"):
        attach(home)
    if os.geteuid() == 0:
        foreign.chmod(0o700)
        os.chown(foreign, 65534, 65534)
        with pytest.raises(EnvironmentFault, match="belongs to somebody else"):
            attach(home)
    foreign.rmdir()
    foreign.symlink_to(tmp_path)
    with pytest.raises(EnvironmentFault, match="somebody else"):
        attach(home)
    foreign.unlink()


def test_a_folder_that_cannot_hold_a_company_is_said(tmp_path: Path) -> None:
    home = tmp_path / "file"
    home.write_text("in the way")
    with pytest.raises(EnvironmentFault, match="cannot be opened") as told:
        attach(home)
    assert told.value.todo


def test_why_the_company_did_not_start_is_said(home: Path) -> None:
    home.mkdir()
    (home / "pg").write_text("in the way")
    with pytest.raises(EnvironmentFault) as told:
        attach(home)
    assert told.value.todo
    (home / "pg").unlink()
    with attach(home) as host:
        assert works(host), "once the reason is gone it starts"


def test_remove_refuses_while_somebody_works(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with attach(home) as host:
        monkeypatch.setattr("app.runtime.company_host.START_LIMIT_S", 0.3)
        with pytest.raises(EnvironmentFault, match="still works"):
            remove(home)
        assert works(host)
        monkeypatch.undo()
