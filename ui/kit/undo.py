"""Ctrl+Z: what this console's person did last is taken back, and given again with Ctrl+Shift+Z.

Only what can be taken back comes here; see app.services.undo for what that is. GUI thread only.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.services.undo import Reverted, Undoable
from ui.kit.commands import Command
from ui.kit.said_values import counted

UNDO, REDO = "edit.undo", "edit.redo"
_MOST = 100
Revert = Callable[[Undoable, Callable[[Reverted], None], Callable[[], None]], None]
"""Takes something back; calls the first function with what came of it, or the second when it was refused."""


class Undos(QObject):
    """The stack of what was done. `ask` takes one thing back, on whatever thread; `tell` says what came of it."""

    changed = Signal()

    def __init__(self, ask: Revert, tell: Callable[[str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ask, self._tell = ask, tell
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(_MOST)
        self._stack.indexChanged.connect(self._moved)
        self._is_busy = False

    @Slot(int)
    def _moved(self, _index: int) -> None:
        self.changed.emit()

    def add(self, undoable: Undoable) -> None:
        """Remember what was just done."""
        self._stack.push(_Done(undoable, self._revert))

    def commands(self) -> tuple[Command, ...]:
        """Give undo and redo for the whole window."""
        group = "Edit"
        return (
            Command(UNDO, "Undo", "Take back what you did last", ("Ctrl+Z",), group, self._stack.undo, self._can_undo),
            Command(REDO, "Redo", "Do again what was taken back", ("Ctrl+Shift+Z",), group, self._stack.redo,
                    self._can_redo),
        )  # fmt: skip

    @property
    def last(self) -> str:
        """What Ctrl+Z would take back; nothing when there is nothing."""
        return self._stack.undoText()

    def _can_undo(self) -> bool:
        return self._stack.canUndo() and not self._is_busy

    def _can_redo(self) -> bool:
        return self._stack.canRedo() and not self._is_busy

    def _revert(self, done: "_Done", word: str) -> None:
        self._is_busy = True

        def came(reverted: Reverted) -> None:
            self._is_busy = False
            left = f"; {counted(reverted.stayed, 'value')} changed by others since stay" if reverted.stayed else ""
            if reverted.redo is None:
                done.setObsolete(True)
                self._tell(f"Nothing to take back of {done.undoable.label}{left}.")
            else:
                done.undoable = reverted.redo
                self._tell(f"{word}: {done.undoable.label}{left}.")
            self.changed.emit()

        def refused() -> None:
            self._is_busy = False
            self.changed.emit()

        self._ask(done.undoable, came, refused)


class _Done(QUndoCommand):
    """One thing done; what takes it back is replaced each time by what takes that back."""

    def __init__(self, undoable: Undoable, revert: "Callable[[_Done, str], None]") -> None:
        super().__init__(undoable.label)
        self.undoable, self._revert = undoable, revert
        self._is_new = True

    def redo(self) -> None:
        if self._is_new:  # the stack calls this once when it gets it: it is done already
            self._is_new = False
        else:
            self._revert(self, "Done again")

    def undo(self) -> None:
        self._revert(self, "Undone")
