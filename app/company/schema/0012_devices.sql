-- What devices need: ways in, sessions, the audit log, emergencies, change windows, snippets and highlights, and config
-- backups under a key of the company. The columns are the fields of the records in app/domain, in their order.
SET LOCAL ROLE baton_owner;

ALTER TABLE baton.device
    ADD COLUMN protocol text NOT NULL DEFAULT 'ssh' CHECK (protocol IN ('ssh', 'telnet', 'serial')),
    ADD COLUMN baud bigint NOT NULL DEFAULT 9600,
    ADD COLUMN login_with text NOT NULL DEFAULT 'password' CHECK (login_with IN ('password', 'key', 'agent')),
    ADD COLUMN key_file text NOT NULL DEFAULT '',
    ADD COLUMN jump_id uuid REFERENCES baton.device,
    ADD COLUMN tags text NOT NULL DEFAULT '',
    ADD COLUMN model text NOT NULL DEFAULT '',
    ADD COLUMN serial text NOT NULL DEFAULT '',
    ADD COLUMN note text NOT NULL DEFAULT '',
    ADD COLUMN source text NOT NULL DEFAULT '',
    ADD COLUMN source_key text NOT NULL DEFAULT '';

ALTER TABLE baton.host_key
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN port bigint NOT NULL DEFAULT 0;

CREATE TABLE baton.credential_rule (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    selector text NOT NULL,
    username text NOT NULL,
    login_with text NOT NULL CHECK (login_with IN ('password', 'key', 'agent')),
    key_file text NOT NULL,
    rank bigint NOT NULL
);

CREATE TABLE baton.change_window (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid REFERENCES baton.customer,
    issue_id uuid REFERENCES baton.issue,
    run_id uuid REFERENCES baton.run,
    kind text NOT NULL CHECK (kind IN ('standard', 'normal', 'emergency')),
    what text NOT NULL,
    opens_at timestamptz NOT NULL,
    closes_at timestamptz NOT NULL,
    agreed_with text NOT NULL,
    back_out text NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    closed_at timestamptz
);

CREATE TABLE baton.session (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    issue_id uuid REFERENCES baton.issue,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('terminal', 'commands', 'config')),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    words text NOT NULL
);

CREATE TABLE baton.audit_line (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    issue_id uuid REFERENCES baton.issue,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    line text NOT NULL,
    line_class text NOT NULL CHECK (line_class IN ('read', 'config', 'destructive')),
    passage text NOT NULL CHECK (passage IN ('sent', 'confirmed', 'emergency', 'refused', 'hidden')),
    reason text NOT NULL,
    window_id uuid REFERENCES baton.change_window,
    run_id uuid REFERENCES baton.run,
    before text NOT NULL,
    hash text NOT NULL
);

CREATE TABLE baton.emergency (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    issue_id uuid REFERENCES baton.issue,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    at timestamptz NOT NULL,
    reason text NOT NULL,
    over_at timestamptz,
    reviewed_by uuid REFERENCES baton.person,
    reviewed_at timestamptz,
    review text NOT NULL
);

CREATE TABLE baton.snippet (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    person_id uuid REFERENCES baton.person,
    platform text NOT NULL,
    body text NOT NULL
);

CREATE TABLE baton.highlight (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    person_id uuid REFERENCES baton.person,
    platform text NOT NULL,
    pattern text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bad', 'odd', 'good', 'noted'))
);

CREATE TABLE baton.company_key (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    made_at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES baton.person,
    retired_at timestamptz,
    reason text NOT NULL
);

CREATE TABLE baton.person_key (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    public_key text NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE baton.wrapped_key (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    key_id uuid NOT NULL REFERENCES baton.company_key,
    person_key_id uuid NOT NULL REFERENCES baton.person_key,
    person_id uuid NOT NULL REFERENCES baton.person,
    wrapped text NOT NULL,
    wrapped_by uuid NOT NULL REFERENCES baton.person,
    wrapped_at timestamptz NOT NULL
);

CREATE TABLE baton.config_backup (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    taken_at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    lines bigint NOT NULL,
    mark text NOT NULL,
    key_id uuid REFERENCES baton.company_key,
    by_words text NOT NULL,
    source text NOT NULL,
    source_key text NOT NULL
);

CREATE TABLE baton.backup_attempt (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    workstation text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('changed', 'same', 'failed')),
    backup_id uuid REFERENCES baton.config_backup,
    words text NOT NULL
);

CREATE INDEX ON baton.change_window (customer_id);
CREATE INDEX ON baton.change_window (issue_id);
CREATE INDEX ON baton.change_window (run_id);
CREATE INDEX ON baton.session (device_id);
CREATE INDEX ON baton.session (customer_id);
CREATE INDEX ON baton.session (issue_id);
CREATE INDEX ON baton.audit_line (device_id);
CREATE INDEX ON baton.audit_line (customer_id);
CREATE INDEX ON baton.audit_line (issue_id);
CREATE INDEX ON baton.audit_line (window_id);
CREATE INDEX ON baton.audit_line (run_id);
CREATE INDEX ON baton.emergency (device_id);
CREATE INDEX ON baton.emergency (customer_id);
CREATE INDEX ON baton.emergency (issue_id);
CREATE INDEX ON baton.wrapped_key (key_id);
CREATE INDEX ON baton.wrapped_key (person_key_id);
CREATE INDEX ON baton.config_backup (device_id);
CREATE INDEX ON baton.config_backup (customer_id);
CREATE INDEX ON baton.config_backup (key_id);
CREATE INDEX ON baton.backup_attempt (device_id);
CREATE INDEX ON baton.backup_attempt (customer_id);
CREATE INDEX ON baton.backup_attempt (backup_id);
CREATE INDEX ON baton.config_backup (sha256);
CREATE INDEX ON baton.device (jump_id);

INSERT INTO sync.right (tbl, verb, role)
    SELECT tbl, verb, role FROM (VALUES
        ('credential_rule', '{insert, update, delete}', '{engineer, manager}'),
        ('change_window', '{insert, update}', '{engineer, manager, support}'),
        ('session', '{insert, update}', '{engineer, manager, support, trainee}'),
        ('audit_line', '{insert}', '{engineer, manager, support, trainee}'),
        ('emergency', '{insert, update}', '{engineer, manager, support, trainee}'),
        ('snippet', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('highlight', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('company_key', '{insert}', '{engineer, manager}'),
        ('company_key', '{update}', '{manager}'),
        ('person_key', '{insert}', '{engineer, manager, support, trainee}'),
        ('person_key', '{delete}', '{manager}'),
        ('wrapped_key', '{insert, delete}', '{engineer, manager}'),
        ('config_backup', '{insert}', '{engineer, manager, support}'),
        ('backup_attempt', '{insert}', '{engineer, manager, support}')
    ) r (tbl, verbs, roles), unnest(verbs::text[]) verb, unnest(roles::text[]) role;

INSERT INTO sync.field (tbl, col, is_given, is_owner, is_together, ref) VALUES
    ('device', 'protocol', false, false, false, NULL),
    ('device', 'baud', false, false, false, NULL),
    ('device', 'login_with', false, false, false, NULL),
    ('device', 'key_file', false, false, false, NULL),
    ('device', 'jump_id', false, false, false, 'device'),
    ('device', 'tags', false, false, false, NULL),
    ('device', 'model', false, false, false, NULL),
    ('device', 'serial', false, false, false, NULL),
    ('device', 'note', false, false, false, NULL),
    ('device', 'source', false, false, false, NULL),
    ('device', 'source_key', false, false, false, NULL),
    ('host_key', 'address', false, false, false, NULL),
    ('host_key', 'port', false, false, false, NULL),
    ('credential_rule', 'name', false, false, false, NULL),
    ('credential_rule', 'selector', false, false, false, NULL),
    ('credential_rule', 'username', false, false, false, NULL),
    ('credential_rule', 'login_with', false, false, false, NULL),
    ('credential_rule', 'key_file', false, false, false, NULL),
    ('credential_rule', 'rank', false, false, false, NULL),
    ('change_window', 'customer_id', false, false, false, 'customer'),
    ('change_window', 'issue_id', false, false, false, 'issue'),
    ('change_window', 'run_id', false, false, false, 'run'),
    ('change_window', 'kind', false, false, false, NULL),
    ('change_window', 'what', false, false, false, NULL),
    ('change_window', 'opens_at', false, false, false, NULL),
    ('change_window', 'closes_at', false, false, false, NULL),
    ('change_window', 'agreed_with', false, false, false, NULL),
    ('change_window', 'back_out', false, false, false, NULL),
    ('change_window', 'person_id', false, true, false, 'person'),
    ('change_window', 'closed_at', false, false, false, NULL),
    ('session', 'device_id', false, false, false, 'device'),
    ('session', 'customer_id', false, false, false, 'customer'),
    ('session', 'issue_id', false, false, false, 'issue'),
    ('session', 'person_id', false, true, false, 'person'),
    ('session', 'workstation', false, false, false, NULL),
    ('session', 'kind', false, false, false, NULL),
    ('session', 'opened_at', false, false, false, NULL),
    ('session', 'closed_at', false, false, false, NULL),
    ('session', 'words', false, false, false, NULL),
    ('audit_line', 'device_id', false, false, false, 'device'),
    ('audit_line', 'customer_id', false, false, false, 'customer'),
    ('audit_line', 'issue_id', false, false, false, 'issue'),
    ('audit_line', 'person_id', false, true, false, 'person'),
    ('audit_line', 'workstation', false, false, false, NULL),
    ('audit_line', 'seq', false, false, false, NULL),
    ('audit_line', 'at', false, false, false, NULL),
    ('audit_line', 'line', false, false, false, NULL),
    ('audit_line', 'line_class', false, false, false, NULL),
    ('audit_line', 'passage', false, false, false, NULL),
    ('audit_line', 'reason', false, false, false, NULL),
    ('audit_line', 'window_id', false, false, false, 'change_window'),
    ('audit_line', 'run_id', false, false, false, 'run'),
    ('audit_line', 'before', false, false, false, NULL),
    ('audit_line', 'hash', false, false, false, NULL),
    ('emergency', 'device_id', false, false, false, 'device'),
    ('emergency', 'customer_id', false, false, false, 'customer'),
    ('emergency', 'issue_id', false, false, false, 'issue'),
    ('emergency', 'person_id', false, true, false, 'person'),
    ('emergency', 'workstation', false, false, false, NULL),
    ('emergency', 'at', false, false, false, NULL),
    ('emergency', 'reason', false, false, false, NULL),
    ('emergency', 'over_at', false, false, false, NULL),
    ('emergency', 'reviewed_by', false, false, true, 'person'),
    ('emergency', 'reviewed_at', false, false, true, NULL),
    ('emergency', 'review', false, false, true, NULL),
    ('snippet', 'name', false, false, false, NULL),
    ('snippet', 'person_id', false, false, false, 'person'),
    ('snippet', 'platform', false, false, false, NULL),
    ('snippet', 'body', false, false, false, NULL),
    ('highlight', 'person_id', false, false, false, 'person'),
    ('highlight', 'platform', false, false, false, NULL),
    ('highlight', 'pattern', false, false, false, NULL),
    ('highlight', 'kind', false, false, false, NULL),
    ('company_key', 'made_at', false, false, false, NULL),
    ('company_key', 'made_by', false, true, false, 'person'),
    ('company_key', 'retired_at', false, false, false, NULL),
    ('company_key', 'reason', false, false, false, NULL),
    ('person_key', 'person_id', false, true, false, 'person'),
    ('person_key', 'workstation', false, false, false, NULL),
    ('person_key', 'public_key', false, false, false, NULL),
    ('person_key', 'made_at', false, false, false, NULL),
    ('wrapped_key', 'key_id', false, false, false, 'company_key'),
    ('wrapped_key', 'person_key_id', false, false, false, 'person_key'),
    ('wrapped_key', 'person_id', false, false, false, 'person'),
    ('wrapped_key', 'wrapped', false, false, false, NULL),
    ('wrapped_key', 'wrapped_by', false, true, false, 'person'),
    ('wrapped_key', 'wrapped_at', false, false, false, NULL),
    ('config_backup', 'device_id', false, false, false, 'device'),
    ('config_backup', 'customer_id', false, false, false, 'customer'),
    ('config_backup', 'taken_at', false, false, false, NULL),
    ('config_backup', 'person_id', false, true, false, 'person'),
    ('config_backup', 'workstation', false, false, false, NULL),
    ('config_backup', 'size_bytes', false, false, false, NULL),
    ('config_backup', 'sha256', false, false, false, NULL),
    ('config_backup', 'lines', false, false, false, NULL),
    ('config_backup', 'mark', false, false, false, NULL),
    ('config_backup', 'key_id', false, false, false, 'company_key'),
    ('config_backup', 'by_words', false, false, false, NULL),
    ('config_backup', 'source', false, false, false, NULL),
    ('config_backup', 'source_key', false, false, false, NULL),
    ('backup_attempt', 'device_id', false, false, false, 'device'),
    ('backup_attempt', 'customer_id', false, false, false, 'customer'),
    ('backup_attempt', 'at', false, false, false, NULL),
    ('backup_attempt', 'person_id', false, true, false, 'person'),
    ('backup_attempt', 'workstation', false, false, false, NULL),
    ('backup_attempt', 'outcome', false, false, false, NULL),
    ('backup_attempt', 'backup_id', false, false, false, 'config_backup'),
    ('backup_attempt', 'words', false, false, false, NULL);

DO $$
DECLARE t text; seen text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'credential_rule', 'change_window', 'session', 'audit_line', 'emergency', 'snippet', 'highlight',
        'company_key', 'person_key', 'wrapped_key', 'config_backup', 'backup_attempt'] LOOP
        seen := CASE WHEN t IN ('snippet', 'highlight')
            THEN '(person_id IS NULL OR person_id = (SELECT baton.my_id()))'
            WHEN EXISTS (SELECT FROM sync.field f WHERE f.tbl = t AND f.col = 'customer_id')
            THEN '(customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers()))' ELSE 'true' END;
        EXECUTE format('ALTER TABLE baton.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY reads ON baton.%I FOR SELECT TO baton_person '
                       'USING ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen);
        EXECUTE format('CREATE POLICY pushes ON baton.%I FOR ALL TO baton_sync '
                       'USING ((SELECT baton.my_id()) IS NOT NULL AND %s) '
                       'WITH CHECK ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen, seen);
        EXECUTE format('GRANT SELECT ON baton.%I TO baton_person', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON baton.%I TO baton_sync', t);
        EXECUTE format('CREATE TRIGGER feed_inserts AFTER INSERT ON baton.%I REFERENCING NEW TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
        EXECUTE format('CREATE TRIGGER feed_updates AFTER UPDATE ON baton.%I REFERENCING NEW TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
        EXECUTE format('CREATE TRIGGER feed_deletes AFTER DELETE ON baton.%I REFERENCING OLD TABLE AS changed '
                       'FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows()', t);
        IF EXISTS (SELECT FROM sync.field f WHERE f.tbl = t AND f.col = 'customer_id') THEN
            EXECUTE format('CREATE TRIGGER feed_moves AFTER UPDATE ON baton.%I FOR EACH ROW '
                           'WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) '
                           'EXECUTE FUNCTION sync.feed_move()', t);
        END IF;
        IF EXISTS (SELECT FROM sync.field f WHERE f.tbl = t AND f.col IN ('device_id', 'issue_id')) THEN
            EXECUTE format('CREATE TRIGGER take_customer BEFORE INSERT OR UPDATE ON baton.%I '
                           'FOR EACH ROW EXECUTE FUNCTION baton.take_customer(%L)', t,
                           CASE WHEN t = 'change_window' THEN 'issue' ELSE 'device' END);
        END IF;
    END LOOP;
END $$;

-- When an issue or a device moves to another customer, this too moves along.
CREATE FUNCTION baton.move_windows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE baton.change_window SET rev = rev + 1 WHERE issue_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_windows AFTER UPDATE ON baton.issue FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_windows();

CREATE FUNCTION baton.move_on_device() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY[
        'session', 'audit_line', 'emergency', 'config_backup', 'backup_attempt'] LOOP
        EXECUTE format('UPDATE baton.%I SET rev = rev + 1 WHERE device_id = $1', child) USING NEW.id;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER move_on_device AFTER UPDATE ON baton.device FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_on_device();

CREATE TRIGGER keep_person BEFORE UPDATE ON baton.snippet FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION baton.keep_person();
CREATE TRIGGER keep_person BEFORE UPDATE ON baton.highlight FOR EACH ROW
    WHEN (OLD.person_id IS DISTINCT FROM NEW.person_id) EXECUTE FUNCTION baton.keep_person();

-- Whoever passed the guard does not review it, and only a manager does.
CREATE FUNCTION baton.review_by_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF baton.my_role() IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'an emergency is reviewed by a manager' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_by_manager BEFORE UPDATE ON baton.emergency FOR EACH ROW
    WHEN ((OLD.reviewed_by, OLD.reviewed_at, OLD.review) IS DISTINCT FROM (NEW.reviewed_by, NEW.reviewed_at, NEW.review))
    EXECUTE FUNCTION baton.review_by_manager();

-- What stands in the audit log stays as it is, also for who maintains the database; a line follows its device.
CREATE FUNCTION baton.keep_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{rev,customer_id,changed_at,changed_by}'::text[]
                          = to_jsonb(NEW) - '{rev,customer_id,changed_at,changed_by}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a line of the audit log is neither changed nor removed' USING ERRCODE = '42501';
END $$;
CREATE TRIGGER keep_log BEFORE UPDATE OR DELETE ON baton.audit_line FOR EACH ROW EXECUTE FUNCTION baton.keep_log();

-- As in 0009, but that a config backup keeps its content too.
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
        SELECT FROM baton.attachment a WHERE a.sha256 = c.sha256 AND (NOT a.deleted OR a.changed_at > unneeded))
      AND NOT EXISTS (
        SELECT FROM baton.config_backup b WHERE b.sha256 = c.sha256 AND (NOT b.deleted OR b.changed_at > unneeded));
    GET DIAGNOSTICS contents_gone = ROW_COUNT;
    DELETE FROM sync.content_piece p WHERE p.at < unneeded AND NOT EXISTS (
        SELECT FROM sync.content c WHERE c.sha256 = p.sha256 AND c.person_id = p.person_id);
    DELETE FROM sync.presence WHERE at < unneeded;
    RETURN jsonb_build_object('feed', feed_gone, 'ops', ops_gone, 'contents', contents_gone, 'floor', lowest::text);
END $$;

SET LOCAL ROLE baton_sync;

-- Where a content belongs, as far as this person may see it.
CREATE VIEW sync.content_place AS
    SELECT a.sha256, a.size_bytes, a.person_id FROM baton.attachment a WHERE NOT a.deleted
    UNION ALL
    SELECT b.sha256, b.size_bytes, b.person_id FROM baton.config_backup b WHERE NOT b.deleted;

CREATE OR REPLACE FUNCTION sync.may_read_content(hash text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM sync.content_place p
                     JOIN sync.content_bringer b ON b.sha256 = p.sha256 AND b.person_id = p.person_id
                    WHERE p.sha256 = hash)
$$;

-- How long a content is by what this person brings it for; refuses who may not.
CREATE OR REPLACE FUNCTION sync.size_to_bring(hash text, me uuid) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE size bigint;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'no active person has the login %', session_user USING ERRCODE = '28000';
    ELSIF NOT EXISTS (SELECT FROM sync.right r WHERE r.tbl IN ('attachment', 'config_backup') AND r.verb = 'insert'
                         AND r.role = baton.my_role()) THEN
        RAISE EXCEPTION 'your role (%) may not bring files', baton.my_role() USING ERRCODE = '42501';
    END IF;
    SELECT max(p.size_bytes) INTO size FROM sync.content_place p WHERE p.sha256 = hash AND p.person_id = me;
    IF size IS NULL THEN
        RAISE EXCEPTION 'nothing of yours has this content' USING ERRCODE = '42501';
    ELSIF size NOT BETWEEN 0 AND 104857600 THEN
        RAISE EXCEPTION 'a file has at most 100 MB' USING ERRCODE = '22023';
    END IF;
    RETURN size;
END $$;
