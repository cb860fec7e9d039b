"""The process in which the practice devices stand: asyncssh and its keys are nothing for the console's process."""

import signal
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from app.runtime.practice_messages import Alive, Break, LineTyped, PracticeFailed, PracticeUp, Renew, StopPractice

if TYPE_CHECKING:
    from app.practice.farm import Farm

_HEARTBEAT_S = 2.0


def main(pipe: "Connection[Any, Any]") -> None:
    """Let the devices stand until told to stop, or until the console is gone."""
    from app.practice.farm import Farm  # noqa: PLC0415  the console must not load asyncssh to name this function
    from app.practice.network import simulated  # noqa: PLC0415  see above

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outlet = _Outlet(pipe)
    farm = Farm(
        simulated(),
        on_line=lambda device, line, is_config, is_refused: outlet.say(
            LineTyped(device.name, device.platform, line, is_config=is_config, is_refused=is_refused)
        ),
    )
    try:
        farm.start()
    except OSError as e:
        outlet.say(PracticeFailed(str(e)))
        return
    try:
        outlet.say(_up(farm))
        _serve(pipe, outlet, farm)
    finally:
        farm.stop()


def _serve(pipe: "Connection[Any, Any]", outlet: "_Outlet", farm: "Farm") -> None:
    while True:
        try:
            if not pipe.poll(_HEARTBEAT_S):
                outlet.say(Alive())
                continue
            message = pipe.recv()
        except (EOFError, OSError):
            return
        match message:
            case Renew():
                for name in farm.ports:
                    farm.renew(name)
                outlet.say(_up(farm))
            case Break(device, faults):
                farm.set_faults(device, faults)
            case StopPractice():
                return


def _up(farm: "Farm") -> PracticeUp:
    return PracticeUp(farm.ports, farm.fingerprints)


class _Outlet:
    """The one way to the console: the devices' thread and this one share it."""

    def __init__(self, pipe: "Connection[Any, Any]") -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def say(self, message: Any) -> None:
        """Send; when the console is gone, reading will notice."""
        with self._lock:
            try:
                self._pipe.send(message)
            except (OSError, ValueError):
                return
