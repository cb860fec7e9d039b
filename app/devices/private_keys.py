"""Private keys: files that the person named, and what their SSH agent holds. The passphrase never leaves this process.

A key file is read with the rights of whoever runs Baton, when it is needed and never before the device was recognised.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from paramiko.ssh_exception import SSHException

from app.devices.messages import AccountRefused, Target
from app.domain.errors import DeviceFault

AT_MOST = 5
"""Keys of an agent that are offered: devices count each as an attempt, and OpenSSH hangs up after six."""
_KEY_BYTES = 64 * 1024
_PUTTY = b"PuTTY-User-Key-File"


def private_key(target: Target) -> paramiko.PKey:
    """Give the key in the target's file; its passphrase is the target's password.

    Raises AccountRefused when a passphrase is missing or wrong, DeviceFault when there is no key to read.
    """
    path = Path(target.key_file).expanduser()
    data = _read(target, path)
    try:
        return paramiko.PKey.from_path(path)
    except (TypeError, paramiko.PasswordRequiredException) as error:  # it is locked
        if not target.password:
            raise _passphrase(target, f"The key file {target.key_file} is locked.", "Type its passphrase.") from error
    except (ValueError, SSHException, paramiko.UnknownKeyType) as error:
        raise _unreadable(target, data) from error
    try:
        return paramiko.PKey.from_path(path, passphrase=target.password.encode())
    except (ValueError, SSHException) as error:
        raise _passphrase(
            target, f"This passphrase does not open the key file {target.key_file}.", "Type another one."
        ) from error


@contextmanager
def agent_keys(target: Target) -> Iterator[tuple[paramiko.PKey, ...]]:
    """Give what the SSH agent holds, at most five; raises DeviceFault when that is nothing."""
    try:
        agent = paramiko.Agent()
    except (SSHException, OSError) as error:
        raise DeviceFault(
            "The SSH agent does not answer as one.", "Check which program SSH_AUTH_SOCK points to."
        ) from error
    try:
        keys = agent.get_keys()
        if not keys:
            raise DeviceFault(
                f"{target.where} is to be entered with the SSH agent, but none runs here or it holds no key.",
                "Start it, add a key (ssh-add), start Baton from that session, and connect again.",
            )
        yield tuple(keys[:AT_MOST])
    finally:
        agent.close()


def _read(target: Target, path: Path) -> bytes:
    if not target.key_file:
        raise DeviceFault(f"{target.where} is to be entered with a key, but no key file is named.", "Name it.")
    try:
        with path.open("rb") as file:
            return file.read(_KEY_BYTES)
    except FileNotFoundError as error:
        raise DeviceFault(
            f"The key file {target.key_file} is not on this workstation.",
            "Put it there, or name another one for the device or its rule.",
        ) from error
    except OSError as error:
        raise DeviceFault(
            f"The key file {target.key_file} cannot be read: {error.strerror}.", "Check whose file it is."
        ) from error


def _passphrase(target: Target, what: str, todo: str) -> AccountRefused:
    return AccountRefused(f"{what} Nothing was sent to {target.where}.", todo, target.device_id, was_sent=False)


def _unreadable(target: Target, data: bytes) -> DeviceFault:
    if data.startswith(_PUTTY):
        return DeviceFault(
            f"The key file {target.key_file} has PuTTY's form, which Baton does not read.",
            "Export it in PuTTYgen as an OpenSSH key and name that file.",
        )
    return DeviceFault(
        f"{target.key_file} is no private key that Baton reads.",
        "Name the private half (not the .pub file) of an Ed25519, ECDSA or RSA key.",
    )
