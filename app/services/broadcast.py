"""One command to many devices: who would be asked, why somebody is left out, and what each one said.

A broadcast reads. What changes or destroys needs an open change window that is named, and goes only to the devices of
the customer who agreed to it. A device whose key nobody has accepted is left out: there is no accepting in a batch.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.devices.messages import CommandDone, CommandFailed, HostKeyMismatch, HostKeyUnknown, Table, Target
from app.domain import guard
from app.domain.customer import Customer, Environment
from app.domain.device import Device
from app.domain.errors import BadInput, BatonError, HostKeyChanged, Refused
from app.domain.fold import Fold, fold
from app.domain.ports import Secrets
from app.domain.session import ChangeWindow, LineClass
from app.services import devices, terminals
from app.services.desk import Desk
from app.services.terminals import CommandAnswer, Exchange

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
    line_class: LineClass
    reason: str
    aims: tuple[Aim, ...]
    targets: Mapping[str, Target] = field(repr=False)
    window: str = ""

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
        return f"{words}, in the window “{self.window}”." if self.window else f"{words}."


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
    worst, reason = _class_of(chosen, line)
    window = _window(desk, worst, window_id)
    names = {c.id: c.name for c in desk.cache.records(Customer)}
    found = [_aim(desk, device, names, secrets, window, typed or {}) for device in chosen]
    targets = {aim.device_id: target for aim, target in found if target is not None and not aim.why_not}
    return Plan(line, worst, reason, tuple(aim for aim, _t in found), targets, "" if window is None else window.what)


def _one_line(command: str) -> str:
    line = command.strip()
    if not line or any(sign in line for sign in "\r\n\x03\x1a"):
        raise BadInput("A broadcast is one line of text.", "Write one command; run several one after the other.")
    return line


def _class_of(chosen: Iterable[Device], line: str) -> tuple[LineClass, str]:
    """Give the worst that the line is on any of these platforms, and why."""
    order = list(LineClass)
    verdicts = [guard.classify(platform, line) for platform in sorted({d.platform for d in chosen})]
    if not verdicts:
        return LineClass.READ, ""
    worst = max(verdicts, key=lambda verdict: order.index(verdict.line_class))
    return worst.line_class, worst.reason


def _window(desk: Desk, worst: LineClass, window_id: str | None) -> ChangeWindow | None:
    if worst is LineClass.READ:
        return None
    if window_id is None:
        raise Refused(
            "A broadcast reads, and this line does more.", "Name the open change window in which it is to be run."
        )
    window = desk.need(ChangeWindow, window_id)
    if not window.is_open(desk.now):
        raise Refused(f"The change window “{window.what}” is not open now.", "Choose one that is, or open one.")
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
    way = terminals.way_in(desk, device.id, secrets)
    password = way.password if way.password is not None else typed.get(device.username)
    why_not = (
        "the host-key book has two keys for it" if way.contradiction is not None
        else "nobody has accepted its key yet" if not way.keys
        else "no user name to log in with" if not device.username
        else ""
    )  # fmt: skip
    if why_not:
        return replace(aim, why_not=why_not), None
    if password is None:
        return replace(aim, why_not="no password is kept for it", username=device.username), None
    try:
        return aim, terminals.target(desk, device, password)
    except (BadInput, HostKeyChanged) as error:
        return replace(aim, why_not=error.what), None


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
