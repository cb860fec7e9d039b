"""How the pane reaches devices: the workstation's one exchange, and the passwords typed since the start.

GUI thread only; what the devices child says is carried here from its reader thread.
"""

import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from app.domain.device import Device
from app.domain.errors import BatonError
from app.domain.ports import Secrets
from app.services import terminals
from app.services.desk import Desk
from app.services.terminals import CommandAnswer, Exchange, Login, Target, TerminalMessage, WayIn
from ui.kit.console import Console

T = TypeVar("T")


class TakesMessages(Protocol):
    """A page that a session or a command belongs to."""

    def take(self, message: TerminalMessage | CommandAnswer) -> None:
        """Take what came; GUI thread."""


class DevicesChildCrashed(Exception):
    """A bug in the devices child, with its report; for the crash dialog."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed to log in; with `is_to_keep` it goes into the keyring once the device has taken it."""

    login: Login
    is_to_keep: bool = False


class Reach:
    """The pane's way to devices."""

    def __init__(self, console: Console, owner: QObject) -> None:
        self.console = console
        self.exchange = _exchange_of(console, owner)
        self.has_keyring = False  # known after the first look-up: the GUI thread does not ask for it
        self._typed: dict[str, Typed] = {}
        self._refused: set[str] = set()
        self._plain: set[str] = set()  # devices whose lines somebody has agreed to use unencrypted

    def look_up(
        self,
        owner: QObject,
        look: Callable[[Desk], T],
        on_result: Callable[[T], None],
        on_error: Callable[[BatonError], None],
    ) -> None:
        """Look something up on a reader thread; what goes wrong comes back too."""
        self.console.mailbox.deliver(self.console.workstation.read(look), owner, on_result, on_error)

    def way_in(
        self, owner: QObject, device_id: str, on_way: Callable[[WayIn], None], on_error: Callable[[BatonError], None]
    ) -> None:
        """Look up what the login needs, at each hop: keys, and the password from the keyring."""
        secrets = self.console.workstation.secrets

        def look(desk: Desk) -> tuple[WayIn, bool]:
            return terminals.way_in(desk, device_id, secrets), outlive_us(secrets)

        def found(result: tuple[WayIn, bool]) -> None:
            way, self.has_keyring = result
            on_way(way)

        self.look_up(owner, look, found, on_error)

    def login_for(self, leg: WayIn) -> Login | None:
        """Give what to log in with; None: ask. What a device has refused is not sent again by itself."""
        typed = self._typed.get(leg.device.id) or self._typed.get(leg.secret_name)
        if typed is not None:
            return replace(typed.login, enable_password=leg.enable_password)
        return None if leg.secret_name in self._refused else leg.login

    def was_typed(self, leg: WayIn, typed: Typed) -> None:
        """Remember what was typed until Baton closes: for all devices of the rule, if a rule gave this account."""
        is_account = typed.login.username == leg.account.username
        self._typed.pop(leg.device.id, None)
        self._typed[leg.secret_name if is_account else leg.device.id] = typed
        self._refused.discard(leg.secret_name)

    def was_let_in(self, owner: QObject, way: WayIn) -> None:
        """Keep the passwords now that the devices have taken them, if the person wanted that."""
        for leg in way.legs:
            self._keep(owner, leg)

    def _keep(self, owner: QObject, leg: WayIn) -> None:
        key = leg.device.id if leg.device.id in self._typed else leg.secret_name
        typed = self._typed.get(key)
        if typed is None or not typed.is_to_keep:
            return
        self._typed[key] = Typed(typed.login)
        if key != leg.secret_name:
            account = leg.account.username or "nobody yet"
            self.console.navigator.tell(
                f"The password was not kept: {leg.device.name} is to be entered as {account}.",
                f"Edit the device to log in as {typed.login.username} each time.",
            )
            return
        secrets = self.console.workstation.secrets
        # On a reader thread: the keyring may ask something, and edits must not wait for that.
        self.console.read(owner, lambda _desk: secrets.put(key, typed.login.password), lambda _none: None)

    def look_for_keyring(self, owner: QObject, on_known: Callable[[bool], None]) -> None:
        """Find out whether a password can be kept beyond this start."""
        secrets = self.console.workstation.secrets

        def found(has_keyring: bool) -> None:  # noqa: FBT001 - the answer from the reader thread
            self.has_keyring = has_keyring
            on_known(has_keyring)

        self.console.read(owner, lambda _desk: outlive_us(secrets), found)

    def forget(self, device_id: str) -> None:
        """Forget what was typed for a device and what it refused: it was moved, so it may be another box."""
        own = f"device/{device_id}"
        for key in (device_id, own):
            self._typed.pop(key, None)
        self._refused.discard(own)
        self._plain.discard(device_id)

    def was_refused(self, leg: WayIn) -> None:
        """Forget what the device has refused."""
        for key in (leg.device.id, leg.secret_name):
            self._typed.pop(key, None)
        self._refused.add(leg.secret_name)

    def is_plain_agreed(self, device: Device) -> bool:
        """Say whether nobody need be told again that this device's line is not encrypted."""
        return device.protocol.is_encrypted or device.id in self._plain

    def agree_to_plain(self, device: Device) -> None:
        """Remember until Baton closes that somebody was told."""
        self._plain.add(device.id)

    def target(
        self,
        owner: QObject,
        way: WayIn,
        on_target: Callable[[Target], None],
        on_error: Callable[[BatonError], None],
    ) -> None:
        """Give the device with the logins that there are, and the keys that the book has at this moment."""
        logins = {leg.device.id: login for leg in way.legs if (login := self.login_for(leg)) is not None}
        own = logins.get(way.device.id, Login(""))
        self.look_up(
            owner,
            lambda desk: terminals.target(
                desk,
                way.device,
                own.password,
                username=own.username,
                enable_password=own.enable_password,
                hops=logins,
            ),
            on_target,
            on_error,
        )

    def to(self, page: QObject) -> Callable[[TerminalMessage | CommandAnswer], None]:
        """Give what takes the child's messages to the page's `take`, from any thread, while the page lives."""
        held, mailbox = weakref.ref(page), self.console.mailbox

        def pass_on(message: TerminalMessage | CommandAnswer) -> None:
            found = held()
            if found is not None:
                mailbox.call(found, lambda: _hand(held(), message))

        return pass_on


def outlive_us(secrets: Secrets) -> bool:
    """Say whether what is kept there is there at the next start; asks the keyring, so not on the GUI thread."""
    notice = getattr(secrets, "notice", None)
    return notice is None or notice() is None


def _hand(page: QObject | None, message: TerminalMessage | CommandAnswer) -> None:
    if page is not None:
        taker: TakesMessages = page  # type: ignore[assignment]  # only pages are given to `Reach.to`
        taker.take(message)


def _exchange_of(console: Console, owner: QObject) -> Exchange:
    """Give the workstation's exchange; the first who asks makes it."""
    workstation = console.workstation
    present = getattr(workstation.on_device_message, "__self__", None)
    if isinstance(present, Exchange):
        return present
    exchange = Exchange(workstation.to_devices)
    held, mailbox = weakref.ref(owner), console.mailbox

    def report(text: str) -> None:
        found = held()
        if found is not None:
            mailbox.call(found, lambda: sys.excepthook(DevicesChildCrashed, DevicesChildCrashed(text), None))

    exchange.on_crash = report
    workstation.on_device_message = exchange.on_message
    return exchange
