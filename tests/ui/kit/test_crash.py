import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.kit.crash import CrashReporter, redacted

CANARY = "canary-7f3a-secret"


@pytest.fixture
def records() -> list[str]:
    return []


@pytest.fixture
def reporter(records: list[str]) -> Iterator[CrashReporter]:
    before = sys.excepthook, threading.excepthook
    made = CrashReporter(lambda: [CANARY], records.append)
    made.install()
    yield made
    made.remove()
    assert (sys.excepthook, threading.excepthook) == before
    if made.dialog is not None:
        made.dialog.close()
    made.deleteLater()


def raise_and_report(reporter: CrashReporter, message: str) -> None:
    error = RuntimeError(message)
    reporter.report(type(error), error, error.__traceback__)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("password=hunter2 host=db", "hunter2"),
        ("password='hunter 2'", "hunter 2"),
        ("{'password': 'hunter2', 'user': 'x'}", "hunter2"),
        ("postgresql://anna:hunter2@db.example/baton", "hunter2"),
        ("SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy", "c3RvcmVk"),
        ('token: "abc.def"', "abc.def"),
        (f"typed {CANARY} there", CANARY),
    ],
)
def test_secrets_are_hidden(text: str, gone: str) -> None:
    assert gone in text
    assert gone not in redacted(text, [CANARY])


def test_the_rest_of_the_text_stays() -> None:
    assert redacted("KeyError: 'issue 4127' in log_call, host=db user=anna") == (
        "KeyError: 'issue 4127' in log_call, host=db user=anna"
    )


def test_the_same_bug_is_shown_once_with_a_count(qtbot: QtBot, reporter: CrashReporter, records: list[str]) -> None:
    for _time in range(3):
        raise_and_report(reporter, f"no row; password={CANARY}")
    qtbot.waitUntil(lambda: list(reporter.counts().values()) == [3])
    assert len(records) == 1
    dialog = reporter.dialog
    assert dialog is not None
    assert "no row" in dialog.text.toPlainText()
    assert CANARY not in dialog.text.toPlainText() + records[0]
    assert dialog.count.text() == "came 3 times"
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_is_shown(qtbot: QtBot, reporter: CrashReporter) -> None:
    rows: dict[str, str] = {}
    thread = threading.Thread(target=lambda: rows["gone"])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert any("KeyError" in text for text in reporter.counts())


def test_a_fault_while_reporting_causes_no_other_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[str]:
        raise OSError("keyring")

    fallen_back: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: fallen_back.append(kind))
    reporter = CrashReporter(broken)
    raise_and_report(reporter, "first")
    assert fallen_back == [RuntimeError]
    assert reporter.counts() == {}


def test_closing_the_dialog_lets_the_next_bug_open_another(qtbot: QtBot, reporter: CrashReporter) -> None:
    raise_and_report(reporter, "one")
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert reporter.dialog is not None
    reporter.dialog.go_on.click()
    qtbot.waitUntil(lambda: reporter.dialog is None)
    raise_and_report(reporter, "two")
    qtbot.waitUntil(lambda: reporter.dialog is not None)
    assert "two" in reporter.dialog.text.toPlainText()


def test_ctrl_c_is_no_bug(reporter: CrashReporter, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(reporter, "_before", (lambda kind, *_rest: seen.append(kind), threading.excepthook))
    reporter.report(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert seen == [KeyboardInterrupt]
    monkeypatch.undo()
