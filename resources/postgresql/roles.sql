-- Roles of a region's server. Run by whoever administers the server (db init); safe to repeat.
-- cur_owner owns the schema; cur_accounts makes sign-ins; cur_desk are people, cur_worker the program, cur_backup copies.
DO $$
DECLARE name text;
BEGIN
    PERFORM pg_advisory_xact_lock(7305, 1);  -- two databases of one server may be made at once
    FOREACH name IN ARRAY ARRAY['cur_owner', 'cur_accounts', 'cur_desk', 'cur_worker', 'cur_backup'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
    IF NOT (SELECT rolcreaterole FROM pg_roles WHERE rolname = 'cur_accounts') THEN
        ALTER ROLE cur_accounts CREATEROLE;
    END IF;
    IF NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = 'cur_backup') THEN
        ALTER ROLE cur_backup BYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_auth_members WHERE roleid = 'cur_desk'::regrole AND member = 'cur_accounts'::regrole
                   AND admin_option) THEN
        GRANT cur_desk TO cur_accounts WITH ADMIN OPTION;
        GRANT pg_signal_backend TO cur_accounts;
    END IF;
    IF NOT pg_has_role('cur_accounts', 'pg_read_all_stats', 'MEMBER') THEN
        GRANT pg_read_all_stats TO cur_accounts;  -- to see who keeps others waiting
    END IF;
END $$;
