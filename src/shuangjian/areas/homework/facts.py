"""作业管理公布的事实: planned homework, the class's day, and when the day was published."""

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact
from shuangjian.foundation.registry.fact_key import CLASS_COLUMNS, CLASS_JOINS, class_keys
from shuangjian.foundation.registry.school_year import grade_sql
from shuangjian.foundation.registry.setting import PUBLISH_BY

INTEGER, TEXT, INSTANT = ColumnType.INTEGER, ColumnType.TEXT, ColumnType.INSTANT

_DAY = 'd."on"'
_KEYS = class_keys(day=_DAY)
_GRADE = grade_sql(day=_DAY, school_class="c")
_JOINS = f"""
    homework_classday d
    JOIN registry_schoolclass c ON c.id = d.school_class_id
    {CLASS_JOINS}
"""

PLANNED_HOMEWORK = Fact(
    name="planned_homework",
    term="布置的作业",
    grain="一个班级、一天、一个学科一行：现行的版本；撤回的不在其中",
    owner="homework",
    columns=(
        *CLASS_COLUMNS,
        Column("grade", INTEGER, "年级"),
        Column("course", TEXT, "学科"),
        Column("kind", TEXT, "类型"),
        Column("place", TEXT, "完成地点"),
        Column("minutes", INTEGER, "预计时长", "分钟"),
        Column("is_published", INTEGER, "是否公示"),
        Column("is_imported", INTEGER, "是否导入"),
        Column("version", INTEGER, "版本号"),
        Column("recorded_at", INSTANT, "记录时间"),
    ),
    sql=f"""
        SELECT {_KEYS},
            {_GRADE} AS grade,
            p.course, p.kind, p.place, p.minutes::bigint AS minutes,
            CASE WHEN p.state = 'published' THEN 1 ELSE 0 END::bigint AS is_published,
            CASE WHEN p.origin = 'import' THEN 1 ELSE 0 END::bigint AS is_imported,
            p.id AS version, p.recorded_at
        FROM {_JOINS}
        JOIN homework_plannedhomework p ON p.class_day_id = d.id
        WHERE p.superseded_at IS NULL AND p.state <> 'withdrawn'
    """,
    version_column="version",
    is_announced=True,
)

# why: a withdrawn row stays in the sums as nothing, so that a day whose homework was taken back
# is observed as a day of 0 minutes rather than missing: a missing day proves nothing.
CLASS_HOMEWORK_DAY = Fact(
    name="class_homework_day",
    term="班级作业日",
    grain="一个班级、一天一行：当天布置过作业的班级",
    owner="homework",
    columns=(
        *CLASS_COLUMNS,
        Column("grade", INTEGER, "年级"),
        Column("written_minutes", INTEGER, "家中书面作业合计", "分钟"),
        Column("held_minutes", INTEGER, "暂缓的书面作业", "分钟"),
        Column("courses", INTEGER, "布置学科数"),
        Column("overridden_minutes", INTEGER, "放行到", "分钟"),
        Column("version", INTEGER, "版本号"),
        Column("recorded_at", INSTANT, "记录时间"),
    ),
    sql=f"""
        SELECT {_KEYS},
            {_GRADE} AS grade,
            t.written_minutes, t.held_minutes, t.courses,
            (SELECT coalesce(max(o.minutes), 0) FROM homework_limitoverride o
                WHERE o.class_day_id = d.id)::bigint AS overridden_minutes,
            t.version, t.recorded_at
        FROM {_JOINS}
        CROSS JOIN LATERAL (
            SELECT
                coalesce(sum(p.minutes) FILTER (WHERE p.state = 'published'
                    AND p.kind = 'written' AND p.place = 'home'), 0)::bigint AS written_minutes,
                coalesce(sum(p.minutes) FILTER (WHERE p.state = 'held'
                    AND p.kind = 'written' AND p.place = 'home'), 0)::bigint AS held_minutes,
                count(*) FILTER (WHERE p.state = 'published')::bigint AS courses,
                max(p.id) AS version,
                max(p.recorded_at) AS recorded_at
            FROM homework_plannedhomework p
            WHERE p.class_day_id = d.id AND p.superseded_at IS NULL
            HAVING count(*) > 0
        ) t
    """,
    version_column="version",
    is_announced=True,
)

HOMEWORK_PUBLISHED_DAY = Fact(
    name="homework_published_day",
    term="作业公示日",
    grain="一个班级、一天一行：公示时间已知的班级作业日",
    owner="homework",
    columns=(
        *CLASS_COLUMNS,
        Column("published_minute", INTEGER, "最后公示时刻（当天零点起）", "分钟"),
        Column("deadline_minute", INTEGER, "公示截止时刻（当天零点起）", "分钟"),
        Column("version", INTEGER, "版本号"),
        Column("recorded_at", INSTANT, "记录时间"),
    ),
    sql=f"""
        SELECT {_KEYS},
            floor(extract(epoch from (t.published_at AT TIME ZONE 'Asia/Shanghai')
                - d."on"::timestamp) / 60)::bigint AS published_minute,
            coalesce((
                SELECT v.value FROM registry_settingvalue v
                JOIN registry_region chosen ON chosen.id = v.region_id
                WHERE v.key = 'homework.publish_by' AND v.starts_on <= d."on"
                    AND (v.school_id = s.id OR (v.school_id IS NULL AND chosen.path @> r.path))
                ORDER BY v.school_id IS NULL, nlevel(chosen.path) DESC, v.starts_on DESC, v.id DESC
                LIMIT 1
            ), {PUBLISH_BY.default})::bigint AS deadline_minute,
            t.version, t.recorded_at
        FROM {_JOINS}
        CROSS JOIN LATERAL (
            SELECT max(p.published_at) AS published_at, max(p.id) AS version,
                max(p.recorded_at) AS recorded_at
            FROM homework_plannedhomework p
            WHERE p.class_day_id = d.id AND p.superseded_at IS NULL AND p.state = 'published'
        ) t
        WHERE t.published_at IS NOT NULL
    """,
    version_column="version",
    is_announced=True,
)

FACTS = (PLANNED_HOMEWORK, CLASS_HOMEWORK_DAY, HOMEWORK_PUBLISHED_DAY)
