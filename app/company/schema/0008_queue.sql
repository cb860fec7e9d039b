-- What the queue needs: problems and links, followers, snoozes, files, other systems, deployments, whom to ask first,
-- calendars and SLA policies, views, replies. The columns are the fields of the records in app/domain, in their order.
SET LOCAL ROLE baton_owner;

ALTER TABLE baton.issue
    ADD COLUMN product text NOT NULL DEFAULT '',
    ADD COLUMN build text NOT NULL DEFAULT '',
    ADD COLUMN team text NOT NULL DEFAULT '',
    ADD COLUMN level bigint NOT NULL DEFAULT 0,
    ADD COLUMN cause text NOT NULL DEFAULT '',
    ADD COLUMN fixed_at timestamptz;

ALTER TABLE baton.issue_event
    ADD COLUMN level bigint NOT NULL DEFAULT 0,
    ADD COLUMN product text NOT NULL DEFAULT '';

ALTER TABLE baton.customer
    ADD COLUMN region text NOT NULL DEFAULT '',
    ADD COLUMN note text NOT NULL DEFAULT '';

ALTER TABLE baton.contact
    ADD COLUMN mobile text NOT NULL DEFAULT '',
    ADD COLUMN site_id uuid REFERENCES baton.site,
    ADD COLUMN has_gone boolean NOT NULL DEFAULT false,
    ADD COLUMN note text NOT NULL DEFAULT '';

ALTER TABLE baton.site
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN phone text NOT NULL DEFAULT '';

ALTER TABLE baton.installation
    ADD COLUMN hosted_by text NOT NULL DEFAULT '',
    ADD COLUMN url text NOT NULL DEFAULT '',
    ADD COLUMN note text NOT NULL DEFAULT '';

ALTER TABLE baton.interaction
    ADD COLUMN subject text NOT NULL DEFAULT '',
    ADD COLUMN lasted_s bigint NOT NULL DEFAULT 0,
    ADD COLUMN is_route_around boolean NOT NULL DEFAULT false,
    ADD COLUMN rang_id uuid REFERENCES baton.person;

ALTER TABLE baton.issue
    DROP CONSTRAINT issue_kind_check,
    ADD CONSTRAINT issue_kind_check CHECK (kind IN ('incident', 'request', 'question', 'problem', 'major'));

CREATE TABLE baton.issue_link (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    other_id uuid NOT NULL REFERENCES baton.issue,
    kind text NOT NULL CHECK (kind IN ('problem', 'parent', 'blocks', 'duplicate'))
);

CREATE TABLE baton.follower (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    person_id uuid NOT NULL REFERENCES baton.person
);

CREATE TABLE baton.snooze (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    person_id uuid NOT NULL REFERENCES baton.person,
    until_at timestamptz NOT NULL
);

CREATE TABLE baton.attachment (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    name text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    at timestamptz NOT NULL
);

CREATE TABLE baton.issue_device (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    device_id uuid NOT NULL REFERENCES baton.device
);

CREATE TABLE baton.external_ref (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    system text NOT NULL,
    key text NOT NULL,
    url text NOT NULL,
    status text NOT NULL,
    status_at timestamptz
);

CREATE TABLE baton.deployment (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    installation_id uuid REFERENCES baton.installation,
    release_id uuid REFERENCES baton.release,
    product text NOT NULL,
    from_build text NOT NULL,
    to_build text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    deployed_by uuid NOT NULL REFERENCES baton.person,
    back_out text NOT NULL,
    back_out_until timestamptz
);

CREATE TABLE baton.issue_deployment (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    deployment_id uuid NOT NULL REFERENCES baton.deployment,
    interaction_id uuid REFERENCES baton.interaction
);

CREATE TABLE baton.ask_first (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    topic text NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    place bigint NOT NULL,
    words text NOT NULL
);

CREATE TABLE baton.calendar (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    time_zone text NOT NULL,
    periods text NOT NULL,
    holiday_region text NOT NULL,
    closed_days text NOT NULL
);

CREATE TABLE baton.sla_policy (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    plan text NOT NULL,
    priority bigint NOT NULL CHECK (priority BETWEEN 0 AND 4),
    calendar_id uuid NOT NULL REFERENCES baton.calendar,
    first_response_m bigint NOT NULL CHECK (first_response_m >= 0),
    next_update_m bigint NOT NULL CHECK (next_update_m >= 0),
    resolution_m bigint NOT NULL CHECK (resolution_m >= 0),
    rank bigint NOT NULL
);

CREATE TABLE baton.sla_pause (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    reason text NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person
);

CREATE TABLE baton.saved_view (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    person_id uuid REFERENCES baton.person,
    filter text NOT NULL,
    columns text NOT NULL,
    order_by text NOT NULL,
    is_descending boolean NOT NULL,
    group_by text NOT NULL,
    rank bigint NOT NULL
);

CREATE TABLE baton.canned_reply (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    person_id uuid REFERENCES baton.person,
    topic text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL
);

CREATE TABLE baton.macro (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    person_id uuid REFERENCES baton.person,
    acts text NOT NULL
);

CREATE TABLE baton.later_word (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    contact_id uuid REFERENCES baton.contact,
    channel text NOT NULL CHECK (channel IN ('call', 'missed_call', 'voicemail', 'email', 'visit', 'chat', 'sms')),
    subject text NOT NULL,
    body text NOT NULL,
    due_at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped')),
    interaction_id uuid REFERENCES baton.interaction
);

CREATE INDEX ON baton.issue_link (issue_id);
CREATE INDEX ON baton.issue_link (customer_id);
CREATE INDEX ON baton.issue_link (other_id);
CREATE INDEX ON baton.follower (issue_id);
CREATE INDEX ON baton.follower (customer_id);
CREATE INDEX ON baton.snooze (issue_id);
CREATE INDEX ON baton.snooze (customer_id);
CREATE INDEX ON baton.attachment (issue_id);
CREATE INDEX ON baton.attachment (customer_id);
CREATE INDEX ON baton.issue_device (issue_id);
CREATE INDEX ON baton.issue_device (customer_id);
CREATE INDEX ON baton.issue_device (device_id);
CREATE INDEX ON baton.external_ref (issue_id);
CREATE INDEX ON baton.external_ref (customer_id);
CREATE INDEX ON baton.deployment (customer_id);
CREATE INDEX ON baton.deployment (installation_id);
CREATE INDEX ON baton.deployment (release_id);
CREATE INDEX ON baton.issue_deployment (issue_id);
CREATE INDEX ON baton.issue_deployment (customer_id);
CREATE INDEX ON baton.issue_deployment (deployment_id);
CREATE INDEX ON baton.issue_deployment (interaction_id);
CREATE INDEX ON baton.sla_policy (calendar_id);
CREATE INDEX ON baton.sla_pause (issue_id);
CREATE INDEX ON baton.sla_pause (customer_id);
CREATE INDEX ON baton.later_word (issue_id);
CREATE INDEX ON baton.later_word (customer_id);
CREATE INDEX ON baton.later_word (contact_id);
CREATE INDEX ON baton.later_word (interaction_id);
CREATE INDEX ON baton.attachment (sha256);
CREATE INDEX ON baton.contact (site_id);

INSERT INTO sync.right (tbl, verb, role)
    SELECT tbl, verb, role FROM (VALUES
        ('issue_link', '{insert, delete}', '{engineer, manager, support, trainee}'),
        ('follower', '{insert, delete}', '{engineer, manager, support, trainee}'),
        ('snooze', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('attachment', '{insert, delete}', '{engineer, manager, support, trainee}'),
        ('issue_device', '{insert, delete}', '{engineer, manager, support, trainee}'),
        ('external_ref', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('deployment', '{insert, update}', '{engineer, manager, support}'),
        ('issue_deployment', '{insert, delete}', '{engineer, manager, support, trainee}'),
        ('ask_first', '{insert, update, delete}', '{engineer, manager, support}'),
        ('calendar', '{insert, update, delete}', '{manager}'),
        ('sla_policy', '{insert, update, delete}', '{manager}'),
        ('sla_pause', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('saved_view', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('canned_reply', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('macro', '{insert, update, delete}', '{engineer, manager, support, trainee}'),
        ('later_word', '{insert, update}', '{engineer, manager, support, trainee}')
    ) r (tbl, verbs, roles), unnest(verbs::text[]) verb, unnest(roles::text[]) role;

INSERT INTO sync.field (tbl, col, is_given, is_owner, is_together, ref) VALUES
    ('issue', 'product', false, false, false, NULL),
    ('issue', 'build', false, false, false, NULL),
    ('issue', 'team', false, false, false, NULL),
    ('issue', 'level', false, false, false, NULL),
    ('issue', 'cause', false, false, false, NULL),
    ('issue', 'fixed_at', false, false, false, NULL),
    ('issue_event', 'level', false, false, false, NULL),
    ('issue_event', 'product', false, false, false, NULL),
    ('customer', 'region', false, false, false, NULL),
    ('customer', 'note', false, false, false, NULL),
    ('contact', 'mobile', false, false, false, NULL),
    ('contact', 'site_id', false, false, false, 'site'),
    ('contact', 'has_gone', false, false, false, NULL),
    ('contact', 'note', false, false, false, NULL),
    ('site', 'address', false, false, false, NULL),
    ('site', 'phone', false, false, false, NULL),
    ('installation', 'hosted_by', false, false, false, NULL),
    ('installation', 'url', false, false, false, NULL),
    ('installation', 'note', false, false, false, NULL),
    ('interaction', 'subject', false, false, false, NULL),
    ('interaction', 'lasted_s', false, false, false, NULL),
    ('interaction', 'is_route_around', false, false, false, NULL),
    ('interaction', 'rang_id', false, false, false, 'person'),
    ('issue_link', 'issue_id', false, false, false, 'issue'),
    ('issue_link', 'customer_id', false, false, false, 'customer'),
    ('issue_link', 'other_id', false, false, false, 'issue'),
    ('issue_link', 'kind', false, false, false, NULL),
    ('follower', 'issue_id', false, false, false, 'issue'),
    ('follower', 'customer_id', false, false, false, 'customer'),
    ('follower', 'person_id', false, false, false, 'person'),
    ('snooze', 'issue_id', false, false, false, 'issue'),
    ('snooze', 'customer_id', false, false, false, 'customer'),
    ('snooze', 'person_id', false, true, false, 'person'),
    ('snooze', 'until_at', false, false, false, NULL),
    ('attachment', 'issue_id', false, false, false, 'issue'),
    ('attachment', 'customer_id', false, false, false, 'customer'),
    ('attachment', 'name', false, false, false, NULL),
    ('attachment', 'size_bytes', false, false, false, NULL),
    ('attachment', 'sha256', false, false, false, NULL),
    ('attachment', 'media_type', false, false, false, NULL),
    ('attachment', 'person_id', false, true, false, 'person'),
    ('attachment', 'at', false, false, false, NULL),
    ('issue_device', 'issue_id', false, false, false, 'issue'),
    ('issue_device', 'customer_id', false, false, false, 'customer'),
    ('issue_device', 'device_id', false, false, false, 'device'),
    ('external_ref', 'issue_id', false, false, false, 'issue'),
    ('external_ref', 'customer_id', false, false, false, 'customer'),
    ('external_ref', 'system', false, false, false, NULL),
    ('external_ref', 'key', false, false, false, NULL),
    ('external_ref', 'url', false, false, false, NULL),
    ('external_ref', 'status', false, false, false, NULL),
    ('external_ref', 'status_at', false, false, false, NULL),
    ('deployment', 'customer_id', false, false, false, 'customer'),
    ('deployment', 'installation_id', false, false, false, 'installation'),
    ('deployment', 'release_id', false, false, false, 'release'),
    ('deployment', 'product', false, false, false, NULL),
    ('deployment', 'from_build', false, false, false, NULL),
    ('deployment', 'to_build', false, false, false, NULL),
    ('deployment', 'what', false, false, false, NULL),
    ('deployment', 'at', false, false, false, NULL),
    ('deployment', 'deployed_by', false, false, false, 'person'),
    ('deployment', 'back_out', false, false, false, NULL),
    ('deployment', 'back_out_until', false, false, false, NULL),
    ('issue_deployment', 'issue_id', false, false, false, 'issue'),
    ('issue_deployment', 'customer_id', false, false, false, 'customer'),
    ('issue_deployment', 'deployment_id', false, false, false, 'deployment'),
    ('issue_deployment', 'interaction_id', false, false, false, 'interaction'),
    ('ask_first', 'topic', false, false, false, NULL),
    ('ask_first', 'person_id', false, false, false, 'person'),
    ('ask_first', 'place', false, false, false, NULL),
    ('ask_first', 'words', false, false, false, NULL),
    ('calendar', 'name', false, false, false, NULL),
    ('calendar', 'time_zone', false, false, false, NULL),
    ('calendar', 'periods', false, false, false, NULL),
    ('calendar', 'holiday_region', false, false, false, NULL),
    ('calendar', 'closed_days', false, false, false, NULL),
    ('sla_policy', 'name', false, false, false, NULL),
    ('sla_policy', 'plan', false, false, false, NULL),
    ('sla_policy', 'priority', false, false, false, NULL),
    ('sla_policy', 'calendar_id', false, false, false, 'calendar'),
    ('sla_policy', 'first_response_m', false, false, false, NULL),
    ('sla_policy', 'next_update_m', false, false, false, NULL),
    ('sla_policy', 'resolution_m', false, false, false, NULL),
    ('sla_policy', 'rank', false, false, false, NULL),
    ('sla_pause', 'issue_id', false, false, false, 'issue'),
    ('sla_pause', 'customer_id', false, false, false, 'customer'),
    ('sla_pause', 'from_at', false, false, false, NULL),
    ('sla_pause', 'until_at', false, false, false, NULL),
    ('sla_pause', 'reason', false, false, false, NULL),
    ('sla_pause', 'person_id', false, true, false, 'person'),
    ('saved_view', 'name', false, false, false, NULL),
    ('saved_view', 'person_id', false, false, false, 'person'),
    ('saved_view', 'filter', false, false, false, NULL),
    ('saved_view', 'columns', false, false, false, NULL),
    ('saved_view', 'order_by', false, false, false, NULL),
    ('saved_view', 'is_descending', false, false, false, NULL),
    ('saved_view', 'group_by', false, false, false, NULL),
    ('saved_view', 'rank', false, false, false, NULL),
    ('canned_reply', 'name', false, false, false, NULL),
    ('canned_reply', 'person_id', false, false, false, 'person'),
    ('canned_reply', 'topic', false, false, false, NULL),
    ('canned_reply', 'subject', false, false, false, NULL),
    ('canned_reply', 'body', false, false, false, NULL),
    ('macro', 'name', false, false, false, NULL),
    ('macro', 'person_id', false, false, false, 'person'),
    ('macro', 'acts', false, false, false, NULL),
    ('later_word', 'issue_id', false, false, false, 'issue'),
    ('later_word', 'customer_id', false, false, false, 'customer'),
    ('later_word', 'contact_id', false, false, false, 'contact'),
    ('later_word', 'channel', false, false, false, NULL),
    ('later_word', 'subject', false, false, false, NULL),
    ('later_word', 'body', false, false, false, NULL),
    ('later_word', 'due_at', false, false, false, NULL),
    ('later_word', 'person_id', false, true, false, 'person'),
    ('later_word', 'state', false, false, false, NULL),
    ('later_word', 'interaction_id', false, false, false, 'interaction');

DO $$
DECLARE t text; seen text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'issue_link', 'follower', 'snooze', 'attachment', 'issue_device', 'external_ref', 'deployment',
        'issue_deployment', 'ask_first', 'calendar', 'sla_policy', 'sla_pause', 'saved_view', 'canned_reply',
        'macro', 'later_word'] LOOP
        seen := CASE WHEN EXISTS (SELECT FROM sync.field f WHERE f.tbl = t AND f.col = 'customer_id')
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
        IF EXISTS (SELECT FROM sync.field f WHERE f.tbl = t AND f.col = 'issue_id') THEN
            EXECUTE format('CREATE TRIGGER take_customer BEFORE INSERT OR UPDATE ON baton.%I '
                           'FOR EACH ROW EXECUTE FUNCTION baton.take_customer(''issue'')', t);
        END IF;
    END LOOP;
END $$;

-- When an issue moves to another customer, this too moves along.
CREATE FUNCTION baton.move_hanging() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY[
        'issue_link', 'follower', 'snooze', 'attachment', 'issue_device', 'external_ref', 'issue_deployment',
        'sla_pause', 'later_word'] LOOP
        EXECUTE format('UPDATE baton.%I SET rev = rev + 1 WHERE issue_id = $1', child) USING NEW.id;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER move_hanging AFTER UPDATE ON baton.issue FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_hanging();
