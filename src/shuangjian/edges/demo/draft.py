"""虚构作业: what the teachers of one class want to ask on one day, before anything is held."""

import random
from dataclasses import dataclass

from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.edges.demo.content import homework_text
from shuangjian.foundation.registry.models import Course

# Course, its weight in the day's minutes, how often it sets homework, and its grades.
_WRITTEN = (
    (Course.CHINESE, 34, 0.95, range(3, 10)),
    (Course.MATH, 34, 0.96, range(3, 10)),
    (Course.ENGLISH, 24, 0.8, range(3, 10)),
    (Course.PHYSICS, 20, 0.72, range(8, 10)),
    (Course.CHEMISTRY, 17, 0.6, range(9, 10)),
    (Course.MORALITY_LAW, 9, 0.2, range(7, 10)),
    (Course.HISTORY, 9, 0.25, range(7, 10)),
    (Course.GEOGRAPHY, 9, 0.18, range(7, 9)),
    (Course.BIOLOGY, 9, 0.18, range(7, 9)),
)
_PRACTICE = (
    (Course.PHYSICAL_EDUCATION, 0.16, (10, 15, 20, 30)),
    (Course.SCIENCE, 0.05, (20, 30)),
    (Course.LABOUR, 0.06, (10, 15, 20)),
    (Course.ART, 0.02, (20, 30)),
)
_YOUNG_ORAL = ((Course.CHINESE, 0.85), (Course.MATH, 0.3))
_ORAL_ENGLISH_SHARE = 0.25
_REVISED_SHARE = 0.04
_SAME_IN_GRADE_SHARE = 0.7
_LEAST_MINUTES = 5

SharedTexts = dict[tuple[object, ...], str]


@dataclass(frozen=True, slots=True)
class DayFrame:
    """当天的框架: what is the same for every teacher of the class on the day.

    ``part`` is the share of the limit that the day shall use, above 1 for a day over the limit;
    where the limit is 0, a positive part asks for written homework at home all the same.
    ``shared`` holds the texts that classes of a grade have in common on a day.
    """

    grade: int
    limit: int
    part: float
    lesson: int
    shared: SharedTexts


@dataclass(frozen=True, slots=True)
class Draft:
    """一项作业: content and minutes of one course; ``earlier`` is a first wording, if any."""

    course: Course
    kind: HomeworkKind
    place: Place
    minutes: int
    content: str
    earlier: str = ""

    @property
    def counts(self) -> bool:
        """Whether it counts towards the limit: written, and at home."""
        return self.kind is HomeworkKind.WRITTEN and self.place is Place.HOME


def drafts_of_day(frame: DayFrame, *, stream: random.Random) -> list[Draft]:
    """What is asked of a class on a day (当天作业), one entry a course at most."""
    drafts = _young(frame, stream) if frame.limit == 0 else _older(frame, stream)
    taken = {draft.course for draft in drafts}
    for course, share, minutes in _PRACTICE:
        if course not in taken and stream.random() < share:
            if course is Course.SCIENCE and frame.grade > 6:
                continue
            drafts.append(
                _draft(frame, course, HomeworkKind.PRACTICE, stream.choice(minutes), stream)
            )
    return drafts


def _young(frame: DayFrame, stream: random.Random) -> list[Draft]:
    """Grades without written homework: reading aloud at home, practice in school."""
    drafts = []
    for course, share in _YOUNG_ORAL:
        if stream.random() < share:
            drafts.append(
                _draft(frame, course, HomeworkKind.ORAL, stream.choice((5, 10, 10, 15)), stream)
            )
        elif stream.random() < 0.6:
            drafts.append(
                _draft(
                    frame, course, HomeworkKind.WRITTEN, stream.choice((10, 15)), stream,
                    place=Place.SCHOOL,
                )
            )  # fmt: skip
    if frame.part > 0:
        drafts = [draft for draft in drafts if draft.course is not Course.CHINESE]
        minutes = stream.choice((5, 10, 10, 15))
        drafts.append(_draft(frame, Course.CHINESE, HomeworkKind.WRITTEN, minutes, stream))
    return drafts


def _older(frame: DayFrame, stream: random.Random) -> list[Draft]:
    chosen = [
        (course, weight)
        for course, weight, share, grades in _WRITTEN
        if frame.grade in grades and stream.random() < share
    ] or [(Course.CHINESE, 34)]
    drafts = []
    is_oral_english = frame.grade <= 6 and stream.random() < _ORAL_ENGLISH_SHARE
    if is_oral_english and len(chosen) > 1 and frame.part <= 1:
        kept = [pair for pair in chosen if pair[0] is not Course.ENGLISH]
        if len(kept) < len(chosen):
            drafts.append(_draft(frame, Course.ENGLISH, HomeworkKind.ORAL, 10, stream))
            chosen = kept
    whole = sum(weight for _, weight in chosen)
    target = frame.limit * frame.part
    # why: on a day with few courses each one does not simply grow to fill the day.
    spread = max(whole, 80) if frame.part <= 1 else whole
    minutes = [_as_written(target * weight / spread, stream) for _, weight in chosen]
    _fit(minutes, limit=frame.limit, is_over=frame.part > 1, stream=stream)
    written = [
        _draft(frame, course, HomeworkKind.WRITTEN, asked, stream)
        for (course, _), asked in zip(chosen, minutes, strict=True)
        if asked > 0
    ]
    return written + drafts


def _as_written(minutes: float, stream: random.Random) -> int:
    """Minutes as teachers write them: mostly in fives."""
    if stream.random() < 0.85:
        return max(_LEAST_MINUTES, round(minutes / 5) * 5)
    return max(_LEAST_MINUTES, round(minutes))


def _fit(minutes: list[int], *, limit: int, is_over: bool, stream: random.Random) -> None:
    """Bring the sum to the side of the limit where it belongs; a course may be left out (0)."""
    while not is_over and sum(minutes) > limit:
        largest = minutes.index(max(minutes))
        minutes[largest] = max(0, minutes[largest] - 5)
    while is_over and sum(minutes) <= limit:
        minutes[stream.randrange(len(minutes))] += 5


def _draft(
    frame: DayFrame,
    course: Course,
    kind: HomeworkKind,
    minutes: int,
    stream: random.Random,
    *,
    place: Place = Place.HOME,
) -> Draft:
    def text() -> str:
        return homework_text(
            course,
            grade=frame.grade,
            kind=kind,
            is_at_school=place is Place.SCHOOL,
            lesson=frame.lesson,
            stream=stream,
        )

    content = text()
    if stream.random() < _SAME_IN_GRADE_SHARE:
        content = frame.shared.setdefault((frame.lesson, frame.grade, course, kind, place), content)
    earlier = text() if stream.random() < _REVISED_SHARE else ""
    return Draft(course, kind, place, minutes, content, "" if earlier == content else earlier)
