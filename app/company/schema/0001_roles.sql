-- Roles belong to the whole server, so another company on it may have made them already.
DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['baton_owner', 'baton_sync', 'baton_person', 'baton_manager', 'baton_support',
                             'baton_engineer', 'baton_trainee', 'baton_readonly'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', r);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END $$;

-- baton_owner owns the tables and is seen by nobody; baton_sync owns the functions that write them, and row
-- security holds for it; every person is in baton_person through the group of their role.
GRANT baton_person TO baton_manager, baton_support, baton_engineer, baton_trainee, baton_readonly;
GRANT baton_owner, baton_sync TO CURRENT_USER;

CREATE SCHEMA baton AUTHORIZATION baton_owner;
CREATE SCHEMA sync AUTHORIZATION baton_owner;
GRANT USAGE ON SCHEMA baton, sync TO baton_person, baton_sync;
GRANT CREATE ON SCHEMA sync TO baton_sync;

-- PostgreSQL lets everybody execute a new function unless told otherwise.
ALTER DEFAULT PRIVILEGES FOR ROLE baton_owner, baton_sync REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
