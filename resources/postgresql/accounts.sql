-- Sign-ins, made by the three functions of cur_accounts with grants that are fixed here: an administrator of the region
-- is no administrator of the server. The password never comes here, only its SCRAM verifier.
GRANT USAGE, CREATE ON SCHEMA guard TO cur_accounts;
GRANT SELECT, INSERT, UPDATE ON account TO cur_accounts;
GRANT EXECUTE ON FUNCTION guard.has_role(text[]), guard.person_id(), guard.is_owner(), guard.refuse(text, jsonb),
    guard.only_wall(bigint) TO cur_accounts;

CREATE OR REPLACE FUNCTION guard.check_administrator(wanted_login text) RETURNS void LANGUAGE plpgsql
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT guard.has_role('administrator') THEN
        PERFORM guard.refuse('role_may_not', '{"roles": ["administrator"]}');
    ELSIF wanted_login !~ '^[a-z0-9][a-z0-9._-]{0,62}$' OR wanted_login ~ '^(pg_|cur_|postgres$)' THEN
        PERFORM guard.refuse('login_malformed', jsonb_build_object('login', wanted_login));
    END IF;
END $$;

-- A sign-in for a person of the register, or a new password for it.
CREATE OR REPLACE FUNCTION guard.make_account(person bigint, wanted_login text, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.check_administrator(wanted_login);
    IF wanted_login = session_user AND person IS DISTINCT FROM guard.person_id() THEN
        PERFORM guard.refuse('another_name');
    ELSIF verifier !~ '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        PERFORM guard.refuse('verifier_malformed');
    ELSIF EXISTS (SELECT FROM account a WHERE a.login = wanted_login AND a.person_id <> person) THEN
        PERFORM guard.refuse('login_taken', jsonb_build_object('login', wanted_login));
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted_login) THEN
        EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION '
            'CONNECTION LIMIT 8 PASSWORD %L', wanted_login, verifier);
        EXECUTE format('GRANT cur_desk TO %I', wanted_login);
    ELSIF NOT guard.is_ours(wanted_login) OR NOT EXISTS (SELECT FROM account a WHERE a.login = wanted_login) THEN
        -- also where it is of another region's person on this server
        PERFORM guard.refuse('login_taken', jsonb_build_object('login', wanted_login));
    ELSE
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', wanted_login, verifier);
    END IF;
    -- what somebody settled for this sign-in by the old password goes with it
    EXECUTE format('ALTER ROLE %I RESET ALL', wanted_login);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET ALL', wanted_login, current_database());
    -- a wall finds what it may count under the tables' own names
    IF guard.only_wall(person) THEN
        EXECUTE format('ALTER ROLE %I SET search_path = wall, public', wanted_login);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), wanted_login);
    INSERT INTO account (person_id, login, verifier, blocked) VALUES (person, wanted_login, '', false)
    ON CONFLICT (person_id) DO UPDATE SET login = wanted_login, blocked = false;
END $$;

-- The name somebody will sign in by, settled before they can: a name in use is changed with its password only.
CREATE OR REPLACE FUNCTION guard.name_account(person bigint, wanted_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.check_administrator(wanted_login);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted_login)
       OR EXISTS (SELECT FROM account a WHERE a.login = wanted_login AND a.person_id <> person) THEN
        PERFORM guard.refuse('login_taken', jsonb_build_object('login', wanted_login));
    ELSIF EXISTS (SELECT FROM account a JOIN pg_roles r ON r.rolname = a.login WHERE a.person_id = person) THEN
        PERFORM guard.refuse('login_in_use');
    END IF;
    INSERT INTO account (person_id, login, verifier, blocked) VALUES (person, wanted_login, '', false)
    ON CONFLICT (person_id) DO UPDATE SET login = wanted_login;
END $$;

-- Nobody signs in by it any more, and whoever is signed in is signed out now.
CREATE OR REPLACE FUNCTION guard.block_account(wanted_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.check_administrator(wanted_login);
    IF NOT guard.is_ours(wanted_login) OR NOT EXISTS (SELECT FROM account WHERE login = wanted_login) THEN
        PERFORM guard.refuse('login_unknown', jsonb_build_object('login', wanted_login));
    END IF;
    EXECUTE format('ALTER ROLE %I NOLOGIN', wanted_login);
    UPDATE account SET blocked = true WHERE login = wanted_login;
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = wanted_login AND datname = current_database() AND pid <> pg_backend_pid();
END $$;

-- A new password, also for one that was blocked; who is signed in by the old one is signed out.
CREATE OR REPLACE FUNCTION guard.reset_account(wanted_login text, verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE person bigint;
BEGIN
    PERFORM guard.check_administrator(wanted_login);
    SELECT person_id INTO person FROM account WHERE login = wanted_login;
    IF person IS NULL THEN
        PERFORM guard.refuse('login_unknown', jsonb_build_object('login', wanted_login));
    END IF;
    PERFORM guard.make_account(person, wanted_login, verifier);
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = wanted_login AND datname = current_database() AND pid <> pg_backend_pid();
END $$;

-- After a restore: the role of an account that came back without one; it has no password, so nobody enters by it.
CREATE OR REPLACE FUNCTION guard.restore_role(wanted_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT guard.is_owner() OR NOT EXISTS (SELECT FROM account WHERE login = wanted_login) THEN
        PERFORM guard.refuse('login_unknown', jsonb_build_object('login', wanted_login));
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted_login) THEN
        EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT 8', wanted_login);
        EXECUTE format('GRANT cur_desk TO %I', wanted_login);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), wanted_login);
END $$;

-- Whoever keeps others waiting is signed out: a desk that hangs with a card locked, or somebody who locks on purpose what
-- everybody needs. Only those of people who wait for nothing themselves; of a session at work six times as long is borne.
-- No desk locks a whole table: whoever has it so, or waits for it with everybody behind them, is signed out at once and
-- stays out until an administrator gives a new password. While what was told to the feed is kept for one who does not
-- read it, and fills up what the server has for that (no act could be saved then), nobody's transaction may be long.
-- Nothing is read here that could be locked.
DROP FUNCTION IF EXISTS guard.end_blockers_after(interval);
CREATE OR REPLACE FUNCTION guard.end_blockers_after(patience interval, crowded float8 DEFAULT 0.1) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    blocker record;
    ended int := 0;
BEGIN
    FOR blocker IN
        WITH locks AS MATERIALIZED (SELECT pid, granted, waitstart, locktype, mode FROM pg_locks),
        waiting AS (SELECT pid, min(waitstart) AS since FROM locks WHERE NOT granted GROUP BY pid),
        blocking AS (SELECT one.pid, min(since) AS since FROM waiting, unnest(pg_blocking_pids(waiting.pid)) one(pid)
            WHERE one.pid NOT IN (SELECT pid FROM waiting) GROUP BY one.pid),
        meddlers AS (SELECT DISTINCT a.usename FROM locks JOIN pg_stat_activity a USING (pid) WHERE locktype = 'relation'
            AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
        SELECT s.pid, s.usename, s.usename IN (SELECT usename FROM meddlers) AS on_purpose
        FROM pg_stat_activity s LEFT JOIN blocking ON blocking.pid = s.pid
        WHERE s.datname = current_database() AND s.pid <> pg_backend_pid() AND guard.is_ours(s.usename) AND (
            s.usename IN (SELECT usename FROM meddlers)
            OR clock_timestamp() - blocking.since > patience * CASE WHEN s.state LIKE 'idle%' THEN 1 ELSE 6 END
            OR s.state LIKE 'idle in%' AND clock_timestamp() - s.state_change > patience * 6
            OR clock_timestamp() - s.xact_start > patience * 200
            OR clock_timestamp() - s.xact_start > patience AND pg_notification_queue_usage() > crowded)
    LOOP
        RAISE LOG 'signed out for keeping others waiting: %', blocker.usename;
        ended := ended + pg_terminate_backend(blocker.pid)::int;
        IF blocker.on_purpose AND EXISTS (SELECT FROM pg_roles WHERE rolname = blocker.usename AND rolcanlogin) THEN
            BEGIN
                EXECUTE format('ALTER ROLE %I NOLOGIN', blocker.usename);
            EXCEPTION WHEN internal_error OR read_only_sql_transaction THEN
                NULL;  -- another desk is doing it, or will
            END;
        END IF;
    END LOOP;
    RETURN ended;
END $$;

-- Anybody may ask for it: what is too long is said here.
CREATE OR REPLACE FUNCTION guard.end_blockers() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT guard.end_blockers_after(interval '10 seconds') $$;

-- A role that is a person's sign-in and nothing more: no owner, no administrator of the server.
CREATE OR REPLACE FUNCTION guard.is_ours(wanted_login text) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid
        WHERE r.rolname = wanted_login AND m.roleid = 'cur_desk'::regrole
        AND NOT r.rolsuper AND NOT r.rolcreaterole AND NOT r.rolcreatedb AND NOT r.rolreplication AND NOT r.rolbypassrls
    ) AND NOT EXISTS (
        SELECT FROM pg_roles r JOIN pg_auth_members m ON m.member = r.oid
        WHERE r.rolname = wanted_login AND m.roleid <> 'cur_desk'::regrole)
$$;
ALTER FUNCTION guard.make_account(bigint, text, text) OWNER TO cur_accounts;
ALTER FUNCTION guard.block_account(text) OWNER TO cur_accounts;
ALTER FUNCTION guard.name_account(bigint, text) OWNER TO cur_accounts;
ALTER FUNCTION guard.restore_role(text) OWNER TO cur_accounts;
ALTER FUNCTION guard.reset_account(text, text) OWNER TO cur_accounts;
ALTER FUNCTION guard.check_administrator(text) OWNER TO cur_accounts;
ALTER FUNCTION guard.is_ours(text) OWNER TO cur_accounts;
ALTER FUNCTION guard.end_blockers_after(interval, float8) OWNER TO cur_accounts;
ALTER FUNCTION guard.end_blockers() OWNER TO cur_accounts;
REVOKE CREATE ON SCHEMA guard FROM cur_accounts;
REVOKE ALL ON FUNCTION guard.make_account(bigint, text, text), guard.block_account(text),
    guard.reset_account(text, text), guard.check_administrator(text), guard.is_ours(text),
    guard.name_account(bigint, text), guard.restore_role(text), guard.end_blockers_after(interval, float8),
    guard.end_blockers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guard.make_account(bigint, text, text), guard.block_account(text),
    guard.reset_account(text, text), guard.name_account(bigint, text) TO cur_desk, cur_owner;
GRANT EXECUTE ON FUNCTION guard.restore_role(text), guard.end_blockers_after(interval, float8) TO cur_owner;
GRANT EXECUTE ON FUNCTION guard.end_blockers() TO cur_desk, cur_worker, cur_backup, cur_owner;
