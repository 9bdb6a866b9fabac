"""账户清单: the accounts of a book, a page at a time, by code."""

from dataclasses import dataclass

from shuangjian.foundation.ledger.models import LedgerAccount

_AFTER_ANY = "~"
"""Comes after every sign that a code may hold."""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """一页账户.

    Attributes:
        accounts: by code.
        next_after: what to ask for the next page with; ``None`` on the last.
    """

    accounts: tuple[LedgerAccount, ...]
    next_after: str | None


def accounts_of(*, book: str, starting: str = "", after: str = "", most: int = 50) -> AccountPage:
    """Accounts of a book (账户), by code, from the index alone however many there are.

    Args:
        book: code of the book.
        starting: how the codes begin; empty for all.
        after: the last code of the page before.
        most: how many on a page.
    """
    found = LedgerAccount.objects.filter(book__code=book).order_by("code")
    if starting:
        # why: an interval, which the index of codes answers whatever the database's collation does
        # with LIKE.
        found = found.filter(code__gte=starting, code__lt=starting + _AFTER_ANY)
    if after:
        found = found.filter(code__gt=after)
    listed = list(found[: most + 1])
    is_last = len(listed) <= most
    page = tuple(listed[:most])
    return AccountPage(page, None if is_last else page[-1].code)
