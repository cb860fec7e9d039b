"""The left side: the lines, what they are for, and how carefully they go."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from app.services.devices import OpenIssue
from ui.kit.buttons import KeyButton
from ui.kit.cards import Panel
from ui.kit.fields import Choice, Tick
from ui.kit.flow import row
from ui.kit.labels import Label
from ui.kit.theme import Face, M, S, Tone, font
from ui.panes.devices.guard.change_gate import Wanted
from ui.panes.devices.guard.window_form import fill_issues, issue_choice

_PAUSE_MS = 200
_MINUTES = (2, 5, 10, 30, 60)


class ChangeForm(Panel):
    """`changed` says that something else is wanted now; while somebody types, after a short pause."""

    changed = Signal()

    def __init__(self, apply: KeyButton) -> None:
        super().__init__()
        self.apply = apply
        self.text = QPlainTextEdit()
        self.issue = issue_choice(())
        self.revert, self.unsaved = Choice("Revert timer"), Tick("Leave it unsaved")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._lay_out()
        self._pause.timeout.connect(self.changed)
        self.text.textChanged.connect(self._pause.start)
        for choice in (self.issue, self.revert):
            choice.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.unsaved.toggled.connect(lambda _on: self.changed.emit())

    def _lay_out(self) -> None:
        self.text.setFont(font(Face.MONO))
        self.text.setAccessibleName("Lines of configuration")
        self.text.setPlaceholderText("interface GigabitEthernet0/1\n description Uplink to the import server")
        self.text.setTabChangesFocus(True)
        self.unsaved.setAccessibleName(self.unsaved.text())
        self.unsaved.setToolTip("The next restart of the device takes it back")
        self.revert.addItem("no revert timer", 0)
        for minutes in _MINUTES:
            self.revert.addItem(f"goes back after {minutes} minutes", minutes)
        self.revert.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(S)
        column.addWidget(Label("Lines, as they are typed in config mode", tone=Tone.DIM))
        column.addWidget(self.text, 1)
        column.addLayout(row(Label("For issue", tone=Tone.DIM), self.issue, None))
        column.addLayout(row(self.unsaved, self.revert, None))
        column.addLayout(row(self.apply, None))

    @property
    def wanted(self) -> Wanted:
        """What the fields say."""
        minutes = int(self.revert.currentData() or 0)
        return Wanted(tuple(self.text.toPlainText().split("\n")), minutes, not self.unsaved.isChecked())

    @property
    def issue_id(self) -> str | None:
        """The issue that was chosen."""
        return self.issue.currentData() or None

    @property
    def is_settled(self) -> bool:
        """Whether what was typed last has been told."""
        return not self._pause.isActive()

    def settle(self) -> None:
        """Take note that what the fields say is being looked at."""
        self._pause.stop()

    def put(self, lines: Sequence[str]) -> None:
        """Put lines below those that stand there."""
        before = self.text.toPlainText().rstrip("\n")
        self.text.setPlainText("\n".join([*([before] if before else []), *lines]))
        self.text.setFocus()

    def offer(self, issues: Sequence[OpenIssue], issue_id: str | None) -> None:
        """Offer these issues; the one that is chosen stays, else it is the one given."""
        chosen = self.issue_id or issue_id
        was_blocked = self.issue.blockSignals(True)
        fill_issues(self.issue, issues)
        self.issue.setCurrentIndex(self.issue.findData(chosen) if chosen else -1)
        self.issue.blockSignals(was_blocked)

    def begin_anew(self) -> None:
        """Forget what was chosen for another device; the lines stay."""
        self.revert.setCurrentIndex(0)
        self.issue.setCurrentIndex(-1)

    def open_fields(self, *, is_open: bool) -> None:
        """Let something be written, or not while a change is under way."""
        self.text.setReadOnly(not is_open)
        for field in (self.issue, self.revert, self.unsaved):
            field.setEnabled(is_open)
