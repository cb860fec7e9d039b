"""Filling an empty cache: indexes are made once, at the end, instead of row by row.

While it lasts, look-ups of many rows are slower and search finds only what was here when it began. It ends with
`leave`, which may be called again after a crash: what is left to do stands among the words the cache remembers.
"""

import json
from collections.abc import Callable

from app.store import arrivals
from app.store.cache import Cache
from app.store.issue_sums import SUMMED, UNTALLIED, fill_statements
from app.store.rows import KEY_AHEAD, SEARCHABLE, SEARCHED

_ROWS_AT_ONCE = 4000
_PAGES_IN_WAL = 16_000  # of 4 KiB, before they are brought into the file
_PAGES_IN_WAL_USUALLY = 1000
_CACHE_KIB = 64_000
_CACHE_KIB_USUALLY = 16_000


def enter(cache: Cache) -> None:
    """Take the indexes away and let search stand still."""
    cache.connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_WAL}")
    cache.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if arrivals.remembered(cache, "bulk") is not None:
        return
    indexes = cache.read("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'")
    tables = {*cache.tables, "issue_sum"}
    kept = {name: sql for name, sql in indexes if _table_of(sql) in tables}
    with cache.transaction():
        here = "SELECT coalesce(max(pk), 0) FROM {} WHERE pk < " + str(KEY_AHEAD)
        words = {SEARCHABLE + t: str(cache.read(here.format(t))[0][0]) for t in SEARCHED}
        words |= {SUMMED: words[SEARCHABLE + "issue"], UNTALLIED: "1"}
        arrivals.remember(cache, bulk=json.dumps(kept), **words)
        for name in kept:
            cache.write(f'DROP INDEX "{name}"')


def leave(cache: Cache, on_step: Callable[[], None] = lambda: None) -> None:
    """Make the indexes and catch up with search, in steps that others can write between; nothing when there is none."""
    text = arrivals.remembered(cache, "bulk")
    if text is None:
        return
    statements = list(json.loads(text).values())
    own = [statement for statement in statements if _table_of(statement) == "issue_sum"]
    for statement in statements:
        if statement not in own:
            _make_index(cache, statement)
            on_step()
    _begin_sums(cache)
    while _sum_up(cache):
        on_step()
    for statement in own:
        _make_index(cache, statement)
        on_step()
    for table, columns in SEARCHED.items():
        while _make_searchable(cache, table, ", ".join(columns)):
            on_step()
    with cache.transaction():
        cache.write(f"DELETE FROM sync_meta WHERE name = 'bulk' OR name GLOB '{SEARCHABLE}*'")
    cache.connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_WAL_USUALLY}")
    cache.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB_USUALLY}")


def _make_index(cache: Cache, statement: str) -> None:
    with cache.transaction():
        cache.write(statement.replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1))


def _begin_sums(cache: Cache) -> None:
    """From here on the triggers count; what they left out until now is made up for in `_sum_up`."""
    with cache.transaction():
        if cache.write("DELETE FROM sync_meta WHERE name = ?", (UNTALLIED,)):
            arrivals.remember(cache, **{SUMMED: "0"})


def _sum_up(cache: Cache) -> bool:
    """Make the sums of the next issues; gives whether there were any."""
    with cache.transaction():
        word = arrivals.remembered(cache, SUMMED)
        if word is None:  # done, before a crash
            return False
        reached = int(word)
        (until,) = cache.read(
            "SELECT max(pk) FROM (SELECT pk FROM issue WHERE pk > ? ORDER BY pk LIMIT ?)", (reached, _ROWS_AT_ONCE)
        )[0]
        if until is None:
            cache.write("DELETE FROM sync_meta WHERE name = ?", (SUMMED,))
            return False
        for statement in fill_statements(f"i.pk > {reached} AND i.pk <= {until}"):
            cache.write(statement)
        arrivals.remember(cache, **{SUMMED: str(until)})
    return True


def _make_searchable(cache: Cache, table: str, columns: str) -> bool:
    """Take the next rows into the search index; gives whether there were any."""
    with cache.transaction():
        word = arrivals.remembered(cache, SEARCHABLE + table)
        if word is None:  # done, before a crash
            return False
        reached = int(word)
        (until,) = cache.read(
            f"SELECT max(pk) FROM (SELECT pk FROM {table} WHERE pk > ? AND pk < {KEY_AHEAD} "
            f"ORDER BY pk LIMIT {_ROWS_AT_ONCE})",
            (reached,),
        )[0]
        if until is None:
            # From here on the triggers see every row.
            cache.write("DELETE FROM sync_meta WHERE name = ?", (SEARCHABLE + table,))
            return False
        cache.write(
            f"INSERT INTO {table}_search(rowid, {columns}) SELECT pk, {columns} FROM {table} WHERE pk > ? AND pk <= ?",
            (reached, until),
        )
        arrivals.remember(cache, **{SEARCHABLE + table: str(until)})
    return True


def _table_of(statement: str) -> str:
    return statement.split(" ON ", 1)[1].split("(", 1)[0].strip(' "')
