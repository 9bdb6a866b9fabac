"""事实的公共列: who, where and when, as every fact about a class says it."""

from shuangjian.foundation.lake.fact import Column, ColumnType

CLASS_COLUMNS = (
    Column("subject", ColumnType.TEXT, "班级"),
    Column("period", ColumnType.TEXT, "日期"),
    Column("school", ColumnType.TEXT, "学校"),
    Column("region", ColumnType.TEXT, "区县"),
    Column("city", ColumnType.TEXT, "市"),
    Column("effective_on", ColumnType.DATE, "日期"),
)

# why: c, s and r are the aliases under which every fact joins class, school and region.
CLASS_JOINS = """
    JOIN registry_school s ON s.id = c.school_id
    JOIN registry_region r ON r.id = s.region_id
"""


def class_keys(*, day: str) -> str:
    """The columns above as SQL, for an SQL expression of the day (公共列)."""
    return f"""
        'class:' || c.pseudonym AS subject,
        to_char({day}, 'YYYY-MM-DD') AS period,
        'school:' || s.pseudonym AS school,
        r.code AS region,
        r.city_code AS city,
        {day} AS effective_on
    """
