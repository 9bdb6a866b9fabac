from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """基础数据."""

    name = "shuangjian.foundation.registry"
    label = "registry"
    verbose_name = "基础数据"
