"""python -m tests.faults.rounds [--rounds N] [--seed S] [--fault NAME] [--json]: prints the counts, 1 when not all 0."""

import argparse
import json
import random
import secrets
import sys

from tests.faults.rounds.running import run
from tests.faults.rounds.trouble import FAULTS

LONG_STALL_S = 24.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rounds", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", default=secrets.token_hex(4))
    parser.add_argument("--fault", choices=sorted(FAULTS), help="this one only")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    die = random.Random(arguments.seed)
    names = [arguments.fault] if arguments.fault else sorted(FAULTS)
    faults = [die.choice(names) for _ in range(arguments.rounds)]
    sys.stderr.write(f"seed {arguments.seed}\n")
    tally = run(faults, arguments.seed, lambda line: print(line, file=sys.stderr), long_stall_s=LONG_STALL_S)
    print(json.dumps(tally.as_dict(), indent=1) if arguments.json else tally.as_text())
    return 0 if tally.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
