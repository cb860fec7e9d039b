"""Telnet and serial lines, through netmiko's channels, with the face of an SSH channel. Nothing on them is encrypted.

There is no key to check: whoever reads or sits on the line gets the password, which is why a person is told before.
"""

import os
import re
import select
import threading
import time
from collections.abc import Callable
from typing import Any

import serial
from netmiko._telnetlib import telnetlib
from netmiko.channel import SerialChannel, TelnetChannel
from paramiko.buffered_pipe import BufferedPipe, PipeTimeout

from app.devices.login import Patience, log_in_to_hops, open_way
from app.devices.messages import Target
from app.devices.transport import DeviceTransport
from app.domain.device import Protocol
from app.domain.errors import DeviceFault

_BYTES = "latin-1"  # netmiko's channels speak text; so each byte is one letter, and none is lost
_HELD_BYTES = 256 * 1024
_LOOK_S = 0.2
_FULL_S = 0.01
_WRITE_S = 10.0
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_LONE_NEWLINE = re.compile(rb"(?<!\r)\n")
_ECHO, _NO_GO_AHEAD, _SIZE = telnetlib.ECHO, telnetlib.SGA, telnetlib.NAWS


class PlainLine:
    """An open line; the part of paramiko's Channel and Transport that terminals and commands use. Any thread."""

    exit_status = -1

    def __init__(self, source: Any, channel: Any, below: DeviceTransport | None = None) -> None:
        """`source` is what to wait on, `channel` netmiko's way to read and write, `below` the hop that carries it."""
        self._source, self._channel, self._below = source, channel, below
        self.in_buffer = BufferedPipe()
        self.closed = self.eof_received = False
        self._closing = threading.Event()
        self._writing = threading.Lock()
        self._timeout_s: float | None = None
        self._greeting = b""
        self._reader = threading.Thread(target=self._read_all, name="plain line", daemon=True)

    @classmethod
    def open(cls, target: Target, patience: Patience, begun: "PlainBegun | None" = None) -> "PlainLine":
        """Connect and say nothing yet; raises DeviceFault, and FirstContact or KeyMismatch for a hop on the way."""
        line = _serial(target) if target.protocol is Protocol.SERIAL else _telnet(target, patience, begun)
        line._reader.start()  # noqa: SLF001 - the class's own
        return line

    def recv(self, size: int) -> bytes:
        """Give what has come, waiting for it; empty at the end. Raises TimeoutError after the time that was set."""
        if self._greeting:
            data, self._greeting = self._greeting[:size], self._greeting[size:]
            return data
        try:
            return bytes(self.in_buffer.read(size, self._timeout_s))
        except PipeTimeout as error:
            raise TimeoutError from error

    def recv_ready(self) -> bool:
        """Say whether something has come."""
        return bool(self._greeting) or bool(self.in_buffer.read_ready())

    def settimeout(self, timeout_s: float | None) -> None:
        """Set how long `recv` waits; None: as long as it takes."""
        self._timeout_s = timeout_s

    def sendall(self, data: bytes) -> None:
        """Type; raises OSError when the line is gone."""
        with self._writing:
            if self._closing.is_set():
                raise OSError("The line is closed.")
            self._channel.write_channel(data.decode(_BYTES))

    def resize_pty(self, cols: int, rows: int) -> None:
        """Tell the size of the window where the line has a way to."""
        tell = getattr(self._channel, "tell_size", None)
        if tell is not None:
            with self._writing:
                tell(cols, rows)

    def greet(self, said: bytes) -> None:
        """Let what was said during the login be read again, by whoever reads next."""
        self._greeting = said

    def is_active(self) -> bool:
        """Say whether the line is open."""
        return not (self.closed or self._closing.is_set())

    def cut(self) -> None:
        """End it at once, from any thread."""
        self._closing.set()
        self.in_buffer.close()

    def close(self) -> None:
        """Close and wait until it is closed, and the hops with it."""
        self.cut()
        if self._reader.is_alive() and self._reader is not threading.current_thread():
            self._reader.join()
        self._source.close()
        if self._below is not None:
            self._below.close()

    def _read_all(self) -> None:
        try:
            while not self._closing.is_set():
                if len(self.in_buffer) > _HELD_BYTES:
                    time.sleep(_FULL_S)  # whoever reads is behind
                elif _has_come(self._source):
                    self.in_buffer.feed(self._channel.read_buffer().encode(_BYTES))
        except EOFError:
            self.eof_received = True
        except (OSError, ValueError):
            pass  # unplugged, or closed under our hands
        finally:
            self.closed = True
            self.in_buffer.close()


class _TelnetChannel(TelnetChannel):
    """netmiko's, which reads until nothing more comes: from a device that never stops, for ever."""

    def __init__(self, telnet: Any) -> None:
        super().__init__(telnet, _BYTES)
        self._telnet = telnet
        self._size = (80, 24)
        self._tells_size = False
        telnet.set_option_negotiation_callback(self._agree)

    def read_buffer(self) -> str:
        """Give one read's worth."""
        return str(self._telnet.read_eager().decode(_BYTES))

    def write_channel(self, out_data: str) -> None:
        """Type, with the ends of lines as telnet wants them (RFC 854)."""
        data = _LONE_NEWLINE.sub(b"\r\n", _LONE_RETURN.sub(b"\r\0", out_data.encode(_BYTES)))
        super().write_channel(data.decode(_BYTES))

    def tell_size(self, cols: int, rows: int) -> None:
        """Tell the size of the window, once the device has asked for it (RFC 1073)."""
        self._size = (cols, rows)
        if self._tells_size:
            size = cols.to_bytes(2, "big") + rows.to_bytes(2, "big")
            doubled = size.replace(telnetlib.IAC, telnetlib.IAC * 2)
            self._say(telnetlib.SB + _SIZE + doubled + telnetlib.IAC + telnetlib.SE)

    def _agree(self, _socket: object, command: bytes, option: bytes) -> None:
        """Let the device echo and send as it likes, tell our size, and refuse everything else."""
        if command == telnetlib.WILL:
            self._say((telnetlib.DO if option in {_ECHO, _NO_GO_AHEAD} else telnetlib.DONT) + option)
        elif command == telnetlib.DO and option == _SIZE:
            self._tells_size = True
            self._say(telnetlib.WILL + option)
            self.tell_size(*self._size)
        elif command == telnetlib.DO:
            self._say(telnetlib.WONT + option)

    def _say(self, command: bytes) -> None:
        self._telnet.get_socket().sendall(telnetlib.IAC + command)


PlainBegun = Callable[[DeviceTransport | PlainLine, Target], None]


def _telnet(target: Target, patience: Patience, begun: PlainBegun | None) -> PlainLine:
    below = log_in_to_hops(target, patience, begun)
    try:
        connected = open_way(target, below, patience)
    except BaseException:
        if below is not None:
            below.close()
        raise
    connected.settimeout(_WRITE_S)
    telnet: Any = telnetlib.Telnet()  # type: ignore[no-untyped-call]  # netmiko types little of it
    telnet.sock = connected
    return PlainLine(telnet, _TelnetChannel(telnet), below)


def _serial(target: Target) -> PlainLine:
    where = target.address
    try:
        port = serial.Serial(where, target.baud, timeout=0, write_timeout=_WRITE_S, exclusive=True)
    except (serial.SerialException, OSError) as error:
        raise _no_port(where, error) from error
    except ValueError as error:
        raise DeviceFault(f"{where} does not take {target.baud} baud.", "Usual are 9600 and 115200.") from error
    return PlainLine(port, SerialChannel(port, _BYTES))


def _no_port(where: str, error: OSError) -> DeviceFault:
    said = str(error)
    if "Permission" in said or "Access is denied" in said:
        return DeviceFault(
            f"The serial port {where} may not be used by you, or another program holds it.",
            "Close the other program; on Linux join the group that owns the port (dialout).",
        )
    if "exclusively lock" in said or "busy" in said:
        return DeviceFault(f"Another program holds the serial port {where}.", "Close it there first.")
    return DeviceFault(
        f"{where} is no serial port of this machine.",
        "Plug the adapter in and write its port as the address, such as /dev/ttyUSB0 or COM3.",
    )


def _has_come(source: Any) -> bool:
    """Wait a moment for something to read."""
    if isinstance(source, serial.Serial) and os.name != "posix":
        if source.in_waiting:
            return True
        time.sleep(_FULL_S)  # Windows has nothing to wait on here
        return False
    return bool(select.select([source], [], [], _LOOK_S)[0])
