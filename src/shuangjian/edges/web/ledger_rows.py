"""账本页面的行: figures of the ledger as words, with the addresses that they lead to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN
from shuangjian.foundation.ledger.entry_line import EntryLine
from shuangjian.foundation.ledger.models import AccountSide, LedgerAccount
from shuangjian.foundation.ledger.queries import Tail
from shuangjian.foundation.ledger.story import TransferHeading, TransferStory
from shuangjian.foundation.ledger.wording import moment_text, step_title, yuan

_LONG_AGO: Final = timedelta(hours=1)
_RELATION_UP: Final = {
    "settled": "转记账的冻结",
    "voided": "解冻的冻结",
    "expired": "到期的冻结",
    "reversal": "冲正的转账",
    "posted": "更正的转账",
}
_RELATION_DOWN: Final = {
    "settled": "转记账",
    "voided": "解冻",
    "expired": "到期解冻",
    "reversal": "冲正它的",
    "posted": "更正它的",
}


@dataclass(frozen=True, slots=True)
class State:
    """状态: a word or two, and its tone."""

    text: str
    tone: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """账户行."""

    url: str
    code: str
    owner: str
    purpose: str
    balance: str
    available: str
    held: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """明细行: a change with its sign, what it did to what is held, and the balance after it."""

    url: str
    key: str
    title: str
    step: str
    booked_on: date
    recorded_at: str
    counter: str
    counter_url: str
    change: str
    held: str
    balance: str


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """相关的转账."""

    relation: str
    url: str
    key: str
    step: str
    title: str
    booked_on: date
    recorded_at: str


def tail_state(tail: Tail) -> State:
    """How much the chain does not protect yet (未封存的部分), in plain words."""
    if not tail.transfers or tail.age is None:
        return State("全部已封存", "good")
    hint = f"{tail.transfers} 笔，最早的一笔：{age_text(tail.age)}。"
    if tail.age < _LONG_AGO:
        return State("待封存", "info", hint)
    return State("封存停了", "warning", f"{hint}请系统管理员看封存服务是不是还在运行。")


def age_text(age: timedelta) -> str:
    """How long ago (多久以前).

    >>> age_text(timedelta(hours=26))
    '1 天前'
    """
    seconds = int(age.total_seconds())
    for length, unit in ((86_400, "天"), (3_600, "小时"), (60, "分钟")):
        if seconds >= length:
            return f"{seconds // length} {unit}前"
    return "刚刚"


def account_rows(accounts: Iterable[LedgerAccount]) -> Iterator[AccountRow]:
    """Accounts as a list shows them (账户清单)."""
    for each in accounts:
        yield AccountRow(
            url=reverse("ledger-account", args=[each.pk]),
            code=each.code,
            owner=each.owner,
            purpose=each.purpose,
            balance=yuan(each.balance_fen),
            available=yuan(each.balance_fen - each.held_out_fen),
            held=_held_text(each.held_out_fen, each.held_in_fen),
        )


def account_facts(account: LedgerAccount) -> list[tuple[str, str]]:
    """What is known of one account (账户概况), as names and values."""
    side = AccountSide(account.side)
    grows = "借记增加" if side is AccountSide.DEBIT else "贷记增加"
    return [
        ("余额", yuan(account.balance_fen)),
        ("可用", yuan(account.balance_fen - account.held_out_fen)),
        ("冻结", _held_text(account.held_out_fen, account.held_in_fen) or "没有"),
        ("户主", account.owner),
        ("用途", account.purpose),
        ("记账方向", f"{side.label}（{grows}）"),
        ("限额", _limit_text(account)),
        ("明细", f"{account.version} 条"),
        ("开户", moment_text(account.opened_at)),
    ]


def entry_rows(lines: Iterable[EntryLine]) -> Iterator[EntryRow]:
    """Entries as a list shows them (明细)."""
    for each in lines:
        yield EntryRow(
            url=reverse("ledger-transfer", args=[each.transfer_id]),
            key=each.key,
            title=each.title,
            step=step_title(each.step),
            booked_on=each.booked_on,
            recorded_at=moment_text(each.recorded_at),
            counter=each.counter,
            counter_url=reverse("ledger-account", args=[each.counter_id]),
            change=_signed(each.change_fen) if each.change_fen else "没有变动",
            held=_held_text(each.held_out_fen, each.held_in_fen, is_change=True),
            balance=yuan(each.balance_fen),
        )


def transfer_state(story: TransferStory) -> State:
    """How a transfer stands today (转账的现状)."""
    ended_by = story.ended_by
    if story.transfer.step == "held":
        if ended_by is not None:
            return State(f"已{step_title(ended_by.step).removeprefix('冻结')}", "neutral")
        return (
            State("已到期", "warning", "等待到期解冻。")
            if story.is_due
            else State("冻结中", "info")
        )
    if ended_by is not None:
        return State("已冲正", "neutral")
    return State("有效", "good")


def related_rows(story: TransferStory) -> list[RelatedRow]:
    """What it names and what names it (相关的转账), in the order of recording."""
    found = []
    if story.original is not None:
        found.append(_related(story.original, _RELATION_UP[story.transfer.step]))
    named = sorted(story.successors, key=lambda each: each.id)
    return found + [_related(each, _RELATION_DOWN[each.step]) for each in named]


def _related(transfer: TransferHeading, relation: str) -> RelatedRow:
    return RelatedRow(
        relation=relation,
        url=reverse("ledger-transfer", args=[transfer.id]),
        key=transfer.key,
        step=step_title(transfer.step),
        title=transfer.title,
        booked_on=transfer.booked_on,
        recorded_at=moment_text(transfer.recorded_at),
    )


def _held_text(held_out_fen: int, held_in_fen: int, *, is_change: bool = False) -> str:
    """What is held for and against an account (冻结), empty where nothing is."""
    write = _signed if is_change else yuan
    parts = [("待出", held_out_fen), ("待入", held_in_fen)]
    return "，".join(f"{name} {write(fen)}" for name, fen in parts if fen)


def _limit_text(account: LedgerAccount) -> str:
    parts = []
    if account.minimum_fen > -BALANCE_MAXIMUM_FEN:
        parts.append(f"不低于 {yuan(account.minimum_fen)}")
    if account.maximum_fen < BALANCE_MAXIMUM_FEN:
        parts.append(f"不高于 {yuan(account.maximum_fen)}")
    return "，".join(parts) or "没有限额"


def _signed(fen: int) -> str:
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)
