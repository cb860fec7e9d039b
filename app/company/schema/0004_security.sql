-- Who sees and changes which row. People read under row security and write through sync.push only; the policies look
-- at session_user, which stays the person inside the SECURITY DEFINER functions of baton_sync.
SET LOCAL ROLE baton_owner;

CREATE FUNCTION baton.my_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT id FROM baton.person WHERE login = session_user AND is_active AND NOT deleted
$$;

CREATE FUNCTION baton.my_role() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT role FROM baton.person WHERE login = session_user AND is_active AND NOT deleted
$$;

-- Restricted customers that the person may not see: empty for managers.
CREATE FUNCTION baton.hidden_customers() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT c.id FROM baton.customer c
    WHERE c.is_restricted
      AND baton.my_role() IS DISTINCT FROM 'manager'
      AND NOT EXISTS (SELECT FROM baton.customer_access a
                      WHERE a.customer_id = c.id AND a.person_id = baton.my_id() AND NOT a.deleted)
$$;
GRANT EXECUTE ON FUNCTION baton.my_id(), baton.my_role(), baton.hidden_customers() TO baton_person, baton_sync;

DO $$
DECLARE t text; seen text; has_customer boolean;
BEGIN
    FOR t IN SELECT table_name FROM information_schema.tables
             WHERE table_schema = 'baton' AND table_type = 'BASE TABLE' LOOP
        SELECT EXISTS (SELECT FROM information_schema.columns
                       WHERE table_schema = 'baton' AND table_name = t AND column_name = 'customer_id')
          INTO has_customer;
        seen := CASE
            WHEN t = 'customer' THEN 'id NOT IN (SELECT baton.hidden_customers())'
            WHEN has_customer THEN '(customer_id IS NULL OR customer_id NOT IN (SELECT baton.hidden_customers()))'
            ELSE 'true' END;
        EXECUTE format('ALTER TABLE baton.%I ENABLE ROW LEVEL SECURITY', t);
        -- A disabled person whose connection is still open sees nothing either.
        EXECUTE format('CREATE POLICY reads ON baton.%I FOR SELECT TO baton_person '
                       'USING ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen);
        EXECUTE format('CREATE POLICY pushes ON baton.%I FOR ALL TO baton_sync '
                       'USING ((SELECT baton.my_id()) IS NOT NULL AND %s) '
                       'WITH CHECK ((SELECT baton.my_id()) IS NOT NULL AND %s)', t, seen, seen);
        EXECUTE format('GRANT SELECT ON baton.%I TO baton_person', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON baton.%I TO baton_sync', t);
    END LOOP;
END $$;

-- A row belongs to the customer of what it hangs on, whatever the workstation said: otherwise a note on a restricted
-- customer's issue could be seen by all.
CREATE FUNCTION baton.take_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    CASE TG_ARGV[0]
        WHEN 'issue' THEN
            IF NEW.issue_id IS NOT NULL THEN
                SELECT customer_id INTO NEW.customer_id FROM baton.issue WHERE id = NEW.issue_id;
            END IF;
        WHEN 'escalation' THEN
            SELECT customer_id INTO NEW.customer_id FROM baton.escalation WHERE id = NEW.escalation_id;
        WHEN 'request' THEN
            SELECT customer_id INTO NEW.customer_id FROM baton.decision_request WHERE id = NEW.request_id;
        WHEN 'device' THEN
            SELECT customer_id INTO NEW.customer_id FROM baton.device WHERE id = NEW.device_id;
    END CASE;
    RETURN NEW;
END $$;

DO $$
DECLARE pair text[];
BEGIN
    FOREACH pair SLICE 1 IN ARRAY ARRAY[
        ['issue_event', 'issue'], ['note', 'issue'], ['interaction', 'issue'], ['promise', 'issue'],
        ['escalation', 'issue'], ['decision_request', 'escalation'], ['decision_option', 'request'],
        ['ask', 'request'], ['host_key', 'device']] LOOP
        EXECUTE format('CREATE TRIGGER take_customer BEFORE INSERT OR UPDATE ON baton.%I '
                       'FOR EACH ROW EXECUTE FUNCTION baton.take_customer(%L)', pair[1], pair[2]);
    END LOOP;
END $$;

-- When an issue or a device moves to another customer, what hangs on it moves along.
CREATE FUNCTION baton.move_along() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE child text;
BEGIN
    IF TG_TABLE_NAME = 'device' THEN
        UPDATE baton.host_key SET rev = rev + 1 WHERE device_id = NEW.id;
        RETURN NULL;
    END IF;
    FOREACH child IN ARRAY ARRAY['issue_event', 'note', 'interaction', 'promise', 'escalation'] LOOP
        EXECUTE format('UPDATE baton.%I SET rev = rev + 1 WHERE issue_id = $1', child) USING NEW.id;
    END LOOP;
    UPDATE baton.decision_request r SET rev = r.rev + 1
      FROM baton.escalation e WHERE e.id = r.escalation_id AND e.issue_id = NEW.id;
    UPDATE baton.decision_option o SET rev = o.rev + 1 FROM baton.decision_request r, baton.escalation e
     WHERE o.request_id = r.id AND r.escalation_id = e.id AND e.issue_id = NEW.id;
    UPDATE baton.ask a SET rev = a.rev + 1 FROM baton.decision_request r, baton.escalation e
     WHERE a.request_id = r.id AND r.escalation_id = e.id AND e.issue_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_along AFTER UPDATE ON baton.issue FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_along();
CREATE TRIGGER move_along AFTER UPDATE ON baton.device FOR EACH ROW
    WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION baton.move_along();

CREATE FUNCTION baton.give_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    NEW.number := coalesce(NEW.number, nextval('baton.issue_number'));
    RETURN NEW;
END $$;
CREATE TRIGGER give_number BEFORE INSERT ON baton.issue FOR EACH ROW EXECUTE FUNCTION baton.give_number();
