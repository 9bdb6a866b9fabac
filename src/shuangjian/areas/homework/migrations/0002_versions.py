from django.db import migrations

VERSIONS = """
CREATE FUNCTION homework_version_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
        OR to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at' THEN
        RAISE EXCEPTION 'homework_plannedhomework: a version is only superseded, once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER planned_homework_versions BEFORE UPDATE ON homework_plannedhomework
    FOR EACH ROW EXECUTE FUNCTION homework_version_only();
CREATE TRIGGER planned_homework_no_delete BEFORE DELETE ON homework_plannedhomework
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER limit_override_append_only BEFORE UPDATE OR DELETE ON homework_limitoverride
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP TRIGGER planned_homework_versions ON homework_plannedhomework;
DROP TRIGGER planned_homework_no_delete ON homework_plannedhomework;
DROP TRIGGER limit_override_append_only ON homework_limitoverride;
DROP FUNCTION homework_version_only();
"""


class Migration(migrations.Migration):
    dependencies = [("homework", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(VERSIONS, UNDO)]
