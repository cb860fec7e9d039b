"""What a login needs before it is tried: the way through jump hosts, each device's keys in the book, its account.

A password is looked up only for a device that the book knows: before the first contact none is sent to anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.devices.messages import KnownKey, Target
from app.domain.device import Device, LoginWith, Protocol
from app.domain.errors import BadInput, HostKeyChanged, SecretsUnavailable
from app.domain.ports import Secrets
from app.services import credentials, host_keys
from app.services.credentials import Account
from app.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Login:
    """As whom to log in, and with which password; for a key file it is the passphrase, for an agent nothing."""

    username: str
    password: str = field(default="", repr=False)
    enable_password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class WayIn:
    """What is known before a login: the device, its keys in the book, its account and the passwords if any are kept.

    `trouble` says why no password could be looked up; `contradiction` that the book has two keys for the device, which
    is as hard a stop as a changed key. `kept_as` is the secret's name when a password was found. `via` is the way
    into the jump host before it.
    """

    device: Device
    keys: tuple[KnownKey, ...]
    account: Account
    password: str | None = field(default=None, repr=False)
    enable_password: str | None = field(default=None, repr=False)
    trouble: SecretsUnavailable | None = None
    contradiction: HostKeyChanged | None = None
    kept_as: str = ""
    via: "WayIn | None" = None

    @property
    def secret_name(self) -> str:
        """Where a password typed for this device belongs: over the one that is kept, or where its account has it."""
        return self.kept_as or self.account.secret_name

    @property
    def legs(self) -> tuple["WayIn", ...]:
        """Give the way: the first hop first, the device itself last."""
        return (*(() if self.via is None else self.via.legs), self)

    @property
    def is_known(self) -> bool:
        """Whether the book knows the device; a line that is not encrypted proves nothing, so it is never unknown."""
        return bool(self.keys) or not self.device.protocol.is_encrypted

    @property
    def login(self) -> Login | None:
        """What to log in with as far as it is kept; None: a person is asked."""
        if not self.account.username and self.device.protocol.is_encrypted:
            return None
        password = self.password
        if password is None and self.account.login_with is not LoginWith.PASSWORD:
            password = ""  # an agent needs none, and a key file tells when it is locked
        return None if password is None else Login(self.account.username, password, self.enable_password)


def way_in(desk: Desk, device_id: str, secrets: Secrets) -> WayIn:
    """Look up what a login needs. May wait for the keyring.

    Raises Refused when the device was removed, BadInput when its jump hosts lead in a circle.
    """
    found: WayIn | None = None
    for device in way(desk, desk.need(Device, device_id)):
        found = _leg(desk, device, secrets, found)
    assert found is not None
    return found


def way(desk: Desk, device: Device) -> tuple[Device, ...]:
    """Give the device with the jump hosts before it, the first hop first.

    Raises BadInput when they lead in a circle, when one is gone, and when one cannot lead on.
    """
    met = [device]
    while (jump_id := met[0].jump_id) is not None:
        hop = desk.cache.record(Device, jump_id)
        if hop is None or hop.deleted:
            raise BadInput(
                f"The jump host of {met[0].name} is not in the inventory any more.", "Choose another one for it."
            )
        if hop.id in {one.id for one in met}:
            circle = " → ".join(one.name for one in reversed([hop, *met]))
            raise BadInput(
                f"The jump hosts lead in a circle: {circle}.", "Edit one of them so that it is reached directly."
            )
        if not hop.protocol.is_encrypted:
            raise BadInput(
                f"{hop.name} is reached by {hop.protocol}, so it cannot lead on to {met[0].name}.",
                "Only a device with SSH can be a jump host.",
            )
        met.insert(0, hop)
    if len(met) > 1 and device.protocol is Protocol.SERIAL:
        raise BadInput(f"{device.name} is on a serial line of this machine.", "Take its jump host away.")
    return tuple(met)


def target(
    desk: Desk,
    device: Device,
    password: str,
    *,
    username: str = "",
    enable_password: str | None = None,
    hops: Mapping[str, Login] | None = None,
) -> Target:
    """Give the device as the child reaches it, with the valid keys of the book; `hops` are logins by device's id.

    Without keys it is a first contact: the child asks for the key and sends nothing. Raises HostKeyChanged when the
    book contradicts itself, BadInput when nobody has said as whom to log in, and as `way` does.
    """
    logins = {**(hops or {}), device.id: Login(username, password, enable_password)}
    reached: Target | None = None
    is_told = True
    for leg in way(desk, device):
        keys = host_keys.known(desk, leg.id)
        # Beyond a hop that nobody has met nothing is told to anybody.
        is_told = is_told and (bool(keys) or not leg.protocol.is_encrypted)
        reached = _target(desk, leg, keys, logins.get(leg.id, Login("")) if is_told else None, reached)
    assert reached is not None
    return reached


def unattended(desk: Desk, device_id: str, secrets: Secrets) -> Target:
    """Give the target with what the keyring has, for work that asks nobody. Not on the GUI thread.

    Raises BadInput when a password is missing, SecretsUnavailable when the keyring does not answer, HostKeyChanged when
    the book contradicts itself, and as `way_in` does. A device that nobody has met stays one: the child then says so.
    """
    found = way_in(desk, device_id, secrets)
    logins: dict[str, Login] = {}
    for leg in found.legs:
        if leg.contradiction is not None:
            raise leg.contradiction
        if not leg.is_known:
            break
        if leg.login is None:
            raise leg.trouble or BadInput(
                f"No password is kept for {leg.device.name}.", "Log in there once in a terminal and keep it."
            )
        logins[leg.device.id] = leg.login
    own = logins.get(device_id, Login(""))
    return target(
        desk,
        found.device,
        own.password,
        username=own.username,
        enable_password=own.enable_password,
        hops=logins,
    )


def _leg(desk: Desk, device: Device, secrets: Secrets, via: WayIn | None) -> WayIn:
    account = credentials.for_device(desk, device)
    try:
        keys = host_keys.known(desk, device.id)
    except HostKeyChanged as stop:
        return WayIn(device, (), account, contradiction=stop, via=via)
    if not keys and device.protocol.is_encrypted:
        return WayIn(device, (), account, via=via)
    names = () if account.login_with is LoginWith.AGENT else account.secret_names
    try:
        kept_as, password = credentials.kept(secrets, names)
        _name, enable = credentials.kept(secrets, account.enable_secret_names)
    except SecretsUnavailable as trouble:
        return WayIn(device, keys, account, trouble=trouble, via=via)
    return WayIn(device, keys, account, password, enable, kept_as=kept_as, via=via)


def _target(desk: Desk, device: Device, keys: tuple[KnownKey, ...], login: Login | None, via: Target | None) -> Target:
    """Give one leg; without a login nobody is told anything there."""
    account = credentials.for_device(desk, device)
    as_whom = (login.username if login is not None else "") or account.username
    if login is not None and not as_whom and device.protocol.is_encrypted:
        raise BadInput(f"{device.name} has no user name to log in with.", "Type one, or edit the device.")
    return Target(
        device_id=device.id,
        address=device.address,
        port=device.port,
        username=as_whom,
        password="" if login is None else login.password,
        platform=device.platform,
        known_keys=keys,
        allows_legacy=device.allows_legacy,
        enable_password=None if login is None else login.enable_password,
        protocol=device.protocol,
        baud=device.baud,
        login_with=account.login_with,
        key_file=account.key_file,
        via=via,
    )
