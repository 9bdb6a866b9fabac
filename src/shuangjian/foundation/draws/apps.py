from django.apps import AppConfig


class DrawsConfig(AppConfig):
    """抽签: every draw of the installation, from its announcement to its one result."""

    name = "shuangjian.foundation.draws"
    label = "draws"
    verbose_name = "抽签"
