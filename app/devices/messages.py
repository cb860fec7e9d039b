"""What the console and the devices child say to each other. Imports nothing heavy: the console reads it too.

Each OpenTerminal ends with exactly one of TerminalClosed, HostKeyUnknown and HostKeyMismatch; each RunCommand with
exactly one of CommandDone, CommandFailed, HostKeyUnknown and HostKeyMismatch; each ApplyConfig with ConfigApplied or
one of the last three.
"""

from dataclasses import dataclass, field
from typing import Any

from app.domain.config_diff import Comparison
from app.domain.device import LoginWith, Protocol
from app.domain.errors import BatonError, DeviceFault, HostKeyChanged

USUAL_PORTS = {Protocol.SSH: 22, Protocol.TELNET: 23, Protocol.SERIAL: 0}


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One line of the host-key book. `fingerprint` is OpenSSH's form, "SHA256:..."."""

    key_type: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Target:
    """A device to be reached. Without `known_keys` it is a first contact: no password is sent.

    `via` is the device through which it is reached, which may have one itself; each hop has its own keys and login.
    For a key, `password` is its passphrase. For a serial line the address is the port of this machine.
    """

    device_id: str
    address: str
    port: int
    username: str
    password: str = field(repr=False)
    platform: str = "cisco_ios"
    known_keys: tuple[KnownKey, ...] = ()
    allows_legacy: bool = False
    enable_password: str | None = field(default=None, repr=False)
    protocol: Protocol = Protocol.SSH
    baud: int = 9600
    login_with: LoginWith = LoginWith.PASSWORD
    key_file: str = ""
    via: "Target | None" = None

    @property
    def where(self) -> str:
        """Give the address as messages name it."""
        is_plain = self.protocol is Protocol.SERIAL or self.port == USUAL_PORTS[self.protocol]
        return self.address if is_plain else f"{self.address}:{self.port}"

    @property
    def legs(self) -> tuple["Target", ...]:
        """Give the way: the first hop first, the device itself last."""
        before = () if self.via is None else self.via.legs
        return (*before, self)


class AccountRefused(DeviceFault):
    """A device on the way took the connection but not the account; `device_id` names it, a hop or the device itself.

    `can_retype`: another password or passphrase may help, which only a person types. `was_sent`: the device was asked,
    so asking others too might lock the account.
    """

    def __init__(self, what: str, todo: str, device_id: str, *, can_retype: bool = True, was_sent: bool = True) -> None:
        super().__init__(what, todo)
        self.device_id = device_id
        self.can_retype, self.was_sent = can_retype, was_sent

    def but(self, what: str) -> "AccountRefused":
        """Give the same said otherwise."""
        return AccountRefused(what, self.todo, self.device_id, can_retype=self.can_retype, was_sent=self.was_sent)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle whole: it travels between processes."""
        state = {"can_retype": self.can_retype, "was_sent": self.was_sent}
        return type(self), (self.what, self.todo, self.device_id), state


@dataclass(frozen=True, slots=True)
class Table:
    """A command's output as columns; every cell is text."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# From the console to the child.


@dataclass(frozen=True, slots=True)
class OpenTerminal:
    """Open a terminal on a connection of its own.

    With `window_bytes` no more than that much output is under way until TerminalTaken says that it was painted;
    with 0 the output is only paced. The transcript goes into a new file at `transcript`, none without it.
    """

    session_id: str
    target: Target
    cols: int = 80
    rows: int = 24
    window_bytes: int = 0
    transcript: str = ""


@dataclass(frozen=True, slots=True)
class TerminalInput:
    """Send keys to the device."""

    session_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TerminalTaken:
    """Say that so many bytes of output were painted, so that as many more may come."""

    session_id: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ResizeTerminal:
    """Tell the device the window's new size."""

    session_id: str
    cols: int
    rows: int


@dataclass(frozen=True, slots=True)
class CloseTerminal:
    """Close the terminal and its connection."""

    session_id: str


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run one command on a connection kept for commands; commands of one device run one after the other."""

    request_id: str
    target: Target
    command: str
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class ApplyConfig:
    """Change the device's configuration line by line, on a connection of its commands.

    With `revert_minutes` the device goes back by itself unless it could be read back in time; not every platform can.
    `timeout_s` is for each line.
    """

    request_id: str
    target: Target
    lines: tuple[str, ...] = field(repr=False)
    revert_minutes: int = 0
    is_saved: bool = True
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Give the command up; what runs already loses its connection. A change stops before its next line."""

    request_id: str


@dataclass(frozen=True, slots=True)
class CompareTexts:
    """Compare two configurations line by line; they are compared one after the other."""

    request_id: str
    left: str = field(repr=False)
    right: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stop:
    """Close everything and end."""


# From the child to the console.


@dataclass(frozen=True, slots=True)
class Ready:
    """The child takes messages."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The child lives; comes every two seconds."""


@dataclass(frozen=True, slots=True)
class TerminalOpened:
    """The login succeeded and the device gave a terminal."""

    session_id: str


@dataclass(frozen=True, slots=True)
class TerminalOutput:
    """What the device printed, as it came."""

    session_id: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TerminalNotRecorded:
    """The session goes on, but its transcript ends here."""

    session_id: str
    error: BatonError


@dataclass(frozen=True, slots=True)
class TerminalClosed:
    """The terminal is gone. `error` is None when the person or the device ended it properly."""

    session_id: str
    reason: str
    error: BatonError | None = None


@dataclass(frozen=True, slots=True)
class HostKeyUnknown:
    """First contact: nothing was sent but the key exchange. `asked_by` is the session's or the request's id."""

    asked_by: str
    device_id: str
    key_type: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class HostKeyMismatch:
    """A hard stop: the device shows another key than the book. The password was not sent."""

    asked_by: str
    device_id: str
    key_type: str
    fingerprint: str
    expected: tuple[KnownKey, ...]
    error: HostKeyChanged


@dataclass(frozen=True, slots=True)
class CommandDone:
    """The command's output, and as a table where a template knows it."""

    request_id: str
    raw: str = field(repr=False)
    table: Table | None
    ms: float


@dataclass(frozen=True, slots=True)
class CommandFailed:
    """Why there is no output."""

    request_id: str
    error: BatonError
    transcript: str = field(default="", repr=False)
    """Of a change: what was typed and answered up to there."""


@dataclass(frozen=True, slots=True)
class ConfigApplied:
    """The change was made, read back and, where there was a timer, confirmed.

    `before` and `after` are the running configuration. `unseen` are lines that it does not show as they were typed:
    abbreviated, hashed, or not taken. They are for a person to look at.
    """

    request_id: str
    transcript: str = field(repr=False)
    save_output: str
    before: str = field(repr=False)
    after: str = field(repr=False)
    unseen: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextsCompared:
    """What changed between two texts, or why nobody knows; exactly one for each CompareTexts."""

    request_id: str
    comparison: Comparison | None = field(default=None, repr=False)
    error: BatonError | None = None


@dataclass(frozen=True, slots=True)
class Crashed:
    """A bug in the child, for the crash dialog; `asked_by` ended, the child goes on."""

    asked_by: str
    text: str


FromConsole = (
    OpenTerminal
    | TerminalInput
    | TerminalTaken
    | ResizeTerminal
    | CloseTerminal
    | RunCommand
    | ApplyConfig
    | CancelCommand
    | CompareTexts
    | Stop
)
FromChild = (
    Ready
    | Heartbeat
    | TerminalOpened
    | TerminalOutput
    | TerminalNotRecorded
    | TerminalClosed
    | HostKeyUnknown
    | HostKeyMismatch
    | CommandDone
    | CommandFailed
    | ConfigApplied
    | TextsCompared
    | Crashed
)
