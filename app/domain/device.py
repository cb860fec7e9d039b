"""Managed devices and the host-key book."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.customer import Environment
from app.domain.entity import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Entity):
    """A managed box. `platform` is netmiko's name for it; its password is kept under `secret_name`, never here."""

    customer_id: str | None = None
    site: str = ""
    name: str
    address: str
    port: int = 22
    platform: str = "cisco_ios"
    environment: Environment = Environment.PRODUCTION
    username: str = ""
    software: str = ""
    allows_legacy: bool = False

    @property
    def secret_name(self) -> str:
        """The name of its password in the keyring."""
        return f"device/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey(Entity):
    """A device's identity: one line of the host-key book, shared by all.

    `fingerprint` is OpenSSH's form ("SHA256:..."). A line is never deleted: a replaced key is retired with the reason.
    """

    device_id: str
    customer_id: str | None = None
    key_type: str
    fingerprint: str
    accepted_by: str
    accepted_at: datetime
    workstation: str = ""
    retired_at: datetime | None = None
    retired_by: str | None = None
    reason: str = ""
