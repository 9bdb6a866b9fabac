from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """督导检查."""

    name = "shuangjian.oversight.supervision"
    label = "supervision"
    verbose_name = "督导检查"
