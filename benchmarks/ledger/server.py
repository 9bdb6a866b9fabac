"""服务器: that a commit of the benchmark's server is durable, or no ratio would mean anything."""

import psycopg

from shuangjian.edges.config import database

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")


def assert_durable() -> None:
    """Stop where the server acknowledges what a crash may lose (落盘设置)."""
    _, owner = database.urls()
    with psycopg.connect(owner) as connection:
        for name in SETTINGS:
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            assert row == ("on",), f"{name} is {row}"


def gather_statistics(*tables: str) -> None:
    """Clean up and tell the planner what is there (统计信息).

    The server would do it by itself within a minute; ratios must not hang on whether it has.

    Args:
        tables: which; all where none is named. Never an empty one that is about to fill: plans made
            for it would read it from end to end, until the server looks at it again.
    """
    _, owner = database.urls()
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"VACUUM ANALYZE {', '.join(tables)}")
