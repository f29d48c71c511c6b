-- Who wrote is forgotten some months after a case was closed, as the region settled (152-ФЗ): also by the text for the
-- agency's own page, which names them, and where in its network the message stands; refused rows so long after their
-- import. Only the program does it, and only as far as the setting goes: the database computes the day itself.
CREATE OR REPLACE FUNCTION guard.anonymise(most int) RETURNS TABLE (before timestamptz, messages int)
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
        SELECT coalesce(array_agg(id), '{}') INTO ids FROM (
            SELECT m.id FROM message m JOIN "case" c ON c.id = m.case_id LEFT JOIN author a ON a.id = m.author_id
            WHERE c.closed_at < before AND (m.link <> '' OR m.link_id <> ''
                  OR coalesce(a.name, '') <> '' OR coalesce(a.link, '') <> '' OR coalesce(a.contact, '') <> '')
            ORDER BY m.id LIMIT most) found;
        UPDATE author SET name = '', link = '', contact = ''
            WHERE id IN (SELECT author_id FROM message WHERE id = ANY (ids));
        UPDATE message SET link = '', link_id = '' WHERE id = ANY (ids);
        DELETE FROM kin_mark WHERE message_id = ANY (ids) AND mark <> 0;
        DELETE FROM message_origin WHERE message_id = ANY (ids);
        UPDATE rendering SET text = '' WHERE message_id = ANY (ids);
        DELETE FROM import_refusal r USING import_run i WHERE i.id = r.run_id AND i.started_at < before;
    END IF;
    messages := coalesce(cardinality(ids), 0);
    RETURN NEXT;
END $$;
