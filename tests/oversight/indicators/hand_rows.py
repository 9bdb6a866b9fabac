"""The worked tables of docs/algorithms/indicators.md as rows of facts."""

from datetime import UTC, date, datetime

from shuangjian.foundation.lake.catalogue import facts
from tests.engines.worked_table import worked_table

PAGE = "indicators.md"
AT = datetime(2026, 11, 15, 4, 0, tzinfo=UTC)
EVER = date(9999, 12, 31)
REGION, CITY, ELSEWHERE = "990101", "990100", "990102"
USED_FACTS = ("class_homework_day", "planned_homework", "class_roster", "policy_in_force")
COUNTS = "indicator.homework_time.school_counts"
MINUTES = "homework.written_minutes_max"
GATES = {"A": 65, "B": 50}


def school_name(letter: str) -> str:
    return f"school:{ord(letter):08x}-0000-4000-8000-000000000000"


def class_name(number: int) -> str:
    return f"class:{number:08x}-0000-4000-8000-000000000000"


def _row(fact: str, **given):
    names = facts()[fact].column_names
    common = {"region": REGION, "city": CITY, "recorded_at": AT, **given}
    assert set(common) <= set(names), set(common) - set(names)
    return tuple(common.get(name) for name in names)


def _policy(key, letter, value, *, low=0, high=9999, severity="must", region=REGION):
    return _row(
        "policy_in_force",
        key=key,
        school=school_name(letter),
        region=region,
        band_low=low,
        band_high=high,
        starts_on=date(2021, 4, 1),
        ends_on=EVER,
        value=value,
        unit="minute",
        severity=severity,
        policy=f"{key}@{severity}",
        subject=school_name(letter),
        period="2021-04-01",
        effective_on=date(2021, 4, 1),
        version=1,
    )


def _days():
    return [
        _row(
            "class_homework_day",
            subject=class_name(number),
            period=row["day"],
            school=school_name(row["school"]),
            effective_on=date.fromisoformat(row["day"]),
            grade=int(row["grade"]),
            written_minutes=int(row["minutes"]),
            held_minutes=500,
            courses=int(row["courses"]),
            overridden_minutes=0,
            version=100 + number,
        )
        for number, row in enumerate(worked_table(PAGE, "class days"))
    ]


def _classes():
    return [
        _row(
            "class_roster",
            subject=class_name(1000 + number),
            period=row["from"],
            school=school_name(row["school"]),
            effective_on=date.fromisoformat(row["from"]),
            starts_on=date.fromisoformat(row["from"]),
            ends_on=date.fromisoformat(row["to"]),
            grade=int(row["grade"]),
            pupils=int(row["pupils"]),
            version=200 + number,
        )
        for number, row in enumerate(worked_table(PAGE, "classes"))
    ]


def _policies():
    rows = [_policy(COUNTS, "H", 1, region=ELSEWHERE)]
    for row in worked_table(PAGE, "schools meeting"):
        letter = row["school"]
        rows += [
            _policy(COUNTS, letter, int(row["counted"])),
            _policy(MINUTES, letter, 0, low=1, high=2),
            _policy(MINUTES, letter, 60, low=3, high=6),
        ]
    rows.append(_policy(MINUTES, "E", 40, low=3, high=6, severity="should"))
    for letter in "ABC":
        rows += [
            _policy("class_size.large_class_min", letter, 56),
            _policy("class_size.super_large_class_min", letter, 66),
        ]
    return rows + [
        _policy("class_size.gate_max", letter, gate, low=1, high=9)
        for letter, gate in GATES.items()
    ]


def hand_rows():
    return {
        "class_homework_day": _days(),
        "planned_homework": [],
        "class_roster": _classes(),
        "policy_in_force": _policies(),
    }
