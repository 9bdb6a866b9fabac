"""命令的选项: who acts, where, when; the same words on every command."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import click
from django.db import transaction

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused
from shuangjian.engines.half_month_round import round_of
from shuangjian.foundation.accounts.actor import OPERATOR, Actor, actor_of
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.policy.library import region_on
from shuangjian.foundation.registry.models import School
from shuangjian.oversight.indicators.period import DueDaysUnknownError, due_days_of

NATION = "000000"
WITHOUT_ROUND = timedelta(days=15)


class Day(click.ParamType[date]):
    """A day in ISO text."""

    name = "日期"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """The day, or a usage error in Chinese."""
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是日期，应写成 2026-11-15 的样子。", param, ctx)


DAY = Day()
as_user = click.option("--as", "username", metavar="用户名", help="以谁的身份；不写为系统操作员。")
dry_run = click.option("--dry-run", is_flag=True, help="只算给您看，不写入。")


@contextmanager
def writing(*, is_dry_run: bool) -> Iterator[None]:
    """What a command writes (写入): a dry run does everything in one transaction and undoes it."""
    if not is_dry_run:  # why: a service opens its own transaction, with its own isolation.
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def acting(username: str | None) -> Actor:
    """The actor of a command (行为人): the named user as of today, or the audited operator.

    Raises:
        Refused: there is no such active user.
    """
    if username is None:
        return OPERATOR
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Refused(f"没有叫“{username}”的在用账号。请核对 --as 后面的用户名。")
    return actor_of(user, on=clock.today())


def default_region() -> str:
    """The county where every school lies, if there is but one; the nation otherwise."""
    codes = School.objects.values_list("region__code", flat=True).distinct()[:2]
    return codes[0] if len(codes) == 1 else NATION


def first_of_round(region: str, *, on: date) -> date:
    """The first day of the half-month round (本期首日) that a day belongs to in a region."""
    try:
        return round_of(on, due_days=due_days_of(region_on(region, on=on), on=on)).first_on
    except DueDaysUnknownError:
        return on - WITHOUT_ROUND
