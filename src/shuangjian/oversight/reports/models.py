"""半月报: what a region reports of a half month; a signed one is never changed.

Until it is signed a report is computed live and only what people typed is stored. Signing freezes
its content, the row versions it counted, and their digest. What changes later is a 更正: another
revision with a reason, beside the old one.
"""

from typing import cast

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.registry.models import Region
from shuangjian.oversight.reports.content import ReportContent


class ReportState(models.TextChoices):
    """半月报状态."""

    DRAFT = "draft", "草稿"
    SIGNED = "signed", "已签发"


class HalfMonthReport(models.Model):
    """半月报: one revision for a region and due day.

    ``content`` is the frozen snapshot; ``sha256`` is the digest of its canonical JSON in UTF-8.
    ``reason`` says why a revision after the first was needed.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="地区")
    first_on = models.DateField("起")
    due_on = models.DateField("报送日")
    revision = models.PositiveSmallIntegerField("版次")
    state = models.CharField("状态", max_length=10, choices=ReportState.choices)
    reason = models.CharField("更正理由", max_length=300, blank=True)
    drafted_by = models.CharField("拟稿人", max_length=80)
    drafted_at = models.DateTimeField("拟稿时间", db_default=Now())
    content = models.JSONField("内容", null=True)
    sha256 = models.CharField("内容摘要", max_length=64, blank=True)
    signed_by = models.CharField("签发人", max_length=80, blank=True)
    signed_by_id = models.BigIntegerField("签发人账号", null=True)
    signed_at = models.DateTimeField("签发时间", null=True)

    class Meta:
        verbose_name = "半月报"
        constraints = [
            models.UniqueConstraint(
                fields=["region", "due_on", "revision"], name="half_month_report_revision"
            ),
            models.UniqueConstraint(
                fields=["region", "due_on"],
                condition=Q(state="draft"),
                name="half_month_report_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(first_on__lte=F("due_on")), name="half_month_report_interval"
            ),
            models.CheckConstraint(
                condition=Q(revision=1, reason="") | (Q(revision__gt=1) & ~Q(reason="")),
                name="half_month_report_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    content__isnull=True,
                    sha256="",
                    signed_by="",
                    signed_by_id__isnull=True,
                    signed_at__isnull=True,
                )
                | (
                    Q(
                        state="signed",
                        content__isnull=False,
                        sha256__regex="^[0-9a-f]{64}$",
                        signed_by_id__isnull=False,
                        signed_at__isnull=False,
                    )
                    & ~Q(signed_by="")
                ),
                name="half_month_report_signed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.due_on} 第{self.revision}版"

    @property
    def is_signed(self) -> bool:
        """Whether it is frozen."""
        return self.state == ReportState.SIGNED

    @property
    def frozen(self) -> ReportContent:
        """The content of a signed report (冻结的内容)."""
        # invariant: the table refuses a signed report without content.
        assert self.content is not None
        return cast(ReportContent, self.content)


class RemarkKind(models.TextChoices):
    """填写内容的性质."""

    REMARK = "remark", "补充说明"
    EXPLANATION = "explanation", "变动原因"


class ReportRemark(models.Model):
    """人工填写: what a person typed to one item of a draft; a changed text is another version.

    ``item`` is the key of a headline item or of a figure. The words carry the mark 人工填写
    wherever they are shown.
    """

    report = models.ForeignKey(HalfMonthReport, models.PROTECT, related_name="remarks")
    item = models.CharField("事项", max_length=80)
    kind = models.CharField("性质", max_length=20, choices=RemarkKind.choices)
    text = models.CharField("内容", max_length=500)
    evidence = models.CharField("依据", max_length=300, blank=True)
    owner = models.CharField("填写人", max_length=80)
    user_id = models.BigIntegerField("账号")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())
    superseded_at = models.DateTimeField("被替代时间", null=True)

    class Meta:
        verbose_name = "人工填写"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "item", "kind"],
                condition=Q(superseded_at__isnull=True),
                name="report_remark_current",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="report_remark_text"),
            models.CheckConstraint(
                condition=~Q(kind="remark") | ~Q(evidence=""), name="report_remark_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.item}"


class CountedVersions(models.Model):
    """计入的行版本: which row versions of one fact a signed report looked at; kept for ever.

    A row that was recorded earlier but committed later is not among them, whatever its time says.
    """

    report = models.ForeignKey(HalfMonthReport, models.PROTECT, related_name="counted")
    fact = models.CharField("事实", max_length=60)
    versions = ArrayField(models.BigIntegerField(), verbose_name="版本号")

    class Meta:
        verbose_name = "计入的行版本"
        constraints = [
            models.UniqueConstraint(fields=["report", "fact"], name="counted_versions_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.fact}"
