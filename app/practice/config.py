"""A device's running configuration: the text it began with and what was typed since."""

import re

from app.practice.replies import fill


class RunningConfig:
    """The configuration as sections of a header and indented lines."""

    def __init__(self, template: str, words: dict[str, str]) -> None:
        self._lines = fill(template, words).splitlines()

    def text(self) -> str:
        """Give the whole configuration as `show running-config` does."""
        body = "\n".join(self._lines)
        size = len(body)
        return f"Building configuration...\n\nCurrent configuration : {size} bytes\n{body}\n"

    def section(self, header: str) -> str:
        """Give one interface's part, empty when there is none."""
        start = self._find(header)
        if start is None:
            return ""
        lines = [self._lines[start], *self._lines[start + 1 : self._end(start)], "end"]
        body = "\n".join(lines)
        return f"Building configuration...\n\nCurrent configuration : {len(body)} bytes\n!\n{body}\n\n"

    def interfaces(self) -> list[str]:
        """Give the interfaces' full names."""
        return [line.removeprefix("interface ") for line in self._lines if line.startswith("interface ")]

    def put(self, line: str, header: str = "") -> None:
        """Take a line that was typed in config mode, under a section's header when one is open."""
        is_removal = line.startswith("no ")
        wanted = line.removeprefix("no ") if is_removal else line
        if header and self._find(header) is None:
            self._lines[-1:-1] = [header, "!"]
        if not line:
            return
        start = -1 if not header else self._find(header) or 0
        end = self._end(start) if header else len(self._lines) - 1
        indent = " " if header else ""
        setting = re.compile(re.escape(indent + self._setting(wanted)) + r"(\s|$)")
        body = self._lines[start + 1 : end]
        hits = [at for at, old in enumerate(body) if setting.match(old)]
        if is_removal:
            body = [old for at, old in enumerate(body) if at not in hits]
        elif hits:
            body[hits[0] : hits[0] + 1] = [indent + wanted]
        else:
            at = len(body) - 1 if not header and body and body[-1] == "!" else len(body)
            body.insert(at, indent + wanted)
        self._lines[start + 1 : end] = body

    @staticmethod
    def _setting(line: str) -> str:
        """Give the part that names the setting: a second value of it replaces the first."""
        single: tuple[str, ...] = (
            "hostname",
            "description",
            "shutdown",
            "ip address",
            "speed",
            "duplex",
            "switchport mode",
            "switchport access vlan",
        )
        return next((name for name in single if line == name or line.startswith(f"{name} ")), line)

    def _find(self, header: str) -> int | None:
        wanted = header.lower()
        return next((at for at, line in enumerate(self._lines) if line.lower() == wanted), None)

    def _end(self, start: int) -> int:
        end = start + 1
        while end < len(self._lines) and self._lines[end].startswith(" "):
            end += 1
        return end
