from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """台账."""

    name = "shuangjian.foundation.findings"
    label = "findings"
    verbose_name = "台账"
