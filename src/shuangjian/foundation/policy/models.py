"""政策库: editions of the policy files, what is in force where, schools' own values."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.policy.leaf import Severity, Unit
from shuangjian.foundation.registry.models import School

_SEVERITIES = [(severity.value, severity.value) for severity in Severity]
_UNITS = [(unit.value, unit.value) for unit in Unit]


class PolicyEdition(models.Model):
    """政策库版本: one state of all policy files, taken up or refused whole.

    ``contents`` holds the files of an accepted edition, so that every process, and one that starts
    while the files on the disk are broken, reads the same ones. ``subjects_digest`` is of the
    regions, schools and schools' own values that the rows in force were made for.
    """

    digest = models.CharField("文件指纹", max_length=64)
    subjects_digest = models.CharField("对象指纹", max_length=32)
    is_accepted = models.BooleanField("是否采用")
    problems = models.JSONField("拒绝原因", default=list)
    contents = models.JSONField("文件内容", default=dict)
    values_count = models.PositiveIntegerField("取值条数", default=0)
    loaded_at = models.DateTimeField("读入时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "政策库版本"

    def __str__(self) -> str:
        return f"{self.digest[:12]} {'accepted' if self.is_accepted else 'refused'}"


class PolicyInForce(models.Model):
    """适用政策: one resolved row per key, school (or region), severity, band and interval.

    Both ends of the band count; ``ends_on`` no longer does, 9999-12-31 is open. ``school`` is
    empty where the leaf binds regions. Rows that stay the same keep their ``recorded_at``.
    """

    key = models.CharField("政策项", max_length=80)
    school = models.CharField("学校", max_length=43, blank=True)
    region = models.CharField("区划代码", max_length=6)
    city = models.CharField("市代码", max_length=6, blank=True)
    band_low = models.IntegerField("分档下限")
    band_high = models.IntegerField("分档上限")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止")
    value = models.BigIntegerField("取值")
    unit = models.CharField("单位", max_length=20, choices=_UNITS)
    severity = models.CharField("约束力", max_length=10, choices=_SEVERITIES)
    policy = models.CharField("政策值编号", max_length=160)
    recorded_at = models.DateTimeField("记录时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "适用政策"
        constraints = [
            models.UniqueConstraint(
                fields=["key", "school", "region", "severity", "band_low", "starts_on"],
                name="policy_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="policy_in_force_interval"
            ),
            models.CheckConstraint(
                condition=Q(band_high__gte=F("band_low")), name="policy_in_force_band"
            ),
        ]
        indexes = [models.Index(fields=["school", "key"], name="policy_in_force_school")]

    def __str__(self) -> str:
        return f"{self.policy} {self.school or self.region}"


class SchoolPolicyValue(models.Model):
    """学校自定标准（一校一案）: a school's own stricter value, from a day; never edited.

    ``value`` is null where the school takes its own value back from that day.
    """

    school = models.ForeignKey(
        School, models.PROTECT, verbose_name="学校", related_name="policy_values"
    )
    key = models.CharField("政策项", max_length=80)
    band_low = models.IntegerField("分档下限")
    band_high = models.IntegerField("分档上限")
    severity = models.CharField("约束力", max_length=10, choices=_SEVERITIES)
    value = models.BigIntegerField("取值", null=True)
    starts_on = models.DateField("起")
    owner = models.CharField("决定人", max_length=80)
    reason = models.CharField("理由", max_length=200)
    recorded_at = models.DateTimeField("记录时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "学校自定标准"
        constraints = [
            models.UniqueConstraint(
                fields=["school", "key", "severity", "band_low", "starts_on"],
                name="school_policy_value_once",
            ),
            models.CheckConstraint(
                condition=Q(band_high__gte=F("band_low")), name="school_policy_value_band"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.school_id} {self.starts_on}"
