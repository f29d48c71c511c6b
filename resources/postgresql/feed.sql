-- What was done is told at its commit on one channel: ids and kinds, never texts. What a desk did not hear it asks for.
-- An act:    {"acts": [[history id, case id, act_id, act, state before, state after], …]}
-- An entry:  {"entries": [[journal id, entry, the hash's beginning], …]}
-- A message that was edited or removed on its page: {"messages": [[message_change id, case id]]}
-- Presence:  {"present": [case id]}
-- Too much for one notification: {}, which means "ask".
-- Whoever signed in may send what they like on a channel: an act's uuid and an entry's hash, which nobody knows before the
-- commit, keep a made-up one from passing for the one to come.
CREATE OR REPLACE FUNCTION guard.tell(facts jsonb) RETURNS void LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('cur_feed', CASE WHEN octet_length(facts::text) < 7900 THEN facts::text ELSE '{}' END);
END $$;

-- Acts, entries and changes of messages after these ids, and where the feed stands. A transaction that commits late may bring lower ids than
-- those already seen: `settled` (every transaction before it has ended) against an earlier `next` tells when none can.
-- Where more than 2,000 were missed they are not listed. Without ids only the place is given.
CREATE OR REPLACE FUNCTION guard.changes_after(history_id bigint, journal_id bigint, changed_id bigint)
RETURNS jsonb LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
    SELECT jsonb_build_object(
        'epoch', (SELECT value FROM meta WHERE key = 'epoch'),
        'settled', pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
        'next', pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        'history', coalesce((SELECT max(id) FROM history), 0),
        'journal', coalesce((SELECT max(id) FROM journal), 0),
        'changed', coalesce((SELECT max(id) FROM message_change), 0),
        'acts', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(h.id, h.case_id, h.act_id, h.act, h.state_from, h.state_to)
                ORDER BY h.id), '[]')
            FROM (SELECT * FROM history WHERE id > history_id ORDER BY id LIMIT 2001) h),
        'entries', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(j.id, j.entry, left(j.hash, 12)) ORDER BY j.id), '[]')
            FROM (SELECT * FROM journal WHERE id > journal_id ORDER BY id LIMIT 2001) j),
        'messages', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(c.id, m.case_id) ORDER BY c.id), '[]')
            FROM (SELECT * FROM message_change WHERE id > changed_id ORDER BY id LIMIT 2001) c
            JOIN message m ON m.id = c.message_id))
    WHERE guard.person_id() IS NOT NULL OR guard.is_owner() OR guard.is_program()
$$;

-- That somebody began or ended work on a card; renewing it is no news.
CREATE OR REPLACE FUNCTION guard.tell_presence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = guard, pg_temp AS $$
BEGIN
    PERFORM guard.tell(jsonb_build_object('present', jsonb_build_array(coalesce(NEW.case_id, OLD.case_id))));
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS presence_heard ON public.presence;
CREATE TRIGGER presence_heard AFTER INSERT OR DELETE ON public.presence FOR EACH ROW
EXECUTE FUNCTION guard.tell_presence();

-- That an author edited or removed a message, or the page's owner did.
CREATE OR REPLACE FUNCTION guard.tell_message() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.tell(jsonb_build_object('messages', jsonb_build_array(jsonb_build_array(
        NEW.id, (SELECT case_id FROM message WHERE id = NEW.message_id)))));
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS message_change_heard ON public.message_change;
CREATE TRIGGER message_change_heard AFTER INSERT ON public.message_change FOR EACH ROW
EXECUTE FUNCTION guard.tell_message();
