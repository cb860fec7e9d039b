"""Processes of a bench: a fresh one for each thing measured, and what processes have cost so far."""

import cProfile
import io
import multiprocessing
import os
import pstats
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT_S = 600.0
_TICKS_S = os.sysconf("SC_CLK_TCK") if sys.platform != "win32" else 100


class Apart:
    """A function at work in a process of its own, which starts empty and takes no memory of ours along."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, function, arguments), name=function.__name__)
        self._process.start()
        theirs.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def result(self, limit_s: float = LIMIT_S) -> Any:
        """Wait for what the function gives; its exception is raised here as a RuntimeError with the traceback."""
        try:
            if not self._pipe.poll(limit_s):
                raise RuntimeError(f"{self._process.name} took more than {limit_s:.0f} s")
            is_fine, said = self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"{self._process.name} ended without a word") from None
        finally:
            self.end()
        if not is_fine:
            raise RuntimeError(said)
        return said

    def end(self) -> None:
        """End the process if it still lives."""
        self._pipe.close()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _run(pipe: "Connection[Any, Any]", function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        pipe.send((True, function(*arguments)))
    except BaseException:  # noqa: BLE001  whoever waits gets it
        pipe.send((False, traceback.format_exc()))


def peak_bytes() -> int:
    """Give the most memory that this process has had since its program began (not what its parent had)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_s(pid: int, *, with_children: bool = False) -> float:
    """Give the CPU time that a process has used; with its children, also those that have ended."""
    own = _stat(pid)
    used = float(own[11]) + float(own[12])
    if with_children:
        used += float(own[13]) + float(own[14])
        used += sum(float(s[11]) + float(s[12]) for s in map(_stat, children_of(pid)) if s)
    return used / _TICKS_S


def children_of(pid: int) -> list[int]:
    """Give the processes that this one has started and that live."""
    there = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [one for one in there if (said := _stat(one)) and int(said[1]) == pid]


def parent_of(pid: int) -> int:
    """Give the process that started this one."""
    return int(_stat(pid)[1])


def _stat(pid: int) -> list[str]:
    """Give /proc/PID/stat from the state on; [] when the process has just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


@contextmanager
def profiled(wanted: bool, title: str) -> Iterator[None]:  # noqa: FBT001  a bench passes on what was asked
    """Say on stderr where the block spent its time, when that is wanted."""
    if not wanted:
        yield
        return
    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        text = io.StringIO()
        pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(15)
        sys.stderr.write(f"-- {title}, by own time\n{text.getvalue()}")
