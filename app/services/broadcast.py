"""One command to many devices: who would be asked, why somebody is left out, and what each one said.

A broadcast reads. What changes something needs an open change window that is named, and goes only to the devices of the
customer who agreed to it and says for which issue or run; what destroys, and entering config mode, is for one device at
a time. A device whose key nobody has accepted is left out: there is no accepting in a batch.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.devices.messages import CommandDone, CommandFailed, HostKeyMismatch, HostKeyUnknown, Table, Target
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.errors import BadInput, BatonError, HostKeyChanged, Refused
from app.domain.fold import Fold, fold
from app.domain.guard import Mode, Verdict, classify, worst
from app.domain.ports import Secrets
from app.domain.session import ChangeWindow, LineClass
from app.services import devices, guard, terminals
from app.services.desk import Desk
from app.services.terminals import CommandAnswer, Exchange, Login, WayIn

MOST_DEVICES = 500
"""More is no round that anybody looks through."""
TIMEOUT_S = 60.0


class Standing(StrEnum):
    """How a device stands in a broadcast."""

    LEFT_OUT = "left out"
    READY = "ready"
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Aim:
    """A device that was chosen. `why_not` says why it is left out; `username` whose password is to be typed, if any."""

    device_id: str
    name: str
    customer: str
    environment: Environment
    platform: str
    why_not: str = ""
    username: str = ""

    @property
    def standing(self) -> Standing:
        """Say whether it would be asked."""
        return Standing.LEFT_OUT if self.why_not else Standing.READY


@dataclass(frozen=True, slots=True)
class Plan:
    """What a broadcast would do, to be confirmed once. `targets` are by device id, with what each login needs."""

    command: str
    verdict: Verdict
    aims: tuple[Aim, ...]
    targets: Mapping[str, Target] = field(repr=False)
    window: ChangeWindow | None = None

    @property
    def ready(self) -> tuple[Aim, ...]:
        """Give those who would be asked."""
        return tuple(aim for aim in self.aims if not aim.why_not)

    @property
    def passwords_wanted(self) -> tuple[str, ...]:
        """Give the user names for which a password is to be typed, so that more devices can be asked."""
        return tuple(sorted({aim.username for aim in self.aims if aim.username}))

    @property
    def sentence(self) -> str:
        """Give what would happen in one sentence."""
        count, production = len(self.ready), sum(a.environment is Environment.PRODUCTION for a in self.ready)
        customers = len({aim.customer for aim in self.ready if aim.customer})
        words = f"Run “{self.command}” on {count} device{'s' * (count != 1)}"
        words += f" of {customers} customer{'s' * (customers != 1)}" if customers else ""
        words += f", {production} of them production" if 0 < production < count else ""
        words += ", all of them production" if production and production == count else ""
        return f"{words}." if self.window is None else f"{words}, in the window “{self.window.what}”."


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one device. `error` says why there is no text."""

    device_id: str
    standing: Standing
    text: str = field(default="", repr=False)
    table: Table | None = None
    ms: float = 0.0
    error: BatonError | None = None


def plan(
    desk: Desk,
    device_ids: Sequence[str],
    command: str,
    secrets: Secrets,
    *,
    window_id: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Plan:
    """Give what running the command on these devices would mean. May wait for the keyring; sends nothing.

    `typed` are passwords by user name, used where none is kept. Raises BadInput for what is no command or too many
    devices, Refused for what changes something without an open window that is named.
    """
    line = _one_line(command)
    if len(device_ids) > MOST_DEVICES:
        raise BadInput(
            f"{len(device_ids)} devices are chosen, and a broadcast asks at most {MOST_DEVICES}.", "Choose fewer."
        )
    chosen = [desk.need(Device, device_id) for device_id in dict.fromkeys(device_ids)]
    verdict = worst([classify(platform, line, Mode.EXEC) for platform in {d.platform for d in chosen} or {""}])
    guard.need_role(desk)
    window = _window(desk, verdict, window_id)
    names = {c.id: c.name for c in desk.cache.records(Customer)}
    found = [_aim(desk, device, names, secrets, window, typed or {}) for device in chosen]
    targets = {aim.device_id: target for aim, target in found if target is not None and not aim.why_not}
    return Plan(line, verdict, tuple(aim for aim, _t in found), targets, window)


def _one_line(command: str) -> str:
    line = command.strip()
    if not line or any(sign in line for sign in "\r\n\x03\x1a"):
        raise BadInput("A broadcast is one line of text.", "Write one command; run several one after the other.")
    return line


def _window(desk: Desk, verdict: Verdict, window_id: str | None) -> ChangeWindow | None:
    if verdict.line_class is LineClass.READ:
        return None
    if verdict.line_class is LineClass.DESTRUCTIVE:
        raise Refused(
            f"This is not for many devices at once. {verdict.reason}", "Do it on one device at a time, in its terminal."
        )
    if verdict.expanded.split()[:1] in (["configure"], ["edit"]):
        raise Refused("A broadcast gives one command, and this one opens a mode.", "Configure one device at a time.")
    if window_id is None:
        raise Refused(
            f"A broadcast reads, and this line does more. {verdict.reason}",
            "Name the open change window in which it is to be run.",
        )
    window = desk.need(ChangeWindow, window_id)
    if not window.is_open(desk.now):
        raise Refused(f"The change window “{window.what}” is not open now.", "Choose one that is, or open one.")
    if not window.issue_id and not window.run_id:
        raise Refused(
            f"The change window “{window.what}” says no issue or run that this is for.", "Open one that does."
        )
    return window


def _aim(
    desk: Desk,
    device: Device,
    customers: Mapping[str, str],
    secrets: Secrets,
    window: ChangeWindow | None,
    typed: Mapping[str, str],
) -> tuple[Aim, Target | None]:
    customer = customers.get(device.customer_id or "", "")
    aim = Aim(device.id, device.name, customer, device.environment, device.platform)
    if window is not None and window.customer_id != device.customer_id:
        return replace(aim, why_not="another customer's than the window"), None
    try:
        way = terminals.way_in(desk, device.id, secrets)
        why_not = next((why for leg in way.legs if (why := _stranger(leg))), "")
        if why_not:
            return replace(aim, why_not=why_not), None
        logins = {leg.device.id: leg.login or _typed(leg, typed) for leg in way.legs}
        without = next((leg for leg in way.legs if logins[leg.device.id] is None), None)
        if without is not None:
            why_not = "no password is kept" if without.account.username else "no user name to log in with"
            return replace(aim, why_not=f"{why_not}{_of(without, device)}", username=without.account.username), None
        hops = {one: login for one, login in logins.items() if login is not None}
        own = hops.pop(device.id)
        return aim, terminals.target(
            desk, device, own.password, username=own.username, enable_password=own.enable_password, hops=hops
        )
    except (BadInput, HostKeyChanged) as error:
        return replace(aim, why_not=error.what), None


def _stranger(leg: WayIn) -> str:
    """Say why nothing may be sent to a device on the way, "" when it may."""
    if leg.contradiction is not None:
        return f"the host-key book has two keys for {leg.device.name}"
    return "" if leg.is_known else f"nobody has accepted the key of {leg.device.name} yet"


def _typed(leg: WayIn, typed: Mapping[str, str]) -> Login | None:
    password = typed.get(leg.account.username)
    return None if password is None else Login(leg.account.username, password, leg.enable_password)


def _of(leg: WayIn, device: Device) -> str:
    return "" if leg.device.id == device.id else f" for {leg.device.name}, which leads there"


def record(desk: Desk, wanted: Plan) -> None:
    """Let the guard look once more, and write the line into the audit log for everybody who will be asked.

    Only then may it be sent: since the plan was made a window may have closed, and a device may be another one's.
    """
    window_id = None if wanted.window is None else wanted.window.id
    guard.need_on_each(desk, [aim.device_id for aim in wanted.ready], wanted.command, window_id)


class Broadcast:
    """One round over many devices. `on_answer` comes once for each device, on the exchange's thread."""

    def __init__(self, exchange: Exchange, wanted: Plan, on_answer: Callable[[Answer], None]) -> None:
        self._exchange, self._plan, self._on_answer = exchange, wanted, on_answer
        self._lock = threading.Lock()
        self._waiting: dict[str, str] = {}  # device id -> request id
        self._is_cancelled = False

    def start(self, *, timeout_s: float = TIMEOUT_S) -> None:
        """Ask all of them; the devices child decides how many at once."""
        for device_id, target in self._plan.targets.items():
            with self._lock:
                self._waiting[device_id] = ""
            request_id = self._exchange.run(target, self._plan.command, self._taker(device_id), timeout_s=timeout_s)
            with self._lock:
                if device_id in self._waiting:
                    self._waiting[device_id] = request_id

    def cancel(self) -> None:
        """Give up what has not been answered yet; those devices are told as cancelled."""
        with self._lock:
            self._is_cancelled = True
            waiting = [request_id for request_id in self._waiting.values() if request_id]
        for request_id in waiting:
            self._exchange.cancel(request_id)

    @property
    def is_over(self) -> bool:
        """Whether each device was heard of."""
        with self._lock:
            return not self._waiting

    def _taker(self, device_id: str) -> Callable[[CommandAnswer], None]:
        def take(message: CommandAnswer) -> None:
            with self._lock:
                self._waiting.pop(device_id, None)
                was_cancelled = self._is_cancelled
            self._on_answer(_answer(device_id, message, was_cancelled=was_cancelled))

        return take


def _answer(device_id: str, message: CommandAnswer, *, was_cancelled: bool) -> Answer:
    match message:
        case CommandDone(_, raw, table, ms):
            return Answer(device_id, Standing.DONE, raw, table, ms)
        case CommandFailed(_, error):
            return Answer(device_id, Standing.CANCELLED if was_cancelled else Standing.FAILED, error=error)
        case HostKeyUnknown():
            unknown = Refused(
                "Nobody has accepted this device's key.", "Connect to it alone, compare the key, and accept it there."
            )
            return Answer(device_id, Standing.FAILED, error=unknown)
        case HostKeyMismatch():
            return Answer(device_id, Standing.FAILED, error=message.error)


def folded(answers: Iterable[Answer]) -> tuple[Fold, ...]:
    """Give the different answers of those who gave one, each with the ids of its devices."""
    return fold((a.device_id, a.text) for a in answers if a.standing is Standing.DONE)


def as_csv(answers: Iterable[Answer], names: Mapping[str, str]) -> str:
    """Give the tables of all answers as one, the device's name in front; columns that only some have stay empty."""
    tables = [(names.get(a.device_id, a.device_id), a.table) for a in answers if a.table is not None]
    headers = list(dict.fromkeys(name for _device, table in tables for name in table.headers))
    rows = tuple(
        (device, *(dict(zip(table.headers, cells, strict=True)).get(name, "") for name in headers))
        for device, table in tables
        for cells in table.rows
    )
    return devices.as_csv(Table(("device", *headers), rows))
