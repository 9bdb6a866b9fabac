from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """账号与权限."""

    name = "shuangjian.foundation.accounts"
    label = "accounts"
    verbose_name = "账号与权限"
