-- Whose word it was that an edit clashed with, and whose own a view, a canned reply or a macro is.
SET LOCAL ROLE baton_owner;

-- Nobody else sees or changes what one person keeps for themselves; without a person it is everybody's.
DO $$
DECLARE t text; seen constant text := '(person_id IS NULL OR person_id = (SELECT baton.my_id()))';
BEGIN
    FOREACH t IN ARRAY ARRAY['saved_view', 'canned_reply', 'macro'] LOOP
        EXECUTE format('ALTER POLICY reads ON baton.%I USING ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen);
        EXECUTE format('ALTER POLICY pushes ON baton.%I USING ((SELECT baton.my_id()) IS NOT NULL AND %s) '
                       'WITH CHECK ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen, seen);
    END LOOP;
END $$;

-- What is everybody's is nobody's to take, and it would stay in the caches of the others: whoever wants it for
-- themselves keeps a copy.
CREATE FUNCTION baton.keep_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'whose own a row of % is does not change', TG_TABLE_NAME
        USING ERRCODE = '42501', HINT = 'Keep a copy.';
END $$;

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['saved_view', 'canned_reply', 'macro'] LOOP
        EXECUTE format('CREATE TRIGGER keep_person BEFORE UPDATE ON baton.%I FOR EACH ROW '
                       'WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION baton.keep_person()', t);
    END LOOP;
END $$;

SET LOCAL ROLE baton_sync;

-- Who gave one of these fields of a row the value it has, and when: {by, at}. An edit that clashed there gave nothing,
-- one that changed nothing neither, and a delete only names what it saw.
CREATE FUNCTION sync.said_by(t text, row_id uuid, cols text[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('by', e.person_id, 'at', e.at) FROM (SELECT) one LEFT JOIN LATERAL (
        SELECT o.person_id, o.at FROM sync.op o
         WHERE o.tbl = t AND o.row_id = said_by.row_id::text AND o.verb <> 'delete' AND o.fields ?| cols
           AND o.result ->> 'status' IN ('ok', 'conflict') AND EXISTS (
               SELECT FROM unnest(cols) c
                WHERE o.fields ? c AND (o.verb <> 'update' OR o.fields -> c -> 0 <> o.fields -> c -> 1)
                  AND NOT coalesce(o.result -> 'clashes', '[]') @> jsonb_build_array(jsonb_build_object('field', c)))
         ORDER BY o.at DESC LIMIT 1) e ON true
$$;

-- As in 0007, but for whose word it was.
CREATE OR REPLACE FUNCTION sync.compare_insert(t text, row_id uuid, given jsonb, present jsonb) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine jsonb; key text; clashes jsonb := '[]';
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
        clashes := clashes || (jsonb_build_object('field', key, 'base', NULL, 'mine', mine -> key,
            'theirs', present -> key) || sync.said_by(t, row_id, ARRAY[key]));
    END LOOP;
    RETURN jsonb_build_object('status', CASE WHEN clashes = '[]' THEN 'ok' ELSE 'conflict' END,
                              'clashes', clashes, 'row', present);
END $$;

-- As in 0005, but for whose word it was; and who wanted a field to be what it was before wanted nothing of it, so that
-- theirs stays and nobody is asked. Fields that are one value clash together all the same.
CREATE OR REPLACE FUNCTION sync.apply_update(t text, row_id uuid, pairs jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    present jsonb := sync.row_as_seen(t, row_id, true);
    base jsonb; mine jsonb; key text;
    together text[] := ARRAY(SELECT f.col FROM sync.field f WHERE f.tbl = t AND f.is_together);
    wanted text[]; clashing text[]; writes jsonb := '{}'; clashes jsonb := '[]';
BEGIN
    IF present IS NULL OR (present ->> 'deleted')::boolean THEN
        RETURN jsonb_build_object('status', 'gone', 'row', present);
    END IF;
    SELECT jsonb_object_agg(p.key, p.value -> 0), jsonb_object_agg(p.key, p.value -> 1) INTO base, mine
      FROM jsonb_each(pairs) p;
    PERFORM sync.check_values(t, mine, me, false);
    EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::baton.%I, $1)), '
                   'to_jsonb(jsonb_populate_record(NULL::baton.%I, $2))', t, t) INTO base, mine USING base, mine;
    wanted := ARRAY(SELECT k FROM jsonb_object_keys(pairs) k WHERE mine -> k <> base -> k);
    IF wanted && together THEN
        wanted := wanted || together;
    END IF;
    clashing := ARRAY(SELECT k FROM jsonb_object_keys(pairs) k
                       WHERE k = ANY (wanted) AND present -> k <> mine -> k AND present -> k <> base -> k);
    IF clashing && together THEN
        clashing := ARRAY(SELECT k FROM jsonb_object_keys(pairs) k
                           WHERE k = ANY (clashing) OR (k = ANY (together) AND present -> k <> mine -> k));
    END IF;
    FOR key IN SELECT jsonb_object_keys(pairs) LOOP
        IF key = ANY (clashing) THEN
            clashes := clashes || (jsonb_build_object('field', key, 'base', base -> key, 'mine', mine -> key,
                'theirs', present -> key) || sync.said_by(t, row_id, ARRAY[key]));
        ELSIF key = ANY (wanted) AND present -> key <> mine -> key THEN
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

-- As in 0007, but for whose word it was.
CREATE OR REPLACE FUNCTION sync.apply_delete(t text, row_id uuid, seen jsonb, me uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE present jsonb := sync.row_as_seen(t, row_id, true); base jsonb; changed text[];
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
    RETURN jsonb_build_object('status', 'conflict', 'row', present, 'clashes', jsonb_build_array(jsonb_build_object(
        'field', 'deleted', 'base', false, 'mine', true, 'theirs', false, 'changed', changed)
        || sync.said_by(t, row_id, changed)));
END $$;

-- As in 0009, but that a field which was to stay as it was says nothing.
CREATE OR REPLACE FUNCTION sync.shown_fields(edit sync.op) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(e.key, CASE edit.verb
               WHEN 'insert' THEN jsonb_build_array(NULL, sync.shown_value(f.ref, e.value))
               ELSE jsonb_build_array(sync.shown_value(f.ref, e.value -> 0), sync.shown_value(f.ref, e.value -> 1)) END),
           '{}')
      FROM jsonb_each(CASE WHEN edit.verb <> 'delete' THEN edit.fields END) e
      JOIN sync.field f ON f.tbl = edit.tbl AND f.col = e.key
     WHERE CASE edit.verb WHEN 'insert' THEN e.value NOT IN ('null', '""', '{}') ELSE e.value -> 0 <> e.value -> 1 END
       AND NOT EXISTS (SELECT FROM jsonb_array_elements(edit.result -> 'clashes') c WHERE c ->> 'field' = e.key)
$$;
