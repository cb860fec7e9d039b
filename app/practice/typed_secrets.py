"""Secrets as a device writes them down after they were typed: none stays as it was."""

import hashlib
import re
from collections.abc import Callable


def _seven(plain: str) -> str:
    return ("02" + hashlib.sha256(plain.encode()).hexdigest()[: 2 * len(plain)]).upper()


def _digest(plain: str, length: int) -> str:
    letters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    seed = b"".join(hashlib.sha256(f"{at}{plain}".encode()).digest() for at in range(1 + length // 32))
    return "".join(letters[byte % 64] for byte in seed[:length])


_RULES: dict[str, tuple[tuple[str, str, Callable[[str], str]], ...]] = {
    "cisco_ios": (
        (r"(enable secret) (?P<plain>\S+)", "9 {}", lambda plain: f"$9${_digest(plain, 14)}${_digest(plain * 2, 43)}"),
        (r"(username \S+ (?:privilege \d+ )?secret) (?P<plain>\S+)", "9 {}", lambda plain: f"$9${_digest(plain, 57)}"),
        (r"(enable password|username \S+ (?:privilege \d+ )?password) (?P<plain>\S+)", "7 {}", _seven),
        (r"(neighbor \S+ password|(?:tacacs|radius)-server key|key) (?P<plain>\S+)", "7 {}", _seven),
    ),
    "cisco_nxos": (
        (r"(username \S+ password) (?P<plain>\S+)(?: role \S+)?", "5 {}", lambda plain: f"$5${_digest(plain, 50)}"),
        (r"(neighbor \S+ password|password|(?:tacacs|radius)-server key) (?P<plain>\S+)", "7 {}", _seven),
    ),
    "cisco_asa": (
        (
            r"(enable password|username \S+ password) (?P<plain>\S+)",
            "{} pbkdf2",
            lambda plain: f"$sha512$5000${_digest(plain, 22)}==${_digest(plain * 2, 22)}==",
        ),
    ),
    "arista_eos": (
        (r"(username \S+ (?:privilege \d+ )?secret) (?P<plain>\S+)", "sha512 {}", lambda p: f"$6${_digest(p, 90)}"),
        (r"(enable (?:secret|password)) (?P<plain>\S+)", "sha512 {}", lambda plain: f"$6${_digest(plain, 90)}"),
        (r"(neighbor \S+ password|(?:tacacs|radius)-server key) (?P<plain>\S+)", "7 {}", _seven),
    ),
}


def written_down(platform: str, line: str) -> tuple[str, str]:
    """Give the line as it will stand in the configuration, and the secret that was typed in it ("" for none)."""
    for pattern, form, hidden in _RULES.get(platform, ()):
        found = re.fullmatch(pattern, line)
        if found is not None:
            plain = found["plain"]
            return f"{found[1]} {form.format(hidden(plain))}", plain
    return line, ""
