from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报告."""

    name = "shuangjian.oversight.reports"
    label = "reports"
    verbose_name = "报告"
