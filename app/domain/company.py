"""Where the company database is and as whom this workstation goes there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompanyAddress:
    """A way to the company database. `host` is a name, an address or, with peer authentication, a socket's folder."""

    host: str
    port: int
    database: str
    login: str

    @property
    def is_local(self) -> bool:
        """Say whether it is on this machine: a socket or the loopback."""
        return self.host.startswith(("/", "\\")) or self.host in {"localhost", "127.0.0.1", "::1"}

    @property
    def uses_socket(self) -> bool:
        """Say whether the operating system vouches for the person instead of a password."""
        return self.host.startswith("/")

    @property
    def secret_name(self) -> str:
        """The name of the password in the keyring."""
        return f"company/{self.login}@{self.host}:{self.port}/{self.database}"
