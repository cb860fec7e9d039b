"""What a simulated device is, and what can be wrong with it. Knows neither SSH nor the farm it stands in."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum


class LoginForm(StrEnum):
    """How the device asks for the password: devices with central accounts often ask a question instead."""

    PASSWORD = "password"  # noqa: S105 - the name of an SSH method
    QUESTION = "keyboard-interactive"


@dataclass(frozen=True, slots=True)
class SimulatedDevice:
    """One device as it leaves the box; what is left empty is made up from its name, always the same."""

    name: str
    username: str = "support"
    password: str = field(default="practice", repr=False)
    enable_password: str = field(default="", repr=False)
    """Empty: `enable` asks for nothing."""
    port: int = 0
    """On 127.0.0.1; 0 takes any free one."""
    platform: str = "cisco_ios"
    """cisco_ios, cisco_nxos, cisco_asa or arista_eos: netmiko's names."""
    host_key: str = field(default="", repr=False)
    """Private key as text; empty makes a new one at the start of the farm."""
    second_host_key: str = field(default="", repr=False)
    """A key of another type that the device shows to whoever asks for that type."""
    hostname: str = ""
    address: str = ""
    """The management address it reports, which is not the one it listens on."""
    serial: str = ""
    model: str = ""
    version: str = ""
    login_form: LoginForm = LoginForm.PASSWORD
    is_privileged: bool = False
    """The login lands in privileged mode; on platforms without another mode it always does."""
    interfaces: int = 0
    """Access ports besides the few that every device has: 125 make `show running-config` 43 kB long on cisco_ios."""
    has_only_old_ssh: bool = False
    """Offers only key exchanges with SHA-1, as boxes of before 2015 do."""
    behind: str = ""
    """The device that forwards to this one (direct-tcpip to its `address`, port 22), as a jump host does."""
    lines: int = 5
    """As many connections as it takes at once (vty 0 4)."""
    reboot_s: float = 3.0
    """How long it is away when it reloads."""
    minute_s: float = 60.0
    """How long its minutes are, for tests of what happens by itself after some of them."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a device just now; the default is a healthy one."""

    latency_s: float = 0.0
    """Before anything typed is answered."""
    answer_after_s: float = 0.0
    """Between a command's echo and its output."""
    is_unplugged: bool = False
    """Refuses connections and has dropped those it had."""
    banner_delay_s: float = 0.0
    """Before the first byte of a new connection."""
    banner: str | None = None
    """Shown instead of the banner after the login."""
    login_banner: str = ""
    """Sent before the login."""
    drop_after_bytes: int | None = None
    """Cuts the connection after this many bytes of output, counted per session from now on."""
    reboot_after_bytes: int | None = None
    """Reboots once a session has had this many bytes of output; it comes back healthy."""
    truncate_after: int | None = None
    """Stops each reply after this many bytes and says nothing more."""
    chunk_bytes: int = 0
    """Sends output in pieces of random sizes up to this one; 0: as it comes."""
    chunk_delay_s: float = 0.0
    """At most this long between two pieces."""
    pages_anyway: bool = False
    """Pages whatever was said about the terminal's length."""
    prompt: str | None = None
    """Shows this instead of its prompt."""
    has_prompt_in_output: bool = False
    """Each `show` has a line in its middle that looks like the prompt, and one like prompt and command."""
    has_escapes: bool = False
    """Colours, cursor jumps, titles and questions to the terminal between the lines."""
    is_endless: bool = False
    """Each `show` goes on until Ctrl-C."""
    logs_in_output: bool = False
    """A log line comes between two lines of each `show`, and after the prompt when config mode is left."""
    logs_while_typing: bool = False
    """A log line comes into the line that is being typed, after its third key."""
    is_disk_full: bool = False
    """Cannot save."""
    refuses_enable: bool = False
    """Takes no enable password for the right one."""
    is_password_expired: bool = False
    """Asks for a new password at the login, and takes it."""
    has_only_old_ssh: bool = False
    """Offers only key exchanges with SHA-1."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """One password that reached the device; the password itself is not kept."""

    username: str
    is_accepted: bool
    tried_at: datetime


def utc_now() -> datetime:
    """Give the time as devices show it."""
    return datetime.now(UTC)
