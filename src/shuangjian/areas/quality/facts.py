"""教育质量公布的事实: the size of every class over time, from the roster."""

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact

INTEGER, TEXT, DATE, INSTANT = (
    ColumnType.INTEGER,
    ColumnType.TEXT,
    ColumnType.DATE,
    ColumnType.INSTANT,
)

# why: an interval of constant size is cut at every school year too, since the grade changes there.
CLASS_ROSTER = Fact(
    name="class_roster",
    term="班级名册人数",
    grain="一个班级、一段人数和年级不变的时间一行；止日不含在内",
    owner="quality",
    columns=(
        Column("subject", TEXT, "班级"),
        Column("period", TEXT, "起日"),
        Column("school", TEXT, "学校"),
        Column("region", TEXT, "区县"),
        Column("city", TEXT, "市"),
        Column("effective_on", DATE, "起日"),
        Column("starts_on", DATE, "起"),
        Column("ends_on", DATE, "止"),
        Column("grade", INTEGER, "年级"),
        Column("pupils", INTEGER, "学生数", "人"),
        Column("version", INTEGER, "版本号"),
        Column("recorded_at", INSTANT, "记录时间"),
    ),
    sql="""
        WITH steps AS (
            SELECT school_class_id, starts_on AS on_day, 1 AS change, id, recorded_at
            FROM registry_enrolment
            UNION ALL
            SELECT school_class_id, ends_on, -1, id, recorded_at
            FROM registry_enrolment WHERE ends_on IS NOT NULL
            UNION ALL
            SELECT c.id, make_date(y::int, 9, 1), 0, 0, NULL
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
        SELECT 'class:' || c.pseudonym AS subject,
            to_char(z.starts_on, 'YYYY-MM-DD') AS period,
            'school:' || s.pseudonym AS school,
            r.code AS region, r.city_code AS city,
            z.starts_on AS effective_on, z.starts_on,
            least(z.ends_on, coalesce(c.ends_on, DATE '9999-12-31')) AS ends_on,
            extract(year from z.starts_on)::bigint
                - CASE WHEN extract(month from z.starts_on) < 9 THEN 1 ELSE 0 END
                - c.entry_year + CASE WHEN c.stage = 'junior' THEN 7 ELSE 1 END AS grade,
            z.pupils, z.version,
            coalesce(z.recorded_at, TIMESTAMPTZ '1970-01-01 00:00:00+00') AS recorded_at
        FROM sizes z
        JOIN registry_schoolclass c ON c.id = z.school_class_id
        JOIN registry_school s ON s.id = c.school_id
        JOIN registry_region r ON r.id = s.region_id
        WHERE z.starts_on < coalesce(c.ends_on, DATE '9999-12-31')
    """,
    version_column="version",
)

FACTS = (CLASS_ROSTER,)
