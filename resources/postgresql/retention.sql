-- Who wrote is forgotten some months after a case was closed, as the region settled (152-ФЗ): name, page and contact of
-- the author, every link that leads to them, the text for the agency's own page, which names them, and the salts without
-- which no digest of the history tells whether a guess is right; refused rows so long after their import. What is kept of
-- a message's key and link are digests under a secret that nobody reads, so that it does not come in again as a new one.
-- Only the program does it, and only as far as the setting goes: the database computes the day itself.
DROP FUNCTION IF EXISTS guard.anonymise(int);
CREATE FUNCTION guard.anonymise(most int) RETURNS TABLE (before timestamptz, forgotten text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    months int := coalesce((SELECT value::int FROM meta WHERE key = 'retention_months'), 0);
    ids bigint[];
BEGIN
    IF NOT (guard.is_owner() OR guard.is_program()) THEN
        PERFORM guard.refuse('another_name');
    END IF;
    before := guard.now() - make_interval(months => months);
    IF months > 0 THEN
        SELECT coalesce(array_agg(id), '{}'), coalesce(array_agg(uuid), '{}') INTO ids, forgotten FROM (
            SELECT m.id, m.uuid FROM message m JOIN "case" c ON c.id = m.case_id
            WHERE c.closed_at < before AND m.forgotten_at IS NULL ORDER BY m.id LIMIT most) found;
        INSERT INTO forgetting_secret (secret) SELECT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')
        WHERE NOT EXISTS (SELECT FROM forgetting_secret);
        INSERT INTO forgotten_mark (digest, message_id)
        SELECT guard.forgotten_digest(known), id FROM (
            SELECT 'key:' || intake_key AS known, id FROM message WHERE id = ANY (ids)
            UNION ALL SELECT 'link:' || link_id, id FROM message WHERE id = ANY (ids) AND link_id <> '') kept;
        UPDATE author SET name = '', link = '', contact = ''
            WHERE id IN (SELECT author_id FROM message WHERE id = ANY (ids));
        UPDATE message SET link = '', link_id = '', intake_key = 'forgotten:' || uuid, forgotten_at = guard.now()
            WHERE id = ANY (ids);
        UPDATE attachment SET link = '' WHERE message_id = ANY (ids) AND link <> '';
        UPDATE publication SET link = '', author_link = '', salt = '' WHERE message_id = ANY (ids);
        UPDATE reply SET link = '', salt = '' WHERE case_id IN (SELECT case_id FROM message WHERE id = ANY (ids));
        UPDATE rendering SET text = '', salt = '' WHERE message_id = ANY (ids);
        UPDATE dispatch SET link = '', fault_params = '{}' WHERE message_id = ANY (ids);
        DELETE FROM kin_mark WHERE message_id = ANY (ids) AND mark <> 0;
        DELETE FROM message_origin WHERE message_id = ANY (ids);
        DELETE FROM import_refusal r USING import_run i WHERE i.id = r.run_id AND i.started_at < before;
    END IF;
    forgotten := coalesce(forgotten, '{}');
    RETURN NEXT;
END $$;

-- As app/services/forgotten.py has it.
CREATE OR REPLACE FUNCTION guard.forgotten_digest(known text) RETURNS text LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    RETURN (SELECT encode(sha256(convert_to(secret || known, 'UTF8')), 'hex') FROM forgetting_secret ORDER BY id LIMIT 1);
END $$;

-- Which of these are keys or links of forgotten messages: asked by whoever takes messages in, of what they have in hand.
CREATE OR REPLACE FUNCTION guard.recall(wanted text[])
RETURNS TABLE (known text, message_id bigint, case_id bigint, post_kind varchar)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF NOT (guard.is_owner() OR guard.is_program() OR guard.has_role('curator')) THEN
        PERFORM guard.refuse('role_may_not', '{"roles": ["curator"]}');
    END IF;
    IF EXISTS (SELECT FROM forgotten_mark) THEN
        RETURN QUERY SELECT w.one, m.id, m.case_id, m.post_kind FROM unnest(wanted) w(one)
            JOIN forgotten_mark f ON f.digest = guard.forgotten_digest(w.one) JOIN message m ON m.id = f.message_id;
    END IF;
END $$;
