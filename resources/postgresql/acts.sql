-- The one writer of state: acts come as JSON, are checked against the workflow table (act_checks.sql), stamped, hashed and
-- stored: cases and history (act_cases.sql), the rows that acts bring (act_rows.sql), clocks (act_clocks.sql).

-- Lock cases in the order of their ids, those that this person may see; gives which.
CREATE OR REPLACE FUNCTION guard.lock_cases(ids bigint[]) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT guard.is_owner() AND NOT guard.is_program() AND guard.person_id() IS NULL THEN
        PERFORM guard.refuse('person_off');
    END IF;
    IF ids = '{}' THEN
        RETURN ids;
    END IF;
    RETURN ARRAY(SELECT id FROM "case" WHERE id = ANY (ids) AND guard.sees_case(id) ORDER BY id FOR UPDATE);
END $$;

-- The same, and the moment of the acts, sealed: apply_acts takes back no other, and none that is older than a minute.
CREATE OR REPLACE FUNCTION guard.begin_acts(ids bigint[], OUT at timestamptz, OUT seal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.lock_cases(ids);
    at := guard.now();
    seal := guard.seal(ids, at);
END $$;

-- The same, and all that acts on these cases depend on, in one answer. `acts` gives for each case the id of an act that
-- it may have seen already; `who` is the person whose rights a desk keeps and would read again after a change.
CREATE OR REPLACE FUNCTION guard.begin_and_read(ids bigint[], acts text[], who bigint) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    locked bigint[] := guard.lock_cases(ids);
    at timestamptz := guard.now();
BEGIN
    RETURN (SELECT json_build_object('at', guard.iso(at), 'seal', guard.seal(ids, at),
        'stored', json_build_array((SELECT value FROM meta WHERE key = 'hours_version'),
            (SELECT max(id) FROM regulation), (SELECT version FROM person WHERE id = who),
            (SELECT workflow FROM guard.program), (SELECT value FROM meta WHERE key = 'min_client')),
        'bases', (SELECT coalesce(json_agg(guard.basis(one, acts[array_position(ids, one)])), '[]')
            FROM unnest(locked) one)));
END $$;

-- What acts on a case depend on, for begin_and_read alone, which asks for cases that this person sees.
CREATE OR REPLACE FUNCTION guard.basis(wanted bigint, known_act text) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN (SELECT json_build_object(
        'case', row_to_json(c),
        'around', json_build_object('source_in_act', s.in_act, 'channel', s.kind, 'agency_uuid', a.uuid,
            'leg_bound', l.bound, 'leg_kind', l.kind, 'draft_kind', d.kind, 'draft_author', p.uuid,
            'latest_draft', (SELECT max(x.version) FROM draft x WHERE x.case_id = wanted),
            'last_leg', (SELECT max(x.position) FROM leg x WHERE x.case_id = wanted)),
        'last', json_build_array(h.seq, h.hash, h.recorded_at, same.recorded_at, same.case_id),
        'messages', (SELECT coalesce(json_agg(json_build_array(m.uuid, m.detected_at, m.in_act, o.code) ORDER BY m.id), '[]')
            FROM message m JOIN source o ON o.id = m.source_id WHERE m.case_id = wanted),
        'clocks', (SELECT coalesce(json_agg(row_to_json(k) ORDER BY k.id), '[]') FROM clock k WHERE k.case_id = wanted))
    FROM "case" c
    JOIN source s ON s.id = c.source_id
    JOIN history h ON h.case_id = c.id
    LEFT JOIN history same ON same.act_id = known_act
    LEFT JOIN agency a ON a.id = c.agency_id
    LEFT JOIN leg l ON l.uuid = c.leg_uuid
    LEFT JOIN draft d ON d.uuid = c.draft_uuid
    LEFT JOIN person p ON p.id = d.author_id
    WHERE c.id = wanted ORDER BY h.seq DESC LIMIT 1);
END $$;

CREATE OR REPLACE FUNCTION guard.seal(ids bigint[], at timestamptz) RETURNS text LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN (SELECT encode(sha256(secret || convert_to(concat_ws('/', pg_current_xact_id(), session_user, guard.iso(at),
        ids), 'UTF8') || secret), 'hex') FROM guard.program);
END $$;

-- Who acts: the person who signed in; for the program and the owner whoever the document names.
CREATE OR REPLACE FUNCTION guard.actor(deed jsonb) RETURNS guard.who
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    who guard.who;
    in_name boolean := guard.is_owner() OR guard.is_program();
BEGIN
    IF in_name THEN
        SELECT p.id, p.uuid INTO who.id, who.uuid FROM person p WHERE p.uuid = deed->>'actor';
    ELSE
        SELECT p.id, p.uuid INTO who.id, who.uuid FROM person p WHERE p.id = guard.person_id();
    END IF;
    IF who.id IS NULL THEN
        PERFORM guard.refuse('person_off');
    ELSIF who.uuid IS DISTINCT FROM deed->>'actor' THEN
        PERFORM guard.refuse('another_name');
    END IF;
    IF (deed->>'program')::boolean THEN
        IF NOT in_name THEN
            PERFORM guard.refuse('role_may_not', jsonb_build_object('act', deed->'act', 'roles', '["system"]'::jsonb));
        END IF;
        who.roles := ARRAY['system'];
        who.agencies := '{}';
    ELSE
        who.roles := guard.roles_of(who.id);
        who.agencies := guard.agencies_of(who.id);
    END IF;
    RETURN who;
END $$;

-- Acts of one call, each on a case of its own, checked and stored as one: what is read and written is one statement for
-- all of them, be it one or five hundred. The cases that acts make are stored once, as their acts leave them.
-- Plans are made once a session, whatever the number of acts, and by indexes, whatever is known of a table by then.
CREATE OR REPLACE FUNCTION guard.apply_acts(acts jsonb, at timestamptz, ids bigint[], seal text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET jit = off AS $$
DECLARE
    listed jsonb[] := ARRAY(SELECT jsonb_array_elements(acts));  -- an element of a long document is dear to reach
    who guard.who;
    deeds guard.deed[];
    told jsonb;
BEGIN
    IF seal IS DISTINCT FROM guard.seal(ids, at) OR guard.now() - at > interval '1 minute' THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
    who := guard.check_names(listed);
    deeds := guard.check_acts(listed, at, ids, who);
    PERFORM guard.make_cases(deeds, at, who);
    PERFORM guard.write_rows(deeds, at, who);
    PERFORM guard.write_clocks(deeds, who.roles);
    PERFORM guard.leave_cases(deeds, who);
    told := guard.write_history(deeds, who);
    IF cardinality(listed) > 60 THEN
        PERFORM guard.tell('{}');
    ELSE
        PERFORM guard.tell(jsonb_build_object('acts', (
            SELECT jsonb_agg(jsonb_build_array(h.id, h.case_id, h.act_id, h.act, h.state_from, h.state_to) ORDER BY h.id)
            FROM jsonb_array_elements(told) AS one JOIN history h ON h.id = (one->>'entry')::bigint)));
    END IF;
    RETURN told;
END $$;

-- All acts of a call are this program's and one person's; gives whose.
CREATE OR REPLACE FUNCTION guard.check_names(listed jsonb[]) RETURNS guard.who
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    doc jsonb;
    who guard.who;
    first_one jsonb := listed[1];
    workflow text := (SELECT p.workflow FROM guard.program p);
    needed text := (SELECT m.value FROM meta m WHERE m.key = 'min_client');
BEGIN
    FOREACH doc IN ARRAY listed LOOP
        IF doc->>'workflow' IS DISTINCT FROM workflow THEN
            PERFORM guard.refuse('program_of_another_workflow');
        ELSIF doc->>'schema' < needed THEN
            PERFORM guard.refuse('program_older', jsonb_build_object('needed', needed, 'known', doc->'schema'));
        ELSIF who.id IS NULL THEN
            who := guard.actor(doc);
        END IF;
        IF doc->'actor' IS DISTINCT FROM first_one->'actor' OR doc->'program' IS DISTINCT FROM first_one->'program' THEN
            PERFORM guard.refuse('another_name');
        END IF;
    END LOOP;
    RETURN who;
END $$;

-- An entry of a directory merged into another: every row that named the one names the other. An administrator's duty,
-- never silent.
CREATE OR REPLACE FUNCTION guard.follow(directory text, old_one bigint, new_one bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    reference record;
    done bigint;
    cases bigint := 0;
BEGIN
    IF guard.is_program() OR NOT guard.has_role('administrator') THEN
        PERFORM guard.refuse('role_may_not', '{"roles": ["administrator"]}');
    ELSIF directory NOT IN ('topic', 'location') THEN
        PERFORM guard.refuse('record_unknown');
    END IF;
    FOR reference IN
        SELECT k.conrelid::regclass AS entity, a.attname AS name, c.relname FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] JOIN pg_class c ON c.oid = k.conrelid
        WHERE k.contype = 'f' AND k.confrelid = ('public.' || directory)::regclass AND k.conrelid <> k.confrelid
    LOOP
        EXECUTE format('UPDATE %s SET %I = $2 WHERE %2$I = $1', reference.entity, reference.name) USING old_one, new_one;
        GET DIAGNOSTICS done = ROW_COUNT;
        cases := cases + CASE WHEN reference.relname = 'case' THEN done ELSE 0 END;
    END LOOP;
    -- with it the directory is written, which leaves an entry in the journal or is undone
    EXECUTE format('UPDATE public.%I SET merged_into_id = $2 WHERE id = $1', directory) USING old_one, new_one;
    RETURN cases;
END $$;
