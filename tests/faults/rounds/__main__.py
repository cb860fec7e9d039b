"""python -m tests.faults.rounds [--rounds N] [--seed S] [--fault NAME] [--json]: prints the counts; exit 1 when bad."""

import argparse
import json
import secrets
import signal
import sys

from tests.faults.rounds.running import deck, run
from tests.faults.rounds.trouble import FAULTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rounds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--fault", choices=sorted(FAULTS), help="this one only")
    parser.add_argument("--keep", action="store_true", help="leave the folder, with what every desk said")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    faults = [arguments.fault] * arguments.rounds if arguments.fault else deck(arguments.rounds, arguments.seed)
    # Being told to end is no reason to leave a server and consoles behind.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    _say(f"seed {arguments.seed}")
    tally = run(faults, arguments.seed, _say, is_long=True, keep=arguments.keep)
    print(json.dumps(tally.as_dict(), indent=1) if arguments.json else tally.as_text())  # noqa: T201  this is its result
    return 0 if tally.is_good else 1


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201  how far it is


if __name__ == "__main__":
    sys.exit(main())
