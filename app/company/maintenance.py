"""Lets go of what the company database keeps for sync and nobody needs any more.

Feed lines are how workstations catch up, kept edits are how one that is sent twice is known: both grow for ever
unless the administrator runs this now and then. What a live workstation may still ask for always stays.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from app.company.connection import Connection, said_plainly
from app.domain.errors import BadInput

KEEP_FEED_DAYS = 14
KEEP_OPS_DAYS = 730
LIVE_DAYS = 30
# Workstations offer again what a restored backup has lost, as far back as this; by then we must know what we had.
_SHORTEST_OPS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Holder:
    """Who keeps old feed lines from going: a live workstation that has not pulled, or a transaction left open.

    `name` is the workstation's, or the program's whose transaction it is; `person` a person's name, or the login.
    `seen_at` is when the workstation was here last, or when the transaction began.
    """

    is_workstation: bool
    name: str
    person: str
    seen_at: datetime | None
    lines: int


@dataclass(frozen=True, slots=True)
class Maintained:
    """What went, and who keeps the rest. `floor` is the transaction id below which nothing can be asked for.

    `contents` are those that no attachment has pointed to for 30 days.
    """

    feed_lines: int
    edits: int
    contents: int
    floor: str
    held_by: Holder | None

    def as_dict(self) -> dict[str, Any]:
        """Give it for JSON."""
        return asdict(self)


def maintain(
    connection: Connection,
    keep_feed_days: int = KEEP_FEED_DAYS,
    keep_ops_days: int = KEEP_OPS_DAYS,
    live_days: int = LIVE_DAYS,
) -> Maintained:
    """Remove old feed lines and edits on an autocommit connection of the administrator; blocks while it works.

    A workstation that was here within `live_days` still gets everything from where it was; one that comes back later
    reads everything anew. Raises BadInput for days that would lose something.
    """
    if min(keep_feed_days, live_days) < 1:
        raise BadInput("A feed that is not kept for a day helps nobody.", "Give at least 1 day.")
    if keep_ops_days < max(live_days, _SHORTEST_OPS_DAYS):
        raise BadInput(
            f"Edits kept for only {keep_ops_days} days could be applied twice.",
            f"Give at least {_SHORTEST_OPS_DAYS} days, and no fewer than --live-days.",
        )
    with said_plainly():
        row = connection.execute(
            "SELECT sync.maintain(%s, %s, %s)",
            (timedelta(keep_feed_days), timedelta(keep_ops_days), timedelta(live_days)),
        ).fetchone()
        gone = row[0] if row else {}
        if gone["feed"] or gone["ops"]:
            # The next pulls look at the low end of the feed first, where the dead lines are.
            connection.execute("VACUUM (ANALYZE) sync.feed, sync.op")
    return Maintained(
        gone["feed"], gone["ops"], gone["contents"], gone["floor"], held_by(connection, keep_feed_days, live_days)
    )


def held_by(connection: Connection, keep_feed_days: int = KEEP_FEED_DAYS, live_days: int = LIVE_DAYS) -> Holder | None:
    """Give who keeps feed lines that are older than `keep_feed_days`; None when nobody does. Changes nothing."""
    with said_plainly():
        return _slow_workstation(connection, keep_feed_days, live_days) or _open_transaction(connection, keep_feed_days)


def _slow_workstation(connection: Connection, keep_feed_days: int, live_days: int) -> Holder | None:
    found = connection.execute(
        "WITH bound AS (SELECT least("
        "    (SELECT f.xid FROM sync.feed f WHERE f.at > now() - %(keep)s ORDER BY f.xid LIMIT 1), "
        "    pg_snapshot_xmin(pg_current_snapshot())) AS xid), "
        "slowest AS (SELECT w.name, p.name AS person, w.seen_at, pg_snapshot_xmin(w.cursor::pg_snapshot) AS xid "
        "    FROM sync.workstation w JOIN baton.person p ON p.id = w.person_id "
        "    WHERE w.seen_at > now() - %(live)s AND w.cursor IS NOT NULL ORDER BY 4 LIMIT 1) "
        "SELECT s.name, s.person, s.seen_at, "
        "    (SELECT count(*) FROM sync.feed f WHERE f.xid >= s.xid AND f.xid < b.xid) FROM slowest s, bound b",
        {"keep": timedelta(keep_feed_days), "live": timedelta(live_days)},
    ).fetchone()
    return Holder(True, *found) if found and found[3] else None


def _open_transaction(connection: Connection, keep_feed_days: int) -> Holder | None:
    found = connection.execute(
        "WITH lowest AS (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid), "
        "open AS (SELECT a.application_name, a.usename::text, a.xact_start FROM pg_stat_activity a, lowest "
        "    WHERE a.backend_xid = lowest.xid::xid AND a.pid <> pg_backend_pid() "
        "  UNION ALL SELECT 'prepared transaction ' || x.gid, x.owner::text, x.prepared "
        "    FROM pg_prepared_xacts x, lowest WHERE x.transaction = lowest.xid::xid) "
        "SELECT o.*, (SELECT count(*) FROM sync.feed f, lowest WHERE f.xid >= lowest.xid AND f.at < now() - %s) "
        "FROM open o LIMIT 1",
        (timedelta(keep_feed_days),),
    ).fetchone()
    return Holder(False, *found) if found and found[3] else None
