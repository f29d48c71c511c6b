-- The rows of cases that acts bring: which they may be, whose and when they are.

-- In their order: of tables, columns and the act's own case only, as guard.act_write allows. What is put into one table one
-- after another is one statement.
CREATE OR REPLACE FUNCTION guard.write_rows(deeds guard.deed[], at timestamptz, who guard.who) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    deed guard.deed;
    one record;
    keys bigint[] := ARRAY(SELECT (d.c).id FROM unnest(deeds) d);
    rows jsonb[] := '{}';
    entity text;  -- which they are of, with these columns
    columns text[];
BEGIN
    FOREACH deed IN ARRAY deeds LOOP
        CONTINUE WHEN deed.doc->'changes' = '[]';
        FOR one IN
            SELECT c.change, c.change->>'table' AS entity, c.change->>'verb' AS verb, r.row, (
                SELECT w.columns FROM guard.act_write w WHERE w.act IN ((deed.step).act, '*')
                AND w.entity = c.change->>'table' AND w.verb = c.change->>'verb' LIMIT 1) AS allowed
            FROM jsonb_array_elements(deed.doc->'changes') WITH ORDINALITY AS c(change, place)
            LEFT JOIN LATERAL jsonb_array_elements(CASE c.change->>'verb' WHEN 'insert' THEN c.change->'rows' END)
                WITH ORDINALITY AS r(row, place) ON true
            ORDER BY c.place, r.place
        LOOP
            IF one.allowed IS NULL THEN
                PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', deed.doc->'act', 'table', one.entity));
            ELSIF rows <> '{}' AND (one.verb <> 'insert' OR one.entity <> entity) THEN
                PERFORM guard.insert_rows(entity, columns, rows);
                rows := '{}';
            END IF;
            IF one.verb <> 'insert' THEN
                PERFORM guard.change_rows(one.change, one.entity, one.allowed, deed, keys, at, who);
            ELSIF one.row IS NOT NULL THEN
                entity := one.entity;
                columns := one.allowed;
                rows := array_append(rows, guard.own_row(one.row, deed, at, entity, who.id));
            END IF;
        END LOOP;
    END LOOP;
    IF rows <> '{}' THEN
        PERFORM guard.insert_rows(entity, columns, rows);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION guard.insert_rows(entity text, columns text[], rows jsonb[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF entity = 'message' THEN
        INSERT INTO author SELECT a.* FROM jsonb_populate_recordset(NULL::author, (
            SELECT jsonb_agg(one->'author') FROM unnest(rows) one WHERE jsonb_typeof(one->'author') = 'object')) a;
    END IF;
    EXECUTE format('INSERT INTO public.%I (%s) SELECT %2$s FROM jsonb_populate_recordset(NULL::public.%1$I, $1)', entity,
        (SELECT string_agg(quote_ident(name), ', ') FROM unnest(columns) name)) USING to_jsonb(rows);
END $$;

-- Rows of the case changed or taken away.
CREATE OR REPLACE FUNCTION guard.change_rows(change jsonb, entity text, allowed text[], deed guard.deed, keys bigint[],
    at timestamptz, who guard.who) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    key bigint := (deed.c).id;
    rows jsonb := change->'values';
    condition text;
BEGIN
    SELECT string_agg(format('t.%I::text IN (SELECT jsonb_array_elements_text($1->%L))', k, k), ' AND ')
    INTO condition FROM jsonb_object_keys(change->'where') k;
    condition := 't.case_id = $2' || coalesce(' AND ' || condition, '');
    IF change->>'verb' = 'delete' THEN
        EXECUTE format('DELETE FROM public.%I t WHERE %s', entity, condition) USING change->'where', key;
        RETURN;
    END IF;
    IF rows ? 'case_uuid' THEN
        rows := (rows - 'case_uuid') || jsonb_build_object('case_id',
            (SELECT id FROM "case" WHERE uuid = rows->>'case_uuid' AND id = ANY (keys)));
    END IF;
    IF EXISTS (SELECT jsonb_object_keys(rows) EXCEPT SELECT unnest(allowed)) THEN
        PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', (deed.step).act, 'table', entity));
    END IF;
    PERFORM guard.check_moments_of(rows, deed, at);
    IF (deed.step).act = 'assign' AND (deed.step).variant = 'self' AND rows->'executor_id' IS DISTINCT FROM to_jsonb(who.id) THEN
        PERFORM guard.refuse('another_name');
    END IF;
    EXECUTE format('UPDATE public.%1$I t SET %2$s FROM jsonb_populate_record(NULL::public.%1$I, $3) n WHERE %3$s', entity,
        (SELECT string_agg(format('%I = n.%I', k, k), ', ') FROM jsonb_object_keys(rows) k), condition)
    USING change->'where', key, rows;
END $$;

-- What an act says was detected, received, opened or finished was so when it happened.
CREATE OR REPLACE FUNCTION guard.check_moments_of(one jsonb, deed guard.deed, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE moments timestamptz[] := ARRAY[at, deed.occurred];
BEGIN
    IF NOT coalesce((one->>'detected_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'received_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'opened_at')::timestamptz = ANY (moments), true)
       OR NOT coalesce((one->>'finished_at')::timestamptz = ANY (moments), true) THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
END $$;

-- A new row as the database lets it be: of this case, by this person, at this moment.
CREATE OR REPLACE FUNCTION guard.own_row(one jsonb, deed guard.deed, at timestamptz, entity text, person bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    doc jsonb := deed.doc;
    key bigint := (deed.c).id;
    author bigint;
    owner_id bigint;
BEGIN
    one := one || jsonb_build_object('case_id', key);
    IF entity = 'note' THEN
        RETURN one || jsonb_build_object('act_id', doc->'act_id');
    ELSIF entity = 'leg' THEN
        PERFORM guard.check_moments_of(one, deed, at);
    ELSIF entity = 'draft' THEN
        one := one || jsonb_build_object('submitted_at', doc->'occurred_at');
        IF NOT deed.behalf THEN
            RETURN one || jsonb_build_object('recorded_by_id', person, 'author_id', person);
        ELSIF jsonb_typeof(one->'author_id') = 'number' AND NOT EXISTS (
            SELECT FROM role_grant g JOIN "case" c ON c.agency_id = g.agency_id
            WHERE c.id = key AND g.person_id = (one->>'author_id')::bigint) THEN
            PERFORM guard.refuse('not_of_the_agency');
        END IF;
        RETURN one || jsonb_build_object('recorded_by_id', person);
    ELSIF entity = 'approval' THEN
        RETURN one || jsonb_build_object('curator_id', person, 'decided_at', doc->'occurred_at',
            'draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key),
            'approved_text', CASE WHEN one->>'verdict' = 'approved' THEN
                (SELECT d.text FROM draft d JOIN "case" c ON c.draft_uuid = d.uuid WHERE c.id = key) ELSE '' END);
    ELSIF entity = 'reply' THEN
        RETURN one || jsonb_build_object('recorded_by_id', person, 'recorded_at', doc->'recorded_at');
    ELSIF entity = 'rendering' THEN
        IF NOT EXISTS (SELECT FROM message WHERE id = (one->>'message_id')::bigint AND case_id = key) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', doc->'act', 'table', entity));
        END IF;
        RETURN one || jsonb_build_object('draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key));
    ELSIF entity = 'publication' THEN
        IF NOT EXISTS (SELECT FROM message WHERE id = (one->>'message_id')::bigint AND case_id = key) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', doc->'act', 'table', entity));
        END IF;
        IF (one->>'published_at')::timestamptz > (doc->>'recorded_at')::timestamptz OR (one->>'published_at')::timestamptz
           < (SELECT a.decided_at FROM approval a JOIN "case" c ON c.draft_uuid = a.draft_uuid WHERE c.id = key) THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
        RETURN one || jsonb_build_object('recorded_at', doc->'recorded_at',
            'draft_uuid', (SELECT draft_uuid FROM "case" WHERE id = key));
    ELSIF entity = 'governor_report' THEN
        RETURN one || jsonb_build_object('recorded_at', doc->'recorded_at', 'episode_id', NULL);
    ELSIF entity = 'message' THEN
        -- detected when it was entered (by an export's date, where the act says so); of one that is collected nobody knows
        IF (one->>'detected_at')::timestamptz IS DISTINCT FROM
            (CASE (deed.step).act WHEN 'enter' THEN deed.occurred END) THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
        IF jsonb_typeof(one->'author') = 'object' THEN
            author := nextval('author_id_seq');
            one := one || jsonb_build_object('author', one->'author' || jsonb_build_object('id', author));
        END IF;
        RETURN one || jsonb_build_object('author_id', author, 'collected_at', at, 'forgotten_at', NULL);
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
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', doc->'act', 'table', entity));
        END IF;
        RETURN one || jsonb_build_object('publication_id', owner_id, 'message_id', NULL, 'draft_id', NULL);
    END IF;
    RETURN one;
END $$;
