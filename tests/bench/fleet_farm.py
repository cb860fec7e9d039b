"""The simulated devices of a bench, in a process of their own, and what everybody needs to reach them."""

import logging
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from app.devices.messages import KnownKey, Target
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, new_host_key
from tests.bench.process import cpu_s

PASSWORD = "practice"


@dataclass(frozen=True)
class Doors:
    """Where the devices are: their ports on this machine, and the one key that all of them show."""

    ports: Sequence[int]
    fingerprint: str

    def target(self, at: int) -> Target:
        return Target(
            f"d{at}",
            "127.0.0.1",
            self.ports[at],
            "support",
            PASSWORD,
            known_keys=(KnownKey("ssh-ed25519", self.fingerprint),),
        )


class FarmApart:
    """Devices with a configuration of 43 kB that stand until the end of the block."""

    def __init__(self, count: int, interfaces: int = 125) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_stand, args=(theirs, count, interfaces))

    def __enter__(self) -> Self:
        self._process.start()
        self.doors: Doors = self._pipe.recv()
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self._pipe.send("end")
        self._process.join(20)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    @property
    def cpu_s(self) -> float:
        """Give the CPU time that the devices have used so far."""
        assert self._process.pid is not None
        return cpu_s(self._process.pid)


def _stand(pipe: Any, count: int, interfaces: int) -> None:
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # a connection that ends is nothing to be said
    key = new_host_key()
    devices = [
        SimulatedDevice(f"sw-{n}", password=PASSWORD, host_key=key, is_privileged=True, interfaces=interfaces)
        for n in range(count)
    ]
    with Farm(devices) as farm:
        fingerprint = farm.fingerprints["sw-0"]
        pipe.send(Doors([farm.ports[device.name] for device in devices], fingerprint))
        pipe.recv()
