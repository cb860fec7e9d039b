"""search: the first 20 of 1,000,000 issues, against raw FTS5 in the same run."""

import sqlite3
from collections.abc import Callable
from statistics import median

from app.services import search
from app.services.desk import Desk
from app.services.issue_lists import ListQuery, first_page
from app.store.cache import Cache
from tests.bench.issue_stock import FULL, ME, QUICK, issue_stock, raw
from tests.bench.result import Reach, Result
from tests.bench.table import Nobody, timed
from tests.bench.wish import Wish

RAW = "SELECT rowid FROM issue_search WHERE issue_search MATCH ? ORDER BY rowid DESC LIMIT 20"
RAW_RANKED = "SELECT rowid FROM issue_search WHERE issue_search MATCH ? ORDER BY rank LIMIT 20"
RAW_CUSTOMER = (
    "SELECT pk FROM issue WHERE customer_id IN (SELECT id FROM customer WHERE pk IN "
    "(SELECT rowid FROM customer_search WHERE customer_search MATCH ?)) ORDER BY pk DESC LIMIT 20"
)


def bench(wish: Wish) -> Result:
    stock, runs = issue_stock(wish.size(FULL, QUICK)), wish.runs(9)
    cache, connection = Cache(stock.profile.cache_path), raw(stock)
    desk = Desk(cache, ME, "bench", Nobody())
    number = str(stock.issues - 1234)
    kinds: dict[str, tuple[Callable[[], object], str, str]] = {
        "rare": (lambda: search.issues(desk, "zebra"), RAW, '"zebra"*'),
        "prefix": (lambda: search.issues(desk, "imp"), RAW, '"imp"*'),
        "common word": (lambda: search.issues(desk, "import"), RAW, '"import"*'),
        "two words": (lambda: search.issues(desk, "backup ostrava"), RAW, '"backup"* "ostrava"*'),
        "customer name": (lambda: search.search(desk, "cedar rail"), RAW_CUSTOMER, '"cedar"* "rail"*'),
        "number": (lambda: search.issues(desk, number), RAW, f'"{number}"*'),
        "ranked": (lambda: search.ranked(desk, "import"), RAW_RANKED, '"import"*'),
    }
    lines = {
        name: {"ours_ms": round(timed(runs, ours), 2), "raw_ms": round(_raw(connection, statement, asked, runs), 2)}
        for name, (ours, statement, asked) in kinds.items()
    }
    in_list = timed(runs, lambda: first_page(desk, ListQuery(text='customer:"cedar rail"')))
    worst = max((name for name in lines if name != "ranked"), key=lambda name: lines[name]["ours_ms"])
    connection.close()
    cache.close()
    return Result(
        "search",
        runs,
        {"issues": stock.issues, "a_customers_list_ms": round(in_list, 1), **lines},
        (
            Reach(
                f"first 20, slowest ({worst})",
                "<= 10 ms",
                f"{lines[worst]['ours_ms']} ms",
                lines[worst]["ours_ms"] <= 10,
            ),
            Reach("ranked", "<= 100 ms", f"{lines['ranked']['ours_ms']} ms", lines["ranked"]["ours_ms"] <= 100),
        ),
    )


def _raw(connection: sqlite3.Connection, statement: str, asked: str, runs: int) -> float:
    return median([timed(1, lambda: connection.execute(statement, (asked,)).fetchall()) for _ in range(runs)])
