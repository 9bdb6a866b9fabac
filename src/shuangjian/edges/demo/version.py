"""虚构版本: how one class's homework of a day was recorded: published, held, let through.

It follows what the services do, so that the rows look as if teachers had made them on the page.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shuangjian.areas.homework.models import Origin, PlanState
from shuangjian.edges.demo.content import OVERRIDE_REASONS, YOUNG_REASONS
from shuangjian.edges.demo.draft import Draft
from shuangjian.edges.demo.window import SchoolDay
from shuangjian.foundation.registry.models import Course

IMPORTER = "教务处（导入）"
_AHEAD_SHARE = 0.22
_WITHDRAWN_SHARE = 0.003
_UNKNOWN_TEACHER_SHARE = 0.3


class Line(NamedTuple):
    """作业的一个版本: a row of planned homework but for its keys; ``teacher`` -1 is unknown."""

    course: str
    content: str
    kind: str
    place: str
    minutes: int
    state: str
    origin: str
    teacher: int
    recorded_by: str
    recorded_at: datetime
    published_at: datetime | None
    superseded_at: datetime | None


class Override(NamedTuple):
    """放行: a row of limit override but for its key."""

    reason: str
    minutes: int
    limit_minutes: int
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """当天的结果: how the day is recorded; ``import_at`` is when a workbook brought it, if so."""

    is_late: bool
    is_released: bool
    import_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Teachers:
    """任课教师: place and name of each course's teacher, and the class teacher's name."""

    by_course: Mapping[Course, tuple[int, str]]
    head: str

    def of(self, course: Course) -> tuple[int, str]:
        """The course's teacher; the class teacher stands in for courses nobody was hired for."""
        return self.by_course.get(course, (-1, self.head))


def record_day(
    drafts: Sequence[Draft],
    *,
    day: SchoolDay,
    limit: int,
    fate: Fate,
    teachers: Teachers,
    stream: random.Random,
) -> tuple[list[Line], Override | None]:
    """The versions of a class day (班级作业日的版本), older before newer, and its override."""
    if fate.import_at is not None:
        return [_imported(draft, fate.import_at, teachers, stream) for draft in drafts], None
    moments = sorted(_moment(day, stream) for _ in drafts)
    if fate.is_late and moments:
        moments[-1] = day.midnight + timedelta(minutes=stream.triangular(1082, 1310, 1100))
    is_over = sum(draft.minutes for draft in drafts if draft.counts) > limit
    lines: list[Line] = []
    published = held = 0
    for draft, at in zip(stream.sample(drafts, len(drafts)), moments, strict=True):
        fits = not draft.counts or published + draft.minutes <= limit
        if draft.counts and fits:
            published += draft.minutes
        elif draft.counts:
            held += draft.minutes
        line = _paged(draft, at=at, fits=fits, teachers=teachers)
        lines.extend(_with_earlier(line, draft, stream))
        if fits and not is_over and stream.random() < _WITHDRAWN_SHARE and day.is_past:
            lines[-1:] = _withdrawn(lines[-1], stream)
    if not (held and fate.is_released):
        return lines, None
    at = moments[-1] + timedelta(minutes=stream.uniform(4, 55))
    reasons = YOUNG_REASONS if limit == 0 else OVERRIDE_REASONS
    override = Override(stream.choice(reasons), published + held, limit, teachers.head, at)
    return _released(lines, at=at, head=teachers.head), override


def _moment(day: SchoolDay, stream: random.Random) -> datetime:
    """When a teacher saved: on the day, mostly in the early afternoon, or the afternoon before."""
    if not day.is_past or stream.random() < _AHEAD_SHARE:
        return day.ahead + timedelta(minutes=stream.uniform(0, 240))
    return day.midnight + timedelta(minutes=stream.triangular(500, 1020, 940))


def _imported(draft: Draft, at: datetime, teachers: Teachers, stream: random.Random) -> Line:
    teacher, _ = teachers.of(draft.course)
    return Line(
        course=draft.course.value,
        content=draft.content,
        kind=draft.kind.value,
        place=draft.place.value,
        minutes=draft.minutes,
        state=PlanState.PUBLISHED.value,
        origin=Origin.IMPORT.value,
        teacher=-1 if stream.random() < _UNKNOWN_TEACHER_SHARE else teacher,
        recorded_by=IMPORTER,
        recorded_at=at,
        published_at=None,
        superseded_at=None,
    )


def _paged(draft: Draft, *, at: datetime, fits: bool, teachers: Teachers) -> Line:
    teacher, name = teachers.of(draft.course)
    return Line(
        course=draft.course.value,
        content=draft.content,
        kind=draft.kind.value,
        place=draft.place.value,
        minutes=draft.minutes,
        state=(PlanState.PUBLISHED if fits else PlanState.HELD).value,
        origin=Origin.PAGE.value,
        teacher=teacher,
        recorded_by=name,
        recorded_at=at,
        published_at=at if fits else None,
        superseded_at=None,
    )


def _with_earlier(line: Line, draft: Draft, stream: random.Random) -> list[Line]:
    """The version before it, where the teacher changed the wording a little later."""
    if not draft.earlier:
        return [line]
    before = line.recorded_at - timedelta(minutes=stream.uniform(3, 45))
    earlier = line._replace(
        content=draft.earlier,
        recorded_at=before,
        published_at=None if line.published_at is None else before,
        superseded_at=line.recorded_at,
    )
    return [earlier, line]


def _withdrawn(line: Line, stream: random.Random) -> list[Line]:
    at = line.recorded_at + timedelta(minutes=stream.uniform(5, 40))
    return [
        line._replace(superseded_at=at),
        line._replace(state=PlanState.WITHDRAWN.value, recorded_at=at, published_at=None),
    ]


def _released(lines: list[Line], *, at: datetime, head: str) -> list[Line]:
    """The held versions closed, and published ones by the class teacher after them."""
    released: list[Line] = []
    recorded: list[Line] = []
    for line in lines:
        if line.state == PlanState.HELD and line.superseded_at is None:
            recorded.append(line._replace(superseded_at=at))
            released.append(
                line._replace(
                    state=PlanState.PUBLISHED.value,
                    recorded_by=head,
                    recorded_at=at,
                    published_at=at,
                )
            )
        else:
            recorded.append(line)
    return recorded + released
