"""The sync child's entry point."""

import signal
from multiprocessing.connection import Connection

from app.sync.child import run
from app.sync.messages import SyncJob


def main(pipe: "Connection[object, object]", job: SyncJob) -> None:
    """Run in the child process. Ctrl+C in a terminal is the console's business: it tells us to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(pipe, job)
