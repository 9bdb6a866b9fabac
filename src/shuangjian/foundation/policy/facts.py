"""政策库公布的事实: what is in force where, resolved, so that rules only join it."""

from shuangjian.foundation.lake.fact import Column, ColumnType, Fact

POLICY_IN_FORCE = Fact(
    name="policy_in_force",
    term="适用政策",
    grain="一个政策项、一所学校（或一个地区）、一种约束力、一档、一段时间一行",
    owner="policy",
    columns=(
        Column("key", ColumnType.TEXT, "政策项"),
        Column("school", ColumnType.TEXT, "学校"),
        Column("region", ColumnType.TEXT, "区划代码"),
        Column("city", ColumnType.TEXT, "市"),
        Column("band_low", ColumnType.INTEGER, "分档下限"),
        Column("band_high", ColumnType.INTEGER, "分档上限"),
        Column("starts_on", ColumnType.DATE, "起"),
        Column("ends_on", ColumnType.DATE, "止"),
        Column("value", ColumnType.INTEGER, "取值"),
        Column("unit", ColumnType.TEXT, "单位"),
        Column("severity", ColumnType.TEXT, "约束力"),
        Column("policy", ColumnType.TEXT, "政策值编号"),
        Column("subject", ColumnType.TEXT, "对象"),
        Column("period", ColumnType.TEXT, "期间"),
        Column("effective_on", ColumnType.DATE, "施行日期"),
        Column("version", ColumnType.INTEGER, "版本号"),
        Column("recorded_at", ColumnType.INSTANT, "记录时间"),
    ),
    sql="""
        SELECT p.key, p.school, p.region, p.city,
            p.band_low::bigint AS band_low, p.band_high::bigint AS band_high,
            p.starts_on, p.ends_on, p.value, p.unit, p.severity, p.policy,
            CASE WHEN p.school = '' THEN 'region:' || p.region ELSE p.school END AS subject,
            to_char(p.starts_on, 'YYYY-MM-DD') AS period,
            p.starts_on AS effective_on, p.id AS version, p.recorded_at
        FROM policy_policyinforce p
    """,
    version_column="version",
)

FACTS = (POLICY_IN_FORCE,)
