"""Events are never changed, follow only in legal order, and no rectifier confirms their own work."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER finding_event_append_only BEFORE UPDATE OR DELETE ON findings_findingevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_event_no_truncate BEFORE TRUNCATE ON findings_findingevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_finding_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - 'looked_on' - 'seen_on' <> to_jsonb(NEW) - 'looked_on' - 'seen_on' THEN
        RAISE EXCEPTION 'findings_finding: what a finding is never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_identity BEFORE UPDATE ON findings_finding
    FOR EACH ROW EXECUTE FUNCTION refuse_finding_change();
CREATE TRIGGER finding_no_delete BEFORE DELETE ON findings_finding
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER finding_no_truncate BEFORE TRUNCATE ON findings_finding
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION check_finding_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule_kind text;
    was record;
    is_legal boolean;
BEGIN
    IF NEW.kind = 'opened' THEN
        IF EXISTS (SELECT 1 FROM findings_findingevent WHERE finding_id = NEW.finding_id) THEN
            RAISE EXCEPTION 'finding %: opened twice', NEW.finding_id
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT kind INTO rule_kind FROM findings_finding WHERE id = NEW.finding_id FOR NO KEY UPDATE;
    SELECT * INTO was FROM finding_state WHERE finding_id = NEW.finding_id;
    is_legal := CASE NEW.kind
        WHEN 'assigned' THEN was.status IN ('opened', 'assigned', 'reopened', 'ceased', 'corrected')
        WHEN 'rectified' THEN was.status IN ('assigned', 'reopened')
        WHEN 'verified' THEN was.status IN ('rectified', 'ceased', 'corrected')
        WHEN 'cleared' THEN was.status = 'verified'
        WHEN 'ceased' THEN rule_kind = 'state' AND was.is_standing
        WHEN 'corrected' THEN rule_kind = 'event' AND CASE
            WHEN NEW.measured IS NULL THEN was.is_standing ELSE was.status <> 'cleared' END
        WHEN 'reopened' THEN was.status = 'cleared' AND NEW.measured IS NOT NULL
            AND (rule_kind = 'event' OR was.is_standing)
        ELSE false
    END;
    IF is_legal IS NOT TRUE THEN
        RAISE EXCEPTION 'finding %: % does not follow %', NEW.finding_id, NEW.kind, was.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('verified', 'cleared') AND NEW.user_id = was.last_rectifier_id THEN
        RAISE EXCEPTION 'finding %: the rectifier may not have it %', NEW.finding_id, NEW.kind
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_event_order BEFORE INSERT ON findings_findingevent
    FOR EACH ROW EXECUTE FUNCTION check_finding_event();
"""
UNDO = """
DROP TRIGGER finding_event_order ON findings_findingevent;
DROP FUNCTION check_finding_event();
DROP TRIGGER finding_no_truncate ON findings_finding;
DROP TRIGGER finding_no_delete ON findings_finding;
DROP TRIGGER finding_identity ON findings_finding;
DROP FUNCTION refuse_finding_change();
DROP TRIGGER finding_event_no_truncate ON findings_findingevent;
DROP TRIGGER finding_event_append_only ON findings_findingevent;
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0002_finding_state"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
