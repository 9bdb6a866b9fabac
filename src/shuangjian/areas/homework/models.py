"""作业管理: what teachers plan for a class's day, and what was let through.

A plan's rows are versions: nothing is updated but ``superseded_at``, once. The class day exists to
be locked, so that two teachers who plan at the same moment see each other's minutes.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.registry.models import Course, SchoolClass, Teacher


class HomeworkKind(models.TextChoices):
    """作业类型; only 书面 counts towards the limit."""

    WRITTEN = "written", "书面"
    ORAL = "oral", "口头"
    PRACTICE = "practice", "实践"


class Place(models.TextChoices):
    """完成地点; practice in school is not homework at home."""

    HOME = "home", "家中"
    SCHOOL = "school", "校内"


class PlanState(models.TextChoices):
    """布置状态."""

    PUBLISHED = "published", "已公示"
    HELD = "held", "暂缓"
    WITHDRAWN = "withdrawn", "已撤回"


class Origin(models.TextChoices):
    """来源."""

    PAGE = "page", "网页"
    IMPORT = "import", "导入"


class ClassDay(models.Model):
    """班级作业日: one class on one day; its row is the lock that planners take."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="homework_days")
    on = models.DateField("日期")

    class Meta:
        verbose_name = "班级作业日"
        constraints = [
            models.UniqueConstraint(fields=["school_class", "on"], name="class_day_natural")
        ]

    def __str__(self) -> str:
        return f"{self.school_class_id} {self.on}"


class PlannedHomework(models.Model):
    """布置的作业: a version of what one course asks of a class on a day.

    ``minutes`` are those of an average pupil. ``published_at`` is the moment this content was
    shown to the school and its guardians; null where it is held, withdrawn or unknown (imported).
    """

    class_day = models.ForeignKey(ClassDay, models.PROTECT, related_name="plans")
    course = models.CharField("学科", max_length=20, choices=Course.choices)
    content = models.CharField("内容", max_length=500, blank=True)
    kind = models.CharField("类型", max_length=10, choices=HomeworkKind.choices)
    place = models.CharField("完成地点", max_length=10, choices=Place.choices, default=Place.HOME)
    minutes = models.PositiveSmallIntegerField("预计时长（分钟）")
    state = models.CharField("状态", max_length=10, choices=PlanState.choices)
    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    teacher = models.ForeignKey(Teacher, models.PROTECT, null=True, verbose_name="任课教师")
    recorded_by = models.CharField("记录人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())
    published_at = models.DateTimeField("公示时间", null=True)
    superseded_at = models.DateTimeField("被替代时间", null=True)

    class Meta:
        verbose_name = "布置的作业"
        constraints = [
            models.UniqueConstraint(
                fields=["class_day", "course"],
                condition=Q(superseded_at__isnull=True),
                name="planned_homework_current",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) | Q(state="withdrawn") | ~Q(kind="written"),
                name="planned_homework_minutes",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="planned_homework_interval",
            ),
        ]
        indexes = [models.Index(fields=["class_day", "id"], name="planned_homework_versions")]

    def __str__(self) -> str:
        return f"{self.class_day_id} {self.course} {self.minutes}"


class LimitOverride(models.Model):
    """超限放行: a class teacher lets a day over the limit through, with a reason; kept for ever."""

    class_day = models.ForeignKey(ClassDay, models.PROTECT, related_name="overrides")
    reason = models.CharField("理由", max_length=300)
    minutes = models.PositiveSmallIntegerField("放行后的合计（分钟）")
    limit_minutes = models.PositiveSmallIntegerField("当时的上限（分钟）")
    recorded_by = models.CharField("放行人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "超限放行"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="limit_override_reason")
        ]

    def __str__(self) -> str:
        return f"{self.class_day_id}: {self.reason}"
