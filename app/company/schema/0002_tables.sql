-- What people share. The columns of each table are the fields of its record in app/domain, in the same order;
-- a test holds the two against each other. Rows are never removed: `deleted` says so.
SET LOCAL ROLE baton_owner;


CREATE TABLE baton.person (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    login text UNIQUE NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('manager', 'support', 'engineer', 'trainee', 'readonly')),
    team text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    is_active boolean NOT NULL
);

CREATE TABLE baton.customer (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    plan text NOT NULL,
    is_vip boolean NOT NULL,
    is_restricted boolean NOT NULL,
    account_rep_id uuid REFERENCES baton.person,
    time_zone text NOT NULL,
    support_hours text NOT NULL,
    contract text NOT NULL
);

CREATE TABLE baton.customer_access (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    person_id uuid NOT NULL REFERENCES baton.person
);

CREATE TABLE baton.contact (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    name text NOT NULL,
    role text NOT NULL,
    phone text NOT NULL,
    email text NOT NULL
);

CREATE TABLE baton.site (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    name text NOT NULL,
    time_zone text NOT NULL
);

CREATE TABLE baton.installation (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    product text NOT NULL,
    environment text NOT NULL CHECK (environment IN ('production', 'staging', 'lab', 'practice')),
    build text NOT NULL,
    database text NOT NULL,
    hosts text NOT NULL,
    is_hosted_by_us boolean NOT NULL
);

CREATE TABLE baton.device (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid REFERENCES baton.customer,
    site text NOT NULL,
    name text NOT NULL,
    address text NOT NULL,
    port bigint NOT NULL,
    platform text NOT NULL,
    environment text NOT NULL CHECK (environment IN ('production', 'staging', 'lab', 'practice')),
    username text NOT NULL,
    software text NOT NULL,
    allows_legacy boolean NOT NULL
);

CREATE TABLE baton.host_key (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    device_id uuid NOT NULL REFERENCES baton.device,
    customer_id uuid REFERENCES baton.customer,
    key_type text NOT NULL,
    fingerprint text NOT NULL,
    accepted_by uuid NOT NULL REFERENCES baton.person,
    accepted_at timestamptz NOT NULL,
    workstation text NOT NULL,
    retired_at timestamptz,
    retired_by uuid REFERENCES baton.person,
    reason text NOT NULL
);

CREATE TABLE baton.issue (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    number bigint UNIQUE,
    customer_id uuid REFERENCES baton.customer,
    contact_id uuid REFERENCES baton.contact,
    installation_id uuid REFERENCES baton.installation,
    title text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('incident', 'request', 'question')),
    state text NOT NULL CHECK (state IN ('new', 'open', 'waiting', 'scheduled', 'watching', 'solved', 'closed')),
    waiting_on text NOT NULL,
    impact bigint NOT NULL CHECK (impact BETWEEN 1 AND 3),
    urgency bigint NOT NULL CHECK (urgency BETWEEN 1 AND 3),
    owner_id uuid REFERENCES baton.person,
    topic text NOT NULL,
    opened_at timestamptz,
    next_update_at timestamptz,
    watch_until timestamptz,
    closed_at timestamptz,
    agreed_line text NOT NULL,
    agreed_line_by uuid REFERENCES baton.person,
    agreed_line_until timestamptz,
    workaround text NOT NULL,
    source text NOT NULL,
    source_key text NOT NULL,
    facts jsonb NOT NULL
);

CREATE TABLE baton.issue_event (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    seq bigint NOT NULL,
    at timestamptz,
    state text NOT NULL,
    team text NOT NULL,
    person text NOT NULL,
    facts jsonb NOT NULL
);

CREATE TABLE baton.note (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    kind text NOT NULL CHECK (kind IN ('text', 'device_output')),
    at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    body text NOT NULL,
    device_id uuid REFERENCES baton.device,
    command text NOT NULL
);

CREATE TABLE baton.interaction (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid REFERENCES baton.customer,
    contact_id uuid REFERENCES baton.contact,
    issue_id uuid REFERENCES baton.issue,
    channel text NOT NULL CHECK (channel IN ('call', 'missed_call', 'voicemail', 'email', 'visit', 'chat', 'sms')),
    nature text NOT NULL CHECK (nature IN ('first', 'chaser', 'news', 'thanks')),
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    is_automatic boolean NOT NULL,
    at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    body text NOT NULL
);

CREATE TABLE baton.promise (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    customer_id uuid REFERENCES baton.customer,
    issue_id uuid REFERENCES baton.issue,
    interaction_id uuid REFERENCES baton.interaction,
    contact_id uuid REFERENCES baton.contact,
    what text NOT NULL,
    made_at timestamptz NOT NULL,
    made_by uuid NOT NULL REFERENCES baton.person,
    due_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'kept', 'broken', 'renegotiated', 'withdrawn')),
    settled_at timestamptz
);

CREATE TABLE baton.escalation (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    kind text NOT NULL CHECK (kind IN ('functional', 'hierarchical')),
    raised_by uuid NOT NULL REFERENCES baton.person,
    raised_at timestamptz NOT NULL,
    to_person_id uuid REFERENCES baton.person,
    to_team text NOT NULL,
    sentence text NOT NULL,
    state text NOT NULL CHECK (state IN ('raised', 'taken', 'asked', 'done')),
    taken_by uuid REFERENCES baton.person,
    taken_at timestamptz
);

CREATE TABLE baton.decision_request (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    escalation_id uuid NOT NULL REFERENCES baton.escalation,
    issue_id uuid REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    question text NOT NULL,
    owed_by text NOT NULL,
    owed_by_id uuid REFERENCES baton.person,
    asked_at timestamptz NOT NULL,
    asked_by uuid NOT NULL REFERENCES baton.person,
    decide_by timestamptz,
    without_answer text NOT NULL,
    outcome text CHECK (outcome IN ('fix', 'fund', 'accept', 'decline', 'delegate', 'withdrawn')),
    outcome_words text NOT NULL,
    chosen_option_id uuid,
    decided_by text NOT NULL,
    heard_how text NOT NULL,
    decided_at timestamptz,
    recorded_by uuid REFERENCES baton.person,
    review_at timestamptz
);

CREATE TABLE baton.decision_option (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    request_id uuid NOT NULL REFERENCES baton.decision_request,
    customer_id uuid REFERENCES baton.customer,
    position bigint NOT NULL,
    label text NOT NULL,
    one_off numeric(14,2) NOT NULL,
    monthly numeric(14,2) NOT NULL,
    yearly numeric(14,2) NOT NULL,
    currency text NOT NULL,
    term_months bigint NOT NULL,
    risk text NOT NULL
);

CREATE TABLE baton.ask (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    request_id uuid NOT NULL REFERENCES baton.decision_request,
    customer_id uuid REFERENCES baton.customer,
    kind text NOT NULL CHECK (kind IN ('asked', 'seen', 'acknowledged', 'said')),
    whom text NOT NULL,
    whom_id uuid REFERENCES baton.person,
    channel text NOT NULL,
    at timestamptz NOT NULL,
    recorded_by uuid NOT NULL REFERENCES baton.person,
    words text NOT NULL
);

CREATE TABLE baton.procedure (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    topic text NOT NULL
);

CREATE TABLE baton.procedure_version (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    procedure_id uuid NOT NULL REFERENCES baton.procedure,
    number bigint NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid NOT NULL REFERENCES baton.person
);

CREATE TABLE baton.step (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    version_id uuid NOT NULL REFERENCES baton.procedure_version,
    stable_id text NOT NULL,
    position bigint NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    is_critical boolean NOT NULL,
    evidence text NOT NULL CHECK (evidence IN ('none', 'text', 'number', 'file', 'output', 'checksum')),
    low numeric,
    high numeric,
    sign_off_role text NOT NULL,
    minutes bigint NOT NULL
);

CREATE TABLE baton.release (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    name text NOT NULL,
    product text NOT NULL,
    build text NOT NULL
);

CREATE TABLE baton.artefact (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    release_id uuid NOT NULL REFERENCES baton.release,
    name text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL
);

CREATE TABLE baton.rollout (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    release_id uuid NOT NULL REFERENCES baton.release,
    customer_id uuid NOT NULL REFERENCES baton.customer,
    state text NOT NULL CHECK (state IN ('not_offered', 'told', 'window_agreed', 'deployed', 'verified', 'held', 'backed_out')),
    window_from timestamptz,
    window_until timestamptz
);

CREATE TABLE baton.run (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    version_id uuid NOT NULL REFERENCES baton.procedure_version,
    release_id uuid REFERENCES baton.release,
    title text NOT NULL,
    started_by uuid NOT NULL REFERENCES baton.person,
    started_at timestamptz NOT NULL,
    finished_at timestamptz
);

CREATE TABLE baton.step_event (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    run_id uuid NOT NULL REFERENCES baton.run,
    step_id uuid NOT NULL REFERENCES baton.step,
    kind text NOT NULL CHECK (kind IN ('done', 'failed', 'reopened', 'noted')),
    at timestamptz NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    evidence text NOT NULL,
    words text NOT NULL
);

CREATE TABLE baton.sign_off (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    run_id uuid NOT NULL REFERENCES baton.run,
    release_id uuid REFERENCES baton.release,
    role text NOT NULL,
    person_id uuid NOT NULL REFERENCES baton.person,
    at timestamptz NOT NULL,
    digest text NOT NULL
);

CREATE INDEX ON baton.customer_access (customer_id);
CREATE INDEX ON baton.contact (customer_id);
CREATE INDEX ON baton.site (customer_id);
CREATE INDEX ON baton.installation (customer_id);
CREATE INDEX ON baton.device (customer_id);
CREATE INDEX ON baton.host_key (device_id);
CREATE INDEX ON baton.host_key (customer_id);
CREATE INDEX ON baton.issue (customer_id);
CREATE INDEX ON baton.issue (contact_id);
CREATE INDEX ON baton.issue (installation_id);
CREATE INDEX ON baton.issue_event (issue_id);
CREATE INDEX ON baton.issue_event (customer_id);
CREATE INDEX ON baton.note (issue_id);
CREATE INDEX ON baton.note (customer_id);
CREATE INDEX ON baton.note (device_id);
CREATE INDEX ON baton.interaction (issue_id);
CREATE INDEX ON baton.interaction (customer_id);
CREATE INDEX ON baton.interaction (contact_id);
CREATE INDEX ON baton.promise (issue_id);
CREATE INDEX ON baton.promise (customer_id);
CREATE INDEX ON baton.promise (interaction_id);
CREATE INDEX ON baton.promise (contact_id);
CREATE INDEX ON baton.escalation (issue_id);
CREATE INDEX ON baton.escalation (customer_id);
CREATE INDEX ON baton.decision_request (issue_id);
CREATE INDEX ON baton.decision_request (customer_id);
CREATE INDEX ON baton.decision_request (escalation_id);
CREATE INDEX ON baton.decision_option (customer_id);
CREATE INDEX ON baton.decision_option (request_id);
CREATE INDEX ON baton.ask (customer_id);
CREATE INDEX ON baton.ask (request_id);
CREATE INDEX ON baton.procedure_version (procedure_id);
CREATE INDEX ON baton.step (version_id);
CREATE INDEX ON baton.artefact (release_id);
CREATE INDEX ON baton.rollout (release_id);
CREATE INDEX ON baton.rollout (customer_id);
CREATE INDEX ON baton.run (version_id);
CREATE INDEX ON baton.run (release_id);
CREATE INDEX ON baton.step_event (run_id);
CREATE INDEX ON baton.step_event (step_id);
CREATE INDEX ON baton.sign_off (run_id);
CREATE INDEX ON baton.sign_off (release_id);

CREATE UNIQUE INDEX issue_source ON baton.issue (source, source_key) WHERE source <> '';

CREATE SEQUENCE baton.issue_number START 1001;
