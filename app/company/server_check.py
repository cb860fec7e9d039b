"""Whether the server keeps what it has answered, has room for everybody, and the feed is kept short."""

from datetime import UTC, datetime, timedelta

from app.company import maintenance
from app.company.connection import Connection
from app.company.finding import Finding, listed

OLDEST_SERVER = 140_000
RESERVE = 10  # connections for the administrator, backups, and workstations whose broken line is not yet noticed
MOST_FEED_LINES = 5_000_000


def version(connection: Connection) -> Finding:
    """Say whether the server is new enough."""
    number = connection.info.server_version
    return Finding(
        f"PostgreSQL {number // 10_000}.{number % 10_000}.",
        number >= OLDEST_SERVER,
        "Baton needs PostgreSQL 14 or newer: upgrade the server.",
    )


def findings(connection: Connection) -> list[Finding]:
    """Give what was looked at; the schema is of this program's version."""
    return [_durability(connection), _autovacuum(connection), _room(connection), _feed(connection), _held(connection)]


def _durability(connection: Connection) -> Finding:
    row = connection.execute(
        "SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')"
    ).fetchone()
    names = ("fsync", "full_page_writes", "synchronous_commit")
    off = [f"{name} is off" for name, value in zip(names, row or (), strict=True) if value == "off"]
    # People's sessions may be told otherwise than ours.
    set_for = connection.execute(
        "SELECT coalesce(r.rolname, 'everybody'), c.setting FROM pg_db_role_setting s "
        "LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c(setting) "
        "WHERE (s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())) "
        "AND lower(c.setting) IN ('synchronous_commit=off', 'synchronous_commit=false', 'synchronous_commit=0')"
    ).fetchall()
    off += [f"synchronous_commit is off for {who}" for who, _ in set_for]
    return Finding(
        f"An edit that was answered could be lost when the server stops: {listed(off)}."
        if off
        else "What the server has answered survives its end.",
        not off,
        "Switch them on in postgresql.conf (ALTER SYSTEM, ALTER DATABASE or ALTER ROLE ... RESET) and reload.",
    )


def _autovacuum(connection: Connection) -> Finding:
    row = connection.execute("SELECT current_setting('autovacuum'), current_setting('track_counts')").fetchone()
    off = ["the whole server"] if "off" in (row or ()) else []
    off += [
        name
        for (name,) in connection.execute(
            "SELECT c.oid::regclass::text FROM pg_class c, unnest(c.reloptions) o "
            "WHERE c.relnamespace IN ('baton'::regnamespace, 'sync'::regnamespace) "
            "AND lower(o) IN ('autovacuum_enabled=off', 'autovacuum_enabled=false', 'autovacuum_enabled=0') ORDER BY 1"
        ).fetchall()
    ]
    return Finding(
        f"Autovacuum is off for {listed(off)}: tables grow and slow down until the server stops taking writes."
        if off
        else "Autovacuum is on.",
        not off,
        "Switch autovacuum and track_counts on, or ALTER TABLE ... RESET (autovacuum_enabled).",
    )


def _room(connection: Connection) -> Finding:
    row = connection.execute(
        "SELECT least(current_setting('max_connections')::int "
        "    - current_setting('superuser_reserved_connections')::int "
        "    - coalesce(current_setting('reserved_connections', true), '0')::int, "
        "  nullif((SELECT datconnlimit FROM pg_database WHERE datname = current_database()), -1)), "
        "(SELECT count(*) FROM sync.workstation w JOIN baton.person p ON p.id = w.person_id AND p.is_active "
        "  WHERE w.seen_at > now() - interval '30 days'), "
        "(SELECT count(*) FROM baton.person p WHERE p.is_active AND NOT p.deleted AND NOT EXISTS (SELECT FROM "
        "  sync.workstation w WHERE w.person_id = p.id AND w.seen_at > now() - interval '30 days'))"
    ).fetchone()
    room, workstations, others = row or (0, 0, 0)
    needed = workstations + others + RESERVE
    return Finding(
        f"Room for {room} connections; {needed} may be needed: {workstations} workstations in 30 days, {others} more "
        f"people, {RESERVE} in reserve.",
        needed <= room,
        f"Set max_connections to {needed + needed // 4} or more and restart the server: each workstation keeps one. "
        "A limit of the database (CONNECTION LIMIT) counts too.",
    )


def _feed(connection: Connection) -> Finding:
    row = connection.execute(
        "SELECT (SELECT f.at FROM sync.feed f ORDER BY f.xid LIMIT 1), "
        "(SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'sync.feed'::regclass)"
    ).fetchone()
    oldest, lines = row or (None, 0)
    limit = timedelta(2 * maintenance.KEEP_FEED_DAYS)
    is_fine = lines <= MOST_FEED_LINES and (oldest is None or datetime.now(UTC) - oldest < limit)
    since = "empty" if oldest is None else f"about {lines:,} lines since {oldest:%Y-%m-%d}"
    return Finding(
        f"The feed is {since}." if is_fine else f"The feed has not been maintained for long: {since}.",
        is_fine,
        "Run `main.py company maintain` now, and once a night from the server's scheduler.",
    )


def _held(connection: Connection) -> Finding:
    holder = maintenance.held_by(connection)
    if holder is None:
        return Finding("Nothing holds the feed back.", is_fine=True)
    seen = "at an unknown time" if holder.seen_at is None else f"{holder.seen_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if holder.is_workstation:
        return Finding(
            f"{holder.lines:,} old feed lines are kept for “{holder.name}” ({holder.person}), last seen {seen}.",
            is_fine=False,
            todo=f"Ask {holder.person} to connect once. A workstation that was not seen for "
            f"{maintenance.LIVE_DAYS} days holds nothing: it reads everything anew when it comes back.",
        )
    return Finding(
        f"{holder.lines:,} old feed lines are kept for a transaction of {holder.person} ({holder.name}), open since "
        f"{seen}.",
        is_fine=False,
        todo="End that session (pg_terminate_backend), or COMMIT or ROLLBACK the prepared transaction.",
    )
