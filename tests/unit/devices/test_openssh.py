"""Key exchange, ciphers and host keys against real OpenSSH servers, those that offer only what is old too."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.devices.commands import Commands
from app.devices.login import Patience, log_in
from app.devices.messages import (
    CommandDone,
    CommandFailed,
    HostKeyMismatch,
    HostKeyUnknown,
    OpenTerminal,
    RunCommand,
    Target,
    TerminalClosed,
)
from app.devices.terminal import Terminal
from app.domain.errors import DeviceFault, HostKeyChanged
from tests.sshd import Sshd, known_key, new_key, sshd
from tests.unit.devices.mailbox import Mailbox, stranger

LEGACY = {
    "KexAlgorithms": ("kex", "diffie-hellman-group14-sha1"),
    "HostKeyAlgorithms": ("HostKeyAlgorithms", "ssh-rsa"),
    "Ciphers": ("cipher", "aes128-cbc"),
}


def still_known(query: str, name: str) -> bool:
    """Say whether this OpenSSH can offer it at all; newer ones drop what is old."""
    said = subprocess.run(["ssh", "-Q", query], check=True, capture_output=True, text=True, timeout=30)
    return name in said.stdout.split()


def old(option: str) -> str:
    query, name = LEGACY[option]
    assert still_known(query, name), f"this OpenSSH offers no {name} any more"
    return f"{option} {name}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("sshd") / "one") as running:
        yield running


@pytest.fixture
def mail() -> Mailbox:
    return Mailbox()


@pytest.fixture
def commands(mail: Mailbox) -> Iterator[Commands]:
    commands = Commands(mail.put)
    yield commands
    commands.close(5)


def ask(target: Target, mail: Mailbox, commands: Commands, *, is_command: bool) -> Terminal | None:
    """Open a terminal or run a command; gives the terminal."""
    if is_command:
        commands.run(RunCommand("a1", target, "show clock"))
        return None
    terminal = Terminal(OpenTerminal("a1", target), mail.put, Patience(banner_s=3))
    terminal.start()
    return terminal


def test_a_modern_server_gets_modern_algorithms(server: Sshd) -> None:
    transport = log_in(server.target(), Patience())
    try:
        assert transport.host_key_type == "ssh-ed25519"
        assert "cbc" not in transport.remote_cipher
        offered = (*transport.preferred_kex, *transport.preferred_ciphers, *transport.preferred_keys)
        assert not [name for name in offered if name.endswith(("sha1", "-cbc")) or name == "ssh-rsa"]
    finally:
        transport.close()


def test_a_terminal_and_a_command(server: Sshd, mail: Mailbox, commands: Commands) -> None:
    terminal = ask(server.target(), mail, commands, is_command=False)
    assert terminal is not None
    mail.wait_output(b"box#")
    terminal.type(b"exit\n")
    assert mail.wait(TerminalClosed).error is None
    commands.run(RunCommand("c1", server.target(), "show clock"))
    assert mail.wait(CommandDone).raw.strip() == "09:14:07.512 UTC Mon Jun 2 2025"


@pytest.mark.parametrize("options", [*([one] for one in LEGACY), list(LEGACY)], ids="+".join)
def test_old_algorithms_are_off_until_the_device_is_allowed_them(tmp_path: Path, options: list[str]) -> None:
    with sshd(tmp_path / "old", *(old(option) for option in options), host_key="rsa") as box:
        with pytest.raises(DeviceFault) as caught:
            log_in(box.target(), Patience())
        assert "offers only old SSH algorithms" in caught.value.what
        assert '"Allow old SSH algorithms"' in caught.value.todo
        assert box.logins() == 0
        transport = log_in(box.target(allows_legacy=True), Patience())
        assert transport.is_authenticated()
        transport.close()


def test_everything_old_at_once_runs_a_command(tmp_path: Path, mail: Mailbox, commands: Commands) -> None:
    lines = [*(old(option) for option in LEGACY), "MACs hmac-sha1"]
    with sshd(tmp_path / "old", *lines, host_key="rsa", account_key="rsa") as box:
        commands.run(RunCommand("c1", box.target(), "show clock"))
        assert "Allow old SSH algorithms" in mail.wait(CommandFailed).error.todo
        commands.run(RunCommand("c2", box.target(allows_legacy=True), "show clock"))
        assert "UTC" in mail.wait(CommandDone).raw
        commands.close(5)


@pytest.mark.parametrize("is_command", [False, True])
def test_a_first_contact_sends_no_login(server: Sshd, mail: Mailbox, commands: Commands, *, is_command: bool) -> None:
    before = server.logins()
    terminal = ask(stranger(server.target()), mail, commands, is_command=is_command)
    shown = mail.wait(HostKeyUnknown)
    assert (shown.key_type, shown.fingerprint) == ("ssh-ed25519", known_key(server.host_key).fingerprint)
    if terminal is not None:
        terminal.join(5)
    time.sleep(0.1)
    assert server.logins() == before


@pytest.mark.parametrize("is_command", [False, True])
@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_changed_key_is_never_a_time_out_and_nothing_is_sent(
    server: Sshd, mail: Mailbox, commands: Commands, tmp_path: Path, kind: str, *, is_command: bool
) -> None:
    before = server.logins()
    expected = known_key(new_key(tmp_path, "of an earlier day", kind))
    to = server.target(known_keys=(expected,), password="secret")
    began = time.monotonic()
    terminal = ask(to, mail, commands, is_command=is_command)
    stop = mail.wait(HostKeyMismatch)
    assert time.monotonic() - began < 3  # what it must not wait for is 15 s
    assert isinstance(stop.error, HostKeyChanged)
    for fingerprint in (expected.fingerprint, known_key(server.host_key).fingerprint):
        assert fingerprint in stop.error.what
    if terminal is not None:
        terminal.join(5)
    time.sleep(0.1)
    assert mail.messages == [stop]
    assert server.logins() == before
