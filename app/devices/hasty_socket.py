"""What makes paramiko's way to its socket short when hundreds of connections are held."""

import socket

import paramiko

_POLL_S = 2.0
"""paramiko looks up from its socket ten times a second; hundreds of idle connections would cost more than the work."""
_READ_BYTES = 16 * 1024
"""Bigger ones leave holes in the memory of 200 threads: 20 MB more at 64 kB."""


def choose(transport: paramiko.Transport) -> None:
    """Choose what is quick, before anything is agreed.

    Small packets do not wait for the answer to the last one, which saves 40 ms at each login; and of the ciphers that
    both sides know, the one whose checking paramiko does not do in Python comes first.
    """
    options = transport.get_security_options()
    options.ciphers = sorted(options.ciphers, key=lambda name: "gcm" not in name)
    if isinstance(transport.sock, socket.socket):
        transport.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def hasten(transport: paramiko.Transport) -> None:
    """Let paramiko read what has come at once instead of piece by piece. The connection is logged in."""
    transport.sock.settimeout(_POLL_S)
    packetizer = transport.packetizer
    # Its reading thread looks the socket up anew for each piece, and nothing is lost between two of them.
    packetizer._Packetizer__socket = _HastySocket(transport.sock)  # noqa: SLF001 - it cannot be told otherwise


class _HastySocket:
    """Reads ahead: a packet is three small reads, and an echo many small packets. One reading thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._ahead = b""
        self._at = 0
        self.send, self.close = sock.send, sock.close

    def recv(self, size: int) -> bytes:
        """Give at most so many bytes; empty at the end. Raises what the socket does."""
        at = self._at
        if not self._ahead:
            self._ahead, at = self._sock.recv(_READ_BYTES), 0
        self._at = at + size
        data = self._ahead[at : self._at]
        if self._at >= len(self._ahead):
            self._ahead = b""  # hundreds of them would be megabytes
        return data
