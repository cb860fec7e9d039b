"""A child that dies or hangs is started again, and what it missed waits for its successor."""

import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pytest

from app.runtime.children import supervisor
from app.runtime.children.supervisor import Child, ChildState


def echo(pipe: "Connection[Any, Any]", greeting: str) -> None:
    """Send back what comes; "hang" sleeps, "stop" ends."""
    pipe.send(greeting)
    while (word := pipe.recv()) != "stop":
        if word == "hang":
            time.sleep(60)
        pipe.send(word)


def until(condition: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def make(heard: list[Any], states: list[ChildState], first: tuple[Any, ...] = ()) -> Child:
    return Child("echo", echo, ("hello",), heard.append, lambda: first, states.append)


def test_messages_go_both_ways_and_the_last_word_ends_it() -> None:
    heard: list[Any] = []
    states: list[ChildState] = []
    child = make(heard, states)
    child.send("before the start")
    child.start()
    child.send("after")
    until(lambda: len(heard) == 3)
    assert heard == ["hello", "before the start", "after"]
    child.stop("stop")
    child.stop("stop")
    assert [s.is_running for s in states] == [True, False]
    assert not any(t.name == "echo-child" for t in threading.enumerate())


def test_a_killed_child_comes_back_and_gets_its_first_words_again() -> None:
    heard: list[Any] = []
    states: list[ChildState] = []
    child = make(heard, states, ("password",))
    child.start()
    until(lambda: heard == ["hello", "password"])
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: len(states) >= 2 and not states[1].is_running)
    child.send("while it was down")
    until(lambda: heard[2:] == ["hello", "password", "while it was down"])
    child.stop("stop")


def test_a_child_that_hangs_is_ended_and_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "SILENT_LIMIT_S", 0.5)
    heard: list[Any] = []
    states: list[ChildState] = []
    child = make(heard, states)
    child.start()
    until(lambda: heard)
    child.send("hang")
    until(lambda: any(s.starts == 2 for s in states))
    child.stop("stop", grace_s=1)
