"""What the practice pane is given instead of the real console: a book, a navigator and undo of its own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.runtime.workstation import Workstation
from ui.kit.commands import Command, CommandBook
from ui.kit.console import Console
from ui.kit.navigator import Navigator
from ui.kit.undo import REDO, UNDO

_NOTHING_THERE = "Practice has devices only: no issues, no customers."


class PracticeNavigator:
    """Goes nowhere: what is practised belongs to no issue and no customer. What is told is told in the real window."""

    def __init__(self, window: Navigator) -> None:
        self._window = window

    def open_issue(self, issue_id: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def open_issues(self, issue_ids: Sequence[str], title: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def can_open_issues(self) -> bool:
        """Say no."""
        return False

    def open_device(self, device_id: str, issue_id: str | None = None) -> None:
        """Say that it is chosen at the left."""
        self.tell("Choose the practice device at the left.")

    def open_escalation(self, escalation_id: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def open_customer(self, customer_id: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def open_run(self, run_id: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def open_emergency(self, emergency_id: str) -> None:
        """Say that there are none."""
        self.tell(_NOTHING_THERE)

    def tell(self, message: str, todo: str = "", *, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Say it in the window, as from practice."""
        self._window.tell(f"Practice: {message}", todo, action=action, run=run)

    def untell(self, message: str) -> None:
        """Take it away again."""
        self._window.untell(f"Practice: {message}")


def practice_console(real: Console, workstation: Workstation) -> Console:
    """Give a console on the practice workstation: it shares the window's mailbox and nothing else."""
    made = Console(workstation, real.mailbox, CommandBook(parent=real.book), PracticeNavigator(real.navigator))
    made.explains_lines = False  # the practice page's own bar does
    return made


def mirrored(console: Console, own: Sequence[Command], place: str) -> tuple[Command, ...]:
    """Give the practice pane's commands as the window knows them: the same keys and words under ids of their own.

    `own` are the pane's. Undo and redo are practice's while it is shown: Ctrl+Z there takes nothing real back.
    """
    book = console.book
    book.add(*own)
    found = []
    for command in book.all():
        is_global = command.id in {UNDO, REDO}
        found.append(
            replace(
                command,
                id=f"{place}.{command.id.partition('.')[2]}",
                run=_run(book, command.id),
                is_enabled=_can(book, command.id),
                place=place,
                instead_of=command.id if is_global else command.instead_of,
            )
        )
    return tuple(found)


def _run(book: CommandBook, command_id: str) -> Callable[[], object]:
    return lambda: book.run(command_id)


def _can(book: CommandBook, command_id: str) -> Callable[[], bool]:
    return lambda: book.can(command_id)
