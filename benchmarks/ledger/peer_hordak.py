"""django-hordak: the peer, on the same server, with a database and Django settings of its own.

Everything here but ``make_database`` runs in processes that never load the platform's settings.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from shuangjian.edges.config import database, embedded

DATABASE = "bench_hordak"
CURRENCY = "CNY"
FLOOR_YUAN = -10_000_000  # why: never reached, so that a check refuses nothing
MOST_FEN = 9_999

Pick = Callable[[], tuple[Any, Any, Any]]
"""Two accounts and an amount (both Django objects of the peer)."""


def make_database() -> None:
    """An empty database (数据库) of the peer's, on the benchmark's server."""
    _, owner = database.urls()
    with psycopg.connect(owner, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def make_accounts(count: int) -> None:
    """Its tables and so many accounts (账户), all at the root of its tree."""
    _configure()
    from django.core.management import call_command
    from hordak.models import Account

    call_command("migrate", verbosity=0)
    for number in range(count):
        Account.objects.create(
            name=f"account {number}", code=str(number), type="LI", currencies=[CURRENCY]
        )


def transfer_to(number: int) -> Callable[[int], None]:
    """``Account.transfer_to`` as documented (转账): a header and two legs in a transaction."""
    pick = _picking(number)

    def run(transfers: int) -> None:
        for _ in range(transfers):
            payer, payee, amount = pick()
            payer.transfer_to(payee, amount)

    return run


def bulk_legs(number: int) -> Callable[[int], None]:
    """The same rows, both legs in one statement (合并写分录)."""
    pick = _picking(number)
    from django.db import transaction
    from hordak.models import Leg, Transaction

    def run(transfers: int) -> None:
        for _ in range(transfers):
            payer, payee, amount = pick()
            with transaction.atomic():
                header = Transaction.objects.create()
                Leg.objects.bulk_create(
                    [
                        Leg(transaction=header, account=payer, credit=amount),
                        Leg(transaction=header, account=payee, debit=amount),
                    ]
                )

    return run


def checked(number: int) -> Callable[[int], None]:
    """``transfer_to`` with what it leaves to its caller (核对余额): locks, and a limit kept."""
    pick = _picking(number)
    from django.db import transaction
    from djmoney.money import Money
    from hordak.models import Account

    floor = Money(FLOOR_YUAN, CURRENCY)

    def run(transfers: int) -> None:
        for _ in range(transfers):
            payer, payee, amount = pick()
            with transaction.atomic():
                both = Account.objects.filter(pk__in=(payer.pk, payee.pk)).order_by("pk")
                list(both.select_for_update())
                (balance,) = payer.get_balance().monies()
                assert balance - amount >= floor
                payer.transfer_to(payee, amount)

    return run


def count_transfers() -> int:
    """How many transfers (转账笔数) the peer's database holds."""
    with psycopg.connect(_address()) as connection:
        row = connection.execute("SELECT count(*) FROM hordak_transaction").fetchone()
    assert row is not None
    return int(row[0])


def _picking(number: int) -> Pick:
    _configure()
    from djmoney.money import Money
    from hordak.models import Account

    accounts, random = list(Account.objects.all()), Random(number)

    def pick() -> tuple[Any, Any, Any]:
        payer, payee = random.sample(accounts, 2)
        return payer, payee, Money(random.randint(1, MOST_FEN), CURRENCY) / 100

    return pick


def _address() -> str:
    cluster = embedded.read_cluster(database.folder())
    assert cluster is not None
    return cluster.url(embedded.OWNER, database=DATABASE)


def _configure() -> None:
    """The peer's own settings (设置), once a process."""
    import django
    from django.conf import settings

    if settings.configured:
        assert "hordak" in settings.INSTALLED_APPS
        return
    settings.configure(
        DATABASES={"default": database.parse_url(_address())},
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "mptt",
            "djmoney",
            "hordak",
        ],
        USE_TZ=True,
        SECRET_KEY="benchmark",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HORDAK_DECIMAL_PLACES=2,
        HORDAK_INTERNAL_CURRENCY=CURRENCY,
        DEFAULT_CURRENCY=CURRENCY,
    )
    django.setup()
