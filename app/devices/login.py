"""One way into a device for terminals and commands alike: connect, check the host key, log in once.

The password leaves this process only after the device has shown a key that stands in the host-key book.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import paramiko

from app.devices.account import authenticate
from app.devices.jump import on_the_way, through
from app.devices.messages import KnownKey, Target
from app.devices.transport import DeviceTransport
from app.domain.device import Protocol
from app.domain.errors import DeviceFault, HostKeyChanged


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each stage of reaching a device may take, in seconds."""

    connect_s: float = 10.0
    banner_s: float = 15.0
    negotiate_s: float = 20.0
    login_s: float = 20.0
    prompt_s: float = 15.0
    enable_s: float = 5.0


Begun = Callable[[DeviceTransport, Target], None]


class FirstContact(Exception):
    """The book has no key for `target`, the device or a hop on the way to it; `shown` is what it presented."""

    def __init__(self, target: Target, shown: KnownKey) -> None:
        super().__init__(target.device_id, shown)
        self.target, self.shown = target, shown


class KeyMismatch(Exception):
    """`target`, the device or a hop, shows a key that is not in the book; `error` is the message for the person."""

    def __init__(self, target: Target, shown: KnownKey) -> None:
        expected = " or ".join(key.fingerprint for key in target.known_keys)
        super().__init__(target.device_id, shown)
        self.target, self.shown = target, shown
        self.error = HostKeyChanged(
            f"{target.where} is not the device in the host-key book: it shows {shown.key_type} {shown.fingerprint}, "
            f"the book has {expected}. Nothing was sent to it, no password either.",
            "Find out why before going on: a replaced box, a new software image, or somebody in between. "
            "If the new key is right, retire the old one in the host-key book with the reason.",
        )


# Broken or weak, and off unless the device is allowed them. HMAC with SHA-1 stays: it is not affected, and OpenSSH
# still offers it.
_LEGACY = {
    "kex": ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
    "keys": ["ssh-rsa"],
    "pubkeys": ["ssh-rsa"],
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1-96"],
}
_TYPE_OF = {"rsa-sha2-512": "ssh-rsa", "rsa-sha2-256": "ssh-rsa"}
_SPOKEN = {Protocol.SSH: "SSH", Protocol.TELNET: "telnet", Protocol.SERIAL: "the line"}
_KEEPALIVE_S = 30
_DEAD_AFTER_MS = 60_000


def log_in(target: Target, patience: Patience, begun: Begun | None = None) -> DeviceTransport:
    """Give a connection that is logged in, through the target's hops; the caller closes it, which closes them too.

    `begun` is given each connection and whose it is before its login, so that another thread can cut it. Each hop and
    the device get one login attempt at most, and none before they have shown a key of the book. Raises FirstContact,
    KeyMismatch, or DeviceFault with what to do, which names the hop that failed.
    """
    below = log_in_to_hops(target, patience, begun)
    try:
        return _log_in_to(target, below, patience, begun)
    except BaseException:
        if below is not None:
            below.close()
        raise


def log_in_to_hops(target: Target, patience: Patience, begun: Begun | None = None) -> DeviceTransport | None:
    """Give the connection to the last hop before the target; None when there is none. Raises as `log_in` does."""
    reached: DeviceTransport | None = None
    for hop in target.legs[:-1]:
        try:
            reached = _log_in_to(hop, reached, patience, begun)
        except BaseException as error:
            if reached is not None:
                reached.close()
            if isinstance(error, DeviceFault):
                raise on_the_way(target, error) from error
            raise
    return reached


def _log_in_to(leg: Target, below: DeviceTransport | None, patience: Patience, begun: Begun | None) -> DeviceTransport:
    transport = DeviceTransport(
        open_way(leg, below, patience), below, disabled_algorithms=None if leg.allows_legacy else _LEGACY
    )
    try:
        transport.banner_timeout, transport.auth_timeout = patience.banner_s, patience.login_s
        if begun is not None:
            begun(transport, leg)
        _prefer_known_types(transport, leg)
        _negotiate(transport, leg, patience)
        _check_key(transport, leg)
        authenticate(transport, leg)
    except BaseException:
        transport.close()
        raise
    transport.set_keepalive(_KEEPALIVE_S)
    return transport


def no_session(target: Target) -> DeviceFault:
    """Give the message for a device that lets us in but gives no command line."""
    return DeviceFault(
        f"{target.where} accepted the login but gave no session.",
        "Its lines may all be taken. Try again in a minute.",
    )


def dropped(target: Target, when: str = "") -> DeviceFault:
    """Give the message for a connection that ended in the middle."""
    return DeviceFault(
        f"{target.where} dropped the connection{when}.", "Check whether it restarted, then connect again."
    )


def open_way(leg: Target, below: DeviceTransport | None, patience: Patience) -> "socket.socket | paramiko.Channel":
    """Give a connection over which nothing was said yet: a socket, or a channel of the hop before."""
    if below is not None and leg.via is not None:
        return through(below, leg.via, leg, patience.connect_s)
    return _connect(leg, patience)


def _connect(target: Target, patience: Patience) -> socket.socket:
    try:
        connected = socket.create_connection((target.address, target.port), timeout=patience.connect_s)
    except ConnectionRefusedError as error:
        raise DeviceFault(
            f"{target.where} refuses the connection.",
            f"Check that the device is up, that {_SPOKEN[target.protocol]} is on, and that the port is right.",
        ) from error
    except socket.gaierror as error:
        raise DeviceFault(
            f"The name {target.address} cannot be found.", "Check the device's address, or your VPN."
        ) from error
    except TimeoutError as error:
        raise DeviceFault(
            f"{target.where} does not answer.", "Check that the device is plugged in and reachable from here."
        ) from error
    except OSError as error:
        raise DeviceFault(
            f"{target.where} cannot be reached: {error.strerror or error}.", "Check your network or VPN."
        ) from error
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a key typed is not to wait for the next one
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; elsewhere the system's own, longer patience decides
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_AFTER_MS)
    return connected


def _prefer_known_types(transport: paramiko.Transport, target: Target) -> None:
    """Ask first for the key types in the book: a second key of another type is not a changed key."""
    booked = {key.key_type for key in target.known_keys}
    options = transport.get_security_options()
    options.key_types = sorted(options.key_types, key=lambda name: _TYPE_OF.get(name, name) not in booked)


def _negotiate(transport: paramiko.Transport, target: Target, patience: Patience) -> None:
    began = time.monotonic()
    try:
        transport.start_client(timeout=patience.banner_s + patience.negotiate_s)
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise _incompatible(target, error) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        if time.monotonic() - began < patience.banner_s:
            raise DeviceFault(
                f"{target.where} closed the connection before the login.",
                "Its lines may all be taken, or it is not an SSH port. Try again in a minute.",
            ) from error
        raise _too_slow(target, patience) from error
    if not transport.initial_kex_done:
        raise _too_slow(target, patience)


def _too_slow(target: Target, patience: Patience) -> DeviceFault:
    return DeviceFault(
        f"{target.where} took the connection but said nothing within {patience.banner_s:g} s.",
        "It may be overloaded. Try again in a minute.",
    )


def _incompatible(target: Target, error: Exception) -> DeviceFault:
    detail = str(error).removeprefix("Incompatible ssh peer").strip(" ()") or "nothing in common"
    if target.allows_legacy:
        return DeviceFault(
            f"{target.where} offers only SSH algorithms that Baton does not know ({detail}).",
            "Its software is too old or too new; use another client for this device.",
        )
    return DeviceFault(
        f"{target.where} offers only old SSH algorithms such as SHA-1 ({detail}).",
        'If its software cannot be upgraded, turn on "Allow old SSH algorithms" for this device.',
    )


def _check_key(transport: paramiko.Transport, target: Target) -> None:
    key = transport.get_remote_server_key()
    shown = KnownKey(key.get_name(), key.fingerprint)
    if not target.known_keys:
        raise FirstContact(target, shown)
    if shown not in target.known_keys:
        raise KeyMismatch(target, shown)
