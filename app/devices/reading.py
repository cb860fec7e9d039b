"""Reading a device's output for a command: bounded in time and size, and free of what was meant for a terminal."""

import codecs
import re
import time

import paramiko
from netmiko.channel import SSHChannel
from netmiko.exceptions import ReadException

_ESCAPES = re.compile(
    r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles and the like
    r"|[PX^_].*?\x1b\\"  # DCS, SOS, PM, APC
    r"|\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|[ -/]*[0-Z\\^_`a-~])"  # the short ones
    r"|[\x00\x07\x0e\x0f]",
    re.DOTALL,
)
_HELD_CHARS = 256
_LAST_WORDS_CHARS = 2000
_READ_BYTES = 256 * 1024


_RETURNS = re.compile(r"\r{1,3}\n|\n\r")


def plain_text(text: str) -> str:
    """Give the text as on paper: no escape sequences, no erasing, lines ended by one newline as netmiko ends them."""
    if any(sign in text for sign in "\x1b\x00\x07\x0e\x0f"):
        text = _ESCAPES.sub("", text).replace("\x1b", "")
    if "\x08" in text:
        text = text.replace("\x08", "")
    plain = text.replace("\r\n", "\n")  # mostly all there is, and thirty times as fast
    return _RETURNS.sub("\n", text).replace("\r", "\n") if "\r" in plain else plain


class TookTooLong(Exception):
    """The time for this step is over."""


class SaidTooMuch(Exception):
    """The output passed its limit."""


class BoundedChannel(SSHChannel):
    """netmiko's channel while it prepares the session; by itself it reads for ever when the device never stops."""

    def __init__(self, conn: paramiko.Channel) -> None:
        super().__init__(conn=conn, encoding="utf-8")
        self._connection = conn
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._first = b""
        self._left_bytes = 0
        self._until = 0.0
        self.last_words = ""

    def allow(self, seconds: float, size_bytes: int) -> None:
        """Set what the next step may take."""
        self._until, self._left_bytes = time.monotonic() + seconds, size_bytes

    def await_words(self, seconds: float) -> bool:
        """Wait until the device says something, which is read next; gives whether it has."""
        self._connection.settimeout(seconds)
        try:
            self._first = self._connection.recv(_READ_BYTES)
        except TimeoutError:
            return False
        return True

    def read_buffer(self) -> str:
        """Give what has come, without escape sequences. Raises TookTooLong and SaidTooMuch."""
        if time.monotonic() > self._until:
            raise TookTooLong
        is_over = self._connection.closed or self._connection.eof_received
        if not is_over and not self._first and not self._connection.recv_ready():
            return ""
        data, self._first = self._first or self._connection.recv(_READ_BYTES), b""
        if not data:
            raise ReadException("Channel stream closed by remote device.")
        self._left_bytes -= len(data)
        if self._left_bytes < 0:
            raise SaidTooMuch
        text = self._cleaned(self._decoder.decode(data))
        self.last_words = (self.last_words + text)[-_LAST_WORDS_CHARS:]
        return text

    def read_channel(self) -> str:
        """Give one read's worth: the caller looks for the prompt and comes back."""
        return self.read_buffer()

    def _cleaned(self, text: str) -> str:
        text = _ESCAPES.sub("", self._held + text)
        at = text.rfind("\x1b")
        is_half = at >= 0 and len(text) - at < _HELD_CHARS
        self._held = text[at:] if is_half else ""
        return (text[:at] if is_half else text).replace("\x1b", "")
