"""Writing unsent edits into a file: where to, and what is said afterwards. For the outbox and the locked window."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.errors import BatonError
from app.services import outbox
from ui.kit.console import Console
from ui.kit.said_values import counted


def ask_where(parent: QWidget) -> Path | None:
    """Ask for the file; None when the person changed their mind."""
    name = f"baton-unsent-{datetime.now().astimezone():%Y-%m-%d-%H%M}.json"
    path, _filter = QFileDialog.getSaveFileName(
        parent.window(), "Export what was not sent", str(Path.home() / name), "JSON (*.json)"
    )
    return Path(path) if path else None


def export(
    console: Console, owner: QObject, path: Path, on_done: Callable[[str], None], on_error: Callable[[BatonError], None]
) -> None:
    """Write every unsent edit into the file on a reader thread; says how many there are and where, or what is wrong."""
    future = console.workstation.read(lambda desk: outbox.export(desk, path))
    console.mailbox.deliver(future, owner, lambda count: on_done(f"{counted(count, 'edit')} in {path}."), on_error)
