"""数据湖的表: what changed in the facts and waits to be inspected."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class FactChange(models.Model):
    """事实变动: a fact's rows of some days may have changed; whoever inspects marks it.

    ``first_on`` and ``last_on`` both count. ``school_id`` is the registry's key, without a foreign
    key because the registry lies above the lake; null stands for every school.
    """

    fact = models.CharField("事实", max_length=60)
    school_id = models.BigIntegerField("学校", null=True)
    first_on = models.DateField("首日")
    last_on = models.DateField("末日")
    recorded_at = models.DateTimeField("记录时间", db_default=Now(), editable=False)
    inspected_at = models.DateTimeField("检查时间", null=True)

    class Meta:
        verbose_name = "事实变动"
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="fact_change_interval"
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(inspected_at__isnull=True), name="fact_change_pending"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.first_on}..{self.last_on}"
