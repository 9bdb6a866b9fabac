"""The invented custody book: whole, the same for the same seed, and with something of everything."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction

from shuangjian.edges.demo.ledger import BOOK, load_ledger
from shuangjian.foundation.ledger.models import LedgerAccount, Transfer
from shuangjian.foundation.ledger.queries import book_totals, tail
from tests.edges.demo.conftest import TODAY

DAYS = [TODAY - timedelta(days=back) for back in range(29, -1, -1)]


def contents():
    return list(
        Transfer.objects.order_by("id").values_list(
            "key", "step", "booked_on", "legs__amount_fen", "legs__held_fen"
        )
    )


def loaded(*, seed):
    """Load, read, and undo the load."""
    with transaction.atomic():
        load_ledger(days=DAYS, seed=seed)
        found = contents()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_transfers(db):
    first = loaded(seed=3)
    assert first == loaded(seed=3)
    assert first != loaded(seed=4)


def test_it_shows_something_of_everything(db):
    assert 150 <= load_ledger(days=DAYS, seed=7) == Transfer.objects.count() <= 260
    steps = Counter(Transfer.objects.values_list("step", flat=True))
    assert set(steps) == {"posted", "held", "settled", "voided", "reversal"}
    open_holds = steps["held"] - steps["settled"] - steps["voided"]
    assert 1 <= open_holds <= 6
    assert Transfer.objects.filter(step="posted", original__isnull=False).count() == 1
    assert set(Transfer.objects.values_list("booked_on", flat=True)) <= set(DAYS)
    (total,) = book_totals(books=[BOOK])
    assert total.debit_fen == total.credit_fen > 0
    assert total.held_fen > 0
    assert total.accounts == LedgerAccount.objects.count() == 15


def test_the_demonstration_brings_it_sealed(load):
    load()
    assert Transfer.objects.exists()
    assert tail().transfers == 0


def test_days_far_ahead_of_the_real_ones_leave_it_out(db):
    """The ledger takes no day more than a year ahead of its own clock, which a trial cannot move."""
    far = date(2900, 1, 1)
    assert load_ledger(days=[far], seed=7) == 0
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_days_are_enough(db, count):
    load_ledger(days=DAYS[-count:], seed=7)
    (total,) = book_totals(books=[BOOK])
    assert total.debit_fen == total.credit_fen > 0
