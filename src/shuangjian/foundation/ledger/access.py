"""账本的查看权限: who may look into the books; absent and forbidden look the same."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.ledger.models import Book, LedgerAccount, Transfer
from shuangjian.foundation.registry.models import School

Row = TypeVar("Row", bound=Model)


def visible_books(actor: Actor) -> QuerySet[Book]:
    """The books (账簿) that the actor may audit: all of them or none.

    A book belongs to no region, so it is open to those auditors alone whose regions hold every
    school of the installation; a county's auditor does not see a whole city's money.
    """
    if _audits_everything(actor):
        return Book.objects.order_by("code")
    return Book.objects.none()


def access_book(actor: Actor, *, code: str) -> Book:
    """The book of a code (账簿).

    Raises:
        NotAccessibleError: absent or another's.
    """
    return _one(visible_books(actor).filter(code=code))


def access_account(actor: Actor, *, number: int) -> LedgerAccount:
    """The account of a number (账户), with its book.

    Raises:
        NotAccessibleError: absent or another's.
    """
    accounts = LedgerAccount.objects.filter(book__in=visible_books(actor)).select_related("book")
    return _one(accounts.filter(pk=number))


def access_transfer(actor: Actor, *, number: int) -> Transfer:
    """The transfer of a number (转账), with its book.

    Raises:
        NotAccessibleError: absent or another's.
    """
    transfers = Transfer.objects.filter(book__in=visible_books(actor)).select_related("book")
    return _one(transfers.filter(pk=number))


def _one(found: QuerySet[Row]) -> Row:
    row = found.first()
    if row is None:
        raise NotAccessibleError
    return row


def _audits_everything(actor: Actor) -> bool:
    return any(
        not School.objects.exclude(region__path__within=path).exists()
        for path in actor.region_paths(Role.AUDITOR)
    )
