"""Which table a platform's lines are read by. A platform is netmiko's name; one that is not here is read by all."""

from dataclasses import dataclass

from app.domain.guard import asa, eos, ios, junos, nxos, xr
from app.domain.guard.rules import Table


@dataclass(frozen=True, slots=True)
class Family:
    """How a command line reads: its tables, and what stands around commands in a line.

    `escapes` are the words that give an exec command from configuration mode; `separators` part several commands on
    one line; where `has_redirect`, `>` writes a file; `reads_every_pipe` unless a bar may stand in a search text;
    `moves` are words of configuration mode that may stand before a command;
    where `has_watch`, “watch” runs the command behind it; where `asks_to_commit`, leaving may put lines in force.
    """

    name: str
    exec: Table
    config: Table
    pipes: Table
    comments: str = "!"
    escapes: frozenset[str] = frozenset({"do", "do-exec"})
    moves: tuple[str, ...] = ()
    separators: str = ""
    has_redirect: bool = False
    reads_every_pipe: bool = False
    has_watch: bool = False
    asks_to_commit: bool = False
    config_prompt_has_brackets: bool = True
    erase_line: bytes = b"\x15"  # Ctrl-U


IOS = Family("ios", ios.EXEC, ios.CONFIG, ios.PIPES)
NXOS = Family(
    "nxos", nxos.EXEC, nxos.CONFIG, nxos.PIPES, separators=";", has_redirect=True, reads_every_pipe=True
)  # fmt: skip
XR = Family("xr", xr.EXEC, xr.CONFIG, xr.PIPES, reads_every_pipe=True, asks_to_commit=True)
ASA = Family("asa", asa.EXEC, asa.CONFIG, asa.PIPES)
EOS = Family(
    "eos",
    eos.EXEC,
    eos.CONFIG,
    eos.PIPES,
    separators=";",
    has_redirect=True,
    reads_every_pipe=True,
    has_watch=True,
)
JUNOS = Family(
    "junos",
    junos.EXEC,
    junos.CONFIG,
    junos.PIPES,
    comments="#",
    escapes=frozenset({"run", "ru"}),
    moves=("top", "up"),
    separators=";",
    reads_every_pipe=True,
    config_prompt_has_brackets=False,
)
FAMILIES = (IOS, NXOS, XR, ASA, EOS, JUNOS)

_BY_PLATFORM = {
    "cisco_ios": IOS,
    "cisco_xe": IOS,
    "cisco_nxos": NXOS,
    "cisco_xr": XR,
    "cisco_asa": ASA,
    "cisco_ftd": ASA,
    "arista_eos": EOS,
    "juniper": JUNOS,
    "juniper_junos": JUNOS,
}


def family_of(platform: str) -> Family | None:
    """Give the family of a platform, spoken with over whatever; None when it is not known."""
    return _BY_PLATFORM.get(platform.removesuffix("_telnet").removesuffix("_serial"))
