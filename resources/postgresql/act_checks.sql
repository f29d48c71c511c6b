-- Whether an act may be done: in this state, to this case, by this person, now.

-- Whether each act may be done to its case now; gives the acts with their cases as they stand before. What a rule asks of
-- every act is read for all at once.
CREATE OR REPLACE FUNCTION guard.check_acts(listed jsonb[], at timestamptz, ids bigint[], who guard.who) RETURNS guard.deed[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    one record;
    deed guard.deed;
    deeds guard.deed[] := '{}';
    seen bigint[] := '{}';
    -- as guard.sees_all() has it, of roles that were read already
    sees_all boolean := guard.is_owner() OR guard.is_program()
        OR who.roles && ARRAY['curator', 'supervisor', 'organiser', 'administrator'];
BEGIN
    FOR one IN
        SELECT ROW(l.place, l.doc, found.c,
                (SELECT t FROM guard.transition t
                WHERE t.state = (found.c).state AND t.act = l.doc->>'act' AND t.variant = l.doc->>'variant'),
                l.doc->>'recorded_at', l.doc->>'occurred_at', l.is_new, false)::guard.deed AS deed,
            (SELECT d FROM draft d WHERE d.uuid = (found.c).draft_uuid) AS draft,
            (SELECT h.id FROM history h WHERE h.act_id = l.doc->>'act_id') AS taken,
            (SELECT h.recorded_at FROM history h WHERE h.case_id = (found.c).id ORDER BY h.seq DESC LIMIT 1) AS last_at
        FROM (SELECT doc, place, jsonb_typeof(doc->'new_case') IS NOT DISTINCT FROM 'object' AS is_new
            FROM unnest(listed) WITH ORDINALITY AS each(doc, place)) l
        LEFT JOIN LATERAL (SELECT guard.new_case(l.doc, at, who) AS c WHERE l.is_new
            UNION ALL SELECT c FROM "case" c WHERE NOT l.is_new AND c.uuid = l.doc->>'case') found ON true
    LOOP
        deed := one.deed;
        IF (deed.c).id IS NULL
           OR NOT deed.is_new AND NOT ((deed.c).id = ANY (ids) AND (sees_all OR guard.sees_case((deed.c).id))) THEN
            PERFORM guard.refuse('case_unknown', jsonb_build_object('id', (deed.c).id));
        ELSIF one.taken IS NOT NULL THEN
            PERFORM guard.refuse('act_id_taken', jsonb_build_object('act_id', deed.doc->'act_id'));
        ELSIF (deed.c).version IS DISTINCT FROM (deed.doc->>'version')::int OR (deed.c).id = ANY (seen) THEN
            PERFORM guard.refuse('changed_meanwhile', jsonb_build_object(
                'who', '', 'act', deed.doc->'act', 'at', guard.iso((deed.c).changed_at)));
        ELSIF (deed.step).act IS NULL THEN
            PERFORM guard.refuse('act_not_in_state', jsonb_build_object('act', deed.doc->'act', 'state', (deed.c).state));
        ELSIF deed.recorded IS DISTINCT FROM greatest(at, one.last_at) THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
        deed.behalf := guard.check_act(deed, who, (one.draft).kind, (one.draft).author_id);
        seen := array_append(seen, (deed.c).id::bigint);
        deeds := array_append(deeds, deed);
    END LOOP;
    RETURN deeds;
END $$;

-- Whether this person may do this act to this case now; says whether it is on the agency's behalf (phone, letter).
-- Called of every act: a question to a table stands within an IF of its own, for one beside AND is asked in any case.
CREATE OR REPLACE FUNCTION guard.check_act(deed guard.deed, who guard.who, draft_kind text, draft_author bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    c "case"%ROWTYPE := deed.c;
    step guard.transition%ROWTYPE := deed.step;
    doc jsonb := deed.doc;
    verb text := step.act;
    behalf boolean;
BEGIN
    IF verb IN ('approve', 'rework', 'place', 'publish') AND draft_kind IS DISTINCT FROM step.variant THEN
        PERFORM guard.refuse('another_draft', jsonb_build_object('draft_kind', draft_kind));
    END IF;
    IF verb = 'mark_significant' AND c.significant THEN PERFORM guard.refuse('already_significant'); END IF;
    IF verb = 'report_governor' AND NOT c.significant THEN PERFORM guard.refuse('not_significant'); END IF;
    IF verb = 'unmark_significant' AND NOT c.significant THEN PERFORM guard.refuse('not_significant'); END IF;
    IF verb = 'submit' AND c.state = 'correcting' AND step.variant IS DISTINCT FROM (CASE draft_kind
            WHEN 'answer' THEN 'correction' WHEN 'interim' THEN 'correct_interim' WHEN 'clarification' THEN 'correct_request'
            ELSE draft_kind END) THEN
        PERFORM guard.refuse('another_draft', jsonb_build_object('draft_kind', draft_kind));
    END IF;
    IF verb = 'add_messages' AND c.state IN ('approval', 'to_publish')
       AND draft_kind IN ('correction', 'correct_interim', 'correct_request') THEN
        PERFORM guard.refuse('correction_under_way');
    END IF;
    IF verb = 'mark_repeat' AND c.repeat_of IS NOT NULL THEN PERFORM guard.refuse('already_repeat'); END IF;
    IF verb = 'unmark_repeat' AND c.repeat_of IS NULL THEN PERFORM guard.refuse('not_repeat'); END IF;
    IF verb = 'split' THEN
        IF (SELECT count(*) FROM message WHERE case_id = c.id) < 2 THEN
            PERFORM guard.refuse('one_message');
        END IF;
    ELSIF verb = 'report_governor' THEN
        SELECT governor_by INTO step.roles FROM guard.region WHERE regulation_id = c.regulation_id;
    END IF;
    -- in a person's own right the program saves that an answer they ordered was published, and nothing else
    IF who.roles <> ARRAY['system'] AND guard.is_program() AND NOT guard.is_owner() THEN
        IF verb NOT IN ('place', 'publish') OR NOT EXISTS (SELECT FROM dispatch d WHERE d.case_id = c.id
                AND d.act_id = doc->>'act_id' AND d.ordered_by_id = who.id AND d.state = 'sent') THEN
            PERFORM guard.refuse('another_name');
        END IF;
    END IF;
    behalf := verb <> 'assign' AND step.roles = ARRAY['executor', 'responsible'] AND 'curator' = ANY (who.roles)
        AND NOT coalesce(c.agency_id = ANY (who.agencies), false);
    IF NOT behalf THEN
        IF NOT coalesce(who.roles && step.roles, false) THEN
            PERFORM guard.refuse('role_may_not', jsonb_build_object('act', verb, 'roles', step.roles));
        END IF;
        IF NOT coalesce(array_remove(array_remove(who.roles, 'executor'), 'responsible') && step.roles, false)
           AND NOT coalesce(c.agency_id = ANY (who.agencies), false) THEN
            PERFORM guard.refuse('another_agency');
        END IF;
        IF verb = 'approve' AND draft_author = who.id THEN
            PERFORM guard.refuse('own_draft');
        END IF;
    END IF;
    IF behalf AND doc->>'on_behalf' IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM agency a LEFT JOIN role_grant g ON g.agency_id = a.id LEFT JOIN person p ON p.id = g.person_id
            WHERE a.id = c.agency_id AND doc->>'on_behalf' IN (a.uuid, p.uuid)) THEN
            PERFORM guard.refuse('not_of_the_agency');
        END IF;
    END IF;
    IF verb = 'assign' AND step.variant = 'self' AND c.executor_id IS NOT NULL THEN
        PERFORM guard.refuse('leg_in_hand');
    END IF;
    IF deed.occurred IS DISTINCT FROM deed.recorded THEN
        PERFORM guard.check_moments(deed, behalf);
    END IF;
    RETURN behalf;
END $$;

-- An act happens when it is recorded, unless it is one that may be recorded later, and then not before what led here.
CREATE OR REPLACE FUNCTION guard.check_moments(deed guard.deed, behalf boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    step guard.transition%ROWTYPE := deed.step;
    recorded timestamptz := deed.recorded;
    occurred timestamptz := deed.occurred;
    led_here timestamptz;
BEGIN
    IF NOT step.may_be_later AND NOT behalf OR occurred IS NULL THEN
        PERFORM guard.refuse('happens_when_saved', jsonb_build_object('act', step.act));
    END IF;
    SELECT h.occurred_at INTO led_here FROM history h
    WHERE h.case_id = (deed.c).id AND CASE WHEN step.act = 'report_governor' THEN h.act = 'mark_significant'
                                           ELSE h.state_from <> h.state_to END
    ORDER BY h.seq DESC LIMIT 1;
    IF occurred > recorded THEN
        PERFORM guard.refuse('in_the_future', jsonb_build_object('at', guard.iso(occurred), 'now', guard.iso(recorded)));
    ELSIF occurred < led_here THEN
        PERFORM guard.refuse('before_previous_act', jsonb_build_object('at', guard.iso(occurred), 'before', guard.iso(led_here)));
    END IF;
END $$;
