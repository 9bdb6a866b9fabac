"""A signed report, what it counted and what was typed into it are never changed or deleted."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION refuse_signed_report_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'signed' THEN
        RAISE EXCEPTION 'reports_halfmonthreport: a signed report is never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.region_id, NEW.first_on, NEW.due_on, NEW.revision, NEW.reason)
        <> (OLD.region_id, OLD.first_on, OLD.due_on, OLD.revision, OLD.reason) THEN
        RAISE EXCEPTION 'reports_halfmonthreport: what a draft is of never changes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER half_month_report_kept BEFORE UPDATE ON reports_halfmonthreport
    FOR EACH ROW EXECUTE FUNCTION refuse_signed_report_change();
CREATE TRIGGER half_month_report_no_delete BEFORE DELETE ON reports_halfmonthreport
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER half_month_report_no_truncate BEFORE TRUNCATE ON reports_halfmonthreport
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION require_report_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM reports_halfmonthreport
        WHERE id = NEW.report_id AND state = 'draft' FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '%: its report is signed', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION remark_version_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
        OR to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at' THEN
        RAISE EXCEPTION 'reports_reportremark: a version is only superseded, once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER report_remark_draft BEFORE INSERT OR UPDATE ON reports_reportremark
    FOR EACH ROW EXECUTE FUNCTION require_report_draft();
CREATE TRIGGER report_remark_versions BEFORE UPDATE ON reports_reportremark
    FOR EACH ROW EXECUTE FUNCTION remark_version_only();
CREATE TRIGGER report_remark_no_delete BEFORE DELETE ON reports_reportremark
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER report_remark_no_truncate BEFORE TRUNCATE ON reports_reportremark
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER counted_versions_draft BEFORE INSERT ON reports_countedversions
    FOR EACH ROW EXECUTE FUNCTION require_report_draft();
CREATE TRIGGER counted_versions_append_only BEFORE UPDATE OR DELETE ON reports_countedversions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER counted_versions_no_truncate BEFORE TRUNCATE ON reports_countedversions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP TRIGGER counted_versions_no_truncate ON reports_countedversions;
DROP TRIGGER counted_versions_append_only ON reports_countedversions;
DROP TRIGGER counted_versions_draft ON reports_countedversions;
DROP TRIGGER report_remark_no_truncate ON reports_reportremark;
DROP TRIGGER report_remark_no_delete ON reports_reportremark;
DROP TRIGGER report_remark_versions ON reports_reportremark;
DROP TRIGGER report_remark_draft ON reports_reportremark;
DROP FUNCTION remark_version_only();
DROP FUNCTION require_report_draft();
DROP TRIGGER half_month_report_no_truncate ON reports_halfmonthreport;
DROP TRIGGER half_month_report_no_delete ON reports_halfmonthreport;
DROP TRIGGER half_month_report_kept ON reports_halfmonthreport;
DROP FUNCTION refuse_signed_report_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
