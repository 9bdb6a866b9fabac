from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER school_policy_value_append_only BEFORE UPDATE OR DELETE ON policy_schoolpolicyvalue
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER school_policy_value_no_truncate BEFORE TRUNCATE ON policy_schoolpolicyvalue
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO = """
DROP TRIGGER school_policy_value_append_only ON policy_schoolpolicyvalue;
DROP TRIGGER school_policy_value_no_truncate ON policy_schoolpolicyvalue;
"""


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL(APPEND_ONLY, UNDO)]
