"""教育质量公布的事实: the size of every class over time, from the roster."""

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact
from shuangjian.foundation.registry.fact_key import CLASS_COLUMNS, CLASS_JOINS, class_keys
from shuangjian.foundation.registry.school_year import FIRST_MONTH, grade_sql

INTEGER, DATE, INSTANT = ColumnType.INTEGER, ColumnType.DATE, ColumnType.INSTANT

_DAY = "z.starts_on"
_GRADE = grade_sql(day=_DAY, school_class="c")

# why: an interval of constant size is cut at every school year too, since the grade changes there.
CLASS_ROSTER = Fact(
    name="class_roster",
    term="班级名册人数",
    grain="一个班级、一段人数和年级不变的时间一行；止日不含在内",
    owner="quality",
    columns=(
        *CLASS_COLUMNS,
        Column("starts_on", DATE, "起"),
        Column("ends_on", DATE, "止"),
        Column("grade", INTEGER, "年级"),
        Column("pupils", INTEGER, "学生数", "人"),
        Column("version", INTEGER, "版本号"),
        Column("recorded_at", INSTANT, "记录时间"),
    ),
    sql=f"""
        WITH steps AS (
            SELECT school_class_id, starts_on AS on_day, 1 AS change, id, recorded_at
            FROM registry_enrolment
            UNION ALL
            SELECT school_class_id, ends_on, -1, id, recorded_at
            FROM registry_enrolment WHERE ends_on IS NOT NULL
            UNION ALL
            SELECT c.id, make_date(y::int, {FIRST_MONTH}, 1), 0, 0, NULL
            FROM registry_schoolclass c,
                generate_series(c.entry_year + 1, c.entry_year
                    + CASE WHEN c.stage = 'junior' THEN 2 ELSE 5 END) AS y
        ), days AS (
            SELECT school_class_id, on_day, sum(change)::bigint AS change, max(id) AS version,
                max(recorded_at) AS recorded_at
            FROM steps GROUP BY school_class_id, on_day
        ), sizes AS (
            SELECT school_class_id, on_day AS starts_on,
                lead(on_day, 1, DATE '9999-12-31') OVER w AS ends_on,
                (sum(change) OVER w)::bigint AS pupils,
                max(version) OVER w AS version,
                max(recorded_at) OVER w AS recorded_at
            FROM days WINDOW w AS (PARTITION BY school_class_id ORDER BY on_day)
        )
        SELECT {class_keys(day=_DAY)},
            z.starts_on,
            least(z.ends_on, coalesce(c.ends_on, DATE '9999-12-31')) AS ends_on,
            {_GRADE} AS grade,
            z.pupils, z.version,
            coalesce(z.recorded_at, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS recorded_at
        FROM sizes z
        JOIN registry_schoolclass c ON c.id = z.school_class_id
        {CLASS_JOINS}
        WHERE z.starts_on < coalesce(c.ends_on, DATE '9999-12-31')
    """,
    version_column="version",
)

FACTS = (CLASS_ROSTER,)
