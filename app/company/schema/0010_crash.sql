-- A crash of the server, found out by itself. Transactions of which nobody waits for the end (undone ones, and such as
-- only say who looks at what) are written down a moment later. A snapshot counts them as ended at once; when the server
-- crashes in that moment it forgets them and gives their numbers out again, to transactions that no workstation has
-- seen yet. So a cursor also says how many crashes it has seen, as "2/917:920:918", and is cut where a crash that it
-- has not seen began to give numbers out again.
SET LOCAL ROLE baton_owner;

CREATE TABLE sync.crash (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first xid8 NOT NULL,                       -- what was written to the feed after the crash is from this one on
    at timestamptz NOT NULL DEFAULT now()      -- when it was found out; only for people
);
-- The server empties it when it recovers from a crash, and only then: no clock and no start of the server tells that.
CREATE UNLOGGED TABLE sync.unbroken (since timestamptz NOT NULL DEFAULT now());
INSERT INTO sync.unbroken DEFAULT VALUES;
GRANT SELECT ON sync.crash TO baton_sync;

-- Before the first line of the feed after a crash, and before the first workstation asks. Several may find it out at
-- once: nobody waits for another. One statement, so that both answers are of one snapshot: whatever wrote to the feed
-- since the crash and has ended by then is seen here to have noted it.
CREATE FUNCTION sync.note_crash() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM sync.unbroken) THEN
        WITH noted AS (
            INSERT INTO sync.crash (first) SELECT pg_snapshot_xmin(pg_current_snapshot())
             WHERE NOT EXISTS (SELECT FROM sync.unbroken) RETURNING at)
        INSERT INTO sync.unbroken SELECT at FROM noted;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER note_crash BEFORE INSERT ON sync.feed FOR EACH STATEMENT EXECUTE FUNCTION sync.note_crash();
CREATE TRIGGER note_crash BEFORE INSERT ON sync.workstation FOR EACH STATEMENT EXECUTE FUNCTION sync.note_crash();

SET LOCAL ROLE baton_sync;

-- The present snapshot as a cursor. A crash that is not noted yet is none of its business: too small a number only
-- brings again what has been here.
CREATE FUNCTION sync.cursor_here() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT max(c.number) FROM sync.crash c), 0) || '/' || pg_current_snapshot()
$$;

-- What a cursor has seen for certain. One without a number is from before this step, and is taken as it is.
-- A cursor lists the transactions that were open: a few hundred at most, and never more than this.
CREATE OR REPLACE FUNCTION sync.snapshot_of(cursor text) RETURNS pg_snapshot
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen pg_snapshot; again xid8;
BEGIN
    IF length(cursor) > 200000 THEN
        RAISE EXCEPTION 'that is no cursor: it is % characters long', length(cursor) USING ERRCODE = '22023';
    ELSIF position('/' IN cursor) = 0 THEN
        RETURN cursor::pg_snapshot;
    END IF;
    seen := split_part(cursor, '/', 2)::pg_snapshot;
    SELECT c.first INTO again FROM sync.crash c WHERE c.number > split_part(cursor, '/', 1)::bigint
     ORDER BY c.first LIMIT 1;
    IF again IS NULL OR again >= pg_snapshot_xmax(seen) THEN
        RETURN seen;
    END IF;
    RETURN (SELECT format('%s:%s:%s', least(pg_snapshot_xmin(seen), again), again, string_agg(x::text, ',' ORDER BY x))
              FROM pg_snapshot_xip(seen) x WHERE x < again)::pg_snapshot;
END $$;

-- As in 0007, but for the next cursor.
CREATE OR REPLACE FUNCTION sync.pull(cursor text, at_most integer) RETURNS TABLE (tbl text, data jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since pg_snapshot := sync.snapshot_of(cursor);
    changed bigint; whole boolean; moved jsonb := '{}'; t text; ids uuid[];
BEGIN
    IF baton.my_id() IS NULL THEN -- disabled while the connection was open
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    END IF;
    -- A cursor from the future of this database, or from below what the feed still has.
    whole := pg_snapshot_xmax(since) <= pg_snapshot_xmax(pg_current_snapshot())
         AND pg_snapshot_xmin(since) >= (SELECT floor FROM sync.meta);
    IF whole THEN
        SELECT count(*) INTO changed FROM (
            SELECT FROM sync.feed f WHERE f.xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(f.xid, since)
             LIMIT at_most + 1) c;
        moved := sync.moved_away(since);
    END IF;
    RETURN QUERY SELECT '', jsonb_build_object(
        'cursor', sync.cursor_here(), 'is_known', whole, 'changed', coalesce(changed, 0), 'rights', sync.my_rights(),
        'identity', sync.identity(), 'version', (SELECT max(number) FROM sync.schema_step),
        'oldest_program', (SELECT oldest_program FROM sync.meta), 'moved_away', moved, 'at', clock_timestamp());
    IF NOT whole OR changed > at_most THEN
        RETURN;
    END IF;
    FOR t, ids IN SELECT f.tbl, array_agg(DISTINCT f.row_id) FROM sync.feed f
             WHERE f.xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(f.xid, since) GROUP BY f.tbl LOOP
        RETURN QUERY EXECUTE format('SELECT %L, to_jsonb(r) FROM baton.%I r WHERE r.id = ANY ($1)', t, t) USING ids;
    END LOOP;
END $$;
