"""The desktop's keyring, looked for when the first secret is asked: finding it takes longer than painting a pane."""

import threading

from app.domain.errors import SecretsUnavailable
from app.domain.ports import Secrets


class LazySecrets:
    """Any thread but the GUI's; the first call loads the keyring."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: Secrets | None = None
        self._notice: SecretsUnavailable | None = None

    def _secrets(self) -> Secrets:
        with self._lock:
            if self._found is None:
                from app.runtime.secrets import desktop_secrets  # noqa: PLC0415  not before the first paint

                self._found, self._notice = desktop_secrets()
            return self._found

    def notice(self) -> SecretsUnavailable | None:
        """Give what to tell the person when secrets are kept in memory only."""
        self._secrets()
        return self._notice

    @property
    def lasts(self) -> bool:
        """Say whether this desktop has a keyring."""
        return self._secrets().lasts

    def get(self, name: str) -> str | None:
        """Give the secret, or None."""
        return self._secrets().get(name)

    def put(self, name: str, secret: str) -> None:
        """Keep the secret."""
        self._secrets().put(name, secret)

    def forget(self, name: str) -> None:
        """Remove the secret."""
        self._secrets().forget(name)
