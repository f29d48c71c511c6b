-- An alert is acknowledged, set aside and brought back by whoever is asked to act, in their own name and at the moment it
-- is done: one that nobody answers for would only be silenced. As app/services/alerts/answering.py has it, but that a
-- curator may answer for another curator, whose duty may be over.
CREATE OR REPLACE FUNCTION guard.check_alert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    me bigint := guard.person_id();
    at timestamptz := guard.now();
    latest timestamptz;
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        RETURN NEW;
    ELSIF OLD.ended_at IS NOT NULL THEN
        PERFORM guard.refuse('alert_over');
    ELSIF NOT (OLD.side = 'curator' AND guard.has_role('curator') OR OLD.side = 'agency' AND EXISTS (
            SELECT FROM "case" c
            WHERE c.id = OLD.case_id AND c.agency_id = ANY (guard.my_agencies()) AND (coalesce(c.executor_id, me) = me
                OR c.executor_id IN (SELECT guard.acts_for(me)) OR OLD.level = 'due' AND guard.has_role('responsible')))) THEN
        PERFORM guard.refuse('alert_not_yours');
    END IF;
    IF NEW.shelved_until IS NULL THEN  -- acknowledged, or brought back, which counts as that
        IF (NEW.shelved_by_id, NEW.shelf_reason) IS DISTINCT FROM (OLD.shelved_by_id, OLD.shelf_reason)
           OR NEW.acknowledged_by_id IS DISTINCT FROM me OR NEW.acknowledged_at IS NULL THEN
            PERFORM guard.refuse('another_name');
        ELSIF abs(extract(epoch FROM NEW.acknowledged_at - at)) > 60 THEN
            PERFORM guard.refuse('moment_forged');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.shelved_by_id IS DISTINCT FROM me OR (NEW.acknowledged_at, NEW.acknowledged_by_id)
            IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id) THEN
        PERFORM guard.refuse('another_name');
    ELSIF btrim(NEW.shelf_reason) = '' THEN
        PERFORM guard.refuse('shelf_without_reason');
    END IF;
    SELECT min(due) INTO latest FROM "case" c, unnest(ARRAY[c.step_due_at, c.answer_due_at]) due
    WHERE c.id = OLD.case_id AND due > at AND due < '9999-01-01';
    IF latest IS NULL THEN
        PERFORM guard.refuse('shelf_too_late');
    ELSIF NEW.shelved_until >= latest THEN
        PERFORM guard.refuse('shelf_past_deadline', jsonb_build_object('latest', guard.iso(latest)));
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS alert_checked ON public.alert;
CREATE TRIGGER alert_checked BEFORE UPDATE ON public.alert FOR EACH ROW EXECUTE FUNCTION guard.check_alert();
