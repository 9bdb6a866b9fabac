"""权限: the only way to another party's record. Absent and forbidden look the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.registry.models import (
    Region,
    School,
    SchoolClass,
    TeachingAssignment,
)


class NotAccessibleError(LookupError):
    """There is no such record for this actor: absent, or another's."""


def _open_on(on: date) -> Q:
    return (Q(ends_on__isnull=True) | Q(ends_on__gt=on)) & Q(starts_on__lte=on)


def _within_regions(actor: Actor, *, field: str) -> Q:
    condition = Q(pk__in=[])
    for path in actor.region_paths(*REGION_ROLES, Role.OPERATOR):
        condition |= Q(**{f"{field}__within": path})
    return condition


def visible_schools(actor: Actor, *, on: date) -> QuerySet[School]:
    """The schools (学校) whose records the actor may read on a day."""
    condition = _within_regions(actor, field="region__path") | Q(
        pk__in=actor.school_ids(*SCHOOL_ROLES)
    )
    return School.objects.filter(condition).filter(_open_on(on)).select_related("region")


def work_classes(actor: Actor, *, on: date) -> QuerySet[SchoolClass]:
    """The classes (班级) with which the actor works on a day: by region, school or teaching."""
    condition = _within_regions(actor, field="school__region__path") | Q(
        school__in=actor.school_ids(*SCHOOL_ROLES)
    )
    if actor.teacher_id is not None:
        condition |= Q(pk__in=taught_class_ids(actor, on=on))
    return _classes(condition, on=on)


def childrens_classes(actor: Actor, *, on: date) -> QuerySet[SchoolClass]:
    """The classes of the actor's own children (孩子的班级) on a day."""
    if actor.guardian_id is None:
        return SchoolClass.objects.none()
    return _classes(Q(pk__in=_children_class_ids(actor, on=on)), on=on)


def _classes(condition: Q, *, on: date) -> QuerySet[SchoolClass]:
    return (
        SchoolClass.objects.filter(condition)
        .filter(_open_on(on))
        .select_related("school", "school__region")
    )


def taught_class_ids(actor: Actor, *, on: date) -> list[int]:
    """The classes in which the actor teaches or is class teacher (任课班级) on a day."""
    return list(
        SchoolClass.objects.filter(
            Q(assignments__ends_on__isnull=True) | Q(assignments__ends_on__gt=on),
            assignments__teacher=actor.teacher_id,
            assignments__starts_on__lte=on,
        )
        .values_list("pk", flat=True)
        .distinct()
    )


@dataclass(frozen=True)
class ClassWork:
    """任课情况: the courses that the actor teaches in a class, and whether as class teacher."""

    courses: tuple[str, ...] = ()
    is_class_teacher: bool = False


def class_work(
    actor: Actor, *, classes: Iterable[SchoolClass], on: date
) -> Mapping[int, ClassWork]:
    """What the actor does in each class on a day (任课情况), by the class's key, in one query."""
    listed = list(classes)
    found = {each.pk: ClassWork() for each in listed}
    if actor.teacher_id is None or not listed:
        return found
    assignments = TeachingAssignment.objects.filter(
        _open_on(on), teacher=actor.teacher_id, school_class__in=list(found)
    ).order_by("course", "id")
    for class_id, course, is_head in assignments.values_list(
        "school_class", "course", "is_class_teacher"
    ):
        known = found[class_id]
        found[class_id] = ClassWork(
            courses=known.courses if is_head else (*known.courses, course),
            is_class_teacher=known.is_class_teacher or is_head,
        )
    return found


def courses_taught(actor: Actor, *, school_class: SchoolClass, on: date) -> list[str]:
    """The courses (学科) that the actor teaches in a class on a day, by code."""
    return list(class_work(actor, classes=[school_class], on=on)[school_class.pk].courses)


def is_class_teacher(actor: Actor, *, school_class: SchoolClass, on: date) -> bool:
    """Whether the actor is the class teacher (班主任) of a class on a day."""
    return class_work(actor, classes=[school_class], on=on)[school_class.pk].is_class_teacher


def _children_class_ids(actor: Actor, *, on: date) -> list[int]:
    return list(
        SchoolClass.objects.filter(
            Q(enrolments__ends_on__isnull=True) | Q(enrolments__ends_on__gt=on),
            enrolments__starts_on__lte=on,
            enrolments__pupil__guardianship__guardian=actor.guardian_id,
        )
        .values_list("pk", flat=True)
        .distinct()
    )


def access_school(actor: Actor, *, pseudonym: UUID, on: date) -> School:
    """The school that the actor may read.

    Raises:
        NotAccessibleError: absent or another's.
    """
    school = visible_schools(actor, on=on).filter(pseudonym=pseudonym).first()
    if school is None:
        raise NotAccessibleError
    return school


def access_work_class(actor: Actor, *, pseudonym: UUID, on: date) -> SchoolClass:
    """The class with which the actor works; a guardian's way in is the public table alone.

    Raises:
        NotAccessibleError: absent or another's.
    """
    school_class = work_classes(actor, on=on).filter(pseudonym=pseudonym).first()
    if school_class is None:
        raise NotAccessibleError
    return school_class


def access_public_class(actor: Actor, *, pseudonym: UUID, on: date) -> SchoolClass:
    """The class whose public table the actor may read: one's work, or one's child's.

    Raises:
        NotAccessibleError: absent or another's.
    """
    for classes in (work_classes(actor, on=on), childrens_classes(actor, on=on)):
        school_class = classes.filter(pseudonym=pseudonym).first()
        if school_class is not None:
            return school_class
    raise NotAccessibleError


def visible_regions(actor: Actor, *, on: date) -> QuerySet[Region]:
    """The regions (行政区划) whose figures the actor may read on a day."""
    current = (Q(ends_on__isnull=True) | Q(ends_on__gt=on)) & (
        Q(starts_on__isnull=True) | Q(starts_on__lte=on)
    )
    return Region.objects.filter(_within_regions(actor, field="path")).filter(current)


def access_region(actor: Actor, *, code: str, on: date) -> Region:
    """The region whose figures the actor may read.

    Raises:
        NotAccessibleError: absent or another's.
    """
    region = visible_regions(actor, on=on).filter(code=code).first()
    if region is None:
        raise NotAccessibleError
    return region
