from django.apps import AppConfig


class WebConfig(AppConfig):
    """网站: composition and pages over several areas."""

    name = "shuangjian.edges.web"
    label = "web"
    verbose_name = "网站"
