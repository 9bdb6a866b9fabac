"""The application's role writes through the ledger's functions, and in no other way."""

from contextlib import suppress

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from shuangjian.engines.posting.order import Leg
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal
from tests.application_role import acting_as_application
from tests.foundation.ledger.book import DAY, MODELS, TABLES, everything, execute, fetch, filled


@pytest.fixture
def as_application(damaged_database):
    """From here on the connection is the application's, with its grants alone."""
    book = filled()
    with acting_as_application():
        yield book


def refused(*statements: str) -> None:
    for statement in statements:
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            execute(statement)
        assert isinstance(caught.value.__cause__, psycopg.errors.InsufficientPrivilege), (
            f"{statement}: {caught.value}"
        )


def test_the_application_can_do_all_that_the_services_offer(as_application):
    book = as_application
    book.open("new")
    assert not book.post("k1", Leg("a", "b", 1)).is_repeat
    assert book.post("k1", Leg("a", "b", 1)).is_repeat
    book.settle("k2", "held", amounts_fen=[1, 0])
    book.correct("k3", "k1", Leg("a", "b", 2))
    book.batch(book.order("k4", Leg("a", "b", 1)), book.order("k5", Leg("a", "c", 1)))
    assert services.expire_holds(book=book.code, booked_on=DAY) == []
    assert seal()
    book.check_sums()
    day, moment = fetch(
        "SELECT ledger_balance_on(a.id, current_date), (ledger_balance_at(a.id, now())).balance_fen "
        "FROM ledger_account a WHERE code = 'b' AND book_id = "
        "(SELECT id FROM ledger_book WHERE code = %s)",
        book.code,
    )[0]
    assert day == moment == book.balance("b")


@pytest.mark.parametrize("table", TABLES)
def test_the_application_writes_no_table_itself(as_application, table):
    before = everything()
    (name,) = fetch(
        "SELECT max(attname::text) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0",
        table,
    )[0]
    refused(
        f"INSERT INTO {table} SELECT * FROM {table}",
        f"UPDATE {table} SET {name} = {name}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"SELECT * FROM {table} FOR UPDATE",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"DROP TABLE {table} CASCADE",
        f"CREATE TRIGGER mine BEFORE INSERT ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"COPY {table} FROM PROGRAM 'true'",
    )
    assert everything() == before


def test_the_application_has_no_way_around(as_application):
    book = as_application
    refused(
        "SET session_replication_role = replica",
        "ALTER FUNCTION ledger_seal() RESET search_path",
        "CREATE OR REPLACE FUNCTION ledger_final_until() RETURNS timestamptz "
        "LANGUAGE sql AS 'SELECT now()'",
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE SCHEMA mine",
        "SELECT nextval('ledger_transfer_id_seq')",
        "SELECT setval('ledger_transfer_id_seq', 1)",
        "ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_limits",
        "DROP INDEX ledger_transfer_once",
    )
    before = everything()
    account = fetch("SELECT id FROM ledger_account WHERE code = 'a'")[0][0]
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch(
            "SELECT * FROM ledger_write((SELECT book_id FROM ledger_account WHERE id = %s), "
            "ARRAY['x'], ARRAY['posted'], ARRAY[(SELECT min(id) FROM ledger_reason)], "
            "ARRAY[current_date], ARRAY[''], NULL, ARRAY[NULL::timestamptz], ARRAY[1], "
            "ARRAY[%s::bigint], ARRAY[%s::bigint], ARRAY[1::bigint], ARRAY[0::bigint], 0)",
            account, account, account + 1,
        )  # fmt: skip
    assert everything() == before
    book.check_sums()


def test_tables_of_the_applications_own_do_not_stand_before_the_ledgers(as_application):
    """A temporary table of the same name is looked for first, unless a function says otherwise."""
    book = as_application
    for table in TABLES:
        execute(
            f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table}",
            f"GRANT ALL ON pg_temp.{table} TO PUBLIC",
        )
    execute("UPDATE pg_temp.ledger_account SET balance_fen = 10000000, minimum_fen = -10000000")
    with pytest.raises(services.LedgerRefusedError, match="below_minimum"):
        book.post("k", Leg("c", "b", 10_000))
    book.post("k", Leg("a", "b", 1), Leg("a", "c", 1))
    book.hold("k2", Leg("a", "b", 1))
    book.void("k3", "k2")
    book.reverse("k4", "k")
    seal()
    execute(*(f"DROP TABLE pg_temp.{table}" for table in TABLES))
    assert [key for key, _ in book.steps()][-4:] == ["k", "k2", "k3", "k4"]
    book.check_sums()
    assert not fetch("SELECT 1 FROM ledger_unsealed() WHERE transfer_ids <> '{}'")


@pytest.mark.parametrize(
    "parameters",
    [
        {"p_key": "a\tb"},
        {"p_key": "a\nb"},
        {"p_key": "键"},
        {"p_key": ""},
        {"p_key": "k" * 121},
        {"p_key": None},
        {"p_reference": "a\tb"},
        {"p_reference": "\n"},
        {"p_reference": None},
        {"p_amount": 0},
        {"p_amount": -1},
        {"p_amount": 10**12},
        {"p_amount": None},
        {"p_booked_on": "1999-12-31"},
        {"p_booked_on": "infinity"},
        {"p_booked_on": None},
        {"p_credit": "a"},
        {"p_credit": None},
        {"p_reason": None},
        {"p_book": None},
    ],
    ids=str,
)
def test_the_functions_themselves_take_nothing_that_is_not_in_form(as_application, parameters):
    """Whoever has the application's password does not come by the services."""
    book = as_application
    before = everything()
    usual = {
        "p_book": book.code,
        "p_key": "k",
        "p_kind": "tuition",
        "p_reason": "lesson",
        "p_booked_on": "2026-03-02",
        "p_reference": "",
        "p_debit": "a",
        "p_credit": "b",
        "p_amount": 1,
    } | parameters
    one = "SELECT transfer_id FROM ledger_transfer({})".format(
        ", ".join(f"{name} => %({name})s" for name in usual)
    )
    several = (
        "SELECT transfer_id FROM ledger_transfers(%(p_book)s, ARRAY[%(p_key)s], ARRAY['posted'], "
        "ARRAY[%(p_kind)s], ARRAY[%(p_reason)s], ARRAY[%(p_booked_on)s::date], "
        "ARRAY[%(p_reference)s], ARRAY[NULL], ARRAY[NULL]::timestamptz[], ARRAY[1], "
        "ARRAY[%(p_debit)s], ARRAY[%(p_credit)s], ARRAY[%(p_amount)s]::bigint[])"
    )
    for statement in (one, several):
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(statement, usual)
            assert cursor.fetchall() == [(None,)], statement
        assert everything() == before, statement


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_orm_of_the_application_writes_nothing(as_application, model):
    before = everything()
    rows = list(model.objects.all()[:5])
    assert rows, model
    field = model._meta.concrete_fields[-1].name
    for attempt in (
        lambda: model.objects.bulk_create(rows),
        lambda: model.objects.bulk_create(rows, ignore_conflicts=True),
        lambda: model.objects.bulk_update(rows, [field]),
        lambda: model.objects.update(**{field: F(field)}),
        lambda: model.objects.all().delete(),
        lambda: model.objects.all()._raw_delete(using="default"),
        rows[0].save,
        rows[0].delete,
        lambda: model.objects.select_for_update().first(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert everything() == before


def test_no_page_of_an_administration_shows_these_tables():
    assert not apps.is_installed("django.contrib.admin")
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
