-- No person fills the server's disk with files: chunks are of one size, a content has so many, and what one person may
-- store on a day is settled (meta, attachment_day_mb). The program's and the owner's are not counted.
CREATE TABLE IF NOT EXISTS guard.stored (person_id bigint PRIMARY KEY, day date NOT NULL, bytes bigint NOT NULL);

CREATE OR REPLACE FUNCTION guard.check_blob() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE
    who bigint;
    total bigint;
    most bigint;
BEGIN
    IF guard.is_owner() OR guard.is_program() THEN
        RETURN NEW;
    END IF;
    IF length(NEW.data) > 1048576 OR NEW.part NOT BETWEEN 0 AND 199 OR length(NEW.sha256) <> 64 THEN
        PERFORM guard.refuse('file_part_malformed');
    END IF;
    IF EXISTS (SELECT FROM blob WHERE sha256 = NEW.sha256 AND part = NEW.part) THEN
        RETURN NEW;  -- it is there already: ON CONFLICT DO NOTHING
    END IF;
    who := guard.person_id();
    most := coalesce((SELECT value::bigint FROM meta WHERE key = 'attachment_day_mb'), 2048);
    INSERT INTO guard.stored AS s VALUES (who, guard.today(), length(NEW.data))
    ON CONFLICT (person_id) DO UPDATE SET day = EXCLUDED.day,
        bytes = EXCLUDED.bytes + CASE WHEN s.day = EXCLUDED.day THEN s.bytes ELSE 0 END
    RETURNING bytes INTO total;
    IF total > most * 1048576 THEN
        PERFORM guard.refuse('day_of_files_full', jsonb_build_object('most', most));
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS blob_checked ON public.blob;
CREATE TRIGGER blob_checked BEFORE INSERT ON public.blob FOR EACH ROW EXECUTE FUNCTION guard.check_blob();

-- An attachment is as large as the region lets files be, and as what is stored of it.
CREATE OR REPLACE FUNCTION guard.check_attachment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
DECLARE most bigint := coalesce((SELECT value::bigint FROM meta WHERE key = 'attachment_limit_mb'), 20);
BEGIN
    IF NOT (guard.is_owner() OR guard.is_program()) AND (NEW.size_bytes > most * 1048576 OR length(NEW.preview) > 262144) THEN
        PERFORM guard.refuse('file_too_big', jsonb_build_object('name', NEW.name, 'limit', most,
            'size', round(greatest(NEW.size_bytes, length(NEW.preview)) / 1048576.0, 1)));
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS attachment_checked ON public.attachment;
CREATE TRIGGER attachment_checked BEFORE INSERT ON public.attachment FOR EACH ROW
EXECUTE FUNCTION guard.check_attachment();

-- Nor by words: a row is no larger than the program makes them (rights.LARGEST_ROW), whoever stores it. Asked only of those
-- that are too large, by each table's trigger.
CREATE OR REPLACE FUNCTION guard.refuse_large_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, guard, pg_temp AS $$
BEGIN
    IF NOT (guard.is_owner() OR guard.is_program()) THEN
        PERFORM guard.refuse('row_too_large', jsonb_build_object('table', TG_TABLE_NAME, 'limit', TG_ARGV[0]::bigint));
    END IF;
    RETURN NEW;
END $$;
