"""Statements: opening and changes give the closing balance, whenever things were recorded."""

import random
from datetime import date, datetime, timedelta

import pytest

from shuangjian.engines.posting.refusal import LedgerRefusedError
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger import statement as statements
from shuangjian.foundation.ledger.entry_line import entry_lines
from shuangjian.foundation.ledger.models import LedgerAccount
from shuangjian.foundation.ledger.queries import balance, balance_on
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.ledger.statement import statement, version_before
from tests.foundation.ledger_reading.scene import BANK, BOOK, EARNED, FAMILY, day, open_scene, pay


def real_today():
    return datetime.now(BEIJING).date()


def of(account=FAMILY, *, starts_on, ends_on, **more):
    return statement(book=BOOK, account=account, starts_on=starts_on, ends_on=ends_on, **more)


def test_a_statement_of_a_few_days(book):
    found = of(starts_on=day(3), ends_on=day(6))
    assert (found.opening_fen, found.closing_fen, found.entries) == (200_000, 205_000, 6)
    shown = [(line.key, line.change_fen, line.balance_fen) for line in found.lines]
    assert shown == [
        ("lesson-1", 0, 200_000),
        ("lesson-2", 0, 200_000),
        ("lesson-3", 0, 200_000),
        ("lesson-1/done", -5_000, 195_000),
        ("lesson-2/off", 0, 195_000),
        ("pay-2", 10_000, 205_000),
    ]
    assert [line.held_out_fen for line in found.lines] == [5_000, 5_000, 5_000, -5_000, -5_000, 0]
    assert {line.held_in_fen for line in found.lines} == {0}
    assert found.lines[-1].counter == BANK
    assert [(each.booked_on, each.entries, each.closing_fen) for each in found.days] == [
        (day(3), 2, 195_000),
        (day(4), 2, 195_000),
        (day(5), 2, 205_000),
    ]


def test_it_is_the_same_once_sealed(book):
    before = of(starts_on=day(3), ends_on=day(14))
    seal()
    assert of(starts_on=day(3), ends_on=day(14)) == before


@pytest.mark.parametrize("account", [BANK, FAMILY, EARNED])
def test_the_whole_time_ends_with_todays_balance(book, account):
    found = of(account, starts_on=date(2000, 1, 1), ends_on=date(2100, 1, 1))
    now = balance(book=BOOK, account=account)
    assert found.opening_fen == 0
    assert found.closing_fen == now.balance_fen == found.lines[-1].balance_fen
    assert [line.version for line in found.lines] == list(range(1, now.version + 1))
    # in the order of versions the balances are those that were stored with the entries
    number = LedgerAccount.objects.get(code=account).pk
    assert list(found.lines) == entry_lines(number, first=1, last=now.version)


def test_too_many_entries_are_counted_not_listed(book):
    found = of(starts_on=day(3), ends_on=day(6), most=5)
    assert found.lines is None
    assert (found.entries, found.closing_fen) == (6, 205_000)
    assert sum(each.change_fen for each in found.days) == 5_000


def test_a_period_without_entries_and_an_account_without_any(book):
    quiet = of(starts_on=day(6), ends_on=day(13))
    assert (quiet.opening_fen, quiet.closing_fen, quiet.lines, quiet.days) == (
        205_000,
        205_000,
        (),
        (),
    )
    early = of(starts_on=day(1), ends_on=day(2))
    assert (early.opening_fen, early.closing_fen, early.entries) == (0, 0, 0)


def test_an_account_that_was_never_used(db):
    open_scene()
    found = of(starts_on=day(1), ends_on=day(31))
    assert (found.opening_fen, found.closing_fen, found.entries, found.lines) == (0, 0, 0, ())


@pytest.mark.parametrize(
    ("names", "code"), [(("other", FAMILY), "unknown_book"), ((BOOK, "nobody"), "unknown_account")]
)
def test_what_is_not_there_is_refused(book, names, code):
    named = {"book": names[0], "account": names[1]}
    with pytest.raises(LedgerRefusedError) as refused:
        statement(**named, starts_on=day(1), ends_on=day(2))
    assert refused.value.code == code


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_days_at_random_in_small_reads(db, monkeypatch, seed):
    """Booked ahead, booked late, sealed in between: every period adds up, and lists all of it."""
    monkeypatch.setattr(statements, "_VERSIONS_A_READ", 7)
    chance = random.Random(seed)
    today = real_today()
    open_scene()
    booked = []
    for number in range(60):
        on = today + timedelta(days=chance.randint(-40, 40))
        fen = chance.randint(1, 2_000)
        pay(f"pay-{number}", fen, on=on)
        booked.append((on, fen))
        if chance.random() < 0.1:
            seal()
    for _ in range(30):
        starts_on = today + timedelta(days=chance.randint(-45, 45))
        ends_on = starts_on + timedelta(days=chance.randint(1, 30))
        found = of(starts_on=starts_on, ends_on=ends_on)
        wanted = [fen for on, fen in booked if starts_on <= on < ends_on]
        assert [line.change_fen for line in found.lines] == wanted
        assert found.opening_fen + sum(wanted) == found.closing_fen
        assert found.closing_fen == balance_on(
            book=BOOK, account=FAMILY, day=ends_on - timedelta(days=1)
        )


def test_the_version_before_a_day(book):
    number = LedgerAccount.objects.get(code=FAMILY).pk
    assert version_before(number, on=real_today() - timedelta(days=1)) == 0
    assert version_before(number, on=real_today() + timedelta(days=2)) == 10


@pytest.mark.django_db(transaction=True)
def test_what_comes_between_the_two_looks_is_left_out(monkeypatch):
    """The sums and the lines are two statements; a payment in between belongs to neither."""
    open_scene()
    pay("pay-1", 100, on=day(2))
    real = statements.version_before

    def interrupted(account_id, *, on):
        pay("pay-2", 50, on=day(2))
        seal()
        return real(account_id, on=on)

    monkeypatch.setattr(statements, "version_before", interrupted)
    found = of(starts_on=day(1), ends_on=day(31))
    assert (found.closing_fen, [line.key for line in found.lines]) == (100, ["pay-1"])
    monkeypatch.undo()
    assert of(starts_on=day(1), ends_on=day(31)).closing_fen == 150  # control: it was there
