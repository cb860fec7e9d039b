"""Managed devices and the host-key book."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.customer import Environment
from app.domain.entity import Entity


class Protocol(StrEnum):
    """How a device is spoken with. Only SSH is encrypted and proves which device it is."""

    SSH = "ssh"
    TELNET = "telnet"
    SERIAL = "serial"  # the address is the port of this machine, such as /dev/ttyUSB0 or COM3

    @property
    def is_encrypted(self) -> bool:
        """Say whether what is typed, the password too, is hidden from the network."""
        return self is Protocol.SSH


class LoginWith(StrEnum):
    """What proves to a device who logs in."""

    PASSWORD = "password"  # noqa: S105 - the name of a way to log in
    KEY = "key"  # a private key file of the person's
    AGENT = "agent"  # whatever the person's SSH agent holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Entity):
    """A managed box. `platform` is netmiko's name for it; its password is kept under `secret_name`, never here.

    `jump_id` is the device through which it is reached, which may itself stand behind another one. `tags` are words of
    small letters, one blank between two. `key_file` is a path on the workstation of whoever logs in, "~" their home.
    """

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
    protocol: Protocol = Protocol.SSH
    baud: int = 9600
    login_with: LoginWith = LoginWith.PASSWORD
    key_file: str = ""
    jump_id: str | None = None
    tags: str = ""
    model: str = ""
    serial: str = ""
    note: str = ""
    source: str = ""
    source_key: str = ""

    @property
    def secret_name(self) -> str:
        """The name of its own password in the keyring."""
        return f"device/{self.id}"

    @property
    def enable_secret_name(self) -> str:
        """The name of its own enable password in the keyring."""
        return f"device/{self.id}/enable"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKey(Entity):
    """A device's identity: one line of the host-key book, shared by all.

    `fingerprint` is OpenSSH's form ("SHA256:..."). A line is never deleted: a replaced key is retired with the reason.
    `address` and `port` are where the key was shown when it was accepted; 0 on lines of before they were kept.
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
    address: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRule(Entity):
    """Which devices share an account: the first rule whose selector finds a device says as whom to log in there.

    `selector` is written as in the inventory's filter, such as `customer:Northgate tag:core`; rules are asked by rank.
    The passwords stand in each person's own keyring under `secret_name` and `enable_secret_name`.
    """

    name: str
    selector: str
    username: str = ""
    login_with: LoginWith = LoginWith.PASSWORD
    key_file: str = ""
    rank: int = 0

    @property
    def secret_name(self) -> str:
        """The name of its password in the keyring."""
        return f"credential/{self.id}"

    @property
    def enable_secret_name(self) -> str:
        """The name of its enable password in the keyring."""
        return f"credential/{self.id}/enable"
