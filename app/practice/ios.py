"""The IOS command line of one session: modes, commands and what they answer. Knows no terminal and no SSH."""

import re
from dataclasses import dataclass
from enum import Enum

from app.practice import grammar
from app.practice.box import Box
from app.practice.grammar import LINE, WORD
from app.practice.replies import fill


class Mode(Enum):
    """Where the session is; the value is what follows the hostname in the prompt."""

    USER = ">"
    PRIVILEGED = "#"
    CONFIG = "(config)#"
    INTERFACE = "(config-if)#"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a line brought: text to print, and whether something special follows."""

    text: str = ""
    is_paged: bool = False
    has_ended: bool = False
    wants_password: bool = False


_USER = (
    "enable", "disable", "exit", "logout", "quit", f"terminal length {WORD}", f"terminal width {WORD}",
    "terminal no monitor", "terminal monitor", f"ping {WORD}", "show history",
)  # fmt: skip
_PRIVILEGED = (
    "configure terminal", "write", "write memory", "copy running-config startup-config", "clear counters",
    "show running-config", "show startup-config", f"show running-config interface {LINE}",
)  # fmt: skip
_ANY_CONFIG = ("exit", "end", f"do {LINE}", f"interface {LINE}", f"no {LINE}")
_CONFIG = (f"hostname {WORD}", *(f"{word} {LINE}" for word in (
    "aaa", "access-list", "banner", "clock", "enable", "ip", "ipv6", "line", "lldp", "logging", "ntp", "router",
    "service", "snmp-server", "spanning-tree", "username", "vlan", "vtp",
)))  # fmt: skip
_INTERFACE = ("shutdown", *(f"{word} {LINE}" for word in (
    "channel-group", "description", "duplex", "ip", "ipv6", "mtu", "power", "spanning-tree", "speed", "storm-control",
    "switchport",
)))  # fmt: skip
_KINDS = ("GigabitEthernet", "Vlan", "Loopback", "Port-channel", "Tunnel")
_PRIVILEGED_REPLIES = frozenset({"show logging"})


class IosSession:
    """One person's session on a box; several share the box and its configuration."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._mode = Mode.PRIVILEGED if box.device.is_privileged else Mode.USER
        self._interface = ""
        self.history: list[str] = []
        self.length: int | None = None
        """Rows per page as set by `terminal length`; 0 never pages, None: the window's height."""

    @property
    def prompt(self) -> str:
        """Give what stands before the cursor."""
        return self._box.faults.prompt or f"{self._box.hostname[:20]}{self._mode.value}"

    def commands(self) -> tuple[str, ...]:
        """Give what may be typed in this mode."""
        if self._mode is Mode.INTERFACE:
            return _ANY_CONFIG + _INTERFACE
        if self._mode is Mode.CONFIG:
            return _ANY_CONFIG + _CONFIG
        shows = [name for name in self._box.replies if name.startswith("show ")]
        shows += [f"show interfaces {LINE}"]
        if self._mode is Mode.USER:
            return _USER + tuple(name for name in shows if name not in _PRIVILEGED_REPLIES)
        return _USER + _PRIVILEGED + tuple(shows)

    def obey(self, line: str) -> Reply:
        """Answer one line as it was typed."""
        if not line.strip() or line.lstrip().startswith("!"):
            return Reply()
        self.history = [*self.history[-19:], line.strip()]
        return self._obey(line, len(self.prompt))

    def leave_config(self) -> None:
        """Go back to privileged mode, as Ctrl-Z and Ctrl-C do."""
        if self._mode in {Mode.CONFIG, Mode.INTERFACE}:
            self._mode = Mode.PRIVILEGED

    def password_given(self, password: str) -> bool:
        """Answer `enable`: whether that was the enable password."""
        if password != self._box.device.enable_password:
            return False
        self._mode = Mode.PRIVILEGED
        return True

    def _obey(self, line: str, indent: int) -> Reply:
        line, _, narrowing = line.partition("|")
        read = grammar.read(line, self.commands())
        if isinstance(read, grammar.Misread):
            marker = f"{' ' * (indent + read.column)}^\n" if read.column is not None else ""
            return Reply(f"{marker}{read.message}\n\n" if marker else f"{read.message}\n")
        if self._mode in {Mode.CONFIG, Mode.INTERFACE}:
            return self._configure(read)
        reply = self._execute(read)
        if narrowing and reply.is_paged:
            return _narrowed(reply, narrowing.strip())
        return reply

    def _execute(self, read: grammar.Understood) -> Reply:  # noqa: PLR0911 - a table of commands reads top to bottom
        match read.command.split():
            case ["enable"] if self._mode is Mode.USER and self._box.device.enable_password:
                return Reply(wants_password=True)
            case ["enable"]:
                self._mode = Mode.PRIVILEGED
            case ["disable"]:
                self._mode = Mode.USER
            case ["exit" | "logout" | "quit"]:
                return Reply(has_ended=True)
            case ["configure", "terminal"]:
                self._mode = Mode.CONFIG
                return Reply("Enter configuration commands, one per line.  End with CNTL/Z.\n")
            case ["terminal", "length", _]:
                return self._set_length(read.words[0])
            case ["write", *_] | ["copy", *_]:
                self._box.startup = self._box.running.text()
                return Reply("Building configuration...\n[OK]\n")
            case ["ping", _]:
                return Reply(_ping(read.words[0]))
            case ["show", *_]:
                return self._show(read)
        return Reply()

    def _set_length(self, rows: str) -> Reply:
        if not rows.isdigit() or int(rows) > 512:
            return self._invalid_after("terminal length ")
        self.length = int(rows)
        return Reply()

    def _show(self, read: grammar.Understood) -> Reply:
        if read.words:
            return self._show_interface(read)
        if read.command == "show history":
            text = "".join(f"  {line}\n" for line in self.history)
        elif read.command == "show running-config":
            text = self._box.running.text()
        elif read.command == "show startup-config":
            text = self._box.startup.replace("Building configuration...\n\nCurrent configuration", "Using", 1)
        else:
            text = fill(self._box.replies[read.command], self._box.words())
        return Reply(text, is_paged=True)

    def _show_interface(self, read: grammar.Understood) -> Reply:
        interface = self._interface_named(read.words[0])
        if interface is None:
            return self._invalid_after(read.command.removesuffix(LINE))
        if read.command.startswith("show running-config"):
            return Reply(self._box.running.section(f"interface {interface}"), is_paged=True)
        whole = fill(self._box.replies["show interfaces"], self._box.words())
        part = re.search(rf"^{re.escape(interface)} is .*?(?=^\S|\Z)", whole, re.MULTILINE | re.DOTALL)
        return Reply(part[0] if part else "", is_paged=True)

    def _interface_named(self, typed: str, *, may_be_new: bool = False) -> str | None:
        """Find the full name of `gi 0/1` and `GigabitEthernet0/1` alike, None when there is no such port."""
        match = re.fullmatch(r"([A-Za-z-]+)\s*(\d[\d/.]*)", typed.strip())
        if match is None:
            return None
        kinds = [kind for kind in _KINDS if kind.lower().startswith(match[1].lower())]
        name = f"{kinds[0]}{match[2]}" if len(kinds) == 1 else ""
        is_there = name in self._box.running.interfaces()
        return name if is_there or (name and may_be_new) else None

    def _configure(self, read: grammar.Understood) -> Reply:
        match read.command.split():
            case ["exit"] if self._mode is Mode.INTERFACE:
                self._mode = Mode.CONFIG
            case ["exit" | "end"]:
                self._mode = Mode.PRIVILEGED
            case ["do", _]:
                return self._do(read.words[0])
            case ["interface", _]:
                name = self._interface_named(read.words[0], may_be_new=True)
                if name is None:
                    return self._invalid_after("interface ")
                self._interface, self._mode = name, Mode.INTERFACE
                self._box.running.put("", f"interface {name}")
            case _:
                self._set(read)
        return Reply()

    def _do(self, line: str) -> Reply:
        mode, self._mode = self._mode, Mode.PRIVILEGED
        try:
            reply = self._obey(line, len(self.prompt))
        finally:
            self._mode = mode
        return Reply(reply.text, is_paged=reply.is_paged)

    def _set(self, read: grammar.Understood) -> None:
        header = f"interface {self._interface}" if self._mode is Mode.INTERFACE else ""
        if read.command == f"hostname {WORD}":
            self._box.hostname = read.words[0]
        words = iter(read.words)
        spelled = (next(words) if word in {WORD, LINE} else word for word in read.command.split())
        self._box.running.put(" ".join(spelled), header)

    def _invalid_after(self, command: str) -> Reply:
        return Reply(f"{' ' * (len(self.prompt) + len(command))}^\n{grammar.INVALID}\n\n")


def _narrowed(reply: Reply, narrowing: str) -> Reply:
    """Give the lines that `| include`, `exclude` or `begin` leave."""
    read = grammar.read(narrowing, (f"include {LINE}", f"exclude {LINE}", f"begin {LINE}"))
    if isinstance(read, grammar.Misread):
        return Reply(f"{read.message}\n")
    lines = reply.text.splitlines(keepends=True)
    wanted = read.words[0].strip()
    hits = [at for at, line in enumerate(lines) if wanted in line]
    if read.command.startswith("include"):
        kept = [lines[at] for at in hits]
    elif read.command.startswith("exclude"):
        kept = [line for at, line in enumerate(lines) if at not in set(hits)]
    else:
        kept = lines[hits[0] :] if hits else []
    return Reply("".join(kept), is_paged=True)


def _ping(address: str) -> str:
    return (
        "Type escape sequence to abort.\n"
        f"Sending 5, 100-byte ICMP Echos to {address}, timeout is 2 seconds:\n!!!!!\n"
        "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/2/4 ms\n"
    )
