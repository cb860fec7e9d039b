"""How the pane reaches devices: the workstation's one exchange, and the passwords typed since the start.

GUI thread only; what the devices child says is carried here from its reader thread.
"""

import sys
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject

from app.domain.device import Device
from app.domain.errors import BatonError
from app.domain.ports import Secrets
from app.services import terminals
from app.services.desk import Desk
from app.services.terminals import CommandAnswer, Exchange, Target, TerminalMessage, WayIn
from ui.kit.console import Console

T = TypeVar("T")


class TakesMessages(Protocol):
    """A page that a session or a command belongs to."""

    def take(self, message: TerminalMessage | CommandAnswer) -> None:
        """Take what came; GUI thread."""


class DevicesChildCrashed(Exception):
    """A bug in the devices child, with its report; for the crash dialog."""


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody typed to log in; with `is_to_keep` it goes into the keyring once the device has taken it."""

    username: str
    password: str = field(repr=False)
    is_to_keep: bool = False


class Reach:
    """The pane's way to devices."""

    def __init__(self, console: Console, owner: QObject) -> None:
        self.console = console
        self.exchange = _exchange_of(console, owner)
        self.has_keyring = False  # known after the first look-up: the GUI thread does not ask for it
        self._logins: dict[str, Login] = {}
        self._refused: set[str] = set()

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
        """Look up what the login needs: keys, and the password from the keyring."""
        secrets = self.console.workstation.secrets

        def look(desk: Desk) -> tuple[WayIn, bool]:
            return terminals.way_in(desk, device_id, secrets), _outlive_us(secrets)

        def found(result: tuple[WayIn, bool]) -> None:
            way, self.has_keyring = result
            on_way(way)

        self.look_up(owner, look, found, on_error)

    def login_for(self, way: WayIn) -> Login | None:
        """Give what to log in with; None: ask. What the device has refused is not sent again by itself."""
        typed = self._logins.get(way.device.id)
        if typed is not None or way.device.id in self._refused or way.password is None or not way.device.username:
            return typed
        return Login(way.device.username, way.password)

    def was_typed(self, device: Device, login: Login) -> None:
        """Remember what was typed until Baton closes."""
        self._logins[device.id] = login
        self._refused.discard(device.id)

    def was_let_in(self, owner: QObject, device: Device) -> None:
        """Keep the password now that the device has taken it, if the person wanted that."""
        login = self._logins.get(device.id)
        if login is None or not login.is_to_keep:
            return
        self._logins[device.id] = Login(login.username, login.password)
        secrets, name = self.console.workstation.secrets, device.secret_name
        # On a reader thread: the keyring may ask something, and edits must not wait for that.
        self.console.read(owner, lambda _desk: secrets.put(name, login.password), lambda _none: None)

    def look_for_keyring(self, owner: QObject, on_known: Callable[[bool], None]) -> None:
        """Find out whether a password can be kept beyond this start."""
        secrets = self.console.workstation.secrets

        def found(has_keyring: bool) -> None:  # noqa: FBT001 - the answer from the reader thread
            self.has_keyring = has_keyring
            on_known(has_keyring)

        self.console.read(owner, lambda _desk: _outlive_us(secrets), found)

    def forget(self, device_id: str) -> None:
        """Forget what was typed for a device and what it refused: it was moved, so it may be another box."""
        self._logins.pop(device_id, None)
        self._refused.discard(device_id)

    def was_refused(self, device_id: str) -> None:
        """Forget what the device has refused."""
        self._logins.pop(device_id, None)
        self._refused.add(device_id)

    def target(
        self,
        owner: QObject,
        device: Device,
        login: Login,
        on_target: Callable[[Target], None],
        on_error: Callable[[BatonError], None],
    ) -> None:
        """Give the device with its login and the keys that the book has at this moment."""
        self.look_up(
            owner,
            lambda desk: terminals.target(desk, device, login.password, username=login.username),
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


def _outlive_us(secrets: Secrets) -> bool:
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
