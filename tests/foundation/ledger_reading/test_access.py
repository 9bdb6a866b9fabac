"""Who may look into the books: auditors of everything, and nobody else."""

import pytest

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import OPERATOR, Actor, Grant
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.ledger.access import (
    access_account,
    access_book,
    access_transfer,
    visible_books,
)
from shuangjian.foundation.ledger.models import LedgerAccount, Transfer
from shuangjian.foundation.registry.models import School
from tests.foundation.ledger_reading.scene import BOOK
from tests.scene import build_scene

CITY, COUNTY = "000000.990000.990100", "000000.990000.990100.990101"


@pytest.fixture
def schools(book):
    return build_scene()


def holder(*grants):
    return Actor("somebody", 1, tuple(Grant(role, region_path=path) for role, path in grants))


AUDITOR = holder((Role.AUDITOR, CITY))
OTHERS = {
    "county auditor": holder((Role.AUDITOR, COUNTY)),
    "two counties' auditor": holder((Role.AUDITOR, COUNTY), (Role.AUDITOR, f"{CITY}.990102")),
    "officer": holder((Role.OFFICER, CITY)),
    "inspector": holder((Role.INSPECTOR, CITY)),
    "auditor of a county, officer of the city": holder((Role.AUDITOR, COUNTY), (Role.OFFICER, CITY)),
    "nobody": Actor("somebody", 1),
    "operator": OPERATOR,
}  # fmt: skip


def test_an_auditor_of_all_schools_sees_everything(schools):
    account, transfer = LedgerAccount.objects.first(), Transfer.objects.first()
    assert [book.code for book in visible_books(AUDITOR)] == [BOOK]
    assert access_book(AUDITOR, code=BOOK).code == BOOK
    assert access_account(AUDITOR, number=account.pk) == account
    assert access_transfer(AUDITOR, number=transfer.pk) == transfer
    assert visible_books(holder((Role.AUDITOR, "000000"))).count() == 1


@pytest.mark.parametrize("name", OTHERS)
def test_others_see_nothing_as_if_it_were_not_there(schools, name):
    actor = OTHERS[name]
    assert not visible_books(actor).exists()
    for ask in (
        lambda: access_book(actor, code=BOOK),
        lambda: access_account(actor, number=LedgerAccount.objects.first().pk),
        lambda: access_transfer(actor, number=Transfer.objects.first().pk),
    ):
        with pytest.raises(NotAccessibleError):
            ask()


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 2**200])
def test_what_is_not_there_is_not_accessible(schools, number):
    with pytest.raises(NotAccessibleError):
        access_account(AUDITOR, number=number)
    with pytest.raises(NotAccessibleError):
        access_transfer(AUDITOR, number=number)
    with pytest.raises(NotAccessibleError):
        access_book(AUDITOR, code="other")


def test_where_all_schools_are_of_one_county_its_auditor_sees_them(schools):
    School.objects.update(region=schools.county)
    assert visible_books(OTHERS["county auditor"]).exists()
