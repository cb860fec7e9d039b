"""The first moments of a child: it may be gone before its first word, and its password may have to be waited for."""

import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from app.runtime.children.supervisor import Child, ChildState
from tests.workstations import until


def refuse(pipe: "Connection[Any, Any]") -> None:
    """End before the first word was read."""
    pipe.close()


def echo(pipe: "Connection[Any, Any]") -> None:
    """Send back what comes, up to "stop"."""
    while (word := pipe.recv()) != "stop":
        pipe.send(word)


def test_a_child_that_ends_before_its_first_word_is_started_again_and_the_words_wait() -> None:
    states: list[ChildState] = []
    child = Child("short", refuse, (), lambda _m: None, lambda: ("x" * 2_000_000,), states.append)
    child.send("y" * 2_000_000)  # more than any pipe holds
    child.start()
    until(lambda: any(s.starts == 3 for s in states), "the third start")
    child.stop("stop", grace_s=1)
    assert not any(t.name == "short-child" for t in threading.enumerate())


def test_nobody_waits_for_a_keyring_that_waits_for_a_person() -> None:
    heard: list[Any] = []
    unlocked = threading.Event()

    def password() -> tuple[Any, ...]:
        unlocked.wait(20)
        return ("password",)

    child = Child("locked", echo, (), heard.append, password)
    child.start()
    time.sleep(0.3)
    began = time.monotonic()
    child.send("typed meanwhile")
    assert time.monotonic() - began < 0.2, "send returns at once"
    unlocked.set()
    until(lambda: heard == ["password", "typed meanwhile"], lambda: f"both words in order, not {heard}")
    child.stop("stop")
