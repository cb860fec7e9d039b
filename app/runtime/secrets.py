"""Passwords: in the desktop's keyring, or, where there is none, in memory until the program ends. Never in a file."""

import threading

import keyring
import keyring.backends.fail
import keyring.errors

from app.domain.errors import SecretsUnavailable
from app.domain.ports import Secrets

SERVICE = "Baton"


class KeyringSecrets:
    """The desktop's keyring. Calls may block on a dialog of the desktop: not for the GUI thread."""

    lasts = True

    def get(self, name: str) -> str | None:
        """Give the secret, or None; raises SecretsUnavailable when the keyring is locked."""
        try:
            return keyring.get_password(SERVICE, name)
        except keyring.errors.KeyringError as e:
            raise _unavailable(e) from e

    def put(self, name: str, secret: str) -> None:
        """Keep the secret; raises SecretsUnavailable."""
        try:
            keyring.set_password(SERVICE, name, secret)
        except keyring.errors.KeyringError as e:
            raise _unavailable(e) from e

    def forget(self, name: str) -> None:
        """Remove the secret; nothing happens when there is none."""
        try:
            keyring.delete_password(SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            return
        except keyring.errors.KeyringError as e:
            raise _unavailable(e) from e


class MemorySecrets:
    """Secrets that last as long as this process: asked for at each start. Any thread."""

    def __init__(self, known: dict[str, str] | None = None, *, lasts: bool = False) -> None:
        """Hold what is `known`; a test may say that it `lasts`, as a keyring does."""
        self.lasts = lasts
        self._known = dict(known or {})
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"MemorySecrets({len(self._known)} kept)"

    def get(self, name: str) -> str | None:
        """Give the secret, or None."""
        with self._lock:
            return self._known.get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep the secret until the program ends."""
        with self._lock:
            self._known[name] = secret

    def forget(self, name: str) -> None:
        """Remove the secret."""
        with self._lock:
            self._known.pop(name, None)


def _unavailable(error: Exception) -> SecretsUnavailable:
    return SecretsUnavailable(
        f"The keyring of this desktop did not answer ({error}).", "Unlock it, or type the password at each start."
    )


NO_KEYRING = SecretsUnavailable(
    "This desktop has no keyring, so Baton keeps no password.",
    "It asks at each start and holds them in memory. Install a keyring (such as gnome-keyring) to be asked once.",
)


def desktop_secrets() -> tuple[Secrets, SecretsUnavailable | None]:
    """Give where secrets are kept, and what to tell the person when that is memory only."""
    try:
        backend = keyring.get_keyring()
    except (keyring.errors.KeyringError, RuntimeError):
        return MemorySecrets(), NO_KEYRING
    if isinstance(backend, keyring.backends.fail.Keyring) or backend.priority < 1:
        return MemorySecrets(), NO_KEYRING
    return KeyringSecrets(), None
