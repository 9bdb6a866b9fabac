"""The worked tables, executed verbatim on every engine."""

from contextlib import contextmanager
from datetime import date

import pytest
import sqlglot

from shuangjian.engines.indicator import Figure, percent
from shuangjian.foundation.lake.catalogue import facts as declared_facts
from shuangjian.foundation.lake.fact import Column, ColumnType
from shuangjian.foundation.lake.portable import check_portable
from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.declaration import ROW_COLUMNS
from shuangjian.oversight.indicators.measure import (
    Scope,
    combine,
    counted_versions,
    measure,
    measure_rows,
)
from tests.engines.worked_table import worked_table
from tests.foundation.lake.conftest import ENGINES
from tests.foundation.lake.hand import hand_tables, write_hand_lake
from tests.oversight.indicators.hand_rows import (
    ELSEWHERE,
    PAGE,
    REGION,
    USED_FACTS,
    hand_rows,
    school_name,
)

pytestmark = pytest.mark.django_db
HOMEWORK, CLASSES = "homework.schools_meeting_time", "quality.large_classes"
SCOPE = Scope(date(2026, 10, 31), date(2026, 11, 15), (REGION,))
WINDOW = (Column("first_on", ColumnType.DATE, ""), Column("last_on", ColumnType.DATE, ""))


@pytest.fixture
def open_hand(open_any, tmp_path):
    @contextmanager
    def _open(name):
        facts = {each: declared_facts()[each] for each in USED_FACTS}
        rows = hand_rows()
        write_hand_lake(tmp_path, facts, rows)
        with (
            hand_tables(facts, rows),
            open_any(name, lake=tmp_path, facts=facts.values()) as engine,
        ):
            yield engine

    return _open


def expected(table, names):
    return [
        (school_name(row["school"]), *(int(row[name]) for name in names))
        for row in worked_table(PAGE, table)
    ]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_schools_meeting_the_homework_time(engine_name, open_hand):
    indicator = indicators()[HOMEWORK]
    with open_hand(engine_name) as engine:
        found = measure(indicator, scope=SCOPE, engine=engine)
        rows = measure_rows(indicator, scope=SCOPE, engine=engine, is_flagged_only=False)
        flagged = measure_rows(indicator, scope=SCOPE, engine=engine, is_flagged_only=True)
    names = [component.name for component in indicator.components]
    assert [(each.school, *each.components) for each in found] == expected("schools meeting", names)
    figure = combine(indicator.headline, found)
    assert figure == Figure(count=2, whole=6, missing=2)
    assert percent(figure.share) == "33.3%"
    needs = [row["needs a look"] == "yes" for row in worked_table(PAGE, "schools meeting")]
    assert [indicator.headline.is_concern(each.components) for each in found] == needs
    # the rows agree with the components: what is flagged is what was counted over.
    for each in found:
        own = [row for row in rows if row.school == each.school]
        assert (sum(row.is_flagged for row in own), len(own)) == each.components[2:]
    assert flagged == [row for row in rows if row.is_flagged]
    assert [
        (row.measured, row.limit_value) for row in flagged if row.school == school_name("B")
    ] == [
        (61, 60),
        (75, 60),
    ]


@pytest.mark.parametrize("engine_name", ENGINES)
def test_large_classes(engine_name, open_hand):
    indicator = indicators()[CLASSES]
    with open_hand(engine_name) as engine:
        found = measure(indicator, scope=SCOPE, engine=engine)
        rows = measure_rows(indicator, scope=SCOPE, engine=engine, is_flagged_only=True)
    names = [component.name for component in indicator.components]
    assert [(each.school, *each.components) for each in found] == expected("large classes", names)
    figures = {each.key: combine(each, found) for each in indicator.figures}
    assert figures == {
        "large": Figure(4, 8),
        "super_large": Figure(2, 8),
        "over_gate": Figure(2, 8),
    }
    assert [(row.school, row.measured, row.limit_value) for row in rows if row.grade == 4] == [
        (school_name("B"), 51, 50),
        (school_name("C"), 90, None),
    ]
    assert sorted(row.measured for row in rows if row.school == school_name("A")) == [56, 65, 66]


def test_a_scope_bounds_regions_and_schools(open_hand):
    indicator = indicators()[HOMEWORK]
    elsewhere = Scope(SCOPE.first_on, SCOPE.last_on, (ELSEWHERE,))
    one = Scope(SCOPE.first_on, SCOPE.last_on, (REGION,), (school_name("B"),))
    none = Scope(SCOPE.first_on, SCOPE.last_on, (REGION,), ())
    with open_hand("postgres") as engine:
        assert [each.school for each in measure(indicator, scope=elsewhere, engine=engine)] == [
            school_name("H")
        ]
        assert [each.school for each in measure(indicator, scope=one, engine=engine)] == [
            school_name("B")
        ]
        assert measure(indicator, scope=none, engine=engine) == []


def test_the_versions_counted_are_those_of_the_window_or_of_its_last_day(open_hand):
    with open_hand("postgres") as engine:
        days = counted_versions(
            indicators()[HOMEWORK],
            declared_facts()["class_homework_day"],
            scope=SCOPE,
            engine=engine,
        )
        roster = counted_versions(
            indicators()[CLASSES], declared_facts()["class_roster"], scope=SCOPE, engine=engine
        )
    in_window = [
        100 + number
        for number, row in enumerate(worked_table(PAGE, "class days"))
        if "2026-10-31" <= row["day"] <= "2026-11-15"
    ]
    on_the_day = [
        200 + number
        for number, row in enumerate(worked_table(PAGE, "classes"))
        if row["from"] <= "2026-11-15" < row["to"]
    ]
    assert list(days) == in_window
    assert list(roster) == on_the_day


@pytest.mark.parametrize("key", [HOMEWORK, CLASSES])
def test_indicator_files_are_portable_and_give_the_declared_columns(key):
    indicator = indicators()[key]
    known = {name: fact.columns for name, fact in declared_facts().items()}
    known["inspection_window"] = WINDOW
    for sql, columns in ((indicator.sql, indicator.columns), (indicator.rows_sql, ROW_COLUMNS)):
        assert check_portable(sql, facts=known) == ()
        assert tuple(sqlglot.parse_one(sql, read="postgres").named_selects) == columns
    for name in indicator.opens:
        assert declared_facts()[name].version_column


@pytest.mark.parametrize("code", ["99010", "990101'", "x"])
def test_only_codes_are_written_into_a_query(code):
    with pytest.raises(AssertionError):
        Scope(SCOPE.first_on, SCOPE.last_on, (code,))
