"""Rounds with one fault each between real processes, in short; `python -m tests.faults.rounds` runs a thousand."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("signals and limits of POSIX", allow_module_level=True)

from tests.faults.rounds.running import run
from tests.faults.rounds.trouble import FAULTS


@pytest.mark.timeout(240)
def test_a_round_of_each_fault_loses_doubles_and_holds_up_nothing() -> None:
    tally = run([*FAULTS], "in short", print)
    assert tally.is_good, tally.as_text()
    assert tally.rounds == len(FAULTS)
    assert not tally.late, tally.as_text()
    assert not tally.crashes, tally.as_text()
