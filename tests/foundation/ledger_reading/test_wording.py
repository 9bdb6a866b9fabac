"""Every refusal is told in whole Chinese sentences, whatever it knows."""

from string import Formatter

import pytest

from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Side
from shuangjian.engines.posting.refusal import CODES, LedgerRefusedError
from shuangjian.foundation.ledger.queries import balance
from shuangjian.foundation.ledger.services import (
    correct_transfer,
    expire_holds,
    open_accounts,
    post_batch,
    post_transfer,
    settle_hold,
    void_hold,
)
from shuangjian.foundation.ledger.wording import REFUSALS, refusal_text, yuan
from tests.foundation.ledger_reading.scene import (
    BANK,
    BOOK,
    EARNED,
    FAMILY,
    LESSON,
    PAID,
    REFUND,
    day,
    pay,
)


def test_every_code_has_its_words_and_no_other():
    assert set(REFUSALS) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_that_knows_nothing_more_is_told_too(code):
    text = refusal_text(LedgerRefusedError(code))
    assert text.endswith("。")
    assert "{" not in text
    assert refusal_text(LedgerRefusedError(code, index=2)) == f"第 3 笔：{text}"


def told(call, *arguments, **named):
    with pytest.raises(LedgerRefusedError) as refused:
        call(*arguments, **named)
    text = refusal_text(refused.value)
    wanted = {name for _, name, *_ in Formatter().parse(REFUSALS[refused.value.code]) if name}
    known = {name for name, value in refused.value.details.items() if value is not None}
    return text, wanted - known


@pytest.mark.parametrize(
    ("call", "named", "words"),
    [
        (pay, {"key": "x", "fen": 0}, "金额应大于 0，这里是 0 分"),
        (pay, {"key": "x", "fen": 0.5}, "“0.5”不是整数分"),
        (pay, {"key": "x", "fen": 10**12}, "金额 1000000000000 分太大"),
        (pay, {"key": "缴费", "fen": 7}, "幂等键“缴费”不能写进账本"),
        (pay, {"key": "expired/7", "fen": 7}, "以 expired/ 开头、留给到期解冻的幂等键“expired/7”"),
        (pay, {"key": "x", "fen": 7, "reference": "tel:13912345678"}, "外部参考号里有身份证号码"),
        (pay, {"key": "pay-1", "fen": 7}, "幂等键 pay-1 已经记过另一笔"),
        (pay, {"key": "x", "fen": 200_000}, "会是 3,550.00 元，高于上限 3,000.00 元"),
        (void_hold, {"key": "x", "hold": "lesson-1"}, "已经了结（冻结转记账 lesson-1/done）"),
        (void_hold, {"key": "x", "hold": "pay-1"}, "pay-1 不是冻结"),
        (void_hold, {"key": "x", "hold": "pay-9"}, "没有幂等键是 pay-9 的转账"),
        (settle_hold, {"key": "x", "hold": "lesson-3", "amounts_fen": [5_001]}, "比冻结 lesson-3"),
        (
            settle_hold,
            {"key": "x", "hold": "lesson-3", "amounts_fen": [1, 1]},
            "与冻结的分录一样多",
        ),
    ],
)
def test_what_the_database_refuses_is_told_in_full(book, call, named, words):
    if call is pay:
        text, missing = told(call, **named, on=day(20))
    else:
        text, missing = told(call, book=BOOK, **LESSON, booked_on=day(20), **named)
    assert words in text
    assert not missing
    assert "139" not in text  # why: what must not be kept is not told either


def test_a_correction_is_one_order_to_who_sends_it(book):
    named = {"transfer": "lesson-3", "legs": [Leg(FAMILY, BANK, 1)], "booked_on": day(20)}
    text, _ = told(correct_transfer, book=BOOK, key="x", **REFUND, **named)
    assert text.startswith("lesson-3 不能冲正")


@pytest.mark.parametrize("book_code", ["", "Prepaid", "a\x00", "no_such"])
def test_a_book_that_cannot_be_is_told_as_one_that_is_not(book, book_code):
    order = Order(key="x", **PAID, booked_on=day(20), legs=(Leg(BANK, FAMILY, 1),))
    for call in (
        lambda: post_batch(book=book_code, orders=[order]),
        lambda: open_accounts(book=book_code, accounts=[]),
        lambda: balance(book=book_code, account=FAMILY),
        lambda: expire_holds(book=book_code, booked_on=day(20)),
    ):
        text, _ = told(call)
        assert f"没有账簿 {book_code}。" in text


def test_what_is_refused_of_an_account(book):
    order = AccountOrder("new", "pupil:x", "prepaid", Side.CREDIT, minimum_fen=100)
    text, _ = told(open_accounts, book=BOOK, accounts=[order])
    assert text.startswith("第 1 笔：账户 new 的可用余额会是 0.00 元，低于下限 1.00 元")


def test_a_transfer_out_of_an_empty_account(book):
    legs = [Leg(EARNED, BANK, 10_000)]
    text, missing = told(post_transfer, book=BOOK, key="x", **REFUND, booked_on=day(20), legs=legs)
    assert "账户 institution:k9/earned 的可用余额会是 -50.00 元，低于下限 0.00 元" in text
    assert missing == set()


def test_an_unknown_account_is_named(book):
    legs = [Leg(BANK, "nobody", 1)]
    text, _ = told(post_transfer, book=BOOK, key="x", **PAID, booked_on=day(20), legs=legs)
    assert "没有账户 nobody" in text


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00 元"), (-1, "-0.01 元"), (100_000_005, "1,000,000.05 元"), (-123456, "-1,234.56 元")],
)
def test_amounts(fen, text):
    assert yuan(fen) == text
