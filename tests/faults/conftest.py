"""Whole workstations for the tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workstations import Office, an_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Give workstations with real child processes; all are closed at the end."""
    with an_office(tmp_path) as made:
        yield made
