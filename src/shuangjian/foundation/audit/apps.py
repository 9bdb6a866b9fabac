from django.apps import AppConfig


class AuditConfig(AppConfig):
    """审计: who did what, when; append-only."""

    name = "shuangjian.foundation.audit"
    label = "audit"
    verbose_name = "审计"
