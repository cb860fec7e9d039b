"""Calls from anywhere in the window: a key, a captured line, a number that was copied or that a softphone gives."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.domain.phone import called_number, looks_like_phone
from ui.kit.commands import Command, is_terminal, is_typing

if TYPE_CHECKING:
    from ui.panes.queue import QueuePane

_LEAST_DIGITS = 5  # of a copied number: fewer are an issue's number or a price


def call_commands(queue: Callable[[], "QueuePane"], tell: Callable[[str, str], None]) -> tuple[Command, ...]:
    """Give the commands; `queue` shows the Queue and gives it."""

    def paste() -> None:
        number = copied_number()
        if number:
            queue().log_call(number)
        else:
            tell("There is no phone number to paste.", "Copy one, or type it with F2.")

    group = "Queue"
    return (
        Command("queue.log_call", "Log a call", "Find the caller and write what is said", ("F2",), group,
                lambda: queue().log_call()),
        Command("queue.capture", "Capture in one line", "jane called, import again, update 4pm", ("Shift+F2",), group,
                lambda: queue().capture()),
        Command("queue.paste_number", "Who has the copied number?", "Open the call card for the number copied last",
                ("Ctrl+V",), group, paste, _is_outside_of_fields),
    )  # fmt: skip


def copied_number() -> str:
    """Give the phone number on the clipboard, out of a URL where it is one; "" for anything else."""
    text = QGuiApplication.clipboard().text().strip()
    number = called_number(text)
    is_number = looks_like_phone(number) and sum(c.isdecimal() for c in number) >= _LEAST_DIGITS
    return number if is_number else ""


def _is_outside_of_fields() -> bool:
    focused = QApplication.focusWidget()
    return not is_typing(focused) and not (focused is not None and is_terminal(focused))
