-- Cases and their history as acts leave them.

-- A card that an act makes, as it stands before: in state "new", version 0. Its number comes with its row.
CREATE OR REPLACE FUNCTION guard.new_case(doc jsonb, at timestamptz, who guard.who) RETURNS "case"
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE row "case"%ROWTYPE := jsonb_populate_record(NULL::"case", doc->'new_case');
BEGIN
    row.id := nextval('case_id_seq');
    row.uuid := doc->>'case';
    row.number := row.uuid;
    row.state := 'new';
    row.version := 0;
    row.closed_at := NULL;
    row.merged_into := NULL;
    row.changed_at := at;
    row.significant := false;
    IF row.curator_id <> who.id THEN
        PERFORM guard.refuse('another_name');
    END IF;
    row.returns := 0; row.reworks := 0; row.corrections := 0; row.executor_id := NULL;
    IF doc->>'act' <> 'split_off' THEN
        row.collected_at := at;
        row.agency_id := NULL; row.leg_uuid := NULL; row.draft_uuid := NULL; row.repeat_of := NULL;
    END IF;
    RETURN row;
END $$;

-- The rows of the cases that acts make, with the next numbers. Whoever else makes cases waits for the counter from here
-- on: what can be refused without it was refused by then.
CREATE OR REPLACE FUNCTION guard.make_cases(deeds guard.deed[], at timestamptz, who guard.who) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    row "case"%ROWTYPE;
    rows "case"[] := ARRAY(SELECT guard.as_left(d, who, ARRAY(
        SELECT k FROM jsonb_populate_recordset(NULL::clock, d.doc->'started') k)) FROM unnest(deeds) d WHERE d.is_new);
    numbered "case"[] := '{}';
    of_year int := extract(year FROM at AT TIME ZONE coalesce((SELECT value FROM meta WHERE key = 'zone'), 'UTC'));
    last_one int;
    region text;
    rules bigint;
BEGIN
    IF rows = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO case_counter AS c (year, last) VALUES (of_year, cardinality(rows))
    ON CONFLICT (year) DO UPDATE SET last = c.last + cardinality(rows) RETURNING last INTO last_one;
    last_one := last_one - cardinality(rows);
    FOREACH row IN ARRAY rows LOOP
        last_one := last_one + 1;
        IF row.regulation_id IS DISTINCT FROM rules THEN
            rules := row.regulation_id;
            SELECT region_code INTO region FROM guard.region WHERE regulation_id = rules;
        END IF;
        row.number := coalesce(region || '-' || of_year || '-' || lpad(last_one::text, 6, '0'), row.uuid);
        numbered := array_append(numbered, row);
    END LOOP;
    INSERT INTO "case" SELECT * FROM unnest(numbered);
END $$;

-- A case as its act leaves it: the columns that the act may change, who has its turn in hand, the state, and the step that
-- its open clocks set.
CREATE OR REPLACE FUNCTION guard.as_left(deed guard.deed, who guard.who, clocks clock[]) RETURNS "case"
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    c "case"%ROWTYPE := deed.c;
    step guard.transition%ROWTYPE := deed.step;
    columns jsonb := deed.doc->'columns';
    next_clock clock%ROWTYPE;
    answer timestamptz;
BEGIN
    IF columns <> '{}' THEN
        IF EXISTS (SELECT jsonb_object_keys(columns) EXCEPT SELECT name FROM guard.act_column a WHERE a.act = step.act) THEN
            PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', step.act, 'table', 'case'));
        END IF;
        IF columns ? 'curator_id' AND step.act <> 'hand_over'
           AND (columns->>'curator_id')::bigint NOT IN (who.id, coalesce(c.curator_id, who.id)) THEN
            PERFORM guard.refuse('another_name');
        END IF;
        c := jsonb_populate_record(c, columns);
    END IF;
    IF clocks <> '{}' THEN
        SELECT k.* INTO next_clock FROM unnest(clocks) WITH ORDINALITY k
        WHERE k.stopped_at IS NULL AND k.paused_at IS NULL AND k.kind <> 'window'
        ORDER BY k.code IN ('answer', 'governor'), k.due_at IS NULL, k.code = 'governor', coalesce(k.due_at, k.started_at),
            k.ordinality LIMIT 1;
        SELECT min(k.due_at) INTO answer FROM unnest(clocks) k
        WHERE k.code = 'answer' AND k.stopped_at IS NULL AND k.paused_at IS NULL;
    END IF;
    c.executor_id := NULL;
    IF c.leg_uuid IS NOT NULL THEN
        SELECT l.executor_id INTO c.executor_id FROM leg l WHERE l.uuid = c.leg_uuid AND l.case_id = c.id;
    END IF;
    c.closed_at := CASE WHEN step.closes THEN coalesce((deed.c).closed_at, deed.occurred) END;
    c.state := step.leads_to; c.version := c.version + 1; c.changed_at := deed.recorded;
    c.step_code := coalesce(next_clock.code, ''); c.step_kind := coalesce(next_clock.kind, '');
    c.step_by_agreement := coalesce(next_clock.by_agreement, false); c.step_started_at := next_clock.started_at;
    c.step_due_at := coalesce(next_clock.due_at, '9999-12-31 00:00:00+00');
    c.answer_due_at := coalesce(answer, '9999-12-31 00:00:00+00');
    RETURN c;
END $$;

-- The cases that were there before, as their acts leave them: one update a case, for a second one in a transaction has
-- every reference checked and every index written again. What a case says of its turn, its draft and its messages is so.
CREATE OR REPLACE FUNCTION guard.leave_cases(deeds guard.deed[], who guard.who) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE wrong text;
BEGIN
    PERFORM guard.store_cases(ARRAY(SELECT guard.as_left(d, who, ARRAY(
        SELECT k FROM clock k WHERE k.case_id = (d.c).id AND k.stopped_at IS NULL ORDER BY k.id))
        FROM unnest(deeds) d WHERE NOT d.is_new));
    SELECT (d.step).act INTO wrong FROM unnest(deeds) d JOIN "case" c ON c.id = (d.c).id
    WHERE (c.leg_uuid IS NOT NULL AND NOT EXISTS (SELECT FROM leg WHERE uuid = c.leg_uuid AND case_id = c.id
            AND leg.agency_id = coalesce(c.agency_id, leg.agency_id)))
       OR (c.draft_uuid IS NOT NULL AND NOT EXISTS (SELECT FROM draft WHERE uuid = c.draft_uuid AND case_id = c.id)) LIMIT 1;
    IF FOUND THEN
        PERFORM guard.refuse('not_of_this_act', jsonb_build_object('act', wrong, 'table', 'case'));
    END IF;
    -- a card was detected when the first of its messages was; in the inbox is none that was not
    IF EXISTS (SELECT FROM unnest(deeds) d JOIN "case" c ON c.id = (d.c).id
        CROSS JOIN LATERAL (SELECT count(*) AS messages, count(m.detected_at) AS detected, min(m.detected_at) AS first_at
            FROM message m WHERE m.case_id = c.id) on_it
        WHERE (c.detected_at IS DISTINCT FROM on_it.first_at AND on_it.messages > 0
            OR c.state = 'inbox' AND on_it.detected < on_it.messages)
        AND (d.is_new OR EXISTS (SELECT FROM guard.act_column a WHERE a.act = (d.step).act AND a.name = 'detected_at'))) THEN
        PERFORM guard.refuse('moment_forged');
    END IF;
END $$;

-- One row of the history an act, chained to the last one of its case; gives the case's id, number, version and the row's id.
CREATE OR REPLACE FUNCTION guard.write_history(deeds guard.deed[], who guard.who) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE told jsonb;
BEGIN
    PERFORM guard.check_payloads(deeds);
    WITH entry AS (
        INSERT INTO history (case_id, seq, act_id, recorded_at, occurred_at, actor, on_behalf, act, variant, state_from,
            state_to, payload, hash)
        SELECT (d.c).id, n.seq, n.act_id, d.recorded, d.occurred, who.uuid, n.on_behalf, (d.step).act, (d.step).variant,
            (d.step).state, (d.step).leads_to, n.payload,
            guard.link_hash(n.previous, ARRAY[n.seq::text, n.act_id, guard.iso(d.recorded), guard.iso(d.occurred), who.uuid,
                n.on_behalf, (d.step).act, (d.step).variant, (d.step).state, (d.step).leads_to, n.payload])
        FROM unnest(deeds) d
        LEFT JOIN LATERAL (SELECT h.seq, h.hash FROM history h WHERE h.case_id = (d.c).id ORDER BY h.seq DESC LIMIT 1) last
            ON true
        CROSS JOIN LATERAL (SELECT coalesce(last.seq, 0) + 1 AS seq, coalesce(last.hash, repeat('0', 64)) AS previous,
            d.doc->>'act_id' AS act_id, d.doc->>'payload' AS payload,
            CASE WHEN d.behalf THEN d.doc->>'on_behalf' END AS on_behalf OFFSET 0) n
        ORDER BY d.place
        RETURNING id, case_id)
    SELECT coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'number', c.number, 'version', c.version, 'entry', e.id)
        ORDER BY e.id), '[]') INTO told FROM entry e JOIN "case" c ON c.id = e.case_id;
    RETURN told;
END $$;

-- The history must tell of this case and of exactly the clocks that the act changed.
CREATE OR REPLACE FUNCTION guard.check_payloads(deeds guard.deed[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT (d.c).uuid, (d.doc->>'payload')::jsonb AS facts, coalesce((
                SELECT jsonb_agg(jsonb_build_array(k->'code', k->'round', k->'message', k->'started_at', k->'due_at',
                    k->'stopped_at', k->'outcome', k->'late_seconds'))
                FROM jsonb_array_elements((d.doc->'started') || (d.doc->'changed')) k), '[]') AS clocks
            FROM unnest(deeds) d OFFSET 0) told
        WHERE facts->>'case' IS DISTINCT FROM uuid OR facts->'clocks' IS DISTINCT FROM clocks AND EXISTS (
            (SELECT jsonb_array_elements(facts->'clocks') EXCEPT SELECT jsonb_array_elements(clocks))
            UNION ALL
            (SELECT jsonb_array_elements(clocks) EXCEPT SELECT jsonb_array_elements(facts->'clocks')))) THEN
        PERFORM guard.refuse('history_forged');
    END IF;
END $$;
