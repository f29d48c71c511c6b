-- What the guards know: the workflow table, what each act may write, what it does to clocks, the secret of the seals.
CREATE TABLE IF NOT EXISTS guard.program (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    workflow text NOT NULL,
    secret bytea NOT NULL DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
CREATE TABLE IF NOT EXISTS guard.transition (
    state text, act text, variant text, roles text[] NOT NULL, leads_to text NOT NULL, closes boolean NOT NULL,
    may_be_later boolean NOT NULL, PRIMARY KEY (state, act, variant)
);
DO $$
BEGIN
    IF to_regtype('guard.who') IS NULL THEN
        CREATE TYPE guard.who AS (id bigint, uuid text, roles text[], agencies bigint[]);
    END IF;
    -- An act of a call: its place in it, its document, its case as it stands before, its row of the workflow.
    IF to_regtype('guard.deed') IS NULL THEN
        CREATE TYPE guard.deed AS (place int, doc jsonb, c public."case", step guard.transition, recorded timestamptz,
            occurred timestamptz, is_new boolean, behalf boolean);
    END IF;
END $$;
CREATE TABLE IF NOT EXISTS guard.act_column (act text, name text, PRIMARY KEY (act, name));
CREATE TABLE IF NOT EXISTS guard.act_write (act text, entity text, verb text, columns text[] NOT NULL,
    PRIMARY KEY (act, entity, verb));
CREATE TABLE IF NOT EXISTS guard.effect (
    regulation_id bigint REFERENCES public.regulation, state text, act text, variant text, code text, effect text,
    must boolean NOT NULL, PRIMARY KEY (regulation_id, state, act, variant, code, effect)
);
CREATE TABLE IF NOT EXISTS guard.region (regulation_id bigint PRIMARY KEY REFERENCES public.regulation,
    region_code text NOT NULL, governor_by text[] NOT NULL);

-- Which clocks each act touches under a regulation: told once, with the regulation, by whoever may set rules.
CREATE OR REPLACE FUNCTION guard.learn_regulation(wanted bigint, code_of_region text, reporters text[], effects jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT guard.is_owner() AND (guard.is_program() OR NOT guard.has_role('administrator')
        OR EXISTS (SELECT FROM guard.region WHERE regulation_id = wanted)) THEN
        PERFORM guard.refuse('role_may_not', '{"roles": ["administrator"]}');
    END IF;
    DELETE FROM guard.effect WHERE regulation_id = wanted;
    INSERT INTO guard.region VALUES (wanted, code_of_region, reporters)
    ON CONFLICT (regulation_id) DO UPDATE SET region_code = code_of_region, governor_by = reporters;
    INSERT INTO guard.effect (regulation_id, state, act, variant, code, effect, must)
    SELECT wanted, e->>0, e->>1, e->>2, e->>3, e->>4, (e->>5)::boolean FROM jsonb_array_elements(effects) e;
END $$;

CREATE OR REPLACE FUNCTION guard.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
