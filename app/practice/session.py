"""The command line of one session: modes, commands and what they answer. Knows no terminal and no SSH."""

import re
from collections.abc import Callable
from dataclasses import replace

from app.practice import grammar, keeping
from app.practice.box import Box
from app.practice.configuring import Configuring
from app.practice.grammar import LINE
from app.practice.pipes import narrowed
from app.practice.platform import fill
from app.practice.seat import Mode, Question, Reply, Seat

_TRIES = 3


class Session:
    """One person's session on a box; several share the box and its configuration."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._platform = box.platform
        self._is_misread = False
        is_privileged = box.device.is_privileged or not self._platform.has_user_mode
        self.seat = Seat(Mode.PRIVILEGED if is_privileged else Mode.USER)
        self._configuring = Configuring(box, self.seat)
        self._shows: dict[str, Callable[[grammar.Understood], str]] = {
            "reply": lambda read: fill(self._platform.replies[read.command], box.words()),
            "history": lambda _read: "".join(f"  {line}\n" for line in self.seat.history),
            "running": lambda _read: box.show_running(),
            "running_whole": lambda _read: box.running.text(),
            "startup": lambda _read: box.show_startup(),
        }
        self._acts: dict[str, Callable[[grammar.Understood], Reply]] = {
            "enable": lambda _read: self._enable(),
            "leave": lambda _read: Reply(has_ended=True),
            "length": lambda read: self._set_length(read.words[0]),
            "unpaged": lambda _read: self._set_length("0"),
            "width": lambda read: Reply(self._platform.texts.get("width_set", "").format(width=read.words[0])),
            "ping": lambda read: Reply(_ping(read.words[0])),
            "interface": self._show_interface,
            "running_interface": self._show_running_interface,
        }

    @property
    def prompt(self) -> str:
        """Give what stands before the cursor."""
        if self._box.faults.prompt is not None:
            return self._box.faults.prompt
        name = self._box.hostname[: int(self._platform.texts.get("prompt_hostname", "63"))]
        mark = ">" if self.seat.mode is Mode.USER else "#"
        return f"{name}{self._configuring.shown}{mark}{self._platform.prompt_end}"

    def commands(self) -> tuple[str, ...]:
        """Give what may be typed in this mode."""
        if self.seat.mode is Mode.CONFIG:
            return self._configuring.commands()
        return tuple(self._platform.user if self.seat.mode is Mode.USER else self._platform.privileged)

    def obey(self, line: str) -> Reply:
        """Answer one line as it was typed."""
        if self._configuring.is_in_banner:
            return self._configuring.take_banner(line)
        if not line.strip() or line.lstrip().startswith("!"):
            return Reply()
        self.seat.history = [*self.seat.history[-19:], line.strip()]
        is_config, self._is_misread = self.seat.mode is Mode.CONFIG, False
        reply = self._obey(line, len(self.prompt))
        self._box.on_line(line.strip(), is_config, self._is_misread)
        return reply

    def leave_config(self) -> Reply:
        """Go back to privileged mode, as Ctrl-Z and Ctrl-C do."""
        return self._configuring.end() if self.seat.mode is Mode.CONFIG else Reply()

    def _obey(self, line: str, indent: int) -> Reply:
        if self.seat.mode is Mode.CONFIG:
            return self._configure(line, indent)
        return self._exec(line, indent)

    def _exec(self, line: str, indent: int) -> Reply:
        line, has_pipe, narrowing = line.partition("|")
        acts = self._platform.user if self.seat.mode is Mode.USER else self._platform.privileged
        read = grammar.read(line, acts)
        if isinstance(read, grammar.Misread):
            return self._misread(line, read, indent)
        reply = self._act(acts[read.command], read)
        if has_pipe and reply.is_paged:
            return narrowed(self._platform, reply.text, narrowing.strip())
        return reply

    def _configure(self, line: str, indent: int) -> Reply:
        if self._platform.has_do and (found := re.match(r"\s*do\s+(.*)", line)):
            return self._do(found[1], indent)
        misread = self._configuring.obey(line)
        if isinstance(misread, Reply):
            return misread
        if not self._platform.has_do:
            read = grammar.read(line.partition("|")[0], self._platform.privileged)
            if isinstance(read, grammar.Understood):
                return self._do(line, indent)
        return self._misread(line, misread, indent)

    def _do(self, line: str, indent: int) -> Reply:
        self.seat.mode = Mode.PRIVILEGED
        try:
            reply = self._exec(line, indent)
        finally:
            if self.seat.path or self.seat.mode is Mode.PRIVILEGED:
                self.seat.mode = Mode.CONFIG
        return reply

    def _misread(self, line: str, read: grammar.Misread, indent: int) -> Reply:
        self._is_misread = True
        texts = self._platform.texts
        if read.message.startswith("% Ambiguous"):
            text = texts["ambiguous"].format(line=line.strip())
            column = len(line) - len(line.lstrip())
        elif read.message == grammar.INCOMPLETE:
            text, column = texts["incomplete"], len(line)
        else:
            text, column = texts["invalid"], read.column or 0
        has_marker = "'^'" in text
        return Reply(f"{' ' * (indent + column)}^\n{text}\n\n" if has_marker else f"{text}\n")

    def _act(self, act: str, read: grammar.Understood) -> Reply:
        kept = keeping.keep(self._box, self.seat, act, read)
        if kept is not None:
            return kept
        if act in {"disable", "configure"}:
            self.seat.mode = Mode.USER if act == "disable" else Mode.CONFIG
            return Reply(self._platform.texts["config_entered"] if act == "configure" else "")
        if act in self._shows:
            return Reply(self._shows[act](read), is_paged=True)
        done = self._acts.get(act)
        return done(read) if done is not None else Reply()  # taken without a word, such as `clear counters`

    def _enable(self, tries: int = 1) -> Reply:
        if self.seat.mode is Mode.PRIVILEGED:
            return Reply()
        if not self._box.enable_password and not self._box.faults.refuses_enable:
            self.seat.mode = Mode.PRIVILEGED
            return Reply()

        def answered(password: str) -> Reply:
            if password == self._box.enable_password and not self._box.faults.refuses_enable:
                self.seat.mode = Mode.PRIVILEGED
                return Reply()
            texts = self._platform.texts
            if tries == _TRIES:
                return Reply(texts["bad_secrets"])
            return replace(self._enable(tries + 1), text=texts.get("bad_secret", ""))

        return Reply(asks=Question("Password: ", answered, is_hidden=True))

    def _set_length(self, rows: str) -> Reply:
        if not rows.isdigit() or int(rows) > 512:
            return self._misread(
                f"terminal length {rows}", grammar.Misread(grammar.INVALID, len("terminal length ")), len(self.prompt)
            )
        self.seat.length = int(rows)
        return Reply(self._platform.texts.get("length_set", "") if rows == "0" else "")

    def _show_interface(self, read: grammar.Understood) -> Reply:
        command = read.command.removesuffix(f" {LINE}")
        interface = self._configuring.interface_named(read.words[0])
        if interface is None:
            return self._invalid_after(command)
        whole = fill(self._platform.replies[command], self._box.words())
        part = re.search(
            rf"^(?:Interface )?{re.escape(interface)}[ ,].*?(?=^(?:Interface )?[A-Z]\S*\d.* is |\Z)",
            whole,
            re.MULTILINE | re.DOTALL,
        )
        return Reply(part[0] if part else "", is_paged=True)

    def _show_running_interface(self, read: grammar.Understood) -> Reply:
        interface = self._configuring.interface_named(read.words[0])
        if interface is None:
            return self._invalid_after(read.command.removesuffix(f" {LINE}"))
        body = self._box.running.section(f"interface {interface}")
        words = self._box.words() | {"size": str(len(body)), "body": body}
        return Reply(fill(self._platform.texts["one_interface"], words), is_paged=True)

    def _invalid_after(self, command: str) -> Reply:
        column = len(command) + 1
        return self._misread(f"{command} ", grammar.Misread(grammar.INVALID, column), len(self.prompt))


def _ping(address: str) -> str:
    return (
        "Type escape sequence to abort.\n"
        f"Sending 5, 100-byte ICMP Echos to {address}, timeout is 2 seconds:\n!!!!!\n"
        "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/2/4 ms\n"
    )
