"""What happens to a bug: one dialog on the GUI thread that counts repeats, hides secrets and never raises.

A BatonError is no bug and does not come here when it goes the ordinary way (see mailbox.py).
"""

import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from ui.kit.buttons import KeyButton
from ui.kit.labels import Label
from ui.kit.theme import Face, L, M, S, Tone, font

_HIDDEN = "<hidden>"
_SECRETS = (
    (re.compile(r"SCRAM-SHA-\d+\$[^\s'\"]+"), _HIDDEN),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@'\"]*:)[^\s@'\"]+(@)", re.IGNORECASE), rf"\1{_HIDDEN}\2"),
    (
        re.compile(
            r"((?:password|passwd|passphrase|pwd|secret|token|api_key)['\"]?\s*[=:]\s*)"
            r"(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s,;)'\"]+)",
            re.IGNORECASE,
        ),
        rf"\1{_HIDDEN}",
    ),
)
_DISTINCT = 50


def redacted(text: str, canaries: Iterable[str] = ()) -> str:
    """Give the text without what looks like a secret, and without the given secrets."""
    for canary in canaries:
        if len(canary) >= 4:
            text = text.replace(canary, _HIDDEN)
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class CrashReporter(QObject):
    """Shows bugs from any thread; make it on the GUI thread, then `install`.

    `secrets` gives the secrets known in memory, so that they are hidden too; `record` gets each new redacted
    report, for the log.
    """

    _came = Signal(str)

    def __init__(
        self,
        secrets: Callable[[], Iterable[str]] = tuple,
        record: Callable[[str], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._secrets, self._record = secrets, record
        self._counts: dict[str, int] = {}
        self._inside = threading.local()
        self._dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the process's and the threads' unhandled exceptions."""
        self._before = (sys.excepthook, threading.excepthook)
        sys.excepthook = self.report
        threading.excepthook = self._report_thread

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook, threading.excepthook = self._before

    @property
    def dialog(self) -> "CrashDialog | None":
        """The dialog shown now."""
        return self._dialog if self._dialog is not None and shiboken6.isValid(self._dialog) else None

    def counts(self) -> dict[str, int]:
        """Give each report and how often it came."""
        return dict(self._counts)

    def report(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        """Show the exception; from any thread, never raises, never reports its own fault."""
        if issubclass(kind, KeyboardInterrupt):
            self._before[0](kind, error or kind(), trace)
            return
        if getattr(self._inside, "is_busy", False):
            return
        self._inside.is_busy = True
        try:
            text = redacted("".join(traceback.format_exception(kind, error, trace)), self._secrets())
            print(text, file=sys.stderr)  # noqa: T201 the terminal from which Baton was started sees it too
            if shiboken6.isValid(self):
                self._came.emit(text)
        except Exception:  # noqa: BLE001 the boundary: a fault in reporting must not cause another report
            self._before[0](kind, error or kind(), trace)
        finally:
            self._inside.is_busy = False

    def _report_thread(self, fault: threading.ExceptHookArgs) -> None:
        if not issubclass(fault.exc_type, SystemExit):
            self.report(fault.exc_type, fault.exc_value, fault.exc_traceback)

    @Slot(str)
    def _show(self, text: str) -> None:
        if self._inside.__dict__.get("is_showing"):
            return
        self._inside.is_showing = True
        try:
            if text in self._counts:
                self._counts[text] += 1
            elif len(self._counts) < _DISTINCT:
                self._counts[text] = 1
                if self._record is not None:
                    self._record(text)
            else:
                return
            dialog = self.dialog
            if dialog is None:
                dialog = self._dialog = CrashDialog()
            dialog.show_report(text, self._counts[text], sum(self._counts.values()))
            dialog.show()
        finally:
            self._inside.is_showing = False


class CrashDialog(QDialog):
    """Says that Baton made a mistake, what it means for the person, and lets the report be copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Baton made a mistake")
        self.resize(680, 420)
        self.count = Label(tone=Tone.DIM)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(font(Face.MONO))
        self.text.setProperty("code", "true")
        self.text.setAccessibleName("Report")
        self.copy = KeyButton("Copy report", run=self._copy)
        self.go_on = KeyButton("Go on", "Esc", primary=True, run=self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(L, L, L, L)
        layout.setSpacing(M)
        layout.addWidget(Label("Baton made a mistake", face=Face.HEADING))
        layout.addWidget(
            Label(
                "What you typed is kept. You can go on; if it comes again, copy this report to whoever looks after"
                " Baton. Passwords are hidden in it.",
                wrap=True,
            )
        )
        layout.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(S)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(self.go_on)
        layout.addLayout(row)
        self.go_on.setDefault(True)

    def show_report(self, text: str, times: int, total: int) -> None:
        """Show the newest report and how often it came."""
        self.text.setPlainText(text)
        self.count.setText(f"came {times} times" if times > 1 else "1 of several" if total > 1 else "")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.count.setText("copied")
