"""The devices child's entry point."""

import signal
from multiprocessing.connection import Connection


def main(pipe: "Connection[object, object]") -> None:
    """Run in the child process. Ctrl+C in a terminal is the console's business: it tells us to stop."""
    from app.devices.child import run  # noqa: PLC0415  the console must not load paramiko to name this function

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(pipe)
