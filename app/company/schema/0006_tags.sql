-- Tags are rows of their own: putting a word on an issue adds one, taking it off removes it.
SET LOCAL ROLE baton_owner;

CREATE TABLE baton.tag (
    id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 1,
    deleted boolean NOT NULL DEFAULT false,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_by uuid,
    issue_id uuid NOT NULL REFERENCES baton.issue,
    customer_id uuid REFERENCES baton.customer,
    word text NOT NULL CHECK (word <> '')
);
CREATE INDEX tag_issue_id ON baton.tag (issue_id);

INSERT INTO sync.right (tbl, verb, role)
    SELECT 'tag', verb, role FROM unnest(ARRAY['insert', 'delete']) verb,
                                  unnest(ARRAY['manager', 'support', 'engineer', 'trainee']) role;
INSERT INTO sync.field (tbl, col, is_given, is_owner, is_together, ref) VALUES
    ('tag', 'issue_id', false, false, false, 'issue'),
    ('tag', 'customer_id', false, false, false, 'customer'),
    ('tag', 'word', false, false, false, NULL);

ALTER TABLE baton.tag ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON baton.tag FOR SELECT TO baton_person
    USING ((SELECT baton.my_id()) IS NOT NULL
           AND (customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers())));
CREATE POLICY pushes ON baton.tag FOR ALL TO baton_sync
    USING ((SELECT baton.my_id()) IS NOT NULL
           AND (customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers())))
    WITH CHECK ((SELECT baton.my_id()) IS NOT NULL
           AND (customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers())));
GRANT SELECT ON baton.tag TO baton_person;
GRANT SELECT, INSERT, UPDATE ON baton.tag TO baton_sync;

CREATE FUNCTION baton.move_tags() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    UPDATE baton.tag SET rev = rev + 1 WHERE issue_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER take_customer BEFORE INSERT OR UPDATE ON baton.tag
    FOR EACH ROW EXECUTE FUNCTION baton.take_customer('issue');
CREATE TRIGGER move_tags AFTER UPDATE ON baton.issue FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_tags();
CREATE TRIGGER feed_inserts AFTER INSERT ON baton.tag REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows();
CREATE TRIGGER feed_updates AFTER UPDATE ON baton.tag REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows();
CREATE TRIGGER feed_deletes AFTER DELETE ON baton.tag REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION sync.feed_rows();
