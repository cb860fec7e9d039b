"""The sync child's entry point."""

import signal
from multiprocessing.connection import Connection

from app.sync.messages import SyncJob


def main(pipe: "Connection[object, object]", job: SyncJob) -> None:
    """Run in the child process. Ctrl+C in a terminal is the console's business: it tells us to stop."""
    from app.sync.child import run  # noqa: PLC0415  the console must not load psycopg to name this function

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run(pipe, job)
