"""The call timer: how long they have been speaking, from the first key on."""

import time
from collections.abc import Callable

from PySide6.QtCore import QTimer

from ui.kit.labels import Label
from ui.kit.theme import Face, Tone

_SECOND_MS = 1000


class CallTimer(Label):
    """Shows minutes and seconds; it can be stopped when they have hung up, and goes on where it was."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(face=Face.MONO, tone=Tone.DIM)
        self._clock = clock
        self._before_s = 0.0
        self._since: float | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(_SECOND_MS)
        self._tick.timeout.connect(self._show)
        self.reset()

    @property
    def seconds(self) -> int:
        """How long it has run, in whole seconds."""
        running = 0.0 if self._since is None else self._clock() - self._since
        return int(self._before_s + running)

    @property
    def is_running(self) -> bool:
        """Say whether it runs now."""
        return self._since is not None

    def start(self) -> None:
        """Run, from where it was."""
        if self._since is None:
            self._since = self._clock()
            self._tick.start()
            self._show()

    def stop(self) -> None:
        """Stand still."""
        if self._since is not None:
            self._before_s += self._clock() - self._since
            self._since = None
            self._tick.stop()
            self._show()

    def reset(self, seconds: int = 0) -> None:
        """Stand still at this many seconds; at none it is not shown."""
        self._since, self._before_s = None, float(seconds)
        self._tick.stop()
        self._show()

    def _show(self) -> None:
        minutes, seconds = divmod(self.seconds, 60)
        is_shown = self.is_running or self.seconds > 0
        self.setText(f"{minutes}:{seconds:02}{'' if self.is_running else ' stopped'}" if is_shown else "")
        self.setAccessibleName(f"Call timer {self.text()}")
        self.setToolTip("How long they have been speaking" if is_shown else "")
        self.setVisible(is_shown)
