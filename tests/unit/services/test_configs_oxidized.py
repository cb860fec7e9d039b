"""Oxidized's git repository, real and made here: matched, brought in with its history, once, and hostile ones too."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.config_backup import ConfigBackup
from app.domain.customer import Customer
from app.domain.device import Device
from app.domain.entity import new_id
from app.domain.errors import BadInput, EnvironmentFault, Refused
from app.domain.person import Role
from app.runtime.secrets import MemorySecrets
from app.services import configs
from app.services.configs import oxidized
from app.services.configs.git_history import GitHistory
from tests.stations import Station, TestCompany

START = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def config(hostname: str, secret: str = "k3yOfTheRing", more: str = "") -> str:
    return f"! Cisco IOS\nhostname {hostname}\nsnmp-server community {secret} RO\ninterface Vlan1\n{more}!\nend\n\n"


class Repository:
    """A git repository as Oxidized keeps it: one file for each node, a commit for each change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.commits = folder, 0
        folder.mkdir()
        self.git("init", "-q", "-b", "master")

    def git(self, *arguments: str, at: datetime = START) -> str:
        when = f"{int(at.timestamp())} +0000"
        names = {"GIT_AUTHOR_NAME": "eve", "GIT_AUTHOR_EMAIL": "e@x", "GIT_COMMITTER_NAME": "oxidized"}
        more = {"GIT_COMMITTER_EMAIL": "o@x", "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            env={**os.environ, **names, **more, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    def commit(self, path: str | bytes, text: str | bytes, subject: str = "update") -> None:
        file = self.folder / os.fsdecode(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject, at=START + timedelta(days=self.commits))
        self.commits += 1


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "oxidized")


@pytest.fixture
def keyring() -> MemorySecrets:
    return MemorySecrets(lasts=True)


@pytest.fixture
def mara(company: TestCompany) -> Station:
    return company.station("mara", Role.MANAGER)


def a_device(station: Station, name: str, customer: str = "", address: str = "") -> Device:
    with station.desk.edit() as edit:
        customer_id = edit.insert(Customer(id=new_id(), name=customer)).id if customer else None
        return edit.insert(
            Device(id=new_id(), name=name, address=address or f"{name}.example", customer_id=customer_id)
        )


@pytest.mark.parametrize("is_bare", [False, True])
def test_history_comes_in_and_only_once(
    mara: Station, repository: Repository, keyring: MemorySecrets, tmp_path: Path, *, is_bare: bool
) -> None:
    core = a_device(mara, "core-1")
    a_device(mara, "edge", address="10.0.0.2")
    repository.commit("core-1", config("core-1"), "update core-1")
    repository.commit("core-1", config("core-1", "another-one"), "update core-1")
    repository.commit("routers/10.0.0.2", config("edge"))
    repository.commit("stranger", config("stranger"))
    repository.commit("core-1", config("core-1", more=" shutdown\n"), "update core-1")
    repository.commit("README", "no configuration\n")
    place = repository.folder
    if is_bare:
        place = tmp_path / "bare.git"
        subprocess.run(["git", "clone", "-q", "--bare", str(repository.folder), str(place)], check=True)
    seen = oxidized.preview(mara.desk, place)
    assert [(f.path, f.device, f.versions, f.new) for f in seen.files] == [
        ("core-1", "core-1", 3, 3),
        ("routers/10.0.0.2", "edge", 1, 1),
    ]
    assert [one.path for one in seen.left_out] == ["README", "stranger"]
    assert mara.cache.records(ConfigBackup) == []
    brought = oxidized.bring_in(mara.desk, seen, keyring)
    assert (brought.devices, brought.added, brought.bad) == (2, 4, 0)
    newest, middle, oldest = configs.history(mara.desk, core.id)
    assert [c.taken_at for c in (oldest, middle, newest)] == [START + timedelta(days=n) for n in (0, 1, 4)]
    assert (oldest.by, oldest.source) == ("eve: update core-1", "oxidized")
    assert "k3yOfTheRing" not in configs.text(mara.desk, oldest.id)
    assert "another-one" in configs.full_text(mara.desk, middle.id, keyring)
    texts = configs.pair(mara.desk, oldest.id, middle.id)
    assert texts.has_marks
    assert texts.before != texts.now
    # Again: only what is new comes.
    repository.commit("core-1", config("core-1", more=" no shutdown\n"))
    if is_bare:
        repository.git("push", "-q", str(place), "master")
    again = oxidized.preview(mara.desk, place)
    assert [f.new for f in again.files] == [1, 0]
    brought = oxidized.bring_in(mara.desk, again, keyring)
    assert (brought.added, brought.there) == (1, 4)
    assert len(configs.history(mara.desk, core.id)) == 4
    mara.sync()
    assert mara.unsent() == 0


def test_what_is_no_good_copy_or_the_same_is_left_out(
    mara: Station, repository: Repository, keyring: MemorySecrets
) -> None:
    device = a_device(mara, "core-1")
    repository.commit("core-1", config("core-1"))
    repository.commit("core-1", "! Last configuration change at 10:00\n" + config("core-1"))
    repository.commit("core-1", "% Invalid input detected at '^' marker.\n")
    repository.commit("core-1", b"\x00\xff\xfe" * 20)
    repository.git("rm", "-q", "core-1")
    repository.git("commit", "-qm", "gone")
    repository.commit("core-1", config("core-1", more=" shutdown\n"))
    brought = oxidized.bring_in(mara.desk, oxidized.preview(mara.desk, repository.folder), keyring)
    assert (brought.added, brought.same, brought.bad) == (2, 1, 2)
    assert len(configs.history(mara.desk, device.id)) == 2


def test_files_are_told_apart_by_their_group(mara: Station, repository: Repository) -> None:
    theirs = a_device(mara, "core-1", "Northgate")
    a_device(mara, "core-1", "Harbour")
    repository.commit("northgate/core-1", config("core-1"))
    repository.commit("core-1.example", config("core-1"))
    seen = oxidized.preview(mara.desk, repository.folder)
    assert [(f.path, f.device_id) for f in seen.files] == [("northgate/core-1", theirs.id)]
    assert "2 devices" in seen.left_out[0].reason


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_hostile_names_authors_and_settings_do_nothing(
    mara: Station, repository: Repository, keyring: MemorySecrets, tmp_path: Path
) -> None:
    a_device(mara, "core-1")
    proof = tmp_path / "proof"
    names: list[bytes] = [
        b"--upload-pack=x",
        b"-x/core-1",
        b"a\nb",
        b":100644 0 0 0 A",
        b"\x01evil\x02",
        b"\xff\xfe",
        b"$(id)",
    ]
    for name in names:
        repository.commit(name, config("core-1"), "x\x01y\x02z\x1b]0;t\x07")
    (repository.folder / "link").symlink_to("/etc/passwd")
    repository.commit("after", config("core-1"))
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {proof}\n")
    script.chmod(0o755)
    for setting in ("core.fsmonitor", "gpg.program", "diff.external", "core.pager", "core.sshCommand", "core.editor"):
        repository.git("config", setting, str(script))
    repository.git("config", "log.showSignature", "true")
    seen = oxidized.preview(mara.desk, repository.folder)
    assert [f.path for f in seen.files] == ["-x/core-1"]
    assert {len(one.path) > 0 and one.path.isprintable() for one in seen.left_out} == {True}
    assert len(seen.left_out) == len(names)  # all but the one, the file after them, and no symbolic link
    assert oxidized.bring_in(mara.desk, seen, keyring).added == 1
    assert not proof.exists()


def test_what_is_no_repository_is_refused(mara: Station, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        oxidized.preview(mara.desk, tmp_path / "nowhere")
    (tmp_path / "objects").mkdir()
    with pytest.raises(EnvironmentFault):
        oxidized.preview(mara.desk, tmp_path)


def test_without_git_it_says_so(
    mara: Station, repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFault, match="git program"):
        oxidized.preview(mara.desk, repository.folder)


def test_a_version_that_is_too_long_is_passed_over_and_the_next_is_read(repository: Repository) -> None:
    repository.commit("a", "long " * 1000)
    repository.commit("b", "short")
    with GitHistory(repository.folder) as git:
        blobs = {version.path: version.blob for version in git.versions()}
        assert git.text(blobs["a"], 100) is None
        assert git.text("0" * 40, 100) is None
        assert git.text(blobs["b"], 100) == "short"


def test_support_may_bring_it_in_and_a_trainee_not(
    mara: Station, company: TestCompany, repository: Repository, keyring: MemorySecrets
) -> None:
    a_device(mara, "core-1")
    repository.commit("core-1", config("core-1"))
    mara.sync()
    tim = company.station("tim", Role.TRAINEE)
    with pytest.raises(Refused):
        oxidized.bring_in(tim.desk, oxidized.preview(tim.desk, repository.folder), keyring)
    ben = company.station("ben")
    assert oxidized.bring_in(ben.desk, oxidized.preview(ben.desk, repository.folder), keyring).added == 1
