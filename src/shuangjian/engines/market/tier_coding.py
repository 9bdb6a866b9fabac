"""优先级编码: the tier of every wish."""

import numpy as np

from shuangjian.engines.market.column import COURSE, PUPIL, TIER
from shuangjian.engines.market.column_coding import ColumnCoding
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.market import Int16, Int32
from shuangjian.engines.market.number import add_number_faults
from shuangjian.engines.market.reference import add_repeats, add_unknown
from shuangjian.engines.market.roll import Roll
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.threads import run_over
from shuangjian.engines.market.wish_kernel import (
    ByPupil,
    count_by_pupil,
    give_tiers,
    group_tiers,
    is_grouped,
)

FIRST_TIER = 1


def code_tiers(
    table: Table | None, wishes: ByPupil, roll: Roll, faults: FaultList, *, threads: int
) -> Int16:
    """The tier of each wish (优先级编码), ``(w,)``; with a fault it is not to be used.

    Args:
        table: of tiers, where there is one; what it does not name has tier 1.
        wishes: all of them.
        roll: the pupils and courses that there are.
        faults: is added to.
        threads: at least 1.
    """
    tiers = np.full(wishes.course.size, FIRST_TIER, np.int16)
    if table is None or not table.rows:
        return tiers
    coding = ColumnCoding(table)
    pupil = coding.ids(PUPIL, roll.pupils)
    course = coding.ids(COURSE, roll.courses)
    tier = coding.numbers(TIER, dtype=np.int16)
    coding.run(threads=threads)
    rows = np.arange(0)
    if min(pupil.min(), course.min(), tier.min()) < 0:
        add_unknown(faults, table, PUPIL, pupil, roll.pupils)
        add_unknown(faults, table, COURSE, course, roll.courses)
        add_number_faults(faults, table, TIER, tier, is_needed=True)
        rows = np.flatnonzero((pupil >= 0) & (course >= 0) & (tier >= 0))
        pupil, course, tier = pupil[rows], course[rows], tier[rows]
    is_wrong = np.zeros(len(roll.pupils), np.bool_)
    by_pupil = _grouped(pupil, course, tier, len(roll.pupils), threads=threads)
    run_over(
        len(roll.pupils),
        lambda first, last: give_tiers(
            wishes, tiers, by_pupil, len(roll.courses), is_wrong, first, last
        ),
        threads=threads,
    )
    if is_wrong.any():
        concerned = np.flatnonzero(is_wrong[pupil])
        add_repeats(
            faults,
            table,
            rows[concerned] if rows.size else concerned,
            (pupil[concerned], course[concerned]),
            lambda who, what, line: (
                f"学生{shown(who)}对课程{shown(what)}已有优先级（第 {line} 行）。请删去一行。"
            ),
            columns=[PUPIL.name, COURSE.name],
        )
    return tiers


def _grouped(pupil: Int32, course: Int32, tier: Int16, pupils: int, *, threads: int) -> ByPupil:
    start = np.zeros(pupils + 1, np.int64)
    count_by_pupil(pupil, start)
    if is_grouped(pupil):
        return ByPupil(start, course, tier)
    of_course, of_tier = np.empty_like(course), np.empty_like(tier)
    run_over(
        pupils,
        lambda first, last: group_tiers(
            pupil, course, tier, start, of_course, of_tier, first, last
        ),
        threads=threads,
    )
    return ByPupil(start, of_course, of_tier)
