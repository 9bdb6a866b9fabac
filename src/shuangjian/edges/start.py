"""启动检查: what production refuses to start with."""

from django.conf import settings
from django.db import DatabaseError, connection

from shuangjian.edges.config import env

DEMO_REGION = "990101"


class UnsafeStartError(RuntimeError):
    """Production was asked to run with something that only a trial may have."""


def refuse_unsafe_start() -> None:
    """Refuse a production start with demo data, a demo folder or a pretended day.

    Raises:
        UnsafeStartError: the message says in Chinese what was found and what to do.
    """
    if settings.MODE != "production":
        return
    if env.demo_mark().exists():
        raise UnsafeStartError(
            f"数据目录 {env.data_folder()} 是演示用的，不能用于正式运行。"
            "请用 SHUANGJIAN_DATA 指定另一个空目录。"
        )
    if settings.SHUANGJIAN_TODAY:
        raise UnsafeStartError(
            "正式运行不得设置 SHUANGJIAN_TODAY（假定的“今天”）。请去掉它再启动。"
        )
    if _has_demo_region():
        raise UnsafeStartError(
            "数据库里有演示数据（虚构的示范区），不能用于正式运行：任何人都能不用密码进入。"
            "请换一个空的数据库。"
        )


def _has_demo_region() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM registry_region WHERE code = %s)", [DEMO_REGION]
            )
            row = cursor.fetchone()
    except DatabaseError:  # why: before the first migration there is no table, and no demo data.
        return False
    return bool(row and row[0])
