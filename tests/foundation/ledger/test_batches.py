"""Batches of a thousand: as if done one after another, or not at all, and where it went wrong."""

from dataclasses import replace
from datetime import UTC, datetime
from random import Random, SystemRandom

import pytest

from shuangjian.engines.posting.ledger import ModelLedger
from shuangjian.engines.posting.order import AccountOrder, Leg, Order, Side, Step
from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.foundation.ledger import services
from tests.foundation.ledger.book import DAY, KIND, REASON, Book, everything

MANY = 1_000
ACCOUNTS = [
    AccountOrder("cash", "x:1", "test", Side.DEBIT, None),
    *(AccountOrder(f"n{n}", "x:1", "test", Side.CREDIT, 0, 9_000) for n in range(20)),
]


def both() -> tuple[Book, ModelLedger]:
    """A book, and the same in the model; some money everywhere."""
    book, model = Book(), ModelLedger()
    services.open_accounts(book=book.code, accounts=ACCOUNTS)
    model.open_book(book.code, title="试验")
    model.register_reason(KIND, REASON, title="课时消耗")
    for account in ACCOUNTS:
        model.open_account(account, book=book.code, at=datetime.now(UTC))
    fund = [order(f"f{n}", Leg("cash", f"n{n}", 1_000)) for n in range(20)]
    done = book.batch(*fund)
    model.post_batch(fund, book=book.code, at=done[0].recorded_at)
    return book, model


def order(key: str, *legs: Leg, **more) -> Order:
    return Order(key=key, kind=KIND, reason=REASON, booked_on=DAY, legs=legs, **more)


def plain(chance: Random) -> list[Order]:
    return [
        order(f"k{number}", Leg(*(f"n{n}" for n in chance.sample(range(20), 2)), 1))
        for number in range(MANY)
    ]


def mixed(chance: Random) -> list[Order]:
    """Holds, what ends them, reversals and corrections, each after what it names."""
    orders, held, posted, undone = [], [], [], []
    while len(orders) < MANY:
        key, way = f"k{len(orders)}", chance.randrange(6)
        pair = [f"n{n}" for n in chance.sample(range(20), 2)]
        if way == 0 and held:
            orders.append(order(key, step=Step.SETTLED, original=held.pop()))
            posted.append(key)
        elif way == 1 and held:
            orders.append(order(key, step=Step.VOIDED, original=held.pop()))
        elif way == 2 and posted:
            undone.append(posted.pop(0))
            orders.append(order(key, step=Step.REVERSAL, original=undone[-1]))
        elif way == 3 and undone:
            orders.append(order(key, Leg(*pair, 1), original=chance.choice(undone)))
        elif way == 4:
            orders.append(order(key, Leg(*pair, 2), Leg(*pair[::-1], 1), step=Step.HELD))
            held.append(key)
        else:
            orders.append(order(key, Leg(*pair, 1), Leg("cash", pair[0], 1)))
            posted.append(key)
    return orders


def agree(book: Book, model: ModelLedger) -> None:
    found = book.balances()
    assert [found[each.code] for each in ACCOUNTS] == [
        model.balance(each.code, book=book.code) for each in ACCOUNTS
    ]
    book.check_sums()


@pytest.fixture
def chance():
    seed = SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    return Random(seed)


@pytest.mark.parametrize("kind", [plain, mixed])
def test_a_thousand_are_done_in_turn_and_sent_twice_add_nothing(ledger_database, chance, kind):
    book, model = both()
    orders = kind(chance)
    receipts = book.batch(*orders)
    model.post_batch(orders, book=book.code, at=receipts[0].recorded_at)
    assert [receipt.key for receipt in receipts] == [each.key for each in orders]
    ids = [receipt.transfer_id for receipt in receipts]
    assert ids == sorted(set(ids))
    assert not any(receipt.is_repeat for receipt in receipts)
    agree(book, model)
    before = everything()
    again = book.batch(*orders)
    assert [(r.transfer_id, r.recorded_at, r.is_repeat) for r in again] == [
        (r.transfer_id, r.recorded_at, True) for r in receipts
    ]
    assert everything() == before


@pytest.mark.parametrize("kind", [plain, mixed])
def test_a_batch_that_is_half_known_is_done_to_its_end(ledger_database, chance, kind):
    book, model = both()
    orders = kind(chance)
    known = MANY // 2 if kind is mixed else chance.randrange(MANY)
    first = book.batch(*orders[:known])
    chance.shuffle(orders) if kind is plain else None
    receipts = book.batch(*orders)
    answered = {receipt.key: receipt.transfer_id for receipt in first}
    for receipt in receipts:
        assert receipt.is_repeat is (receipt.key in answered)
        assert answered.get(receipt.key, receipt.transfer_id) == receipt.transfer_id
    new = [each for each in orders if each.key not in answered]
    for each in [one for one in orders if one.key in answered] + new:
        model.post(each, book=book.code, at=receipts[0].recorded_at)
    agree(book, model)


WRONG = {
    "below_minimum": lambda each: replace(each, legs=(Leg("n3", "cash", 100_000),)),
    "above_maximum": lambda each: replace(each, legs=(Leg("cash", "n3", 100_000),)),
    "unknown_account": lambda each: replace(each, legs=(Leg("cash", "nobody", 1),)),
    "unknown_reason": lambda each: replace(each, reason="none"),
    "unknown_original": lambda each: order(each.key, step=Step.VOIDED, original="none"),
    "not_a_hold": lambda each: order(each.key, step=Step.VOIDED, original="f3"),
    "not_reversed": lambda each: order(each.key, Leg("cash", "n1", 1), original="f3"),
    "key_reused": lambda each: replace(each, key="f3"),
    "amount_not_positive": lambda each: replace(each, legs=(Leg("cash", "n3", 0),)),
    "bad_text": lambda each: replace(each, reference="\t"),
    "expiry_in_past": lambda each: order(
        each.key,
        Leg("cash", "n1", 1),
        step=Step.HELD,
        expires_at=datetime(2026, 3, 2, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize("kind", [plain, mixed])
@pytest.mark.parametrize("code", WRONG)
def test_the_first_wrong_one_is_named(ledger_database, chance, kind, code):
    """Two are wrong, in the same or in another way; the model says which comes first."""
    book, model = both()
    orders = kind(chance)[:120]
    places = sorted(chance.sample(range(120), 2))
    other = chance.choice(list(WRONG))
    for place, name in zip(places, (code, other), strict=True):
        orders[place] = WRONG[name](orders[place])
    before = everything()
    with pytest.raises(LedgerRefusedError) as found:
        book.batch(*orders)
    with pytest.raises(LedgerRefusedError) as expected:
        model.post_batch(orders, book=book.code, at=datetime.now(UTC))
    assert (found.value.index, found.value.code) == (expected.value.index, expected.value.code)
    assert everything() == before


def test_limits_are_looked_at_after_every_one(ledger_database):
    """Back within its limits at the end is not good enough."""
    book, _ = both()
    orders = [
        order("k0", Leg("cash", "n0", 8_000)),
        order("k1", Leg("cash", "n0", 1)),
        order("k2", Leg("n0", "cash", 9_001)),
    ]
    with pytest.raises(LedgerRefusedError) as found:
        book.batch(*orders)
    assert (found.value.index, found.value.code) == (1, "above_maximum")
    book.batch(orders[0], replace(orders[2], legs=(Leg("n0", "cash", 1),)), orders[1])
    assert book.balance("n0") == 9_000


def test_a_key_twice_in_a_batch_is_refused(ledger_database):
    book, _ = both()
    one = order("k0", Leg("cash", "n0", 1))
    for orders in ([one, one], [one, replace(one, legs=(Leg("cash", "n1", 1),))]):
        with pytest.raises(LedgerRefusedError) as found:
            book.batch(*orders)
        assert (found.value.index, found.value.code) == (1, "key_twice")
    assert [key for key, _ in book.steps()] == [f"f{n}" for n in range(20)]
