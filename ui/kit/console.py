"""What every pane is given: the workstation's data by look-up and verb, the commands and the way to other panes.

Panes never touch threads: they say who owns a question, and the answer comes on the GUI thread while the owner lives.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject

from app.domain.entities import BY_NAME
from app.domain.errors import BatonError
from app.domain.ports import Touched
from app.runtime.workstation import Workstation
from app.services import outbox, undo
from app.services.desk import Desk
from app.services.undo import Reverted, Undoable
from ui.kit.calm import Calm
from ui.kit.commands import CommandBook
from ui.kit.mailbox import Mailbox
from ui.kit.navigator import Navigator
from ui.kit.undo import Undos
from ui.kit.unsent import Unsent

T = TypeVar("T")


def _nothing(_result: object) -> None:
    return None


class Console:
    """One console's seams; GUI thread only."""

    def __init__(self, workstation: Workstation, mailbox: Mailbox, book: CommandBook, navigator: Navigator) -> None:
        self.workstation, self.mailbox, self.book, self.navigator = workstation, mailbox, book, navigator
        self.explains_lines = True
        self.unsent = Unsent(mailbox)
        self.unsent.ask = lambda: self.read(self.unsent, outbox.marks, self.unsent.show)
        self.watch(self.unsent, BY_NAME, lambda _changes: self.unsent.look())
        self.unsent.look()
        self.undos = Undos(self._revert, navigator.tell, mailbox)
        self.undos.changed.connect(book.refresh)
        book.add(*self.undos.commands())

    def read(self, owner: QObject, look_up: Callable[[Desk], T], on_result: Callable[[T], None]) -> None:
        """Look something up on a reader thread and hand it to `on_result`."""
        self.mailbox.deliver(self.workstation.read(look_up), owner, on_result)

    def write(
        self,
        owner: QObject,
        verb: Callable[[Desk], T],
        on_done: Callable[[T], None] = _nothing,
        on_error: Callable[[BatonError], None] | None = None,
    ) -> None:
        """Do something on the writer thread; without `on_error` a refusal is told in the window's message area.

        What it changed can be undone from then on, where it can be at all.
        """
        future: Future[T] = Future()
        self.mailbox.deliver(future, owner, on_done, on_error)

        def done(asked: "Future[tuple[T, Undoable | None]]") -> None:
            if asked.cancelled():
                future.cancel()
            elif (error := asked.exception()) is not None:
                future.set_exception(error)
            else:
                result, undoable = asked.result()
                if undoable is not None:
                    self.mailbox.call(self.undos, lambda: self.undos.add(undoable))
                future.set_result(result)

        self.workstation.write(lambda desk: undo.recorded(desk, verb)).add_done_callback(done)

    def write_for_one(
        self,
        owner: QObject,
        verb: Callable[[Desk], object],
        on_done: Callable[[Undoable | None], None],
        on_error: Callable[[BatonError], None],
    ) -> None:
        """Do a part of something larger; `on_done` gets what takes it back, which is not yet in the undo stack."""
        future = self.workstation.write(lambda desk: undo.recorded(desk, verb))
        self.mailbox.deliver(future, owner, lambda done: on_done(done[1]), on_error)

    def _revert(self, undoable: Undoable, came: Callable[[Reverted], None], refused: Callable[[], None]) -> None:
        parts, results = list(reversed(undo.parts(undoable))), list[Reverted]()

        def tell(error: BatonError) -> None:
            refused()
            self.navigator.tell(error.what, error.todo)

        def go_on(result: Reverted | None = None) -> None:
            if result is not None:
                results.append(result)
            if len(results) == len(parts):
                came(undo.together(results, undoable.label))
                return
            part = parts[len(results)]
            self.mailbox.deliver(self.workstation.write(lambda desk: undo.revert(desk, part)), self.undos, go_on, tell)

        go_on()

    def watch(self, owner: QObject, tables: Iterable[str], on_change: Callable[[tuple[Touched, ...]], None]) -> None:
        """Call `on_change` with changes of these tables, from whichever workstation, while the owner lives.

        They come gathered and in their time: see Calm.
        """
        wanted, calm = frozenset(tables), Calm(owner, on_change)

        def pass_on(changes: tuple[Touched, ...]) -> None:
            ours = tuple(change for change in changes if change.table in wanted)
            if ours:
                calm.tell(ours)

        owner.destroyed.connect(self.workstation.hub.subscribe(pass_on))
