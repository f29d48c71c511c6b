-- Who is asking: a person is the role that signed in (session_user), never what a client says of itself.
-- All in plpgsql, which keeps the plans of a session: these are asked by every policy of every statement, and planning
-- them anew each time, as functions in SQL are, was most of what a statement cost.

CREATE OR REPLACE FUNCTION guard.refuse(code text, params jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql
SET search_path = guard, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = code, DETAIL = params::text;
END $$;

-- The server's time in whole seconds; the demo's stored offset moves it.
CREATE OR REPLACE FUNCTION guard.now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN date_trunc('second', clock_timestamp()
        + coalesce((SELECT value::int FROM meta WHERE key = 'clock_offset_seconds'), 0) * interval '1 second');
END $$;

CREATE OR REPLACE FUNCTION guard.today() RETURNS date LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN (guard.now() AT TIME ZONE coalesce((SELECT value FROM meta WHERE key = 'zone'), 'UTC'))::date;
END $$;

-- Whether the session is the owner's (migrations, db commands) or the worker's.
CREATE OR REPLACE FUNCTION guard.is_owner() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN pg_has_role(session_user, 'cur_owner', 'MEMBER');
END $$;

CREATE OR REPLACE FUNCTION guard.is_program() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN pg_has_role(session_user, 'cur_worker', 'MEMBER');
END $$;

CREATE OR REPLACE FUNCTION guard.person_id() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT p.id FROM account a JOIN person p ON p.id = a.person_id
        WHERE a.login = session_user AND NOT a.blocked AND p.active);
END $$;

-- The person and those whose work they have today (п. 6): absent, and substituted by them or by one whom they stand in for.
CREATE OR REPLACE FUNCTION guard.acts_for(who bigint) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE today date := guard.today();
BEGIN
    RETURN NEXT who;
    IF NOT EXISTS (SELECT FROM absence WHERE NOT cancelled AND today BETWEEN first_day AND last_day) THEN
        RETURN;
    END IF;
    RETURN QUERY WITH RECURSIVE away AS (
        SELECT person_id, substitute_id FROM absence WHERE NOT cancelled AND today BETWEEN first_day AND last_day
    ), stood_for AS (
        SELECT who AS id WHERE NOT EXISTS (SELECT FROM away WHERE person_id = who)
        UNION
        SELECT away.person_id FROM away JOIN stood_for ON away.substitute_id = stood_for.id
    )
    SELECT id FROM stood_for WHERE id <> who;
END $$;

CREATE OR REPLACE FUNCTION guard.roles_of(who bigint) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE they bigint[] := ARRAY(SELECT guard.acts_for(who));
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT g.role::text), '{}') FROM role_grant g JOIN person p ON p.id = g.person_id
        WHERE p.active AND (g.person_id = who
            OR (g.role IN ('executor', 'responsible') AND g.person_id = ANY (they))));
END $$;

CREATE OR REPLACE FUNCTION guard.agencies_of(who bigint) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE they bigint[] := ARRAY(SELECT guard.acts_for(who));
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT g.agency_id), '{}') FROM role_grant g
        WHERE g.agency_id IS NOT NULL AND g.person_id = ANY (they));
END $$;

-- Asked by every policy of every statement: a role of one's own is found by one look, and nobody's substitute is looked
-- for where only roles are asked about that are never lent.
CREATE OR REPLACE FUNCTION guard.has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM account a JOIN person p ON p.id = a.person_id JOIN role_grant g ON g.person_id = p.id
        WHERE a.login = session_user AND NOT a.blocked AND p.active AND g.role = ANY (wanted)) THEN
        RETURN true;
    END IF;
    IF pg_has_role(session_user, 'cur_owner', 'MEMBER') OR pg_has_role(session_user, 'cur_worker', 'MEMBER') THEN
        RETURN true;
    END IF;
    RETURN wanted && ARRAY['executor', 'responsible']
        AND coalesce(guard.roles_of(guard.person_id()) && wanted, false);
END $$;

-- Roles that read every case of the region (never lent); whoever does any work; and the executor's own agencies.
CREATE OR REPLACE FUNCTION guard.sees_all() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM account a JOIN person p ON p.id = a.person_id JOIN role_grant g ON g.person_id = p.id
        WHERE a.login = session_user AND NOT a.blocked AND p.active
        AND g.role IN ('curator', 'supervisor', 'organiser', 'administrator'))
        OR pg_has_role(session_user, 'cur_owner', 'MEMBER') OR pg_has_role(session_user, 'cur_worker', 'MEMBER');
END $$;

CREATE OR REPLACE FUNCTION guard.is_staff() RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN guard.has_role('curator', 'supervisor', 'organiser', 'administrator', 'executor', 'responsible');
END $$;

-- Whether this person may arrange that somebody is away and substituted so (п. 6), as services/absences.py has it: their
-- own absence, anybody's as a supervisor or administrator, as a responsible official those of their agency. Else whoever
-- sent somebody of another agency away would have that agency's cases as their substitute.
CREATE OR REPLACE FUNCTION guard.may_arrange(whose bigint, substitute bigint) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE agencies bigint[] := ARRAY(SELECT agency_id FROM role_grant WHERE person_id = whose AND agency_id IS NOT NULL);
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        RETURN true;
    ELSIF substitute IS NOT NULL AND NOT EXISTS (
        SELECT FROM role_grant WHERE person_id = substitute AND (agency_id = ANY (agencies)
            OR role = 'curator' AND EXISTS (SELECT FROM role_grant WHERE person_id = whose AND role = 'curator'))) THEN
        RETURN false;
    ELSIF whose = guard.person_id() THEN
        RETURN guard.has_role('curator', 'executor', 'responsible');
    END IF;
    RETURN guard.has_role('supervisor', 'administrator')
        OR guard.has_role('responsible') AND agencies && guard.my_agencies();
END $$;

CREATE OR REPLACE FUNCTION guard.only_wall(who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$ SELECT guard.roles_of(who) = ARRAY['wall'] $$;

CREATE OR REPLACE FUNCTION guard.my_agencies() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM absence WHERE NOT cancelled) THEN
        RETURN guard.agencies_of(guard.person_id());
    END IF;
    RETURN (SELECT coalesce(array_agg(DISTINCT g.agency_id), '{}')
        FROM account a JOIN person p ON p.id = a.person_id JOIN role_grant g ON g.person_id = p.id
        WHERE a.login = session_user AND NOT a.blocked AND p.active AND g.agency_id IS NOT NULL);
END $$;

CREATE OR REPLACE FUNCTION guard.sees_case(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE mine bigint[];
BEGIN
    IF guard.sees_all() THEN
        RETURN true;
    END IF;
    mine := guard.my_agencies();
    RETURN EXISTS (
        -- a card merged into another is seen by whoever sees that one
        SELECT FROM leg WHERE leg.received_at IS NOT NULL AND leg.agency_id = ANY (mine)
        AND leg.case_id IN (wanted, (
            SELECT other.id FROM "case" gone JOIN "case" other ON other.uuid = gone.merged_into
            WHERE gone.id = wanted)));
END $$;

CREATE OR REPLACE FUNCTION guard.blob_size(wanted text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT coalesce(sum(length(data)), 0) FROM blob WHERE sha256 = wanted AND (SELECT guard.is_staff())
$$;

-- Hashes as app.models.history.link_hash makes them: each field with its length, so that none can run into the next.
CREATE OR REPLACE FUNCTION guard.link_hash(previous text, fields text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told bytea := convert_to(previous, 'UTF8');
    field text;
BEGIN
    FOREACH field IN ARRAY fields LOOP
        field := coalesce(field, '');
        told := told || convert_to(octet_length(convert_to(field, 'UTF8'))::text || ':' || field, 'UTF8');
    END LOOP;
    RETURN encode(sha256(told), 'hex');
END $$;

CREATE OR REPLACE FUNCTION guard.iso(moment timestamptz) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"');
END $$;

-- The journal: time, actor, place in the chain and hash are the database's; a person writes in their own name only.
CREATE OR REPLACE FUNCTION guard.note_down(about text, what text, facts text, in_name_of text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    last journal%ROWTYPE;
    at timestamptz;
    who text;
    number int;
BEGIN
    IF guard.is_owner() OR guard.is_program() AND in_name_of = 'program' THEN
        who := in_name_of;
    ELSIF guard.is_program() THEN
        PERFORM guard.refuse('another_name');
    ELSE
        SELECT uuid INTO who FROM person WHERE id = guard.person_id();
        IF who IS NULL THEN
            PERFORM guard.refuse('person_off');
        ELSIF in_name_of <> who
            AND NOT (in_name_of = 'program' AND what = 'surge_proposed' AND guard.has_role('curator')) THEN
            PERFORM guard.refuse('another_name');
        END IF;
        who := in_name_of;
    END IF;
    -- of so many locks that nobody fills the server's table of them by entries about everything
    PERFORM pg_advisory_xact_lock(7306, hashtext(about) & 1023);
    SELECT * INTO last FROM journal WHERE subject = about ORDER BY seq DESC LIMIT 1;
    at := greatest(guard.now(), last.recorded_at);
    number := coalesce(last.seq, 0) + 1;
    INSERT INTO journal (subject, seq, recorded_at, actor, entry, payload, hash)
    VALUES (about, number, at, who, what, facts, guard.link_hash(coalesce(last.hash, repeat('0', 64)),
        ARRAY[about, number::text, guard.iso(at), who, what, facts])) RETURNING * INTO last;
    PERFORM guard.tell(jsonb_build_object('entries', jsonb_build_array(jsonb_build_array(last.id, what, left(last.hash, 12)))));
    RETURN at;
END $$;

-- One after another, until the end of the transaction: for what no row stands for that this person may lock.
CREATE OR REPLACE FUNCTION guard.take_turn(at text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7307, hashtext(at) & 15);
END $$;

-- A write to a register without an entry in the journal (or the history), in the same transaction, is undone at its end.
CREATE OR REPLACE FUNCTION guard.require_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT guard.is_owner() AND NOT EXISTS (
        SELECT FROM journal WHERE id > (SELECT coalesce(max(id), 0) - 1000 FROM journal)
        AND xmin = pg_current_xact_id()::xid)
       AND NOT EXISTS (  -- written by an act, which the history tells
        SELECT FROM history WHERE id > (SELECT coalesce(max(id), 0) - 1000 FROM history)
        AND xmin = pg_current_xact_id()::xid) THEN
        PERFORM guard.refuse('entry_missing', jsonb_build_object('table', TG_TABLE_NAME));
    END IF;
    RETURN NULL;
END $$;

-- Who did something is whoever signed in. The trigger's arguments: "name", a column that says who wrote the row, never
-- nobody; "name=column,…", one that says who changed these columns. Either changes to nobody else.
CREATE OR REPLACE FUNCTION guard.require_own_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ELSE '{}' END;
    after jsonb := to_jsonb(NEW);
    argument text;
    name text;
    signed text[];
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        RETURN NEW;
    END IF;
    FOREACH argument IN ARRAY TG_ARGV LOOP
        name := split_part(argument, '=', 1);
        signed := string_to_array(split_part(argument, '=', 2), ',');
        IF (after->>name)::bigint IS DISTINCT FROM guard.person_id() AND (
               after->>name IS DISTINCT FROM before->>name
               OR TG_OP = 'INSERT' AND signed = '{}'
               OR TG_OP = 'UPDATE' AND EXISTS (
                   SELECT FROM unnest(signed) one WHERE after->>one IS DISTINCT FROM before->>one)) THEN
            PERFORM guard.refuse('another_name');
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

-- When something was written down is now: columns that say it (the trigger's arguments) are within a minute of it.
CREATE OR REPLACE FUNCTION guard.require_now() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    new_row jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        RETURN NEW;
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF abs(extract(epoch FROM (new_row->>name)::timestamptz - guard.now())) > 60 THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
