-- What cases are found by: the stems of their words, their number («№4217», «№2026-4217») and who wrote («@иванов»).
-- Triggers write it in the transaction that writes the case, so what was saved a moment ago is found. Nobody reads it:
-- guard.find_cases looks in it for whoever signed in, and tells only the cases that this person may read.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_dict WHERE dictname = 'russian' AND dictnamespace = 'guard'::regnamespace) THEN
        CREATE TEXT SEARCH DICTIONARY guard.russian (TEMPLATE = pg_catalog.snowball, Language = russian);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'words' AND cfgnamespace = 'guard'::regnamespace) THEN
        CREATE TEXT SEARCH CONFIGURATION guard.words (PARSER = pg_catalog.default);
        ALTER TEXT SEARCH CONFIGURATION guard.words ADD MAPPING FOR asciiword, word, numword, int, uint, float, sfloat
            WITH guard.russian;
    END IF;
END $$;

CREATE TABLE IF NOT EXISTS guard.search_entry (case_id bigint PRIMARY KEY, words tsvector NOT NULL);
-- A long list of what is not sorted in yet would be read by every search.
CREATE INDEX IF NOT EXISTS search_entry_words ON guard.search_entry USING gin (words) WITH (gin_pending_list_limit = 256);

-- Every stem but bare numbers that is or was there: where a misspelt word is looked for. Copies do no harm, so that nobody
-- waits for somebody else's new word.
CREATE TABLE IF NOT EXISTS guard.search_word (stem text NOT NULL);
CREATE INDEX IF NOT EXISTS search_word_stem ON guard.search_word (stem COLLATE "C");

-- The words of a folded text.
CREATE OR REPLACE FUNCTION guard.words_in(folded text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(word, 60) FROM string_to_table(regexp_replace(folded, '[^0-9a-zа-я]+', ' ', 'g'), ' ') word WHERE word <> ''
$$;

-- A text folded, whatever collation the database has: dear for a long one.
CREATE OR REPLACE FUNCTION guard.folded(told text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(told, 'ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё',
        'abcdefghijklmnopqrstuvwxyzабвгдеежзийклмнопрстуфхцчшщъыьэюяе')
$$;

CREATE OR REPLACE FUNCTION guard.words_of(told text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT guard.words_in(guard.folded(told))
$$;

CREATE OR REPLACE FUNCTION guard.stem(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce((ts_lexize('guard.russian', word))[1], word)
$$;

-- The stems of all words of a folded text. The server's own parser finds them in a third of the time, but keeps long words
-- whole and cuts those that begin as a number with an exponent does ("2e3а"): they are taken one by one.
CREATE OR REPLACE FUNCTION guard.stems_of(folded text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = guard, pg_temp AS $$
DECLARE spaced text := regexp_replace(folded, '[^0-9a-zа-я]+', ' ', 'g');
BEGIN
    IF spaced ~ '[^ ]{61}|[0-9]e[0-9]' OR length(spaced) > 200000 THEN
        RETURN array_to_tsvector(ARRAY(SELECT DISTINCT guard.stem(word) FROM guard.words_in(spaced) word));
    END IF;
    RETURN strip(to_tsvector('guard.words', spaced));
END $$;

-- A number by its end, by its year and end, and whole; zeros before the last part do not count.
CREATE OR REPLACE FUNCTION guard.number_marks(number text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := string_to_array(number, '-');
    told text := coalesce(nullif(ltrim(parts[cardinality(parts)], '0'), ''), '0');
    marks text[] := ARRAY['№' || told];
BEGIN
    FOR part IN REVERSE cardinality(parts) - 1 .. 1 LOOP
        told := parts[part] || '-' || told;
        marks := marks || ('№' || told);
    END LOOP;
    RETURN marks;
END $$;

CREATE OR REPLACE FUNCTION guard.second_of(at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT floor(extract(epoch FROM at))::bigint
$$;

-- Ever wider marks of a number: «#a244» for 4096 ids of cases, «#b30» for eight times as many, «#c3».
CREATE OR REPLACE FUNCTION guard.marks_of(kind text, number bigint, narrowest int) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY[kind || 'a' || (number >> narrowest), kind || 'b' || (number >> narrowest + 3),
        kind || 'c' || (number >> narrowest + 6)]
$$;

-- Where a case stands, so that a search need not look at all of a million for those of a place: its agency («&5»), open or
-- closed within which hours («=a…», 2¹³ seconds), and among which it was entered.
CREATE OR REPLACE FUNCTION guard.place_marks(id bigint, agency_id bigint, closed_at timestamptz) RETURNS text[] LANGUAGE sql
STABLE AS $$
    SELECT guard.marks_of('#', id, 12) || array_remove(ARRAY['&' || agency_id], NULL)
        || CASE WHEN closed_at IS NULL THEN ARRAY['=open'] ELSE guard.marks_of('=', guard.second_of(closed_at), 13) END
$$;

-- Put cases into the index as they stand: one call for all that a statement entered costs a third of a call for each.
CREATE OR REPLACE FUNCTION guard.index_cases(ids bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp SET jit = off SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
BEGIN
    WITH signed AS (
        SELECT m.case_id, array_agg(DISTINCT '@' || word) AS marks
        FROM message m JOIN author a ON a.id = m.author_id, guard.words_of(a.name) word WHERE m.case_id = ANY (ids)
        GROUP BY m.case_id
    ), told AS MATERIALIZED (
        SELECT c.id, guard.stems_of(c.folded || ' ' || guard.folded(c.place)) AS stems,
            guard.number_marks(c.number) || guard.place_marks(c.id, c.agency_id, c.closed_at) || signed.marks AS marks
        FROM "case" c LEFT JOIN signed ON signed.case_id = c.id WHERE c.id = ANY (ids)
    ), learnt AS (
        INSERT INTO search_word SELECT stem FROM (SELECT DISTINCT unnest(tsvector_to_array(stems)) AS stem FROM told) said
        WHERE length(stem) > 2 AND stem ~ '[^0-9]'
            AND NOT EXISTS (SELECT FROM search_word w WHERE w.stem = said.stem COLLATE "C")
    )
    INSERT INTO search_entry AS e (case_id, words) SELECT id, stems || array_to_tsvector(marks) FROM told ORDER BY id
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words WHERE e.words <> excluded.words;
END $$;

-- A case is found from when its first message is there: all that a statement entered are put into the index at once.
CREATE OR REPLACE FUNCTION guard.index_entered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    PERFORM guard.index_cases(ARRAY(SELECT DISTINCT case_id FROM entered));
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION guard.index_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'case' THEN
        PERFORM guard.index_cases(ARRAY[NEW.id]);
    ELSIF TG_TABLE_NAME = 'author' THEN
        PERFORM guard.index_cases(ARRAY(SELECT DISTINCT case_id FROM message WHERE author_id = NEW.id));
    ELSE
        PERFORM guard.index_cases(ARRAY[OLD.case_id, NEW.case_id]);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS case_reworded ON public."case";
CREATE TRIGGER case_reworded AFTER UPDATE OF folded, place, number ON public."case" FOR EACH ROW
WHEN ((OLD.folded, OLD.place, OLD.number) IS DISTINCT FROM (NEW.folded, NEW.place, NEW.number))
EXECUTE FUNCTION guard.index_changed();

CREATE OR REPLACE FUNCTION guard.index_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    UPDATE search_entry SET words = ts_delete(words, guard.place_marks(OLD.id, OLD.agency_id, OLD.closed_at))
        || array_to_tsvector(guard.place_marks(NEW.id, NEW.agency_id, NEW.closed_at))
    WHERE case_id = NEW.id;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS case_moved ON public."case";
CREATE TRIGGER case_moved AFTER UPDATE OF agency_id, closed_at ON public."case" FOR EACH ROW
WHEN ((OLD.agency_id, OLD.closed_at) IS DISTINCT FROM (NEW.agency_id, NEW.closed_at)
    AND (OLD.folded, OLD.place, OLD.number) IS NOT DISTINCT FROM (NEW.folded, NEW.place, NEW.number))
EXECUTE FUNCTION guard.index_moved();
DROP TRIGGER IF EXISTS message_entered ON public.message;
CREATE TRIGGER message_entered AFTER INSERT ON public.message REFERENCING NEW TABLE AS entered FOR EACH STATEMENT
EXECUTE FUNCTION guard.index_entered();
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

-- What begins so: its stems where they are not too many, for the index takes long to gather what begins with a common word.
CREATE OR REPLACE FUNCTION guard.begun_with(word text) RETURNS tsquery LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, guard, pg_temp SET enable_seqscan = off AS $$
DECLARE
    stems text[];
BEGIN
    IF length(word) > 2 AND word ~ '[^0-9]' THEN
        stems := ARRAY(SELECT DISTINCT w.stem FROM search_word w
            WHERE w.stem COLLATE "C" >= word AND w.stem COLLATE "C" < word || 'ё' LIMIT 30);
    END IF;
    RETURN CASE WHEN cardinality(stems) < 30
        THEN coalesce((SELECT string_agg(quote_literal(stem), '|')::tsquery FROM unnest(stems) stem), quote_literal(word)::tsquery)
        ELSE (quote_literal(word) || ':*')::tsquery END;
END $$;

-- What is asked as a query: for each piece typed its number, or all of its words, each by its stem or as a name.
-- `narrow` leaves numbers and names only; `near` takes for each word those it may have been meant for, and is NULL where
-- there are none but the words themselves.
CREATE OR REPLACE FUNCTION guard.search_query(asked jsonb, narrow boolean, near boolean) RETURNS tsquery LANGUAGE plpgsql
STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    piece jsonb;
    word text;
    one tsquery;
    words tsquery;
    every tsquery;
    others text[];
    is_other boolean := false;
BEGIN
    FOR piece IN SELECT jsonb_array_elements(asked) LIMIT 20 LOOP
        words := NULL;
        FOR word IN SELECT guard.words_of(told) FROM jsonb_array_elements_text(piece->'words') told LIMIT 20 LOOP
            one := quote_literal('@' || word)::tsquery;
            IF NOT narrow THEN
                one := one || quote_literal(guard.stem(word))::tsquery;
                IF near THEN
                    others := guard.near_stems(guard.stem(word));
                    is_other := is_other OR NOT others <@ ARRAY[guard.stem(word)];
                    SELECT coalesce(one || string_agg(quote_literal(stem), '|')::tsquery, one) INTO one
                    FROM unnest(others) stem;
                ELSIF (piece->>'open')::boolean THEN
                    one := one || guard.begun_with(word) || (quote_literal('@' || word) || ':*')::tsquery;
                END IF;
            END IF;
            words := CASE WHEN words IS NULL THEN one ELSE words && one END;
        END LOOP;
        IF piece->>'number' <> '' THEN
            one := quote_literal(piece->>'number')::tsquery;
            words := coalesce(one || words, one);
        END IF;
        every := CASE WHEN every IS NULL THEN words ELSE every && words END;
    END LOOP;
    RETURN CASE WHEN is_other OR NOT near THEN every END;
END $$;

CREATE OR REPLACE FUNCTION guard.both(one tsquery, other tsquery) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(one && other, one, other)
$$;

-- Those of any of these agencies.
CREATE OR REPLACE FUNCTION guard.agency_marks(agencies bigint[]) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT string_agg(quote_literal('&' || agency), '|')::tsquery FROM unnest(agencies) agency
$$;

-- What stands from a number down: a little, eight times and 64 times as much, and all.
CREATE OR REPLACE FUNCTION guard.wider(kind text, narrowest int, number bigint) RETURNS tsquery[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg((quote_literal(here) || '|' || quote_literal(before))::tsquery ORDER BY turn) || NULL::tsquery
    FROM (SELECT turn, kind || chr(96 + turn) || (number >> narrowest + 3 * turn - 3) AS here,
        kind || chr(96 + turn) || (number >> narrowest + 3 * turn - 3) - 1 AS before FROM generate_series(1, 3) turn) each
$$;

-- Which cases a place holds that this person may read, its order, and what is beyond the row of `place.after`: SQL.
-- `marks` are where the index is looked into, one after another: what stands first in that order, more of it, all.
DROP FUNCTION IF EXISTS guard.search_place(jsonb);
CREATE OR REPLACE FUNCTION guard.search_place(place jsonb, OUT within text, OUT ordered text, OUT beyond text,
    OUT marks tsquery[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp AS $$
DECLARE
    mine bigint[];
    last jsonb := place->'after';
    of_agency tsquery;
    turn text := format('CASE WHEN c.executor_id = %L THEN 0 WHEN c.executor_id IS NULL THEN 1 ELSE 2 END',
        (place->>'me')::bigint);
BEGIN
    within := 'true';
    IF NOT guard.sees_all() THEN
        mine := guard.my_agencies();
        within := CASE cardinality(mine) WHEN 1 THEN format('c.agency_id = %s', mine[1])
            ELSE format('c.agency_id = ANY (%L::bigint[])', mine) END || format(' AND EXISTS (SELECT FROM leg l '
            'WHERE l.case_id = c.id AND l.received_at IS NOT NULL AND l.agency_id = ANY (%L::bigint[]) OFFSET 0)', mine);
        of_agency := guard.agency_marks(mine);
    END IF;
    IF place ? 'states' THEN
        within := within || format(' AND c.state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(place->'states')));
    END IF;
    IF place ? 'agency' THEN
        within := within || format(' AND c.agency_id = %s', (place->>'agency')::bigint);
        of_agency := guard.both(of_agency, guard.agency_marks(ARRAY[(place->>'agency')::bigint]));
    END IF;
    IF place ? 'with' THEN
        within := within || format(' AND c.agency_id = %s', (place->>'with')::bigint);
        of_agency := guard.both(of_agency, guard.agency_marks(ARRAY[(place->>'with')::bigint]));
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
    IF place ? 'ids' THEN
        marks := '{}';  -- so few are read by their ids
    ELSIF place->>'order' = 'closed' THEN
        marks := guard.wider('=', 13, guard.second_of(coalesce((last->>'at')::timestamptz,
            (SELECT max(c.closed_at) FROM "case" c))));
    ELSIF place->>'order' = 'newest' THEN
        marks := guard.wider('#', 12, coalesce((last->>'id')::bigint, (SELECT max(c.id) FROM "case" c)));
    ELSE
        marks := ARRAY[CASE WHEN place ? 'states' THEN '''=open'''::tsquery END];
    END IF;
    marks := ARRAY(SELECT guard.both(of_agency, mark) FROM unnest(marks) WITH ORDINALITY AS m(mark, turn) ORDER BY m.turn);
END $$;

-- The cases of a query by the index alone, NULL where they are more than `most`. The index is not asked how many they are:
-- of a word that it has no figures of it would guess, and read a million cases in their order for three.
CREATE OR REPLACE FUNCTION guard.few_cases(query tsquery, most int) RETURNS bigint[] LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = public, guard, pg_temp SET enable_seqscan = off SET enable_indexscan = off SET jit = off
AS $$
DECLARE
    few bigint[] := ARRAY(SELECT case_id FROM search_entry WHERE words @@ query LIMIT most + 1);
BEGIN
    RETURN CASE WHEN cardinality(few) <= most THEN few END;
END $$;

-- The cases of a place that a query finds, in the order of the place. First those at its beginning by the index, then more
-- of them. What is common there is left to the order itself, where it is met soon; of anything else all are gathered.
CREATE OR REPLACE FUNCTION guard.search_rows(query tsquery, within text, ordered text, marks tsquery[], most bigint)
RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, guard, pg_temp SET jit = off AS $$
DECLARE
    asked text := format('SELECT ARRAY(SELECT c.id FROM "case" c WHERE /*of*/ AND %s ORDER BY %s LIMIT %s)',
        within, ordered, most);
    of_these text := CASE ordered WHEN 'c.id DESC' THEN format(  -- their ids are their order: so many are read as are wanted
        'SELECT ARRAY(SELECT f.id FROM (SELECT unnest($1) AS id ORDER BY 1 DESC) f, '
        'LATERAL (SELECT FROM "case" c WHERE c.id = f.id AND %s OFFSET 0) c ORDER BY f.id DESC LIMIT %s)', within, most)
        ELSE replace(asked, '/*of*/', 'c.id = ANY ($1)') END;
    of_query text := replace(asked, '/*of*/',
        'EXISTS (SELECT FROM search_entry s WHERE s.case_id = c.id AND s.words @@ $1 OFFSET 0)');
    beginning tsquery;
    few bigint[];
    rows bigint[];
    is_rare boolean;
BEGIN
    FOREACH beginning IN ARRAY marks[:cardinality(marks) - 1] LOOP
        few := guard.few_cases(guard.both(query, beginning), 6000);
        EXIT WHEN few IS NULL OR few = '{}';
        EXECUTE of_these INTO rows USING few;
        IF cardinality(rows) >= most THEN
            RETURN rows;
        END IF;
    END LOOP;
    is_rare := few = '{}' OR cardinality(rows) * 10 < most;
    IF few IS NOT NULL OR is_rare OR cardinality(marks) = 1 THEN
        few := guard.few_cases(guard.both(query, marks[cardinality(marks)]), CASE WHEN is_rare THEN 1000000 ELSE 20000 END);
    END IF;
    IF few IS NULL THEN
        EXECUTE of_query INTO rows USING query;
    ELSE
        EXECUTE of_these INTO rows USING few;
    END IF;
    RETURN rows;
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
    whole record;
    query tsquery;
    rows bigint[];
    step int;
    found_all int := 0;
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
                whole := guard.search_place(place - 'ids');
                EXIT WHEN guard.search_rows(wide, whole.within, whole.ordered, whole.marks, 1) <> '{}';
            END IF;
        END IF;
        EXIT WHEN found_all >= most;
        query := CASE step WHEN 0 THEN narrow
            WHEN 1 THEN CASE WHEN found_all > 0 OR after_rank IS NOT NULL THEN wide && !!narrow ELSE wide END
            ELSE guard.search_query(asked, false, true) END;
        EXIT WHEN query IS NULL;
        rows := guard.search_rows(query, sought.within || CASE WHEN step = after_rank THEN ' AND ' || sought.beyond ELSE '' END,
            sought.ordered, sought.marks, most - found_all);
        RETURN QUERY SELECT one, step FROM unnest(rows) one;
        found_all := found_all + cardinality(rows);
    END LOOP;
END $$;

-- What is not in the index yet: of a region that was there before, or copied whole.
SELECT guard.index_cases(ARRAY(SELECT c.id FROM public."case" c
    WHERE NOT EXISTS (SELECT FROM guard.search_entry e WHERE e.case_id = c.id)));
