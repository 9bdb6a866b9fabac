"""基础数据: regions, calendar, schools, classes and people, each with from and to.

Intervals are half-open: ``starts_on`` counts, ``ends_on`` no longer does; ``None`` is open.
``pseudonym`` is the name that facts carry; it is random and says nothing of the person.
"""

import uuid

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.registry.ltree import LtreeField


class RegionLevel(models.TextChoices):
    """区划层级."""

    NATION = "nation", "全国"
    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "区县"


class Region(models.Model):
    """行政区划: one code over one interval; a renamed or moved region is another row."""

    code = models.CharField("行政区划代码", max_length=6)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=RegionLevel.choices)
    path = LtreeField("路径")
    city_code = models.CharField("所属市代码", max_length=6, blank=True)
    starts_on = models.DateField("起", null=True)
    ends_on = models.DateField("止", null=True)
    date_precision = models.CharField("日期精度", max_length=10)
    source = models.CharField("来源", max_length=120)

    class Meta:
        verbose_name = "行政区划"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "starts_on"], name="region_code_start", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gt=F("starts_on")),
                name="region_interval",
            ),
        ]
        indexes = [GistIndex(fields=["path"], name="region_path")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class RegionSuccession(models.Model):
    """区划沿革: what became of a region that ceased."""

    code = models.CharField("原代码", max_length=6)
    successor_code = models.CharField("后继代码", max_length=6)
    changed_on = models.DateField("变更日期", null=True)
    source = models.CharField("来源", max_length=120)
    status = models.CharField("依据", max_length=20)

    class Meta:
        verbose_name = "区划沿革"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "successor_code", "changed_on"],
                name="region_succession",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} → {self.successor_code}"


class CalendarDay(models.Model):
    """校历日: whether a day is a working day, with 调休; officers may edit it."""

    on = models.DateField("日期", primary_key=True)
    is_working_day = models.BooleanField("是否工作日")
    note = models.CharField("说明", max_length=60, blank=True)
    is_published = models.BooleanField("国务院已公布")
    source = models.CharField("来源", max_length=80)

    class Meta:
        verbose_name = "校历日"

    def __str__(self) -> str:
        return self.on.isoformat()


class SchoolKind(models.TextChoices):
    """学校类别."""

    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"
    NINE_YEAR = "nine_year", "九年一贯制学校"
    TEACHING_POINT = "teaching_point", "教学点"
    VILLAGE_PRIMARY = "village_primary", "村小"


class School(models.Model):
    """学校: ``code`` is the ten-digit 学校(机构)标识码."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("学校标识码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=20, choices=SchoolKind.choices)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="所在区县", related_name="schools"
    )
    is_boarding = models.BooleanField("寄宿制", default=False)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "学校"

    def __str__(self) -> str:
        return self.name


class Stage(models.TextChoices):
    """学段."""

    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"


class SchoolClass(models.Model):
    """班级: named by its year of entry, so that its grade follows from the day."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, verbose_name="学校", related_name="classes")
    stage = models.CharField("学段", max_length=10, choices=Stage.choices)
    entry_year = models.PositiveSmallIntegerField("入学年")
    number = models.PositiveSmallIntegerField("班号")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "班级"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "stage", "entry_year", "number"], name="school_class_natural"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school_id}/{self.entry_year}级{self.number}班"


class Pupil(models.Model):
    """学生."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)

    class Meta:
        verbose_name = "学生"

    def __str__(self) -> str:
        return self.name


class Enrolment(models.Model):
    """在班: one pupil in one class over one interval; the roster (名册) is their sum."""

    pupil = models.ForeignKey(Pupil, models.PROTECT, related_name="enrolments")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="enrolments")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "在班"
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"], condition=Q(ends_on__isnull=True), name="enrolment_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="enrolment_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} in {self.school_class_id}"


class Guardian(models.Model):
    """监护人."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    pupils = models.ManyToManyField(Pupil, through="Guardianship", related_name="guardians")

    class Meta:
        verbose_name = "监护人"

    def __str__(self) -> str:
        return self.name


class Guardianship(models.Model):
    """监护关系."""

    guardian = models.ForeignKey(Guardian, models.CASCADE)
    pupil = models.ForeignKey(Pupil, models.CASCADE)
    relation = models.CharField("关系", max_length=10)

    class Meta:
        verbose_name = "监护关系"
        constraints = [
            models.UniqueConstraint(fields=["guardian", "pupil"], name="guardianship_once")
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id}-{self.pupil_id}"


class Teacher(models.Model):
    """教师."""

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    school = models.ForeignKey(School, models.PROTECT, related_name="teachers")

    class Meta:
        verbose_name = "教师"

    def __str__(self) -> str:
        return self.name


class Course(models.TextChoices):
    """学科."""

    CHINESE = "chinese", "语文"
    MATH = "math", "数学"
    ENGLISH = "english", "英语"
    MORALITY_LAW = "morality_law", "道德与法治"
    SCIENCE = "science", "科学"
    PHYSICS = "physics", "物理"
    CHEMISTRY = "chemistry", "化学"
    BIOLOGY = "biology", "生物"
    HISTORY = "history", "历史"
    GEOGRAPHY = "geography", "地理"
    PHYSICAL_EDUCATION = "physical_education", "体育与健康"
    MUSIC = "music", "音乐"
    ART = "art", "美术"
    LABOUR = "labour", "劳动"
    INFORMATION = "information", "信息科技"
    INTEGRATED = "integrated", "综合实践活动"
    PSYCHOLOGY = "psychology", "心理健康"
    CALLIGRAPHY = "calligraphy", "书法"
    OTHER = "other", "其他"


class TeachingAssignment(models.Model):
    """任课: a teacher teaches a course in a class; no ``course`` for the class teacher (班主任)."""

    teacher = models.ForeignKey(Teacher, models.PROTECT, related_name="assignments")
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="assignments")
    course = models.CharField("学科", max_length=20, choices=Course.choices, blank=True)
    is_class_teacher = models.BooleanField("班主任", default=False)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True)

    class Meta:
        verbose_name = "任课"
        constraints = [
            models.UniqueConstraint(
                fields=["teacher", "school_class", "course", "is_class_teacher"],
                condition=Q(ends_on__isnull=True),
                name="teaching_assignment_open",
            ),
            models.CheckConstraint(
                condition=Q(is_class_teacher=True) ^ ~Q(course=""), name="teaching_assignment_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher_id}:{self.course or 'class teacher'}"


class SettingValue(models.Model):
    """设置的取值: what a bureau or school chose, from a day, with owner and reason; never edited.

    ``school`` is null for a bureau's choice, which then holds for the whole ``region``.
    """

    key = models.CharField("设置", max_length=60)
    region = models.ForeignKey(Region, models.PROTECT)
    school = models.ForeignKey(School, models.PROTECT, null=True)
    value = models.IntegerField("取值")
    starts_on = models.DateField("起")
    owner = models.CharField("决定人", max_length=80)
    reason = models.CharField("理由", max_length=200)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "设置"
        indexes = [
            models.Index(fields=["key", "region", "school", "starts_on"], name="setting_lookup")
        ]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"
