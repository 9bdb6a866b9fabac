"""事实视图的发布: the views are dropped before migrations and made again after them."""

from django.db import connections, transaction
from psycopg import sql

from shuangjian.foundation.lake.catalogue import facts


def drop_fact_views(*, using: str) -> None:
    """Drop every fact's view, so that a migration may alter the tables below it."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for fact in reversed(tuple(facts().values())):
            cursor.execute(f'DROP VIEW IF EXISTS "{fact.name}" CASCADE')


def publish_fact_views(*, using: str) -> None:
    """Make every fact's view (事实视图) from its declaration; safe to repeat."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for fact in facts().values():
            name = sql.Identifier(fact.name)
            cursor.execute(sql.SQL("DROP VIEW IF EXISTS {} CASCADE").format(name))
            cursor.execute(
                sql.SQL("CREATE VIEW {} AS SELECT {} FROM ({}) AS source").format(
                    name,
                    sql.SQL(", ").join(map(sql.Identifier, fact.column_names)),
                    sql.SQL(fact.sql),
                )
            )
