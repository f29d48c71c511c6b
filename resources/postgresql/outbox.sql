-- Answers on their way: people order them, take them back and have them sent again, where they may publish; what came of
-- a sending is the program's alone to say. As app/services/outbox/ordering.py has it.
CREATE OR REPLACE FUNCTION guard.may_publish(wanted bigint) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    c "case"%ROWTYPE;
    allowed text[];
    mine text[] := guard.roles_of(guard.person_id());
BEGIN
    SELECT * INTO c FROM "case" WHERE id = wanted;
    SELECT t.roles INTO allowed FROM guard.transition t JOIN draft d ON d.uuid = c.draft_uuid AND d.kind = t.variant
    WHERE t.state = c.state AND t.act = 'publish';
    IF c.agency_id = ANY (guard.agencies_of(guard.person_id())) THEN
        RETURN coalesce(mine && allowed, false);
    END IF;
    RETURN coalesce('curator' = ANY (mine), false) AND allowed IS NOT NULL;  -- on the agency's behalf
END $$;

CREATE OR REPLACE FUNCTION guard.check_dispatch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    settled text[] := ARRAY['state', 'not_before', 'fault', 'attempts'];
BEGIN
    IF guard.is_owner() OR guard.is_program() AND TG_OP = 'UPDATE' AND NEW.ordered_by_id = OLD.ordered_by_id
            AND NEW.act_id = OLD.act_id AND NEW.case_id = OLD.case_id THEN
        RETURN NEW;
    ELSIF guard.is_program() THEN
        PERFORM guard.refuse('another_name');  -- people order
    END IF;
    IF NOT guard.may_publish(NEW.case_id) THEN
        PERFORM guard.refuse('role_may_not', '{"act": "publish", "roles": ["executor", "responsible"]}');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' OR NEW.attempts <> 0 OR NEW.link <> '' OR NEW.published_at IS NOT NULL
           OR NEW.tried_at IS NOT NULL OR NOT EXISTS (
               SELECT FROM message m JOIN "case" c ON c.id = m.case_id
               WHERE m.id = NEW.message_id AND c.id = NEW.case_id AND c.draft_uuid = NEW.draft_uuid) THEN
            PERFORM guard.refuse('not_approved');
        END IF;
    ELSIF to_jsonb(NEW) - settled IS DISTINCT FROM to_jsonb(OLD) - settled OR NOT (
        NEW.state = 'cancelled' AND OLD.state IN ('waiting', 'failed', 'check')
        OR NEW.state = 'waiting' AND OLD.state IN ('failed', 'check')
           AND NEW.draft_uuid = (SELECT draft_uuid FROM "case" WHERE id = NEW.case_id)) THEN
        PERFORM guard.refuse('outbox_too_late');
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS dispatch_checked ON public.dispatch;
CREATE TRIGGER dispatch_checked BEFORE INSERT OR UPDATE ON public.dispatch FOR EACH ROW
EXECUTE FUNCTION guard.check_dispatch();
