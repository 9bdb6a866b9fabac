"""布置作业: the service beside a bare transaction, alone and with a second client."""

from dataclasses import dataclass, replace
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.planner import Planners, Seat, Work, open_planners
from benchmarks.ratio import Case, Ratio, Role, Timings, interleave
from benchmarks.save import ServiceSave, make_bare_tables
from benchmarks.site import TODAY, Site
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import TeachingAssignment

SAVES = {"district": 40, "school": 3}


@dataclass(frozen=True)
class _Seats:
    """Two courses of one class, and a course of another (任课)."""

    first: Seat
    same_class: Seat
    other_class: Seat


def measure(site: Site) -> list[Ratio]:
    """The same number of saves a client, in every turn, both ways."""
    assert site.district
    make_bare_tables()
    seats = _seats()
    work = Work(
        seat=seats.first,
        on=next_working_day(after=TODAY),
        at=site.now,
        saves=SAVES[site.scale],
        is_bare=False,
    )
    with CaptureQueriesContext(connection) as queries:
        ServiceSave(seats.first)(replace(work, saves=1))
    with open_planners(2) as planners:
        timings = interleave(_cases(planners, work, seats), repetitions=site.repetitions)
    # why: the two reads of teacher and class are not the service's.
    return _ratios(timings, note=f"每次保存 {len(queries) - 2} 条语句；一轮每方 {work.saves} 次")


def _cases(planners: Planners, work: Work, seats: _Seats) -> dict[str, Case]:
    cases = {}
    for way, is_bare in (("service", False), ("bare", True)):
        alone = replace(work, is_bare=is_bare)
        beside = replace(alone, seat=seats.other_class)
        against = replace(alone, seat=seats.same_class)
        cases[f"{way}/one"] = Case(partial(planners.run, alone))
        cases[f"{way}/two"] = Case(partial(planners.run, alone, beside))
        cases[f"{way}/race"] = Case(partial(planners.run, alone, against))
    return cases


def _seats() -> _Seats:
    """The first class with two teachers of two courses, and the next class of its school."""
    taught = (
        TeachingAssignment.objects.filter(
            is_class_teacher=False, course__in=("chinese", "math"), school_class__stage="primary"
        )
        .exclude(school_class__entry_year__gte=TODAY.year - 1)
        .order_by("school_class__school__code", "school_class_id", "course")
    )
    chinese, math, other, *_ = taught
    assert chinese.school_class_id == math.school_class_id != other.school_class_id
    return _Seats(_seat(chinese, row=1), _seat(math, row=1), _seat(other, row=2))


def first_seat() -> Seat:
    """A teacher's course in a class (任课) that has homework on every school day."""
    return _seats().first


def _seat(assignment: TeachingAssignment, *, row: int) -> Seat:
    return Seat(assignment.teacher_id, assignment.school_class_id, assignment.course, row)


def _ratios(timings: Timings, *, note: str) -> list[Ratio]:
    bare = "锁一行、写一行的裸事务"
    return [
        timings.ratio(
            "one/bare", "service/one", "bare/one",
            words=("一方布置", bare), role=Role.LIMIT, note=note,
        ),
        timings.ratio(
            "two-classes/bare", "service/two", "bare/two",
            words=("两方同时，不同班", f"{bare}，不同行"), role=Role.LIMIT,
        ),
        timings.ratio(
            "one-class/bare", "service/race", "bare/race",
            words=("两方同时，同一个班", f"{bare}，同一行"), role=Role.LIMIT,
        ),
        timings.ratio(
            "two-classes/one", "service/two", "service/one",
            words=("两方同时，不同班", "一方布置"), role=Role.SELF,
            note="1 为互不相干，2 为完全排队（活是两倍）",
        ),
        timings.ratio(
            "one-class/one", "service/race", "service/one",
            words=("两方同时，同一个班", "一方布置"), role=Role.SELF, note="同上",
        ),
        timings.ratio(
            "bare-two-rows/one", "bare/two", "bare/one",
            words=(f"{bare}，两方不同行", "一方"), role=Role.SELF, note="同上，机器本身的余地",
        ),
    ]  # fmt: skip
