"""审计: every write names its actor; rows are never changed or deleted."""

from django.db import models
from django.db.models.functions import Now


class AuditEntry(models.Model):
    """审计记录: one act of one actor on one subject.

    ``action`` is a stable English code (``homework.override``), ``subject`` is ``kind:pseudonym``,
    ``detail`` holds what the act changed, without personal identifiers.
    """

    recorded_at = models.DateTimeField("记录时间", db_default=Now(), editable=False)
    actor = models.CharField("操作人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    action = models.CharField("动作", max_length=60)
    subject = models.CharField("对象", max_length=80)
    detail = models.JSONField("内容", default=dict)

    class Meta:
        verbose_name = "审计记录"
        indexes = [models.Index(fields=["subject", "recorded_at"], name="audit_entry_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
