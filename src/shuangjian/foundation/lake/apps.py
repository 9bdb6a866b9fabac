from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class LakeConfig(AppConfig):
    """数据湖: facts as views, and their export."""

    name = "shuangjian.foundation.lake"
    label = "lake"
    verbose_name = "数据湖"

    def ready(self) -> None:
        """Views stand aside while migrations run."""
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(*, using: str, **_: Any) -> None:
    from shuangjian.foundation.lake.services import drop_fact_views

    drop_fact_views(using=using)


def _after(*, using: str, **_: Any) -> None:
    from shuangjian.foundation.lake.services import publish_fact_views

    publish_fact_views(using=using)
