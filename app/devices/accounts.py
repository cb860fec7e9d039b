"""Which accounts a device has let in or refused: after one refused login an account is not tried anywhere else.

A wrong password that is sent to ten devices at once locks the account on all of them. So an account that was never
let in is tried on one device first, the others wait; once refused, it stays so until its password is another one.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.devices.entrance import Entered, enter
from app.devices.hasty_socket import choose
from app.devices.login import Patience
from app.devices.messages import AccountRefused, Target
from app.devices.transport import DeviceTransport
from app.domain.device import LoginWith
from app.domain.errors import DeviceFault

_PROVEN_S = 600.0
"""After so long without a login the account may have changed: one device first again."""
_REFUSED_S = 900.0
"""Then one device is tried again; an account server that was down for a minute is no reason for ever."""


@dataclass(slots=True)
class _Standing:
    proven_at: float = -_PROVEN_S
    refused_at: float = -_REFUSED_S
    refused_by: str = ""
    is_tried_now: bool = False

    @property
    def is_proven(self) -> bool:
        return time.monotonic() - self.proven_at < _PROVEN_S

    @property
    def is_refused(self) -> bool:
        return time.monotonic() - self.refused_at < _REFUSED_S

    def prove(self) -> None:
        self.proven_at, self.refused_at = time.monotonic(), -_REFUSED_S

    def refuse(self, by: str) -> None:
        self.proven_at, self.refused_at, self.refused_by = -_PROVEN_S, time.monotonic(), by


class Accounts:
    """Shared by everything that logs in for commands. Any thread; keeps no password."""

    def __init__(self) -> None:
        self._standings: dict[str, _Standing] = {}
        self._changed = threading.Condition()

    def log_in(self, target: Target, patience: Patience, is_given_up: Callable[[], bool]) -> Entered:
        """Log in as soon as it is sure that the account is not refused. Raises what `enter` raises, and the refusal.

        The connection is made first: an unplugged device holds nobody up.
        """
        tried, at = _Standing(), target
        has_turn = False

        def begun(transport: Entered, leg: Target) -> None:
            nonlocal tried, at, has_turn
            if isinstance(transport, DeviceTransport):
                choose(transport)
            if has_turn:
                self._give_back(tried, is_proven=True)  # a hop let its account in
                has_turn = False
            tried, at = self._standing(leg), leg
            has_turn = self._admit(tried, leg, is_given_up)

        try:
            transport = enter(target, patience, begun)
        except DeviceFault as error:
            if is_refusal(error) and not tried.is_refused:
                tried.refuse(at.where)
            raise
        else:
            tried.prove()
            return transport
        finally:
            if has_turn:
                self._give_back(tried)

    def _give_back(self, tried: _Standing, *, is_proven: bool = False) -> None:
        with self._changed:
            if is_proven:
                tried.prove()
            tried.is_tried_now = False
            self._changed.notify_all()

    def let_in(self, target: Target) -> None:
        """Take notice that a device let the account in, such as at a terminal: it is tried again."""
        with self._changed:
            self._standings.setdefault(_account(target), _Standing()).prove()
            self._changed.notify_all()

    def refused(self, target: Target) -> None:
        """Take notice that a device let the account in only to have its password changed."""
        with self._changed:
            self._standings.setdefault(_account(target), _Standing()).refuse(target.where)

    def _standing(self, target: Target) -> _Standing:
        with self._changed:
            return self._standings.setdefault(_account(target), _Standing())

    def _admit(self, standing: _Standing, target: Target, is_given_up: Callable[[], bool]) -> bool:
        """Wait while somebody tries the account for the first time; gives whether we are the first now."""
        with self._changed:
            while standing.is_tried_now and not (standing.is_proven or standing.is_refused):
                self._changed.wait(0.2)  # a cancelled command is to leave soon
                if is_given_up():
                    raise _not_tried(target, "")
            if standing.is_refused:
                raise _not_tried(target, standing.refused_by)
            if standing.is_proven:
                return False
            standing.is_tried_now = True
            return True


def is_refusal(error: DeviceFault) -> bool:
    """Say whether a device refused the account, or wants another password."""
    return isinstance(error, AccountRefused) and error.was_sent


def _account(target: Target) -> str:
    """Give a name for user name and credential that does not tell the password."""
    secret = target.password if target.login_with is not LoginWith.AGENT else ""
    parts = (target.username, target.login_with.value, target.key_file, secret)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _not_tried(target: Target, refused_by: str) -> DeviceFault:
    if not refused_by:
        return DeviceFault(f"{target.where} was not tried.")
    return AccountRefused(
        f"{refused_by} refused the login of {target.username}, so {target.where} was not tried.",
        "Check the password. Baton tries a refused one on no other device, so nothing gets locked; once a terminal "
        "lets you in with it, it goes on.",
        target.device_id,
        was_sent=False,
    )
