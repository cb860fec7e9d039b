"""From an issue and from a call the customer is one key away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.halden import Sample
from tests.ui.hands import press
from tests.ui.panes.queue.conftest import ALT, RETURN, Shown


def test_the_issues_customer_and_the_callers_are_shown(shown: Shown, sample: Sample) -> None:
    shown.wait(lambda: shown.pane.side.issue is not None)
    issue = shown.pane.side.issue
    assert issue is not None
    press(QApplication.focusWidget() or shown.pane, Qt.Key.Key_C, ALT)
    assert shown.went[-1] == ("customer", issue.customer_id)
    shown.pane.log_call("whitfield")
    shown.wait(lambda: shown.pane.call.highlighted)
    shown.key(RETURN)
    northgate = sample.customers["Northgate Rail"]
    shown.wait(lambda: shown.pane.call.card is not None and shown.pane.call.card.customer_id == northgate)
    press(QApplication.focusWidget() or shown.pane, Qt.Key.Key_C, ALT)
    assert shown.went[-1] == ("customer", northgate)
