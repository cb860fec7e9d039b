"""Key files and the SSH agent, against a real OpenSSH server."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.devices.login import Patience, log_in
from app.devices.messages import AccountRefused, Target
from app.devices.private_keys import AT_MOST
from app.domain.device import LoginWith
from app.domain.errors import DeviceFault
from tests.sshd import Sshd, new_key, sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd") / "one") as running:
        yield running


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the socket of an agent that holds nothing yet."""
    socket = str(tmp_path / "agent")
    said = subprocess.run(["ssh-agent", "-s", "-a", socket], check=True, capture_output=True, text=True, timeout=30)
    found = re.search(r"SSH_AGENT_PID=(\d+)", said.stdout)
    assert found is not None
    monkeypatch.setenv("SSH_AUTH_SOCK", socket)
    yield socket
    os.kill(int(found[1]), 15)


def allow(server: Sshd, key: Path) -> None:
    """Let the key into the account."""
    with (server.folder / "accounts").open("a", encoding="ascii") as accounts:
        accounts.write(key.with_name(key.name + ".pub").read_text(encoding="ascii"))


def enter(target: Target) -> bool:
    transport = log_in(target, Patience(connect_s=3))
    try:
        return bool(transport.is_authenticated())
    finally:
        transport.close()


def fault(target: Target) -> DeviceFault:
    with pytest.raises(DeviceFault) as caught:
        enter(target)
    return caught.value


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_a_key_file_lets_in(server: Sshd, tmp_path: Path, kind: str, passphrase: str) -> None:
    key = new_key(tmp_path, "mine", kind, passphrase)
    allow(server, key)
    assert enter(server.target(key_file=str(key), password=passphrase))


def test_a_key_file_is_found_at_home(server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(server, new_key(tmp_path, "mine"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert enter(server.target(key_file="~/mine"))


def test_a_password_that_is_kept_does_not_hinder_an_unlocked_key(server: Sshd) -> None:
    assert enter(server.target(password="of an earlier day"))


def test_a_locked_key_asks_for_its_passphrase_and_sends_nothing(server: Sshd, tmp_path: Path) -> None:
    key = new_key(tmp_path, "mine", passphrase="open sesame")
    before = server.logins()
    for password, word in (("", "is locked"), ("close sesame", "does not open")):
        error = fault(server.target("the box", key_file=str(key), password=password))
        assert isinstance(error, AccountRefused)
        assert (error.device_id, error.can_retype) == ("the box", True)
        assert word in error.what
    assert server.logins() == before


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "not on this workstation"),
        ("nothing of the kind", "no private key that Baton reads"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL0 me", "no private key that Baton reads"),
        ("PuTTY-User-Key-File-3: ssh-ed25519\n", "PuTTY's form"),
        ("", "no private key that Baton reads"),
    ],
)
def test_a_file_that_is_no_key_is_said(server: Sshd, tmp_path: Path, content: str | None, word: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content, encoding="ascii")
    before = server.logins()
    error = fault(server.target(key_file=str(path), password="x"))
    assert word in error.what
    assert error.todo
    assert server.logins() == before


def test_a_device_without_a_key_file_and_one_that_is_a_folder(server: Sshd, tmp_path: Path) -> None:
    assert "no key file is named" in fault(server.target(key_file="")).what
    assert "cannot be read" in fault(server.target(key_file=str(tmp_path))).what


def test_a_refused_key_is_all_that_is_tried(server: Sshd, tmp_path: Path) -> None:
    key = new_key(tmp_path, "stranger")
    error = fault(server.target(key_file=str(key), password="the kept password"))
    assert isinstance(error, AccountRefused)
    assert not error.can_retype
    assert "refused the key" in error.what
    assert "method password" not in server.log()


def test_the_agent_lets_in(server: Sshd, tmp_path: Path, agent: str) -> None:
    assert agent
    for name in ("other", "mine"):
        key = new_key(tmp_path, name, "rsa" if name == "mine" else "ed25519")
        subprocess.run(["ssh-add", "-q", str(key)], check=True, timeout=30, capture_output=True)
    allow(server, tmp_path / "mine")
    assert enter(server.target(login_with=LoginWith.AGENT, key_file=""))


def test_an_agent_without_the_right_key_is_refused_and_offers_few(server: Sshd, tmp_path: Path, agent: str) -> None:
    assert agent
    for at in range(AT_MOST + 2):
        key = new_key(tmp_path, f"k{at}")
        subprocess.run(["ssh-add", "-q", str(key)], check=True, timeout=30, capture_output=True)
    before = server.log().count("method publickey")
    error = fault(server.target(login_with=LoginWith.AGENT, password="the kept password"))
    assert isinstance(error, AccountRefused)
    assert "refused every key of the SSH agent" in error.what
    assert server.log().count("method publickey") - before <= AT_MOST
    assert "method password" not in server.log()


def test_no_agent_and_an_empty_one(server: Sshd, agent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    to = server.target(login_with=LoginWith.AGENT)
    assert "none runs here or it holds no key" in fault(to).what
    assert agent
    monkeypatch.delenv("SSH_AUTH_SOCK")
    assert "none runs here or it holds no key" in fault(to).what


def test_a_server_that_takes_no_keys_gets_no_password_instead(tmp_path: Path) -> None:
    with sshd(tmp_path / "one", "PubkeyAuthentication no") as server:
        error = fault(server.target(password="the kept password"))
        assert isinstance(error, AccountRefused)
        assert "accepts no key" in error.what
        assert "method password" not in server.log()
        error = fault(replace(server.target(), login_with=LoginWith.AGENT, key_file=""))
        assert "SSH agent" in error.what or "accepts no key" in error.what


def test_a_server_that_takes_keys_only_gets_no_password(tmp_path: Path) -> None:
    with sshd(tmp_path / "one", "PasswordAuthentication no") as server:
        error = fault(server.target(login_with=LoginWith.PASSWORD, password="secret"))
        assert "accepts no password" in error.what
        assert "method password" not in server.log()
