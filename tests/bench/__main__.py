"""python -m tests.bench NAME [--json] | --all: measures, the reference beside ours in one run."""

import argparse
import json
import sys

from tests.bench import start

BENCHES = {"start": start.bench}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-n", type=int, default=9, help="runs of each")
    arguments = parser.parse_args()
    if not arguments.all and arguments.name is None:
        parser.error("name a bench, or --all")
    results = [BENCHES[name](arguments.n) for name in (sorted(BENCHES) if arguments.all else [arguments.name])]
    for result in results:
        print(json.dumps(result.as_dict()) if arguments.json else result.as_text())  # noqa: T201  this is its result
    return 0


if __name__ == "__main__":
    sys.exit(main())
