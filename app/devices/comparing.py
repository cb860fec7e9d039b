"""Comparing texts in the devices child, so that a long one keeps neither the console nor a terminal waiting."""

import queue
import threading
import traceback
from collections.abc import Callable

from app.devices.messages import CompareTexts, Crashed, FromChild, TextsCompared
from app.domain.config_diff import compare, lines_of
from app.domain.errors import DeviceFault


class Comparing:
    """One thread, from the first comparison on; the terminals' threads take turns with it."""

    def __init__(self, send: Callable[[FromChild], None]) -> None:
        self._send = send
        self._requests: queue.SimpleQueue[CompareTexts | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def compare(self, request: CompareTexts) -> None:
        """Queue the texts; their one answer is sent when it is there."""
        self._requests.put(request)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="comparing", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Compare nothing more; what is being compared ends with the process."""
        self._requests.put(None)

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            self._send(self._answer(request))

    def _answer(self, request: CompareTexts) -> TextsCompared:
        try:
            return TextsCompared(request.request_id, compare(lines_of(request.left), lines_of(request.right)))
        except Exception:  # noqa: BLE001 - the thread's boundary: passed on to the crash dialog
            self._send(Crashed(request.request_id, traceback.format_exc()))
            return TextsCompared(request.request_id, error=DeviceFault("Baton failed to compare them.", "Try again."))
