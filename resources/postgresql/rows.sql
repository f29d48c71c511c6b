-- The rows of a queue by their cases' ids, with all their names: of the cases that whoever signed in may read, no others.
-- Under row-level security the same took two to three times as long: a policy for each of eleven tables, asked of each row,
-- instead of one question about each case. `me` is whose turn comes first in an agency; NULL at a desk that sees all.
-- The columns are those of services/queries.py, in its order, and the agency.
DROP FUNCTION IF EXISTS guard.queue_rows(bigint[], bigint, timestamptz, date, timestamptz, timestamptz);
CREATE FUNCTION guard.queue_rows(
    case_ids bigint[], me bigint, at timestamptz, today date, day_begins timestamptz, day_ends timestamptz
) RETURNS TABLE (
    id bigint, number varchar, version integer, state varchar, importance varchar, significant boolean, excerpt varchar,
    place varchar, suggested_topic varchar, post_kind varchar, posted_at timestamptz, regulation_id bigint,
    step_code varchar, step_kind varchar, step_by_agreement boolean, step_started_at timestamptz,
    step_due_at timestamptz, answer_due_at timestamptz, returns integer, reworks integer, corrections integer,
    closed_at timestamptz, collected_at timestamptz, repeat_of varchar, promised_on date, executor varchar,
    turn integer, is_off_duty boolean, location varchar, topic varchar, agency varchar, source varchar, curator varchar,
    messages bigint, changed varchar, agency_id bigint
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
#variable_conflict use_column
DECLARE
    everything boolean := guard.sees_all();
    mine bigint[] := '{}';
BEGIN
    IF NOT everything THEN
        mine := guard.my_agencies();
    END IF;
    RETURN QUERY SELECT
        c.id, c.number, c.version, c.state, c.importance, c.significant, c.excerpt, c.place, c.suggested_topic,
        c.post_kind, c.posted_at, c.regulation_id, c.step_code, c.step_kind, c.step_by_agreement, c.step_started_at,
        c.step_due_at, c.answer_due_at, c.returns, c.reworks, c.corrections, c.closed_at, c.collected_at, c.repeat_of,
        c.promised_on, executor.name,
        CASE WHEN me IS NULL OR c.executor_id = me THEN 0 WHEN c.executor_id IS NULL THEN 1 ELSE 2 END,
        me IS NULL AND c.curator_id IS NOT NULL AND (
            EXISTS (SELECT FROM absence a WHERE a.person_id = c.curator_id AND NOT a.cancelled
                AND a.first_day <= today AND a.last_day >= today)
            OR EXISTS (SELECT FROM shift s WHERE s.starts_at < day_ends AND s.ends_at > day_begins)
            AND NOT EXISTS (SELECT FROM shift s WHERE s.person_id = c.curator_id AND s.starts_at <= at AND s.ends_at > at)),
        l.name, t.name, g.short_name, o.name, p.name,
        (SELECT count(*) FROM message m WHERE m.case_id = c.id),
        (SELECT h.kind FROM message m JOIN message_change h ON h.message_id = m.id WHERE m.case_id = c.id
            ORDER BY h.id DESC LIMIT 1),
        c.agency_id
    FROM "case" c
    JOIN source o ON o.id = c.source_id
    LEFT JOIN location l ON l.id = c.location_id
    LEFT JOIN topic t ON t.id = c.topic_id
    LEFT JOIN agency g ON g.id = c.agency_id
    LEFT JOIN person p ON p.id = c.curator_id
    LEFT JOIN person executor ON executor.id = c.executor_id
    WHERE c.id = ANY (case_ids) AND (everything OR c.agency_id = ANY (mine)
        OR EXISTS (  -- of each case; else all turns of the agency are read first
            SELECT FROM leg l WHERE l.case_id = c.id AND l.received_at IS NOT NULL AND l.agency_id = ANY (mine) OFFSET 0)
        OR c.merged_into IS NOT NULL AND guard.sees_case(c.id));
END $$;
