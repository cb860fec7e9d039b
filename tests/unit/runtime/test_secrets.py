"""Passwords stand in the desktop's keyring or in memory, nowhere else."""

from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from app.domain.errors import SecretsUnavailable
from app.runtime.lazy_secrets import LazySecrets
from app.runtime.secrets import KeyringSecrets, MemorySecrets, desktop_secrets
from tests.keyring_daemon import run_with_keyring

OPEN = "from app.runtime.secrets import desktop_secrets; secrets, told = desktop_secrets(); assert told is None, told; "


def test_the_desktops_keyring_keeps_a_password_for_the_next_process(tmp_path: Path) -> None:
    done = run_with_keyring(
        tmp_path / "keyring",
        OPEN + "secrets.put('company/anna', 'correct horse')",
        OPEN + "print(secrets.get('company/anna')); secrets.forget('company/anna'); secrets.forget('company/anna')",
        OPEN + "print(secrets.get('company/anna'))",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["correct horse", "None"]


def test_without_a_keyring_secrets_stay_in_memory_and_the_person_is_told() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        secrets, told = desktop_secrets()
        lazy = LazySecrets()
        lazy.put("a", "b")
        assert lazy.get("a") == "b"
        assert lazy.notice() is not None
    finally:
        keyring.set_keyring(before)
    assert isinstance(secrets, MemorySecrets)
    assert told is not None
    assert "asks at each start" in told.todo
    secrets.put("a", "canary")
    assert "canary" not in repr(secrets)
    secrets.forget("a")
    assert secrets.get("a") is None


def test_a_keyring_that_fails_is_said() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(SecretsUnavailable, match="did not answer"):
            KeyringSecrets().get("a")
        with pytest.raises(SecretsUnavailable):
            KeyringSecrets().put("a", "b")
    finally:
        keyring.set_keyring(before)
