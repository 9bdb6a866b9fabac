"""启动检查: what production refuses to start with."""

from django.conf import settings
from django.db import DatabaseError, connection

from shuangjian.edges.config import env

DEMO_REGION = "990101"
DURABILITY_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


class UnsafeStartError(RuntimeError):
    """Production was asked to run with what only a trial may have, or on a server that forgets."""


def refuse_unsafe_start() -> None:
    """Refuse a production start with demo data, a demo folder, a pretended day, or loss by design.

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
    off = durability_settings_off()
    if off:
        names = "、".join(off)
        raise UnsafeStartError(
            f"数据库关闭了 {names}：断电或宕机以后，已经答复办成的记账会丢失，数据可能损坏。"
            f"请在 postgresql.conf 里把 {names} 改为 on 并重新加载；也可能是用 ALTER ROLE 或"
            " ALTER DATABASE 关闭的，请一并改回，再启动。"
        )


def durability_settings_off() -> list[str]:
    """The settings by which this connection's server may forget what it acknowledged (落盘设置).

    ``synchronous_commit`` may be ``local`` or ``remote_write``: on one machine both are durable.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM pg_settings WHERE name = ANY (%s) AND setting = 'off'",
                [list(DURABILITY_SETTINGS)],
            )
            off = {name for (name,) in cursor.fetchall()}
    except DatabaseError:  # why: a server that is away says so itself, with the next statement.
        return []
    return [name for name in DURABILITY_SETTINGS if name in off]


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
