"""What leaves the page: the change as unified text, on the clipboard or in a file."""

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.config_diff_rows import unified_text
from app.services import config_diffs
from app.services.config_diffs import Changed
from app.services.configs import Copy
from ui.kit.console import Console
from ui.kit.said_values import counted


def unified(before: Copy, now: Copy, changed: Changed) -> str:
    """Give the change as `diff -u` writes it, each side named by its device and time."""
    left, right = (f"{one.device} {one.taken_at:%Y-%m-%d %H:%M:%S} UTC" for one in (before, now))
    return unified_text(changed.compared, left, right)


def to_clipboard(console: Console, text: str) -> None:
    """Put it on the clipboard and say so."""
    if text:
        QGuiApplication.clipboard().setText(text)
        lines = len(text.rstrip("\n").split("\n"))
        console.navigator.tell(f"{counted(lines, 'line')} copied to the clipboard.")
    else:
        console.navigator.tell("Nothing changed, so there is nothing to copy.")


def save_text(console: Console, owner: QWidget, name: str, text: str) -> None:
    """Ask for the file and write it on a reader thread."""
    dialog = QFileDialog(owner, "Export what changed", str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: save_to(console, owner, Path(path), text))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def save_to(console: Console, owner: QWidget, path: Path, text: str) -> None:
    """Write it there."""
    writing = console.workstation.read(lambda _desk: config_diffs.export(path, text))
    console.mailbox.deliver(writing, owner, lambda _none: console.navigator.tell(f"Saved: {path.name}."))
