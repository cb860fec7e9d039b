"""python -m tests.bench NAME [--json] | --all: measures, the reference beside ours in one run."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from tests.bench import (
    calm,
    clocks,
    command,
    crowd,
    diff,
    fleet,
    live,
    pull,
    push,
    search,
    start,
    table,
    terminal,
    trap,
)
from tests.bench import type as typing
from tests.bench.result import Result
from tests.bench.wish import Wish

BENCHES: dict[str, Callable[[Wish], Result]] = {
    "calm": calm.bench,
    "clocks": clocks.bench,
    "command": command.bench,
    "crowd": crowd.bench,
    "diff": diff.bench,
    "fleet": fleet.bench,
    "live": live.bench,
    "pull": pull.bench,
    "push": push.bench,
    "search": search.bench,
    "start": start.bench,
    "table": table.bench,
    "terminal": terminal.bench,
    "trap": trap.bench,
    "type": typing.bench,
}


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs; says nothing of speed")
    parser.add_argument("--profile", action="store_true", help="say on stderr where the time goes (pull, push, live)")
    parser.add_argument("-n", type=int, default=None, help="runs of each")
    arguments = parser.parse_args(words)
    if not arguments.all and arguments.name is None:
        parser.error("name a bench, or --all")
    wish = Wish(arguments.n, arguments.quick, arguments.profile)
    for name in sorted(BENCHES) if arguments.all else [arguments.name]:
        result = BENCHES[name](wish)
        print(json.dumps(result.as_dict()) if arguments.json else result.as_text(), flush=True)  # noqa: T201  its result
    return 0


if __name__ == "__main__":
    sys.exit(main())
