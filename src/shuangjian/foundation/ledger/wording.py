"""措辞: figures and refusals of the ledger in Chinese: what, where, why, and what to do next."""

from collections import defaultdict
from datetime import datetime
from types import MappingProxyType
from typing import Final

from shuangjian.engines.posting.order import (
    BALANCE_MAXIMUM_FEN,
    LEG_MAXIMUM_FEN,
    LEGS_MAXIMUM,
    Details,
)
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import BEIJING, DAYS_AHEAD, FIRST_DAY
from shuangjian.foundation.ledger.models import TransferStep

_FEN_A_YUAN: Final = 100


def yuan(fen: int) -> str:
    """An amount as people read it (元).

    >>> yuan(-123456)
    '-1,234.56 元'
    """
    whole, rest = divmod(abs(fen), _FEN_A_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d} 元"


def amounts_text(*, moved_fen: int, held_fen: int) -> str:
    """What a leg or a transfer moved, set aside and set free (金额).

    >>> amounts_text(moved_fen=4000, held_fen=-5000)
    '40.00 元，放开冻结 50.00 元'
    """
    parts = [yuan(moved_fen)] if moved_fen or not held_fen else []
    if held_fen:
        parts.append(f"{'冻结' if held_fen > 0 else '放开冻结'} {yuan(abs(held_fen))}")
    return "，".join(parts)


REFUSALS: Final = MappingProxyType(
    {
        "bad_text": "{field}“{text}”不能写进账本。幂等键、账户编号和外部参考号用字母、数字和"
        " . _ : / -，最多 120 个字；种类、事由、用途和账簿编号用小写字母、数字和下划线，"
        "最多 40 个字；名称最多 80 个字，不换行。请改正。",
        "identity_in_text": "{field}里有身份证号码或手机号码。账本永久保存，不得写入，请改用代号。",
        "no_legs": "没有分录。请写明从哪个账户到哪个账户、多少分。",
        "too_many_legs": f"分录有 {{legs}} 条，一笔转账最多 {LEGS_MAXIMUM} 条。请分成几笔。",
        "amount_not_whole": "金额“{amount}”不是整数分。请先换算成分，不用小数。",
        "amount_not_positive": "金额应大于 0，这里是 {amount_fen} 分。"
        "要退回的请用冲正，或把借贷方向对换。",
        "amount_too_large": f"金额 {{amount_fen}} 分太大，一条分录最多 {LEG_MAXIMUM_FEN} 分，"
        "账户限额也要小于账本的最大数额。请核对是不是多写了位数。",
        "same_account": "一条分录的借方和贷方是同一个账户 {account}。请核对账户。",
        "bad_day": f"业务日期或到期时间“{{day}}”不对。业务日期从 {FIRST_DAY} 起，"
        f"最晚是今天以后 {DAYS_AHEAD} 天；到期时间只有冻结可以写，要带时区。请改正。",
        "batch_empty": "这一批里一笔也没有。请核对要记的账。",
        "key_twice": "这一批里幂等键 {key} 用了两次。一笔转账一个键，请改正。",
        "unknown_book": "没有账簿 {book}。请核对编号；新账簿要先开立。",
        "unknown_reason": "没有登记过事由 {kind}/{reason}。请核对，或先登记。",
        "unknown_original": "这个账簿里没有幂等键是 {original} 的转账。请核对幂等键和账簿。",
        "not_a_hold": "{original} 不是冻结，不能转记账或解冻。请核对幂等键。",
        "not_reversible": "{original} 不能冲正：只有记账和冻结转记账可以。"
        "还冻结着的请解冻；冲正错了的，请照原来的内容重新记一笔。",
        "not_reversed": "{original} 还没有冲正，不能更正。请先冲正它。",
        "legs_differ": "冻结转记账的金额要与冻结的分录一样多；解冻和冲正不写分录。请改正。",
        "unknown_account": "账簿里没有账户 {account}。请核对编号；新账户要先开户。",
        "key_reused": "幂等键 {key} 已经记过另一笔内容不同的转账。"
        "同一笔重发要一字不差；新的一笔请换一个键。",
        "expiry_in_past": "{key} 的到期时间已经过去。请写以后的时间，或不写。",
        "hold_resolved": "冻结 {original} 已经了结（{by_step} {by}），一笔冻结只能了结一次。"
        "请看清那一次是怎样了结的；还要收或退的，另记一笔。",
        "hold_expired": "冻结 {original} 在 {expires_at} 已经到期，不能再转记账。"
        "请作到期解冻；要收的另记一笔。",
        "hold_not_due": "冻结 {original} 还没有到期（{expires_at}）。要提前放开的请解冻。",
        "amount_above_hold": "转记账的金额比冻结 {original} 的金额大。请改小；多出的另记一笔。",
        "already_reversed": "{original} 已经冲正过（{by}），一笔转账只能冲正一次。"
        "冲正错了的，请照原来的内容重新记一笔。",
        "below_minimum": "账户 {account} 的可用余额会是 {would_be_fen}，低于下限 {limit_fen}。"
        "请核对金额和账户，或先入账。",
        "above_maximum": "账户 {account} 的余额连同冻结待入会是 {would_be_fen}，"
        "高于上限 {limit_fen}。请核对金额和账户。",
        "balance_too_large": "账户 {account} 的金额会超出账本的最大数额 "
        f"{BALANCE_MAXIMUM_FEN} 分。请核对金额。",
        "tail_full": "还没有封存的转账太多，暂时不能再记账。"
        "请看封存服务（bin/shuangjian ledger seal --every）是不是停了，封存后重发。",
        "try_again": "与同时记账的其他转账互相等待，这一笔没有记。请原样重发，幂等键不变。",
        "book_differs": "账簿 {book} 已经开立，名称不同。请核对编号。",
        "account_differs": "账户 {account} 已经开过，内容不同。开户以后不能改；"
        "要换限额或户主，请另开一个账户。",
        "reason_differs": "事由 {kind}/{reason} 已经登记，名称不同。请核对编号。",
    }
)
"""What each code of ``refusal.CODES`` says."""

FIELDS: Final = MappingProxyType(
    {
        "key": "幂等键",
        "expiry_key": "以 expired/ 开头、留给到期解冻的幂等键",
        "account": "账户编号",
        "reference": "外部参考号",
        "original": "所指的幂等键",
        "kind": "种类",
        "reason": "事由",
        "owner": "户主",
        "purpose": "用途",
        "book": "账簿编号",
        "title": "名称",
        "text": "文字",
    }
)
"""What the texts of an order are called (文字的名称)."""

_AMOUNTS: Final = frozenset({"would_be_fen", "limit_fen"})


def refusal_text(error: LedgerRefusedError) -> str:
    """The Chinese sentences of a refusal (不予记账的说明)."""
    # why: an account that is opened has nothing yet, and its refusal does not say so.
    details: Details = {"would_be_fen": 0, "field": "text", **error.details}
    words = defaultdict(str, {name: _word(name, value) for name, value in details.items()})
    place = "" if error.index is None else f"第 {error.index + 1} 笔："
    return place + REFUSALS[error.code].format_map(words)


def _word(name: str, value: str | int | None) -> str:
    if value is None:
        return ""
    if name in _AMOUNTS:
        return yuan(int(value))
    if name == "field":
        return FIELDS[str(value)]
    if name == "by_step":
        return step_title(str(value))
    if name == "expires_at":
        return moment_text(datetime.fromisoformat(str(value)))
    return str(value)


def step_title(step: str) -> str:
    """What a step is called (转账步骤)."""
    return str(TransferStep(step).label)


def moment_text(moment: datetime) -> str:
    """A moment in Beijing, to the second (北京时间)."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
