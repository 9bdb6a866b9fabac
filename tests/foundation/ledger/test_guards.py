"""What is kept cannot be rewritten by a slip of the tables' owner either; what does not fit, not written."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from shuangjian.engines.posting.order import Leg, Step
from shuangjian.foundation.ledger import services
from tests.foundation.ledger.book import MODELS, Book, everything, execute, filled

KEPT = [model for model in MODELS if model.__name__ not in {"LedgerAccount", "DayTotal"}]


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_the_owner_changes_and_deletes_nothing(damaged_database, model):
    filled()
    before = everything()
    table, field = model._meta.db_table, model._meta.concrete_fields[-1]
    rows = list(model.objects.all()[:5])
    for attempt in (
        lambda: model.objects.update(**{field.name: F(field.name)}),
        lambda: model.objects.bulk_update(rows, [field.name]),
        lambda: model.objects.all()._raw_delete(using="default"),
        lambda: execute(f"DELETE FROM {table}"),
        lambda: execute(f"TRUNCATE {table} CASCADE"),
        lambda: execute(f"MERGE INTO {table} t USING {table} s ON t = s WHEN MATCHED THEN DELETE"),
    ):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            attempt()
    assert everything() == before


@pytest.mark.parametrize(
    "column",
    [
        "id",
        "book_id",
        "code",
        "owner",
        "purpose",
        "side",
        "minimum_fen",
        "maximum_fen",
        "opened_at",
    ],
)
def test_the_owner_changes_nothing_of_an_account_but_its_balances(damaged_database, column):
    filled()
    for statement in (
        f"UPDATE ledger_account SET {column} = {column}",
        "DELETE FROM ledger_account",
        "TRUNCATE ledger_account CASCADE",
    ):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            execute(statement)


def test_an_account_beyond_its_limits_cannot_stand(damaged_database):
    filled()
    for change in (
        "balance_fen = -1",
        "balance_fen = 1001",
        "held_out_fen = -1",
        "held_in_fen = -1",
        "held_in_fen = 1001",
        "held_out_fen = 1",
    ):
        with pytest.raises(IntegrityError, match="limits"), transaction.atomic():
            execute(
                f"UPDATE ledger_account SET {change}, version = version + 1 WHERE code = 'purse'"
            )


def test_a_balance_moves_with_its_version_only_and_a_day_total_only_grows(damaged_database):
    filled()
    for statement in (
        "UPDATE ledger_account SET balance_fen = balance_fen + 1",
        "UPDATE ledger_account SET version = version - 1",
        "UPDATE ledger_daytotal SET change_fen = change_fen + 1",
        "DELETE FROM ledger_daytotal",
        "TRUNCATE ledger_daytotal",
    ):
        with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
            execute(statement)


TRANSFER = (
    "INSERT INTO ledger_transfer (book_id, key, step, reason_id, booked_on, recorded_at, "
    "original_id, expires_at, reference, leg_count) SELECT id, 'x', '{step}', "
    "(SELECT min(id) FROM ledger_reason), '2026-03-02', now(), {original}, {expires}, '', {legs} "
    "FROM ledger_book WHERE code = '{book}'"
)
LEG = (
    "INSERT INTO ledger_leg (transfer_id, number, debit_account_id, credit_account_id, amount_fen, "
    "held_fen, debit_version, credit_version, debit_balance_fen, credit_balance_fen) "
    "SELECT {transfer}, {number}, d.id, c.id, {amount}, {held}, 100 + {number}, 200 + {number}, 0, 0 "
    "FROM ledger_account d, ledger_account c WHERE d.id = {debit} AND c.id = {credit}"
)
NEW = "(SELECT max(id) FROM ledger_transfer)"


def account(book: Book, code: str) -> str:
    return (
        f"(SELECT a.id FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id "
        f"WHERE a.code = '{code}' AND b.code = '{book.code}')"
    )


def key(book: Book, name: str) -> str:
    return (
        f"(SELECT t.id FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id "
        f"WHERE t.key = '{name}' AND b.code = '{book.code}')"
    )


def slip_in(
    book: Book, step: str, original: str | None, *legs: tuple, many: int = 0, expires="NULL"
):
    """Write a transfer past the functions, as the tables' owner could; legs as they are given."""
    found = key(book, original) if original else "NULL"
    execute(
        TRANSFER.format(
            step=step, original=found, legs=many or len(legs), book=book.code, expires=expires
        )
    )
    for number, (debit, credit, amount, held) in enumerate(legs, start=1):
        execute(
            LEG.format(
                transfer=NEW,
                number=number,
                amount=amount,
                held=held,
                debit=account(book, debit),
                credit=account(book, credit),
            )
        )


@pytest.fixture
def filled_book(ledger_database):
    book = filled()
    book.post("undone", Leg("a", "b", 1))
    book.reverse("undo", "undone")
    return book


SLIPS = {
    "a header without legs": ("posted", None, (), 1),
    "more legs promised than there are": ("posted", None, [("a", "b", 1, 0)], 2),
    "more legs than promised": ("posted", None, [("a", "b", 1, 0), ("a", "c", 1, 0)], 1),
    "an unknown step": ("moved", None, [("a", "b", 1, 0)], 0),
    "a reversal of nothing": ("reversal", None, [("b", "a", 10, 0), ("c", "a", 20, 0)], 0),
    "a mirror with another amount": (
        "reversal", "several", [("b", "a", 10, 0), ("c", "a", 19, 0)], 0),
    "a mirror of half": ("reversal", "several", [("b", "a", 10, 0)], 0),
    "a mirror not swapped": ("reversal", "several", [("a", "b", 10, 0), ("a", "c", 20, 0)], 0),
    "a reversal of a hold": ("reversal", "held", [("b", "a", 100, 0), ("c", "a", 50, 0)], 0),
    "a reversal of a reversal": ("reversal", "undo", [("a", "b", 1, 0)], 0),
    "a second reversal": ("reversal", "undone", [("b", "a", 1, 0)], 0),
    "more settled than held": ("settled", "held", [("a", "b", 101, -100), ("a", "c", 50, -50)], 0),
    "less set free than held": ("voided", "held", [("a", "b", 0, -99), ("a", "c", 0, -50)], 0),
    "settled to another account": (
        "settled", "held", [("a", "c", 100, -100), ("a", "c", 50, -50)], 0),
    "money moved by what only sets free": (
        "voided", "held", [("a", "b", 1, -100), ("a", "c", 0, -50)], 0),
    "settled though nothing was held": ("settled", "several", [("a", "b", 10, -10)], 0),
    "a hold that names another": ("held", "several", [("a", "b", 0, 5)], 0),
    "a leg that moves nothing": ("posted", None, [("a", "b", 0, 0)], 0),
    "a leg that moves too much": ("posted", None, [("a", "b", 10**12, 0)], 0),
    "a leg that moves backwards": ("posted", None, [("a", "b", -1, 0)], 0),
    "a leg from an account to itself": ("posted", None, [("a", "a", 1, 0)], 0),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS)
def test_what_does_not_fit_is_refused_at_the_commit(filled_book, slip):
    step, original, legs, many = SLIPS[slip]
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        slip_in(filled_book, step, original, *legs, many=many)
    assert everything() == before


def test_only_a_hold_expires(filled_book):
    with pytest.raises(IntegrityError), transaction.atomic():
        slip_in(filled_book, "posted", None, ("a", "b", 1, 0), expires="now()")


def test_control_a_transfer_that_fits_can_be_slipped_in(filled_book):
    """So the others were refused for what is wrong with them; the auditor's check finds this one."""
    slip_in_at_once = transaction.atomic()
    with slip_in_at_once:
        slip_in(filled_book, "posted", None, ("a", "b", 1, 0), ("a", "c", 1, 0))
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


@pytest.mark.parametrize("number", [-1, 0, 1, 2, 3, 4])
def test_no_leg_is_added_to_an_old_transfer(filled_book, number):
    for name in ("several", "held", "undone"):
        with pytest.raises(IntegrityError), transaction.atomic():
            execute(
                LEG.format(
                    transfer=key(filled_book, name),
                    number=number,
                    amount=1,
                    held=0,
                    debit=account(filled_book, "a"),
                    credit=account(filled_book, "b"),
                )
            )


def test_books_do_not_mix(filled_book):
    """By the functions there is no way; a name of another book is none in this one."""
    other = filled()
    other.open("theirs")
    other.post("their", Leg("a", "b", 1))
    for attempt in (
        lambda: filled_book.post("k", Leg("a", "theirs", 1)),
        lambda: filled_book.post("k", Leg("a", "b", 1), Leg("a", "theirs", 1)),
        lambda: filled_book.reverse("k", "their"),
    ):
        with pytest.raises(services.LedgerRefusedError, match="unknown_"):
            attempt()


def test_same_keys_in_two_books_are_two(filled_book):
    other = filled()
    first = filled_book.post("k", Leg("a", "b", 1))
    second = other.post("k", Leg("a", "b", 1))
    assert first.transfer_id != second.transfer_id
    assert not second.is_repeat
    assert Step.POSTED.value == dict(other.steps())["k"]
