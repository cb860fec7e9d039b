"""The command line: parses, calls a verb, prints what it says.

Exit codes: 0 done, 1 refused or failed with the reason on stderr, 2 wrong usage. With --json one JSON object goes to
stdout and everything else to stderr.
"""

from app.cli.parsing import Screens, run

__all__ = ["Screens", "run"]
