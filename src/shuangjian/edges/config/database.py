"""Which PostgreSQL this process talks to (数据库连接), from the environment or the trial server."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from shuangjian.edges.config import embedded, env


class DatabaseSettingError(RuntimeError):
    """``DATABASE_URL`` is not usable; the message says in Chinese what to write."""


def parse_url(url: str) -> dict[str, Any]:
    """One Django database entry from a ``postgresql://`` address.

    Args:
        url: ``postgresql://role:password@host:port/name?host=/socket/folder&sslmode=require``.

    Raises:
        DatabaseSettingError: another scheme, or no database name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise DatabaseSettingError(
            "数据库地址写法不对：应当形如 postgresql://用户:密码@主机:5432/库名。"
            "本平台只支持 PostgreSQL 15 及以上。请检查 DATABASE_URL 和 DATABASE_OWNER_URL。"
        )
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def database_entries() -> dict[str, dict[str, Any]]:
    """Django's ``DATABASES``: ``default`` is the application's role, ``owner`` migrates."""
    application, owner = urls()
    default = parse_url(application)
    entry = parse_url(owner)
    if env.mode() == "test":  # why: the test runner makes its databases as the owner.
        return {"default": {**entry, "CONN_MAX_AGE": 0}}
    entry["CONN_MAX_AGE"] = 0
    return {"default": default, "owner": entry}


def urls() -> tuple[str, str]:
    """The two addresses in force: the application role's and the owner's."""
    application = env.DATABASE_URL.read()
    if application:
        return application, env.DATABASE_OWNER_URL.read() or application
    cluster = embedded.read_cluster(folder())
    if cluster is None:  # why: settings are read by tools that never connect; they start nothing.
        unmade = f"postgresql://{embedded.OWNER}@/{embedded.DATABASE}?host={folder()}/socket"
        return unmade, unmade
    return cluster.url(embedded.APPLICATION), cluster.url(embedded.OWNER)


def ensure_server() -> None:
    """Start the trial server if it is the one in use; every entry point calls this first.

    Raises:
        embedded.EmbeddedServerError: it does not start.
    """
    if is_embedded():
        embedded.start(folder())


def is_embedded() -> bool:
    """Whether the trial server is in use, since no ``DATABASE_URL`` was given."""
    return not env.DATABASE_URL.read()


def folder() -> Path:
    """Where the trial server lies."""
    return env.data_folder() / "postgres"


def refresh_settings() -> None:
    """Take up the trial server's address where settings were read before it was made."""
    from django.conf import settings
    from django.db import connections

    entries = database_entries()
    for alias, entry in entries.items():
        settings.DATABASES[alias].update(entry)
        connections[alias].settings_dict.update(entry)
