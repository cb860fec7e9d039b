"""The machine by hand, for longer than the test command has time.

python -m tests.unit.sync.machine --runs 2000
python -m tests.unit.sync.machine --runs 300 --seeds 5 --defect "serial cursor"
"""

import argparse
import os
import random
import sys
import tempfile
import uuid
from pathlib import Path

from app.company import schema_steps
from app.company.connection import open_dsn
from app.company.embedded import EmbeddedServer
from tests.stations import TestCompany
from tests.unit.sync.machine.defects import DEFECTS, Defect
from tests.unit.sync.machine.search import Finding, search


def _search_afresh(server: EmbeddedServer, seed: int, defect: Defect | None, asked: argparse.Namespace) -> Finding:
    """Search on a company of its own."""
    name = f"firm_{uuid.uuid4().hex[:12]}"
    with open_dsn(server.dsn("postgres", "postgres")) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    with open_dsn(server.dsn("postgres", name)) as connection:
        schema_steps.init(connection)
    with tempfile.TemporaryDirectory() as folder:
        company = TestCompany(server, name, Path(folder))
        return search(company, asked.runs, defect, steps=asked.steps, seed=seed, is_shrunk=asked.shrink)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.unit.sync.machine")
    parser.add_argument("--runs", type=int, default=2000, help="at most so many runs of the machine")
    parser.add_argument("--steps", type=int, default=30, help="steps in a run")
    parser.add_argument("--seed", type=int, default=None, help="repeats a search; otherwise each is another")
    parser.add_argument("--seeds", type=int, default=1, help="so many searches, with this seed and the following")
    parser.add_argument("--defect", choices=[d.name for d in DEFECTS], help="switch this one on")
    parser.add_argument("--shrink", action="store_true", help="make what was found small; takes minutes")
    arguments = parser.parse_args()
    defect = next((d for d in DEFECTS if d.name == arguments.defect), None)
    first = random.randrange(10**6) if arguments.seed is None else arguments.seed
    is_as_expected = True
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        server = EmbeddedServer(Path(folder) / "data")
        server.start()
        try:
            for seed in range(first, first + arguments.seeds):
                finding = _search_afresh(server, seed, defect, arguments)
                print(f"seed {seed:<8}", finding.as_text(), flush=True)  # noqa: T201  this is its result
                if finding.broken is not None and defect is None:
                    print(finding.broken, *finding.broken.__notes__, sep="\n")  # noqa: T201  and so are the steps to it
                is_as_expected &= (finding.broken is None) == (defect is None)
        finally:
            server.remove()
    return 0 if is_as_expected else 1


if __name__ == "__main__":
    sys.exit(main())
