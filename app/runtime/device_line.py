"""Devices for verbs: a devices child of this process, and lanes on a headless workstation's cache."""

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from app.devices.messages import Stop
from app.runtime.children import devices as devices_child
from app.runtime.children.supervisor import Child
from app.runtime.headless import Headless
from app.runtime.lanes import Lane
from app.services.desk import Desk
from app.services.terminals import Exchange

T = TypeVar("T")

READERS = 2


class DeviceLine:
    """What a verb needs to ask devices: `exchange` to them, and `read` and `write` as an open workstation has them.

    Use it as a context, inside of the headless workstation's. `reports` are bugs in the child, as it told them.
    """

    def __init__(self, workstation: Headless) -> None:
        self._desk = workstation.desk
        self.reports: list[str] = []
        self._child = Child("devices", devices_child.main, (), self._on_message)
        self.exchange = Exchange(self._send, self.reports.append)
        close = workstation.cache.close
        self._writer, self._readers = Lane("writer", 1, close), Lane("reader", READERS, close)
        self._child.start()

    def read(self, look_up: Callable[[Desk], T]) -> "Future[T]":
        """Look something up on a reader thread."""
        return self._readers.submit(lambda: look_up(self._desk))

    def write(self, verb: Callable[[Desk], T]) -> "Future[T]":
        """Do something on the writer thread."""
        return self._writer.submit(lambda: verb(self._desk))

    def close(self) -> None:
        """Leave the devices and finish what is to be written."""
        self._child.stop(Stop())
        self._readers.close()
        self._writer.close()

    def _send(self, message: Any) -> None:
        self._child.send(message)

    def _on_message(self, message: Any) -> None:
        self.exchange.on_message(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
