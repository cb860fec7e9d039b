"""The one way into a device for terminals and commands, whatever it speaks."""

from app.devices.login import Patience, log_in
from app.devices.messages import Target
from app.devices.plain_line import PlainBegun, PlainLine
from app.devices.plain_login import log_in_plainly
from app.devices.transport import DeviceTransport

Entered = DeviceTransport | PlainLine


def enter(
    target: Target,
    patience: Patience,
    begun: PlainBegun | None = None,
    *,
    is_terminal: bool = False,
) -> Entered:
    """Give a connection that is logged in; the caller closes it. Raises and calls `begun` as `log_in` does."""
    if target.protocol.is_encrypted:
        return log_in(target, patience, begun)
    return log_in_plainly(target, patience, begun, is_terminal=is_terminal)
