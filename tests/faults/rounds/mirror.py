"""Whether a cache shows what the company gives its person: ids and versions, or every field."""

from app.company.connection import Connection
from app.domain.entities import TABLES
from app.store.codec import cells_from_wire, columns_of
from tests.faults.rounds.seat import Seat

_REVS = " UNION ALL ".join(
    f"SELECT '{t.name}' AS tbl, {{id}} AS id, rev, {{deleted}} FROM {{room}}{t.name}" for t in TABLES
)
_COMPANY = _REVS.format(id="id::text", deleted="deleted::integer", room="baton.")
_CACHE = _REVS.format(id="id", deleted="deleted", room="")


def difference(company: Connection, seat: Seat) -> str:
    """Say how the cache differs from SELECT as its person; "" when it does not."""
    theirs = set(company.execute(_COMPANY.encode()).fetchall())
    with seat.cache() as cache:
        ours = set(cache.execute(_CACHE).fetchall())
    if ours == theirs:
        return ""
    missing, more = sorted(theirs - ours), sorted(ours - theirs)
    return f"{seat.login}'s cache lacks {len(missing)} rows {missing[:4]} and has {len(more)} others {more[:4]}"


def difference_in_full(company: Connection, seat: Seat) -> str:
    """Say in which fields the cache differs from SELECT as its person; "" when in none."""
    said: list[str] = []
    with seat.cache() as cache:
        for table in TABLES:
            columns = columns_of(table.record)
            rows = company.execute(f"SELECT to_jsonb(r) FROM baton.{table.name} r".encode()).fetchall()
            theirs = {cells_from_wire(table.record, row) for (row,) in rows}
            ours = set(cache.execute(f"SELECT {', '.join(columns)} FROM {table.name}").fetchall())
            if ours != theirs:
                said.append(f"{table.name}: {sorted(ours ^ theirs, key=str)[:4]}")
    return f"{seat.login}'s cache differs in {said}" if said else ""
