"""Many simulated devices in one loop of one thread, each listening on its own port of 127.0.0.1."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import Self, TypeVar

from app.practice.device import Faults, LoginAttempt, SimulatedDevice
from app.practice.host_keys import fingerprint, new_host_key
from app.practice.stand import Stand

__all__ = ["LINES", "Farm", "fingerprint", "new_host_key"]

LINES = SimulatedDevice("").lines
"""As many connections as a box has terminal lines (vty 0 4)."""

_Result = TypeVar("_Result")


class Farm:
    """Devices that answer over SSH. Its methods are called from any thread but its own."""

    def __init__(
        self,
        devices: Iterable[SimulatedDevice],
        on_line: Callable[[SimulatedDevice, str, bool, bool], None] = lambda _device, _line, _config, _refused: None,
    ) -> None:
        """`on_line` hears of every line typed, of config mode and of a refusal, on the farm's thread."""
        self._stands = {device.name: Stand(device, self._port_of, on_line) for device in devices}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="practice devices", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> dict[str, int]:
        """Listen, and give each device's port. Raises OSError when a port is taken."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self.ports

    def stop(self) -> None:
        """Cut all connections and end the thread; does nothing the second time."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # the loop has just closed by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    @property
    def ports(self) -> dict[str, int]:
        """Give each device's port on 127.0.0.1."""
        return {name: stand.port for name, stand in self._stands.items()}

    @property
    def fingerprints(self) -> dict[str, str]:
        """Give the fingerprint of each device's key."""
        return {name: fingerprint(stand.host_key) for name, stand in self._stands.items()}

    def set_faults(self, name: str, faults: Faults) -> None:
        """Break or mend a device; open sessions feel it at once."""
        self._call(lambda: self._stands[name].set_faults(faults))

    def faults(self, name: str) -> Faults:
        """Give what is wrong with the device."""
        return self._stands[name].box.faults

    def drop(self, name: str) -> None:
        """Cut the device's connections now; it takes new ones."""
        self._call(self._stands[name].cut)

    def change_host_key(self, name: str, host_key: str = "") -> str:
        """Restart the device with another key, a new one if none is given; gives its fingerprint."""
        key = host_key or new_host_key()
        self._call(lambda: self._stands[name].restart(key))
        return fingerprint(key)

    def restart(self, name: str) -> None:
        """Restart the device with the key it has; what was typed since its start is forgotten."""
        self._call(lambda: self._stands[name].restart(self._stands[name].host_key))

    def reboot(self, name: str, for_s: float | None = None) -> None:
        """Let the device reload from its startup configuration; it is away for `for_s`, else as long as it needs."""
        self._call(lambda: self._stands[name].reboot(for_s))

    def renew(self, name: str) -> None:
        """Make the device as it was at the start of the farm: configurations, key, faults."""
        self._call(self._stands[name].renew)

    def running_config(self, name: str) -> str:
        """Give what the device is configured to, as it stands just now."""
        return self._call(self._stands[name].box.running.text)

    def startup_config(self, name: str) -> str | None:
        """Give what the device would start with; None when it was erased."""
        startup = self._stands[name].box.startup
        return None if startup is None else self._call(startup.text)

    def host_key(self, name: str) -> str:
        """Give the private key that the device has now, to be kept for the next farm."""
        return self._stands[name].host_key

    def attempts(self, name: str) -> tuple[LoginAttempt, ...]:
        """Give every password that reached the device since it stands here."""
        return tuple(self._stands[name].box.attempts)

    def connections(self, name: str) -> int:
        """Give the number of connections that are open."""
        return len(self._stands[name].connections)

    def _port_of(self, jump: str, host: str, port: int) -> int | None:
        """Give where a device behind this jump really listens; None when nobody is there."""
        for stand in self._stands.values():
            if stand.device.behind == jump and ((host, port) == (stand.address, 22) or port == stand.port):
                return stand.port
        return None

    def _call(self, act: Callable[[], _Result]) -> _Result:
        if self._loop is None or not self._thread.is_alive():
            raise RuntimeError("The farm is not running.")

        async def on_loop() -> _Result:
            return act()

        return asyncio.run_coroutine_threadsafe(on_loop(), self._loop).result(timeout=10)

    def _run(self) -> None:
        try:
            asyncio.run(self._stand_until_stopped())
        except BaseException as failure:  # noqa: BLE001 - passed on to whoever waits in start()
            self._failure = failure
        finally:
            self._started.set()

    async def _stand_until_stopped(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        try:
            for stand in self._stands.values():
                stand.listen()
            self._started.set()
            await self._stopping.wait()
        finally:
            for stand in self._stands.values():
                await stand.close()
