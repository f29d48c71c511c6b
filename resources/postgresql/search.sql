-- What cases are found by: the stems of their words, their number («№4217», «№2026-4217») and who wrote («@иванов»).
-- Triggers write it in the transaction that writes the case, so what was saved a moment ago is found. Nobody reads it:
-- guard.find_cases looks in it for whoever signed in, and tells only the cases that this person may read.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_dict WHERE dictname = 'russian' AND dictnamespace = 'guard'::regnamespace) THEN
        CREATE TEXT SEARCH DICTIONARY guard.russian (TEMPLATE = pg_catalog.snowball, Language = russian);
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS guard.search_entry (case_id bigint PRIMARY KEY, words tsvector NOT NULL);
-- A long list of what is not sorted in yet would be read by every search.
CREATE INDEX IF NOT EXISTS search_entry_words ON guard.search_entry USING gin (words) WITH (gin_pending_list_limit = 256);

-- Every stem of letters that is or was there: where a misspelt word is looked for. Copies do no harm, so that nobody waits for
-- somebody else's new word.
CREATE TABLE IF NOT EXISTS guard.search_word (stem text NOT NULL);
CREATE INDEX IF NOT EXISTS search_word_stem ON guard.search_word (stem COLLATE "C");

-- The words of a folded text.
CREATE OR REPLACE FUNCTION guard.words_in(folded text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(word, 60) FROM string_to_table(regexp_replace(folded, '[^0-9a-zа-я]+', ' ', 'g'), ' ') word WHERE word <> ''
$$;

-- The words of a text, folded by any collation the database may have: dear for a long one.
CREATE OR REPLACE FUNCTION guard.words_of(told text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT guard.words_in(translate(told, 'ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё',
        'abcdefghijklmnopqrstuvwxyzабвгдеежзийклмнопрстуфхцчшщъыьэюяе'))
$$;

CREATE OR REPLACE FUNCTION guard.stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce((ts_lexize('guard.russian', word))[1], word)
$$;

-- A number by its end, by its year and end, and whole; zeros before the last part do not count.
CREATE OR REPLACE FUNCTION guard.number_marks(number text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg('№' || array_to_string(parts[first:cardinality(parts) - 1]
            || coalesce(nullif(ltrim(parts[cardinality(parts)], '0'), ''), '0'), '-'))
    FROM (SELECT string_to_array(number, '-') AS parts) p, generate_series(1, cardinality(parts)) first
$$;

-- Put cases into the index as they stand: one call for all that a transaction entered costs a third of a call for each.
CREATE OR REPLACE FUNCTION guard.index_cases(ids bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp SET jit = off AS $$
BEGIN
    WITH told AS MATERIALIZED (
        SELECT c.id, ARRAY(SELECT DISTINCT guard.stem(word) FROM (SELECT word FROM guard.words_in(c.folded) word
                UNION SELECT word FROM guard.words_of(c.place) word) said) AS stems,
            guard.number_marks(c.number) || ARRAY(SELECT DISTINCT '@' || word
                FROM message m JOIN author a ON a.id = m.author_id, guard.words_of(a.name) word WHERE m.case_id = c.id) AS marks
        FROM "case" c WHERE c.id = ANY (ids)
    ), learnt AS (
        INSERT INTO search_word SELECT stem FROM (SELECT DISTINCT unnest(stems) AS stem FROM told) said
        WHERE length(stem) > 2 AND stem !~ '[0-9]'
            AND NOT EXISTS (SELECT FROM search_word w WHERE w.stem = said.stem COLLATE "C")
    )
    INSERT INTO search_entry AS e (case_id, words) SELECT id, array_to_tsvector(stems || marks) FROM told ORDER BY id
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words WHERE e.words <> excluded.words;
END $$;

-- A case that an act makes has its uuid for a number until all cases of the call get theirs: guard.give_numbers, the last
-- to write them, has them put into the index at once.
CREATE OR REPLACE FUNCTION guard.index_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'case' THEN
        PERFORM guard.index_cases(ARRAY[NEW.id]);
    ELSIF TG_TABLE_NAME = 'author' THEN
        PERFORM guard.index_cases(ARRAY(SELECT DISTINCT case_id FROM message WHERE author_id = NEW.id));
    ELSIF TG_OP = 'UPDATE' THEN
        PERFORM guard.index_cases(ARRAY[OLD.case_id, NEW.case_id]);
    ELSIF (SELECT number <> uuid FROM "case" WHERE id = NEW.case_id) THEN
        PERFORM guard.index_cases(ARRAY[NEW.case_id]);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS case_entered ON public."case";
CREATE TRIGGER case_entered AFTER INSERT ON public."case" FOR EACH ROW WHEN (NEW.number <> NEW.uuid)
EXECUTE FUNCTION guard.index_changed();
DROP TRIGGER IF EXISTS case_reworded ON public."case";
CREATE TRIGGER case_reworded AFTER UPDATE OF folded, place, number ON public."case" FOR EACH ROW
WHEN (OLD.number <> OLD.uuid AND (OLD.folded, OLD.place, OLD.number) IS DISTINCT FROM (NEW.folded, NEW.place, NEW.number))
EXECUTE FUNCTION guard.index_changed();
DROP TRIGGER IF EXISTS message_written_by ON public.message;
CREATE TRIGGER message_written_by AFTER INSERT ON public.message FOR EACH ROW WHEN (NEW.author_id IS NOT NULL)
EXECUTE FUNCTION guard.index_changed();
DROP TRIGGER IF EXISTS message_moved ON public.message;
CREATE TRIGGER message_moved AFTER UPDATE OF case_id, author_id ON public.message FOR EACH ROW
WHEN ((OLD.case_id, OLD.author_id) IS DISTINCT FROM (NEW.case_id, NEW.author_id))
EXECUTE FUNCTION guard.index_changed();
DROP TRIGGER IF EXISTS author_renamed ON public.author;
CREATE TRIGGER author_renamed AFTER UPDATE OF name ON public.author FOR EACH ROW WHEN (OLD.name <> NEW.name)
EXECUTE FUNCTION guard.index_changed();

-- What a word may have been meant for: the stems one letter away (put in, left out, changed, two swapped) that are there.
CREATE OR REPLACE FUNCTION guard.near_stems(stem text) RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp SET enable_seqscan = off SET jit = off AS $$
DECLARE
    near text[];
BEGIN
    IF length(stem) < 4 OR stem ~ '[0-9]' THEN
        RETURN ARRAY[stem];
    END IF;
    SELECT array_agg(candidate COLLATE "C") INTO near FROM (
        SELECT left(stem, at) || letter || substr(stem, at + 1 + cut) AS candidate
        FROM generate_series(0, length(stem)) at, string_to_table('абвгдежзийклмнопрстуфхцчшщъыьэюя', NULL) letter,
            generate_series(0, 1) cut
        UNION ALL SELECT left(stem, at) || substr(stem, at + 2) FROM generate_series(0, length(stem) - 1) at
        UNION ALL SELECT left(stem, at) || substr(stem, at + 2, 1) || substr(stem, at + 1, 1) || substr(stem, at + 3)
        FROM generate_series(0, length(stem) - 2) at
    ) candidates;
    RETURN ARRAY(SELECT DISTINCT w.stem FROM search_word w WHERE w.stem COLLATE "C" = ANY (near));
END $$;

-- What is asked as a query: for each piece typed its number, or all of its words, each by its stem or as a name.
-- `narrow` leaves numbers and names only; `near` takes for each word those it may have been meant for.
CREATE OR REPLACE FUNCTION guard.search_query(asked jsonb, narrow boolean, near boolean) RETURNS tsquery LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    piece jsonb;
    word text;
    one tsquery;
    words tsquery;
    every tsquery;
BEGIN
    FOR piece IN SELECT jsonb_array_elements(asked) LIMIT 20 LOOP
        words := NULL;
        FOR word IN SELECT guard.words_of(told) FROM jsonb_array_elements_text(piece->'words') told LIMIT 20 LOOP
            one := quote_literal('@' || word)::tsquery;
            IF NOT narrow THEN
                one := one || quote_literal(guard.stem(word))::tsquery;
                IF near THEN
                    SELECT one || coalesce(string_agg(quote_literal(stem), '|')::tsquery, ''::tsquery) INTO one
                    FROM unnest(guard.near_stems(guard.stem(word))) stem;
                ELSIF (piece->>'open')::boolean THEN
                    one := one || (quote_literal(word) || ':*')::tsquery || (quote_literal('@' || word) || ':*')::tsquery;
                END IF;
            END IF;
            words := CASE WHEN words IS NULL THEN one ELSE words && one END;
        END LOOP;
        IF piece->>'number' <> '' THEN
            words := quote_literal(piece->>'number')::tsquery || coalesce(words, ''::tsquery);
        END IF;
        every := CASE WHEN every IS NULL THEN words ELSE every && words END;
    END LOOP;
    RETURN every;
END $$;

-- Which cases a place holds that this person may read, its order, and what is beyond the row of `place.after`: SQL.
CREATE OR REPLACE FUNCTION guard.search_place(place jsonb, OUT within text, OUT ordered text, OUT beyond text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    mine bigint[];
    last jsonb := place->'after';
    turn text := format('coalesce((SELECT CASE l.executor_id WHEN %L THEN 0 ELSE 2 END FROM leg l WHERE l.uuid = c.leg_uuid '
        'AND l.executor_id IS NOT NULL), 1)', (place->>'me')::bigint);
BEGIN
    within := 'true';
    IF NOT guard.sees_all() THEN
        mine := guard.my_agencies();
        within := CASE cardinality(mine) WHEN 1 THEN format('c.agency_id = %s', mine[1])
            ELSE format('c.agency_id = ANY (%L::bigint[])', mine) END || format(' AND EXISTS (SELECT FROM leg l '
            'WHERE l.case_id = c.id AND l.received_at IS NOT NULL AND l.agency_id = ANY (%L::bigint[]) OFFSET 0)', mine);
    END IF;
    IF place ? 'states' THEN
        within := within || format(' AND c.state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(place->'states')));
    END IF;
    IF place ? 'agency' THEN
        within := within || format(' AND c.agency_id = %s', (place->>'agency')::bigint);
    END IF;
    IF place ? 'with' THEN
        within := within || format(' AND c.agency_id = %s', (place->>'with')::bigint);
    END IF;
    IF place ? 'topic' THEN  -- its own, of those under it and of those merged into it; else the one that came with it
        within := within || replace(' AND (c.topic_id IN (SELECT t.id FROM topic t WHERE /*of*/) OR (c.topic_id IS NULL '
            'AND c.suggested_topic IN (SELECT t.name FROM topic t WHERE /*of*/)))', '/*of*/',
            format('%s IN (t.id, t.parent_id, t.merged_into_id)', (place->>'topic')::bigint));
    END IF;
    IF place ? 'overdue' THEN
        within := within || format(' AND (c.step_due_at < %1$L OR c.answer_due_at < %1$L)', (place->>'overdue')::timestamptz);
    END IF;
    IF place ? 'soon' THEN
        within := within || format(' AND c.step_due_at BETWEEN %L AND %L',
            (place->'soon'->>0)::timestamptz, (place->'soon'->>1)::timestamptz);
    END IF;
    within := within || coalesce((SELECT string_agg(format(' AND strpos(c.folded, %L) > 0', sign), '')
        FROM jsonb_array_elements_text(place->'signs') sign), '');
    IF place ? 'ids' THEN
        within := within || format(' AND c.id = ANY (%L::bigint[])',
            ARRAY(SELECT value::bigint FROM jsonb_array_elements_text(place->'ids')));
    END IF;
    CASE place->>'order'
    WHEN 'closed' THEN
        ordered := 'c.closed_at DESC, c.id DESC';
        beyond := format('(c.closed_at, c.id) < (%L, %L)', (last->>'at')::timestamptz, (last->>'id')::bigint);
    WHEN 'collected' THEN
        ordered := 'c.collected_at DESC, c.id DESC';
        beyond := format('(c.collected_at, c.id) < (%L, %L)', (last->>'at')::timestamptz, (last->>'id')::bigint);
    WHEN 'turn' THEN
        ordered := turn || ', c.step_due_at, c.id';
        beyond := format('(%s, c.step_due_at, c.id) > (%L, %L, %L)', turn, (last->>'turn')::int,
            (last->>'at')::timestamptz, (last->>'id')::bigint);
    WHEN 'newest' THEN
        ordered := 'c.id DESC';
        beyond := format('c.id < %L', (last->>'id')::bigint);
    ELSE
        ordered := 'c.step_due_at, c.id';
        beyond := format('(c.step_due_at, c.id) > (%L, %L)', (last->>'at')::timestamptz, (last->>'id')::bigint);
    END CASE;
END $$;

-- The cases of a query where they are few, NULL where they are more than `most`. What the server has figures of it knows
-- to be common; what it has none of may be in three cases: left to itself it would read a million in their order for them.
CREATE OR REPLACE FUNCTION guard.few_cases(query tsquery, most int) RETURNS bigint[] LANGUAGE plpgsql VOLATILE
SECURITY DEFINER SET search_path = public, guard, pg_temp SET enable_seqscan = off SET enable_indexscan = off AS $$
DECLARE
    plan json;
    few bigint[];
BEGIN
    EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM search_entry WHERE words @@ %L::tsquery', query) INTO plan;
    IF (plan->0->'Plan'->>'Plan Rows')::float > most THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT coalesce(array_agg(case_id), ''{}'') FROM (SELECT case_id FROM search_entry '
        'WHERE words @@ %L::tsquery LIMIT %s) found', query, most + 1) INTO few;
    RETURN CASE WHEN cardinality(few) <= most THEN few END;
END $$;

-- The cases that have what is asked, in the order of a queue, after the last one of the page before. `rank` is 0 for
-- numbers and names, 1 for words, 2 for words nearly alike (looked for where nothing else is found).
-- Only such cases are told as this person reads; whoever does no work at a desk (a wall) finds nothing.
CREATE OR REPLACE FUNCTION guard.find_cases(asked jsonb, place jsonb, most int) RETURNS TABLE (id bigint, rank int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    narrow tsquery := guard.search_query(asked, true, false);
    wide tsquery := guard.search_query(asked, false, false);
    after_rank int := (place->'after'->>'rank')::int;
    sought record;
    query tsquery;
    few bigint[];
    step int;
    rows int;
    found_all int := 0;
    is_there boolean := false;
BEGIN
    IF wide IS NULL OR NOT guard.is_staff() THEN
        RETURN;
    END IF;
    most := least(most, 1000);
    sought := guard.search_place(place);
    FOR step IN coalesce(after_rank, 0) .. 2 LOOP
        IF step = 2 AND coalesce(after_rank, 0) < 2 THEN
            EXIT WHEN found_all > 0 OR after_rank IS NOT NULL;
            IF place ? 'ids' THEN  -- of some cases: what is nearly alike is shown only where nothing else is
                EXECUTE format('SELECT EXISTS (SELECT FROM search_entry s JOIN "case" c ON c.id = s.case_id '
                    'WHERE s.words @@ %L::tsquery AND %s)', wide, (guard.search_place(place - 'ids')).within) INTO is_there;
                EXIT WHEN is_there;
            END IF;
        END IF;
        EXIT WHEN found_all >= most;
        query := CASE step WHEN 0 THEN narrow WHEN 1 THEN wide && !!narrow ELSE guard.search_query(asked, false, true) END;
        few := guard.few_cases(query, 20000);
        CONTINUE WHEN few = '{}';
        -- what is common is met soon in the order of the queue, what is rare is put in order
        RETURN QUERY EXECUTE format('SELECT c.id, %s FROM "case" c WHERE %s AND %s AND %s ORDER BY %s LIMIT %s', step,
            CASE WHEN few IS NULL THEN format('EXISTS (SELECT FROM search_entry s WHERE s.case_id = c.id '
                'AND s.words @@ %L::tsquery OFFSET 0)', query) ELSE format('c.id = ANY (%L::bigint[])', few) END,
            sought.within, CASE WHEN step = after_rank THEN sought.beyond ELSE 'true' END, sought.ordered, most - found_all);
        GET DIAGNOSTICS rows = ROW_COUNT;
        found_all := found_all + rows;
    END LOOP;
END $$;

-- What is not in the index yet: of a region that was there before, or copied whole.
SELECT guard.index_cases(ARRAY(SELECT c.id FROM public."case" c
    WHERE NOT EXISTS (SELECT FROM guard.search_entry e WHERE e.case_id = c.id)));
