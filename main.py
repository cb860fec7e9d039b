"""Baton's entry point: hands the command line what only screens can do, so that app never imports ui."""

import multiprocessing
import sys
from argparse import Namespace


def main() -> int:
    """Run Baton and give the exit code."""
    from app.cli import Screens, run  # noqa: PLC0415  children of this process import main.py and need none of it

    return run(sys.argv[1:], Screens(_open_console, _shots, _play_demo))


def _open_console(arguments: Namespace) -> int:
    from ui.bootstrap import open_console  # noqa: PLC0415  verbs start without Qt

    return open_console(arguments)


def _shots(arguments: Namespace) -> int:
    from ui.bootstrap import shots  # noqa: PLC0415  verbs start without Qt

    return shots(arguments)


def _play_demo(arguments: Namespace) -> int:
    from ui.bootstrap import play_demo  # noqa: PLC0415  verbs start without Qt

    return play_demo(arguments)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
