"""The benches run and say what was agreed; what they measure is looked at by hand."""

import json

import pytest

from tests.bench import clocks, push
from tests.bench.__main__ import BENCHES, main
from tests.bench.company import Stock
from tests.bench.wish import Wish

TINY = Stock(issues=300, customers=20, contacts=40, interactions=100)
PROMISED = {"name", "n", "figures", "reach"}
OF_REACH = {"what", "target", "got", "met"}


def test_the_benches_say_what_was_agreed() -> None:
    wish = Wish(n=1, is_quick=True)
    results = [push.bench(wish, 60, TINY)]
    for result in (*results, clocks.bench(wish)):
        said = json.loads(json.dumps(result.as_dict()))
        assert set(said) == PROMISED
        assert said["n"] == 1
        assert all(isinstance(value, int | float | str | dict) for value in said["figures"].values())
        assert said["reach"]
        assert all(set(reach) == OF_REACH and isinstance(reach["met"], bool) for reach in said["reach"])
        assert said["reach"][0]["what"] in result.as_text()


def test_a_bench_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "--all" in capsys.readouterr().err
    network = {"command", "fleet", "live", "pull", "push", "trap"}
    screen = {"calm", "diff", "search", "start", "table", "terminal", "type"}
    assert network | screen | {"clocks", "crowd"} == set(BENCHES)
