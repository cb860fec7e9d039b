"""The sync engine under everything that may happen, and the proof that this would notice."""

import os
from collections.abc import Iterator

import pytest

from tests.stations import TestCompany
from tests.unit.sync.machine.defects import DEFECTS, Defect
from tests.unit.sync.machine.search import Finding, search

RUNS = int(os.environ.get("BATON_MACHINE_RUNS", "40"))
RUNS_FOR_A_DEFECT = 200


@pytest.fixture(scope="module")
def findings() -> Iterator[list[Finding]]:
    """What was found, shown at the end by `pytest -s`."""
    found: list[Finding] = []
    yield found
    print("", *(finding.as_text() for finding in found), sep="\n")  # noqa: T201  the table is what -s is for


def test_no_promise_of_the_engine_breaks(company: TestCompany, findings: list[Finding]) -> None:
    finding = search(company, RUNS)
    findings.append(finding)
    if finding.broken is not None:
        raise finding.broken


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_is_found(company: TestCompany, findings: list[Finding], defect: Defect) -> None:
    finding = search(company, RUNS_FOR_A_DEFECT, defect)
    findings.append(finding)
    assert finding.broken is not None, f"{finding.runs} runs did not notice: {defect.name}"
