-- Who is asking: a person is the role that signed in (session_user), never what a client says of itself.

CREATE OR REPLACE FUNCTION guard.refuse(code text, params jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql
SET search_path = guard, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'CD001', MESSAGE = code, DETAIL = params::text;
END $$;

-- The server's time in whole seconds; the demo's stored offset moves it.
CREATE OR REPLACE FUNCTION guard.now() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT date_trunc('second', clock_timestamp()
        + coalesce((SELECT value::int FROM meta WHERE key = 'clock_offset_seconds'), 0) * interval '1 second')
$$;

CREATE OR REPLACE FUNCTION guard.today() RETURNS date LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT (guard.now() AT TIME ZONE coalesce((SELECT value FROM meta WHERE key = 'zone'), 'UTC'))::date
$$;

-- Whether the session is the owner's (migrations, db commands) or the worker's.
CREATE OR REPLACE FUNCTION guard.is_owner() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT pg_has_role(session_user, 'cur_owner', 'MEMBER') $$;

CREATE OR REPLACE FUNCTION guard.is_program() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$ SELECT pg_has_role(session_user, 'cur_worker', 'MEMBER') $$;

CREATE OR REPLACE FUNCTION guard.person_id() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT p.id FROM account a JOIN person p ON p.id = a.person_id
    WHERE a.login = session_user AND NOT a.blocked AND p.active
$$;

-- The person and those whose work they have today (п. 6): absent, and substituted by them or by one whom they stand in for.
CREATE OR REPLACE FUNCTION guard.acts_for(who bigint) RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    WITH RECURSIVE away AS (
        SELECT person_id, substitute_id FROM absence
        WHERE NOT cancelled AND guard.today() BETWEEN first_day AND last_day
    ), stood_for AS (
        SELECT who AS id WHERE NOT EXISTS (SELECT FROM away WHERE person_id = who)
        UNION
        SELECT away.person_id FROM away JOIN stood_for ON away.substitute_id = stood_for.id
    )
    SELECT who UNION SELECT id FROM stood_for
$$;

CREATE OR REPLACE FUNCTION guard.roles_of(who bigint) RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT g.role::text), '{}') FROM role_grant g JOIN person p ON p.id = g.person_id
    WHERE p.active AND (g.person_id = who
        OR (g.role IN ('executor', 'responsible') AND g.person_id IN (SELECT guard.acts_for(who))))
$$;

CREATE OR REPLACE FUNCTION guard.agencies_of(who bigint) RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT g.agency_id), '{}') FROM role_grant g
    WHERE g.agency_id IS NOT NULL AND g.person_id IN (SELECT guard.acts_for(who))
$$;

CREATE OR REPLACE FUNCTION guard.has_role(VARIADIC wanted text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT guard.is_owner() OR guard.is_program() OR coalesce(guard.roles_of(guard.person_id()) && wanted, false)
$$;

-- Roles that read every case of the region; whoever does any work; and the executor's own agencies.
CREATE OR REPLACE FUNCTION guard.sees_all() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT guard.has_role('curator', 'supervisor', 'organiser', 'administrator')
$$;

CREATE OR REPLACE FUNCTION guard.is_staff() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT guard.has_role('curator', 'supervisor', 'organiser', 'administrator', 'executor', 'responsible')
$$;

CREATE OR REPLACE FUNCTION guard.only_wall(who bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$ SELECT guard.roles_of(who) = ARRAY['wall'] $$;

CREATE OR REPLACE FUNCTION guard.my_agencies() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$ SELECT guard.agencies_of(guard.person_id()) $$;

CREATE OR REPLACE FUNCTION guard.sees_case(wanted bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT guard.sees_all() OR EXISTS (
        -- a card merged into another is seen by whoever sees that one
        SELECT FROM leg WHERE leg.received_at IS NOT NULL
        AND leg.agency_id = ANY ((SELECT guard.my_agencies())::bigint[])
        AND leg.case_id IN (wanted, (
            SELECT other.id FROM "case" gone JOIN "case" other ON other.uuid = gone.merged_into
            WHERE gone.id = wanted)))
$$;

CREATE OR REPLACE FUNCTION guard.blob_size(wanted text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
    SELECT coalesce(sum(length(data)), 0) FROM blob WHERE sha256 = wanted AND (SELECT guard.is_staff())
$$;

-- Hashes as app.models.history.link_hash makes them: each field with its length, so that none can run into the next.
CREATE OR REPLACE FUNCTION guard.link_hash(previous text, fields text[]) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(previous, 'UTF8') || coalesce(string_agg(convert_to(
        octet_length(convert_to(coalesce(field, ''), 'UTF8'))::text || ':' || coalesce(field, ''), 'UTF8'), ''::bytea
        ORDER BY place), ''::bytea)), 'hex')
    FROM unnest(fields) WITH ORDINALITY AS listed(field, place)
$$;

CREATE OR REPLACE FUNCTION guard.iso(moment timestamptz) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"')
$$;

-- The journal: time, actor, place in the chain and hash are the database's; a person writes in their own name only.
CREATE OR REPLACE FUNCTION guard.note_down(about text, what text, facts text, in_name_of text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    last journal%ROWTYPE;
    at timestamptz;
    who text;
    number int;
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        who := in_name_of;
    ELSE
        SELECT uuid INTO who FROM person WHERE id = guard.person_id();
        IF who IS NULL THEN
            PERFORM guard.refuse('person_off');
        ELSIF in_name_of <> who AND NOT (in_name_of = 'program' AND what = 'surge_proposed') THEN
            PERFORM guard.refuse('another_name');
        END IF;
        who := in_name_of;
    END IF;
    PERFORM pg_advisory_xact_lock(7306, hashtext(about));
    SELECT * INTO last FROM journal WHERE subject = about ORDER BY seq DESC LIMIT 1;
    at := greatest(guard.now(), last.recorded_at);
    number := coalesce(last.seq, 0) + 1;
    INSERT INTO journal (subject, seq, recorded_at, actor, entry, payload, hash)
    VALUES (about, number, at, who, what, facts, guard.link_hash(coalesce(last.hash, repeat('0', 64)),
        ARRAY[about, number::text, guard.iso(at), who, what, facts])) RETURNING * INTO last;
    PERFORM guard.tell(jsonb_build_object('entries', jsonb_build_array(jsonb_build_array(last.id, what))));
    RETURN at;
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
