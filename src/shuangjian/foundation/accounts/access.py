"""权限: the only way to another party's record. Absent and forbidden look the same."""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.registry.models import Region, School, SchoolClass


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


def visible_classes(actor: Actor, *, on: date) -> QuerySet[SchoolClass]:
    """The classes (班级) whose homework the actor may read on a day, whichever role gives it."""
    condition = _within_regions(actor, field="school__region__path") | Q(
        school__in=actor.school_ids(*SCHOOL_ROLES)
    )
    if actor.teacher_id is not None:
        condition |= Q(pk__in=taught_class_ids(actor, on=on))
    if actor.guardian_id is not None:
        condition |= Q(pk__in=_children_class_ids(actor, on=on))
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


def courses_taught(actor: Actor, *, school_class: SchoolClass, on: date) -> list[str]:
    """The courses (学科) that the actor teaches in a class on a day, by code."""
    if actor.teacher_id is None:
        return []
    assignments = school_class.assignments.filter(
        _open_on(on), teacher=actor.teacher_id, is_class_teacher=False
    )
    return sorted(assignments.values_list("course", flat=True))


def is_class_teacher(actor: Actor, *, school_class: SchoolClass, on: date) -> bool:
    """Whether the actor is the class teacher (班主任) of a class on a day."""
    if actor.teacher_id is None:
        return False
    return school_class.assignments.filter(
        _open_on(on), teacher=actor.teacher_id, is_class_teacher=True
    ).exists()


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


def access_class(actor: Actor, *, pseudonym: UUID, on: date) -> SchoolClass:
    """The class that the actor may read.

    Raises:
        NotAccessibleError: absent or another's.
    """
    school_class = visible_classes(actor, on=on).filter(pseudonym=pseudonym).first()
    if school_class is None:
        raise NotAccessibleError
    return school_class


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
