"""The files on an issue: attached by dialog or by dropping, opened, saved, removed, and fetched when not here."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from app.domain.errors import BatonError, Refused
from app.domain.on_issue import Attachment
from app.services import attachments
from app.services.attachments import AttachmentLine
from app.services.desk import Desk
from ui.kit.console import Console
from ui.kit.said_values import counted
from ui.kit.side_list import Place
from ui.kit.theme import Kind


class IssueFiles(QObject):
    """Does what is asked with the files of one issue; `changed` when a mark on one of them is another."""

    changed = Signal()

    def __init__(self, console: Console, parent: QWidget) -> None:
        super().__init__(parent)
        self._console, self._widget = console, parent
        self._gone: set[str] = set()

    def choose(self, issue_id: str) -> None:
        """Ask which files to attach, without stopping anything else."""
        dialog = QFileDialog(self._widget, "Attach files", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.attach(issue_id, [Path(path) for path in paths]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def attach(self, issue_id: str, paths: Sequence[Path]) -> None:
        """Attach copies of these files, one after the other."""
        for path in paths:
            self._console.write(
                self,
                _attaching(issue_id, path),
                self._attached,
            )

    def _attached(self, made: Attachment) -> None:
        self._console.navigator.tell(f"Attached: {made.name}. It goes to the company with the next contact.")

    def open(self, file_id: str) -> None:
        """Open a copy with the program that the system has for it; what is not here is fetched first."""

        def came(path: Path | None) -> None:
            if path is None:
                self._fetch(file_id, lambda: self.open(file_id))
            elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
                self._console.navigator.tell("No program of this machine opens that.", "Save it with S.")

        self._console.write(self, lambda desk: attachments.open_copy(desk, file_id), came)

    def save(self, file_id: str, name: str) -> None:
        """Ask where to, and write it there."""
        dialog = QFileDialog(self._widget, "Save as", str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda path: self.save_to(file_id, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, file_id: str, path: Path) -> None:
        """Write it there; what is not here is fetched first."""

        def came(is_written: bool) -> None:  # noqa: FBT001  as the verb gives it
            if is_written:
                self._console.navigator.tell(f"Saved: {path.name}.")
            else:
                self._fetch(file_id, lambda: self.save_to(file_id, path))

        self._console.write(self, lambda desk: attachments.save_as(desk, file_id, path), came)

    def remove(self, file_id: str) -> None:
        """Take it off the issue."""
        told = "Taken off. Ctrl+Z puts it back."
        self._console.write(
            self,
            lambda desk: attachments.remove(desk, file_id),
            lambda _none: self._console.navigator.tell(told),
        )

    def cancel(self, file_id: str) -> None:
        """Stop fetching it; what has come is kept for the next time."""
        self._console.workstation.cancel_content(file_id)

    def _fetch(self, file_id: str, then: Callable[[], None]) -> None:
        def came(is_here: bool) -> None:  # noqa: FBT001  as the workstation gives it
            self.changed.emit()
            if is_here:
                then()

        def failed(error: BatonError) -> None:
            if isinstance(error, Refused):
                self._gone.add(file_id)
            self._console.navigator.tell(error.what, error.todo)
            self.changed.emit()

        self._console.mailbox.deliver(self._console.workstation.fetch_content(file_id), self, came, failed)

    def place(self, line: AttachmentLine) -> Place:
        """Give a file as a line: its name, its size, and where its content is."""
        moving = self._console.workstation.moving.of(line.sha256)
        mark, kind = size_words(line.size_bytes), Kind.GREY
        if moving is not None and moving.size_bytes:
            way = "sending" if moving.is_upload else "fetching"
            mark, kind = f"{way} {100 * moving.done_bytes // moving.size_bytes} %", Kind.BLUE
        elif line.id in self._gone and not line.is_here:
            mark, kind = "gone", Kind.RED
        tip = f"{line.name} · {line.size_bytes:,} bytes · by {line.by}" + ("" if line.is_here else " · not here yet")
        return Place(line.id, line.name, mark, kind, tip=tip, row=line.id)


def _attaching(issue_id: str, path: Path) -> Callable[[Desk], Attachment]:
    return lambda desk: attachments.add(desk, issue_id, path)


def size_words(size_bytes: int) -> str:
    """Give a size as people say it: "812 bytes", "3.4 MB"."""
    if size_bytes < 1000:
        return counted(size_bytes, "byte")
    unit, size = ("kB", size_bytes / 1e3) if size_bytes < 1_000_000 else ("MB", size_bytes / 1e6)
    return f"{size:.1f} {unit}"
