"""Work that may block for long, such as a keyring's dialog or a company that starts: on a thread of its own."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from PySide6.QtCore import QObject

from app.domain.errors import BatonError
from ui.kit.mailbox import Mailbox

T = TypeVar("T")


def aside(
    mailbox: Mailbox,
    owner: QObject,
    act: Callable[[], T],
    on_done: Callable[[T], None],
    on_error: Callable[[BatonError], None] | None = None,
) -> None:
    """Do it and hand the result to `on_done` on the GUI thread while the owner lives; errors go to `on_error`."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(act())
        except BaseException as e:  # noqa: BLE001  the mailbox tells the person or the crash dialog
            future.set_exception(e)

    mailbox.deliver(future, owner, on_done, on_error)
    Thread(target=work, name="aside", daemon=True).start()
