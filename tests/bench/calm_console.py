"""The console of the calm bench: a real window on a real company, with a timer that notes how late it is.

Runs in a process of its own. Phase by phase it says what it is at, and measures; what loads it is made elsewhere.
"""

import cProfile
import io
import os
import pstats
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.services.issue_lists import View
from app.services.terminals import CommandAnswer, CommandDone, Exchange, Target

TICK_MS = 5
SETTLE_S = 2.0
COMMANDS = ("show version", "show interfaces", "show ip interface brief", "show running-config")


@dataclass(frozen=True)
class Phase:
    """One stretch of measuring."""

    name: str
    has_sessions: bool
    has_rows: bool
    seconds: float


@dataclass(frozen=True)
class Measured:
    """How late each tick was, in ms, and how many commands were answered."""

    late_ms: list[float]
    answers: int


def console(
    folder: Path, targets: Sequence[Target], phases: Sequence[Phase], rows_on: Any, *, is_profiled: bool
) -> dict[str, Measured]:
    """Open the console, go through the phases and close it. `rows_on` is set while rows are to be written elsewhere."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.runtime.opening import OpenedProfile  # noqa: PLC0415  Qt reads the platform when it is loaded
    from app.runtime.profile import Profile  # noqa: PLC0415
    from app.runtime.secrets import MemorySecrets  # noqa: PLC0415
    from app.runtime.workstation import Contact  # noqa: PLC0415
    from ui.bootstrap.session import Session  # noqa: PLC0415
    from ui.bootstrap.stage import settle, wait_for  # noqa: PLC0415
    from ui.bootstrap.starting import application  # noqa: PLC0415

    application()
    profile = Profile.load(folder)
    assert profile is not None
    session = Session(OpenedProfile(profile, MemorySecrets()), profile)
    session.show()
    session.connect_company()
    wait_for(lambda: session.workstation.sync_state.contact is Contact.SYNCED, "the company", 120)
    session.queue().list.go(View.ALL_OPEN)
    settle(int(SETTLE_S * 1000))
    sessions = _Sessions(session.workstation, lambda done: session.mailbox.call(session, done))
    measured = {}
    try:
        for phase in phases:
            if phase.has_rows:
                rows_on.set()
            if phase.has_sessions:
                sessions.begin(targets)
            settle(int(SETTLE_S * 1000))
            before = sessions.answers
            late_ms = _profiled(phase) if is_profiled and phase.has_rows and phase.has_sessions else _ticks(phase)
            measured[phase.name] = Measured(late_ms, sessions.answers - before)
            rows_on.clear()
            sessions.end()
            settle(int(SETTLE_S * 1000))
    finally:
        session.close()
    return measured


class _Sessions:
    """Keeps one command running on each device; each answer comes to the GUI thread, as a pane would have it."""

    def __init__(self, workstation: Any, on_gui: Callable[[Callable[[], None]], None]) -> None:
        self._exchange = Exchange(workstation.to_devices)
        workstation.on_device_message = self._exchange.on_message
        self._on_gui = on_gui
        self._is_on = False
        self.answers = 0

    def begin(self, targets: Sequence[Target]) -> None:
        self._is_on = True
        for at, target in enumerate(targets):
            self._run(target, at)

    def end(self) -> None:
        self._is_on = False

    def _run(self, target: Target, count: int) -> None:
        def answered(answer: CommandAnswer) -> None:
            self._on_gui(lambda: self._answered(target, count, answer))

        self._exchange.run(target, COMMANDS[count % len(COMMANDS)], answered)

    def _answered(self, target: Target, count: int, answer: CommandAnswer) -> None:
        assert isinstance(answer, CommandDone), answer
        self.answers += 1
        if self._is_on:
            self._run(target, count + 1)


def _ticks(phase: Phase) -> list[float]:
    """Give how much later than asked for each tick of a timer came, while the event loop did its work."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: PLC0415  Qt reads the platform when it is loaded

    late_ms: list[float] = []
    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    asked_at = time.perf_counter()
    end = asked_at + phase.seconds

    def tick() -> None:
        nonlocal asked_at
        now = time.perf_counter()
        late_ms.append(max(0.0, (now - asked_at) * 1000 - TICK_MS))
        if now >= end:
            loop.quit()
            return
        asked_at = time.perf_counter()
        timer.start(TICK_MS)

    timer.timeout.connect(tick)
    timer.start(TICK_MS)
    loop.exec()
    return late_ms


def _profiled(phase: Phase) -> list[float]:
    profile = cProfile.Profile()
    profile.enable()
    try:
        return _ticks(phase)
    finally:
        profile.disable()
        text = io.StringIO()
        pstats.Stats(profile, stream=text).sort_stats("tottime").print_stats(15)
        sys.stderr.write(f"-- calm: the GUI thread, by own time\n{text.getvalue()}")
