"""The inside of the devices child: takes messages, gives each to its session, sends what they say."""

import logging
import sys
import threading
from multiprocessing.connection import Connection

from app.devices.comparing import Comparing
from app.devices.messages import (
    ApplyConfig,
    CancelCommand,
    CloseTerminal,
    CompareTexts,
    Crashed,
    FromChild,
    Heartbeat,
    OpenTerminal,
    Ready,
    ResizeTerminal,
    RunCommand,
    Stop,
    TerminalInput,
    TerminalOpened,
    TerminalTaken,
)

HEARTBEAT_S = 2.0
_LEAVE_S = 2.0
_TURN_S = 0.001


def run(pipe: "Connection[FromChild, object]") -> None:
    """Serve the console until it says Stop or is gone. Returns with everything closed."""
    # What fails is told by messages; without this paramiko's threads would print to the console's stderr.
    for name in ("paramiko", "netmiko"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    # A comparison computes for long without a pause: an echo waits for its turn five times as short as usually.
    sys.setswitchinterval(_TURN_S)
    outlet = _Outlet(pipe)
    beating = threading.Thread(target=outlet.beat, name="heartbeat", daemon=True)
    beating.start()
    outlet.send(Ready())
    try:
        _Switchboard(outlet).serve(pipe)
    finally:
        outlet.close()
        beating.join()


class _Outlet:
    """The one way to the console, shared by all threads. What is said after its end is lost."""

    def __init__(self, pipe: "Connection[FromChild, object]") -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def send(self, message: FromChild) -> None:
        """Send, waiting while the console is behind."""
        with self._lock:
            if self._closed.is_set():
                return
            try:
                self._pipe.send(message)
            except (OSError, ValueError):
                self._closed.set()

    def beat(self) -> None:
        """Send a heartbeat every two seconds until closed."""
        while not self._closed.wait(HEARTBEAT_S):
            self.send(Heartbeat())

    def close(self) -> None:
        """Say nothing more."""
        self._closed.set()


class _Switchboard:
    """Knows the open terminals, the command lanes and where texts are compared."""

    def __init__(self, outlet: _Outlet) -> None:
        # Half a second of paramiko, netmiko and their ciphers: after Ready, so that the console need not wait.
        from app.devices.accounts import Accounts  # noqa: PLC0415
        from app.devices.commands import Commands  # noqa: PLC0415
        from app.devices.terminal import Terminal  # noqa: PLC0415

        self._outlet = outlet
        self._terminal_type: type[Terminal] = Terminal
        self._terminals: dict[str, Terminal] = {}
        self._accounts: Accounts = Accounts()
        self._commands: Commands = Commands(outlet.send, accounts=self._accounts)
        self._comparing = Comparing(outlet.send)

    def serve(self, pipe: "Connection[FromChild, object]") -> None:
        """Take messages to the end."""
        try:
            while True:
                try:
                    message = pipe.recv()
                except (EOFError, OSError):
                    return
                if isinstance(message, Stop):
                    return
                self._take(message)
        finally:
            self._close()

    def _take(self, message: object) -> None:
        match message:
            case OpenTerminal():
                self._open(message)
            case RunCommand():
                self._commands.run(message)
            case ApplyConfig():
                self._commands.apply(message)
            case CancelCommand(request_id):
                self._commands.cancel(request_id)
            case CompareTexts():
                self._comparing.compare(message)
            case TerminalInput() | ResizeTerminal() | TerminalTaken() | CloseTerminal():
                self._pass_on(message)
            case _:
                self._outlet.send(Crashed("", f"The devices child does not know {type(message).__name__}."))

    def _pass_on(self, message: TerminalInput | ResizeTerminal | TerminalTaken | CloseTerminal) -> None:
        """Give the message to its terminal; one that has just ended needs it no more."""
        terminal = self._terminals.get(message.session_id)
        if terminal is None:
            return
        match message:
            case TerminalInput(_, data):
                terminal.type(data)
            case ResizeTerminal(_, cols, rows):
                terminal.resize(cols, rows)
            case TerminalTaken(_, size_bytes):
                terminal.taken(size_bytes)
            case CloseTerminal():
                terminal.close()

    def _open(self, message: OpenTerminal) -> None:
        self._terminals = {key: terminal for key, terminal in self._terminals.items() if not terminal.is_over}
        if message.session_id in self._terminals:
            self._outlet.send(Crashed(message.session_id, "The console opened one terminal twice."))
            return

        def send(said: FromChild) -> None:
            if isinstance(said, TerminalOpened):
                self._accounts.let_in(message.target)
            self._outlet.send(said)

        terminal = self._terminals[message.session_id] = self._terminal_type(message, send)
        terminal.start()

    def _close(self) -> None:
        for terminal in self._terminals.values():
            terminal.close()
        self._comparing.close()
        self._commands.close(_LEAVE_S)
        for terminal in self._terminals.values():
            terminal.join(_LEAVE_S)
