"""The way through jump hosts: each hop is met, checked and logged in to before anything is sent to the next."""

import paramiko

from app.devices.messages import AccountRefused, Target
from app.devices.transport import DeviceTransport
from app.domain.errors import DeviceFault

_NOBODY = ("127.0.0.1", 0)  # where the connection comes from, as the protocol wants it said
_FORBIDDEN, _NOT_REACHED, _UNKNOWN = 1, 2, 3  # RFC 4254, section 5.1


def through(below: DeviceTransport, hop: Target, target: Target, patience_s: float) -> paramiko.Channel:
    """Give a connection to the target that the hop has opened; raises DeviceFault saying why it has not."""
    where = (target.address, target.port)
    try:
        return below.open_channel("direct-tcpip", where, _NOBODY, timeout=patience_s)
    except paramiko.ChannelException as error:
        raise _refused(hop, target, error) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        if below.is_active():
            raise DeviceFault(
                f"{hop.where} was asked to lead on to {target.where} and said nothing within {patience_s:g} s.",
                f"Check that {target.address} is up and can be reached from {hop.address}.",
            ) from error
        raise DeviceFault(
            f"{hop.where} dropped the connection when it was asked to lead on to {target.where}.",
            "It may not allow forwarding. Ask whoever runs it.",
        ) from error


def on_the_way(target: Target, fault: DeviceFault) -> DeviceFault:
    """Give a hop's fault as the person who wanted the target reads it."""
    what = f"On the way to {target.where}: {fault.what}"
    if isinstance(fault, AccountRefused):
        return fault.but(what)
    return DeviceFault(what, fault.todo)


def _refused(hop: Target, target: Target, error: paramiko.ChannelException) -> DeviceFault:
    if error.code == _NOT_REACHED:
        return DeviceFault(
            f"{target.where} cannot be reached from {hop.where} ({error.text}).",
            "Check that the device is up, that SSH is on, and that its address is right as seen from there.",
        )
    if error.code in {_FORBIDDEN, _UNKNOWN}:
        return DeviceFault(
            f"{hop.where} does not lead on to other devices ({error.text}).",
            "Let whoever runs it allow TCP forwarding for this account, or take another way.",
        )
    return DeviceFault(
        f"{hop.where} opens no more connections to other devices ({error.text}).", "Try again in a minute."
    )
