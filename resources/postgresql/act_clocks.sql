-- Clocks: only what the workflow row and the regulation allow; verdicts from the stored due time.
CREATE OR REPLACE FUNCTION guard.write_clocks(deeds guard.deed[], roles text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    deed guard.deed;
    new clock%ROWTYPE;
    old clock%ROWTYPE;
    can text[];
    rules bigint;
    hours text := (SELECT value FROM meta WHERE key = 'hours_version');
    fresh clock[];
    wrong text;
BEGIN
    FOREACH deed IN ARRAY deeds LOOP
        CONTINUE WHEN deed.doc->'changed' = '[]';
        rules := guard.rules_of(deed);
        FOR new IN SELECT * FROM jsonb_populate_recordset(NULL::clock, deed.doc->'changed') LOOP
            SELECT * INTO old FROM clock k WHERE k.case_id = (deed.c).id AND k.code = new.code AND k.round = new.round
                AND k.message IS NOT DISTINCT FROM new.message;
            IF NOT FOUND OR old.stopped_at IS NOT NULL OR new.started_at <> old.started_at
               OR new.leg IS DISTINCT FROM old.leg OR new.hours_version <> hours OR new.regulation_id <> rules THEN
                PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', new.code));
            END IF;
            SELECT coalesce(array_agg(e.effect), '{}') INTO can FROM guard.effect e
            WHERE e.regulation_id = rules AND e.state = (deed.step).state AND e.act = (deed.step).act
                AND e.variant = (deed.step).variant AND e.code = new.code;
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
                PERFORM guard.check_verdict(new, old, can, deed.recorded, (deed.step).act IN ('publish', 'place'), deed.occurred);
            END IF;
            UPDATE clock SET kind = new.kind, by_agreement = new.by_agreement, regulation_id = new.regulation_id,
                hours_version = new.hours_version, due_at = new.due_at, target_at = new.target_at, pauses = new.pauses,
                paused_at = new.paused_at, stopped_at = new.stopped_at, outcome = new.outcome, late_seconds = new.late_seconds
            WHERE id = old.id;
        END LOOP;
    END LOOP;
    fresh := ARRAY(SELECT k FROM jsonb_populate_recordset(NULL::clock, (
        SELECT jsonb_agg(one || jsonb_build_object('case_id', (d.c).id, 'id', nextval('clock_id_seq')))
        FROM unnest(deeds) d, jsonb_array_elements(d.doc->'started') one)) k);
    IF fresh <> '{}' THEN
        SELECT n.code INTO wrong FROM unnest(fresh) n JOIN unnest(deeds) d ON (d.c).id = n.case_id
        WHERE NOT EXISTS (SELECT FROM guard.effect e WHERE e.regulation_id = guard.rules_of(d) AND e.state = (d.step).state
                AND e.act = (d.step).act AND e.variant = (d.step).variant AND e.code = n.code AND e.effect = 'start')
            OR n.stopped_at IS NOT NULL OR n.outcome IS NOT NULL OR n.started_at > d.recorded
            OR n.hours_version <> hours OR n.regulation_id <> guard.rules_of(d)
            OR (n.message IS NOT NULL AND NOT EXISTS (
                SELECT FROM message m WHERE m.uuid = n.message AND m.case_id = n.case_id))
            OR EXISTS (SELECT FROM clock k WHERE k.case_id = n.case_id AND k.code = n.code
                AND k.message IS NOT DISTINCT FROM n.message AND (k.stopped_at IS NULL OR k.round >= n.round))
            -- it counts from the act, from the detection, or from where its first run began
            OR n.started_at <> d.occurred
                AND n.started_at IS DISTINCT FROM (SELECT min(m.detected_at) FROM message m
                    WHERE m.case_id = n.case_id AND m.uuid = coalesce(n.message, m.uuid))
                AND n.started_at IS DISTINCT FROM (SELECT k.started_at FROM clock k WHERE k.case_id = n.case_id
                    AND k.code = n.code AND k.message IS NOT DISTINCT FROM n.message ORDER BY k.round LIMIT 1)
        LIMIT 1;
        IF NOT FOUND THEN  -- nor the same one twice
            SELECT n.code INTO wrong FROM unnest(fresh) n GROUP BY n.case_id, n.code, n.message HAVING count(*) > 1 LIMIT 1;
        END IF;
        IF FOUND THEN
            PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', wrong));
        END IF;
        INSERT INTO clock SELECT * FROM unnest(fresh);
    END IF;
    -- nothing that the table stops may be left running, nothing that it starts left out
    SELECT e.code INTO wrong FROM unnest(deeds) d, guard.effect e
    WHERE e.regulation_id = guard.rules_of(d) AND e.state = (d.step).state AND e.act = (d.step).act
        AND e.variant = (d.step).variant AND e.must AND (e.effect = 'start') <> EXISTS (
            SELECT FROM clock k WHERE k.case_id = (d.c).id AND k.code = e.code AND k.stopped_at IS NULL)
    LIMIT 1;
    IF FOUND THEN
        PERFORM guard.refuse('clock_forged', jsonb_build_object('clock', wrong));
    END IF;
END $$;

-- The regulation that a case has after its act.
CREATE OR REPLACE FUNCTION guard.rules_of(deed guard.deed) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((deed.doc->'columns'->>'regulation_id')::bigint, (deed.c).regulation_id)
$$;

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
