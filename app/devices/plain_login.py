"""Logging in where the line itself asks: each question of a telnet or serial line is answered once."""

import re
import time

from app.devices.account import NEW_PASSWORD, refused, unanswered
from app.devices.login import Patience
from app.devices.messages import AccountRefused, Target
from app.devices.plain_line import PlainBegun, PlainLine
from app.devices.reading import plain_text
from app.domain.device import Protocol
from app.domain.errors import DeviceFault

_QUIET_S = 0.15
"""A question is one when nothing follows it: "Last login:" goes on."""
_WAKE_S = 2.0
_SILENT_S = 1.5
_RECV_BYTES = 64 * 1024
_TAIL_CHARS = 500
_USER = re.compile(r"(?:user ?name|login)\s*:\s*\Z", re.IGNORECASE)
_PASSWORD = re.compile(r"pass(?:word|code)[^\n:]{0,40}:\s*\Z", re.IGNORECASE)
_PROMPT = re.compile(r"^\S[^\n]{0,80}[>#$%]\s*\Z", re.MULTILINE)
_REFUSED = re.compile(r"bad |incorrect|invalid|fail|denied|refused", re.IGNORECASE)


def log_in_plainly(target: Target, patience: Patience, begun: PlainBegun | None, *, is_terminal: bool) -> PlainLine:
    """Give an open line at its prompt. A terminal is given one that shows none, such as a boot loader's, as well.

    Raises AccountRefused or DeviceFault, and what a hop on the way raises.
    """
    line = PlainLine.open(target, patience, begun)
    try:
        if begun is not None:
            begun(line, target)
        line.greet(_Dialogue(line, target, patience, is_terminal=is_terminal).lead())
    except BaseException:
        line.close()
        raise
    line.settimeout(None)
    return line


class _Dialogue:
    """What is asked and answered on a line before it shows its prompt."""

    def __init__(self, line: PlainLine, target: Target, patience: Patience, *, is_terminal: bool) -> None:
        self._line, self._target, self._patience, self._is_terminal = line, target, patience, is_terminal
        self._said = bytearray()
        self._answered_at = 0
        self._has_user = self._has_password = self._is_woken = self._has_passed_over = False

    def lead(self) -> bytes:
        """Answer until a prompt comes; gives all that was said."""
        until = time.monotonic() + self._patience.login_s
        silent_since = time.monotonic()
        self._line.settimeout(_QUIET_S)
        if self._target.protocol is Protocol.SERIAL:
            self._wake()
        while time.monotonic() < until:
            if self._heard():
                silent_since = time.monotonic()
            elif self._is_through():
                return bytes(self._said)
            elif time.monotonic() - silent_since > (_SILENT_S if self._is_woken else _WAKE_S):
                if self._is_woken and self._is_terminal:
                    return bytes(self._said)
                silent_since = time.monotonic()
                if not self._is_woken:
                    self._wake()
        raise DeviceFault(
            f"{self._target.where} shows no prompt that Baton understands.",
            f"Check its platform ({self._target.platform}), and look at it in a terminal.",
        )

    def _heard(self) -> bool:
        try:
            data = self._line.recv(_RECV_BYTES)
        except TimeoutError:
            return False
        if data:
            self._said += data
            return True
        if self._has_password and _REFUSED.search(self._tail()):
            raise refused(self._target)
        raise DeviceFault(
            f"{self._target.where} ended the connection during the login.",
            "Its lines may all be taken. Try again in a minute.",
        )

    def _is_through(self) -> bool:
        """Answer what is asked; gives whether nothing is asked any more."""
        tail = self._tail()
        last = tail.rstrip().rsplit("\n", 1)[-1]
        if self._has_password and NEW_PASSWORD.search(last):
            raise unanswered(self._target, tail)
        if _PASSWORD.search(tail):
            if self._is_woken and self._target.username and not self._has_user and not self._has_passed_over:
                return self._pass_over()
            return self._answer(self._target.password, was_given=self._has_password, is_password=True)
        if _USER.search(tail):
            return self._answer(self._target.username, was_given=self._has_user, is_password=False)
        return bool(_PROMPT.search(tail))

    def _answer(self, text: str, *, was_given: bool, is_password: bool) -> bool:
        if was_given or (self._has_password and not is_password):
            raise refused(self._target)
        if not text:
            if self._is_terminal:
                return True  # the person answers
            word = "a password" if is_password else "a user name"
            raise AccountRefused(
                f"{self._target.where} asks for {word}, and none is known.",
                "Type it.",
                self._target.device_id,
                was_sent=False,
            )
        if is_password:
            self._has_password = True
        else:
            self._has_user = True
        self._answered_at = len(self._said)
        self._line.sendall(text.encode() + b"\r")
        return False

    def _pass_over(self) -> bool:
        """Leave a password empty: our Enter may have stood for the user name that somebody before us was asked for."""
        self._has_passed_over = True
        self._answered_at = len(self._said)
        self._line.sendall(b"\r")
        return False

    def _wake(self) -> None:
        """Ask for the prompt. What somebody left half typed is erased first: it must not be done by our Enter."""
        self._is_woken = True
        self._line.sendall(b"\x15")
        time.sleep(_QUIET_S)
        self._line.sendall(b"\r")

    def _tail(self) -> str:
        """Give the end of what was said since the last answer, as a person reads it."""
        return plain_text(self._said[self._answered_at :].decode("utf-8", "replace"))[-_TAIL_CHARS:]
