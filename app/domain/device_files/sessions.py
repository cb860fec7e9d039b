"""A saved session of a terminal program as a device: what PuTTY's and SecureCRT's have in common."""

from collections.abc import Mapping
from typing import Any

from app.domain.device import LoginWith, Protocol
from app.domain.device_files import ssh_jumps
from app.domain.device_files.found import LONGEST_VALUE, MOST_DEVICES, Found, FoundDevice, Unread, shown


class Sessions:
    """Gathers sessions by their keys; jump hosts are linked once all are known."""

    def __init__(self) -> None:
        self.devices: dict[str, FoundDevice] = {}
        self.jumps: dict[str, str] = {}
        self.unread: list[Unread] = []
        self.notes: dict[str, None] = {}
        self._at: dict[tuple[str, int], str] = {}

    def add(self, line: int, key: str, values: Mapping[str, Any], remarks: tuple[str, ...], jump: str = "") -> None:
        """Take one up; a second one of the same key is unread."""
        name = key.casefold()
        if name in self.devices:
            self.unread.append(Unread(line, shown(key), "There is a session of this name already."))
        elif len(self.devices) >= MOST_DEVICES:
            self.notes[f"Only the first {MOST_DEVICES:,} sessions are read."] = None
        else:
            said = {n: v for n, v in values.items() if not isinstance(v, str) or 0 < len(v) <= LONGEST_VALUE}
            self.devices[name] = FoundDevice(line, name, said, remarks=remarks)
            self._at.setdefault((str(said.get("address", "")).casefold(), int(said.get("port", 22))), name)
            if jump:
                self.jumps[name] = jump

    def jump_at(self, host: str, port: int | None, username: str) -> str:
        """Give the key of the jump host at an address; makes one where no session is it."""
        if host.casefold() in self.devices:
            return host.casefold()
        if there := self._at.get((host.casefold(), port or 22)):
            return there
        key = f"jump:{username}@{host}:{port or 22}".casefold()
        if key not in self.devices and len(self.devices) < MOST_DEVICES:
            values: dict[str, Any] = {"name": host, "address": host, "platform": "linux"}
            values |= ({"port": port} if port else {}) | ({"username": username} if username else {})
            self.devices[key] = FoundDevice(0, key, values, remarks=("a jump host of others in the file",))
        return key

    def found(self) -> Found:
        """Give all that was gathered."""
        return Found(ssh_jumps.without_circles(self.devices, self.jumps), tuple(self.unread), tuple(self.notes))


def with_key(values: dict[str, Any], key_file: str, remarks: list[str]) -> None:
    """Add the key file; PuTTY's own form cannot be read by others."""
    if not key_file:
        return
    if key_file.casefold().endswith(".ppk"):
        remarks.append("its key is in PuTTY's own form (.ppk): export it as an OpenSSH key, then say where it is")
    elif values.get("protocol", Protocol.SSH) is Protocol.SSH:
        values |= {"login_with": LoginWith.KEY, "key_file": key_file}
