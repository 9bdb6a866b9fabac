"""导入布置计划表: a school's workbook becomes versions, all or nothing; twice changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.models import ClassDay, Origin, PlannedHomework, PlanState
from shuangjian.areas.homework.services.day import (
    announce_change,
    counts,
    lock_day,
    next_version,
    release_what_fits,
    supersede,
    total_of,
)
from shuangjian.areas.homework.services.plan import name_on
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.areas.homework.workbook.fault import CellFault
from shuangjian.areas.homework.workbook.plan_row import ClassRef, PlanRow, WorkbookReading
from shuangjian.areas.homework.workbook.reader import read_workbook
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import SCHOOL_ROLES, Role
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.registry.calendar import DayKind, day_kinds
from shuangjian.foundation.registry.models import School, SchoolClass, Teacher
from shuangjian.foundation.registry.school_year import entry_year_of, stage_of
from shuangjian.foundation.registry.setting import PLAN_AHEAD_DAYS, value_of

SPAN_MOST = 400  # why: days; a typo of the year must not read the calendar of centuries.
COMPARED = ("content", "kind", "place", "minutes", "state")
ClassKey = tuple[str, int, int]


@dataclass
class ImportTally:
    """导入结果: what the workbook changed, counted in plan rows."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    kept: int = 0
    held: int = 0
    over_limit_days: int = 0

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The tally in Chinese, label and value."""
        return [
            ("新增作业", f"{self.added} 项"),
            ("有改动", f"{self.changed} 项"),
            ("撤回（表中写“无”）", f"{self.withdrawn} 项"),
            ("没有变化", f"{self.unchanged} 项"),
            ("网页上已改过，保留不动", f"{self.kept} 项"),
            ("暂缓的班级日", f"{self.held} 个"),
            ("超过上限的班级日", f"{self.over_limit_days} 个"),
        ]


@dataclass(frozen=True)
class ImportOutcome:
    """What became of a workbook (导入结果): with any fault nothing was written."""

    reading: WorkbookReading
    faults: tuple[CellFault, ...]
    tally: ImportTally = field(default_factory=ImportTally)
    is_dry_run: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the rows were written."""
        return not self.faults and not self.is_dry_run


def import_workbook(
    *, actor: Actor, school: School, content: bytes, at: datetime, is_dry_run: bool
) -> ImportOutcome:
    """Bring a school's workbook in (导入): every row or, with any fault, none.

    Past days are recorded as published, with the time of publication unknown; days from today on
    are held where they exceed the limit, as if planned on the page. A row that says 无 withdraws.

    Args:
        actor: the school's principal or administrator, or the operator.
        school: whose workbook it is.
        content: the file's bytes.
        at: the present moment, aware.
        is_dry_run: do everything, then undo it.

    Raises:
        HomeworkRefusedError: the actor may not import for this school.
        UnreadableWorkbookError: the file as a whole cannot be read.
    """
    if school.pk not in actor.school_ids(*SCHOOL_ROLES) and not actor.has(Role.OPERATOR):
        raise HomeworkRefusedError("not_importer")
    reading = read_workbook(content, reference_day=at.date())
    classes = _classes_of(school)
    faults = (
        *reading.faults,
        *_unknown_classes(reading.rows, classes, school=school),
        *_doubled_rows(reading.rows, classes),
        *_unplannable_rows(reading.rows, classes, school=school, today=at.date()),
    )
    if faults:
        return ImportOutcome(reading, faults, is_dry_run=is_dry_run)
    with transaction.atomic():
        tally = _write(reading.rows, classes, actor=actor, school=school, at=at)
        transaction.set_rollback(is_dry_run)
    return ImportOutcome(reading, (), tally, is_dry_run)


def _classes_of(school: School) -> Mapping[ClassKey, SchoolClass]:
    classes = SchoolClass.objects.filter(school=school).select_related("school", "school__region")
    return {(each.stage, each.entry_year, each.number): each for each in classes}


def _key_of(ref: ClassRef, *, on: date) -> ClassKey | None:
    """The class's natural key on a day: from the grade, or from stage and year of entry."""
    if ref.grade is not None:
        stage = ref.stage or stage_of(ref.grade)
        return stage, entry_year_of(stage=stage, grade=ref.grade, on=on), ref.number
    if ref.entry_year is not None and ref.stage is not None:
        return ref.stage, ref.entry_year, ref.number
    return None


def _find_class(
    ref: ClassRef, classes: Mapping[ClassKey, SchoolClass], *, on: date
) -> SchoolClass | None:
    key = _key_of(ref, on=on)
    if key is not None:
        return classes.get(key)
    # why: 「2025级3班」 names no stage; in a nine-year school it could be either.
    found = [
        each
        for (_, entry_year, number), each in classes.items()
        if entry_year == ref.entry_year and number == ref.number
    ]
    return found[0] if len(found) == 1 else None


def _unknown_classes(
    rows: Iterable[PlanRow], classes: Mapping[ClassKey, SchoolClass], *, school: School
) -> list[CellFault]:
    faults: dict[tuple[str, ClassRef], CellFault] = {}
    for row in rows:
        place = (row.sheet, row.class_ref)
        if place in faults or _find_class(row.class_ref, classes, on=row.on) is not None:
            continue
        known = sorted({name_on(each, on=row.on) for each in classes.values()})
        faults[place] = CellFault(
            sheet=row.sheet,
            cell=row.cell,
            code="unknown_class",
            message=(
                f"工作表“{row.sheet}”的 {row.cell} 单元格："
                f"{school.name}没有{_spoken(row.class_ref)}。"
                f"该校现有：{'、'.join(known[:12])}{'等' if len(known) > 12 else ''}。"
                "请核对班级名称，或检查是否选错了学校。"
            ),
            value=_spoken(row.class_ref),
        )
    return list(faults.values())


def _doubled_rows(
    rows: Iterable[PlanRow], classes: Mapping[ClassKey, SchoolClass]
) -> list[CellFault]:
    """Rows of one class, day and course under two names of the class (2025级3班 and 八年级3班)."""
    first: dict[tuple[int, date, str], PlanRow] = {}
    faults = []
    for row in rows:
        school_class = _find_class(row.class_ref, classes, on=row.on)
        if school_class is None:
            continue
        earlier = first.setdefault((school_class.pk, row.on, row.course_code), row)
        if earlier is not row:
            message = (
                f"工作表“{row.sheet}”的 {row.cell} 单元格：{name_on(school_class, on=row.on)}"
                f"{row.on.month}月{row.on.day}日的{row.course_name}已在工作表“{earlier.sheet}”的 "
                f"{earlier.cell} 写过一次，不知道以哪个为准。请只留一处。"
            )
            faults.append(CellFault(row.sheet, row.cell, "doubled_row", message, row.course_name))
    return faults


def _unplannable_rows(
    rows: Sequence[PlanRow],
    classes: Mapping[ClassKey, SchoolClass],
    *,
    school: School,
    today: date,
) -> list[CellFault]:
    """Rows for days on which the page would refuse too: free, far ahead, or the class not there."""
    if not rows:
        return []
    days = [row.on for row in rows]
    kinds = day_kinds(first=min(days), last=max(days)) if _span(days) <= SPAN_MOST else {}
    ahead = value_of(PLAN_AHEAD_DAYS, school=school, on=today)
    faults: dict[tuple[str, date], CellFault] = {}
    for row in rows:
        school_class = _find_class(row.class_ref, classes, on=row.on)
        if school_class is None or (row.sheet, row.on) in faults:
            continue
        kind = kinds.get(row.on) or day_kinds(first=row.on, last=row.on)[row.on]
        refusal = _day_refusal(row, school_class, kind=kind, ahead=ahead, today=today)
        if refusal is not None:
            where = f"工作表“{row.sheet}”的 {row.cell} 单元格：{row.on.year}年"
            faults[row.sheet, row.on] = CellFault(
                row.sheet, row.cell, refusal.code, where + refusal_text(refusal), row.on.isoformat()
            )
    return list(faults.values())


def _span(days: Sequence[date]) -> int:
    return (max(days) - min(days)).days


def _day_refusal(
    row: PlanRow, school_class: SchoolClass, *, kind: DayKind, ahead: int, today: date
) -> HomeworkRefusedError | None:
    if (row.on - today).days > ahead:
        return HomeworkRefusedError("too_early", {"on": row.on, "days": ahead})
    if row.on < school_class.starts_on or (
        school_class.ends_on is not None and row.on >= school_class.ends_on
    ):
        name = name_on(school_class, on=row.on)
        return HomeworkRefusedError("class_gone", {"on": row.on, "class_name": name})
    if not kind.is_working_day:
        return HomeworkRefusedError(
            "not_working_day", {"on": row.on, "note": kind.note or "休息日"}
        )
    return None


def _spoken(ref: ClassRef) -> str:
    year = f"{ref.grade}年级" if ref.grade is not None else f"{ref.entry_year}级"
    return f"{year}{ref.number}班"


def _write(
    rows: Iterable[PlanRow],
    classes: Mapping[ClassKey, SchoolClass],
    *,
    actor: Actor,
    school: School,
    at: datetime,
) -> ImportTally:
    by_day: dict[tuple[int, date], list[PlanRow]] = defaultdict(list)
    class_by_id: dict[int, SchoolClass] = {}
    for row in rows:
        school_class = _find_class(row.class_ref, classes, on=row.on)
        assert school_class is not None  # invariant: unknown classes were refused before
        class_by_id[school_class.pk] = school_class
        by_day[school_class.pk, row.on].append(row)
    teachers = {teacher.name: teacher for teacher in Teacher.objects.filter(school=school)}
    tally = ImportTally()
    # why: days are locked in one order, so that two imports never wait for each other.
    for (class_id, on), day_rows in sorted(by_day.items(), key=lambda entry: entry[0]):
        day = lock_day(class_by_id[class_id], on=on)
        writer = _DayWriter(day=day, actor=actor, teachers=teachers, at=at, tally=tally)
        writer.write(day_rows)
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action="homework.import",
        subject=f"school:{school.pseudonym}",
        detail={"added": tally.added, "changed": tally.changed, "withdrawn": tally.withdrawn},
    )
    return tally


@dataclass
class _DayWriter:
    """Writes one class day's rows; the day's lock is held."""

    day: ClassDay
    actor: Actor
    teachers: Mapping[str, Teacher]
    at: datetime
    tally: ImportTally

    def write(self, rows: Iterable[PlanRow]) -> None:
        before = (self.tally.added, self.tally.changed, self.tally.withdrawn)
        current = {plan.course: plan for plan in self.day.plans.filter(superseded_at__isnull=True)}
        for row in rows:
            self._write_row(row, current.get(row.course_code))
        if before == (self.tally.added, self.tally.changed, self.tally.withdrawn):
            return
        if not self._is_past:
            release_what_fits(
                self.day, recorded_by=self.actor.label, user_id=self.actor.user_id, at=self.at
            )
        total = total_of(self.day)
        self.tally.held += 1 if total.held else 0
        over = total.limit is not None and total.published > total.limit.minutes
        self.tally.over_limit_days += 1 if over else 0
        announce_change(self.day)

    @property
    def _is_past(self) -> bool:
        return self.day.on < self.at.date()

    def _write_row(self, row: PlanRow, old: PlannedHomework | None) -> None:
        stands = old is not None and old.state != PlanState.WITHDRAWN
        if self._is_decided(old):
            self.tally.kept += 1
            return
        if row.is_none:
            if old is not None and stands:
                withdrawn = next_version(old, state=PlanState.WITHDRAWN, published_at=None)
                self._supersede(old, withdrawn)
                self.tally.withdrawn += 1
            return
        version = self._version(row, old if stands else None)
        if old is not None and stands and self._is_same(old, version):
            self.tally.unchanged += 1
            return
        self._supersede(old, version)
        if stands:
            self.tally.changed += 1
        else:
            self.tally.added += 1

    def _is_decided(self, old: PlannedHomework | None) -> bool:
        """Whether a teacher's later step on the page stands; a sheet does not undo it unseen.

        A past day is corrected through the sheet, since the page is closed for it.
        """
        return not self._is_past and old is not None and old.origin == Origin.PAGE

    def _version(self, row: PlanRow, old: PlannedHomework | None) -> PlannedHomework:
        state, published_at = self._state(row, old)
        teacher = self.teachers.get(row.teacher_name or "")
        return PlannedHomework(
            class_day=self.day,
            course=row.course_code,
            content=row.content,
            kind=row.kind,
            place=row.place,
            minutes=row.minutes,
            state=state,
            origin=Origin.IMPORT,
            teacher=teacher or (old.teacher if old is not None else None),
            published_at=published_at,
        )

    def _state(self, row: PlanRow, old: PlannedHomework | None) -> tuple[str, datetime | None]:
        if self._is_past:
            return PlanState.PUBLISHED, old.published_at if old is not None else None
        if not counts(kind=row.kind, place=row.place):
            return PlanState.PUBLISHED, self.at
        if total_of(self.day, without=row.course_code).has_room_for(row.minutes):
            return PlanState.PUBLISHED, self.at
        return PlanState.HELD, None

    def _is_same(self, old: PlannedHomework, version: PlannedHomework) -> bool:
        return all(getattr(old, name) == getattr(version, name) for name in COMPARED)

    def _supersede(self, old: PlannedHomework | None, version: PlannedHomework) -> None:
        version.recorded_by = self.actor.label
        version.user_id = self.actor.user_id
        supersede(old, version, at=self.at)
