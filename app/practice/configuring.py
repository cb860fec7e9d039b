"""Config mode of one session: sections opened and left, lines taken into the configuration."""

import re
from functools import partial

from app.practice import grammar, keeping
from app.practice.box import Box
from app.practice.config import Configuration
from app.practice.device import utc_now
from app.practice.grammar import LINE, WORD
from app.practice.platform import Section
from app.practice.seat import Mode, Open, Reply, Seat
from app.practice.typed_secrets import written_down

_TOP = "config"
_ALWAYS = ("exit", "end", f"no {LINE}", f"default interface {LINE}")


class Configuring:
    """Takes what is typed in config mode."""

    def __init__(self, box: Box, seat: Seat) -> None:
        self._box, self._platform, self._seat = box, box.platform, seat
        self._banner_end = ""
        self._banner: list[str] = []

    @property
    def shown(self) -> str:
        """What the prompt says about where one is; "" outside config mode."""
        if self._seat.mode is not Mode.CONFIG:
            return ""
        mode = self._seat.path[-1].shown if self._seat.path else "config"
        if self._seat.draft_name:
            mode = mode.replace("config", f"config-s-{self._seat.draft_name[:6]}", 1)
        return f"({mode})"

    def commands(self, words: str | None = None) -> tuple[str, ...]:
        """Give what may be typed in the section that is open, or in the one whose words these are."""
        words = words or (self._seat.path[-1].section.words if self._seat.path else _TOP)
        opening = tuple(one.command for one in self._platform.sections if (one.inside or _TOP) == words)
        more = tuple(self._session_acts()) if self._seat.draft is not None else ()
        return (*_ALWAYS, *more, *opening, *self._platform.words[words])

    def obey(self, line: str) -> Reply | grammar.Misread:
        """Take a line in the section that is open, else in one around it, as devices do."""
        first: grammar.Misread | None = None
        places = [one.section.words for one in reversed(self._seat.path)] + [_TOP]
        for depth, words in enumerate(places):
            commands = self.commands(words)
            read = grammar.read(line, commands)
            if isinstance(read, grammar.Understood):
                del self._seat.path[len(self._seat.path) - depth :]
                return self._take(read, commands)
            first = first or read
        return first or grammar.Misread(grammar.INVALID, 0)

    def interface_named(self, typed: str, *, may_be_new: bool = False) -> str | None:
        """Find the full name of `gi 0/1` and `GigabitEthernet0/1` alike, None when there is no such port."""
        match = re.fullmatch(r"([A-Za-z-]+)\s*(\d[\d/.]*)", typed.strip())
        if match is None:
            return None
        kinds = [kind for kind in self._platform.kinds if kind.lower().startswith(match[1].lower())]
        name = f"{kinds[0]}{match[2]}" if kinds else ""
        is_there = name in self._edited.headers("interface")
        return name if is_there or (name and may_be_new) else None

    def end(self) -> Reply:
        """Leave config mode."""
        was_draft = self._seat.draft is not None
        self._seat.leave_config()
        now = utc_now()
        log = (
            f"*{now:%b} {now.day:2d} {now:%H:%M:%S}.{now.microsecond // 1000:03d}: %SYS-5-CONFIG_I: "
            f"Configured from console by {self._box.device.username} on vty0 (127.0.0.1)"
        )
        return Reply(log="" if was_draft else log)

    @property
    def _edited(self) -> Configuration:
        return self._seat.draft if self._seat.draft is not None else self._box.running

    def _session_acts(self) -> dict[str, str]:
        return {name: act for name, act in self._platform.privileged.items() if act.startswith("session_")}

    def _take(  # noqa: PLR0911 - a table of what may be typed reads top to bottom
        self, read: grammar.Understood, commands: tuple[str, ...]
    ) -> Reply:
        match read.command.split():
            case ["end"]:
                return self.end()
            case ["exit"]:
                if not self._seat.path:
                    return self.end()
                self._seat.path.pop()
                return Reply()
            case ["no", _]:
                return self._remove(read.words[0], commands)
            case ["default", "interface", _]:
                return self._default(read.words[0])
        acts = self._session_acts() if self._seat.draft is not None else {}
        if read.command in acts:
            return keeping.keep(self._box, self._seat, acts[read.command], read) or Reply()
        section = next((one for one in self._platform.sections if one.command == read.command), None)
        if section is not None:
            return self._open(section, read)
        if read.command.startswith("banner"):
            return self._begin_banner(read.words[0])
        self._put(self._spelled(read))
        return Reply()

    @staticmethod
    def _spelled(read: grammar.Understood) -> str:
        words = iter(read.words)
        return " ".join(next(words) if word in {WORD, LINE} else word for word in read.command.split())

    def _remove(self, rest: str, commands: tuple[str, ...]) -> Reply:
        wanted = grammar.spelled(rest, commands)
        first = wanted.split()[0]
        if not any(command.split()[0] == first for command in commands):
            return Reply(f"{self._platform.texts['invalid']}\n")
        if first == "interface" and (name := self.interface_named(wanted.partition(" ")[2])):
            wanted = f"interface {name}"
        self._put(f"no {wanted}")
        return Reply()

    def _default(self, typed: str) -> Reply:
        name = self.interface_named(typed)
        if name is None:
            return Reply(f"{self._platform.texts['invalid']}\n")
        self._box.change(partial(self._edited.put, f"no interface {name}"))
        self._box.change(partial(self._edited.put, "", (f"interface {name}",)))
        return Reply(f"Interface {name} set to default configuration\n")

    def _open(self, section: Section, read: grammar.Understood) -> Reply:
        headers = self._headers(section, read)
        if not headers:
            return Reply(f"{self._platform.texts['invalid']}\n")
        self._seat.path[:] = self._seat.path[:1] if section.inside and self._seat.path else []
        shown = section.mode.format(name=_short(headers[0]), words=read.words[-1] if read.words else "")
        if len(headers) > 1:
            shown = f"{shown}-range"
        self._seat.path.append(Open(section, headers, shown))
        self._put("")
        return Reply()

    def _headers(self, section: Section, read: grammar.Understood) -> tuple[str, ...]:
        if not section.command.startswith("interface"):
            return (self._spelled(read),)
        names = [self.interface_named(one, may_be_new=True) for one in _ranged(read.words[0])]
        return tuple(f"interface {name}" for name in names if name) if all(names) else ()

    def _put(self, line: str) -> None:
        path = self._seat.path
        line, plain = written_down(self._platform.name, line)
        if plain and line.startswith("enable"):
            self._box.enable_password = plain
        elif plain and line.startswith(f"username {self._box.device.username} "):
            self._box.password = plain
        before = [one.headers[0] for one in path[:-1]]
        for header in path[-1].headers if path else ("",):
            self._box.change(partial(self._edited.put, line, [*before, header] if header else []))

    def _begin_banner(self, rest: str) -> Reply:
        kind, _, text = rest.partition(" ")
        mark = "^C" if text.startswith("^C") else text[:1]
        if self._platform.name == "arista_eos":
            mark, text = "EOF", ""
        if not mark or self._platform.name == "cisco_asa":
            self._put(f"banner {rest}")
            return Reply()
        self._banner_end, self._banner = mark, [kind]
        if text[len(mark) :]:
            return self.take_banner(text[len(mark) :])
        return Reply(self._platform.texts.get("banner_entered", "").format(mark=mark))

    @property
    def is_in_banner(self) -> bool:
        """Whether the lines typed now are the text of a banner."""
        return bool(self._banner_end)

    def take_banner(self, line: str) -> Reply:
        """Take one line of a banner; its mark ends it."""
        text, mark, _ = line.partition(self._banner_end)
        self._banner.append(text)
        if mark:
            kind, *lines = self._banner
            self._banner_end = ""
            self._box.banner = "".join(f"{one}\n" for one in lines if one)
            self._put(f"banner {kind} ^C {' / '.join(one for one in lines if one)} ^C")
        return Reply()


def _short(header: str) -> str:
    """Give what EOS writes into its prompt: Et1 for interface Ethernet1, else the section's own last word."""
    name = header.rsplit(maxsplit=1)[-1]
    found = re.fullmatch(r"([A-Za-z-]+)([\d/.]+)", name)
    return f"{found[1][:2]}{found[2]}" if found and header.startswith("interface") else name


def _ranged(typed: str) -> list[str]:
    """Give the ports of `range gi0/1 - 4`, or the one that was named."""
    found = re.fullmatch(r"(?:r|ra|ran|rang|range)\s+(\D+)([\d/]*?)(\d+)\s*-\s*(\d+)", typed.strip())
    if found is None:
        return [typed]
    return [f"{found[1]}{found[2]}{port}" for port in range(int(found[3]), min(int(found[4]), int(found[3]) + 47) + 1)]
