"""Bring in devices: a file of another program, what would come of it, and the button that does it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from app.domain.device_files import FileKind
from app.domain.errors import BatonError
from app.services import device_imports, devices
from app.services.desk import Desk
from app.services.device_imports import Options, Preview
from app.services.devices import PLATFORMS
from ui.kit.bulk import BulkChange
from ui.kit.cards import PaneHeader
from ui.kit.commands import Command
from ui.kit.console import Console
from ui.kit.fields import Choice
from ui.kit.flow import flow, row
from ui.kit.labels import Label
from ui.kit.page import Page
from ui.kit.said_values import counted
from ui.kit.theme import FIELD_HEIGHT, Face, L, M, S, Tone
from ui.panes.devices.imports.columns import Columns
from ui.panes.devices.imports.preview_table import PreviewTable
from ui.panes.devices.orders import Orders

_KINDS = {
    FileKind.CSV: "CSV table",
    FileKind.OPENSSH: "OpenSSH configuration",
    FileKind.PUTTY: "PuTTY sessions",
    FileKind.SECURECRT: "SecureCRT sessions",
    FileKind.RANCID: "RANCID router.db",
}


class DeviceImportsPage(Page):
    """The page; GUI thread only. Files are read on a reader's thread."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self.preview: Preview | None = None
        self.change: BulkChange | None = None
        self._round = 0  # an answer to an earlier question is dropped
        self._is_reading = False
        self._is_to_guess = True  # nobody has said what kind of file it is
        self._may_take_back = True
        self._orders = Orders(console.book, self._declared())
        self.file = QLineEdit()
        self.file.setPlaceholderText("A file, or the folder of PuTTY's or SecureCRT's sessions; drop it here")
        self.kind, self.customer = Choice("Kind"), Choice("Customer")
        self.platform = Choice("Platform where the file says none")
        self.source = QLineEdit()
        self.source.setPlaceholderText("kind and file name")
        self.source.setToolTip("Rows of one import key are known again when they are brought in once more.")
        self.columns = Columns()
        self.said = Label(face=Face.SUBHEADING, wrap=True)
        self.more = Label(tone=Tone.DIM, wrap=True)
        self.wrong = Label(tone=Tone.RED, wrap=True)
        self.table = PreviewTable(console.mailbox)
        self._fill_choices()
        self._lay_out()
        self.file.textChanged.connect(self._file_changed)
        self.source.textChanged.connect(self._forget)
        self.kind.currentIndexChanged.connect(self._kind_said)
        for box in (self.customer, self.platform):
            box.currentIndexChanged.connect(lambda _at: self._again())
        self.columns.said.connect(self._again)
        self.setAcceptDrops(True)
        self.setAccessibleName("Bring in devices")
        console.read(self, self._about_me, self._know_me)
        self._forget()

    def _declared(self) -> tuple[Command, ...]:
        group = "Bring in devices"
        return (
            Command("device_imports.file", "Choose a file…", "Choose the file to bring in",
                    ("Ctrl+O",), group, self.ask_file, lambda: not self.is_working),
            Command("device_imports.folder", "Choose a folder…", "Choose the folder of PuTTY's or SecureCRT's sessions",
                    ("Ctrl+D",), group, self.ask_folder, lambda: not self.is_working),
            Command("device_imports.look", "Look", "Say what would come of the file; nothing is written",
                    ("Ctrl+L",), group, self.look, lambda: self._can_look),
            Command("device_imports.write", "Bring them in", "Write what is shown",
                    ("Ctrl+Return",), group, self.bring_in, lambda: self.can_write),
        )  # fmt: skip

    def _fill_choices(self) -> None:
        for kind, title in _KINDS.items():
            self.kind.addItem(title, kind)
        self.customer.addItem("As the file says", "")
        for name, title in PLATFORMS:
            self.platform.addItem(title, name)

    def _lay_out(self) -> None:
        header = PaneHeader("Bring in devices")
        buttons = {name: self._orders.button(f"device_imports.{name}") for name in ("file", "folder", "look", "write")}
        self.look_button, self.write_button = buttons["look"], buttons["write"]
        fields: list[QWidget | int] = []
        for title, field in (("File", self.file), ("Import key", self.source)):
            field.setAccessibleName(title)
            field.setMinimumHeight(FIELD_HEIGHT)
        for title, box in (("Kind", self.kind), ("Customer", self.customer), ("Platform, else", self.platform)):
            fields += [Label(title, tone=Tone.DIM), box, M]
        body = QVBoxLayout()
        body.setContentsMargins(L, S, L, 0)
        body.setSpacing(S)
        body.addLayout(row(self.file, buttons["file"], buttons["folder"]))
        body.addLayout(row(*fields, Label("Import key", tone=Tone.DIM), self.source))
        body.addWidget(self.columns)
        body.addWidget(flow(self.look_button, self.write_button))
        for label in (self.wrong, self.said, self.more):
            body.addWidget(label)
        body.addWidget(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(header)
        whole.addLayout(body, 1)

    # What the window asks

    def commands(self) -> tuple[Command, ...]:
        """Give the page's commands."""
        return self._orders.commands

    def focus_first(self) -> None:
        """Put the focus where the file is named."""
        self.file.setFocus()

    # Choosing

    def ask_file(self) -> None:
        """Choose the file with the desktop's own window."""
        path, _kind = QFileDialog.getOpenFileName(self.window(), "Devices", str(Path.home()))
        if path:
            self.take(Path(path))

    def ask_folder(self) -> None:
        """Choose the folder with the desktop's own window."""
        path = QFileDialog.getExistingDirectory(self.window(), "Sessions", str(Path.home()))
        if path:
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Take a file or folder, guess what it is, and look what would come of it."""
        self.file.setText(str(path))
        self.look()

    @property
    def path(self) -> Path:
        """The file or folder that is named."""
        return Path(self.file.text().strip()).expanduser()

    # Looking

    @property
    def is_working(self) -> bool:
        """Whether something is read or written."""
        return self._is_reading or self.change is not None

    @property
    def _can_look(self) -> bool:
        return not self.is_working and bool(self.file.text().strip())

    @property
    def can_write(self) -> bool:
        """Whether there is anything to write that was shown."""
        return not self.is_working and self.preview is not None and bool(self.preview.to_write)

    def look(self) -> None:
        """Read the file and show what would come of it."""
        if not self._can_look:
            return
        self._round += 1
        this, path, options = self._round, self.path, self._options()
        is_to_guess = self._is_to_guess
        self._set_reading(is_on=True, words=f"Reading {path.name}…")

        def job(desk: Desk) -> tuple[FileKind, Preview]:
            kind = device_imports.guess_kind(path) if is_to_guess else options.kind
            return kind, device_imports.preview(desk, path, replace(options, kind=kind))

        def came(found: tuple[FileKind, Preview]) -> None:
            if this == self._round:
                self._came(*found)

        def failed(error: BatonError) -> None:
            if this == self._round:
                self._failed(error)

        self._console.mailbox.deliver(self._console.workstation.read(job), self, came, failed)

    def _options(self) -> Options:
        return Options(
            FileKind(self.kind.currentData()),
            self.source.text(),
            self.customer.currentData() or None,
            str(self.platform.currentData()),
            self.columns.chosen(),
        )

    def _came(self, kind: FileKind, found: Preview) -> None:
        self._set_reading(is_on=False)
        self._choose_kind(kind)
        self.preview = found
        self.columns.show_columns(found.columns if kind is FileKind.CSV else {})
        self.table.show_preview(found)
        self.wrong.hide()
        self.said.setText(f"{device_imports.summary(found)}.")
        self.said.show()
        back = "Ctrl+Z takes all of it back." if self._may_take_back else "Only a manager can take devices away again."
        self._say_more(" ".join([*found.notes, *([back] if found.to_write else [])]))
        self._refresh()

    def _failed(self, error: BatonError) -> None:
        self._set_reading(is_on=False)
        self.preview = None
        self.table.show_preview(None)
        self.said.hide()
        self._say_more("")
        self.wrong.setText(f"{error.what} {error.todo}".strip())
        self.wrong.show()
        self._refresh()

    # Writing

    def bring_in(self) -> None:
        """Write what is shown, some devices at a time; Esc stops."""
        found = self.preview
        if found is None or not self.can_write:
            return
        keys = found.to_write
        change = self.change = BulkChange(
            self._console, keys, lambda desk, some: device_imports.write(desk, found, some),
            f"bringing in {found.file}", self,
        )  # fmt: skip
        change.progressed.connect(lambda done, total: self.said.setText(f"{done:,} of {total:,} written; Esc stops."))
        change.ended.connect(lambda done: self._ended(done, len(keys)))
        self._refresh()
        change.start()

    def _ended(self, done: int, total: int) -> None:
        self.change = None
        self.preview = None
        stopped = "" if done == total else f"Stopped: {total - done:,} were not written. "
        self.said.setText(f"{stopped}{counted(done, 'device')} written.")
        self._say_more("Ctrl+Z takes all of it back." if done and self._may_take_back else "")
        self.table.show_preview(None)
        self._refresh()

    # What changes here

    def _kind_said(self) -> None:
        self._is_to_guess = False
        self.columns.show_columns({})
        self._again()

    def _file_changed(self) -> None:
        self._is_to_guess = True
        self.columns.show_columns({})
        self._forget()

    def _again(self) -> None:
        """Look once more when something else was said of a file that is in sight."""
        if self.preview is not None:
            self._forget()
            self.look()
        else:
            self._forget()

    def _forget(self) -> None:
        """Forget what was shown: it is not what would be written any more."""
        self._round += 1
        self._is_reading = False
        self.preview = None
        self.table.show_preview(None)
        for label in (self.said, self.more, self.wrong):
            label.hide()
        self._refresh()

    def _choose_kind(self, kind: FileKind) -> None:
        self.kind.blockSignals(True)
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.kind.blockSignals(False)

    def _set_reading(self, *, is_on: bool, words: str = "") -> None:
        self._is_reading = is_on
        if words:
            self.wrong.hide()
            self.said.setText(words)
            self.said.show()
        self._refresh()

    def _refresh(self) -> None:
        self.look_button.set_primary(primary=not self.can_write)
        self.write_button.set_primary(primary=self.can_write)
        self._console.book.refresh()

    def _say_more(self, words: str) -> None:
        self.more.setText(words)
        self.more.setVisible(bool(words))

    @staticmethod
    def _about_me(desk: Desk) -> tuple[tuple[tuple[str, str], ...], bool]:
        return devices.customers(desk), device_imports.may_take_back(desk)

    def _know_me(self, known: tuple[tuple[tuple[str, str], ...], bool]) -> None:
        customers, self._may_take_back = known
        self.customer.blockSignals(True)
        for customer_id, name in customers:
            self.customer.addItem(name, customer_id)
        self.customer.blockSignals(False)

    # Keys and drops

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look on Enter; Escape stops what is written, else leaves."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.look()
        elif event.key() == Qt.Key.Key_Escape and self.change is not None:
            self.change.stop()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file or folder."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Look what would come of what was dropped."""
        path = next((url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()), "")
        if path and not self.is_working:
            event.acceptProposedAction()
            self.take(Path(path))
