"""Rows at every edge of the rules, and the violations that each rule must find among them.

The rules are executed on the inspection day 2026-11-15. Each subject is named after its edge.
"""

from datetime import UTC, date, datetime

from shuangjian.foundation.lake.catalogue import facts

AT = datetime(2026, 11, 15, 4, 0, tzinfo=UTC)
NOV_2, NOV_3 = date(2026, 11, 2), date(2026, 11, 3)
EVER = date(9999, 12, 31)
OLD, NEW, SOFT = "minutes@2021-04-01", "minutes@2026-11-03", "minutes@should"
USED_FACTS = (
    "class_homework_day",
    "homework_published_day",
    "class_roster",
    "policy_in_force",
)


def rule_text(path):
    """The rule as it stands in its file, header and all."""
    return path.read_text(encoding="utf-8")


def _rows(fact, *given):
    """Rows by column name; what is not given is null."""
    names = facts()[fact].column_names
    for row in given:
        assert set(row) <= set(names), fact
    return [tuple(row.get(name) for name in names) for row in given]


def _day(subject, written, *, grade=5, on=NOV_2, school="school:1", reason=0):
    return {
        "subject": subject,
        "period": on.isoformat(),
        "school": school,
        "region": "990101",
        "city": "990100",
        "effective_on": on,
        "grade": grade,
        "written_minutes": written,
        "held_minutes": 0,
        "courses": 1,
        "overridden_minutes": written if reason else 0,
        "version": 1,
        "recorded_at": AT,
    }


def _limit(value, *, policy, starts_on, ends_on=EVER, low=3, high=6, **other):
    return {
        "key": "homework.written_minutes_max",
        "school": "school:1",
        "region": "990101",
        "city": "990100",
        "band_low": low,
        "band_high": high,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "value": value,
        "unit": "minute",
        "severity": "must",
        "policy": policy,
        "effective_on": starts_on,
        **other,
    }


def _published(subject, published, deadline):
    return {
        "subject": subject,
        "period": NOV_2.isoformat(),
        "school": "school:1",
        "region": "990101",
        "effective_on": NOV_2,
        "published_minute": published,
        "deadline_minute": deadline,
    }


def _roster(subject, pupils, *, starts_on, ends_on=EVER, grade=5):
    return {
        "subject": subject,
        "period": starts_on.isoformat(),
        "school": "school:1",
        "region": "990101",
        "effective_on": starts_on,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "grade": grade,
        "pupils": pupils,
    }


START = date(2021, 4, 1)
SEPTEMBER = date(2026, 9, 1)

RULE_ROWS = {
    "class_homework_day": _rows(
        "class_homework_day",
        _day("class:equal to the limit", 60),
        _day("class:one over", 61),
        _day("class:one over, with a reason", 61, reason=1),
        _day("class:first day of the stricter", 45, on=NOV_3),
        _day("class:last day of the former", 45, on=NOV_2),
        _day("class:lowest of the band", 61, grade=3),
        _day("class:highest of the band", 61, grade=6),
        _day("class:above every band", 999, grade=7),
        _day("class:grade unknown", 999, grade=None),
        _day("class:minutes unknown", None),
        _day("class:a school without policy", 999, school="school:2"),
        _day("class:first grade, nothing", 0, grade=1),
        _day("class:first grade, one minute", 1, grade=2),
        _day("class:before any policy", 999, on=date(2021, 3, 31)),
    ),
    "homework_published_day": _rows(
        "homework_published_day",
        _published("class:on the minute", 1080, 1080),
        _published("class:a minute late", 1081, 1080),
        _published("class:the next day", 1500, 1080),
        _published("class:unknown", None, 1080),
    ),
    "class_roster": _rows(
        "class_roster",
        _roster("class:equal to the gate", 55, starts_on=SEPTEMBER),
        _roster("class:one over the gate", 56, starts_on=SEPTEMBER),
        _roster("class:from today", 57, starts_on=date(2026, 11, 15)),
        _roster("class:until today", 58, starts_on=SEPTEMBER, ends_on=date(2026, 11, 15)),
        _roster("class:until tomorrow", 59, starts_on=SEPTEMBER, ends_on=date(2026, 11, 16)),
        _roster("class:from tomorrow", 60, starts_on=date(2026, 11, 16)),
        _roster("class:no roster", None, starts_on=SEPTEMBER),
    ),
    "policy_in_force": _rows(
        "policy_in_force",
        _limit(60, policy=OLD, starts_on=START, ends_on=NOV_3),
        _limit(40, policy=NEW, starts_on=NOV_3),
        _limit(30, policy=SOFT, starts_on=START, severity="should"),
        _limit(0, policy=OLD, starts_on=START, low=1, high=2),
        _limit(10, policy="other", starts_on=START, key="homework.other"),
        _limit(55, policy="gate", starts_on=START, key="class_size.gate_max", low=1, high=9),
        _limit(
            1,
            policy="former gate",
            starts_on=date(2000, 1, 1),
            ends_on=date(2026, 11, 15),
            key="class_size.gate_max",
        ),
        _limit(5, policy="a region's", starts_on=START, school=""),
    ),
}

EXPECTED = {
    "total_over_limit": [
        ("class:one over", NOV_2, 61, 60, OLD),
        ("class:one over, with a reason", NOV_2, 61, 60, OLD),
        ("class:first day of the stricter", NOV_3, 45, 40, NEW),
        ("class:lowest of the band", NOV_2, 61, 60, OLD),
        ("class:highest of the band", NOV_2, 61, 60, OLD),
    ],
    "override_without_reason": [
        ("class:one over", NOV_2, 61, 60, OLD),
        ("class:first day of the stricter", NOV_3, 45, 40, NEW),
        ("class:lowest of the band", NOV_2, 61, 60, OLD),
        ("class:highest of the band", NOV_2, 61, 60, OLD),
        ("class:first grade, one minute", NOV_2, 1, 0, OLD),
    ],
    "written_in_first_grades": [("class:first grade, one minute", NOV_2, 1, 0, OLD)],
    "published_late": [
        ("class:a minute late", NOV_2, 1081, 1080, "setting:homework.publish_by"),
        ("class:the next day", NOV_2, 1500, 1080, "setting:homework.publish_by"),
    ],
    "large_class": [
        ("class:one over the gate", date(2026, 11, 15), 56, 55, "gate"),
        ("class:from today", date(2026, 11, 15), 57, 55, "gate"),
        ("class:until tomorrow", date(2026, 11, 15), 59, 55, "gate"),
    ],
}
