"""Test session: a PostgreSQL of its own (the trial's, unless DATABASE_URL names another)."""

import os
from pathlib import Path

os.environ.setdefault("SHUANGJIAN_MODE", "test")
os.environ.setdefault("SHUANGJIAN_DATA", str(Path(__file__).resolve().parents[1] / "var" / "test"))
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's loop and the ORM share a thread


def pytest_configure(config):  # noqa: ARG001  -- pytest's signature
    from shuangjian.edges.config.database import ensure_server

    ensure_server()
