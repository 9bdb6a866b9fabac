"""查看账本命令: ``ledger show``, one transfer's story, or how an account stands or stood."""

from dataclasses import asdict
from datetime import date, datetime

import click

from shuangjian.edges.cli.answer import Refused, as_json, print_json, print_pairs
from shuangjian.edges.cli.option import DAY
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger.models import Book
from shuangjian.foundation.ledger.queries import balance, balance_at, balance_on
from shuangjian.foundation.ledger.story import TransferHeading, TransferStory, transfer_story
from shuangjian.foundation.ledger.wording import amounts_text, moment_text, step_title, yuan


class Moment(click.ParamType[datetime]):
    """A moment in ISO text; without a zone it is Beijing's."""

    name = "时刻"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment, aware, or a usage error in Chinese."""
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}”不是时刻，应写成 2026-11-15T20:30 的样子。", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


@click.command("show", epilog="例：ledger show --account pupil:7f3a/prepaid --on 2026-11-15")
@click.argument("key", metavar="KEY", required=False)
@click.option("--account", default=None, help="改看一个账户：账户编号。")
@click.option("--book", default=None, help="账簿编号；只有一个账簿时不用写。")
@click.option("--on", "day", type=DAY, default=None, help="截至哪个业务日，按现在所知。")
@click.option("--at", "moment", type=Moment(), default=None, help="截至哪个记账时刻。")
@as_json
def show_command(
    key: str | None,
    account: str | None,
    book: str | None,
    day: date | None,
    moment: datetime | None,
    *,
    as_json: bool,
) -> None:
    """一笔转账的来龙去脉（KEY 是它的幂等键），或一个账户现在和那时的余额。"""
    if (key is None) == (account is None):
        raise Refused("请写转账的幂等键，或用 --account 写账户编号，两者只写一个。")
    if account is None and (day, moment) != (None, None):
        raise Refused("--on 和 --at 只用于账户。请加 --account，或去掉它们。")
    code = book or _only_book()
    if account is not None:
        _show_account(code, account, day=day, moment=moment, as_json=as_json)
        return
    story = transfer_story(book=code, key=str(key))
    if as_json:
        print_json(story)
    else:
        _print_story(story)


def _only_book() -> str:
    codes = list(Book.objects.order_by("code").values_list("code", flat=True)[:10])
    if len(codes) != 1:
        listed = f"现有：{'、'.join(codes)}。" if codes else "还没有账簿。"
        raise Refused(f"请用 --book 写明账簿编号。{listed}")
    return codes[0]


def _show_account(
    book: str, account: str, *, day: date | None, moment: datetime | None, as_json: bool
) -> None:
    now = balance(book=book, account=account)
    then_on = balance_on(book=book, account=account, day=day) if day else None
    then_at = balance_at(book=book, account=account, moment=moment) if moment else None
    if as_json:
        said: dict[str, object] = {"book": book, **asdict(now), "available_fen": now.available_fen}
        if day:
            said |= {"on": day, "balance_on_fen": then_on}
        if moment and then_at:
            said |= {"at": moment, "balance_at_fen": then_at.balance_fen}
            said["is_provisional"] = then_at.is_provisional
        print_json(said)
        return
    print_pairs(
        [
            ("账簿", book),
            ("账户", account),
            ("余额", yuan(now.balance_fen)),
            ("可用", yuan(now.available_fen)),
            ("冻结待出", yuan(now.held_out_fen)),
            ("冻结待入", yuan(now.held_in_fen)),
            ("明细", f"{now.version} 条"),
        ]
    )
    if day and then_on is not None:
        print_pairs([(f"截至业务日 {day} 的余额（按现在所知）", yuan(then_on))])
    if moment and then_at:
        note = "（暂定：那时记的账可能还没有全部提交）" if then_at.is_provisional else ""
        print_pairs([(f"{moment_text(moment)} 时的余额", yuan(then_at.balance_fen) + note)])


def _print_story(story: TransferStory) -> None:
    transfer = story.transfer
    print_pairs(
        [
            ("转账", f"{transfer.id}，{step_title(transfer.step)}"),
            ("账簿", story.book),
            ("幂等键", transfer.key),
            ("事由", f"{transfer.title}（{transfer.kind}/{transfer.reason}）"),
            ("业务日期", transfer.booked_on),
            ("记账时间", moment_text(transfer.recorded_at)),
            *([("外部参考号", story.reference)] if story.reference else []),
            *([("冻结到期", moment_text(story.expires_at))] if story.expires_at else []),
        ]
    )
    for leg in story.legs:
        amounts = amounts_text(moved_fen=leg.moved_fen, held_fen=leg.held_fen)
        click.echo(f"分录 {leg.number}：借 {leg.debit}，贷 {leg.credit}，{amounts}")
    if story.original:
        click.echo(f"所指转账：{_named(story.original)}")
    for each in story.successors:
        click.echo(f"指向它的转账：{_named(each)}")
    if transfer.step == "held" and story.ended_by is None:
        click.echo("还没有了结。")
    sealed = story.sealed_in
    if sealed is None:
        click.echo("还没有封存。")
    else:
        at = moment_text(sealed.sealed_at)
        click.echo(f"封存于第 {sealed.block} 块（{at}），链头 {sealed.head}")


def _named(transfer: TransferHeading) -> str:
    return f"{transfer.key}（{transfer.id}，{step_title(transfer.step)}，{transfer.booked_on}）"
