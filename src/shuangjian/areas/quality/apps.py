from django.apps import AppConfig


class QualityConfig(AppConfig):
    """教育质量."""

    name = "shuangjian.areas.quality"
    label = "quality"
    verbose_name = "教育质量"
