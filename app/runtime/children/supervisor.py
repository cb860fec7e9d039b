"""Keeps one child process alive: spawns it, passes messages on, notices when it hangs and starts it again."""

import multiprocessing
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

SILENT_LIMIT_S = 20.0
SHORTEST_BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 30.0
STEADY_AFTER_S = 30.0


@dataclass(frozen=True, slots=True)
class ChildState:
    """How a child is; `starts` counts from 1."""

    name: str
    is_running: bool
    starts: int


class Child:
    """One supervised child. `target(pipe, *args)` must be importable by name: children are spawned.

    `on_message` is called on the child's own reader thread. What is sent while the child is down waits for the next.
    """

    def __init__(
        self,
        name: str,
        target: Callable[..., None],
        args: tuple[Any, ...],
        on_message: Callable[[Any], None],
        on_start: Callable[[], tuple[Any, ...]] = tuple,
        on_state: Callable[[ChildState], None] = lambda _state: None,
    ) -> None:
        """`on_start` gives the messages that every new child gets first, such as passwords."""
        self._name, self._target, self._args = name, target, args
        self._on_message, self._on_start, self._on_state = on_message, on_start, on_state
        self._lock = threading.Lock()
        self._waiting: deque[Any] = deque()
        self._pipe: Connection[Any, Any] | None = None
        self._process: BaseProcess | None = None
        self._ending = threading.Event()
        self._starts = 0
        self._thread = threading.Thread(target=self._supervise, name=f"{name}-child", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The process id, for tests that end it; None while it is down."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def send(self, message: Any) -> None:
        """Queue a message for the child, or for its successor."""
        with self._lock:
            if self._pipe is None:
                self._waiting.append(message)
                return
            try:
                self._pipe.send(message)
            except (OSError, ValueError):
                self._waiting.append(message)

    def stop(self, last_word: Any, grace_s: float = 5.0) -> None:
        """Say the last word, give it time to finish, then end it. Safe to call before start and twice."""
        if not self._ending.is_set():
            self.send(last_word)
        self._ending.set()
        if not self._thread.is_alive():
            return
        self._thread.join(grace_s)
        if self._thread.is_alive() and self._process is not None:
            self._process.kill()
            self._thread.join(grace_s)

    def _supervise(self) -> None:
        back_off_s = SHORTEST_BACK_OFF_S
        while not self._ending.is_set():
            began = time.monotonic()
            self._live_once()
            if time.monotonic() - began > STEADY_AFTER_S:
                back_off_s = SHORTEST_BACK_OFF_S
            if self._ending.wait(back_off_s):
                break
            back_off_s = min(LONGEST_BACK_OFF_S, back_off_s * 2)

    def _live_once(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._target, args=(theirs, *self._args), name=self._name, daemon=True)
        process.start()
        theirs.close()
        self._starts += 1
        self._process = process
        first = self._on_start()  # without the lock: a keyring may wait for a person
        with self._lock:
            self._pipe = ours
            self._say(ours, first)
        self._on_state(ChildState(self._name, is_running=True, starts=self._starts))
        try:
            self._read(ours)
        finally:
            with self._lock:
                self._pipe = None
            ours.close()
            process.join(STOP_GRACE_S if self._ending.is_set() else 1.0)
            if process.is_alive():
                process.kill()
                process.join()
            self._process = None
            process.close()
            self._on_state(ChildState(self._name, is_running=False, starts=self._starts))

    def _say(self, pipe: "Connection[Any, Any]", first: tuple[Any, ...]) -> None:
        """Send the first words, then what has waited; what a child that is gone already did not get waits on."""
        try:
            for message in first:
                pipe.send(message)
            while self._waiting:
                pipe.send(self._waiting[0])
                self._waiting.popleft()
        except OSError:
            return  # reading notices it too, and starts the next one

    def _read(self, pipe: "Connection[Any, Any]") -> None:
        while True:
            try:
                if not pipe.poll(SILENT_LIMIT_S):
                    return  # no heartbeat: it hangs
                message = pipe.recv()
            except (EOFError, OSError):
                return
            self._on_message(message)


STOP_GRACE_S = 4.0
