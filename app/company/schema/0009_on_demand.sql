-- What is asked for when somebody wants it and never fed to everybody: who looks at what now, who changed a row, and
-- the contents of attachments. It is told in app/sync.
SET LOCAL ROLE baton_owner;

-- One line a workstation: what it has open. It counts for 30 s, and only while the connection that said it lives.
-- `channel` is known to that workstation alone, so that only who looks at the same row is woken.
CREATE UNLOGGED TABLE sync.presence (
    workstation_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    backend integer NOT NULL,
    channel text NOT NULL,
    tbl text NOT NULL,
    row_id uuid NOT NULL,
    doing text NOT NULL CHECK (doing IN ('looking', 'typing')),
    since timestamptz NOT NULL,
    at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Contents by their hash; `person_id` says whose pieces they are.
CREATE TABLE sync.content (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    size_bytes bigint NOT NULL CHECK (size_bytes BETWEEN 0 AND 104857600),
    person_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- Pieces of 64 KiB as somebody brings them: those of a content, and what of one has come so far. Where they are all
-- there nothing is written again. Bytes of files are packed mostly.
CREATE TABLE sync.content_piece (
    sha256 text NOT NULL,
    person_id uuid NOT NULL,
    number integer NOT NULL,
    bytes bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sha256, person_id, number)
);
ALTER TABLE sync.content_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Who has shown that they have a content, by bringing it: only their attachments make it readable. Otherwise whoever
-- knows the hash of a file that they may not see could name it on an issue of their own, and read it there.
CREATE TABLE sync.content_bringer (
    sha256 text NOT NULL REFERENCES sync.content ON DELETE CASCADE,
    person_id uuid NOT NULL,
    PRIMARY KEY (sha256, person_id)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON sync.presence TO baton_sync;
GRANT SELECT, INSERT, DELETE ON sync.content, sync.content_piece, sync.content_bringer TO baton_sync;

-- As in 0007, and besides: contents that no attachment has pointed to for 30 days, what has been coming for as long,
-- and what was last open then.
CREATE OR REPLACE FUNCTION sync.maintain(keep_feed interval, keep_ops interval, live interval) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    lowest xid8; feed_gone bigint; ops_gone bigint; contents_gone bigint;
    unneeded constant timestamptz := now() - interval '30 days';
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
    DELETE FROM sync.content c WHERE c.at < unneeded AND NOT EXISTS (
        SELECT FROM baton.attachment a WHERE a.sha256 = c.sha256 AND (NOT a.deleted OR a.changed_at > unneeded));
    GET DIAGNOSTICS contents_gone = ROW_COUNT;
    DELETE FROM sync.content_piece p WHERE p.at < unneeded AND NOT EXISTS (
        SELECT FROM sync.content c WHERE c.sha256 = p.sha256 AND c.person_id = p.person_id);
    DELETE FROM sync.presence WHERE at < unneeded;
    RETURN jsonb_build_object('feed', feed_gone, 'ops', ops_gone, 'contents', contents_gone, 'floor', lowest::text);
END $$;

SET LOCAL ROLE baton_sync;

-- about: {workstation, channel, table, row, doing}; without a row the workstation looks at nothing. Gives the other
-- people who have that row open: [{person_id, name, doing, since, left_s}]. Said again within 30 s it renews; only a
-- change wakes others, and only those at the same row, who may see it as much as we.
CREATE FUNCTION sync.look(about jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := baton.my_id(); mine uuid := (about ->> 'workstation')::uuid; seen boolean;
    t text := about ->> 'table'; wanted uuid := (about ->> 'row')::uuid; does text := about ->> 'doing';
    dead constant timestamptz := now() - interval '30 seconds'; before sync.presence; is_same boolean; is_change boolean;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    ELSIF NOT EXISTS (SELECT FROM sync.workstation w WHERE w.id = mine AND w.person_id = me) THEN
        RAISE EXCEPTION 'this workstation is not yours' USING ERRCODE = '42501';
    ELSIF (about ->> 'channel' ~ '^presence_[0-9a-f]{32}$') IS NOT TRUE THEN
        RAISE EXCEPTION 'that is no channel of presence' USING ERRCODE = '22023';
    END IF;
    IF wanted IS NOT NULL AND EXISTS (SELECT FROM sync.field f WHERE f.tbl = t) THEN
        EXECUTE format('SELECT true FROM baton.%I r WHERE r.id = $1 AND NOT r.deleted', t) INTO seen USING wanted;
    END IF;
    SELECT * INTO before FROM sync.presence p WHERE p.workstation_id = mine AND p.at > dead;
    is_same := coalesce(before.tbl = t AND before.row_id = wanted, false);
    -- Said on another connection it is a change too: since the one before is gone we were not shown.
    is_change := CASE WHEN seen THEN NOT (is_same AND before.doing = does AND before.backend = pg_backend_pid())
                      ELSE before.row_id IS NOT NULL END;
    IF is_change THEN -- one after the other: two who come at one instant would not see each other
        PERFORM pg_advisory_xact_lock(hashtextextended('baton.presence', 0));
    END IF;
    IF seen THEN
        INSERT INTO sync.presence AS p VALUES (mine, me, pg_backend_pid(), about ->> 'channel', t, wanted, does,
                                               CASE WHEN is_same THEN before.since ELSE now() END, now())
            ON CONFLICT (workstation_id) DO UPDATE SET person_id = excluded.person_id, backend = excluded.backend,
                channel = excluded.channel, tbl = excluded.tbl, row_id = excluded.row_id, doing = excluded.doing,
                since = excluded.since, at = excluded.at;
    ELSE
        DELETE FROM sync.presence p WHERE p.workstation_id = mine;
    END IF;
    IF is_change THEN
        PERFORM pg_notify(p.channel, '') FROM sync.presence p
          WHERE p.workstation_id <> mine AND p.at > dead
            AND ((seen AND p.tbl = t AND p.row_id = wanted) OR (p.tbl = before.tbl AND p.row_id = before.row_id));
    END IF;
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_object('person_id', p.person_id, 'name', n.name, 'doing', p.doing,
                'since', p.since, 'left_s', extract(epoch FROM p.at - dead)) ORDER BY p.since, p.workstation_id), '[]')
              FROM sync.presence p JOIN baton.person n ON n.id = p.person_id
             WHERE seen AND p.tbl = t AND p.row_id = wanted AND p.person_id <> me AND p.at > dead
               AND EXISTS (SELECT FROM pg_stat_get_activity(p.backend)));
END $$;

-- A value as a history shows it: long text cut, and nothing of a row that this person may not see.
CREATE FUNCTION sync.shown_value(target text, value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen boolean;
BEGIN
    IF target IS NOT NULL AND value <> 'null' THEN
        EXECUTE format('SELECT true FROM baton.%I r WHERE r.id = $1', target) INTO seen USING (value #>> '{}')::uuid;
        RETURN CASE WHEN seen THEN value ELSE 'null' END;
    ELSIF jsonb_typeof(value) = 'string' AND length(value #>> '{}') > 500 THEN
        RETURN to_jsonb(left(value #>> '{}', 500) || '…');
    ELSIF pg_column_size(value) > 4000 THEN
        RETURN 'null';
    END IF;
    RETURN value;
END $$;

-- {field: [old, new]} of an edit, as far as it was taken: a field that clashed was not, a new row has no old values.
CREATE FUNCTION sync.shown_fields(edit sync.op) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(e.key, CASE edit.verb
               WHEN 'insert' THEN jsonb_build_array(NULL, sync.shown_value(f.ref, e.value))
               ELSE jsonb_build_array(sync.shown_value(f.ref, e.value -> 0), sync.shown_value(f.ref, e.value -> 1)) END),
           '{}')
      FROM jsonb_each(CASE WHEN edit.verb <> 'delete' THEN edit.fields END) e
      JOIN sync.field f ON f.tbl = edit.tbl AND f.col = e.key
     WHERE (edit.verb <> 'insert' OR e.value NOT IN ('null', '""', '{}'))
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(edit.result -> 'clashes') c WHERE c ->> 'field' = e.key)
$$;

-- Who changed a row, and for an issue what hangs on it, the newest first: {op, at, person_id, workstation, tbl, id,
-- verb, fields}. What was before the row came from a customer that this person may not see is left out.
CREATE FUNCTION sync.history(tbl text, row_id uuid) RETURNS SETOF jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    t text := tbl; tables text[] := ARRAY[tbl]; ids text[] := ARRAY[row_id::text];
    child text; found text[]; since timestamptz;
BEGIN
    IF NOT EXISTS (SELECT FROM sync.field f WHERE f.tbl = t) OR sync.row_as_seen(t, row_id, false) IS NULL THEN
        RETURN;
    END IF;
    IF t = 'issue' THEN -- an imported history tells of itself, and whom an issue is hidden from is their own matter
        FOR child IN SELECT f.tbl FROM sync.field f
                  WHERE f.col = 'issue_id' AND f.ref = 'issue' AND f.tbl NOT IN ('issue_event', 'snooze') LOOP
            EXECUTE format('SELECT coalesce(array_agg(r.id::text), ''{}'') FROM baton.%I r WHERE r.issue_id = $1', child)
                INTO found USING row_id;
            tables := tables || array_fill(child, ARRAY[cardinality(found)]);
            ids := ids || found;
        END LOOP;
    END IF;
    SELECT max(o.at) INTO since FROM sync.op o
     WHERE o.tbl = t AND o.row_id = ids[1] AND o.verb = 'update' AND o.result ->> 'status' IN ('ok', 'conflict')
       AND (o.fields -> 'customer_id' ->> 0)::uuid IN (SELECT baton.hidden_customers());
    RETURN QUERY SELECT jsonb_build_object('op', e.id, 'at', e.at, 'person_id', e.person_id,
               'workstation', coalesce(w.name, ''), 'tbl', e.tbl, 'id', e.row_id, 'verb', e.verb,
               'fields', sync.shown_fields(e))
          FROM (SELECT o.* FROM unnest(tables, ids) h(tbl, id) JOIN sync.op o ON o.tbl = h.tbl AND o.row_id = h.id
                 WHERE o.result ->> 'status' IN ('ok', 'conflict') AND (since IS NULL OR o.at > since)
                 ORDER BY o.at DESC, o.id DESC LIMIT 1000) e
          LEFT JOIN sync.workstation w ON w.id = e.workstation_id
         ORDER BY e.at DESC, e.id DESC;
END $$;

CREATE FUNCTION sync.may_read_content(hash text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM baton.attachment a
                     JOIN sync.content_bringer b ON b.sha256 = a.sha256 AND b.person_id = a.person_id
                    WHERE a.sha256 = hash AND NOT a.deleted)
$$;

-- How long a content is; nothing where it is not there for this person.
CREATE FUNCTION sync.content_size(hash text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.size_bytes FROM sync.content c WHERE c.sha256 = hash AND sync.may_read_content(hash)
$$;

CREATE FUNCTION sync.get_piece(hash text, number integer) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.bytes FROM sync.content c
      JOIN sync.content_piece p ON p.sha256 = c.sha256 AND p.person_id = c.person_id AND p.number = get_piece.number
     WHERE c.sha256 = hash AND sync.may_read_content(hash)
$$;

-- Those of these contents that this person has not brought: the company may have lost them with a restored backup.
CREATE FUNCTION sync.unbrought(hashes text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h FROM unnest(hashes) h WHERE NOT EXISTS (
        SELECT FROM sync.content_bringer b WHERE b.sha256 = h AND b.person_id = baton.my_id())
$$;

-- How long a content is by the attachment on which this person brings it; refuses who may not.
CREATE FUNCTION sync.size_to_bring(hash text, me uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE size bigint;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    ELSIF NOT EXISTS (SELECT FROM sync.right r WHERE r.tbl = 'attachment' AND r.verb = 'insert'
                         AND r.role = baton.my_role()) THEN
        RAISE EXCEPTION 'your role (%) may not bring files', baton.my_role() USING ERRCODE = '42501';
    END IF;
    SELECT max(a.size_bytes) INTO size FROM baton.attachment a
     WHERE a.sha256 = hash AND a.person_id = me AND NOT a.deleted;
    IF size IS NULL THEN
        RAISE EXCEPTION 'no attachment of yours has this content' USING ERRCODE = '42501';
    ELSIF size NOT BETWEEN 0 AND 104857600 THEN
        RAISE EXCEPTION 'a file has at most 100 MB' USING ERRCODE = '22023';
    END IF;
    RETURN size;
END $$;

-- Gives the number of the piece that is wanted next; -1 when nothing is, because the content is there.
CREATE FUNCTION sync.begin_content(hash text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := baton.my_id();
BEGIN
    PERFORM sync.size_to_bring(hash, me);
    IF EXISTS (SELECT FROM sync.content_bringer b WHERE b.sha256 = hash AND b.person_id = me) THEN
        RETURN -1;
    ELSIF sync.may_read_content(hash) THEN -- who could fetch it need not show that they have it
        INSERT INTO sync.content_bringer VALUES (hash, me) ON CONFLICT DO NOTHING;
        RETURN -1;
    END IF;
    RETURN (SELECT coalesce(max(p.number) + 1, 0) FROM sync.content_piece p
             WHERE p.sha256 = hash AND p.person_id = me);
END $$;

-- Takes one piece; gives as begin_content, or -2 when all are there and are not what the hash says: then all are gone.
-- A piece that came before, because its answer was lost, is no trouble.
CREATE FUNCTION sync.put_piece(hash text, number integer, piece bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me uuid := baton.my_id(); size bigint := sync.size_to_bring(hash, me); due integer := sync.begin_content(hash);
    wanted constant bigint := greatest(0, least(65536, size - 65536 * due::bigint)); whole bytea;
BEGIN
    IF due = -1 OR due <> number THEN
        RETURN due;
    ELSIF length(piece) <> wanted THEN
        RAISE EXCEPTION 'piece % is % bytes long, not %', number, length(piece), wanted USING ERRCODE = '22023';
    END IF;
    INSERT INTO sync.content_piece VALUES (hash, me, due, piece) ON CONFLICT DO NOTHING;
    IF size > 65536 * (due::bigint + 1) THEN
        RETURN due + 1;
    END IF;
    SELECT string_agg(p.bytes, '' ORDER BY p.number) INTO whole FROM sync.content_piece p
     WHERE p.sha256 = hash AND p.person_id = me;
    IF encode(sha256(whole), 'hex') = hash THEN
        INSERT INTO sync.content VALUES (hash, size, me) ON CONFLICT DO NOTHING;
        due := -1;
    ELSE
        due := -2;
    END IF;
    IF due = -2 OR NOT FOUND THEN -- somebody else's pieces are there
        DELETE FROM sync.content_piece p WHERE p.sha256 = hash AND p.person_id = me;
    END IF;
    IF due = -1 THEN
        INSERT INTO sync.content_bringer VALUES (hash, me) ON CONFLICT DO NOTHING;
    END IF;
    RETURN due;
END $$;

GRANT EXECUTE ON FUNCTION sync.look(jsonb), sync.history(text, uuid), sync.content_size(text),
    sync.get_piece(text, integer), sync.unbrought(text[]), sync.begin_content(text),
    sync.put_piece(text, integer, bytea) TO baton_person;
