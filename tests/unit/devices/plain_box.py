"""A box that speaks without SSH: a line of a telnet server, or the other end of a serial port."""

import contextlib
import os
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

WILL_ECHO, WILL_NO_GO_AHEAD, DO_SIZE, DO_TYPE = b"\xff\xfb\x01", b"\xff\xfb\x03", b"\xff\xfd\x1f", b"\xff\xfd\x18"
_COMMAND = re.compile(rb"\xff(?:\xfa.*?\xff\xf0|[\xfb-\xfe].)", re.DOTALL)


@dataclass
class PlainBox:
    """What it is like, and what reached it."""

    username: str = "ops"
    password: str = "right horse"
    greeting: bytes = b"\r\nUser Access Verification\r\n\r\n"
    is_silent: bool = False  # until somebody presses Enter, as a console is
    is_open: bool = False  # somebody is logged in already
    after_password: bytes = b""
    prompt: bytes = b"sw-1>"
    typed: list[bytes] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)  # of telnet: what the other side said of itself
    attempts: int = 0

    def serve(self, read: Callable[[], bytes], write: Callable[[bytes], None]) -> None:
        """Talk until the line ends."""
        lines = self._lines(read, write)
        if self.is_silent:
            next(lines, None)
        write(self.greeting)
        while not self.is_open:
            write(b"Username: ")
            username = next(lines, None)
            write(b"Password: ")
            self._echoes = False
            password = next(lines, None)
            self._echoes = True
            if username is None or password is None:
                return
            self.attempts += bool(username)
            if (username.decode(), password.decode()) != (self.username, self.password):
                write(b"\r\n% Login invalid\r\n\r\n")
            elif self.after_password:
                write(self.after_password)
                next(lines, None)
                return
            else:
                break
        write(b"\r\n" + self.prompt)
        for line in lines:
            if line == b"exit":
                return
            if line == b"show clock":
                write(b"09:14:07.512 UTC Mon Jun 2 2025\r\n")
            elif line == b"show bytes":
                write(bytes(range(0x20, 0xFF)) + b"\xff\xff\xc3\xbc\r\n")  # 255 is said twice
            write(self.prompt)

    _echoes = True

    def _lines(self, read: Callable[[], bytes], write: Callable[[bytes], None]) -> Iterator[bytes]:
        held = b""
        while data := read():
            self.commands += _COMMAND.findall(data)
            self.typed.append(data)
            for at in range(len(keys := _COMMAND.sub(b"", data))):
                key = keys[at : at + 1]
                if key == b"\x15":
                    held = b""
                elif key == b"\r" or (key == b"\n" and keys[at - 1 : at] != b"\r"):
                    line, held = held, b""
                    if self._echoes:
                        write(b"\r\n")
                    yield line
                elif key not in {b"\n", b"\0"}:
                    held += key
                    if self._echoes:
                        write(key)


@contextlib.contextmanager
def telnet(box: PlainBox) -> Iterator[int]:
    """Let the box answer on a port of 127.0.0.1 to one after the other; gives the port."""
    server = socket.create_server(("127.0.0.1", 0))
    open_now: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                line, _address = server.accept()
            except OSError:
                return
            open_now.append(line)
            with line, contextlib.suppress(OSError):
                line.sendall(WILL_ECHO + WILL_NO_GO_AHEAD + DO_TYPE + DO_SIZE)
                box.serve(lambda: line.recv(4096), line.sendall)  # noqa: B023 - served before the next one comes

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for line in open_now:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        serving.join(5)


@contextlib.contextmanager
def serial_port(box: PlainBox) -> Iterator[str]:
    """Let the box answer at the other end of a serial line; gives the port's path."""
    import tty  # noqa: PLC0415 - Windows has none

    ours, theirs = os.openpty()
    tty.setraw(theirs)  # a wire neither echoes nor edits

    is_over = threading.Event()

    def read() -> bytes:
        while not is_over.is_set():
            if select.select([ours], [], [], 0.05)[0]:
                try:
                    return os.read(ours, 4096)
                except OSError:
                    time.sleep(0.05)  # nobody has the port open
        return b""

    def write(data: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(ours, data)

    serving = threading.Thread(target=box.serve, args=(read, write))
    serving.start()
    try:
        yield os.ttyname(theirs)
    finally:
        is_over.set()
        serving.join(5)
        os.close(ours)
        os.close(theirs)
