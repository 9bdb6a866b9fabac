"""抽签: what is kept of a draw. Rows are added and never changed, so a folder can be made again.

The state of a draw is folded from its steps by ``life.fold``; whether a child takes part, from its
entries. The published files lie here byte for byte; the database refuses to change any of it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.registry.models import Region, School


class StepKind(models.TextChoices):
    """抽签步骤种类, in the order in which a draw goes through them."""

    ANNOUNCED = "announced", "公告"
    FROZEN = "frozen", "冻结名册"
    COMMITTED = "committed", "承诺"
    REVEALED = "revealed", "揭示"
    SEALED = "sealed", "封存"
    DRAWN = "drawn", "出结果"
    PUBLISHED = "published", "公布结果"
    ABORTED = "aborted", "中止"


class EntryKind(models.TextChoices):
    """报名动作."""

    ENTERED = "entered", "报名"
    EDITED = "edited", "修改"
    WITHDRAWN = "withdrawn", "退出"


class Draw(models.Model):
    """一次抽签: one id, one result, for ever.

    The columns repeat what the announcement (``draw.json``) says as far as constraints need it.
    ``school`` is null where the bureau of ``region`` holds the draw.
    """

    slug = models.CharField("编号", max_length=60, unique=True)
    title = models.CharField("名称", max_length=120)
    mechanism = models.CharField("录取方式", max_length=30)
    hash_name = models.CharField("散列算法", max_length=10)
    parties = ArrayField(models.CharField(max_length=80), verbose_name="承诺方")
    objections_until = models.DateTimeField("异议截止")
    reveal_until = models.DateTimeField("揭示截止")
    entropy_at = models.DateTimeField("公共随机数产生时刻")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "抽签"
        constraints = [
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="draw_slug_form"
            ),
            models.CheckConstraint(
                condition=Q(objections_until__lt=F("reveal_until"))
                & Q(reveal_until__lt=F("entropy_at")),
                name="draw_times_rise",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class DrawStep(models.Model):
    """抽签步骤: one public step of a draw; never changed, never deleted.

    ``office`` is public and names no person; ``actor`` and ``user_id`` stay in the installation.
    ``version`` counts the frozen rosters; ``party``, ``commitment`` and ``nonce`` are set where a
    party acts; ``is_beacon_known`` only where the draw is aborted.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField("第几步")
    kind = models.CharField("步骤", max_length=10, choices=StepKind.choices)
    at = models.DateTimeField("时刻")
    office = models.CharField("身份", max_length=120)
    actor = models.CharField("操作人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    version = models.PositiveIntegerField("名册版次", null=True)
    party = models.CharField("承诺方", max_length=80, blank=True)
    commitment = models.CharField("承诺值", max_length=64, blank=True)
    nonce = models.CharField("随机数", max_length=64, blank=True)
    reason = models.TextField("理由", blank=True)
    is_beacon_known = models.BooleanField("随机数已知", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "抽签步骤"
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="draw_step_number"),
            models.UniqueConstraint(
                fields=["draw", "kind"],
                condition=Q(kind__in=["announced", "sealed", "drawn", "published", "aborted"]),
                name="draw_step_once",
            ),
            models.UniqueConstraint(
                fields=["draw", "kind", "version"],
                condition=Q(kind="frozen"),
                name="draw_step_version",
            ),
            models.UniqueConstraint(
                fields=["draw", "kind", "party"],
                condition=Q(kind__in=["committed", "revealed"]),
                name="draw_step_party",
            ),
            models.CheckConstraint(
                condition=Q(kind="frozen", version__gte=1) | ~Q(kind="frozen") & Q(version=None),
                name="draw_step_has_version",
            ),
            models.CheckConstraint(
                condition=Q(kind="committed", commitment__regex="^[0-9a-f]{64}$")
                | ~Q(kind="committed") & Q(commitment=""),
                name="draw_step_has_commitment",
            ),
            models.CheckConstraint(
                condition=Q(kind="revealed", nonce__regex="^[0-9a-f]{64}$")
                | ~Q(kind="revealed") & Q(nonce=""),
                name="draw_step_has_nonce",
            ),
            models.CheckConstraint(
                condition=Q(kind="aborted", is_beacon_known__isnull=False) & ~Q(reason="")
                | ~Q(kind="aborted") & Q(is_beacon_known=None),
                name="draw_step_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.number} {self.kind}"


class DrawFile(models.Model):
    """公开文件: one file of the published folder, byte for byte; never changed, never deleted.

    ``commitments.json`` alone is not here: it grows with each commitment and is made of the steps.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="files")
    path = models.CharField("路径", max_length=120)
    content = models.BinaryField("内容")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "公开文件"
        constraints = [models.UniqueConstraint(fields=["draw", "path"], name="draw_file_once")]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.path}"


class DrawApplicant(models.Model):
    """报名人: one child in one draw, by a pseudonym or the school's number; never published.

    The row is what everybody who enters the same child waits for.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="applicants")
    reference = models.CharField("报名人编号", max_length=80)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "报名人"
        constraints = [
            models.UniqueConstraint(fields=["draw", "reference"], name="draw_applicant_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="draw_applicant_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.pk}"


class DrawTicket(models.Model):
    """签: 128 random bits that a child keeps through withdrawing, editing and applying again.

    ``serial`` counts a child's tickets: 1 for everybody, more for those carried over.
    """

    applicant = models.ForeignKey(DrawApplicant, models.PROTECT, related_name="tickets")
    serial = models.PositiveSmallIntegerField("第几张")
    ticket = models.CharField("签号", max_length=32, unique=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "签"
        constraints = [
            models.UniqueConstraint(fields=["applicant", "serial"], name="draw_ticket_serial"),
            models.CheckConstraint(
                condition=Q(ticket__regex="^[0-9a-f]{32}$"), name="draw_ticket_form"
            ),
            models.CheckConstraint(condition=Q(serial__gte=1), name="draw_ticket_serial_from_one"),
        ]

    def __str__(self) -> str:
        return self.ticket


class DrawEntry(models.Model):
    """报名记录: entered, edited or withdrawn; never changed, never deleted.

    The last one of a child says whether and how it takes part. ``school`` is the school through
    which it came, null for the bureau; ``reason`` is set where a frozen roster is corrected.
    """

    applicant = models.ForeignKey(DrawApplicant, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField("第几次")
    kind = models.CharField("动作", max_length=10, choices=EntryKind.choices)
    group = models.CharField("类别", max_length=40, blank=True)
    bundle = models.CharField("捆绑", max_length=80, blank=True)
    tickets = models.PositiveSmallIntegerField("签数")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    actor = models.CharField("操作人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    at = models.DateTimeField("时刻")
    reason = models.TextField("理由", blank=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "报名记录"
        constraints = [
            models.UniqueConstraint(fields=["applicant", "number"], name="draw_entry_number"),
            models.CheckConstraint(condition=Q(tickets__gte=1), name="draw_entry_has_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.applicant_id} {self.number} {self.kind}"
