-- A memo (п. 22) is free while it is a draft and frozen when it is sent, with what it holds and to whom it goes: after that
-- it is said only that it was received, mended, closed. As app/services/memos.py has it.
CREATE OR REPLACE FUNCTION guard.check_memo() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    follows text[] := ARRAY['state', 'version', 'changed_by_id', 'changed_at', 'closed_at', 'closed_note'];
BEGIN
    IF OLD.state <> 'draft' AND NOT guard.is_owner() AND (TG_OP = 'DELETE' OR NEW.state = 'draft'
            OR to_jsonb(NEW) - follows IS DISTINCT FROM to_jsonb(OLD) - follows) THEN
        PERFORM guard.refuse('memo_sent');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER IF EXISTS memo_checked ON public.memo;
CREATE TRIGGER memo_checked BEFORE UPDATE OR DELETE ON public.memo FOR EACH ROW EXECUTE FUNCTION guard.check_memo();

-- Of what a memo holds the trigger's arguments name the columns that may change when it was sent.
CREATE OR REPLACE FUNCTION guard.check_of_memo() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    memo_before bigint := CASE WHEN TG_OP <> 'INSERT' THEN OLD.memo_id END;
    memo_after bigint := CASE WHEN TG_OP <> 'DELETE' THEN NEW.memo_id END;
BEGIN
    IF NOT guard.is_owner() AND (TG_OP <> 'UPDATE' OR to_jsonb(NEW) - TG_ARGV IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV)
       AND EXISTS (SELECT FROM memo WHERE id IN (memo_before, memo_after) AND state <> 'draft') THEN
        PERFORM guard.refuse('memo_sent');
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
DROP TRIGGER IF EXISTS memo_item_checked ON public.memo_item;
CREATE TRIGGER memo_item_checked BEFORE INSERT OR UPDATE OR DELETE ON public.memo_item FOR EACH ROW
EXECUTE FUNCTION guard.check_of_memo('due_on', 'mended_on', 'mended_note', 'mended_by_id');
DROP TRIGGER IF EXISTS memo_addressee_checked ON public.memo_addressee;
CREATE TRIGGER memo_addressee_checked BEFORE INSERT OR UPDATE OR DELETE ON public.memo_addressee FOR EACH ROW
EXECUTE FUNCTION guard.check_of_memo('received_at', 'received_note');
