"""table: the queue's list of 1,000,000 open issues, against a bare keyset page and against QSqlTableModel.

The first rows are those of every order both ways, as dataclasses with all that the list shows, beside the same cells
read by a bare sqlite3 statement from the same index. The rest is measured on the real window, off screen.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from app.runtime.profile import Profile
from app.services import issue_lists
from app.services.desk import Desk
from app.services.issue_lists import ListQuery, Order, View
from app.store.cache import Cache
from tests.bench.issue_stock import FULL, ME, QUICK, IssueStock, issue_stock, raw
from tests.bench.process import Apart
from tests.bench.result import Reach, Result, percentile
from tests.bench.wish import Wish

SCROLL_S = 6.0
FRAME_MS = 16
FILTERS = {
    "words": "backup ostrava",
    "fields": "vip:yes p:1 updated>2d",
    "customer": 'customer:"Cedar Rail"',
    "topic or calls": "topic:login or calls>=3",
}
_KEYS = {
    Order.NUMBER: "number", Order.TITLE: "title", Order.CALLS: "calls", Order.CALLED: "last_call_at",
    Order.WAITING: "waiting", Order.DUE: "due_at, s.priority", Order.UPDATED: "told_at",
    Order.PRIORITY: "priority, s.due_at", Order.CUSTOMER: "customer", Order.OWNER: "owner", Order.STATE: "state",
    Order.TOPIC: "topic", Order.OPENED: "opened_at",
}  # fmt: skip


def bench(wish: Wish) -> Result:
    stock = issue_stock(wish.size(FULL, QUICK))
    pages = _pages(stock, wish.runs(9))
    filters = _filters(stock, wish.runs(5))
    shown: dict[str, Any] = Apart(window, stock.profile.folder, wish.size(SCROLL_S, 2.0)).result()
    reference: dict[str, float] = Apart(sql_table_model, stock.profile.cache_path).result()
    ratios = {name: line["ours_ms"] / line["raw_ms"] for name, line in pages.items()}
    worst = max(ratios, key=ratios.__getitem__)
    jump = reference["jump_ms"] / shown["jump_ms"]
    gaps = shown["gaps_ms"]
    figures: dict[str, float | str | dict[str, float]] = {
        "issues": stock.issues,
        "cache_made_s": round(stock.made_s, 1),
        "pages_ratio_median": round(median(ratios.values()), 2),
        "slowest_page": f"{worst} {pages[worst]['ours_ms']} ms, raw {pages[worst]['raw_ms']} ms",
        "open_queue_painted_ms": round(shown["open_ms"]),
        "sort_painted_ms": round(shown["sort_ms"], 1),
        "all_ids_behind_ms": round(shown["whole_ms"]),
        "jump_to_end_ms": round(shown["jump_ms"], 1),
        "sort_and_jump_to_end_ms": round(shown["sort_ms"] + shown["whole_ms"] + shown["jump_ms"]),
        "qsqltablemodel_open_ms": round(reference["open_ms"]),
        "qsqltablemodel_jump_ms": round(reference["jump_ms"]),
        "qsqltablemodel_private_mb": round(reference["private_mb"]),
        "frame_gap_p99_ms": round(percentile(gaps, 0.99), 1),
        "frame_gap_max_ms": round(max(gaps), 1),
        "frames": len(gaps),
        "private_mb_before_the_list": round(shown["before_mb"]),
        "private_mb_with_code_and_files": round(shown["with_clean_mb"]),
        **{f"filter {name}": line for name, line in filters.items()},
    }
    return Result(
        "table",
        wish.runs(9),
        figures,
        (
            Reach("first rows / raw keyset page, worst order", "<= 5x", f"{ratios[worst]:.1f}x", ratios[worst] <= 5),
            Reach("jump to end / QSqlTableModel", ">= 50x", f"{jump:.0f}x", jump >= 50),
            Reach("private memory", "<= 120 MB", f"{shown['private_mb']:.0f} MB", shown["private_mb"] <= 120),
            Reach("frame gap while scrolling", "<= 33 ms", f"{max(gaps):.1f} ms", max(gaps) <= 33),
        ),
    )


def forget_drafts(profile: Profile) -> None:
    """Throw away the call that an earlier run left unfinished: the window would open with it instead of the list."""
    cache = Cache(profile.cache_path)
    with cache.transaction():
        cache.write("DELETE FROM draft")
    cache.close()


class Nobody:
    """Hears of changes; there are none."""

    def touched(self, changes: object) -> None:
        """Do nothing."""


def timed(runs: int, work: Callable[[], object]) -> float:
    """Give the median, ms."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def _pages(stock: IssueStock, runs: int) -> dict[str, dict[str, float]]:
    cache = Cache(stock.profile.cache_path)
    desk, connection = Desk(cache, ME, "bench", Nobody()), raw(stock)
    found = {}
    for order, key in _KEYS.items():
        for is_descending in (False, True):
            query = ListQuery(order=order, is_descending=is_descending)
            way = " DESC" if is_descending else ""
            by = ", ".join(f"{each}{way}" for each in (*(f"s.{key}".split(", ")), "s.pk"))
            statement = (
                "SELECT i.id, i.number, i.title, c.name, c.is_vip, s.priority, i.state, i.waiting_on, i.watch_until, "
                "i.next_update_at, s.calls, s.last_call_at, s.told_at, i.opened_at, i.kind, i.topic, s.owner "
                "FROM issue_sum s JOIN issue i ON i.pk = s.pk LEFT JOIN customer c ON c.id = i.customer_id "
                f"WHERE s.is_open = 1 ORDER BY {by} LIMIT 200"
            )
            ours = timed(runs, lambda q=query: issue_lists.first_page(desk, q))  # type: ignore[misc]
            bare = timed(runs, lambda s=statement: connection.execute(s).fetchall())  # type: ignore[misc]
            found[f"{order}{way.lower()}"] = {"ours_ms": round(ours, 2), "raw_ms": round(bare, 2)}
    connection.close()
    cache.close()
    return found


def _filters(stock: IssueStock, runs: int) -> dict[str, dict[str, float]]:
    cache = Cache(stock.profile.cache_path)
    desk = Desk(cache, ME, "bench", Nobody())
    found = {}
    for name, text in FILTERS.items():
        query = ListQuery(View.ALL_OPEN, text)
        found[name] = {
            "first_rows_ms": round(timed(runs, lambda q=query: issue_lists.first_page(desk, q)), 1),  # type: ignore[misc]
            "all_ids_ms": round(timed(1, lambda q=query: issue_lists.ids(desk, q)), 1),  # type: ignore[misc]
            "issues": issue_lists.count(desk, query) or 0,
        }
    cache.close()
    return found


def private_mb(*kinds: str) -> float:
    """Give the memory that this process has written, MB: what no other could share, such as a library's code."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Dirty", *kinds))) / 1024


def window(folder: Path, scroll_s: float) -> dict[str, Any]:
    """Open the console on the stock, sort, go to the end, and scroll; off screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer  # noqa: PLC0415  Qt reads the platform when it is loaded
    from PySide6.QtTest import QTest  # noqa: PLC0415

    from app.runtime.opening import OpenedProfile  # noqa: PLC0415
    from app.runtime.secrets import MemorySecrets  # noqa: PLC0415
    from ui.bootstrap.session import Session  # noqa: PLC0415
    from ui.bootstrap.stage import settle  # noqa: PLC0415
    from ui.bootstrap.starting import application  # noqa: PLC0415

    class Frames(QObject):
        """Notes when the list was painted."""

        at: list[float] = []  # noqa: RUF012  one of them

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
            if event.type() == QEvent.Type.Paint:
                QTimer.singleShot(0, lambda: self.at.append(time.perf_counter()))
            return False

    app = application()

    def wait_for(condition: Callable[[], bool], what: str, limit_s: float) -> None:
        end = time.perf_counter() + limit_s
        while not condition():
            assert time.perf_counter() < end, what
            app.processEvents()
            time.sleep(0.0005)

    profile = Profile.load(folder)
    assert profile is not None
    forget_drafts(profile)
    session = Session(OpenedProfile(profile, MemorySecrets()), profile)
    session.window.resize(1280, 800)
    session.show()
    settle(500)
    said: dict[str, Any] = {"before_mb": private_mb()}
    queue = session.queue()
    table, frames = queue.list.table, Frames()
    table.view.viewport().installEventFilter(frames)

    def painted(line: int, at_least: int) -> bool:
        return table.model.rowCount() >= at_least and table.model.row(line) is not None and bool(frames.at)

    def until(line: int, at_least: int, what: str) -> float:
        began = time.perf_counter()
        frames.at.clear()
        wait_for(lambda: painted(line, at_least), what, 60)
        table.view.viewport().repaint()
        return (time.perf_counter() - began) * 1000

    frames.at.clear()
    began = time.perf_counter()
    queue.list.go(View.ALL_OPEN)
    wait_for(lambda: queue.list.listing.view is View.ALL_OPEN and painted(0, 200), "the list", 60)
    said["open_ms"] = (time.perf_counter() - began) * 1000
    wait_for(lambda: table.model.rowCount() > 200, "all ids", 60)
    sorts, wholes, jumps = [], [], []
    for order in (Order.TITLE, Order.CALLS, Order.DUE):
        table.choose_first()
        QTest.keyClick(table.view, Qt.Key.Key_Home)
        before = table.model.ids
        began = time.perf_counter()
        queue.list.change(order=order, is_descending=False)
        wait_for(lambda before=before: table.model.ids is not before, "the first rows", 60)  # type: ignore[misc]
        table.view.viewport().repaint()
        sorts.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        wait_for(lambda: table.model.rowCount() > 200, "all ids", 60)
        wholes.append((time.perf_counter() - began) * 1000)
        settle(200)
        began = time.perf_counter()
        QTest.keyClick(table.view, Qt.Key.Key_End)
        last = table.model.rowCount() - 1
        wait_for(lambda last=last: table.model.row(last) is not None, "the last row", 60)  # type: ignore[misc]
        table.view.viewport().repaint()
        jumps.append((time.perf_counter() - began) * 1000)
    said |= {"sort_ms": median(sorts), "whole_ms": median(wholes), "jump_ms": median(jumps)}
    QTest.keyClick(table.view, Qt.Key.Key_Home)
    settle(300)
    frames.at.clear()
    bar, scrolling = table.view.verticalScrollBar(), QTimer()
    scrolling.setTimerType(Qt.TimerType.PreciseTimer)
    scrolling.timeout.connect(lambda: bar.setValue(bar.value() + 3))
    scrolling.start(FRAME_MS)
    settle(int(scroll_s * 1000))
    scrolling.stop()
    said["gaps_ms"] = [(b - a) * 1000 for a, b in zip(frames.at, frames.at[1:], strict=False)]
    said["private_mb"], said["with_clean_mb"] = private_mb(), private_mb("Private_Clean")
    session.close()
    return said


def sql_table_model(path: Path) -> dict[str, float]:
    """Open a QSqlTableModel over what the list shows, sorted by title, and go to its end; off screen."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import Qt  # noqa: PLC0415  Qt reads the platform when it is loaded
    from PySide6.QtSql import QSqlDatabase, QSqlQuery, QSqlTableModel  # noqa: PLC0415
    from PySide6.QtWidgets import QApplication, QTableView  # noqa: PLC0415

    application = QApplication([])
    database = QSqlDatabase.addDatabase("QSQLITE")
    database.setDatabaseName(str(path))
    database.setConnectOptions("QSQLITE_OPEN_READONLY")
    assert database.open(), database.lastError().text()
    made = QSqlQuery(database).exec(
        "CREATE TEMP VIEW listed AS SELECT s.number, s.title, s.customer, s.calls, s.waiting, s.due_at, s.told_at "
        "FROM issue_sum s WHERE s.is_open = 1"
    )
    assert made
    view = QTableView()
    view.resize(900, 700)
    view.show()
    began = time.perf_counter()
    model = QSqlTableModel(None, database)
    model.setTable("listed")
    model.setSort(1, Qt.SortOrder.AscendingOrder)
    assert model.select(), model.lastError().text()
    view.setModel(model)
    view.viewport().repaint()
    open_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    while model.canFetchMore():
        model.fetchMore()
    view.scrollToBottom()
    view.viewport().repaint()
    application.processEvents()
    jump_ms = (time.perf_counter() - began) * 1000
    return {"open_ms": open_ms, "jump_ms": jump_ms, "private_mb": private_mb()}
