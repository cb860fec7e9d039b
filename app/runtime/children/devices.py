"""The devices child's entry point."""

import signal
from multiprocessing.connection import Connection

from app.devices.child import run


def main(pipe: "Connection[object, object]") -> None:
    """Run in the child process. Ctrl+C in a terminal is the console's business: it tells us to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(pipe)
