-- The one writer of state: acts come as JSON, are checked against the workflow table, stamped, hashed and stored.

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
            'leg_bound', l.bound, 'leg_kind', l.kind, 'draft_kind', d.kind,
            'draft_author', p.uuid,
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

CREATE OR REPLACE FUNCTION guard.apply_acts(acts jsonb, at timestamptz, ids bigint[], seal text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    deed jsonb;
    told jsonb := '[]';
    made bigint[] := '{}';
    changed bigint[] := '{}';
    key bigint;
    who guard.who;
    sees_all boolean;
    workflow text := (SELECT p.workflow FROM guard.program p);
    needed text := (SELECT m.value FROM meta m WHERE m.key = 'min_client');
    listed jsonb[] := ARRAY(SELECT jsonb_array_elements(acts));  -- an element of a long document is dear to reach
BEGIN
    IF seal IS DISTINCT FROM guard.seal(ids, at) OR guard.now() - at > interval '1 minute' THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
    FOREACH deed IN ARRAY listed LOOP
        IF deed->>'workflow' IS DISTINCT FROM workflow THEN
            PERFORM guard.refuse('program_of_another_workflow');
        ELSIF deed->>'schema' < needed THEN
            PERFORM guard.refuse('program_older', jsonb_build_object('needed', needed, 'known', deed->'schema'));
        ELSIF who.id IS NULL THEN
            who := guard.actor(deed);  -- one for all acts of a call
        END IF;
        IF deed->'actor' IS DISTINCT FROM listed[1]->'actor' OR deed->'program' IS DISTINCT FROM listed[1]->'program' THEN
            PERFORM guard.refuse('another_name');
        END IF;
        IF jsonb_typeof(deed->'new_case') = 'object' THEN
            made := made || guard.make_case(deed, at);
        END IF;
    END LOOP;
    -- as guard.sees_all() has it, of roles that were read already
    sees_all := guard.is_owner() OR guard.is_program()
        OR who.roles && ARRAY['curator', 'supervisor', 'organiser', 'administrator'];
    FOREACH deed IN ARRAY listed LOOP
        SELECT id INTO key FROM "case" WHERE uuid = deed->>'case';
        IF key IS NULL OR NOT (key = ANY (ids) OR key = ANY (made)) OR NOT (sees_all OR guard.sees_case(key)) THEN
            PERFORM guard.refuse('case_unknown', jsonb_build_object('id', key));
        END IF;
        changed := changed || key;
    END LOOP;
    told := guard.apply_each(listed, changed, at, who);
    IF made <> '{}' THEN
        PERFORM guard.give_numbers(made, at);
        SELECT jsonb_agg(one || jsonb_build_object('number', c.number) ORDER BY each.position) INTO told
        FROM jsonb_array_elements(told) WITH ORDINALITY AS each(one, position) JOIN "case" c ON c.id = (one->>'id')::bigint;
    END IF;
    IF cardinality(listed) > 60 THEN
        PERFORM guard.tell('{}');
    ELSE
        PERFORM guard.tell(jsonb_build_object('acts', (
            SELECT jsonb_agg(jsonb_build_array(h.id, h.case_id, h.act_id, h.act, h.state_from, h.state_to) ORDER BY h.id)
            FROM jsonb_array_elements(told) AS one JOIN history h ON h.id = (one->>'entry')::bigint)));
    END IF;
    RETURN told;
END $$;

-- A card made by an act: in state "new", version 0, until the act itself gives it its state.
CREATE OR REPLACE FUNCTION guard.make_case(deed jsonb, at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE row "case"%ROWTYPE;
BEGIN
    IF deed->>'act' NOT IN ('enter', 'collect', 'split_off') THEN
        PERFORM guard.refuse('act_not_in_state', jsonb_build_object('act', deed->'act', 'state', 'new'));
    END IF;
    row := jsonb_populate_record(NULL::"case", deed->'new_case');
    row.id := nextval(pg_get_serial_sequence('"case"', 'id'));
    row.uuid := deed->>'case';
    row.number := row.uuid;
    row.state := 'new';
    row.version := 0;
    row.closed_at := NULL;
    row.merged_into := NULL;
    row.changed_at := at;
    row.significant := false;
    row.returns := 0; row.reworks := 0; row.corrections := 0; row.executor_id := NULL;
    IF deed->>'act' <> 'split_off' THEN
        row.collected_at := at;
        row.agency_id := NULL; row.leg_uuid := NULL; row.draft_uuid := NULL; row.repeat_of := NULL;
    END IF;
    row.step_due_at := '9999-12-31 00:00:00+00'; row.answer_due_at := '9999-12-31 00:00:00+00';
    INSERT INTO "case" SELECT row.*;
    RETURN row.id;
END $$;

CREATE OR REPLACE FUNCTION guard.give_numbers(made bigint[], at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    of_year int := extract(year FROM at AT TIME ZONE coalesce((SELECT value FROM meta WHERE key = 'zone'), 'UTC'));
    last_one int;
BEGIN
    INSERT INTO case_counter AS c (year, last) VALUES (of_year, cardinality(made))
    ON CONFLICT (year) DO UPDATE SET last = c.last + cardinality(made) RETURNING last INTO last_one;
    UPDATE "case" SET number = r.region_code || '-' || of_year || '-'
        || lpad((last_one - cardinality(made) + n.position)::text, 6, '0')
    FROM unnest(made) WITH ORDINALITY AS n(id, position), guard.region r
    WHERE "case".id = n.id AND r.regulation_id = "case".regulation_id;
    PERFORM guard.index_cases(made);
END $$;

-- Every act: permission first, then the rows of all of them, then clocks, state and history of each.
CREATE OR REPLACE FUNCTION guard.apply_each(acts jsonb[], keys bigint[], at timestamptz, who guard.who) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    deed jsonb;
    told jsonb[] := '{}';
    number int;
    behalf boolean[] := '{}';
BEGIN
    FOR number IN 1 .. cardinality(keys) LOOP
        deed := acts[number];
        behalf := behalf || guard.check_act(deed, keys[number], at, who);
    END LOOP;
    FOR number IN 1 .. cardinality(keys) LOOP
        PERFORM guard.write_rows(acts[number], keys[number], keys, at, who, behalf[number]);
    END LOOP;
    FOR number IN 1 .. cardinality(keys) LOOP
        told := told || guard.finish_act(acts[number], keys[number], at, who, behalf[number]);
    END LOOP;
    RETURN to_jsonb(told);
END $$;

-- Whether this person may do this act to this case now; says whether it is on the agency's behalf (phone, letter).
CREATE OR REPLACE FUNCTION guard.check_act(deed jsonb, key bigint, at timestamptz, who guard.who) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    c "case"%ROWTYPE;
    step guard.transition%ROWTYPE;
    draft record;
    before record;
    verb text := deed->>'act';
    behalf boolean;
BEGIN
    SELECT * INTO c FROM "case" WHERE id = key;
    SELECT h.case_id, h.recorded_at INTO before FROM history h WHERE h.act_id = deed->>'act_id';
    IF FOUND THEN
        PERFORM guard.refuse('act_id_taken', jsonb_build_object('act_id', deed->'act_id'));
    END IF;
    IF c.version IS DISTINCT FROM (deed->>'version')::int THEN
        PERFORM guard.refuse('changed_meanwhile', jsonb_build_object('who', '', 'act', verb, 'at', guard.iso(c.changed_at)));
    END IF;
    SELECT * INTO step FROM guard.transition t WHERE t.state = c.state AND t.act = verb AND t.variant = deed->>'variant';
    IF NOT FOUND THEN
        PERFORM guard.refuse('act_not_in_state', jsonb_build_object('act', verb, 'state', c.state));
    END IF;
    SELECT d.kind, d.author_id INTO draft FROM draft d WHERE d.uuid = c.draft_uuid;
    IF verb IN ('approve', 'rework', 'place', 'publish') AND draft.kind IS DISTINCT FROM step.variant THEN
        PERFORM guard.refuse('another_draft', jsonb_build_object('draft_kind', draft.kind));
    END IF;
    IF verb = 'mark_significant' AND c.significant THEN PERFORM guard.refuse('already_significant'); END IF;
    IF verb = 'report_governor' AND NOT c.significant THEN PERFORM guard.refuse('not_significant'); END IF;
    IF verb = 'unmark_significant' AND NOT c.significant THEN PERFORM guard.refuse('not_significant'); END IF;
    IF verb = 'submit' AND c.state = 'correcting' AND step.variant IS DISTINCT FROM (CASE draft.kind
            WHEN 'answer' THEN 'correction' WHEN 'interim' THEN 'correct_interim' WHEN 'clarification' THEN 'correct_request'
            ELSE draft.kind END) THEN
        PERFORM guard.refuse('another_draft', jsonb_build_object('draft_kind', draft.kind));
    END IF;
    IF verb = 'add_messages' AND c.state IN ('approval', 'to_publish')
       AND draft.kind IN ('correction', 'correct_interim', 'correct_request') THEN
        PERFORM guard.refuse('correction_under_way');
    END IF;
    IF verb = 'mark_repeat' AND c.repeat_of IS NOT NULL THEN PERFORM guard.refuse('already_repeat'); END IF;
    IF verb = 'unmark_repeat' AND c.repeat_of IS NULL THEN PERFORM guard.refuse('not_repeat'); END IF;
    IF verb = 'split' AND (SELECT count(*) FROM message WHERE case_id = key) < 2 THEN
        PERFORM guard.refuse('one_message');
    END IF;
    IF verb = 'report_governor' THEN
        SELECT governor_by INTO step.roles FROM guard.region WHERE regulation_id = c.regulation_id;
    END IF;
    -- in a person's own right the program saves that an answer they ordered was published, and nothing else
    IF who.roles <> ARRAY['system'] AND guard.is_program() AND NOT guard.is_owner() THEN
        IF verb NOT IN ('place', 'publish') OR NOT EXISTS (SELECT FROM dispatch d WHERE d.case_id = c.id
                AND d.act_id = deed->>'act_id' AND d.ordered_by_id = who.id AND d.state = 'sent') THEN
            PERFORM guard.refuse('another_name');
        END IF;
    END IF;
    behalf := verb <> 'assign' AND step.roles = ARRAY['executor', 'responsible'] AND 'curator' = ANY (who.roles)
        AND NOT coalesce(c.agency_id = ANY (who.agencies), false);
    IF NOT behalf THEN
        IF NOT who.roles && step.roles THEN
            PERFORM guard.refuse('role_may_not', jsonb_build_object('act', verb, 'roles', step.roles));
        END IF;
        IF NOT EXISTS (SELECT unnest(who.roles) INTERSECT SELECT unnest(step.roles)
                       EXCEPT SELECT unnest(ARRAY['executor', 'responsible']))
           AND NOT coalesce(c.agency_id = ANY (who.agencies), false) THEN
            PERFORM guard.refuse('another_agency');
        END IF;
        IF verb = 'approve' AND draft.author_id = who.id THEN
            PERFORM guard.refuse('own_draft');
        END IF;
    END IF;
    IF behalf AND deed->>'on_behalf' IS NOT NULL AND NOT EXISTS (
            SELECT FROM agency a LEFT JOIN role_grant g ON g.agency_id = a.id LEFT JOIN person p ON p.id = g.person_id
            WHERE a.id = c.agency_id AND deed->>'on_behalf' IN (a.uuid, p.uuid)) THEN
        PERFORM guard.refuse('not_of_the_agency');
    END IF;
    IF verb = 'assign' AND step.variant = 'self' AND c.executor_id IS NOT NULL THEN
        PERFORM guard.refuse('leg_in_hand');
    END IF;
    PERFORM guard.check_moments(deed, c, step, at, behalf);
    RETURN behalf;
END $$;

-- Recorded now; happened now too, unless the act is one that may be recorded later, and then not before what led here.
CREATE OR REPLACE FUNCTION guard.check_moments(
    deed jsonb, c "case", step guard.transition, at timestamptz, behalf boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    recorded timestamptz := (deed->>'recorded_at')::timestamptz;
    occurred timestamptz := (deed->>'occurred_at')::timestamptz;
    led_here timestamptz;
BEGIN
    IF recorded <> greatest(at, (SELECT recorded_at FROM history WHERE case_id = c.id ORDER BY seq DESC LIMIT 1)) THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
    IF occurred = recorded THEN
        RETURN;
    END IF;
    IF NOT step.may_be_later AND NOT behalf THEN
        PERFORM guard.refuse('happens_when_saved', jsonb_build_object('act', step.act));
    END IF;
    SELECT h.occurred_at INTO led_here FROM history h
    WHERE h.case_id = c.id AND CASE WHEN step.act = 'report_governor' THEN h.act = 'mark_significant'
                                    ELSE h.state_from <> h.state_to END
    ORDER BY h.seq DESC LIMIT 1;
    IF occurred > recorded THEN
        PERFORM guard.refuse('in_the_future', jsonb_build_object('at', guard.iso(occurred), 'now', guard.iso(recorded)));
    ELSIF occurred < led_here THEN
        PERFORM guard.refuse('before_previous_act', jsonb_build_object('at', guard.iso(occurred), 'before', guard.iso(led_here)));
    END IF;
END $$;

-- The rows that an act brings: of tables, columns and this case only, as guard.act_write allows; who and when are ours.
CREATE OR REPLACE FUNCTION guard.write_rows(
    deed jsonb, key bigint, keys bigint[], at timestamptz, who guard.who, behalf boolean
)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    change jsonb;
    allowed text[];
    names text[];
    condition text;
    rows jsonb;
    entity text;
BEGIN
    IF deed->'changes' = '[]' THEN
        RETURN;
    END IF;
    FOR change IN SELECT jsonb_array_elements(deed->'changes') LOOP
        entity := change->>'table';
        SELECT w.columns INTO allowed FROM guard.act_write w
        WHERE w.act IN (deed->>'act', '*') AND w.entity = change->>'table' AND w.verb = change->>'verb';
        IF NOT FOUND THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed->'act', 'table', entity));
        END IF;
        IF change->>'verb' = 'insert' THEN
            SELECT jsonb_agg(guard.own_row(one, deed, key, at, entity, who.id, behalf)) INTO rows
            FROM jsonb_array_elements(change->'rows') one;
            SELECT array_agg(quote_ident(name)) INTO names FROM unnest(allowed) name;
            EXECUTE format('INSERT INTO public.%I (%s) SELECT %2$s FROM jsonb_populate_recordset(NULL::public.%1$I, $1)',
                entity, array_to_string(names, ', ')) USING rows;
            CONTINUE;
        END IF;
        SELECT string_agg(format('t.%I::text IN (SELECT jsonb_array_elements_text($1->%L))', k, k), ' AND ')
        INTO condition FROM jsonb_object_keys(change->'where') k;
        condition := 't.case_id = $2' || coalesce(' AND ' || condition, '');
        IF change->>'verb' = 'delete' THEN
            EXECUTE format('DELETE FROM public.%I t WHERE %s', entity, condition) USING change->'where', key;
            CONTINUE;
        END IF;
        rows := change->'values';
        IF rows ? 'case_uuid' THEN
            rows := (rows - 'case_uuid') || jsonb_build_object('case_id',
                (SELECT id FROM "case" WHERE uuid = rows->>'case_uuid' AND id = ANY (keys)));
        END IF;
        IF EXISTS (SELECT jsonb_object_keys(rows) EXCEPT SELECT unnest(allowed)) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed->'act', 'table', entity));
        END IF;
        PERFORM guard.check_moments_of(rows, deed, at);
        IF deed->>'act' = 'assign' AND deed->>'variant' = 'self' AND rows->'executor_id' IS DISTINCT FROM to_jsonb(who.id) THEN
            PERFORM guard.refuse('another_name');
        END IF;
        EXECUTE format('UPDATE public.%1$I t SET %2$s FROM jsonb_populate_record(NULL::public.%1$I, $3) n WHERE %3$s', entity,
            (SELECT string_agg(format('%I = n.%I', k, k), ', ') FROM jsonb_object_keys(rows) k), condition)
        USING change->'where', key, rows;
    END LOOP;
END $$;


-- What an act says was detected, received, opened or finished was so when it happened.
CREATE OR REPLACE FUNCTION guard.check_moments_of(one jsonb, deed jsonb, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE moments timestamptz[] := ARRAY[at, (deed->>'occurred_at')::timestamptz];
BEGIN
    IF NOT coalesce((one->>'detected_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'received_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'opened_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'finished_at')::timestamptz = ANY (moments), true) THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
END $$;

-- A new row as the database lets it be: of this case, by this person, at this moment.
CREATE OR REPLACE FUNCTION guard.own_row(
    one jsonb, deed jsonb, key bigint, at timestamptz, entity text, person bigint, behalf boolean
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    who author%ROWTYPE;
    owner_id bigint;
BEGIN
    one := one || jsonb_build_object('case_id', key);
    IF entity = 'note' THEN
        RETURN one || jsonb_build_object('act_id', deed->'act_id');
    ELSIF entity = 'leg' THEN
        PERFORM guard.check_moments_of(one, deed, at);
    ELSIF entity = 'draft' THEN
        one := one || jsonb_build_object('submitted_at', deed->'occurred_at');
        IF NOT behalf THEN
            RETURN one || jsonb_build_object('recorded_by_id', person, 'author_id', person);
        ELSIF jsonb_typeof(one->'author_id') = 'number' AND NOT EXISTS (
            SELECT FROM role_grant g JOIN "case" c ON c.agency_id = g.agency_id
            WHERE c.id = key AND g.person_id = (one->>'author_id')::bigint) THEN
            PERFORM guard.refuse('not_of_the_agency');
        END IF;
        RETURN one || jsonb_build_object('recorded_by_id', person);
    ELSIF entity = 'approval' THEN
        RETURN one || jsonb_build_object('curator_id', person, 'decided_at', deed->'occurred_at',
            'draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key),
            'approved_text', CASE WHEN one->>'verdict' = 'approved' THEN
                (SELECT d.text FROM draft d JOIN "case" c ON c.draft_uuid = d.uuid WHERE c.id = key) ELSE '' END);
    ELSIF entity = 'reply' THEN
        RETURN one || jsonb_build_object('recorded_by_id', person, 'recorded_at', deed->'recorded_at');
    ELSIF entity = 'rendering' THEN
        IF NOT EXISTS (SELECT FROM message WHERE id = (one->>'message_id')::bigint AND case_id = key) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed->'act', 'table', entity));
        END IF;
        RETURN one || jsonb_build_object('draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key));
    ELSIF entity = 'publication' THEN
        IF NOT EXISTS (SELECT FROM message WHERE id = (one->>'message_id')::bigint AND case_id = key) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed->'act', 'table', entity));
        END IF;
        IF (one->>'published_at')::timestamptz > (deed->>'recorded_at')::timestamptz OR (one->>'published_at')::timestamptz
           < (SELECT a.decided_at FROM approval a JOIN "case" c ON c.draft_uuid = a.draft_uuid WHERE c.id = key) THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
        RETURN one || jsonb_build_object('recorded_at', deed->'recorded_at',
            'draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key));
    ELSIF entity = 'governor_report' THEN
        RETURN one || jsonb_build_object('recorded_at', deed->'recorded_at', 'episode_id', NULL);
    ELSIF entity = 'message' THEN
        IF jsonb_typeof(one->'author') = 'object' THEN
            who := jsonb_populate_record(NULL::author, one->'author');
            who.id := nextval(pg_get_serial_sequence('author', 'id'));
            INSERT INTO author SELECT who.*;
        END IF;
        RETURN one || jsonb_build_object('author_id', who.id, 'collected_at', at, 'forgotten_at', NULL);
    ELSIF entity = 'attachment' THEN
        IF guard.blob_size(one->>'sha256') IS DISTINCT FROM (one->>'size_bytes')::bigint THEN
            PERFORM guard.refuse('file_gone', jsonb_build_object('name', one->'name'));
        END IF;
        IF one->>'draft_uuid' IS NOT NULL THEN
            SELECT id INTO owner_id FROM draft WHERE uuid = one->>'draft_uuid' AND case_id = key;
            RETURN one || jsonb_build_object('draft_id', owner_id, 'message_id', NULL, 'publication_id', NULL);
        END IF;
        SELECT id INTO owner_id FROM publication WHERE uuid = one->>'publication_uuid' AND case_id = key;
        IF owner_id IS NULL THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed->'act', 'table', entity));
        END IF;
        RETURN one || jsonb_build_object('publication_id', owner_id, 'message_id', NULL, 'draft_id', NULL);
    END IF;
    RETURN one;
END $$;

-- Clocks, state and history of one act.
CREATE OR REPLACE FUNCTION guard.finish_act(
    deed jsonb, key bigint, at timestamptz, who guard.who, behalf boolean
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    c "case"%ROWTYPE;
    step guard.transition%ROWTYPE;
    recorded timestamptz := (deed->>'recorded_at')::timestamptz;
    occurred timestamptz := (deed->>'occurred_at')::timestamptz;
    last record;
    was_closed_at timestamptz;
    next_clock record;
    turn record;
    answer timestamptz;
    entry bigint;
BEGIN
    SELECT * INTO c FROM "case" WHERE id = key;
    SELECT * INTO step FROM guard.transition t
    WHERE t.state = c.state AND t.act = deed->>'act' AND t.variant = deed->>'variant';
    PERFORM guard.write_clocks(deed, c, step, who.roles, recorded);
    -- the columns that the act may change
    IF EXISTS (SELECT jsonb_object_keys(deed->'columns') EXCEPT
               SELECT name FROM guard.act_column a WHERE a.act = step.act) THEN
        PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', step.act, 'table', 'case'));
    END IF;
    IF deed->'columns' ? 'curator_id' AND step.act <> 'hand_over'
       AND (deed->'columns'->>'curator_id')::bigint NOT IN (who.id, coalesce(c.curator_id, who.id)) THEN
        PERFORM guard.refuse('another_name');
    END IF;
    SELECT * INTO next_clock FROM clock k
    WHERE k.case_id = key AND k.stopped_at IS NULL AND k.paused_at IS NULL AND k.kind <> 'window'
    ORDER BY k.code IN ('answer', 'governor'), k.due_at IS NULL, k.code = 'governor', coalesce(k.due_at, k.started_at), k.id
    LIMIT 1;
    SELECT min(k.due_at) INTO answer FROM clock k
    WHERE k.case_id = key AND k.code = 'answer' AND k.stopped_at IS NULL AND k.paused_at IS NULL;
    -- one update a case: a second one in a transaction has every reference checked and every index written again
    was_closed_at := c.closed_at;
    c := jsonb_populate_record(c, deed->'columns');
    c.state := step.leads_to; c.version := c.version + 1; c.changed_at := recorded;
    c.closed_at := CASE WHEN step.closes THEN coalesce(was_closed_at, occurred) END;
    c.step_code := coalesce(next_clock.code, ''); c.step_kind := coalesce(next_clock.kind, '');
    c.step_by_agreement := coalesce(next_clock.by_agreement, false); c.step_started_at := next_clock.started_at;
    c.step_due_at := coalesce(next_clock.due_at, '9999-12-31 00:00:00+00');
    c.answer_due_at := coalesce(answer, '9999-12-31 00:00:00+00');
    SELECT l.uuid, l.executor_id INTO turn FROM leg l
    WHERE l.uuid = c.leg_uuid AND l.case_id = key AND l.agency_id = coalesce(c.agency_id, l.agency_id);
    c.executor_id := turn.executor_id;
    PERFORM guard.store_case(c);
    IF turn.uuid IS DISTINCT FROM c.leg_uuid
       OR (c.draft_uuid IS NOT NULL AND NOT EXISTS (SELECT FROM draft WHERE uuid = c.draft_uuid AND case_id = key)) THEN
        PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', step.act, 'table', 'case'));
    END IF;
    PERFORM guard.check_payload(deed, c.uuid);
    SELECT h.seq, h.hash INTO last FROM history h WHERE h.case_id = key ORDER BY h.seq DESC LIMIT 1;
    INSERT INTO history (case_id, seq, act_id, recorded_at, occurred_at, actor, on_behalf, act, variant, state_from,
        state_to, payload, hash)
    VALUES (key, coalesce(last.seq, 0) + 1, deed->>'act_id', recorded, occurred, who.uuid,
        CASE WHEN behalf THEN deed->>'on_behalf' END, step.act, step.variant, step.state, step.leads_to, deed->>'payload',
        guard.link_hash(coalesce(last.hash, repeat('0', 64)), ARRAY[(coalesce(last.seq, 0) + 1)::text, deed->>'act_id',
            guard.iso(recorded), guard.iso(occurred), who.uuid, CASE WHEN behalf THEN deed->>'on_behalf' END, step.act,
            step.variant, step.state, step.leads_to, deed->>'payload']))
    RETURNING id INTO entry;
    RETURN jsonb_build_object('id', key, 'number', c.number, 'version', c.version, 'entry', entry);
END $$;

-- The history must tell of this case and of exactly the clocks that the act changed.
CREATE OR REPLACE FUNCTION guard.check_payload(deed jsonb, uuid text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE facts jsonb := (deed->>'payload')::jsonb;
BEGIN
    IF facts->>'case' IS DISTINCT FROM uuid OR EXISTS (
        (SELECT jsonb_array_elements(facts->'clocks') EXCEPT SELECT guard.clock_facts(deed))
        UNION ALL
        (SELECT guard.clock_facts(deed) EXCEPT SELECT jsonb_array_elements(facts->'clocks'))) THEN
        PERFORM guard.refuse('history_forged');
    END IF;
END $$;

CREATE OR REPLACE FUNCTION guard.clock_facts(deed jsonb) RETURNS SETOF jsonb LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT jsonb_build_array(k->'code', k->'round', k->'message', k->'started_at', k->'due_at',
        k->'stopped_at', k->'outcome', k->'late_seconds')
    FROM jsonb_array_elements((deed->'started') || (deed->'changed')) k;
END $$;

-- Clocks: only what the workflow row and the regulation allow; verdicts from the stored due time.
CREATE OR REPLACE FUNCTION guard.write_clocks(
    deed jsonb, c "case", step guard.transition, roles text[], recorded timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    new clock%ROWTYPE;
    old clock%ROWTYPE;
    can text[];
    rules bigint := coalesce((deed->'columns'->>'regulation_id')::bigint, c.regulation_id);
    touched bigint[] := '{}';
    started text[] := '{}';
    hours text := (SELECT value FROM meta WHERE key = 'hours_version');
    missed text;
BEGIN
    FOR new IN SELECT * FROM jsonb_populate_recordset(NULL::clock, deed->'changed') LOOP
        SELECT * INTO old FROM clock k WHERE k.case_id = c.id AND k.code = new.code AND k.round = new.round
            AND k.message IS NOT DISTINCT FROM new.message;
        IF NOT FOUND OR old.stopped_at IS NOT NULL OR new.started_at <> old.started_at
           OR new.leg IS DISTINCT FROM old.leg OR new.hours_version <> hours OR new.regulation_id <> rules THEN
            PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
        END IF;
        SELECT coalesce(array_agg(e.effect), '{}') INTO can FROM guard.effect e
        WHERE e.regulation_id = rules AND e.state = step.state AND e.act = step.act AND e.variant = step.variant
            AND e.code = new.code;
        -- an executor's act moves no due time, unless the rules changed or the clock had stood
        IF new.due_at IS DISTINCT FROM old.due_at AND old.paused_at IS NULL AND old.hours_version = hours
           AND old.regulation_id = rules AND NOT roles && ARRAY['curator', 'system', 'administrator', 'supervisor'] THEN
            PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
        END IF;
        IF new.paused_at IS DISTINCT FROM old.paused_at AND new.stopped_at IS NULL
           AND NOT (CASE WHEN old.paused_at IS NULL THEN 'pause' ELSE 'resume' END = ANY (can)) THEN
            PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
        END IF;
        IF new.stopped_at IS NOT NULL THEN
            PERFORM guard.check_verdict(new, old, can, recorded, step.act IN ('publish', 'place'), (deed->>'occurred_at')::timestamptz);
        END IF;
        UPDATE clock SET kind = new.kind, by_agreement = new.by_agreement, regulation_id = new.regulation_id,
            hours_version = new.hours_version, due_at = new.due_at, target_at = new.target_at, pauses = new.pauses,
            paused_at = new.paused_at, stopped_at = new.stopped_at, outcome = new.outcome, late_seconds = new.late_seconds
        WHERE id = old.id;
        touched := touched || old.id;
    END LOOP;
    FOR new IN SELECT * FROM jsonb_populate_recordset(NULL::clock, deed->'started') LOOP
        IF NOT EXISTS (SELECT FROM guard.effect e WHERE e.regulation_id = rules AND e.state = step.state
                AND e.act = step.act AND e.variant = step.variant AND e.code = new.code AND e.effect = 'start')
           OR new.stopped_at IS NOT NULL OR new.outcome IS NOT NULL OR new.started_at > recorded
           OR new.hours_version <> hours OR new.regulation_id <> rules
           OR (new.message IS NOT NULL AND NOT EXISTS (
               SELECT FROM message m WHERE m.uuid = new.message AND m.case_id = c.id))
           OR EXISTS (SELECT FROM clock k WHERE k.case_id = c.id AND k.code = new.code
               AND k.message IS NOT DISTINCT FROM new.message
               AND (k.stopped_at IS NULL OR k.round >= new.round)) THEN
            PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
        END IF;
        new.case_id := c.id;
        new.id := nextval(pg_get_serial_sequence('clock', 'id'));
        INSERT INTO clock SELECT new.*;
        started := started || new.code::text;
    END LOOP;
    -- nothing that the table stops may be left running, nothing that it starts left out
    SELECT e.code INTO missed FROM guard.effect e
    WHERE e.regulation_id = rules AND e.state = step.state AND e.act = step.act AND e.variant = step.variant AND e.must
        AND CASE WHEN e.effect = 'start' THEN NOT EXISTS (
                SELECT FROM clock k WHERE k.case_id = c.id AND k.code = e.code AND k.stopped_at IS NULL)
            ELSE EXISTS (SELECT FROM clock k WHERE k.case_id = c.id AND k.code = e.code AND k.stopped_at IS NULL)
            END
    LIMIT 1;
    IF missed IS NOT NULL THEN
        PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', missed));
    END IF;
END $$;

CREATE OR REPLACE FUNCTION guard.check_verdict(
    new clock, old clock, can text[], recorded timestamptz, placed boolean, occurred timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE right_one text;
BEGIN
    IF 'stop' = ANY (can) OR 'part' = ANY (can) THEN
        right_one := CASE WHEN new.due_at IS NULL THEN 'lapsed' WHEN new.stopped_at <= new.due_at THEN 'met' ELSE 'late' END;
    END IF;
    IF ('void' = ANY (can)) AND new.outcome = (CASE WHEN old.kind = 'window' THEN 'lapsed' ELSE 'not_applicable' END) THEN
        right_one := new.outcome;
    END IF;
    IF right_one IS NULL OR new.outcome IS DISTINCT FROM right_one
       OR new.stopped_at > recorded
       OR (NOT placed AND new.stopped_at <> occurred)
       OR (new.outcome = 'met' AND new.late_seconds IS DISTINCT FROM 0)
       OR (new.outcome = 'late' AND new.late_seconds < 0)
       OR (new.outcome IN ('lapsed', 'not_applicable') AND new.late_seconds IS NOT NULL)
       -- where a publication stands since when is its row's to say
       OR (placed AND new.stopped_at <> occurred AND NOT EXISTS (
           SELECT FROM publication p WHERE p.case_id = old.case_id AND p.published_at = new.stopped_at)) THEN
        PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
    END IF;
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
