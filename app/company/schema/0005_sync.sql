-- The change feed, push, pull and the handshake. The protocol is told in app/sync.
SET LOCAL ROLE baton_owner;

CREATE TABLE sync.meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch uuid NOT NULL DEFAULT gen_random_uuid(),     -- give another one after restoring a backup
    oldest_program integer NOT NULL DEFAULT 1           -- the oldest workstation schema that may push
);
INSERT INTO sync.meta DEFAULT VALUES;

CREATE TABLE sync.workstation (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES baton.person,
    name text NOT NULL,
    seen_at timestamptz NOT NULL
);

-- People whose first password still has to be replaced by their own.
CREATE TABLE sync.first_password (login text PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now());

-- One line per changed row and transaction. xid tells which snapshots see the line; seq only keeps an order.
CREATE TABLE sync.feed (
    xid xid8 NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    tbl text NOT NULL,
    row_id uuid NOT NULL
);
CREATE INDEX feed_by_xid ON sync.feed (xid);

-- Every pushed edit, kept: what makes a push idempotent, and the audit trail.
CREATE TABLE sync.op (
    id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    workstation_id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tbl text,
    row_id text,
    verb text,
    fields jsonb,
    result jsonb
);
CREATE INDEX op_by_row ON sync.op (tbl, row_id, at);

GRANT SELECT ON sync.meta, sync.right, sync.field, sync.feed TO baton_sync;
GRANT SELECT, DELETE ON sync.first_password TO baton_sync;
GRANT SELECT, INSERT, UPDATE ON sync.workstation, sync.op TO baton_sync;

CREATE FUNCTION sync.feed_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO sync.feed (xid, tbl, row_id) SELECT pg_current_xact_id(), TG_TABLE_NAME, id FROM changed;
    IF FOUND THEN
        PERFORM pg_notify('baton_feed', '');
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE t text;
BEGIN
    FOR t IN SELECT DISTINCT tbl FROM sync.field LOOP
        EXECUTE format('CREATE TRIGGER feed_inserts AFTER INSERT ON baton.%I REFERENCING NEW TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
        EXECUTE format('CREATE TRIGGER feed_updates AFTER UPDATE ON baton.%I REFERENCING NEW TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
        EXECUTE format('CREATE TRIGGER feed_deletes AFTER DELETE ON baton.%I REFERENCING OLD TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
    END LOOP;
END $$;

SET LOCAL ROLE baton_sync;

-- Another value here than last time means: what this person may see has changed, read everything again.
CREATE FUNCTION sync.my_rights() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT md5(coalesce(baton.my_role(), '') || ':' ||
               coalesce((SELECT string_agg(h::text, ',' ORDER BY h) FROM baton.hidden_customers() h), ''))
$$;

CREATE FUNCTION sync.hello(workstation uuid, name text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := baton.my_id();
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    END IF;
    INSERT INTO sync.workstation AS w (id, person_id, name, seen_at) VALUES (workstation, me, hello.name, now())
        ON CONFLICT (id) DO UPDATE SET person_id = me, name = hello.name, seen_at = now();
    RETURN jsonb_build_object(
        'person_id', me,
        'role', baton.my_role(),
        'epoch', (SELECT epoch FROM sync.meta),
        'oldest_program', (SELECT oldest_program FROM sync.meta),
        'rights', sync.my_rights(),
        'must_replace_password', EXISTS (SELECT FROM sync.first_password WHERE login = session_user),
        'now', clock_timestamp());
END $$;

CREATE FUNCTION sync.password_replaced() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    DELETE FROM sync.first_password WHERE login = session_user
$$;

-- What changed between the cursor (a snapshot as text) and this statement's snapshot, as this person sees it. The
-- first line has an empty tbl and carries the next cursor. To be called in a REPEATABLE READ transaction.
CREATE FUNCTION sync.pull(cursor text) RETURNS TABLE (tbl text, data jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    since pg_snapshot := cursor::pg_snapshot;
    t text;
BEGIN
    RETURN QUERY SELECT '', jsonb_build_object(
        'cursor', pg_current_snapshot()::text, 'rights', sync.my_rights(), 'at', clock_timestamp());
    FOR t IN SELECT DISTINCT f.tbl FROM sync.feed f
             WHERE f.xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(f.xid, since) LOOP
        RETURN QUERY EXECUTE format(
            'SELECT %L, to_jsonb(r) FROM baton.%I r WHERE r.id IN (SELECT f.row_id FROM sync.feed f '
            'WHERE f.xid >= pg_snapshot_xmin($1) AND NOT pg_visible_in_snapshot(f.xid, $1) AND f.tbl = %L)',
            t, t, t) USING since;
    END LOOP;
END $$;

CREATE FUNCTION sync.row_as_seen(tbl text, row_id uuid, locked boolean) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('SELECT to_jsonb(r) FROM baton.%I r WHERE r.id = $1 %s', tbl, CASE WHEN locked THEN 'FOR UPDATE' END)
        INTO found USING row_id;
    RETURN found;
END $$;

-- Refuses unknown columns, columns that only this database gives, and rows the person may not see; `given` is
-- {column: value}. Foreign keys do not look at row security, so that is done here.
CREATE FUNCTION sync.check_values(t text, given jsonb, me uuid, is_new boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE key text; value jsonb; rule sync.field; seen boolean;
BEGIN
    FOR key, value IN SELECT * FROM jsonb_each(given) LOOP
        SELECT * INTO rule FROM sync.field f WHERE f.tbl = t AND f.col = key;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no field % in %', key, t USING ERRCODE = '22023';
        ELSIF rule.is_given AND value <> 'null' THEN
            RAISE EXCEPTION '% of % is set by the company only', key, t USING ERRCODE = '42501';
        ELSIF rule.is_owner AND (NOT is_new OR value #>> '{}' IS DISTINCT FROM me::text) THEN
            RAISE EXCEPTION '% of % must be yourself', key, t USING ERRCODE = '42501';
        ELSIF rule.ref IS NOT NULL AND value <> 'null' THEN
            EXECUTE format('SELECT true FROM baton.%I WHERE id = $1', rule.ref) INTO seen USING (value #>> '{}')::uuid;
            IF seen IS NULL THEN
                RAISE EXCEPTION '% points to a % that is not there for you', key, rule.ref USING ERRCODE = '23503';
            END IF;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION sync.apply_insert(t text, row_id uuid, given jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE present jsonb := sync.row_as_seen(t, row_id, false); owner_col text;
BEGIN
    IF present IS NOT NULL THEN -- the same row of the same source, brought in twice
        RETURN jsonb_build_object('status', 'ok', 'row', present);
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

-- Writes the given columns of one row and counts its rev up.
CREATE FUNCTION sync.write_fields(t text, row_id uuid, given jsonb, me uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE sets text;
BEGIN
    SELECT string_agg(format('%I = v.%I', key, key), ', ') INTO sets FROM jsonb_object_keys(given) key;
    EXECUTE format('UPDATE baton.%I r SET %s, rev = r.rev + 1, changed_at = clock_timestamp(), changed_by = $3 '
                   'FROM jsonb_populate_record(NULL::baton.%I, $1) v WHERE r.id = $2', t, sets, t)
        USING given, row_id, me;
END $$;

-- {field: [base, mine]}: a field that still has the base value, or has mine already, is written; any other is a
-- conflict and is left as it is. Fields that are one value together clash together: an outcome and a sum of money
-- never merge. Values are compared in the database's own writing of them.
CREATE FUNCTION sync.apply_update(t text, row_id uuid, pairs jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
    present jsonb := sync.row_as_seen(t, row_id, true);
    base jsonb; mine jsonb; key text;
    together text[] := ARRAY(SELECT f.col FROM sync.field f WHERE f.tbl = t AND f.is_together);
    clashing text[] := '{}'; writes jsonb := '{}'; clashes jsonb := '[]'; by_whom record;
BEGIN
    IF present IS NULL OR (present ->> 'deleted')::boolean THEN
        RETURN jsonb_build_object('status', 'gone', 'row', present);
    END IF;
    SELECT jsonb_object_agg(p.key, p.value -> 0), jsonb_object_agg(p.key, p.value -> 1) INTO base, mine
      FROM jsonb_each(pairs) p;
    PERFORM sync.check_values(t, mine, me, false);
    EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::baton.%I, $1)), '
                   'to_jsonb(jsonb_populate_record(NULL::baton.%I, $2))', t, t) INTO base, mine USING base, mine;
    SELECT coalesce(array_agg(k), '{}') INTO clashing FROM jsonb_object_keys(pairs) k
     WHERE present -> k <> mine -> k AND present -> k <> base -> k;
    IF clashing && together THEN
        SELECT array_agg(k) INTO clashing FROM jsonb_object_keys(pairs) k
         WHERE k = ANY (clashing) OR (k = ANY (together) AND present -> k <> mine -> k);
    END IF;
    FOR key IN SELECT jsonb_object_keys(pairs) LOOP
        IF key = ANY (clashing) THEN
            SELECT o.person_id, o.at INTO by_whom FROM sync.op o
             WHERE o.tbl = t AND o.row_id = apply_update.row_id::text AND o.fields ? key
               AND o.result ->> 'status' IN ('ok', 'conflict') ORDER BY o.at DESC LIMIT 1;
            clashes := clashes || jsonb_build_object('field', key, 'base', base -> key, 'mine', mine -> key,
                'theirs', present -> key, 'by', by_whom.person_id, 'at', by_whom.at);
        ELSIF present -> key <> mine -> key THEN
            writes := writes || jsonb_build_object(key, mine -> key);
        END IF;
    END LOOP;
    IF writes <> '{}' THEN
        PERFORM sync.write_fields(t, row_id, writes, me);
    END IF;
    RETURN jsonb_build_object(
        'status', CASE WHEN clashes = '[]' THEN 'ok' ELSE 'conflict' END,
        'clashes', clashes, 'row', sync.row_as_seen(t, row_id, false));
END $$;

CREATE FUNCTION sync.apply(op jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE t text := op ->> 'tbl'; wanted text := op ->> 'verb'; id uuid := (op ->> 'id')::uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM sync.right r WHERE r.tbl = t AND r.verb = wanted AND r.role = baton.my_role()) THEN
        RAISE EXCEPTION 'your role (%) may not % a row of %', baton.my_role(), wanted, t USING ERRCODE = '42501';
    END IF;
    IF jsonb_typeof(op -> 'fields') IS DISTINCT FROM 'object' OR (op -> 'fields' = '{}' AND wanted <> 'delete') THEN
        RAISE EXCEPTION 'an edit needs fields' USING ERRCODE = '22023';
    END IF;
    CASE wanted
        WHEN 'insert' THEN RETURN sync.apply_insert(t, id, op -> 'fields', me);
        WHEN 'update' THEN RETURN sync.apply_update(t, id, op -> 'fields', me);
        ELSE
            IF sync.row_as_seen(t, id, true) IS NULL THEN
                RETURN jsonb_build_object('status', 'gone', 'row', NULL);
            END IF;
            PERFORM sync.write_fields(t, id, '{"deleted": true}', me);
            RETURN jsonb_build_object('status', 'ok', 'row', sync.row_as_seen(t, id, false));
    END CASE;
END $$;

-- Applies one edit exactly once: an op id that was seen gives the result it had, with the row as it is now.
CREATE FUNCTION sync.push_one(op jsonb, me uuid, workstation uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE op_id uuid; before sync.op; outcome jsonb; reason text; code text;
BEGIN
    BEGIN
        op_id := (op ->> 'op')::uuid;
    EXCEPTION WHEN data_exception THEN op_id := NULL;
    END;
    IF op_id IS NULL THEN
        RETURN jsonb_build_object('op', op -> 'op', 'status', 'rejected', 'reason', 'the op id is no UUID');
    END IF;
    INSERT INTO sync.op (id, person_id, workstation_id, tbl, row_id, verb, fields)
        VALUES (op_id, me, workstation, op ->> 'tbl', op ->> 'id', op ->> 'verb', op -> 'fields')
        ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO before FROM sync.op o WHERE o.id = op_id;
        IF before.person_id <> me THEN
            RETURN jsonb_build_object('op', op_id, 'status', 'rejected', 'reason', 'that op id is somebody else''s');
        END IF;
        outcome := before.result;
        IF outcome ? 'row' THEN
            outcome := outcome || jsonb_build_object('row', sync.row_as_seen(before.tbl, before.row_id::uuid, false));
        END IF;
        RETURN outcome || jsonb_build_object('op', op_id);
    END IF;
    BEGIN
        outcome := sync.apply(op, me);
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS reason = MESSAGE_TEXT, code = RETURNED_SQLSTATE;
        -- The server's trouble is not the edit's fault: roll back, the workstation tries again.
        IF left(code, 2) IN ('40', '53', '54', '55', '57', '58', 'XX') THEN
            RAISE;
        END IF;
        BEGIN
            outcome := jsonb_build_object('status', 'rejected', 'reason', reason,
                'row', sync.row_as_seen(op ->> 'tbl', (op ->> 'id')::uuid, false));
        EXCEPTION WHEN data_exception OR undefined_table OR invalid_parameter_value OR insufficient_privilege THEN
            outcome := jsonb_build_object('status', 'rejected', 'reason', reason);
        END;
    END;
    -- The row is looked up again when the op is sent twice, so the trail does not keep a copy of it.
    UPDATE sync.op SET result = CASE WHEN outcome ? 'row' THEN outcome || '{"row": null}' ELSE outcome END
     WHERE sync.op.id = op_id;
    RETURN outcome || jsonb_build_object('op', op_id);
END $$;

-- ops: [{"op", "tbl", "id", "verb", "fields"}]; gives one result per op, in order:
-- {"op", "status": ok | conflict | gone | rejected, "row", "clashes", "reason"}.
CREATE FUNCTION sync.push(workstation uuid, ops jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE me uuid := baton.my_id(); op jsonb; results jsonb[] := '{}';
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    END IF;
    IF jsonb_typeof(ops) IS DISTINCT FROM 'array' OR jsonb_array_length(ops) > 1000 THEN
        RAISE EXCEPTION 'a push is a list of at most 1000 edits' USING ERRCODE = '22023';
    END IF;
    FOR op IN SELECT * FROM jsonb_array_elements(ops) LOOP
        results := results || sync.push_one(op, me, workstation);
    END LOOP;
    RETURN to_jsonb(results);
END $$;

GRANT EXECUTE ON FUNCTION sync.hello(uuid, text), sync.pull(text), sync.password_replaced(), sync.my_rights()
    TO baton_person;
GRANT EXECUTE ON FUNCTION sync.push(uuid, jsonb) TO baton_manager, baton_support, baton_engineer, baton_trainee;
