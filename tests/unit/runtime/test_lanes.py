"""Lanes: order, results, errors, and an end that finishes what was asked."""

import threading
import time
from functools import partial

import pytest

from app.runtime.lanes import Lane


def slowly(seen: list[int], n: int) -> None:
    time.sleep(0.001)
    seen.append(n)


def test_one_thread_keeps_the_order_and_finishes_before_it_ends() -> None:
    seen: list[int] = []
    ended: list[str] = []
    lane = Lane("writer", 1, lambda: ended.append(threading.current_thread().name))
    for n in range(50):
        lane.submit(partial(slowly, seen, n))
    lane.close()
    assert seen == list(range(50))
    assert ended == ["writer-0"]


def test_an_error_comes_with_the_future_and_the_lane_goes_on() -> None:
    lane = Lane("reader", 2, lambda: None)
    failed = lane.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failed.result(5)
    assert lane.submit(lambda: 7).result(5) == 7
    lane.close()


def test_after_the_end_work_is_cancelled_and_a_second_end_is_nothing() -> None:
    lane = Lane("reader", 2, lambda: None)
    lane.close()
    lane.close()
    assert lane.submit(lambda: 1).cancelled()
