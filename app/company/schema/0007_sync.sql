-- The protocol made whole: edits applied in sets, a handshake that finds out by itself when the company has gone back
-- in its history, a feed that is purged, and the archive. It is told in app/sync.
SET LOCAL ROLE baton_owner;

CREATE INDEX ON baton.tag (customer_id);
CREATE INDEX customer_restricted ON baton.customer (id) WHERE is_restricted;

ALTER TABLE sync.feed
    ADD COLUMN at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN has_moved boolean NOT NULL DEFAULT false, -- to another customer,
    ADD COLUMN moved_from uuid;                          -- from this one, or from none

-- Who saw a row with its former customer may not see it with its new one; nobody else is told of it.
CREATE FUNCTION sync.feed_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO sync.feed (xid, tbl, row_id, has_moved, moved_from)
        VALUES (pg_current_xact_id(), TG_TABLE_NAME, NEW.id, true, OLD.customer_id);
    RETURN NULL;
END $$;

DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT DISTINCT f.tbl FROM sync.field f WHERE f.col = 'customer_id' LOOP
        EXECUTE format('CREATE TRIGGER feed_moves AFTER UPDATE ON baton.%I FOR EACH ROW '
                       'WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION sync.feed_move()', t);
    END LOOP;
END $$;
ALTER TABLE sync.meta ADD COLUMN floor xid8 NOT NULL DEFAULT '0'; -- feed lines below it may have been purged
ALTER TABLE sync.workstation
    ADD COLUMN program integer,                   -- the newest schema step that it knows
    ADD COLUMN cursor text,                       -- a snapshot that it will still ask from
    ADD COLUMN reports bigint NOT NULL DEFAULT 0; -- how often it has reported, which it knows too

-- Another value than last time means that this is not the history the workstation knows: another database, another
-- cluster (pg_upgrade, a dump brought in), a promoted standby or a point-in-time recovery (another timeline), or an
-- administrator who has set another epoch.
CREATE FUNCTION sync.identity() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws('/', (SELECT epoch FROM sync.meta), (SELECT system_identifier FROM pg_control_system()),
                     (SELECT oid FROM pg_database WHERE datname = current_database()),
                     CASE WHEN NOT pg_is_in_recovery() THEN left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END)
$$;
GRANT EXECUTE ON FUNCTION sync.identity() TO baton_person, baton_sync;

-- Removes feed lines and edits that nobody needs any more; gives how many. A feed line stays while it is young and
-- while any workstation that was here within `live` may still ask for it.
CREATE FUNCTION sync.maintain(keep_feed interval, keep_ops interval, live interval) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE lowest xid8; feed_gone bigint; ops_gone bigint;
BEGIN
    lowest := least(
        (SELECT pg_snapshot_xmin(w.cursor::pg_snapshot) AS x FROM sync.workstation w
          WHERE w.seen_at > now() - live AND w.cursor IS NOT NULL ORDER BY x LIMIT 1),
        (SELECT f.xid FROM sync.feed f WHERE f.at > now() - keep_feed ORDER BY f.xid LIMIT 1),
        pg_snapshot_xmin(pg_current_snapshot()));
    -- The floor first, so that who asks from below it is told so whatever becomes of the rest.
    UPDATE sync.meta SET floor = lowest WHERE lowest > floor;
    DELETE FROM sync.feed WHERE xid < lowest;
    GET DIAGNOSTICS feed_gone = ROW_COUNT;
    DELETE FROM sync.op WHERE at < now() - keep_ops;
    GET DIAGNOSTICS ops_gone = ROW_COUNT;
    RETURN jsonb_build_object('feed', feed_gone, 'ops', ops_gone, 'floor', lowest::text);
END $$;

CREATE INDEX issue_archive ON baton.issue USING gin (to_tsvector('simple',
    title || ' ' || topic || ' ' || workaround || ' ' || coalesce(number::text, ''))) WHERE state = 'closed';

-- Closed issues with all these words (or beginnings of words) that this person may see, newest first. Owned by the
-- tables' owner, because under row security the index could not be used; so it looks at the same rule itself.
CREATE FUNCTION sync.look_in_archive(words text, closed_before timestamptz)
RETURNS TABLE (id uuid, number bigint, title text, customer_id uuid, closed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id, i.number, i.title, i.customer_id, i.closed_at FROM baton.issue i
     WHERE i.state = 'closed' AND i.closed_at < closed_before AND NOT i.deleted
       AND baton.my_id() IS NOT NULL
       AND (i.customer_id IS NULL OR i.customer_id NOT IN (SELECT baton.hidden_customers()))
       AND to_tsvector('simple', i.title || ' ' || i.topic || ' ' || i.workaround || ' ' ||
                                 coalesce(i.number::text, ''))
           @@ to_tsquery('simple', (SELECT string_agg(quote_literal(w) || ':*', ' & ')
                                      FROM regexp_split_to_table(words, '\W+') w WHERE w <> ''))
     ORDER BY i.closed_at DESC LIMIT 50
$$;
GRANT EXECUTE ON FUNCTION sync.look_in_archive(text, timestamptz) TO baton_person;

SET LOCAL ROLE baton_sync;

DROP FUNCTION sync.hello(uuid, text), sync.pull(text), sync.push_one(jsonb, uuid, uuid);

-- about: {workstation, name, program, reports}. `forgotten` says that this database does not remember a report which
-- the workstation was answered: it has gone back to before that.
CREATE FUNCTION sync.hello(about jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := baton.my_id(); claimed bigint := coalesce((about ->> 'reports')::bigint, 0); known bigint; owner uuid;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    END IF;
    SELECT w.reports, w.person_id INTO known, owner FROM sync.workstation w
     WHERE w.id = (about ->> 'workstation')::uuid;
    IF owner <> me THEN
        RAISE EXCEPTION 'this workstation belongs to somebody else' USING ERRCODE = '42501';
    END IF;
    INSERT INTO sync.workstation AS w (id, person_id, name, seen_at, program, reports)
        VALUES ((about ->> 'workstation')::uuid, me, left(coalesce(about ->> 'name', ''), 200), now(),
                (about ->> 'program')::integer, claimed + 1)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, seen_at = now(),
            program = excluded.program, reports = greatest(w.reports, claimed) + 1
        RETURNING w.reports INTO STRICT claimed;
    RETURN jsonb_build_object(
        'person_id', me,
        'role', baton.my_role(),
        'identity', sync.identity(),
        'forgotten', coalesce(known, 0) < coalesce((about ->> 'reports')::bigint, 0),
        'reports', claimed,
        'oldest_program', (SELECT oldest_program FROM sync.meta),
        'rights', sync.my_rights(),
        'must_replace_password', EXISTS (SELECT FROM sync.first_password WHERE login = session_user),
        'now', clock_timestamp());
END $$;

-- A cursor lists the transactions that were open: a few hundred at most, and never more than this.
CREATE FUNCTION sync.snapshot_of(cursor text) RETURNS pg_snapshot
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF length(cursor) > 200000 THEN
        RAISE EXCEPTION 'that is no cursor: it is % characters long', length(cursor) USING ERRCODE = '22023';
    END IF;
    RETURN cursor::pg_snapshot;
END $$;

-- A workstation says that it is there and from where it will ask next; gives how often it has reported.
CREATE FUNCTION sync.report(workstation uuid, cursor text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE sync.workstation w SET seen_at = now(), cursor = sync.snapshot_of(report.cursor)::text, reports = w.reports + 1
     WHERE w.id = workstation AND w.person_id = baton.my_id() RETURNING w.reports
$$;

-- Those of these edits that this database does not know: after a restored backup they were lost.
CREATE FUNCTION sync.unknown_ops(ids uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i FROM unnest(ids) i WHERE baton.my_id() IS NOT NULL AND NOT EXISTS (SELECT FROM sync.op o WHERE o.id = i)
$$;

-- Rows that this person saw with their former customer and does not see with the present one: {table: [id]}.
CREATE FUNCTION sync.moved_away(since pg_snapshot) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE moved jsonb := '{}'; t text; ids uuid[]; gone jsonb;
BEGIN
    FOR t, ids IN SELECT f.tbl, array_agg(DISTINCT f.row_id) FROM sync.feed f
             WHERE f.xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(f.xid, since) AND f.has_moved
               AND (f.moved_from IS NULL OR f.moved_from NOT IN (SELECT baton.hidden_customers())) GROUP BY f.tbl LOOP
        EXECUTE format('SELECT jsonb_agg(i) FROM unnest($1) i WHERE NOT EXISTS (SELECT FROM baton.%I r WHERE r.id = i)',
                       t) INTO gone USING ids;
        IF gone IS NOT NULL THEN
            moved := moved || jsonb_build_object(t, gone);
        END IF;
    END LOOP;
    RETURN moved;
END $$;

-- What changed between the cursor (a snapshot as text) and this statement's snapshot, as this person sees it. The
-- first line has an empty tbl and tells of the whole; where more than `at_most` rows have changed, or the cursor is
-- no part of this history any more, it is the only one. To be called in a REPEATABLE READ transaction.
CREATE FUNCTION sync.pull(cursor text, at_most integer) RETURNS TABLE (tbl text, data jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since pg_snapshot := sync.snapshot_of(cursor);
    here pg_snapshot := pg_current_snapshot();
    changed bigint; whole boolean; moved jsonb := '{}'; t text; ids uuid[];
BEGIN
    IF baton.my_id() IS NULL THEN -- disabled while the connection was open
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    END IF;
    -- A cursor from the future of this database, or from below what the feed still has.
    whole := pg_snapshot_xmax(since) <= pg_snapshot_xmax(here)
         AND pg_snapshot_xmin(since) >= (SELECT floor FROM sync.meta);
    IF whole THEN
        SELECT count(*) INTO changed FROM (
            SELECT FROM sync.feed f WHERE f.xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(f.xid, since)
             LIMIT at_most + 1) c;
        moved := sync.moved_away(since);
    END IF;
    RETURN QUERY SELECT '', jsonb_build_object(
        'cursor', here::text, 'is_known', whole, 'changed', coalesce(changed, 0), 'rights', sync.my_rights(),
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

-- The rows of one table that have changed since the cursor and that this person sees: for a long way to catch up.
CREATE FUNCTION sync.changed_ids(tbl text, cursor text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE since pg_snapshot := sync.snapshot_of(cursor);
BEGIN
    IF EXISTS (SELECT FROM sync.field f WHERE f.tbl = changed_ids.tbl) THEN
        RETURN QUERY EXECUTE format(
            'SELECT r.id FROM baton.%I r WHERE r.id IN (SELECT f.row_id FROM sync.feed f '
            'WHERE f.tbl = %L AND f.xid >= pg_snapshot_xmin($1) AND NOT pg_visible_in_snapshot(f.xid, $1))', tbl, tbl)
            USING since;
    END IF;
END $$;

CREATE FUNCTION sync.is_flat(facts jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM jsonb_each(facts) e WHERE jsonb_typeof(e.value) <> 'string')
$$;

-- Whether a JSON value is one that a workstation writes for a column of this type. What PostgreSQL would take but no
-- workstation can read back is none: an instant without end or beyond the years that programs count, NaN, facts in
-- facts. One such row would stop everybody's pull. Without SET, so that it is inlined: it is asked for each value.
CREATE FUNCTION sync.fits(value jsonb, kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE jsonb_typeof(value)
        WHEN 'null' THEN true
        WHEN 'boolean' THEN kind = 'bool'
        WHEN 'number' THEN kind = 'int8' OR (kind = 'numeric' AND abs((value #>> '{}')::numeric) < 1e30)
        WHEN 'string' THEN CASE kind
            WHEN 'text' THEN true
            WHEN 'uuid' THEN true
            WHEN 'numeric' THEN value #>> '{}' ~ '^[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d)?$'
            WHEN 'timestamptz' THEN value #>> '{}' !~ '^(0000|0001-01-0[12]|9999-12-3[01])' AND value #>> '{}' ~
                '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)$'
            ELSE false END
        WHEN 'object' THEN kind = 'jsonb' AND sync.is_flat(value)
        ELSE false END
$$;

-- Refuses unknown columns, values of another kind, columns that only this database gives, and rows the person may not
-- see; `given` is {column: value}. Foreign keys do not look at row security, so that is done here.
CREATE OR REPLACE FUNCTION sync.check_values(t text, given jsonb, me uuid, is_new boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE key text; value jsonb; rule record; seen boolean;
BEGIN
    FOR key, value IN SELECT * FROM jsonb_each(given) LOOP
        SELECT f.*, y.typname AS kind INTO rule FROM sync.field f
          JOIN pg_attribute a ON a.attrelid = format('baton.%I', t)::regclass AND a.attname = f.col
          JOIN pg_type y ON y.oid = a.atttypid
         WHERE f.tbl = t AND f.col = key;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no field % in %', left(key, 60), t USING ERRCODE = '22023';
        ELSIF rule.is_given AND value <> 'null' THEN
            RAISE EXCEPTION '% of % is set by the company only', key, t USING ERRCODE = '42501';
        ELSIF rule.is_owner AND (NOT is_new OR value #>> '{}' IS DISTINCT FROM me::text) THEN
            RAISE EXCEPTION '% of % must be yourself', key, t USING ERRCODE = '42501';
        ELSIF NOT sync.fits(value, rule.kind) THEN
            RAISE EXCEPTION '% of % cannot be %', key, t, left(value::text, 60) USING ERRCODE = '22023';
        ELSIF rule.ref IS NOT NULL AND value <> 'null' THEN
            EXECUTE format('SELECT true FROM baton.%I WHERE id = $1', rule.ref) INTO seen USING (value #>> '{}')::uuid;
            IF seen IS NULL THEN
                RAISE EXCEPTION '% points to a % that is not there for you', key, rule.ref USING ERRCODE = '23503';
            END IF;
        END IF;
    END LOOP;
END $$;

-- One row as the person sees it; locked, but not against new rows that point to it.
CREATE OR REPLACE FUNCTION sync.row_as_seen(tbl text, row_id uuid, locked boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(r) FROM baton.%I r WHERE r.id = $1 %s', tbl,
                   CASE WHEN locked THEN 'FOR NO KEY UPDATE' END) INTO found USING row_id;
    RETURN found;
END $$;

-- A new row whose id is there already, such as a line of a file that two people bring in: nobody said less than the
-- other, so what differs is a conflict. Who typed it first stays, and what comes from the issue; saying nothing is no
-- contradiction.
CREATE FUNCTION sync.compare_insert(t text, row_id uuid, given jsonb, present jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine jsonb; key text; clashes jsonb := '[]'; by_whom record;
BEGIN
    IF (present ->> 'deleted')::boolean THEN
        RETURN jsonb_build_object('status', 'gone', 'row', present);
    END IF;
    EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::baton.%I, $1))', t) INTO mine USING given;
    FOR key IN
        SELECT k FROM jsonb_object_keys(given) k JOIN sync.field f ON f.tbl = t AND f.col = k
         WHERE NOT f.is_given AND NOT f.is_owner AND NOT (k = 'customer_id' AND present ? 'issue_id')
           AND mine -> k NOT IN ('null', '""', '{}') AND mine -> k <> present -> k ORDER BY k
    LOOP
        SELECT o.person_id, o.at INTO by_whom FROM sync.op o
         WHERE o.tbl = t AND o.row_id = compare_insert.row_id::text AND o.fields ? key
           AND o.result ->> 'status' IN ('ok', 'conflict') ORDER BY o.at DESC LIMIT 1;
        clashes := clashes || jsonb_build_object('field', key, 'base', NULL, 'mine', mine -> key,
            'theirs', present -> key, 'by', by_whom.person_id, 'at', by_whom.at);
    END LOOP;
    RETURN jsonb_build_object('status', CASE WHEN clashes = '[]' THEN 'ok' ELSE 'conflict' END,
                              'clashes', clashes, 'row', present);
END $$;

CREATE OR REPLACE FUNCTION sync.apply_insert(t text, row_id uuid, given jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE present jsonb := sync.row_as_seen(t, row_id, false); owner_col text;
BEGIN
    IF present IS NOT NULL THEN
        RETURN sync.compare_insert(t, row_id, given, present);
    END IF;
    PERFORM sync.check_values(t, given, me, true);
    FOR owner_col IN SELECT col FROM sync.field f WHERE f.tbl = t AND f.is_owner LOOP
        IF given ->> owner_col IS NULL THEN
            RAISE EXCEPTION '% of % must be yourself', owner_col, t USING ERRCODE = '42501';
        END IF;
    END LOOP;
    given := given || jsonb_build_object(
        'id', row_id, 'rev', 1, 'deleted', false, 'changed_at', clock_timestamp(), 'changed_by', me);
    EXECUTE format('INSERT INTO baton.%I SELECT (jsonb_populate_record(NULL::baton.%I, $1)).*', t, t) USING given;
    RETURN jsonb_build_object('status', 'ok', 'row', sync.row_as_seen(t, row_id, false));
END $$;

-- A delete names what the person saw in the row: what has changed since is a conflict, unless it is removed already.
CREATE FUNCTION sync.apply_delete(t text, row_id uuid, seen jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE present jsonb := sync.row_as_seen(t, row_id, true); base jsonb; changed text[]; by_whom record;
BEGIN
    IF present IS NULL THEN
        RETURN jsonb_build_object('status', 'gone', 'row', NULL);
    ELSIF (present ->> 'deleted')::boolean THEN
        RETURN jsonb_build_object('status', 'ok', 'row', present);
    END IF;
    EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::baton.%I, $1))', t) INTO base USING seen;
    SELECT array_agg(k ORDER BY k) INTO changed FROM jsonb_object_keys(seen) k
     WHERE present ? k AND present -> k <> base -> k;
    IF changed IS NULL THEN
        PERFORM sync.write_fields(t, row_id, '{"deleted": true}', me);
        RETURN jsonb_build_object('status', 'ok', 'row', sync.row_as_seen(t, row_id, false));
    END IF;
    SELECT o.person_id, o.at INTO by_whom FROM sync.op o
     WHERE o.tbl = t AND o.row_id = apply_delete.row_id::text AND o.fields ?| changed
       AND o.result ->> 'status' IN ('ok', 'conflict') ORDER BY o.at DESC LIMIT 1;
    RETURN jsonb_build_object('status', 'conflict', 'row', present, 'clashes', jsonb_build_array(jsonb_build_object(
        'field', 'deleted', 'base', false, 'mine', true, 'theirs', false, 'changed', changed,
        'by', by_whom.person_id, 'at', by_whom.at)));
END $$;

CREATE FUNCTION sync.is_pair(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN jsonb_array_length(value) = 2 ELSE false END
$$;

CREATE OR REPLACE FUNCTION sync.apply(op jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := op ->> 'tbl'; wanted text := op ->> 'verb'; id uuid := (op ->> 'id')::uuid;
BEGIN
    IF pg_column_size(op) > 1000000 THEN
        RAISE EXCEPTION 'an edit may hold at most one megabyte' USING ERRCODE = '22023';
    END IF;
    IF NOT EXISTS (SELECT FROM sync.right r WHERE r.tbl = t AND r.verb = wanted AND r.role = baton.my_role()) THEN
        RAISE EXCEPTION 'your role (%) may not % a row of %', baton.my_role(), wanted, t USING ERRCODE = '42501';
    END IF;
    IF jsonb_typeof(op -> 'fields') IS DISTINCT FROM 'object' OR (op -> 'fields' = '{}' AND wanted <> 'delete') THEN
        RAISE EXCEPTION 'an edit needs fields' USING ERRCODE = '22023';
    END IF;
    IF wanted = 'update' AND EXISTS (SELECT FROM jsonb_each(op -> 'fields') e WHERE NOT sync.is_pair(e.value)) THEN
        RAISE EXCEPTION 'a change of a field is [what it was, what it is to be]' USING ERRCODE = '22023';
    END IF;
    CASE wanted
        WHEN 'insert' THEN RETURN sync.apply_insert(t, id, op -> 'fields', me);
        WHEN 'update' THEN RETURN sync.apply_update(t, id, op -> 'fields', me);
        ELSE RETURN sync.apply_delete(t, id, op -> 'fields', me);
    END CASE;
END $$;

-- One edit on its own, with a savepoint: what no set of edits could do, with the reason for the person.
CREATE FUNCTION sync.apply_one(op jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE reason text; code text;
BEGIN
    RETURN sync.apply(op, me);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS reason = MESSAGE_TEXT, code = RETURNED_SQLSTATE;
    -- The server's trouble is not the edit's fault: roll back, the workstation tries again.
    IF left(code, 2) IN ('40', '53', '55', '57', '58', 'XX') THEN
        RAISE;
    END IF;
    BEGIN
        RETURN jsonb_build_object('status', 'rejected', 'reason', reason,
            'row', sync.row_as_seen(op ->> 'tbl', (op ->> 'id')::uuid, false));
    EXCEPTION WHEN data_exception OR undefined_table OR invalid_parameter_value OR insufficient_privilege THEN
        RETURN jsonb_build_object('status', 'rejected', 'reason', reason);
    END;
END $$;

-- Which of these edits of one table and verb could be applied together, by their place in the list: the fields are
-- known and the person's to give, and what they point to is visible.
CREATE FUNCTION sync.in_order(t text, ops jsonb, me uuid, is_new boolean) RETURNS integer[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owners text[] := ARRAY(SELECT col FROM sync.field f WHERE f.tbl = t AND f.is_owner);
    value_of text := CASE WHEN is_new THEN 'e.value' ELSE 'e.value -> 1' END;
    good integer[]; ref record;
BEGIN
    EXECUTE format(
        'WITH rule AS MATERIALIZED (SELECT f.col, f.is_given, f.is_owner, y.typname AS kind FROM sync.field f '
        '    JOIN pg_attribute a ON a.attrelid = ''baton.%2$I''::regclass AND a.attname = f.col '
        '    JOIN pg_type y ON y.oid = a.atttypid WHERE f.tbl = $2) '
        'SELECT array_agg(o.n::integer) FROM jsonb_array_elements($1) WITH ORDINALITY o(op, n) '
        'WHERE jsonb_typeof(o.op -> ''fields'') = ''object'' AND o.op -> ''fields'' <> ''{}'' '
        '  AND pg_column_size(o.op) < 1000000 AND (NOT $4 OR o.op -> ''fields'' ?& $3) AND NOT EXISTS ('
        '    SELECT FROM jsonb_each(o.op -> ''fields'') e LEFT JOIN rule f ON f.col = e.key '
        '     WHERE f.col IS NULL OR NOT ($4 OR sync.is_pair(e.value)) OR NOT sync.fits(%1$s, f.kind) '
        '        OR (f.is_given AND %1$s <> ''null'') '
        '        OR (f.is_owner AND (NOT $4 OR %1$s #>> ''{}'' IS DISTINCT FROM $5::text)))', value_of, t)
        INTO good USING ops, t, owners, is_new, me;
    FOR ref IN SELECT f.col, f.ref AS target FROM sync.field f WHERE f.tbl = t AND f.ref IS NOT NULL LOOP
        EXECUTE format(
            'SELECT array_agg(o.n::integer) FROM jsonb_array_elements($1) WITH ORDINALITY o(op, n), '
            'LATERAL (SELECT o.op -> ''fields'' -> %1$L AS value) e, LATERAL (SELECT (%3$s #>> ''{}'')::uuid AS id) p '
            'WHERE o.n = ANY ($2) AND (p.id IS NULL OR EXISTS (SELECT FROM baton.%2$I r WHERE r.id = p.id))',
            ref.col, ref.target, value_of) INTO good USING ops, good;
    END LOOP;
    RETURN coalesce(good, '{}');
END $$;

-- New rows in one statement; gives {place: row} of those that went in.
CREATE FUNCTION sync.insert_set(t text, ops jsonb, me uuid) RETURNS TABLE (n integer, outcome jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE good integer[] := sync.in_order(t, ops, me, true);
BEGIN
    RETURN QUERY EXECUTE format(
        'WITH given AS MATERIALIZED (SELECT o.n::integer AS n, o.op, (o.op ->> ''id'')::uuid AS id '
        '  FROM jsonb_array_elements($1) WITH ORDINALITY o(op, n) WHERE o.n = ANY ($2)), '
        'made AS (INSERT INTO baton.%1$I SELECT r.* FROM given, LATERAL jsonb_populate_record(NULL::baton.%1$I, '
        '  op -> ''fields'' || jsonb_build_object(''id'', op -> ''id'', ''rev'', 1, ''deleted'', false, '
        '  ''changed_at'', clock_timestamp(), ''changed_by'', $3)) r ORDER BY given.n '
        '  ON CONFLICT (id) DO NOTHING RETURNING *) '
        'SELECT given.n, jsonb_build_object(''status'', ''ok'', ''row'', to_jsonb(made)) '
        '  FROM made JOIN given ON made.id = given.id', t) USING ops, good, me;
END $$;

-- Changes of existing rows in one statement: those where every field still has its base, or what is wanted already.
-- A delete is such a change too: what it saw is the base.
CREATE FUNCTION sync.update_set(t text, wanted text, ops jsonb, me uuid) RETURNS TABLE (n integer, outcome jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE good integer[]; sets text; ids uuid[];
BEGIN
    IF wanted = 'update' THEN
        good := sync.in_order(t, ops, me, false);
    ELSE
        good := ARRAY(SELECT o.n::integer FROM jsonb_array_elements(ops) WITH ORDINALITY o(op, n)
                       WHERE jsonb_typeof(o.op -> 'fields') = 'object' AND pg_column_size(o.op) < 1000000);
    END IF;
    ids := ARRAY(SELECT (o.op ->> 'id')::uuid FROM jsonb_array_elements(ops) WITH ORDINALITY o(op, n)
                  WHERE o.n = ANY (good));
    -- In one order for everybody, so that two pushes do not wait for each other.
    EXECUTE format('SELECT FROM baton.%I r WHERE r.id = ANY ($1) ORDER BY r.id FOR NO KEY UPDATE', t) USING ids;
    SELECT string_agg(format('%1$I = p.%1$I', c.column_name), ', ') INTO sets FROM information_schema.columns c
     WHERE c.table_schema = 'baton' AND c.table_name = t
       AND c.column_name NOT IN ('id', 'rev', 'changed_at', 'changed_by');
    RETURN QUERY EXECUTE format(
        'WITH given AS MATERIALIZED (SELECT o.n::integer AS n, (o.op ->> ''id'')::uuid AS id, '
        '    o.op -> ''fields'' AS fields FROM jsonb_array_elements($1) WITH ORDINALITY o(op, n) '
        '  WHERE o.n = ANY ($2)), '
        'split AS MATERIALIZED (SELECT v.n, v.id, to_jsonb(jsonb_populate_record(NULL::baton.%1$I, x.base)) AS base, '
        '    to_jsonb(jsonb_populate_record(NULL::baton.%1$I, x.mine)) AS mine, x.base AS named '
        '  FROM given v, LATERAL (SELECT '
        '    CASE WHEN $4 THEN coalesce(jsonb_object_agg(e.key, e.value), ''{}'') '
        '         ELSE jsonb_object_agg(e.key, e.value -> 0) END AS base, '
        '    CASE WHEN $4 THEN coalesce(jsonb_object_agg(e.key, e.value), ''{}'') '
        '         ELSE jsonb_object_agg(e.key, e.value -> 1) END AS mine '
        '    FROM jsonb_each(v.fields) e) x), '
        'clean AS MATERIALIZED (SELECT s.n, s.id, h.present, '
        '    CASE WHEN $4 THEN ''{"deleted": true}'' ELSE ('
        '      SELECT jsonb_object_agg(k, s.mine -> k) FROM jsonb_object_keys(s.named) k) END AS writes '
        '  FROM split s JOIN baton.%1$I r ON r.id = s.id, LATERAL (SELECT to_jsonb(r) AS present OFFSET 0) h '
        '  WHERE NOT r.deleted AND NOT EXISTS (SELECT FROM jsonb_object_keys(s.named) k '
        '    WHERE h.present ? k AND h.present -> k <> s.base -> k AND h.present -> k <> s.mine -> k)), '
        'wrote AS (UPDATE baton.%1$I r SET %2$s, rev = r.rev + 1, changed_at = clock_timestamp(), changed_by = $3 '
        '  FROM clean c, LATERAL jsonb_populate_record(NULL::baton.%1$I, c.present || c.writes) p '
        '  WHERE r.id = c.id AND c.present <> c.present || c.writes RETURNING r.*) '
        'SELECT c.n, jsonb_build_object(''status'', ''ok'', ''clashes'', ''[]''::jsonb, '
        '    ''row'', coalesce(to_jsonb(w), c.present)) FROM clean c LEFT JOIN wrote w ON w.id = c.id', t, sets)
        USING ops, good, me, wanted = 'delete';
END $$;

-- Edits of one table and verb, each of another row: together as far as that goes, the rest one by one. Where the
-- database itself refuses one, the set is halved until that one is alone.
CREATE FUNCTION sync.apply_set(t text, wanted text, ops jsonb, me uuid) RETURNS jsonb[]
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    size integer := jsonb_array_length(ops); half integer := size / 2;
    outcomes jsonb[] := array_fill(NULL::jsonb, ARRAY[size]); found record;
BEGIN
    IF size > 1 AND EXISTS (SELECT FROM sync.right r WHERE r.tbl = t AND r.verb = wanted AND r.role = baton.my_role())
       AND size = (SELECT count(DISTINCT lower(translate(op ->> 'id', '{}-', ''))) FROM jsonb_array_elements(ops) op)
    THEN
        BEGIN
            IF wanted = 'insert' THEN
                FOR found IN SELECT * FROM sync.insert_set(t, ops, me) LOOP
                    outcomes[found.n] := found.outcome;
                END LOOP;
            ELSE
                FOR found IN SELECT * FROM sync.update_set(t, wanted, ops, me) LOOP
                    outcomes[found.n] := found.outcome;
                END LOOP;
            END IF;
        EXCEPTION
            WHEN data_exception OR integrity_constraint_violation OR insufficient_privilege OR program_limit_exceeded THEN
                RETURN sync.apply_set(t, wanted, (SELECT jsonb_agg(ops -> i) FROM generate_series(0, half - 1) i), me)
                    || sync.apply_set(t, wanted, (SELECT jsonb_agg(ops -> i) FROM generate_series(half, size - 1) i),
                                      me);
        END;
    END IF;
    FOR i IN 1 .. size LOOP
        IF outcomes[i] IS NULL THEN
            outcomes[i] := sync.apply_one(ops -> (i - 1), me);
        END IF;
    END LOOP;
    RETURN outcomes;
END $$;

-- ops: [{"op", "tbl", "id", "verb", "fields", "set"}]; gives one result per op, in order:
-- {"op", "status": ok | conflict | gone | rejected, "row", "clashes", "reason"}. An op id that was seen before gives
-- the result it had, with the row as it is now. Ops are applied in order; those of one table, verb and "set" (a number,
-- or nothing) that follow each other are applied together.
CREATE OR REPLACE FUNCTION sync.push(workstation uuid, ops jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := baton.my_id(); size integer; results jsonb[]; outcomes jsonb[]; one record; run record;
    uuid_form constant text := '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    ELSIF jsonb_typeof(ops) IS DISTINCT FROM 'array' OR jsonb_array_length(ops) > 1000 THEN
        RAISE EXCEPTION 'a push is a list of at most 1000 edits' USING ERRCODE = '22023';
    ELSIF pg_column_size(ops) > 32000000 THEN
        RAISE EXCEPTION 'a push is at most 32 megabytes' USING ERRCODE = '22023';
    ELSIF (SELECT w.program < m.oldest_program FROM sync.workstation w, sync.meta m WHERE w.id = workstation) THEN
        RAISE EXCEPTION 'this program is too old to change anything here' USING ERRCODE = '0A000';
    END IF;
    -- A push that was cut off may still be at work here: its repetition waits, and then finds what it did.
    PERFORM pg_advisory_xact_lock(hashtextextended(workstation::text, 0));
    -- The workstation counts along: a database that has gone back to before this push does not know of it.
    UPDATE sync.workstation w SET reports = w.reports + 1, seen_at = now()
     WHERE w.id = workstation AND w.person_id = me;
    size := jsonb_array_length(ops);
    results := array_fill(NULL::jsonb, ARRAY[size]);

    FOR one IN
        SELECT o.n::integer AS n, o.op ->> 'op' AS id, known, o.is_first
          FROM (SELECT op, n, op ->> 'op' ~ uuid_form AS is_uuid,
                       row_number() OVER (PARTITION BY lower(op ->> 'op') ORDER BY n) = 1 AS is_first
                  FROM jsonb_array_elements(ops) WITH ORDINALITY e(op, n)) o
          LEFT JOIN sync.op known ON known.id = CASE WHEN o.is_uuid THEN (o.op ->> 'op')::uuid END
         WHERE o.is_uuid IS NOT TRUE OR NOT o.is_first OR known.id IS NOT NULL
    LOOP
        results[one.n] := CASE
            WHEN (one.id ~ uuid_form) IS NOT TRUE THEN
                jsonb_build_object('op', one.id, 'status', 'rejected', 'reason', 'the op id is no UUID')
            WHEN (one.known).id IS NULL THEN
                jsonb_build_object('op', one.id, 'status', 'rejected', 'reason', 'that op id is twice in one push')
            WHEN (one.known).person_id <> me THEN
                jsonb_build_object('op', one.id, 'status', 'rejected', 'reason', 'that op id is somebody else''s')
            ELSE (one.known).result || jsonb_build_object('op', one.id) || CASE
                WHEN (one.known).result ? 'row' THEN jsonb_build_object('row',
                    sync.row_as_seen((one.known).tbl, (one.known).row_id::uuid, false)) ELSE '{}' END
            END;
    END LOOP;

    FOR run IN
        SELECT f.tbl, f.verb, array_agg(f.n ORDER BY f.n) AS places, jsonb_agg(f.op ORDER BY f.n) AS ops
          FROM (SELECT n::integer AS n, op, op ->> 'tbl' AS tbl, op ->> 'verb' AS verb,
                       n - row_number() OVER (PARTITION BY op ->> 'tbl', op ->> 'verb', op -> 'set' ORDER BY n) AS island
                  FROM jsonb_array_elements(ops) WITH ORDINALITY e(op, n) WHERE results[n] IS NULL) f
         GROUP BY f.tbl, f.verb, f.op -> 'set', f.island ORDER BY min(f.n)
    LOOP
        outcomes := sync.apply_set(run.tbl, run.verb, run.ops, me);
        FOR i IN 1 .. cardinality(outcomes) LOOP
            results[run.places[i]] := outcomes[i] || jsonb_build_object('op', run.ops -> (i - 1) ->> 'op');
        END LOOP;
        -- The row is looked up again when an op is sent twice, so the trail does not keep a copy of it.
        INSERT INTO sync.op (id, person_id, workstation_id, tbl, row_id, verb, fields, result)
            SELECT (e.op ->> 'op')::uuid, me, workstation, e.op ->> 'tbl', e.op ->> 'id', e.op ->> 'verb',
                   CASE WHEN pg_column_size(e.op) < 1000000 THEN e.op -> 'fields' END,
                   CASE WHEN outcomes[e.n] ? 'row' THEN outcomes[e.n] || '{"row": null}' ELSE outcomes[e.n] END
              FROM jsonb_array_elements(run.ops) WITH ORDINALITY e(op, n);
    END LOOP;
    RETURN to_jsonb(results);
END $$;

-- Who was made a reader with edits still unsent sees each of them refused, instead of a push that fails for ever.
GRANT EXECUTE ON FUNCTION sync.push(uuid, jsonb) TO baton_readonly;
GRANT EXECUTE ON FUNCTION sync.hello(jsonb), sync.pull(text, integer), sync.report(uuid, text),
    sync.unknown_ops(uuid[]), sync.changed_ids(text, text) TO baton_person;

-- A type is looked for in the caller's temporary schema first, unless that schema is named last: a domain called uuid
-- there, with a check of the caller's own, would otherwise run as the owner of these functions.
RESET ROLE;
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS is, pg_get_userbyid(p.proowner) AS owner FROM pg_proc p
             WHERE p.pronamespace IN ('baton'::regnamespace, 'sync'::regnamespace) AND p.proconfig IS NOT NULL LOOP
        EXECUTE format('SET LOCAL ROLE %I', f.owner);
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', f.is);
        RESET ROLE;
    END LOOP;
END $$;
