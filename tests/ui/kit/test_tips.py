"""A tooltip of somebody's text is that text: bounded, and never laid out as a page."""

from collections.abc import Sequence
from concurrent.futures import Future

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from ui.kit.cards import EmptyState
from ui.kit.facts import one_line
from ui.kit.labels import ElidedLabel
from ui.kit.mailbox import Mailbox
from ui.kit.table import Cell, Column, RecordTable, Source
from ui.kit.tips import tip_of

HUGE = '<h1>Import fails</h1><img src="file:///etc/passwd">' + "<b>x</b>" * 12_500  # 100 kB


def shown(tip: str) -> str:
    """Give what Qt shows of a tooltip."""
    if not QtGui.Qt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


@pytest.mark.parametrize("text", [HUGE, "<b>bold</b>", "a < b & c > d", "R&D", "&lt;", "two\nlines <i>", "plain", ""])
def test_a_text_is_shown_as_it_was_written(text: str) -> None:
    assert shown(tip_of(text)) == (text if len(text) <= 400 else f"{text[:400]}…")
    assert len(tip_of(text)) < 4_000


def test_labels_and_cells_have_such_tips(qtbot: QtBot, mailbox: Mailbox) -> None:
    label = ElidedLabel(HUGE)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.whole == HUGE
    line = one_line(HUGE)
    qtbot.addWidget(line)

    def fetch(ids: Sequence[str]) -> "Future[Sequence[str]]":
        done: Future[Sequence[str]] = Future()
        done.set_result([HUGE for _one in ids])
        return done

    columns = [Column[str]("title", "Issue", lambda row, _now: Cell("fails", tip=row), 0, is_sortable=False)]
    table: RecordTable[str] = RecordTable(
        "Issues", columns, Source(fetch, lambda _row: "1"), mailbox, EmptyState("None", "")
    )
    qtbot.addWidget(table)
    table.show()
    table.show_ids(["1"])
    qtbot.waitUntil(lambda: table.model.row(0) is not None)
    cell = table.model.data(table.model.index(0, 0), Qt.ItemDataRole.ToolTipRole.value)
    for tip in (label.toolTip(), line.toolTip(), cell):
        assert shown(tip) == f"{HUGE[:400]}…"
        assert len(tip) < 4_000
