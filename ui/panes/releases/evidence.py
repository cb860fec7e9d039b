"""The field for a step's proof, fitting its kind."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.domain.procedure import EvidenceKind, Step
from app.services.releases import FileSum
from ui.kit.buttons import KeyButton
from ui.kit.labels import Label
from ui.kit.theme import FIELD_HEIGHT, XS, Face, S, Tone, font
from ui.panes.releases.words import evidence_hint, file_evidence

SumFile = Callable[[Path, Callable[[FileSum], None]], None]
_LONG = frozenset({EvidenceKind.OUTPUT})
_MONO = frozenset({EvidenceKind.OUTPUT, EvidenceKind.CHECKSUM})
_FROM_FILE = frozenset({EvidenceKind.FILE, EvidenceKind.CHECKSUM})


class EvidenceField(QWidget):
    """One field at a time: a line, or several for output; a file is read where the evidence comes from one."""

    edited = Signal()

    def __init__(self, sum_file: SumFile) -> None:
        super().__init__()
        self._sum_file = sum_file
        self._kind = EvidenceKind.NONE
        self.name = Label(face=Face.SMALL, tone=Tone.DIM)
        self.line, self.text = QLineEdit(), QPlainTextEdit()
        self.line.setMinimumHeight(FIELD_HEIGHT)
        for field in (self.line, self.text):
            field.setAccessibleName("Evidence")
        self.text.setFixedHeight(92)
        self.text.setProperty("code", "true")
        self.text.setFont(font(Face.MONO))
        self.text.setTabChangesFocus(True)
        self.choose = KeyButton("From a file…", run=self._choose)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(XS)
        layout.addWidget(self.name)
        layout.addLayout(row)
        layout.addWidget(self.text)
        self.line.textChanged.connect(lambda _text: self.edited.emit())
        self.text.textChanged.connect(self.edited.emit)

    def ask_for(self, step: Step) -> None:
        """Ask for this step's proof, with nothing in it."""
        self._kind = step.evidence
        hint = evidence_hint(step)
        self.setVisible(self._kind is not EvidenceKind.NONE and not step.sign_off_role)
        name = f"Evidence: {hint}" if step.is_critical else f"Evidence, optional: {hint}"
        self.name.setText(name)
        self.line.setFont(font(Face.MONO if self._kind in _MONO else Face.TEXT))
        self.line.setVisible(not self.is_long)
        self.text.setVisible(self.is_long)
        self.choose.setVisible(self._kind in _FROM_FILE)
        for field in (self.line, self.text):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
        self.put("")

    @property
    def is_long(self) -> bool:
        """Say whether Enter makes a new line here."""
        return self._kind in _LONG

    def value(self) -> str:
        """Give what is typed."""
        return self.text.toPlainText() if self.is_long else self.line.text()

    def put(self, text: str) -> None:
        """Put this in; nothing happens when it is there already."""
        if text != self.value():
            if self.is_long:
                self.text.setPlainText(text)
            else:
                self.line.setText(text)

    def focus(self) -> None:
        """Put the focus into the field."""
        (self.text if self.is_long else self.line).setFocus()

    def take_file(self, path: Path) -> None:
        """Read a file for the evidence; it comes when it has been read."""
        self.choose.setEnabled(False)
        self.line.setPlaceholderText(f"reading {path.name} …")
        self._sum_file(path, self._summed)

    def release(self) -> None:
        """Let another file be chosen: this one could not be read."""
        self.choose.setEnabled(True)

    def _summed(self, found: FileSum) -> None:
        self.choose.setEnabled(True)
        self.put(file_evidence(found) if self._kind is EvidenceKind.FILE else found.sha256)

    def _choose(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(self.window(), "The file that proves it")
        if path:
            self.take_file(Path(path))
