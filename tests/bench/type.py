"""type: from a key press to the painted result, in the queue's filter, the call card and a terminal.

The lists stand at 1,000,000 issues. Their reference is what a script would be: a bare QLineEdit whose text, at each
key, is looked up by raw FTS5 on the GUI thread and put into a bare QTableWidget. It shows the newest 200; ours what the
list asks for, in its order. In the terminal the device's echo is there at once, as the network is nobody's to measure
here; its reference is a bare QLineEdit.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.issue_stock import FULL, QUICK, issue_stock
from tests.bench.process import Apart
from tests.bench.result import Reach, Result, percentile
from tests.bench.table import forget_drafts
from tests.bench.wish import Wish

TYPED = ("backup ostrava", "zebra", "config diff misses", "login", "password since", "vip:yes p:1 dashboard")
CALLERS = ("mei okafor", "cedar rail", "+1 555 79")
ECHOED = "show interfaces gigabitethernet 1/0/1 | include errors and drops "
_COLUMNS = "i.number, i.title, c.name, i.state, i.next_update_at, i.opened_at"
_LOOK_UP = (
    f"SELECT {_COLUMNS} FROM issue i LEFT JOIN customer c ON c.id = i.customer_id WHERE i.pk IN "
    "(SELECT rowid FROM issue_search WHERE issue_search MATCH ? ORDER BY rowid DESC LIMIT 200) ORDER BY i.pk DESC"
)
_CALLER_LOOK_UP = (
    "SELECT k.name, k.role, c.name, k.phone FROM contact k LEFT JOIN customer c ON c.id = k.customer_id WHERE k.pk IN "
    "(SELECT rowid FROM contact_search WHERE contact_search MATCH ? ORDER BY rowid DESC LIMIT 7)"
)


def bench(wish: Wish) -> Result:
    stock = issue_stock(wish.size(FULL, QUICK))
    rounds = wish.runs(3)
    ours: dict[str, list[float]] = Apart(console, stock.profile.folder, rounds).result()
    bare: dict[str, list[float]] = Apart(script, stock.profile.cache_path, rounds).result()
    ours["terminal"], bare["terminal"] = Apart(echo, rounds).result()
    reach = []
    figures: dict[str, float | str | dict[str, float]] = {"issues": stock.issues}
    for name, took in ours.items():
        figures[name], figures[f"{name}, bare"] = _line(took), _line(bare[name])
        ratio = percentile(took, 0.99) / percentile(bare[name], 0.99)
        reach.append(Reach(f"{name}: p99 of a key / bare", "<= 3x", f"{ratio:.2f}x", ratio <= 3))
    return Result("type", rounds, figures, tuple(reach))


def _line(took: list[float]) -> dict[str, float]:
    return {
        "keys": len(took),
        "p50_ms": round(median(took), 1),
        "p95_ms": round(percentile(took, 0.95), 1),
        "p99_ms": round(percentile(took, 0.99), 1),
    }


def _until(app: Any, is_there: Callable[[], bool]) -> None:
    end = time.perf_counter() + 30
    while not is_there():
        assert time.perf_counter() < end, "it was never painted"
        app.processEvents()
        time.sleep(0.0002)


def console(folder: Path, rounds: int) -> dict[str, list[float]]:
    """Type into the real console, off screen; gives for each key how long until its result was painted, ms."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtTest import QTest  # noqa: PLC0415  Qt reads the platform when it is loaded

    from app.runtime.opening import OpenedProfile  # noqa: PLC0415
    from app.runtime.profile import Profile  # noqa: PLC0415
    from app.runtime.secrets import MemorySecrets  # noqa: PLC0415
    from app.services.issue_lists import View  # noqa: PLC0415
    from ui.bootstrap.session import Session  # noqa: PLC0415
    from ui.bootstrap.stage import settle  # noqa: PLC0415
    from ui.bootstrap.starting import application  # noqa: PLC0415

    app = application()
    profile = Profile.load(folder)
    assert profile is not None
    forget_drafts(profile)
    session = Session(OpenedProfile(profile, MemorySecrets()), profile)
    session.window.resize(1280, 800)
    session.show()
    settle(500)
    queue = session.queue()
    queue.list.go(View.ALL_OPEN)
    settle(6000)
    came: list[float] = []
    view, field = queue.list.table.view, queue.list.filter
    filled = queue.list.table.show_ids

    def shown(ids: Any, rows: Any = ()) -> None:
        filled(ids, rows)
        view.viewport().repaint()
        came.append(time.perf_counter())

    queue.list.table.show_ids = shown  # type: ignore[method-assign]
    in_filter = []
    field.setFocus()
    for text in TYPED * rounds:
        field.clear()
        settle(1500)
        for letter in text:
            came.clear()
            began = time.perf_counter()
            QTest.keyClicks(field, letter)
            if queue.list.header is not None and _cannot_be_read(field.text()):
                continue
            _until(app, lambda: bool(came))
            in_filter.append((came[0] - began) * 1000)
    queue.list.table.show_ids = filled  # type: ignore[method-assign]
    field.clear()
    settle(1500)
    queue.log_call()
    settle(300)
    finder = queue.call.finder
    matches, in_card = finder.matches, []
    showing = finder._show

    def matched(found: Any) -> None:
        showing(found)
        matches.viewport().repaint()
        came.append(time.perf_counter())

    finder._show = matched  # type: ignore[method-assign]
    for text in CALLERS * rounds:
        finder.field.clear()
        settle(300)
        for letter in text:
            came.clear()
            began = time.perf_counter()
            QTest.keyClicks(finder.field, letter)
            _until(app, lambda: bool(came))
            in_card.append((came[-1] - began) * 1000)
            settle(60)
    session.close()
    return {"queue filter": in_filter, "call card": in_card}


def echo(rounds: int) -> tuple[list[float], list[float]]:
    """Type into a full terminal of 132 x 43 whose other side echoes, and into a bare field; gives ms for each key."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QPaintEvent  # noqa: PLC0415  Qt reads the platform when it is loaded
    from PySide6.QtTest import QTest  # noqa: PLC0415
    from PySide6.QtWidgets import QLineEdit, QWidget  # noqa: PLC0415

    from app.services.highlights import defaults  # noqa: PLC0415
    from ui.bootstrap.starting import application  # noqa: PLC0415
    from ui.kit.terminal import Terminal  # noqa: PLC0415
    from ui.kit.terminal_marks import Marks  # noqa: PLC0415
    from ui.kit.terminal_paint import ROW_HEIGHT, cell_width  # noqa: PLC0415
    from ui.kit.theme import XS, M  # noqa: PLC0415

    app = application()
    painted: list[float] = []

    class Field(QLineEdit):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            super().paintEvent(event)
            painted.append(time.perf_counter())

    class Screen(Terminal):
        def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
            super().paintEvent(event)
            painted.append(time.perf_counter())

    def typed(widget: QWidget, is_shown: Callable[[], str]) -> list[float]:
        widget.show()
        widget.setFocus()
        took = []
        for letter in ECHOED * rounds * 5:
            _idle(app)
            before = is_shown()
            painted.clear()
            began = time.perf_counter()
            QTest.keyClicks(widget, letter)
            while not painted or is_shown() == before:
                app.processEvents()
            took.append((painted[-1] - began) * 1000)
        widget.close()
        return took

    screen, field = Screen("bench"), Field()
    screen.resize(int(132 * cell_width()) + 2 * M + 12, 43 * ROW_HEIGHT + 2 * XS)
    screen.mark(Marks(defaults("cisco_ios")))
    screen.typed.connect(lambda data: screen.feed(bytes(data)))
    screen.feed(b"GigabitEthernet1/0/1 is up, line protocol is up (connected)\r\n" * 9000 + b"core-1#")
    _until(app, lambda: not screen.waiting_bytes)
    return typed(screen, lambda: str(screen.state.cursor)), typed(field, field.text)


def _idle(app: Any) -> None:
    """Let what is left of the key before be done."""
    for _ in range(3):
        app.processEvents()
        time.sleep(0.001)


def _cannot_be_read(text: str) -> bool:
    from app.services.issue_lists import FilterError, ListQuery  # noqa: PLC0415

    try:
        ListQuery(text=text).wanted()
    except FilterError:
        return True
    return False


def script(path: Path, rounds: int) -> dict[str, list[float]]:
    """Type into a bare field above a bare table, with raw FTS5 between; gives ms for each key."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    import re  # noqa: PLC0415
    import sqlite3  # noqa: PLC0415

    from PySide6.QtTest import QTest  # noqa: PLC0415  Qt reads the platform when it is loaded
    from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget  # noqa: PLC0415

    app = QApplication([])
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA cache_size = -16000")
    window, field, table = QWidget(), QLineEdit(), QTableWidget(0, 6)
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(table)
    window.resize(900, 700)
    window.show()
    app.processEvents()
    statement = _LOOK_UP

    def look(text: str) -> None:
        words = re.findall(r"[^\W_]+", text)
        found = connection.execute(statement, (" ".join(f'"{w}"*' for w in words),)).fetchall() if words else []
        table.setRowCount(len(found))
        for line, cells in enumerate(found):
            for column, cell in enumerate(cells):
                table.setItem(line, column, QTableWidgetItem(str(cell)))

    field.textChanged.connect(look)

    def typed(texts: tuple[str, ...]) -> list[float]:
        took = []
        for text in texts * rounds:
            field.clear()
            app.processEvents()
            for letter in text:
                began = time.perf_counter()
                QTest.keyClicks(field, letter)
                table.viewport().repaint()
                took.append((time.perf_counter() - began) * 1000)
        return took

    in_filter = typed(TYPED)
    statement = _CALLER_LOOK_UP
    in_card = typed(CALLERS)
    connection.close()
    return {"queue filter": in_filter, "call card": in_card}
