"""Runs the machine for a number of examples and says what came of it."""

import contextlib
import time
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as with_seed
from hypothesis.stateful import run_state_machine_as_test

from tests.stations import TestCompany
from tests.unit.sync.machine.defects import Defect
from tests.unit.sync.machine.machine import SyncMachine
from tests.unit.sync.machine.world import World


@dataclass(frozen=True)
class Finding:
    """How far the machine came: `broken` is the promise that did not hold, None when all held."""

    name: str
    runs: int
    steps: int
    seconds: float
    broken: AssertionError | None

    def as_text(self) -> str:
        result = "all held" if self.broken is None else str(self.broken).split("\n", maxsplit=1)[0]
        return f"{self.name:28}{self.runs:6} runs {self.steps:6} steps {self.seconds:7.1f} s  {result[:120]}"


def search(
    company: TestCompany,
    runs: int,
    defect: Defect | None = None,
    *,
    steps: int = 30,
    seed: int = 1,
    is_shrunk: bool = False,
) -> Finding:
    """Give the first broken promise within so many runs; other errors pass.

    The same seed gives the same examples. Making what was found small takes minutes.
    """
    with contextlib.closing(World(company)) as world:

        class Machine(SyncMachine):
            pass

        Machine.world = world
        chosen = settings(
            max_examples=runs,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink) if is_shrunk else (Phase.generate,),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        with_seed(seed)(Machine)
        began, broken = time.monotonic(), None
        with defect.switched_on(world) if defect else contextlib.nullcontext():
            try:
                run_state_machine_as_test(Machine, settings=chosen)
            except AssertionError as e:
                broken = e
        return Finding(
            defect.name if defect else "the engine as it is",
            Machine.runs,
            Machine.steps,
            time.monotonic() - began,
            broken,
        )
