"""Whatever the chunking, the bytes returned are the same."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.devices.prompt_reader import PromptReader
from app.devices.reading import SaidTooMuch, plain_text

PROMPT = "sw-1#"
PATTERN = r"sw-1[^\s>#]{0,60}[>#$]"
COMMAND = "show logging"
PAGE = "\f"
"""Where the device below stops and asks for a key."""
MORE = " --More-- "
WIPES = ("\b" * 10 + " " * 10 + "\b" * 10, "\r" + " " * 10 + "\r", "\r\x1b[K")


class Box:
    """A device that answers one command, and then does what is typed, line by line, when it comes to it."""

    def __init__(
        self,
        output: str,
        *,
        prompt: str = PROMPT,
        echo: str = f"{COMMAND}\n",
        wipe: str = WIPES[0],
        between: str = "",
        tears: str = "",
    ) -> None:
        self._tears = tears.replace("\n", "\r\n")
        self._prompt, self._wipe, self._between, self._echoes = prompt, wipe, between, bool(echo)
        self._pages = deque(f"{echo or ''}{output}{prompt}".replace("\n", "\r\n").split(PAGE))
        self._typed = ""
        self._ready = b""
        self._next_page()

    def type(self, data: bytes) -> None:
        self._typed += data.decode()

    def say(self, most: int) -> bytes:
        """Give what comes in one piece; nothing while it waits for a key."""
        if not self._ready and self._pages and self._typed:
            self._typed = self._typed[1:]
            self._next_page(self._wipe)
        elif not self._ready and "\n" in self._typed:
            line, _, self._typed = self._typed.partition("\n")
            shown = f"{self._between}{line[:1]}{self._tears}{line[1:]}" if self._echoes else ""
            self._ready = f"{shown}\r\n{self._prompt}".encode()
        said, self._ready = self._ready[:most], self._ready[most:]
        return said

    def _next_page(self, wipe: str = "") -> None:
        page = self._pages.popleft()
        self._ready = f"{wipe}{page}{MORE if self._pages else ''}".encode()


def a_reader(most_bytes: int = 1_000_000) -> PromptReader:
    return PromptReader(COMMAND, PATTERN, most_bytes=most_bytes)


def read(box: Box, sizes: Iterable[int], reader: PromptReader | None = None) -> str:
    """Let the reader read in pieces of these sizes, over and over."""
    reader = reader or a_reader()
    silences = 0
    for size in sizes:
        data = box.say(size)
        typed = reader.take(data) if data else reader.quiet()
        box.type(typed)
        silences = 0 if data else silences + 1
        if reader.is_done:
            return reader.answer
        assert silences < 5, "both wait for each other"
    raise AssertionError("it ends somewhere")


def pieces(sizes: list[int]) -> Iterator[int]:
    return chain.from_iterable(repeat(sizes))


LINES = st.sampled_from([
    "",
    PROMPT,
    f"{PROMPT} ",
    f"{PROMPT}show clock",
    "sw-1(config-if)#",
    f"{PROMPT}!",
    "hostname sw-1",
    " --More-- ",
    "banner motd # keep out #",
    "Grüße aus Köln, 日本",
    "\x1b[31mred\x1b[0m",
    "Router>",
    COMMAND,
    "x" * 700,
    "!",
])  # fmt: skip
OUTPUTS = st.lists(LINES, max_size=12).map(lambda lines: "".join(f"{line}\n" for line in lines))
SIZES = st.lists(st.one_of(st.integers(1, 12), st.integers(1, 2000)), min_size=1, max_size=20)


@settings(max_examples=100, deadline=None)
@given(OUTPUTS, SIZES)
@example(f"a\n{PROMPT}\nb\n", [len(f"{COMMAND}\r\na\r\n{PROMPT}"), 1])  # a pause right behind what looks like the end
@example(f"{PROMPT}\n{PROMPT}\n{PROMPT}\n", [len(PROMPT) + 2])
def test_whatever_the_chunking_the_output_is_the_same(output: str, sizes: list[int]) -> None:
    assert read(Box(output), pieces(sizes)) == plain_text(output).removesuffix("\n")


@settings(max_examples=40, deadline=None)
@given(st.lists(OUTPUTS, min_size=1, max_size=4), SIZES, st.sampled_from(WIPES))
def test_pages_are_turned_and_leave_no_trace(parts: list[str], sizes: list[int], wipe: str) -> None:
    reader = a_reader()
    found = read(Box(PAGE.join(parts), wipe=wipe), pieces(sizes), reader)
    assert reader.is_doubtful or found == plain_text("".join(parts)).removesuffix("\n")
    assert not reader.is_doubtful or "sw-1" in "".join(parts)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=600), SIZES)
def test_no_bytes_make_it_fail(noise: bytes, sizes: list[int]) -> None:
    reader = a_reader()
    at = 0
    for size in pieces(sizes):
        if at >= len(noise):
            break
        reader.take(noise[at : at + size])
        reader.quiet()
        at += size
    assert isinstance(reader.answer + reader.prompt, str)


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_device_that_does_not_echo(size: int) -> None:
    assert read(Box("one\ntwo\n", echo=""), repeat(size)) == "one\ntwo"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_log_line_between_prompt_and_fence(size: int) -> None:
    box = Box("one\ntwo\n", between="\r\n%LINK-3-UPDOWN: Gi0/1 is up\r\n")
    assert read(box, repeat(size)) == "one\ntwo"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_log_lines_before_the_echo_are_not_output(size: int) -> None:
    assert read(Box("one\n", echo=f"\n%SYS-5-CONFIG_I\nsw-1#{COMMAND}\n"), repeat(size)) == "one"


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize("echo", ["sh\n%LINK-3-UPDOWN: Gi0/1 is up\now logging\n", f"{COMMAND}\n"])
def test_a_log_line_that_tears_an_echo_in_two(size: int, echo: str) -> None:
    box = Box("one\n%LINK-3-UPDOWN: as before\ntwo\n", echo=echo, tears="\n%LINK-3-UPDOWN: Gi0/2 is up\n")
    assert read(box, repeat(size)) == "one\n%LINK-3-UPDOWN: as before\ntwo"


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_prompt_that_has_changed(size: int) -> None:
    reader = a_reader()
    assert read(Box("", prompt="core-9(config)#"), repeat(size), reader) == ""
    assert reader.prompt == "core-9(config)#"


def test_output_without_a_last_line_end_keeps_its_last_line() -> None:
    assert read(Box("one\ntwo"), repeat(9)) == "one\ntwo"


def test_a_bare_prompt_is_no_answer_yet() -> None:
    reader = a_reader()
    assert reader.take(f"{COMMAND}\r\n".encode()) == b""
    assert reader.take(PROMPT.encode()).startswith(b"!")
    assert not reader.is_done
    assert reader.quiet() == b""  # a slow device: the fence was not answered yet
    assert not reader.is_done


def test_more_than_it_may_read_stops_it() -> None:
    reader = a_reader(most_bytes=1000)
    reader.take(f"{COMMAND}\r\n".encode())
    reader.take(b"x" * 900)
    with pytest.raises(SaidTooMuch):
        reader.take(b"x" * 100)
