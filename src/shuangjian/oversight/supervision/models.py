"""督导检查: the record of every inspection run, kept for whoever asks what was looked at."""

from django.db import models
from django.db.models.functions import Now


class InspectionRun(models.Model):
    """检查记录: one run of rules over a window; ``finished_at`` is null where it broke off.

    ``first_on`` and ``last_on`` both count. ``tally`` holds the total under ``total`` and each
    rule's own under its key.
    """

    engine = models.CharField("引擎", max_length=10)
    first_on = models.DateField("起")
    last_on = models.DateField("止")
    region = models.CharField("地区代码", max_length=6)
    schools = models.JSONField("限于学校", default=list)
    rules = models.JSONField("规则")
    tally = models.JSONField("结果", default=dict)
    actor = models.CharField("运行人", max_length=80)
    inspected_at = models.DateTimeField("检查时刻")
    started_at = models.DateTimeField("开始", db_default=Now())
    finished_at = models.DateTimeField("完成", null=True)

    class Meta:
        verbose_name = "检查记录"

    def __str__(self) -> str:
        return f"{self.engine} {self.first_on}/{self.last_on} {self.region}"
