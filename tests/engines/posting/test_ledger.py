"""What always holds of the model, whatever is asked of it."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.posting.chain import seal
from shuangjian.engines.posting.ledger import ModelLedger
from shuangjian.engines.posting.order import (
    BALANCE_MAXIMUM_FEN,
    LEG_MAXIMUM_FEN,
    AccountOrder,
    Leg,
    Order,
    Side,
    Step,
)
from shuangjian.engines.posting.record import LegRecord
from shuangjian.engines.posting.refusal import CODES, LedgerRefusedError
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.engines.posting.step import ENDED_BY
from shuangjian.engines.posting.verification import verify_export
from tests.engines.posting.worked_book import (
    BOOK,
    BOOK_TITLE,
    account_orders,
    moment,
    opened_ledger,
    steps,
    worked_ledger,
)
from tests.engines.posting.worked_chain import lines_of

CHANCE = st.randoms(use_true_random=False)
START = moment("2026-03-02 09:00")
CODES_OF_ACCOUNTS = ("cash", "a", "b", "c")


@pytest.mark.parametrize("names_another", [False, True])
def test_a_batch_of_new_legs_is_recorded_at_one_moment(names_another):
    """After the clock stepped back: the first order alone would be recorded before the second."""
    ledger, late, early = small_ledger(), START + timedelta(hours=2), START + timedelta(hours=1)
    ledger.post(order_of("later", "cash", "b"), book=BOOK, at=late)
    held = replace(order_of("held", "c", "a"), step=Step.HELD)
    ended = replace(held, key="end", step=Step.VOIDED, legs=(), original="held")
    batch = [held, *([ended] if names_another else []), order_of("next", "cash", "b")]
    moments = [each.recorded_at for each in ledger.post_batch(batch, book=BOOK, at=early)]
    assert moments == ([early, early, late] if names_another else [late, late])


def order_of(key: str, debit: str, credit: str) -> Order:
    legs = (Leg(debit, credit, 1),)
    return Order(key=key, kind="tuition", reason="lesson", booked_on=START.date(), legs=legs)


def small_ledger(*, is_limited: bool = True) -> ModelLedger:
    ledger = ModelLedger()
    ledger.open_book(BOOK, title=BOOK_TITLE)
    ledger.register_reason("tuition", "lesson", title="课时消耗")
    for code, side, minimum, maximum in (
        ("cash", Side.DEBIT, None, None),
        ("a", Side.CREDIT, 0, 30),
        ("b", Side.CREDIT, -5, 20),
        ("c", Side.DEBIT, 0, None),
    ):
        order = AccountOrder(code, f"pupil:{code}", "prepaid", side, None, None)
        if is_limited:
            order = replace(order, minimum_fen=minimum, maximum_fen=maximum)
        ledger.open_account(order, book=BOOK, at=START)
    return ledger


def any_order(chance: random.Random, number: int, at: datetime, keys: list[str]) -> Order:
    """An order that is well formed, and wrong in a good part of the cases."""
    step = chance.choice([Step.POSTED, Step.HELD, Step.HELD, *Step])
    legs = tuple(
        Leg(*chance.sample(CODES_OF_ACCOUNTS, 2), chance.randint(1, 12))
        for _ in range(chance.choice((1, 1, 2, 3)))
    )
    has_legs = step in {Step.POSTED, Step.HELD}
    is_known = chance.random() < 0.1 and keys
    return Order(
        key=chance.choice(keys) if is_known else f"k{number}",
        kind="tuition",
        reason="lesson",
        booked_on=date(2026, 3, 2) + timedelta(days=chance.randint(-3, 3)),
        step=step,
        legs=legs if has_legs else (),
        original=chance.choice(keys) if keys and not has_legs else None,
        expires_at=at + timedelta(hours=chance.randint(1, 5))
        if step is Step.HELD and chance.random() < 0.5
        else None,
        amounts_fen=(chance.randint(1, 12),)
        if step is Step.SETTLED and chance.random() < 0.3
        else None,
    )


def orders_in_time(chance: random.Random, number: int) -> list[tuple[Order, datetime]]:
    at, keys, found = START, [], []
    for each in range(number):
        at += timedelta(minutes=chance.randint(0, 60))
        order = any_order(chance, each, at, keys)
        keys.append(order.key)
        found.append((order, at))
    return found


def check_invariants(ledger: ModelLedger) -> None:
    accounts = {account.id: account for account in ledger.accounts()}
    total = 0
    for account in accounts.values():
        entries = ledger.entries(account.code, book=BOOK)
        balance = ledger.balance(account.code, book=BOOK)
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
        moments = [entry.recorded_at for entry in entries]
        assert moments == sorted(moments)
        assert balance.version == len(entries)
        assert balance.balance_fen == sum(entry.moved_fen for entry in entries)
        assert balance.held_out_fen == sum(entry.held_out_fen for entry in entries) >= 0
        assert balance.held_in_fen == sum(entry.held_in_fen for entry in entries) >= 0
        for later in (
            ledger.balance_on(account.code, book=BOOK, day=date.max),
            ledger.balance_at(account.code, book=BOOK, moment=START + timedelta(days=999)),
        ):
            assert later == balance
        if account.minimum_fen is not None:
            assert balance.available_fen >= account.minimum_fen
        if account.maximum_fen is not None:
            assert balance.balance_fen + balance.held_in_fen <= account.maximum_fen
        total += balance.balance_fen * (1 if account.side is Side.DEBIT else -1)
    assert total == 0
    check_ends(ledger)


def check_ends(ledger: ModelLedger) -> None:
    by_id = {transfer.id: transfer for transfer in ledger.transfers()}
    ends = Counter(each.original_id for each in by_id.values() if each.step in ENDED_BY)
    assert set(ends.values()) <= {1}
    held = sum(leg.held_fen for each in by_id.values() for leg in each.legs)
    assert held == sum(
        leg.held_fen
        for each in by_id.values()
        if each.step is Step.HELD and not ends[each.id]
        for leg in each.legs
    )


def try_post(ledger: ModelLedger, order: Order, at: datetime) -> str:
    try:
        ledger.post(order, book=BOOK, at=at)
    except LedgerRefusedError as error:
        return error.code
    return ""


@settings(max_examples=200, deadline=None)
@given(chance=CHANCE)
def test_after_every_order_all_invariants_hold_and_a_refusal_changes_nothing(chance):
    ledger = small_ledger()
    for order, at in orders_in_time(chance, 25):
        before = ledger.transfers()
        code = try_post(ledger, order, at)
        if code:
            assert code in CODES
            assert ledger.transfers() == before
        check_invariants(ledger)


def test_the_random_orders_meet_successes_and_refusals_of_many_kinds():
    """The control of the properties: they would say little if all orders were refused."""
    seed = 20260302
    chance, codes = random.Random(seed), Counter()
    done = Counter()
    for _ in range(200):
        ledger = small_ledger()
        for order, at in orders_in_time(chance, 25):
            codes[try_post(ledger, order, at)] += 1
        done.update(transfer.step for transfer in ledger.transfers())
    assert min(done[step] for step in Step) > 10, (seed, done)
    assert {"", "below_minimum", "above_maximum", "hold_resolved", "hold_expired"} <= set(codes)
    assert {"hold_not_due", "already_reversed", "key_reused", "amount_above_hold"} <= set(codes)


@settings(max_examples=200, deadline=None)
@given(chance=CHANCE)
def test_sent_again_in_any_order_everything_is_answered_as_the_first_time(chance):
    ledger, first = small_ledger(), []
    for order, at in orders_in_time(chance, 20):
        try:
            first.append((order, ledger.post(order, book=BOOK, at=at)))
        except LedgerRefusedError:
            continue
    transfers = ledger.transfers()
    chance.shuffle(first)
    for order, receipt in first:
        again = ledger.post(order, book=BOOK, at=START + timedelta(days=30))
        assert again == replace(receipt, is_repeat=True)
    assert ledger.transfers() == transfers


@settings(max_examples=200, deadline=None)
@given(chance=CHANCE)
def test_a_batch_is_its_orders_one_after_another_or_nothing(chance):
    before = orders_in_time(chance, 10)
    together, apart = small_ledger(), small_ledger()
    for order, at in before:
        assert try_post(together, order, at) == try_post(apart, order, at)
    at = before[-1][1]
    keys = [order.key for order, _ in before]
    orders = {}
    for number in range(100, 100 + chance.randint(1, 6)):
        order = any_order(chance, number, at, keys)
        orders.setdefault(order.key, order)
        keys.append(order.key)
    transfers = together.transfers()
    refused = None
    for index, order in enumerate(orders.values()):
        code = try_post(apart, order, at)
        if code:
            refused = (index, code)
            break
    if refused is None:
        receipts = together.post_batch(list(orders.values()), book=BOOK, at=at)
        assert len(receipts) == len(orders)
        assert together.transfers() == apart.transfers()
    else:
        with pytest.raises(LedgerRefusedError) as caught:
            together.post_batch(list(orders.values()), book=BOOK, at=at)
        assert (caught.value.index, caught.value.code) == refused
        assert together.transfers() == transfers
    check_invariants(together)


@settings(max_examples=100, deadline=None)
@given(chance=CHANCE)
def test_a_book_with_everything_ended_and_reversed_is_as_empty_as_at_first(chance):
    ledger = small_ledger(is_limited=False)
    for order, at in orders_in_time(chance, 15):
        try_post(ledger, order, at)
    undone = {each.original_id for each in ledger.transfers() if each.step in ENDED_BY}
    late = START + timedelta(days=30)
    for transfer in ledger.transfers():
        if transfer.id in undone or transfer.step not in {Step.POSTED, Step.SETTLED, Step.HELD}:
            continue
        step = Step.VOIDED if transfer.step is Step.HELD else Step.REVERSAL
        order = Order(
            f"undo-{transfer.id}",
            "tuition",
            "lesson",
            date(2026, 3, 2),
            step=step,
            original=transfer.key,
        )
        assert try_post(ledger, order, late) == ""
    for code in CODES_OF_ACCOUNTS:
        balance = ledger.balance(code, book=BOOK)
        assert (balance.balance_fen, balance.held_out_fen, balance.held_in_fen) == (0, 0, 0)


def test_a_reversal_leaves_out_the_legs_that_moved_nothing():
    ledger = worked_ledger()
    order = Order(
        "undo",
        "tuition",
        "refund",
        date(2026, 3, 15),
        step=Step.REVERSAL,
        original="lesson-2/part",
    )
    ledger.post(order, book=BOOK, at=moment("2026-03-15 09:00"))
    part, undo = ledger.transfers()[4], ledger.transfers()[-1]
    assert [leg.moved_fen for leg in part.legs] == [4_000, 0]
    assert undo.legs == (LegRecord(part.legs[0].credit_id, part.legs[0].debit_id, 4_000, 0),)
    sealed = seal(
        None,
        accounts=ledger.accounts(),
        transfers=ledger.transfers(),
        sealed_at=moment("2026-03-15 10:00"),
    )
    assert verify_export(lines_of([sealed])).holds


def test_a_clock_that_steps_back_does_not_take_moments_back():
    ledger = worked_ledger(until=1)
    pay = steps()[0]
    back = pay.at - timedelta(hours=1)
    order = replace(pay.order, key="pay-0", legs=(Leg("bank", "prepaid", 1),))
    assert ledger.post(order, book=BOOK, at=back).recorded_at == pay.at
    hold = Order(
        "h", "tuition", "lesson", date(2026, 3, 2), Step.HELD, (Leg("prepaid", "earned", 1),)
    )
    # why: at 08:30 by the clock, but the account has been at 09:00 already.
    soon = replace(hold, expires_at=pay.at)
    with pytest.raises(LedgerRefusedError, match="expiry_in_past"):
        ledger.post(soon, book=BOOK, at=back)
    untouched = opened_ledger()
    assert untouched.post(order, book=BOOK, at=back).recorded_at == back


def test_the_recorded_day_is_that_of_shanghai():
    ledger = opened_ledger()
    order = Order("k", "tuition", "paid", date(2027, 3, 3), legs=(Leg("bank", "prepaid", 1),))
    # why: 366 days before is 2 March 2026, which begins in Shanghai when it is 16:00 UTC.
    midnight = datetime(2026, 3, 2, tzinfo=BEIJING).astimezone(UTC)
    with pytest.raises(LedgerRefusedError, match="bad_day"):
        ledger.post(order, book=BOOK, at=midnight - timedelta(microseconds=1))
    assert not ledger.post(order, book=BOOK, at=midnight).is_repeat


def test_figures_stay_within_what_every_reader_keeps_whole():
    ledger = ModelLedger()
    ledger.open_book(BOOK, title=BOOK_TITLE)
    ledger.register_reason("tuition", "paid", title="缴纳学费")
    for code, side in (("bank", Side.DEBIT), ("owed", Side.CREDIT)):
        account = AccountOrder(code, f"bank:{code}", "custody", side, None, None)
        ledger.open_account(account, book=BOOK, at=START)
    legs = (Leg("bank", "owed", LEG_MAXIMUM_FEN),) * 1_000
    order = Order("k", "tuition", "paid", date(2026, 3, 2), legs=legs)
    for number in range(9):
        ledger.post(replace(order, key=f"k{number}"), book=BOOK, at=START)
    rest = BALANCE_MAXIMUM_FEN - ledger.balance("owed", book=BOOK).balance_fen
    for step in (Step.POSTED, Step.HELD):
        with pytest.raises(LedgerRefusedError) as caught:
            ledger.post(replace(order, key="over", step=step), book=BOOK, at=START)
        assert (caught.value.code, caught.value.details["account"]) == ("balance_too_large", "bank")
    ledger.post(replace(order, key="last", legs=split_legs(rest)), book=BOOK, at=START)
    assert ledger.balance("owed", book=BOOK).balance_fen == BALANCE_MAXIMUM_FEN
    with pytest.raises(LedgerRefusedError, match="balance_too_large"):
        ledger.post(replace(order, key="more", legs=(Leg("bank", "owed", 1),)), book=BOOK, at=START)


def split_legs(rest: int) -> tuple[Leg, ...]:
    amounts = [LEG_MAXIMUM_FEN] * (rest // LEG_MAXIMUM_FEN) + [rest % LEG_MAXIMUM_FEN]
    return tuple(Leg("bank", "owed", fen) for fen in amounts if fen)


def test_opening_again_finds_the_same_and_refuses_another():
    ledger = opened_ledger()
    (order, *_) = account_orders()
    known = ledger.accounts()
    again = ledger.open_account(order, book=BOOK, at=START + timedelta(days=1))
    assert again == known[0]
    for change in (
        {"owner": "bank:b02"},
        {"purpose": "other"},
        {"side": Side.CREDIT},
        {"minimum_fen": None},
        {"maximum_fen": 1},
    ):
        with pytest.raises(LedgerRefusedError, match="account_differs"):
            ledger.open_account(replace(order, **change), book=BOOK, at=START)
    assert ledger.accounts() == known
    ledger.open_book(BOOK, title=BOOK_TITLE)
    with pytest.raises(LedgerRefusedError, match="book_differs"):
        ledger.open_book(BOOK, title="另一本")
    with pytest.raises(LedgerRefusedError, match="reason_differs"):
        ledger.register_reason("tuition", "paid", title="别的")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": ""}, "bad_text"),
        ({"code": "-x"}, "bad_text"),
        ({"owner": "7f3a"}, "bad_text"),
        ({"purpose": "Prepaid"}, "bad_text"),
        ({"owner": "pupil:13912345678"}, "identity_in_text"),
        ({"minimum_fen": 0.5}, "amount_not_whole"),
        ({"maximum_fen": True}, "amount_not_whole"),
        ({"minimum_fen": -BALANCE_MAXIMUM_FEN}, "amount_too_large"),
        ({"maximum_fen": BALANCE_MAXIMUM_FEN}, "amount_too_large"),
        ({"minimum_fen": 1}, "below_minimum"),
        ({"maximum_fen": -1}, "above_maximum"),
    ],
)
def test_an_account_that_cannot_be_is_refused(change, code):
    ledger = opened_ledger()
    order = AccountOrder("new", "pupil:8a", "prepaid", Side.CREDIT, -10, 10)
    with pytest.raises(LedgerRefusedError, match=code):
        ledger.open_account(replace(order, **change), book=BOOK, at=START)
    assert ledger.open_account(order, book=BOOK, at=START).id == 5


def test_an_account_is_of_its_book_only():
    ledger = opened_ledger()
    ledger.open_book("fees", title="课后服务费")
    account = AccountOrder("bank", "bank:b01", "custody", Side.DEBIT)
    assert ledger.open_account(account, book="fees", at=START).id == 5
    with pytest.raises(LedgerRefusedError, match="unknown_account"):
        ledger.post(steps()[0].order, book="fees", at=START)
    with pytest.raises(LedgerRefusedError, match="unknown_book"):
        ledger.balance("bank", book="none")


def test_an_empty_batch_is_refused():
    with pytest.raises(LedgerRefusedError, match="batch_empty"):
        worked_ledger().post_batch([], book=BOOK, at=START)
