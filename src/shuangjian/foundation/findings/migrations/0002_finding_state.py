"""The view that folds every finding's events; equal to ``life.fold``, shown by a property test."""

from django.db import migrations

# why: a lateral per finding, not one aggregate over all events: a list filters findings first, and
# each needs a handful of rows by the index on (finding, id).
FINDING_STATE = """
CREATE VIEW finding_state AS
SELECT f.id AS finding_id, folded.*
FROM findings_finding f
CROSS JOIN LATERAL (
    SELECT
        (array_agg(s.status ORDER BY s.id DESC) FILTER (WHERE s.status IS NOT NULL))[1] AS status,
        (array_agg(s.is_standing ORDER BY s.id DESC) FILTER (WHERE s.is_standing IS NOT NULL))[1]
            AS is_standing,
        (array_agg(s.measured ORDER BY s.id DESC) FILTER (WHERE s.is_standing))[1] AS measured,
        (array_agg(s.limit_value ORDER BY s.id DESC) FILTER (WHERE s.is_standing))[1]
            AS limit_value,
        (array_agg(s.policy ORDER BY s.id DESC) FILTER (WHERE s.is_standing))[1] AS policy,
        (array_agg(s.due_on ORDER BY s.id DESC) FILTER (WHERE s.kind = 'assigned' OR s.is_restart))[1]
            AS due_on,
        (array_agg(s.user_id ORDER BY s.id DESC) FILTER (WHERE s.kind = 'rectified'))[1]
            AS last_rectifier_id,
        max(s.effective_on) FILTER (WHERE s.is_standing IS NOT NULL) AS facts_on,
        max(s.effective_on) FILTER (WHERE s.is_standing IS NULL) AS acted_on,
        max(s.id) AS last_event_id
    FROM (
        SELECT e.*,
            e.kind = 'reopened' OR (e.kind = 'corrected' AND e.is_standing AND e.was_gone)
                AS is_restart,
            CASE
                WHEN e.kind IN ('opened', 'assigned', 'rectified', 'cleared', 'reopened')
                    THEN e.kind
                WHEN e.kind = 'verified'
                    THEN CASE WHEN e.passed THEN 'verified' ELSE 'reopened' END
                WHEN e.kind = 'ceased' AND e.previous_kind <> 'cleared'
                    AND NOT (e.previous_kind = 'verified' AND e.previous_passed)
                    THEN 'ceased'
                WHEN e.kind = 'corrected' AND NOT e.is_standing AND e.previous_kind <> 'cleared'
                    THEN 'corrected'
                WHEN e.kind = 'corrected' AND e.is_standing AND e.was_gone
                    THEN 'reopened'
            END AS status
        FROM (
            SELECT d.*,
                lag(d.kind) OVER in_order AS previous_kind,
                lag(d.passed) OVER in_order AS previous_passed,
                coalesce(
                    max(d.id) FILTER (WHERE NOT d.is_standing) OVER before
                        > max(d.id) FILTER (WHERE d.is_standing) OVER before,
                    false
                ) AS was_gone
            FROM (
                SELECT v.id, v.kind, v.user_id, v.passed, v.due_on, v.measured, v.limit_value,
                    v.policy, v.effective_on,
                    CASE
                        WHEN v.kind IN ('opened', 'reopened') THEN true
                        WHEN v.kind = 'ceased' THEN false
                        WHEN v.kind = 'corrected' THEN v.measured IS NOT NULL
                    END AS is_standing
                FROM findings_findingevent v
                WHERE v.finding_id = f.id
            ) d
            WINDOW in_order AS (ORDER BY d.id),
                before AS (ORDER BY d.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ) e
    ) s
    HAVING count(*) > 0
) folded;
"""


class Migration(migrations.Migration):
    dependencies = [("findings", "0001_initial")]
    operations = [migrations.RunSQL(FINDING_STATE, "DROP VIEW finding_state")]
