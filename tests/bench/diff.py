"""Two configurations of 10,000 lines compared: ours, and difflib, which gives the same kind of answer.

Both get lists of lines and say which are equal, gone and new. difflib is measured as it is used by default: it leaves
out lines that are repeated often, such as "!", without which it takes seconds; how many equal lines each finds stands
beside the times. What a screen needs beyond that (altered lines, words, rows) is measured beside ndiff, where that ends
within a minute. Last, pairs are compared in the devices child while this process does what a GUI thread does: wait.
"""

import difflib
import multiprocessing
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.devices import child
from app.devices.messages import CompareTexts, Ready, Stop, TextsCompared
from app.domain.config_diff import Change, compare
from app.domain.config_diff_rows import Compared, RowKind, side_by_side
from app.domain.config_diff_summary import summary
from app.domain.config_diff_words import altered_words
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish
from tests.unit.domain.config_texts import a_configuration, edited, reordered, repetitive

LINES = 10_000
MOST_TIMES, MOST_LATE_MS = 1.2, 10.0
TICK_S = 0.001


@dataclass(frozen=True)
class Pair:
    """Two texts; `has_ndiff`: ndiff comes to an end with them."""

    name: str
    left: list[str]
    right: list[str]
    has_ndiff: bool = False


def pairs(lines: int) -> list[Pair]:
    one, repeated = a_configuration(lines), repetitive(lines)
    return [
        Pair("20 edits", one, edited(one, 20), has_ndiff=True),
        Pair("2,000 edits", one, edited(one, lines // 5), has_ndiff=True),
        Pair("sections in another order", one, reordered(one)),
        Pair("another device of the same kind", one, a_configuration(lines, seed=5)),
        Pair("lines repeated often", repeated, edited(repeated, lines // 10)),
        Pair("all different", one, [f"{line} {at}" for at, line in enumerate(a_configuration(lines, seed=9))]),
        Pair("equal", one, list(one)),
    ]


def bench(wish: Wish) -> Result:
    count = wish.size(LINES, 500)
    runs = wish.runs(15)
    figures: dict[str, float | str | dict[str, float]] = {}
    worst = worst_whole = 0.0
    for pair in pairs(count):
        row, ratio, whole_ms = _measured(pair, runs)
        figures[pair.name] = row
        worst = max(worst, ratio)
        if pair.has_ndiff:
            ndiff_ms = [_ms(lambda: list(difflib.ndiff(pair.left, pair.right))) for _ in range(min(runs, 5))]  # noqa: B023  called at once
            figures[f"ndiff_ms_of_{pair.name.replace(' ', '_')}"] = round(percentile(ndiff_ms, 0.5), 1)
            worst_whole = max(worst_whole, whole_ms / percentile(ndiff_ms, 0.5))
    late = _lateness(pairs(count), rounds=wish.size(3, 1))
    figures |= {
        "lines": count,
        "comparisons_in_the_child": len(late.took_ms),
        "child_round_trip_ms_p50": round(percentile(late.took_ms, 0.5), 1),
        "waiting_late_ms_p99": round(percentile(late.late_ms, 0.99), 2),
        "waiting_late_ms_max": round(max(late.late_ms), 2),
    }
    p99 = percentile(late.late_ms, 0.99)
    return Result(
        "diff",
        runs,
        figures,
        (
            Reach("which lines changed, slowest pair, beside difflib", "<= 1.2x", f"{worst:.2f}x", worst <= MOST_TIMES),
            Reach(
                "with altered lines, words and rows, slowest pair, beside ndiff",
                "<= 1.2x",
                f"{worst_whole:.2f}x",
                worst_whole <= MOST_TIMES,
            ),
            Reach("late while the child compares, p99", "<= 10 ms", f"{p99:.1f} ms", p99 <= MOST_LATE_MS),
        ),
    )


def _measured(pair: Pair, runs: int) -> tuple[dict[str, float], float, float]:
    """Give the line of the table, how many times as long as difflib it took, and the ms with everything."""
    left, right = pair.left, pair.right
    ours, theirs, whole = [], [], []
    for _ in range(runs):
        ours.append(_ms(lambda: compare(left, right, in_pairs=False)))
        theirs.append(_ms(lambda: difflib.SequenceMatcher(None, left, right).get_opcodes()))
        whole.append(_ms(lambda: _everything(left, right)))
    # Each run has its own ratio, so that a busy moment of the machine counts for both.
    ratio = percentile([one / other for one, other in zip(ours, theirs, strict=True)], 0.5)
    found = compare(left, right, in_pairs=False).stretches
    opcodes = difflib.SequenceMatcher(None, left, right).get_opcodes()
    row = {
        "ours ms": round(percentile(ours, 0.5), 1),
        "difflib ms": round(percentile(theirs, 0.5), 1),
        "times": round(ratio, 2),
        "equal lines": sum(one.left_end - one.left for one in found if one.change is Change.EQUAL),
        "difflib's": sum(end - start for tag, start, end, _, _ in opcodes if tag == "equal"),
        "ours whole ms": round(percentile(whole, 0.5), 1),
    }
    return row, ratio, percentile(whole, 0.5)


def _everything(left: Sequence[str], right: Sequence[str]) -> None:
    """Do what a screen with everything on it needs."""
    compared = Compared(left, right)
    rows = side_by_side(compared, None)
    for row in rows:
        if row.kind is RowKind.ALTERED:
            altered_words(left[row.left], right[row.right])
    summary(compared)


@dataclass(frozen=True)
class Late:
    """How long comparisons took, and by how much a waiting thread was late meanwhile."""

    took_ms: list[float]
    late_ms: list[float]


def _lateness(asked: list[Pair], rounds: int) -> Late:
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=child.run, args=(theirs,))
    process.start()
    theirs.close()
    is_ready, answered, ended = threading.Event(), threading.Semaphore(0), threading.Event()

    def read() -> None:
        while True:
            try:
                message = pipe.recv()
            except (EOFError, OSError):
                return
            if isinstance(message, Ready):
                is_ready.set()
            elif isinstance(message, TextsCompared):
                answered.release()

    took: list[float] = []

    def ask() -> None:
        for at, pair in enumerate(asked * rounds):
            began = time.perf_counter()
            pipe.send(CompareTexts(str(at), "\n".join(pair.left), "\n".join(pair.right)))
            answered.acquire()
            took.append((time.perf_counter() - began) * 1000)
        ended.set()

    threads = [threading.Thread(target=read), threading.Thread(target=ask)]
    threads[0].start()
    is_ready.wait(30)
    threads[1].start()
    late: list[float] = []
    while not ended.is_set():
        began = time.perf_counter()
        time.sleep(TICK_S)
        late.append((time.perf_counter() - began - TICK_S) * 1000)
    pipe.send(Stop())
    process.join(10)
    for thread in threads:
        thread.join(10)
    pipe.close()
    return Late(took, late)


def _ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
