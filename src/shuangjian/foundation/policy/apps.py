from django.apps import AppConfig


class PolicyConfig(AppConfig):
    """政策库."""

    name = "shuangjian.foundation.policy"
    label = "policy"
    verbose_name = "政策库"
