"""What a console would do with the messages of the devices child: wait for them and look."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from app.devices.messages import FromChild, KnownKey, Target, TerminalOutput
from app.practice.device import SimulatedDevice
from app.practice.farm import Farm, fingerprint, new_host_key

KEY = new_host_key()
DEVICE = SimulatedDevice("sw-1", password="right horse", enable_password="even righter", host_key=KEY)

_Message = TypeVar("_Message")


class Mailbox:
    """Keeps messages in order; `wait` gives the first of a kind that was not given yet."""

    def __init__(self) -> None:
        self.messages: list[FromChild] = []
        self._given: set[int] = set()
        self._changed = threading.Condition()

    def put(self, message: FromChild) -> None:
        with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    def wait(
        self, kind: type[_Message], timeout_s: float = 15.0, where: Callable[[_Message], bool] = lambda _: True
    ) -> _Message:
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while True:
                for at, message in enumerate(self.messages):
                    if at not in self._given and isinstance(message, kind) and where(message):
                        self._given.add(at)
                        return message
                if not self._changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"no {kind.__name__}, but {self.messages[-5:]}")

    def output(self) -> bytes:
        with self._changed:
            return b"".join(message.data for message in self.messages if isinstance(message, TerminalOutput))

    def wait_output(self, end: bytes, timeout_s: float = 15.0) -> bytes:
        deadline = time.monotonic() + timeout_s
        while not (text := self.output()).endswith(end):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {end!r} at the end of {text[-200:]!r}")
            time.sleep(0.005)
        return text

    def count(self, kind: type[object]) -> int:
        return sum(isinstance(message, kind) for message in self.messages)


def target_of(farm: Farm, device: SimulatedDevice = DEVICE) -> Target:
    """Give the way to the device as the console has it after the first contact."""
    return Target(
        device_id=f"id of {device.name}",
        address="127.0.0.1",
        port=farm.ports[device.name],
        username=device.username,
        password=device.password,
        known_keys=(KnownKey("ssh-ed25519", fingerprint(farm.host_key(device.name))),),
    )


def stranger(target: Target) -> Target:
    """Give the target as the console has it before the first contact."""
    return replace(target, known_keys=())


def threads_end(before: set[threading.Thread]) -> None:
    """Wait until the threads of this test are gone; paramiko's notice the end a moment later."""
    deadline = time.monotonic() + 5
    while left := {thread for thread in threading.enumerate() if thread not in before}:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)
