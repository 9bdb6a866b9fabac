"""Nothing of a draw is changed; steps, entries and files are added only when they are due."""

from django.db import migrations

TABLES = ("draw", "drawstep", "drawfile", "drawapplicant", "drawticket", "drawentry")

KEPT = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON draws_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON draws_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)
UNDO_KEPT = "".join(
    f"""
DROP TRIGGER {table}_no_truncate ON draws_{table};
DROP TRIGGER {table}_append_only ON draws_{table};
"""
    for table in TABLES
)

# why: equal to ``life.advance``, shown by a property test; whoever writes, the order is kept.
STEPS = """
CREATE FUNCTION check_draw_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kinds constant text[] := ARRAY['announced', 'frozen', 'committed', 'revealed', 'sealed',
        'drawn', 'published', 'aborted'];
    draw record;
    was record;
    is_with_nonces boolean;
    is_legal boolean;
BEGIN
    SELECT * INTO draw FROM draws_draw WHERE id = NEW.draw_id FOR UPDATE;
    is_with_nonces := draw.mechanism <> 'start-interval';
    SELECT count(*) AS steps, max(at) AS last_at,
        count(*) FILTER (WHERE kind = 'frozen') AS versions,
        coalesce(max(array_position(kinds, kind::text)), 0) AS phase
    INTO was FROM draws_drawstep WHERE draw_id = NEW.draw_id;
    is_legal := NEW.number = was.steps + 1 AND NEW.at >= coalesce(was.last_at, NEW.at)
        AND CASE NEW.kind
        WHEN 'announced' THEN was.steps = 0 AND NEW.at < draw.objections_until
        WHEN 'frozen' THEN was.phase BETWEEN 1 AND 3 AND NEW.version = was.versions + 1
            AND CASE WHEN NEW.version = 1 THEN NEW.at < draw.objections_until
                ELSE NEW.at < draw.reveal_until AND NEW.reason <> '' END
        WHEN 'committed' THEN is_with_nonces AND was.phase BETWEEN 2 AND 3
            AND NEW.at < draw.reveal_until AND NEW.party = ANY (draw.parties)
        WHEN 'revealed' THEN is_with_nonces AND was.phase BETWEEN 3 AND 4
            AND NEW.at >= draw.objections_until AND NEW.at < draw.reveal_until
            AND EXISTS (SELECT 1 FROM draws_drawstep WHERE draw_id = NEW.draw_id
                AND kind = 'committed' AND party = NEW.party)
        WHEN 'sealed' THEN is_with_nonces AND was.phase BETWEEN 2 AND 4
            AND NEW.at >= draw.reveal_until AND NEW.at < draw.entropy_at
        WHEN 'drawn' THEN was.phase = CASE WHEN is_with_nonces THEN 5 ELSE 2 END
            AND NEW.at >= draw.entropy_at
        WHEN 'published' THEN was.phase = 6
        WHEN 'aborted' THEN was.phase BETWEEN 1 AND 6
            AND NEW.is_beacon_known = (NEW.at >= draw.entropy_at)
        ELSE false
    END;
    IF is_legal IS NOT TRUE THEN
        RAISE EXCEPTION 'draw %: step % (%) at % does not follow', NEW.draw_id, NEW.number,
            NEW.kind, NEW.at USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_step_order BEFORE INSERT ON draws_drawstep
    FOR EACH ROW EXECUTE FUNCTION check_draw_step();
"""
UNDO_STEPS = """
DROP TRIGGER draw_step_order ON draws_drawstep;
DROP FUNCTION check_draw_step();
"""

ENTRIES = """
CREATE FUNCTION check_draw_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
    is_live boolean;
BEGIN
    SELECT number, kind INTO last FROM draws_drawentry
        WHERE applicant_id = NEW.applicant_id ORDER BY number DESC LIMIT 1;
    is_live := coalesce(last.kind, 'withdrawn') <> 'withdrawn';
    IF NEW.number <> coalesce(last.number, 0) + 1 OR is_live = (NEW.kind = 'entered') THEN
        RAISE EXCEPTION 'draw applicant %: % does not follow', NEW.applicant_id, NEW.kind
            USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT count(*) FROM draws_drawticket WHERE applicant_id = NEW.applicant_id)
        < NEW.tickets THEN
        RAISE EXCEPTION 'draw applicant %: an entry without its tickets', NEW.applicant_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM draws_drawstep s JOIN draws_drawapplicant a ON a.draw_id = s.draw_id
        WHERE a.id = NEW.applicant_id AND (s.kind NOT IN ('announced', 'frozen', 'committed')
            OR s.kind = 'frozen' AND NEW.reason = '')
    ) THEN
        RAISE EXCEPTION 'draw applicant %: the roster is frozen', NEW.applicant_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_entry_order BEFORE INSERT ON draws_drawentry
    FOR EACH ROW EXECUTE FUNCTION check_draw_entry();
"""
UNDO_ENTRIES = """
DROP TRIGGER draw_entry_order ON draws_drawentry;
DROP FUNCTION check_draw_entry();
"""

FILES = """
CREATE FUNCTION check_draw_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM draws_drawstep WHERE draw_id = NEW.draw_id
            AND (kind IN ('published', 'aborted')
                OR kind = 'drawn' AND NEW.path NOT IN ('transcript.json', 'abort.json'))
    ) THEN
        RAISE EXCEPTION 'draw %: % comes after its time', NEW.draw_id, NEW.path
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_file_in_time BEFORE INSERT ON draws_drawfile
    FOR EACH ROW EXECUTE FUNCTION check_draw_file();
"""
UNDO_FILES = """
DROP TRIGGER draw_file_in_time ON draws_drawfile;
DROP FUNCTION check_draw_file();
"""


class Migration(migrations.Migration):
    dependencies = [("draws", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(KEPT, UNDO_KEPT),
        migrations.RunSQL(STEPS, UNDO_STEPS),
        migrations.RunSQL(ENTRIES, UNDO_ENTRIES),
        migrations.RunSQL(FILES, UNDO_FILES),
    ]
