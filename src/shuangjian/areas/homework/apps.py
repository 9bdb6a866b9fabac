from django.apps import AppConfig


class HomeworkConfig(AppConfig):
    """作业管理."""

    name = "shuangjian.areas.homework"
    label = "homework"
    verbose_name = "作业管理"
